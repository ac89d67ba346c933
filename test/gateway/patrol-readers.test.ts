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
