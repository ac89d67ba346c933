import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { restore } from '../../gateway/backup/restore.ts'
import type { Api } from '../support/api.ts'
import { PASSPHRASE } from '../support/backups.ts'
import { feed } from '../support/feed.ts'
import { startGateway, tempFolder } from '../support/gateway.ts'
import { quietSite } from '../support/sites.ts'
import { until } from '../support/wait.ts'

const JPEG = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(200, 7)])
it('a restored backup answers the same on another machine, and the trail says what it is', async () => {
  const first = tempFolder()
  const second = tempFolder()
  const out = tempFolder()
  mkdirSync(join(first.path, 'profiles'))
  mkdirSync(join(first.path, 'secrets/pki/bus/trusted/certs'), { recursive: true })
  writeFileSync(join(first.path, 'secrets/notify.json'), '{"channels":[],"rosters":[]}')

  const a = await startGateway({ site: quietSite, data: first.path })
  const { admin, engineer } = await a.people()
  await admin.post('/api/v1/broker-accounts', { name: 'historian', subscribe: ['gatehouse/#'], publish: [] })
  for (let i = 0; i < 20; i++) feed(a, 'pump-1/pressure', i)
  feed(a, 'pump-1/tripped', true)
  const [order] = (await engineer.get('/api/v1/workorders')).body.items
  await engineer.post(`/api/v1/workorders/${order!.id}/accept`)
  const photo = await engineer.send('POST', `/api/v1/workorders/${order!.id}/photos?when=before`, JPEG, {
    'content-type': 'image/jpeg',
  })
  expect(photo.status).toBe(200)
  const { at } = (await admin.get('/api/v1/points/pump-1/pressure')).body.sample as { at: string }
  const span = `from=${new Date(Date.parse(at) - 60_000).toISOString()}&to=${new Date(Date.parse(at) + 1).toISOString()}`
  const history = `/api/v1/history?point=pump-1/pressure&${span}`
  await until('the samples are on the disk', async () => {
    const [series] = (await admin.get(history)).body.items as unknown as { rows: { value: unknown }[] }[]
    return series?.rows.some(row => row.value === 19)
  })

  // The gateway writes by itself that the pump stands still: after that it has nothing more to say.
  await until('its standstill is on the trail', async () =>
    (await a.deps.trail.after(0, 1000)).some(e => e.action === 'downtime'),
  )
  const head = a.deps.trail.head()
  const asked = [
    ...['spaces', 'plans', 'contacts', 'equipment', 'rules', 'site', 'users', 'tokens', 'broker-accounts', 'notify'],
    ...['workorders?phase=all', `workorders/${order!.id}`, `workorders/${order!.id}/trail`, 'reports', 'commands'],
    `trail?limit=${head}&cursor=${head + 1}`,
  ].map(word => `/api/v1/${word}`)
  const answers = async (api: Api) => {
    const all: Record<string, unknown> = {}
    for (const path of [...asked, history]) {
      const { status, body } = await api.get(path)
      all[path] = [status, body]
    }
    const hash = ((
      all[asked.find(p => p.includes('/workorders/WO') || p.endsWith(`/workorders/${order!.id}`))!] as [
        number,
        { photos?: { hash: string }[] },
      ]
    )[1].photos ?? [])[0]?.hash
    const image = await fetch(`${api === admin ? a.url : url}/api/v1/workorders/${order!.id}/photos/${hash}`, {
      headers: api.headers,
    })
    return { ...all, photo: Buffer.from(await image.arrayBuffer()).equals(JPEG) }
  }
  let url = a.url
  const before = await answers(admin)

  // By the page: it is made while the gateway runs, and downloaded.
  expect((await admin.post('/api/v1/backups', { passphrase: PASSPHRASE })).status).toBe(202)
  expect((await admin.post('/api/v1/backups', {})).body.code).toBe('backup-busy')
  const listed = await until('the backup has ended', async () => {
    const { items, state } = (await admin.get('/api/v1/backups')).body as unknown as {
      items: { name: string; bytes: number; secrets: boolean }[]
      state: { running: unknown; failed: unknown; lastGoodAt: string | null }
    }
    expect(state.failed).toBeNull()
    return state.running === null && items[0]
  })
  expect(listed.secrets).toBe(true)
  const download = await fetch(`${a.url}/api/v1/backups/${listed.name}`, { headers: admin.headers })
  const bytes = Buffer.from(await download.arrayBuffer())
  expect([download.status, bytes.length]).toEqual([200, listed.bytes])
  const file = join(out.path, listed.name)
  writeFileSync(file, bytes)
  expect((await a.deps.trail.after(head, 10)).map(e => [e.kind, e.action, e.actor])).toEqual([
    ['backup', 'made', 'admin'],
  ])
  await expect(restore({ file, data: first.path, now: Date.now(), passphrase: PASSPHRASE })).rejects.toThrow(
    /Another Gatehouse runs/,
  )
  await a.stop()

  await restore({ file, data: second.path, now: Date.now(), passphrase: PASSPHRASE })
  expect(readFileSync(join(second.path, 'site.json'))).toEqual(readFileSync(join(first.path, 'site.json')))
  const b = await startGateway({ data: second.path })
  url = b.url
  const tokens = { ...admin.headers }
  const { apiOf } = await import('../support/api.ts')
  const restored = apiOf(b.url, tokens)
  const after = await answers(restored)
  const same = (all: object) =>
    JSON.parse(JSON.stringify(all).replaceAll(first.path, '').replaceAll(second.path, '')) as Record<
      string,
      [number, Record<string, unknown>]
    >
  const [was, is] = [same(before), same(after)]
  // Since when the site runs is of the process.
  for (const one of [was, is]) delete one['/api/v1/site']![1].running
  expect(Object.keys(was).length).toBeGreaterThan(15)
  for (const path of Object.keys(was)) expect([path, is[path]]).toEqual([path, was[path]])
  expect(Object.values(was).filter(one => Array.isArray(one) && one[0] === 200).length).toBe(asked.length + 1)
  expect(after.photo).toBe(true)

  const { trail } = b.deps
  expect(trail.verify()).toBeNull()
  const [said] = trail.after(head, 1)
  expect(said).toMatchObject({
    kind: 'backup',
    action: 'restored',
    actor: 'console',
    data: { formerEpoch: a.deps.trail.epoch, epoch: trail.epoch },
  })
  expect(trail.epoch).not.toBe(a.deps.trail.epoch)
  await b.stop()
  for (const one of [first, second, out]) one.remove()
})
