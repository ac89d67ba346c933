import { expect, it } from 'vitest'
import { createLift, type LiftState } from '../../firmware-sim/lift.ts'
import { noTies } from '../../firmware-sim/part.ts'
import { liftsPart } from '../../firmware-sim/plaza/lifts.ts'

/** 08:00 in Shanghai. */
const morning = Date.UTC(2026, 10, 21)
const hourS = 3600

/** The part by hand, second by second, and a diary of what changes. */
function day(start = morning) {
  const ties = noTies()
  const part = liftsPart(ties)
  let at = start
  const line = part.lines[0]!
  if (line.protocol !== 'opcua') throw new Error('not opcua')
  const nodes = new Map(line.nodes.map(node => [node.id, node]))
  const read = (id: string) => {
    const node = nodes.get(id)
    if (!node) throw new Error(`no node ${id}`)
    return node.read()
  }
  return {
    ties,
    part,
    read,
    ids: [...nodes.keys()],
    pass(seconds: number, each: (s: number) => void = () => {}) {
      for (let s = 1; s <= seconds; s++) {
        at += 1000
        part.step!(1, at)
        each(s)
      }
    },
    /** Seconds until it is so. */
    until(so: () => boolean, most: number): number {
      for (let s = 0; s <= most; s++) {
        if (so()) return s
        at += 1000
        part.step!(1, at)
      }
      throw new Error(`not within ${most} s`)
    },
    act: (path: string, body: object) => {
      const action = part.actions.find(a => a.path === path)
      if (!action) throw new Error(`no action ${path}`)
      return action.run(body as Record<string, unknown>)
    },
  }
}

const machines = [2, 3, 4, 5, 6]

it('no lift moves with its doors open, jumps, or leaves its floors, over a day', () => {
  const { pass, read } = day()
  const before = machines.map(n => read(`Lift${n}.Position`) as number)
  const trips = machines.map(n => read(`Lift${n}.Trips`) as number)
  const landed = machines.map(() => new Set<number>())
  const highest = [18, 18, 18, 16, 16]
  let moving = 0
  pass(24 * hourS, () => {
    for (const [i, n] of machines.entries()) {
      const position = read(`Lift${n}.Position`) as number
      const running = read(`Lift${n}.Running`) as boolean
      const open = read(`Lift${n}.DoorOpen`) as boolean
      const way = position - before[i]!
      if (running && open) throw new Error(`lift ${n} drives with open doors`)
      if (Math.abs(way) > 1) throw new Error(`lift ${n} jumped ${way} floors`)
      if (open && way !== 0 && !Number.isInteger(position)) throw new Error(`lift ${n} opened between floors`)
      if (position < -2 || position > highest[i]!) throw new Error(`lift ${n} is at ${position}`)
      if (open) landed[i]!.add(position)
      if (running) moving++
      before[i] = position
    }
  })
  expect(moving).toBeGreaterThan(10_000)
  for (const [i, n] of machines.entries()) {
    const made = (read(`Lift${n}.Trips`) as number) - trips[i]!
    expect(made, `trips of lift ${n}`).toBeGreaterThan(n === 4 ? 100 : 500)
    expect(made).toBeLessThan(2000)
    expect([...landed[i]!].filter(floor => !Number.isInteger(floor) || floor === 0)).toEqual([])
    if (n !== 4) expect(landed[i]!.has(2) || landed[i]!.has(3), `lift ${n} stops at shops`).toBe(false)
    const celsius = read(`Lift${n}.MachineRoom`) as number
    expect(celsius).toBeGreaterThan(18)
    expect(celsius).toBeLessThan(40)
  }
})

it('people leave their homes in the morning and their offices in the evening', () => {
  const { pass, read, ties } = day(morning - 8 * hourS * 1000) // from midnight on
  const perHour: number[] = []
  const kw: number[] = []
  let last = read('Lift5.Trips') as number
  for (let hour = 0; hour < 24; hour++) {
    let most = 0
    pass(hourS, () => {
      most = Math.max(most, ties.demandKw['lifts-b'])
    })
    kw.push(most)
    perHour.push((read('Lift5.Trips') as number) - last)
    last = read('Lift5.Trips') as number
  }
  expect(perHour[3]).toBe(0)
  expect(perHour[8]).toBeGreaterThan(40)
  expect(perHour[18]).toBeGreaterThan(40)
  expect(kw[3]).toBeCloseTo(1.2)
  expect(kw[8]).toBeGreaterThan(5)
})

it('the supply fails: lifts stop where they are, people ring, and with supply they land by themselves', () => {
  const { until, pass, read, ties } = day()
  const between = () => read('Lift5.Running') && Math.abs(((read('Lift5.Position') as number) % 1) - 0.5) < 0.3
  until(() => Boolean(between() && (read('Lift5.LoadPercent') as number) > 0), 2 * hourS)
  const stoppedAt = read('Lift5.Position') as number
  ties.fed['lifts-b'] = false
  const diary: string[] = []
  const note = (s: number) => {
    const now = ['Running', 'DoorOpen', 'Fault', 'PersonTrapped', 'AlarmBell', 'InService', 'Mode'].map(
      name => `${name} ${read(`Lift5.${name}`)}`,
    )
    const line = now.join(' ')
    if (!diary.at(-1)?.endsWith(line)) diary.push(`${s} ${line}`)
  }
  pass(60, note)
  expect(read('Lift5.Position')).toBe(stoppedAt)
  expect(ties.demandKw['lifts-b']).toBe(0)
  expect(ties.demandKw['lifts-a']).toBeGreaterThan(1)
  ties.fed['lifts-b'] = true
  pass(20, s => note(60 + s))
  expect(diary.map(line => line.replace(/^\d+ /, ''))).toEqual([
    'Running false DoorOpen false Fault 41 PersonTrapped true AlarmBell false InService false Mode 3',
    'Running false DoorOpen false Fault 41 PersonTrapped true AlarmBell true InService false Mode 3',
    'Running false DoorOpen false Fault 41 PersonTrapped true AlarmBell true InService false Mode 0',
    'Running true DoorOpen false Fault 41 PersonTrapped true AlarmBell true InService false Mode 4',
    'Running false DoorOpen true Fault 0 PersonTrapped false AlarmBell false InService true Mode 0',
  ])
  expect(Number(diary[1]!.split(' ')[0])).toBe(20)
  expect(Math.abs((read('Lift5.Position') as number) - stoppedAt)).toBeLessThanOrEqual(1.5)
  const trips = read('Lift5.Trips') as number
  pass(600)
  expect(read('Lift5.Trips')).toBeGreaterThan(trips)
})

it('an outage at night traps nobody', () => {
  const { pass, read, ties } = day(morning - 5 * hourS * 1000)
  pass(120)
  for (const feeder of ['lifts-a', 'lifts-b', 'escalators'] as const) ties.fed[feeder] = false
  pass(600)
  expect(read('Lift6.Fault')).toBe(42)
  expect(machines.map(n => read(`Lift${n}.PersonTrapped`))).toEqual([false, false, false, false, false])
  for (const feeder of ['lifts-a', 'lifts-b'] as const) ties.fed[feeder] = true
  pass(10)
  expect(machines.map(n => read(`Lift${n}.Fault`))).toEqual([0, 0, 0, 0, 0])
})

it('fire: all are at the ground floor with open doors; the fire lift goes on, on the supply of the fire equipment', () => {
  const { pass, read, ties } = day()
  pass(1800)
  ties.fire.zones.add('a-12')
  ties.fire.confirmed = true
  pass(45)
  const home = (n: number) => read(`Lift${n}.Position`) === 1 && read(`Lift${n}.DoorOpen`) === true
  for (const n of machines) expect(home(n), `lift ${n}`).toBe(true)
  expect(machines.map(n => read(`Lift${n}.Mode`))).toEqual([1, 1, 2, 1, 1])
  expect(machines.map(n => read(`Lift${n}.InService`))).toEqual([false, false, true, false, false])
  ties.fed['lifts-a'] = false
  const floors = new Set<number>()
  pass(300, () => {
    if (read('Lift4.DoorOpen')) floors.add(read('Lift4.Position') as number)
    for (const n of [2, 3, 5, 6]) expect(home(n)).toBe(true)
  })
  expect([...floors].sort((a, b) => a - b)).toEqual([1, 11])
  expect(read('Lift2.Fault')).toBe(42)
  ties.fed['lifts-a'] = true
  ties.fire.confirmed = false
  pass(1800)
  expect(machines.map(n => read(`Lift${n}.InService`))).toEqual([true, true, true, true, true])
})

it('a lift that stopped in the fire without supply first lands, then goes to the ground floor', () => {
  const { until, pass, read, ties } = day()
  until(() => Boolean(read('Lift6.Running') && Math.abs((read('Lift6.Position') as number) - 8.5) < 0.4), 2 * hourS)
  ties.fed['lifts-b'] = false
  pass(1)
  ties.fire.confirmed = true
  pass(30)
  expect(read('Lift6.Position')).toBeGreaterThan(7)
  ties.fed['lifts-b'] = true
  pass(90)
  expect([read('Lift6.Position'), read('Lift6.DoorOpen'), read('Lift6.Mode')]).toEqual([1, true, 1])
})

it('trapped people wait for a technician, with supply or without', () => {
  const { act, pass, read, ties } = day()
  act('lifts/trap', { lift: 2 })
  pass(1)
  ties.fed['lifts-a'] = false
  pass(60)
  ties.fed['lifts-a'] = true
  pass(600)
  expect([read('Lift2.Position'), read('Lift2.PersonTrapped'), read('Lift2.AlarmBell')]).toEqual([9.4, true, true])
  act('lifts/release', { lift: 2 })
  pass(1)
  expect([read('Lift2.Position'), read('Lift2.DoorOpen'), read('Lift2.Fault')]).toEqual([9, true, 0])
  expect(() => act('lifts/trap', { lift: 7 })).toThrow('lift must be a whole number, 1 to 6')
})

it('blocked doors keep a lift where it is until somebody comes', () => {
  const { act, until, pass, read } = day()
  act('lifts/block-doors', { lift: 5 })
  until(() => read('Lift5.Fault') === 31, 600)
  const trips = read('Lift5.Trips')
  pass(600)
  expect([read('Lift5.DoorOpen'), read('Lift5.InService'), read('Lift5.Trips')]).toEqual([true, false, trips])
  act('lifts/release', { lift: 5 })
  pass(900)
  expect(read('Lift5.Trips')).toBeGreaterThan(trips as number)
})

it('escalators: opening hours, emergency stop, outage, fire', () => {
  const { act, pass, read, ties } = day(morning + 1.9 * hourS * 1000)
  const seen = () => ['Running', 'Fault', 'EmergencyStop', 'NeedsStart'].map(name => read(`Escalator1.${name}`))
  pass(1)
  expect(seen()).toEqual([false, 0, false, false])
  pass(hourS)
  expect(seen()).toEqual([true, 0, false, false])
  expect([read('Escalator1.Direction'), read('Escalator2.Direction')]).toEqual([1, -1])
  expect(read('Escalator1.Speed')).toBeGreaterThanOrEqual(0.19)
  act('escalator/stop', { escalator: 1 })
  pass(900)
  expect(seen()).toEqual([false, 0, true, true])
  act('escalator/start', { escalator: 1 })
  pass(5)
  expect(seen()).toEqual([true, 0, false, false])
  ties.fed.escalators = false
  pass(10)
  expect([...seen(), ties.demandKw.escalators]).toEqual([false, 42, false, true, 0])
  ties.fed.escalators = true
  pass(60)
  expect(seen()).toEqual([false, 0, false, true])
  pass(300)
  expect(seen()).toEqual([true, 0, false, false])
  ties.fire.confirmed = true
  pass(5)
  expect(seen()).toEqual([false, 0, false, true])
  ties.fire.confirmed = false
  act('escalator/break', { escalator: 1, code: 51 })
  pass(900)
  expect(seen()).toEqual([false, 51, false, true])
})

it('the existing lift of its own line is lived by the part, and shows the same as the others', () => {
  const { part, pass, ids } = day()
  const before = part.lift1.state.trips
  pass(hourS)
  expect(part.lift1.state.trips).toBeGreaterThan(before + 20)
  const own: (keyof LiftState)[] = Object.keys(createLift().state) as (keyof LiftState)[]
  expect(own).toHaveLength(13)
  expect(ids).toHaveLength(5 * 13 + 2 * 6)
})
