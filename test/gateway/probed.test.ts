import { describe, expect, it } from 'vitest'
import type { Link } from '../../drivers/driver.ts'
import { bad, type Point, type PointId, type Reason, type Sample, type Value } from '../../drivers/point.ts'
import type { Proof } from '../../drivers/probe.ts'
import { em24 } from '../../firmware-sim/maps/meters.ts'
import { tuf2000m } from '../../firmware-sim/maps/water.ts'
import { startModbus } from '../../firmware-sim/modbus.ts'
import { probed } from '../../gateway/live/probed.ts'
import { manualClock } from '../support/clock.ts'
import { startGateway } from '../support/gateway.ts'
import { head } from '../support/sites.ts'
import { until } from '../support/wait.ts'

const point = (key: string): Point => ({
  id: `m/${key}`,
  key,
  name: { 'zh-CN': key, en: key },
  kind: 'number',
  scanMs: 1000,
  address: null,
})
const voltage = point('voltage')
const energy = point('energy')
const proof: Proof = {
  points: [voltage, energy],
  facts: [
    { key: 'voltage', within: [80, 300] },
    { key: 'energy', good: true },
  ],
}
const soon = new AbortController().signal

/** A device whose values and silence are set by hand. */
function bench() {
  const clock = manualClock()
  const state = { voltage: 230 as Value, energy: 12 as Value, reason: null as Reason | null }
  const reads: string[] = []
  const writes: PointId[] = []
  const raw: Link = {
    async read(points) {
      reads.push(points.map(p => p.key).join(' '))
      return points.map(({ id, key }): Sample => {
        const seen = clock.now()
        if (state.reason) return bad(id, state.reason, seen)
        return { point: id, at: seen, seen, quality: 'good', value: state[key as 'voltage' | 'energy'] }
      })
    },
    watch: () => () => {},
    write: async p => {
      writes.push(p.id)
      return { ok: true }
    },
    close: async () => {},
  }
  const link = probed(raw, proof, clock)
  const look = async () => (await link.read([energy], soon)).map(s => s.reason ?? s.value)[0]
  return { clock, state, reads, writes, raw, link, look }
}

describe('a device that must prove what it is', () => {
  it('is believed once it has, and is asked no more', async () => {
    const b = bench()
    expect([await b.look(), await b.look()]).toEqual([12, 12])
    expect(b.reads).toEqual(['energy', 'voltage energy', 'energy'])
    expect((await b.link.write!(energy, 1, soon)).ok).toBe(true)
    expect(probed(b.raw, null, b.clock)).toBe(b.raw)
    expect(b.link.watch).toBeUndefined()
  })
  it('another one is never believed nor written to, and may try again after 10 s', async () => {
    const b = bench()
    b.state.voltage = 4.2
    expect([await b.look(), await b.look()]).toEqual(['wrong-device', 'wrong-device'])
    expect(await b.link.write!(energy, 1, soon)).toEqual({ ok: false, reason: 'refused' })
    expect(b.writes).toEqual([])
    b.state.voltage = 230
    expect(await b.look()).toBe('wrong-device')
    await b.clock.pass(10_000)
    expect(await b.look()).toBe(12)
  })
  it('must do so again after a silence', async () => {
    const b = bench()
    await b.look()
    b.state.voltage = 4.2
    expect(await b.look()).toBe(12) // nobody can tell while it never went away
    b.state.reason = 'timeout'
    expect(await b.look()).toBe('timeout')
    b.state.reason = null
    expect(await b.look()).toBe('wrong-device')
  })
  it('without mains it keeps its name if it had one, and gets none if it had not', async () => {
    const b = bench()
    await b.look()
    b.state.reason = 'offline'
    await b.look()
    Object.assign(b.state, { reason: null, voltage: 0 })
    expect(await b.look()).toBe(12)
    // Nothing but zeros is what a wrong device says too.
    Object.assign(b.state, { reason: 'offline' })
    await b.look()
    Object.assign(b.state, { reason: null, energy: 0 })
    expect(await b.look()).toBe('wrong-device')
    const fresh = bench()
    fresh.state.voltage = 0
    expect(await fresh.look()).toBe('wrong-device')
  })
  it('silence during the proof is silence, and the proof is due with the next answer', async () => {
    const b = bench()
    const raw = b.raw.read
    let fail = true
    b.raw.read = async (points, signal) => {
      const samples = await raw(points, signal)
      return points.length > 1 && fail ? points.map(p => bad(p.id, 'timeout', 0)) : samples
    }
    const link = probed(b.raw, proof, b.clock)
    const look = async () => (await link.read([energy], soon)).map(s => s.reason ?? s.value)[0]
    expect(await look()).toBe('wrong-device')
    fail = false
    expect(await look()).toBe(12)
  })
})

it('a meter that was swapped for another device is found out by the gateway', async () => {
  const sim = (device: typeof em24, port?: number) =>
    startModbus({ framing: 'tcp', units: new Map([[1, device.device('zero')]]), ...(port && { port }) })
  let server = await sim(em24)
  const gateway = await startGateway({
    site: {
      ...head,
      channels: [{ id: 'bus', protocol: 'modbus-tcp', host: '127.0.0.1', port: server.port, timeoutMs: 200 }],
      equipment: [{ id: 'em', kind: 'electricity-meter', channel: 'bus', unit: 1, profile: 'carlo-gavazzi-em24' }],
    },
  })
  const api = await gateway.admin()
  const says = async () => {
    const { sample } = (await api.get('/api/v1/points/em/energy-import')).body as never as {
      sample: { value: number | null; reason: string | null }
    }
    return sample.reason ?? sample.value
  }
  try {
    await until('the meter is read', async () => (await says()) === 123456.7)
    const { port } = server
    await server.stop()
    await until('it is gone', async () => ['offline', 'timeout'].includes(String(await says())))
    server = await sim(tuf2000m, port)
    await until('the wrong device is known', async () => (await says()) === 'wrong-device', 20_000)
    expect((await api.get('/api/v1/points/em/online')).body.sample).toMatchObject({ value: true })
    await server.stop()
    await until('it is gone again', async () => ['offline', 'timeout'].includes(String(await says())), 20_000)
    server = await sim(em24, port)
    await until('the meter is believed again', async () => (await says()) === 123456.7, 30_000)
  } finally {
    await gateway.stop()
    await server.stop()
  }
}, 120_000)
