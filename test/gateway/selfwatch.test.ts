import { describe, expect, it } from 'vitest'
import type { PointId, Sample } from '../../drivers/point.ts'
import { HEAVY } from '../../gateway/http/shed.ts'
import { type AlarmChange, watchAlarms } from '../../gateway/live/alarms.ts'
import { selfPoints, watchSelf } from '../../gateway/live/selfwatch.ts'
import { gatehouse, selfRules } from '../../rules/packs/gatehouse.ts'
import { matches } from '../../rules/rule.ts'
import { manualClock } from '../support/clock.ts'
import { startGateway } from '../support/gateway.ts'
import { quietSite } from '../support/sites.ts'

function watched() {
  const clock = manualClock()
  const told: string[] = []
  const says = {
    freeBytes: 50_000_000_000,
    memoryUsed: 40,
    overloaded: false,
    unknownLines: null as number | null,
    recordsFailing: false,
    unstored: 0,
    broker: true,
    failedAt: null as number | null,
    backupFailing: false,
    heartbeatFailing: false,
    certificateFailing: false,
    short: false,
    unanswered: false,
    clockBelieved: true,
    /** What the process stood still, ms. */
    stoodMs: 0,
  }
  const last = new Map<PointId, Sample>()
  const alarms = watchAlarms(
    selfRules,
    selfPoints(['bus']),
    new Map(),
    clock,
    (changes: readonly AlarmChange[]) => {
      for (const { alarm, effects } of changes) told.push(`${effects.join()} ${alarm.rule} ${alarm.value}`)
    },
    () => {},
  )
  const stop = watchSelf({
    clock,
    steady: () => clock.mono() + says.stoodMs,
    data: '/',
    channels: ['bus'],
    overloaded: () => says.overloaded,
    unknownLines: () => says.unknownLines,
    memoryUsed: () => says.memoryUsed,
    recordsFailing: () => says.recordsFailing,
    unstored: () => says.unstored,
    brokerListening: () => says.broker,
    outputFailedAt: () => says.failedAt,
    backupFailing: () => says.backupFailing,
    heartbeatFailing: () => says.heartbeatFailing,
    certificateFailing: () => says.certificateFailing,
    clockBelieved: () => says.clockBelieved,
    attendance: { short: () => says.short, unanswered: () => says.unanswered },
    freeBytes: () => {
      if (says.freeBytes < 0) throw new Error('no disk')
      return says.freeBytes
    },
    tell: samples => {
      for (const s of samples) last.set(s.point, s)
      alarms.samples(samples)
    },
  })
  return { clock, told, says, last, stop }
}
type Says = ReturnType<typeof watched>['says']

describe('the gateway says when it is blind', () => {
  const cases: [string, (says: Says, clock: ReturnType<typeof manualClock>) => void, string][] = [
    ['clock', (_, clock) => clock.jump(3_600_000), 'raised gatehouse.clock true'],
    ['clock', says => (says.clockBelieved = false), 'raised gatehouse.clock true'],
    ['disk-low', says => (says.freeBytes = 900e6), 'raised gatehouse.disk-low 900'],
    ['disk-full', says => (says.freeBytes = 100e6), 'raised gatehouse.disk-full 100'],
    ['memory', says => (says.memoryUsed = 93), 'raised gatehouse.memory 93'],
    ['records', says => (says.recordsFailing = true), 'raised gatehouse.records true'],
    ['unstored', says => (says.unstored = 3), 'raised gatehouse.unstored 3'],
    ['overloaded', says => (says.overloaded = true), 'raised gatehouse.overloaded true'],
    ['unknown-lines', says => (says.unknownLines = 3), 'raised gatehouse.unknown-lines 3'],
    ['broker', says => (says.broker = false), 'raised gatehouse.broker false'],
    ['outputs', (says, clock) => (says.failedAt = clock.mono()), 'raised gatehouse.outputs true'],
    ['backup', says => (says.backupFailing = true), 'raised gatehouse.backup true'],
    ['heartbeat', says => (says.heartbeatFailing = true), 'raised gatehouse.heartbeat true'],
    ['certificate', says => (says.certificateFailing = true), 'raised gatehouse.certificate true'],
    ['control-room-short', says => (says.short = true), 'raised gatehouse.control-room-short true'],
    ['control-room-unanswered', says => (says.unanswered = true), 'raised gatehouse.control-room-unanswered true'],
    ['stall', says => (says.stoodMs = 25_000), 'raised gatehouse.stall 25'],
  ]
  it.each(cases)('%s', async (_, trouble, line) => {
    const w = watched()
    await w.clock.pass(120_000)
    expect(w.told).toEqual([])
    trouble(w.says, w.clock)
    await w.clock.pass(400_000)
    expect(w.told.filter(text => text.startsWith('raised'))).toContain(line)
    w.stop()
  })
  it('for each rule there is a case, and each rule watches a point that there is', () => {
    expect(gatehouse.rules.map(r => r.id).sort()).toEqual([...new Set(cases.map(([id]) => id))].sort())
    const points = selfPoints(['bus'])
    for (const rule of selfRules)
      expect(points.filter(p => rule.points.some(one => matches(one, p.id))).length, rule.id).toBe(1)
  })
  it('clears when it is over, and a disk that cannot be asked is bad data, not an empty disk', async () => {
    const w = watched()
    w.says.broker = false
    await w.clock.pass(10_000)
    w.says.broker = true
    w.says.freeBytes = -1
    await w.clock.pass(60_000)
    expect(w.told).toEqual(['raised gatehouse.broker false', 'cleared gatehouse.broker false'])
    expect(w.last.get('gatehouse/disk-free')).toMatchObject({ quality: 'bad', reason: 'no-value' })
    w.stop()
  })
})

it('in the whole gateway: an own alarm is an alarm like any other, with a name and a place', async () => {
  const g = await startGateway({ site: quietSite })
  try {
    const admin = await g.admin()
    const now = g.deps.clock.now()
    const sample: Sample = { point: 'gatehouse/clock-unsafe', at: now, seen: now, quality: 'good', value: true }
    g.deps.plant()!.alarms.samples([sample])
    const { items } = (await admin.get('/api/v1/alarms')).body
    expect(items.find(a => a.rule === 'gatehouse.clock')).toMatchObject({
      id: 'gatehouse.clock:gatehouse:clock-unsafe',
      equipmentName: { en: 'Gatehouse gateway' },
      // At its next look the gateway itself says that the clock is right.
      state: expect.stringMatching(/^(UNACK|RTNUN)$/),
    })
    expect((await admin.post('/api/v1/alarms/gatehouse.clock:gatehouse:clock-unsafe/acknowledge')).status).toBe(200)

    // With hardly any memory left: what is large waits and says so, the rest goes on.
    const { paths } = (await admin.get('/api/openapi.json')).body as unknown as { paths: Record<string, object> }
    const routes = new Set(
      Object.entries(paths).flatMap(([path, ways]) => Object.keys(ways).map(way => `${way.toUpperCase()} ${path}`)),
    )
    expect([...HEAVY].filter(route => !routes.has(route.replace(/:(\w+)/g, '{$1}')))).toEqual([])
    const history = '/api/v1/history?point=gatehouse/disk-free'
    Object.assign(g.deps, { memoryShort: () => true })
    expect(await admin.get(history)).toMatchObject({ status: 503, body: { code: 'memory-short' } })
    expect((await admin.get('/api/v1/alarms')).status).toBe(200)
    expect((await admin.post('/api/v1/tokens', { name: 'written' })).status).toBe(201)
    Object.assign(g.deps, { memoryShort: () => false })
    expect((await admin.get(history)).body).not.toMatchObject({ code: 'memory-short' })
  } finally {
    await g.stop()
  }
})
