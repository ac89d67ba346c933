import { describe, expect, it } from 'vitest'
import { encodeGbk } from '../../firmware-sim/gbk.ts'
import { answer } from '../../firmware-sim/modbus-pdu.ts'
import { noTies } from '../../firmware-sim/part.ts'
import { firePart } from '../../firmware-sim/plaza/fire.ts'
import { fireDevices, zones } from '../../firmware-sim/plaza/fire-zones.ts'
import { fireDemo } from '../../gateway/demo/fire.ts'
import { handStepped } from '../support/handstepped.ts'

/** 14:00 in Shanghai. */
const afternoon = Date.UTC(2026, 10, 21, 6)

function building() {
  const ties = noTies()
  const part = firePart(ties)
  const site = handStepped([part], [fireDemo(() => ({ protocol: 'modbus-tcp' }))], afternoon)
  const line = part.lines.find(l => l.id === 'fire-printer')!
  if (line.protocol !== 'text') throw new Error('not text')
  const is = (...keys: string[]) => keys.map(key => site.read(`fire-panel/${key}`))
  return { ties, part, ...site, is, connect: line.connect, encoding: line.encoding }
}

describe('the fire panel', () => {
  it('one detector is an alarm, two of one zone a fire; both stay until the reset', () => {
    const { act, pass, is, ties } = building()
    const keys = ['a-12-alarm', 'a-12-confirmed', 'fire', 'lift-recall', 'alarmed-devices'] as const
    const diary: unknown[] = []
    const note = (what: string) => {
      pass(1)
      diary.push([what, ...is(...keys), [...ties.fire.zones].join(), ties.fire.confirmed])
    }
    note('quiet')
    act('fire/detector', { zone: 'a-12', detector: 1 })
    note('one detector')
    act('fire/detector', { zone: 'a-12', detector: 1 })
    note('the same again')
    act('fire/detector', { zone: 'a-11', detector: 1 })
    note('one of the floor below')
    act('fire/detector', { zone: 'a-12', detector: 5 })
    note('a second one')
    act('fire/clear', { zone: 'a-12' })
    note('the smoke is gone')
    act('fire/reset')
    note('reset: floor 11 still smokes')
    act('fire/clear')
    act('fire/reset')
    note('reset again')
    expect(diary).toEqual([
      ['quiet', false, false, false, false, 0, '', false],
      ['one detector', true, false, false, false, 1, 'a-12', false],
      ['the same again', true, false, false, false, 1, 'a-12', false],
      ['one of the floor below', true, false, false, false, 2, 'a-12,a-11', false],
      ['a second one', true, true, true, true, 3, 'a-12,a-11', true],
      ['the smoke is gone', true, true, true, true, 3, 'a-12,a-11', true],
      ['reset: floor 11 still smokes', false, false, false, false, 1, 'a-11', false],
      ['reset again', false, false, false, false, 0, '', false],
    ])
  })

  it('a call point alone is a fire', () => {
    const { act, pass, is, ties } = building()
    act('fire/call-point', { zone: 'mall-l2' })
    pass(1)
    expect(is('mall-l2-confirmed', 'mall-l1-alarm')).toEqual([true, false])
    expect(ties.fire.confirmed).toBe(true)
  })

  it('drives what belongs to the burning part of the building, and nothing else', () => {
    const { act, pass, is } = building()
    act('fire/call-point', { zone: 'b-07' })
    const shutters: string[] = []
    pass(150, s => {
      const now = is('shutter-1', 'shutter-2', 'shutter-3', 'shutter-5').join(' ')
      if (!shutters.at(-1)?.endsWith(now)) shutters.push(`${s}: ${now}`)
    })
    // 0 up, 4 moving, 1 half, 2 down
    expect(shutters).toEqual(['1: 0 4 0 0', '15: 0 1 0 0', '60: 0 4 0 0', '74: 0 2 0 0'])
    const where = ['tower-a', 'tower-b', 'mall', 'basement']
    expect(is(...where.map(c => `exhaust-damper-${c}`))).toEqual([false, true, false, false])
    expect(is(...where.map(c => `fire-damper-${c}`))).toEqual([true, false, true, true])
    expect(is(...where.map(c => `exhaust-fan-${c}`))).toEqual([false, true, false, false])
    expect(is('stair-fan-a', 'stair-fan-b', 'hydrant-pump-start', 'sprinkler-pump-start')).toEqual([
      ...[false, true, true, true],
    ])
    act('fire/clear')
    act('fire/reset')
    pass(60)
    expect(is('exhaust-fan-tower-b', 'hydrant-pump-start', 'shutter-2', 'exhaust-damper-tower-b')).toEqual([
      ...[false, false, 2, true],
    ])
    act('fire/restore')
    pass(40)
    expect(is('shutter-2', 'exhaust-damper-tower-b', 'fire-damper-tower-b')).toEqual([0, false, true])
  })

  it('with linkage by hand a fire is told and nothing is driven; a jammed shutter stays where it is', () => {
    const { act, pass, is, ties } = building()
    act('fire/linkage', { auto: false })
    act('fire/call-point', { zone: 'mall-l1' })
    pass(30)
    expect(is('mall-l1-confirmed', 'fire', 'lift-recall', 'shutter-3')).toEqual([true, true, false, 0])
    expect(ties.fire.confirmed).toBe(false)
    act('fire/linkage', { auto: true })
    pass(10)
    act('fire/shutter', { shutter: 3, fault: true })
    pass(60)
    expect(is('shutter-3', 'shutter-4')).toEqual([3, 2])
    act('fire/shutter', { shutter: 3, fault: false })
    pass(30)
    expect(is('shutter-3')).toEqual([2])
  })

  it('mains, battery, faults, isolated zones', () => {
    const { act, pass, is, read, ties } = building()
    pass(1)
    const float = read('fire-panel/battery-voltage') as number
    expect(float).toBeGreaterThan(27)
    ties.fed['fire-equipment'] = false
    pass(3600)
    expect(is('mains-fault', 'trouble')).toEqual([true, true])
    expect(read('fire-panel/battery-voltage')).toBeLessThan(26)
    ties.fed['fire-equipment'] = true
    pass(3600)
    expect(is('mains-fault', 'trouble', 'battery-voltage')).toEqual([false, false, float])
    act('fire/fault', { zone: 'a-07', detector: 2, on: true })
    act('fire/battery', { fault: true })
    pass(1)
    expect(is('a-07-fault', 'a-07-alarm', 'faulty-devices', 'battery-fault')).toEqual([true, false, 1, true])
    act('fire/isolate', { zone: 'mall-l3', on: true })
    act('fire/detector', { zone: 'mall-l3', detector: 1 })
    pass(1)
    expect(is('mall-l3-isolated', 'mall-l3-alarm')).toEqual([true, false])
    act('fire/isolate', { zone: 'mall-l3', on: false })
    pass(1)
    expect(is('mall-l3-isolated', 'mall-l3-alarm')).toEqual([false, true])
    expect(() => act('fire/detector', { zone: 'roof' })).toThrow('zone must be one of mall-l1')
  })

  it('an analog detector breathes, climbs with thin smoke, and alarms at its threshold', () => {
    const { act, pass, is, read } = building()
    const clean = new Set<unknown>()
    pass(3600, () => clean.add(read('fire-panel/smoke-elv-room')))
    expect(clean.size).toBeGreaterThan(2)
    for (const value of clean) expect(value).toBeLessThan(15)
    act('fire/smoke', { zone: 'elv-room', percent: 100, overS: 100 })
    let last = 0
    pass(80, () => {
      const now = read('fire-panel/smoke-elv-room') as number
      expect(now).toBeGreaterThanOrEqual(last)
      last = now
    })
    expect(is('elv-room-alarm')).toEqual([false])
    pass(20)
    expect(is('elv-room-alarm', 'elv-room-confirmed')).toEqual([true, false])
    act('fire/clear')
    act('fire/reset')
    pass(5)
    expect(is('elv-room-alarm')).toEqual([false])
  })

  it('can be read only, and only what its table names', () => {
    const { part } = building()
    const line = part.lines[0]!
    if (!('units' in line)) throw new Error('no units')
    const pdu = (...bytes: number[]) => [...answer(line.units.get(1)!, Buffer.from(bytes))]
    expect(pdu(2, 0, 0, 0, 171).slice(0, 2)).toEqual([2, 22])
    expect(pdu(2, 0, 171, 0, 1)).toEqual([0x82, 2])
    expect(pdu(3, 0, 0, 0, 1)).toEqual([0x83, 2])
    expect(pdu(5, 0, 0, 0xff, 0)).toEqual([0x85, 1])
  })
})

describe('the CO2 system', () => {
  const seen = ['detector', 'pre-discharge', 'discharged', 'stopped', 'pressure-low'] as const

  it('by hand it waits for the button; the stop button holds the gas back', () => {
    const { act, pass, read } = building()
    const state = () => seen.map(key => read(`co2-system/${key}`))
    act('suppression/mode', { mode: 'hand' })
    act('fire/call-point', { zone: 'distribution-room' })
    pass(120)
    expect(state()).toEqual([true, false, false, false, false])
    act('suppression/start', { room: 'distribution-room' })
    pass(20)
    expect(state()).toEqual([true, true, false, false, false])
    expect(read('co2-system/countdown')).toBe(10)
    act('suppression/stop')
    pass(60)
    expect(state()).toEqual([true, false, false, true, false])
    act('fire/clear')
    act('fire/reset')
    act('suppression/start', { room: 'distribution-room' })
    pass(150)
    expect(state()).toEqual([false, false, true, false, true])
    const pressures = [1, 4, 5, 6].map(n => read(`co2-system/cylinder-${n}`) as number)
    expect(pressures.map(p => p > 5)).toEqual([false, false, true, true])
    act('fire/reset')
    act('suppression/refill')
    pass(1)
    expect(state()).toEqual([false, false, false, false, false])
  })

  it('a leaking cylinder falls below the limit by itself', () => {
    const { act, pass, read } = building()
    pass(1)
    expect(read('co2-system/cylinder-3')).toBeGreaterThan(5.5)
    act('suppression/leak', { cylinder: 3, pressure: 4.2 })
    pass(20)
    expect(read('co2-system/pressure-low')).toBe(false)
    pass(100)
    expect([read('co2-system/pressure-low'), read('co2-system/cylinder-3')]).toEqual([true, 4.2])
    expect(read('co2-system/cylinder-2')).toBeGreaterThan(5.5)
  })
})

describe('the panel that only prints', () => {
  it('prints what happens in tower A, the self-test, and nothing of other towers', () => {
    const { act, pass, connect, encoding } = building()
    const paper: string[] = []
    pass(202)
    const leave = connect(line => paper.push(line))
    act('fire/detector', { zone: 'a-12', detector: 1 })
    pass(98)
    act('fire/detector', { zone: 'b-12', detector: 1 })
    act('fire/fault', { zone: 'a-04', detector: 5, on: true })
    act('fire/fault', { zone: 'a-04', detector: 5, on: false })
    pass(5)
    act('fire/mains', { on: false })
    pass(1)
    act('fire/silence')
    act('fire/reset')
    pass(1)
    leave()
    act('fire/call-point', { zone: 'a-09' })
    pass(600)
    expect(encoding).toBe('gbk')
    expect(paper).toEqual([
      '2026-11-21 14:03:22 001回路 049号 感烟探测器 火警 A座12层走廊',
      '2026-11-21 14:05:00 系统自检 正常',
      '2026-11-21 14:05:00 001回路 005号 感温探测器 故障 A座4层弱电井',
      '2026-11-21 14:05:00 001回路 005号 感温探测器 恢复 A座4层弱电井',
      '2026-11-21 14:05:06 主电故障',
      '2026-11-21 14:05:06 消音',
      '2026-11-21 14:05:06 复位',
      '2026-11-21 14:05:06 001回路 049号 感烟探测器 火警 A座12层走廊',
    ])
  })

  it('its bytes are GBK', () => {
    // Written down from another encoder.
    const line = '2026-11-21 14:03:22 001回路 049号 感烟探测器 火警 A座12层走廊'
    expect(encodeGbk(line).toString('hex')).toBe(
      '323032362d31312d32312031343a30333a323220303031bbd8c2b720303439bac520b8d0d1ccccbdb2e2c6f720bbf0beaf2041d7f93132b2e3d7dfc0c8',
    )
    expect(encodeGbk('消防').toString('hex')).toBe('cffbb7c0')
    expect(() => encodeGbk('🔥')).toThrow('GBK has no "🔥"')
  })

  it('every name on its loops can be printed, and stands on a loop once', () => {
    const numbers = new Set(fireDevices.map(d => `${d.loop} ${d.number}`))
    expect(numbers.size).toBe(240)
    for (const device of fireDevices) {
      expect(new TextDecoder('gbk').decode(encodeGbk(device.place))).toBe(device.place)
      expect(device.number).toBeLessThanOrEqual(200)
    }
    expect(zones).toHaveLength(40)
  })
})
