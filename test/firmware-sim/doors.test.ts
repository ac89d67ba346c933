import { describe, expect, it } from 'vitest'
import { drivers, profiles } from '../../drivers/index.ts'
import { decode, type Register, sizeOf } from '../../drivers/modbus/codec.ts'
import { pduOf, readRequest } from '../../drivers/modbus/pdu.ts'
import { judge, type Point, type Value } from '../../drivers/point.ts'
import { answer } from '../../firmware-sim/modbus-pdu.ts'
import { type MqttMessage, noTies } from '../../firmware-sim/part.ts'
import { doorEvents } from '../../firmware-sim/plaza/door-table.ts'
import { doorsPart } from '../../firmware-sim/plaza/doors.ts'
import { cards, doorIds } from '../../firmware-sim/plaza/doors-list.ts'
import { sensorsPart } from '../../firmware-sim/plaza/sensors.ts'
import { doorsDemo } from '../../gateway/demo/doors.ts'
import { both } from '../../gateway/demo/part.ts'
import { sensorsDemo } from '../../gateway/demo/sensors.ts'
import { checkSite } from '../../gateway/site/site.ts'
import { readMqtt } from '../support/mqttpoint.ts'

/** A weekday, three at night in Shanghai: nobody is about. */
const night = Date.UTC(2026, 10, 18, 19)

/** Both parts and the demo's points of them, without a wire. */
function building(start = night) {
  let at = start
  const ties = noTies()
  const parts = [doorsPart(ties, () => at), sensorsPart(ties, () => at)]
  const lines = (id: string) =>
    id === 'sensors' ? { protocol: 'mqtt', url: 'mqtt://x' } : { protocol: 'modbus-tcp', host: 'x', port: 1 }
  const demos = [doorsDemo(lines), sensorsDemo(lines)]
  const equipment = demos.flatMap(d => d.equipment) as { space: string }[]
  const { site, problems } = checkSite(
    JSON.stringify({
      site: { id: 'demo', name: both('示范', 'demo'), timezone: 'Asia/Shanghai' },
      spaces: [...new Set(equipment.map(e => e.space))].map(id => ({ id, kind: 'room', name: both(id, id) })),
      channels: demos.flatMap(d => d.channels),
      equipment,
      rules: demos.flatMap(d => d.rules),
    }),
    drivers,
    profiles,
  )
  if (!site || problems.length > 0) throw new Error(JSON.stringify(problems, null, 1))
  const points = new Map<string, { point: Point; channel: string }>()
  for (const e of site.equipment) for (const point of e.points) points.set(point.id, { point, channel: e.channel })
  const units = new Map(parts.flatMap(p => p.lines).flatMap(l => ('units' in l ? [...l.units] : [])))
  const messages = parts
    .flatMap(p => p.lines)
    .flatMap((l): readonly MqttMessage[] => ('messages' in l ? l.messages : []))

  function read(id: string): Value | 'bad' {
    const { point, channel } = points.get(id) ?? { channel: '' }
    if (!point) throw new Error(`no point ${id}`)
    let sample = channel === 'sensors' ? readMqtt(messages, point, at) : undefined
    if (!sample) {
      const r = point.address as Register
      const pdu = answer(units.get(r.unit)!, pduOf(readRequest(r.unit, r.table, r.address, sizeOf(r))))
      sample = judge(point, pdu[0]! & 0x80 ? undefined : decode(pdu.subarray(2), r), at)
    }
    return sample.quality === 'bad' ? 'bad' : sample.value
  }
  const pass = (seconds: number) => {
    for (let i = 0; i < seconds; i++) {
      at += 1000
      for (const part of parts) part.step!(1, at)
    }
  }
  const act = (path: string, body: object = {}) => {
    const action = parts.flatMap(p => p.actions).find(a => a.path === path)
    if (!action) throw new Error(`no action ${path}`)
    return action.run(body as never)
  }
  /** A diary: what these points say, each time that one of them changed, by the second. */
  function diary(seconds: number, ids: readonly string[], say: (value: Value, id: string) => string = String) {
    const lines: string[] = []
    const last = new Map<string, Value>()
    for (let s = 0; s <= seconds; s++) {
      if (s > 0) pass(1)
      for (const id of ids) {
        const value = read(id)
        if (last.has(id) && last.get(id) !== value) lines.push(`${s} ${id.split('/')[1]} ${say(value, id)}`)
        last.set(id, value)
      }
    }
    return lines
  }
  return { ties, parts, points, units, read, pass, act, diary, now: () => at, rules: site.rules }
}
const eventName = (code: Value, id: string) =>
  id.endsWith('/event') ? (Object.entries(doorEvents).find(([, n]) => n === code)?.[0] ?? '?') : String(code)
const write = (b: ReturnType<typeof building>, unit: number, address: number, values: number[]): boolean =>
  values.every((v, i) => b.units.get(unit)!.write!('holding', address + i, v))

describe('a door', () => {
  const ids = [
    'door-elv-room/event',
    'door-elv-room/open',
    'door-elv-room/unlocked',
    'door-elv-room/held',
    'door-elv-room/forced',
  ]

  it('a card of the table: unlocked, opened, shut and locked again', () => {
    const b = building()
    b.diary(0, ids)
    b.act('doors/card', { door: 'elv-room', card: 'electrician' })
    expect(b.read('door-elv-room/event')).toBe(1)
    expect(b.diary(12, ids, eventName)).toEqual([
      '2 event opened',
      '2 open true',
      '5 event closed',
      '5 open false',
      '5 unlocked false',
    ])
    expect(b.read('door-elv-room/card')).toBe(Number(cards.electrician.card))
  })
  it('wedged: held after 60 s, and not forced; the wedge taken away, all is well', () => {
    const b = building()
    b.act('doors/wedge', { door: 'elv-room', on: true })
    b.act('doors/card', { door: 'elv-room', card: 'electrician' })
    expect(b.diary(70, ids, eventName)).toEqual([
      '2 event opened',
      '2 open true',
      '5 unlocked false',
      '61 event held',
      '61 held true',
    ])
    b.act('doors/wedge', { door: 'elv-room', on: false })
    expect(b.diary(5, ids, eventName)).toEqual(['1 event closed', '1 open false', '1 held false'])
  })
  it('broken open: forced until it is closed', () => {
    const b = building()
    b.act('doors/force', { door: 'elv-room' })
    expect([b.read('door-elv-room/forced'), b.read('door-elv-room/event')]).toEqual([true, 34])
    b.pass(20)
    expect([b.read('door-elv-room/forced'), b.read('door-elv-room/open')]).toEqual([true, true])
    b.act('doors/close', { door: 'elv-room' })
    expect([b.read('door-elv-room/forced'), b.read('door-elv-room/open')]).toEqual([false, false])
  })
  it('lets somebody in from afar; who does not come finds it locked again', () => {
    const b = building()
    b.units.get(14)!.write!('coil', 0, 1)
    expect(b.read('door-elv-room/unlocked')).toBe(true)
    expect(b.diary(8, ids, eventName)).toEqual(['5 event not-taken', '5 unlocked false'])
  })

  const verdicts: [card: keyof typeof cards, door: string, pin: number | undefined, event: string][] = [
    ['guard', 'elv-room', undefined, 'granted'],
    ['engineer', 'elv-room', 2580, 'granted'],
    ['engineer', 'elv-room', 2581, 'duress'],
    ['engineer', 'elv-room', 2582, 'wrong-pin'],
    ['engineer', 'elv-room', undefined, 'wrong-pin'],
    ['decorator', 'lobby-a', undefined, 'expired'],
    ['stranger', 'lobby-a', undefined, 'unknown'],
    ['guard', 'hv-room', undefined, 'wrong-door'],
    ['guard', 'lift-room-b', undefined, 'granted'],
  ]
  it.each(verdicts)('%s at %s with %s: %s', (card, door, pin, event) => {
    const b = building()
    b.act('doors/card', { door, card, ...(pin !== undefined && { pin }) })
    expect(eventName(b.read(`door-${door}/event`), '/event')).toBe(event)
    b.pass(3)
    const opens = event === 'granted' || event === 'duress'
    expect([b.read(`door-${door}/open`), b.read(`door-${door}/duress`)]).toEqual([opens, event === 'duress'])
  })
})

describe('a controller', () => {
  it('decides without the gateway, tells that it is alone, and keeps what happened in order', () => {
    const b = building()
    expect(b.read('access-1/gateway-away')).toBe(true)
    expect(write(b, 1, 0, [1])).toBe(true)
    expect(b.read('access-1/gateway-away')).toBe(false)
    b.pass(61)
    expect(b.read('access-1/gateway-away')).toBe(true)
    const before = Number(b.read('access-1/newest-event'))
    b.act('doors/card', { door: 'a-roof', card: 'guard' })
    b.pass(10)
    b.act('doors/card', { door: 'b-roof', card: 'stranger' })
    const device = b.units.get(1)!
    const word = (address: number) => device.read('input', address)!
    const newest = word(4) * 65_536 + word(5)
    const events = []
    for (let seq = before + 1; seq <= newest; seq++) {
      const slot = 1000 + 10 * (seq % 64)
      expect(word(slot) * 65_536 + word(slot + 1)).toBe(seq)
      events.push(`${word(slot + 4)} ${eventName(word(slot + 5), '/event')} ${word(slot + 9)}`)
    }
    expect(events).toEqual(['5 granted 1002', '5 opened 0', '5 closed 0', '6 unknown 60001'])
  })
  it('forgets the oldest of more than 64 events, and says from where on it knows', () => {
    const b = building()
    for (let i = 0; i < 100; i++) b.act('doors/card', { door: 'a-roof', card: 'stranger' })
    const newest = Number(b.read('access-1/newest-event'))
    const oldest = b.units.get(1)!.read('input', 7)!
    expect(newest - oldest).toBe(63)
  })
  it('takes a card by its registers, and one away', () => {
    const b = building()
    const number = 42 * 65_536 + 60_001
    const edit = [60, 0, 0, number >>> 16, number & 0xffff, 0, 0, 0, 0, 0b1000, 0]
    const count = Number(b.read('access-1/cards'))
    expect([write(b, 1, 10, edit), write(b, 1, 21, [1])]).toEqual([true, true])
    expect(b.read('access-1/cards')).toBe(count + 1)
    const knock = (door: string) => {
      b.act('doors/card', { door, card: 'stranger' })
      return eventName(b.read(`door-${door}/event`), '/event')
    }
    expect([knock('elv-room'), knock('a-roof')]).toEqual(['granted', 'wrong-door'])
    write(b, 1, 11, [0, 0, 0, 0])
    expect([write(b, 1, 21, [3]), b.units.get(1)!.read('holding', 14)]).toEqual([true, number & 0xffff])
    expect([write(b, 1, 21, [2]), knock('elv-room')]).toEqual([true, 'unknown'])
    expect([write(b, 1, 21, [9]), write(b, 1, 10, [300]) && write(b, 1, 21, [1])]).toEqual([false, false])
  })
  it('goes on by battery when its mains fail', () => {
    const b = building()
    b.ties.fed.elv = false
    b.pass(1)
    b.act('doors/card', { door: 'a-roof', card: 'guard' })
    expect([b.read('access-1/mains-fail'), b.read('door-a-roof/event')]).toEqual([true, 1])
  })
})

it('fire releases all doors, whatever their state, and the barrier stands open', () => {
  const b = building()
  b.act('doors/force', { door: 'hv-room' })
  b.act('doors/wedge', { door: 'elv-room', on: true })
  b.act('doors/card', { door: 'elv-room', card: 'electrician' })
  b.units.get(16)!.write!('coil', 1, 1) // a-roof in lockdown
  b.ties.fed.elv = false
  b.pass(70)
  b.act('doors/card', { door: 'a-roof', card: 'guard' })
  const unlocked = () => doorIds.filter(id => b.read(`door-${id}/unlocked`) === true)
  expect([unlocked(), b.read('door-a-roof/event'), b.read('door-elv-room/held')]).toEqual([[], 16, true])
  b.ties.fire.confirmed = true
  // It is a wire: nobody has to step, decide or answer for it.
  expect([unlocked().length, doorIds.length]).toEqual([14, 14])
  b.pass(5)
  expect([b.read('barrier-1/boom'), b.read('access-2/fire-release'), b.read('door-elv-room/held')]).toEqual([
    2,
    true,
    false,
  ])
  b.units.get(16)!.write!('coil', 1, 1)
  b.pass(600)
  expect(unlocked().length).toBe(14)
  b.act('doors/card', { door: 'a-roof', card: 'guard' })
  b.pass(3)
  expect([b.read('door-a-roof/open'), b.read('door-a-roof/forced')]).toEqual([true, false])
  b.ties.fire.confirmed = false
  b.pass(10)
  expect([unlocked(), b.read('door-a-roof/lockdown')]).toEqual([[], true])
})

it('a car comes: its plate, the boom, the loops, one vehicle more; one that may not waits in vain', () => {
  const b = building()
  const before = Number(b.read('barrier-1/vehicles'))
  const ids = ['barrier-1/boom', 'barrier-1/loop-before', 'barrier-1/loop-under', 'barrier-1/vehicles']
  b.act('barrier/vehicle', { plate: '沪A12345' })
  expect(b.read('barrier-1/plate')).toBe('沪A12345')
  const boom = b.diary(30, ids).filter(line => line.includes('boom'))
  expect(boom.map(line => line.split(' ')[2])).toEqual(['1', '2', '3', '0'])
  expect(b.read('barrier-1/vehicles')).toBe(before + 1)
  b.act('barrier/vehicle', { plate: '粤B99999', allowed: false })
  b.pass(20)
  expect([b.read('barrier-1/boom'), b.read('barrier-1/loop-before')]).toEqual([0, true])
  b.act('barrier/jam', { on: true })
  b.pass(1)
  expect([b.read('barrier-1/boom'), b.read('barrier-1/fault')]).toEqual([4, true])
})

it('guards walk by themselves: every 40 minutes at night, and each reader counts', () => {
  const b = building()
  const reads = (id: string) => Number(b.read(`${id}/reads`))
  const all = ['cp-l1', 'cp-l2', 'cp-l3', 'cp-b1', 'cp-b2']
  const before = all.map(reads)
  b.pass(2 * 3600)
  expect(all.map((id, i) => reads(id) - before[i]!)).toEqual([3, 3, 3, 3, 3])
})

it('a day of people: doors open and close, nobody forces one, nothing stays open', () => {
  const b = building()
  const newest = Number(b.read('access-1/newest-event'))
  b.pass(24 * 3600)
  expect(Number(b.read('access-1/newest-event')) - newest).toBeGreaterThan(1000)
  expect(Number(b.read('barrier-1/vehicles'))).toBeGreaterThan(28_114 + 200)
  b.pass(60)
  expect(doorIds.filter(id => b.read(`door-${id}/forced`) || b.read(`door-${id}/held`))).toEqual([])
})

it('zone sensors report each minute in their turn, and follow their room', () => {
  const b = building()
  b.pass(120)
  const zone = 'air-elv-room/temperature'
  const [cool] = [Number(b.read(zone))]
  b.ties.rooms['elv-room'] = { celsius: 45, humidity: 30, water: true }
  b.pass(600)
  expect([cool < 30, Number(b.read(zone)) > 43, b.read('leak-elv-room/leak')]).toEqual([true, true, true])
  const all = [...b.points.keys()].filter(id => id.startsWith('air-') && id.endsWith('/temperature'))
  expect([all.length, all.filter(id => b.read(id) === 'bad')]).toEqual([12, []])
})
