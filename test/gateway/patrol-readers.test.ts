import { afterAll, beforeAll, expect, it } from 'vitest'
import { guards } from '../../firmware-sim/plaza/patrol.ts'
import { type Building, startBuilding } from '../support/building.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { until } from '../support/wait.ts'

/** The readers of the demo building on their real wires: four over MQTT, one over Modbus. */
let building: Building
let g: TestGateway
beforeAll(async () => {
  building = await startBuilding(['doors', 'sensors'])
  g = await startGateway({ site: building.site() })
  const { deps } = g
  const asks = { name: 'desk', role: 'desk' as const }
  deps.trail.change(asks, note => {
    const now = deps.clock.now()
    const { lookup, shown, secret } = deps.enrol({ class: 'uid', number: guards.third })
    const about = { name: '谢军', kind: 'staff' as const, trade: '', level: 1, company: null, phone: '', roles: [] }
    const nobody = { account: null, certificates: [], idKind: null, idNumber: null }
    const person = deps.people.add(note, { ...about, ...nobody }, now)
    const asked = { class: 'uid' as const, shown, lookup, validFrom: now - 1000, validTo: now + 86_400_000 }
    const rest = { levels: [], deposit: null, receipt: null, link: null, seal: () => secret }
    const { id } = deps.credentials.request(note, person, null, { ...asked, ...rest }, asks, now)
    deps.credentials.move(note, id, person, 'approve', '', { name: 'manager', role: 'manager' }, now)
  })
})
afterAll(async () => {
  await g?.stop()
  building?.stop()
})

it('badges at the readers come as visits, once each, also when the same is said again and after a restart of the look', async () => {
  const all = () => g.deps.patrol.records.between(0, Date.now() + 3_600_000).filter(s => s.device.startsWith('reader:'))
  const own = () => all().filter(s => s.person === '谢军')
  await building.act('patrol/rest', { on: true })
  // What they knew when the gateway came is taken once; of a badge that nobody holds it is no visit.
  await until('each reader', () => new Set(all().map(s => s.device)).size === 5, 30_000)
  expect(all().every(s => s.verdicts.includes('wrong_person') && !s.valid)).toBe(true)
  const before = all().length
  await building.act('patrol/round', { guard: 'third', gapS: 1 })
  await until('five badges', () => own().length === 5, 30_000)
  expect(
    own()
      .map(s => [s.device, s.trust, s.method, s.valid])
      .sort(),
  ).toEqual(['cp-b1', 'cp-b2', 'cp-l1', 'cp-l2', 'cp-l3'].map(id => [`reader:${id}`, 'strong', 'door', true]))
  g.deps.patrol.look()
  expect([all().length, own().length]).toEqual([before + 5, 5])
  expect(g.deps.patrol.records.devices().flatMap(d => d.state.gaps)).toEqual([])
})

it('a batch with a wrong signature is refused whole and stands on the trail; the report as a table runs nothing in a spreadsheet', async () => {
  const as = await g.people()
  const record = {
    n: 1,
    at: new Date(Date.now() - 60_000).toISOString(),
    tag: '04:99',
    method: 'stick',
    person: '=cmd()',
  }
  const batch = { device: 'stick-1', batch: '1', clock: new Date().toISOString(), records: [record] }
  const refused = await as.guard.post('/api/v1/patrol-scans', { ...batch, sig: `${'A'.repeat(86)}==` })
  expect([refused.status, refused.body.code]).toEqual([422, 'patrol-signature'])
  expect(g.deps.patrol.records.scanOf('stick-1', 1)).toBeUndefined()
  expect(g.deps.trail.of('patrol', 'stick-1').map(e => e.action)).toEqual(['signature-refused'])
  const taken = await as.guard.post('/api/v1/patrol-scans', batch)
  expect(taken.body.items).toMatchObject([{ visit: { verdicts: ['unknown_tag'], flags: ['unsigned', 'tampered'] } }])

  const walk = (n: number, tag: string, secondsAgo: number) => ({
    ...{ n, at: new Date(Date.now() - secondsAgo * 1000).toISOString(), tag, method: 'nfc', person: '=cmd()' },
  })
  const [one, two] = g.deps.plant()!.site.routes[0]!.checkpoints.flatMap(c => ('tag' in c ? [c.tag] : []))
  await as.guard.post('/api/v1/patrol-scans', {
    ...{ device: 'phone-1', clock: new Date().toISOString(), records: [walk(1, one!, 200), walk(2, two!, 80)] },
  })
  const day = new Date().toLocaleDateString('sv-SE', { timeZone: 'Asia/Shanghai' })
  const before = new Date(Date.now() - 86_400_000).toLocaleDateString('sv-SE', { timeZone: 'Asia/Shanghai' })
  const csv = async (what: string, lang: string) => {
    const answer = await fetch(
      `${g.url}/api/v1/patrol-report?from=${before}&to=${day}&format=csv&what=${what}&lang=${lang}`,
      {
        headers: as.manager.headers,
      },
    )
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    return Buffer.from(await answer.arrayBuffer()).toString('utf8')
  }
  const guardsOf = await csv('guards', 'en')
  expect(guardsOf.startsWith('\ufeffguard,walks,')).toBe(true)
  expect(guardsOf).toContain("'=cmd(),1,120,120,")
  expect(guardsOf).toMatch(/trail entry and hash,\d+,[0-9a-f]{64}/)
  expect((await csv('points', 'zh-CN')).startsWith('\ufeff路线,巡更点,应到,漏巡,')).toBe(true)
})
