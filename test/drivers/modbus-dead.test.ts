import { describe, expect, it } from 'vitest'
import type { Driver } from '../../drivers/driver.ts'
import { modbusRtuOverTcp, modbusTcp } from '../../drivers/modbus/driver.ts'
import type { Point } from '../../drivers/point.ts'
import { pointsOf } from '../../drivers/profile.ts'
import { startModbus } from '../../firmware-sim/modbus.ts'
import { createClock } from '../../gateway/core/clock.ts'
import { createPoller } from '../../gateway/live/poller.ts'
import { pause, until } from '../support/wait.ts'
import { soon } from './driver.suite.ts'
import { deps } from './modbus.bench.ts'

const UNITS = 10
const SCAN_MS = 250
const TIMEOUT_MS = 400

/** Ten units on one line; counts what each answers. */
async function line(driver: typeof modbusTcp | typeof modbusRtuOverTcp, turnaroundMs: number, dead?: number) {
  const answers = new Map<number, number>()
  const units = new Map(
    Array.from({ length: UNITS }, (_, i) => {
      const unit = i + 1
      const read = (_: string, address: number) => {
        if (address === 0) answers.set(unit, (answers.get(unit) ?? 0) + 1)
        return address
      }
      return [unit, { read, write: () => true }] as const
    }),
  )
  const sim = await startModbus({ framing: driver === modbusTcp ? 'tcp' : 'rtu', units, turnaroundMs })
  if (dead) sim.setFault(dead, { kind: 'mute' })
  const link = driver.open({ host: '127.0.0.1', port: sim.port, timeoutMs: TIMEOUT_MS }, deps)
  const pointsFor = (id: string, unit: number, scanMs = SCAN_MS): Point[] =>
    pointsOf(
      id,
      [
        { key: 'a', table: 'holding', address: 0, scanMs },
        { key: 'b', table: 'holding', address: 1, scanMs, writable: true },
        { key: 'slow', table: 'input', address: 5, scanMs: scanMs * 4 },
      ],
      driver as Driver,
      unit,
    )
  const stop = async () => {
    await link.close()
    await sim.stop()
  }
  return { sim, link, answers, pointsFor, stop }
}

describe.concurrent.each([modbusTcp, modbusRtuOverTcp])('$protocol: one dead unit of ten', driver => {
  it('the others hardly lose a scan, from the moment it dies; it is back within a probe', {
    timeout: 120_000,
  }, async () => {
    const l = await line(driver, 10)
    const clock = createClock()
    const seen = new Map<string, unknown>()
    const devices = Array.from({ length: UNITS }, (_, i) => ({
      id: `u${i + 1}`,
      link: l.link,
      points: l.pointsFor(`u${i + 1}`, i + 1),
    }))
    // A second device on the dead unit: it must not make the line pay twice.
    const twin = { id: 'twin', link: l.link, points: l.pointsFor('twin', 4) }
    const poller = createPoller([...devices, twin], clock, samples => {
      for (const s of samples) seen.set(s.point, s.value)
    })
    const others = () => [...l.answers].filter(([unit]) => unit !== 4).reduce((sum, [, n]) => sum + n, 0)
    const during = async (ms: number) => {
      const [before, began] = [others(), performance.now()]
      await pause(ms)
      return ((others() - before) * 1000) / (performance.now() - began)
    }
    await until('all are read', () => seen.get('u10/a') === 0)
    const healthy = await during(4000)
    l.sim.setFault(4, { kind: 'mute' })
    const dead = await during(8000)
    expect(healthy).toBeGreaterThan(20)
    // 0.98 on a quiet machine is what the bench shows; here others work on the same cores.
    expect(dead / healthy).toBeGreaterThan(0.85)
    for (const id of ['u4', 'twin'])
      expect([id, poller.state(id)?.online, seen.get(`${id}/a`), seen.get(`${id}/slow`)]).toEqual([
        id,
        false,
        null,
        null,
      ])
    expect(l.link.away!(devices[3]!.points)?.what).toBe('unit')
    expect(l.link.away!(devices[2]!.points)).toBeUndefined()
    l.sim.setFault(4, null)
    await until('both are back', () => poller.state('u4')?.online && poller.state('twin')?.online, 15_000)
    expect(seen.get('u4/a')).toBe(0)
    poller.stop()
    clock.stop()
    await l.stop()
  })

  it('a write to it is refused at once, unsent; a refusal is an answer', { timeout: 120_000 }, async () => {
    const l = await line(driver, 0, 4)
    const points = l.pointsFor('x', 4)
    await until('it is given up', async () => {
      await l.link.read(points, soon())
      return l.link.away!(points)
    })
    const asked = l.sim.requests()
    const began = performance.now()
    expect(await l.link.write!(points[1]!, 1, soon())).toEqual({ ok: false, reason: 'offline' })
    expect(await l.link.read(points, soon()).then(s => s.map(x => x.reason))).toEqual(points.map(() => 'timeout'))
    expect([l.sim.requests() - asked, performance.now() - began < 100]).toEqual([0, true])
    l.sim.setFault(5, { kind: 'refuse', code: 4 })
    const refusing = l.pointsFor('y', 5)
    for (let i = 0; i < 5; i++)
      expect((await l.link.read(refusing, soon())).map(s => s.reason)).toEqual(points.map(() => 'refused'))
    expect(l.link.away!(refusing)).toBeUndefined()
    await l.stop()
  })
})

it('the budget says what each point costs the line', { timeout: 120_000 }, async () => {
  const units = new Map([[1, { read: (_: string, address: number) => address }]])
  const sim = await startModbus({ framing: 'tcp', units, turnaroundMs: 40 })
  const link = modbusTcp.open({ host: '127.0.0.1', port: sim.port }, deps)
  const spec = (key: string, address: number, type = 'uint16') => ({ key, table: 'holding', address, type })
  const points = pointsOf('x', [spec('small', 0), spec('big', 1, 'float64'), spec('far', 5000)], modbusTcp as Driver, 1)
  const clock = createClock()
  const poller = createPoller([{ id: 'x', link, points }], clock, () => {})
  await pause(4000)
  // What the machine did at the first reads weighs less with each.
  const dearest = () => link.report!().budget.points.map(p => p.id)
  await until('the order of what they cost', () => dearest().join() === 'x/far,x/big,x/small', 15_000)
  const { budget, counts } = link.report!()
  // Two requests of 40 ms each second.
  expect(budget.utilisation).toBeGreaterThan(0.04)
  expect(budget.utilisation).toBeLessThan(0.3)
  expect([budget.overloaded, counts.timeouts]).toEqual([false, 0])
  const cost = (id: string) => budget.points.find(p => p.id === `x/${id}`)!.costMs
  expect(cost('far')).toBeGreaterThan(38)
  expect(cost('big') / cost('small')).toBeCloseTo(4, 1)
  expect(poller.cycles('x')[0]!.achievedMs! / 1000).toBeCloseTo(1, 0)
  poller.stop()
  clock.stop()
  await link.close()
  await sim.stop()
})

it('a line that is away is tried ever more rarely, and all its devices are back together', {
  timeout: 120_000,
}, async () => {
  const l = await line(modbusTcp, 0)
  const { port } = l.sim
  const clock = createClock()
  const devices = [1, 2, 3].map(n => ({ id: `u${n}`, link: l.link, points: l.pointsFor(`u${n}`, n) }))
  const poller = createPoller(devices, clock, () => {})
  const all = (online: boolean) => () => devices.every(d => poller.state(d.id)?.online === online)
  await until('all are read', all(true))
  await l.sim.stop()
  await until('all are away', all(false))
  expect(l.link.away!(devices[0]!.points)!.what).toBe('line')
  const units = new Map([1, 2, 3].map(n => [n, { read: () => 7 }]))
  const again = await startModbus({ framing: 'tcp', units, port })
  await until('all are back', all(true), 20_000)
  expect(again.connections()).toBe(1)
  poller.stop()
  clock.stop()
  await l.link.close()
  await again.stop()
})
