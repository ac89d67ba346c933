import { describe, expect, it } from 'vitest'
import { createLift } from '../../firmware-sim/lift.ts'
import { createMeter, type MeterValue, sdm630Map } from '../../firmware-sim/meter.ts'
import { answer } from '../../firmware-sim/modbus-pdu.ts'
import { playPlot } from '../../firmware-sim/plot.ts'
import { createPump, pumpMap } from '../../firmware-sim/pump.ts'
import { createRoom } from '../../firmware-sim/room.ts'

const morning = Date.UTC(2026, 10, 21, 2)
const hour = 3_600_000

function clock(start = morning) {
  let t = start
  const pass = (ms: number) => {
    t += ms
  }
  return { now: () => t, pass }
}

const request = (fc: number, address: number, count: number) => {
  const pdu = Buffer.alloc(5)
  pdu[0] = fc
  pdu.writeUInt16BE(address, 1)
  pdu.writeUInt16BE(count, 3)
  return pdu
}

describe('SDM630', () => {
  const float = (meter: ReturnType<typeof createMeter>, address: number) =>
    answer(meter, request(4, address, 2)).readFloatBE(2)

  it('gives each value of its map at its address, as float32 with the high word first', () => {
    const { now } = clock()
    const meter = createMeter(now)
    const entries = Object.entries(sdm630Map)
    for (const [name, address] of entries)
      expect(float(meter, address), name).toBe(Math.fround(meter.state[name as MeterValue]))
    expect(entries).toHaveLength(39)
  })

  it('is physically consistent at every hour, and its energy only grows', () => {
    const { now, pass } = clock()
    const meter = createMeter(now)
    let before = meter.state['energy.import']
    let seen = 0
    for (let i = 0; i < 48; i++) {
      pass(hour / 2)
      const s = { ...meter.state }
      let watts = 0
      for (const n of [1, 2, 3] as const) {
        expect(s[`voltage.l${n}`]).toBeGreaterThan(220)
        expect(s[`voltage.l${n}`]).toBeLessThan(240)
        expect(s[`apparent.l${n}`]).toBeCloseTo(s[`voltage.l${n}`] * s[`current.l${n}`], 6)
        expect(Math.hypot(s[`power.l${n}`], s[`reactive.l${n}`])).toBeCloseTo(s[`apparent.l${n}`], 6)
        expect(s[`power.l${n}`] / s[`apparent.l${n}`]).toBeCloseTo(s[`factor.l${n}`], 9)
        watts += s[`power.l${n}`]
        seen++
      }
      expect(s['power.total']).toBeCloseTo(watts, 6)
      expect(s['import.l1'] + s['import.l2'] + s['import.l3']).toBeCloseTo(s['energy.import'], 6)
      const grown = s['energy.import'] - before
      before = s['energy.import']
      expect(grown).toBeGreaterThan(4)
      expect(grown).toBeLessThan(25)
    }
    expect(seen).toBe(144)
  })

  it('draws more at ten in the morning than at three at night', () => {
    const at = (utcHour: number) => createMeter(() => Date.UTC(2026, 10, 21, utcHour)).state['power.total']
    expect(at(2)).toBeGreaterThan(2 * at(19))
  })

  it('refuses what splits a value, what it has not, and every other table', () => {
    const meter = createMeter(clock().now)
    for (const [fc, address, count] of [
      [4, 1, 2],
      [4, 0, 1],
      [4, 0, 3],
      [4, 0x200, 2],
      [4, 0x0164, 4],
      [3, 0, 2],
      [1, 0, 2],
    ] as const)
      expect([...answer(meter, request(fc, address, count))], `${fc} ${address} ${count}`).toEqual([fc | 0x80, 2])
    expect(answer(meter, request(4, 0, 80)).length).toBe(2 + 160)
    expect([...answer(meter, Buffer.from([6, 0, 0, 0, 0]))]).toEqual([0x86, 1])
  })

  it('keeps a pinned value, NaN too, and gives it back', () => {
    const meter = createMeter(clock().now)
    expect(meter.set('voltage.l1', Number.NaN)).toBe(true)
    expect(float(meter, 0)).toBeNaN()
    expect(meter.set('voltage.l1', null)).toBe(true)
    expect(float(meter, 0)).toBeGreaterThan(220)
    expect(meter.set('voltage.l9', 1)).toBe(false)
  })

  it('loses no energy when its clock is set back', () => {
    const { now, pass } = clock()
    const meter = createMeter(now)
    pass(hour)
    const before = meter.state['energy.import']
    pass(-3 * hour)
    expect(meter.state['energy.import']).toBe(before)
    pass(hour)
    expect(meter.state['energy.import']).toBeGreaterThan(before)
  })
})

describe('booster pumps', () => {
  it('hold the pressure; a trip lets it fall until the other pump takes over after 3 s', () => {
    const { now, pass } = clock()
    const pump = createPump(now)
    expect(pump.state.pressure).toBeCloseTo(4.2, 1)
    pump.trip(1)
    expect(pump.state).toMatchObject({ 'pump1.tripped': 1, 'pump1.fault': 7, 'pump1.running': 0, 'pump1.current': 0 })
    pass(2500)
    expect(pump.state['pump2.running']).toBe(0)
    expect(pump.state.pressure).toBeLessThan(2.6)
    pass(1000)
    expect(pump.state['pump2.running']).toBe(1)
    pass(12_000)
    expect(pump.state.pressure).toBeCloseTo(4.2, 1)
    pump.reset(1)
    pass(15_000)
    expect(pump.state).toMatchObject({ 'pump1.running': 1, 'pump2.running': 0, 'pump1.fault': 0 })
    expect(pump.state.pressure).toBeCloseTo(4.2, 1)
  })

  it('without any pump only the tank presses', () => {
    const { now, pass } = clock()
    const pump = createPump(now)
    pump.trip(1)
    pump.trip(2, 3)
    pass(60_000)
    expect(pump.state.pressure).toBeCloseTo(0.6, 2)
  })

  it('answer at each address of their map, and nowhere else', () => {
    const pump = createPump(clock().now)
    const functions = { coil: 1, discrete: 2, holding: 3, input: 4 }
    for (const row of pumpMap) {
      const pdu = answer(pump, request(functions[row.table], row.address, row.type === 'uint32' ? 2 : 1))
      const raw = row.type === 'uint32' ? pdu.readUInt32BE(2) : row.type === 'bool' ? pdu[2]! : pdu.readUInt16BE(2)
      expect(raw, row.key).toBe(Math.round(pump.state[row.key] / ('scale' in row ? row.scale : 1)))
    }
    expect(pumpMap).toHaveLength(21)
    for (const [fc, address] of [
      [4, 12],
      [2, 7],
      [1, 3],
      [3, 1],
    ] as const)
      expect([...answer(pump, request(fc, address, 1))]).toEqual([fc | 0x80, 2])
  })

  it('obey in remote mode only', () => {
    const { now, pass } = clock()
    const pump = createPump(now)
    expect(pump.write!('holding', 0, 350)).toBe(true)
    expect(pump.write!('holding', 0, 9000)).toBe(false)
    pass(20_000)
    expect(pump.state.pressure).toBeCloseTo(3.5, 1)
    expect(pump.write!('coil', 0, 0)).toBe(true)
    pass(10_000)
    expect(pump.state).toMatchObject({ 'pump1.running': 0, 'pump2.running': 1 })
    pump.trip(2)
    expect(pump.write!('coil', 2, 1)).toBe(true)
    expect(pump.state['pump2.fault']).toBe(0)
    pump.setRemote(false)
    expect(pump.write!('coil', 0, 1)).toBe(false)
    expect(pump.state.remote).toBe(0)
  })

  it('their tank can be held at a level', () => {
    const pump = createPump(clock().now)
    expect(pump.state).toMatchObject({ 'tank.low': 0, 'tank.high': 0 })
    pump.setLevel(12)
    expect(pump.state).toMatchObject({ 'tank.level': 12, 'tank.low': 1 })
    pump.setLevel(96)
    expect(pump.state['tank.high']).toBe(1)
    pump.setLevel(null)
    expect(pump.state['tank.low']).toBe(0)
  })

  it('the plot trips, repairs and trips again', async () => {
    const pump = createPump(Date.now)
    const said: string[] = []
    const stop = playPlot(pump, message => said.push(message), { firstMs: 5, repairMs: 10, everyMs: 30 })
    await expect.poll(() => said.length).toBeGreaterThanOrEqual(3)
    stop()
    expect(said.slice(0, 3).map(message => message.split(' ').slice(-2).join(' '))).toEqual([
      'with overcurrent',
      'pump 1',
      'with overcurrent',
    ])
  })
})

describe('room', () => {
  it('warms by a degree per second to the target and stays there', () => {
    const { now, pass } = clock()
    const room = createRoom(now)
    const before = room.state.celsius
    expect(Math.abs(before - 26)).toBeLessThan(0.5)
    room.heat(45)
    pass(5000)
    expect(room.state.celsius).toBeCloseTo(before + 5, 6)
    pass(60_000)
    expect(room.read('input', 0)).toBe(450)
    room.heat(-5)
    pass(60_000)
    expect(room.read('input', 0)).toBe(-50)
    expect([...answer(room, request(4, 0, 1))]).toEqual([4, 2, 0xff, 0xce])
  })

  it('tells water on the floor', () => {
    const room = createRoom(clock().now)
    expect(room.read('discrete', 0)).toBe(0)
    room.flood(true)
    expect(room.read('discrete', 0)).toBe(1)
    expect(room.read('discrete', 1)).toBeUndefined()
  })
})

describe('lift', () => {
  it('travels between its floors with the doors shut', () => {
    const lift = createLift()
    const trips = lift.state.trips
    const floors = new Set<number>()
    for (let i = 0; i < 20_000; i++) {
      lift.advance(200)
      const s = lift.state
      expect(s.running && s.doorOpen).toBe(false)
      if (!s.running) floors.add(s.position)
      expect(s.position).toBeGreaterThanOrEqual(-2)
      expect(s.position).toBeLessThanOrEqual(20)
    }
    expect(lift.state.trips - trips).toBeGreaterThan(100)
    expect(floors.size).toBeGreaterThan(15)
    expect(floors.has(0)).toBe(false)
  })

  it('stays between two floors until somebody comes', () => {
    const lift = createLift()
    lift.trap()
    lift.advance(60_000)
    expect(lift.state).toMatchObject({
      personTrapped: true,
      alarmBell: true,
      running: false,
      doorOpen: false,
      inService: false,
    })
    expect(lift.state.position).toBeGreaterThan(12)
    expect(lift.state.position).toBeLessThan(13)
    lift.release()
    expect(lift.state).toMatchObject({
      personTrapped: false,
      alarmBell: false,
      fault: 0,
      floor: 12,
      doorOpen: true,
      inService: true,
    })
  })
})
