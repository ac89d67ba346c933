import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { drivers, profiles } from '../../drivers/index.ts'
import { mapped } from '../../firmware-sim/maps/table.ts'
import { startModbus } from '../../firmware-sim/modbus.ts'
import { checkProfile } from '../../gateway/channels/ownprofiles.ts'
import { edited } from '../support/edit.ts'
import { startGateway, tempFolder } from '../support/gateway.ts'
import { head } from '../support/sites.ts'
import { until } from '../support/wait.ts'

const own = {
  id: 'acme-heat-1',
  protocols: ['modbus-tcp', 'modbus-rtu'],
  kind: 'heat-meter',
  name: { 'zh-CN': '热量表', en: 'Heat meter' },
  source: 'the maker’s manual, page 7',
  points: [
    { key: 'power', table: 'holding', address: 0, type: 'uint32', scale: 0.1, unit: 'kW', range: [0, 5000] },
    { key: 'model', table: 'holding', address: 9, type: 'uint16', range: [0, 9999] },
  ],
  probe: { facts: [{ key: 'model', equals: 4711 }] },
}
const taken = new Map(profiles.map(p => [p.id, 'Gatehouse']))
const problems = (text: string) => checkProfile(text, drivers, taken).problems.map(p => `${p.path} ${p.code}`)

describe('a profile of the site’s own', () => {
  it('is taken as it is written', () => {
    const text = JSON.stringify(own, null, 2)
    expect(checkProfile(`\uFEFF${text}`, drivers, taken)).toEqual({ profile: own, problems: [] })
  })
  it('each built-in one would pass the same check', () => {
    for (const profile of profiles)
      expect([profile.id, checkProfile(JSON.stringify(profile), drivers, new Map()).problems]).toEqual([profile.id, []])
    expect(profiles.length).toBeGreaterThan(25)
  })
  const wrong: [string, object | string, string][] = [
    ['cut off', JSON.stringify(own).slice(0, 80), ' site-json'],
    ['a name that is taken', { id: 'abb-b23' }, 'id profile-name-taken'],
    ['a wrong word', { 'points.0.adress': 3 }, 'points[0].adress unknown-word'],
    ['a wrong word at the top', { makr: 'x' }, 'makr unknown-word'],
    ['an unknown protocol', { 'protocols.1': 'modbus' }, 'protocols[1] unknown-protocol'],
    ['an address past the end', { 'points.0.address': 65_535 }, 'points[0].address modbus-address-past-end'],
    ['a range upside down', { 'points.0.range': [5, 1] }, 'points[0].range range-inverted'],
    ['one point twice', { 'points.1.key': 'power', 'probe.facts.0.key': 'power' }, 'points[1].key duplicate-id'],
    ['the key of the gateway', { 'points.0.key': 'online' }, 'points[0].key reserved-key'],
    ['a proof by what is not there', { 'probe.facts.0.key': 'type' }, 'probe.facts[0].key probe-unknown-point'],
    ['a fact without a condition', { 'probe.facts.0.equals': undefined }, 'probe.facts[0] schema'],
    ['no source', { source: undefined }, 'source schema'],
  ]
  it.each(wrong)('%s is said with its place', (_, edit, problem) => {
    const text = typeof edit === 'string' ? edit : JSON.stringify(JSON.parse(edited(own, edit as never)), null, 2)
    expect(problems(text)).toEqual([problem])
  })
})

it('profiles in the data folder: used, seen when edited, and a broken edit takes no device away', async () => {
  const device = mapped('acme', 'power 3 0 u32 0.1 123.4\nmodel 3 9 u16 1 4711')
  const sim = await startModbus({ framing: 'tcp', units: new Map([[1, device.device('refuse')]]) })
  const folder = tempFolder()
  mkdirSync(join(folder.path, 'profiles'))
  const file = join(folder.path, 'profiles', 'acme.json')
  writeFileSync(file, JSON.stringify(own, null, 2))
  const gateway = await startGateway({
    data: folder.path,
    site: {
      ...head,
      channels: [{ id: 'bus', protocol: 'modbus-tcp', host: '127.0.0.1', port: sim.port, timeoutMs: 1000 }],
      equipment: [{ id: 'hm', kind: 'heat-meter', channel: 'bus', unit: 1, profile: 'acme-heat-1' }],
    },
  })
  const api = await gateway.admin()
  const power = async () => ((await api.get('/api/v1/points/hm/power')).body.sample as { value: unknown })?.value
  const site = async () =>
    (await api.get('/api/v1/site')).body as never as {
      status: string
      problems: { path: string; line: number; code: string }[]
    }
  try {
    await until('it is read', async () => (await power()) === 123.4)
    const list = (await api.get('/api/v1/profiles')).body.items
    expect(list.length).toBe(profiles.length + 1)
    expect(list.filter(p => p.origin === 'site')).toEqual([
      {
        id: 'acme-heat-1',
        name: own.name,
        kind: 'heat-meter',
        protocols: own.protocols,
        draft: false,
        source: own.source,
        points: 2,
        probe: true,
        origin: 'site',
        file: 'acme.json',
      },
    ])
    expect(list.filter(p => p.draft).length).toBe(5)

    writeFileSync(file, JSON.stringify({ ...own, points: [{ ...own.points[0], scale: 1 }, own.points[1]] }))
    await until('the edit is seen', async () => (await power()) === 1234)

    writeFileSync(file, JSON.stringify(own, null, 2).replace('"type": "uint32"', '"type": "uint23"'))
    const typeLine =
      JSON.stringify(own, null, 2)
        .split('\n')
        .findIndex(line => line.includes('uint32')) + 1
    const broken = await until('the broken edit is seen', async () => {
      const view = await site()
      return view.status === 'degraded' && view
    })
    expect(broken.problems.map(p => [p.path, p.line, p.code])).toEqual([
      ['profiles/acme.json: points[0].type', typeLine, 'schema'],
    ])
    expect(await power()).toBe(1234)

    writeFileSync(file, JSON.stringify({ ...own, probe: { facts: [{ key: 'model', equals: 4712 }] } }))
    await until('another model is another device', async () => {
      const { sample } = (await api.get('/api/v1/points/hm/power')).body as never as { sample: { reason: string } }
      // While the site changes there is no such point for a moment.
      return sample?.reason === 'wrong-device'
    })
    writeFileSync(join(folder.path, 'profiles', 'b.json'), JSON.stringify(own))
    await until('the clash is seen', async () => (await site()).problems.some(p => p.path === 'profiles/b.json: id'))
    rmSync(join(folder.path, 'profiles', 'b.json'))
    await until('the clash is gone', async () => (await site()).status === 'ok')

    rmSync(file)
    await until('it is missed', async () => (await site()).problems.some(p => p.code === 'unknown-profile'))
    expect(readdirSync(join(folder.path, 'profiles', '.last-good'))).toEqual([])
  } finally {
    await gateway.stop()
    await sim.stop()
    folder.remove()
  }
}, 120_000)
