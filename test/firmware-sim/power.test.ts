import { describe, expect, it } from 'vitest'
import type { PointId } from '../../drivers/point.ts'
import { verdictOf } from '../../drivers/probe.ts'
import { mebayDc90dr } from '../../drivers/profiles/mebay-dc90dr.ts'
import { feeders } from '../../firmware-sim/part.ts'
import { holds, matches } from '../../rules/rule.ts'
import { type Building, building, checked, diary, noon, plantRunning, points } from './powersite.ts'

describe('the demo site of power and meters', () => {
  it('has no problem, and every point of it is read good', () => {
    expect(checked.problems).toEqual([])
    const b = building(noon, plantRunning)
    b.pass(120)
    const wrong = [...points.keys()].map(id => b.sample(id)).filter(s => s.quality !== 'good')
    expect(wrong).toEqual([])
    expect(points.size).toBeGreaterThan(900)
  })
  it('each device with a profile proves that it is that device', () => {
    const b = building(noon, plantRunning)
    b.pass(60)
    const proven = checked.site!.equipment.flatMap(({ id, channel, proof }) =>
      proof
        ? [
            [
              id,
              verdictOf(
                proof,
                proof.points.map(p => b.read(channel, p)),
              ),
            ],
          ]
        : [],
    )
    expect(proven.filter(([, verdict]) => verdict !== 'right')).toEqual([])
    expect(proven.length).toBe(2 + 15 + 2 + 8 + 6 + 6 + 2 + 4)
  })
})

/** Rules of the demo that would have raised an alarm: `rule equipment`, after their delays. */
function alarms(b: Building, seconds: number): string[] {
  const held = new Map<string, number>()
  b.pass(seconds, () => {
    for (const { rule, id } of ruled) {
      const word = `${rule.id} ${id.split('/')[0]}`
      const on = holds(rule.when, b.sample(id), false)
      held.set(word, on ? (held.get(word) ?? 0) + 1 : 0)
    }
  })
  return ruled
    .filter(({ rule, id }) => held.get(`${rule.id} ${id.split('/')[0]}`)! > rule.delayOnS)
    .map(({ rule, id }) => `${rule.severity} ${rule.id} ${id.split('/')[0]}`)
}
const ruled = checked.site!.rules.flatMap(rule =>
  [...points.keys()]
    .filter(id => rule.points.some(pattern => matches(pattern, id as PointId)))
    .map(id => ({ rule, id })),
)

describe('alarms of the demo', () => {
  const happens = (deed: (b: Building) => void, seconds = 45) => {
    const b = building(noon, plantRunning)
    b.pass(10)
    deed(b)
    return alarms(b, seconds)
  }
  it('are none in a normal minute', () => {
    expect(ruled).toHaveLength(63)
    expect(happens(() => {})).toEqual([])
  })
  it('tell an outage of the utility from a fault inside', () => {
    expect(happens(b => b.act('power/lose'))).toEqual([
      ...['high incomer-dead hv-incomer-1', 'high incomer-dead hv-incomer-2', 'medium on-generator generator-1'],
    ])
    expect(happens(b => b.act('power/trip', { feeder: 'homes' }))).toEqual(['high feeder-tripped feeder-homes'])
    expect(happens(b => b.act('power/lose', { incomer: 2 }))).toEqual([
      ...['high incomer-dead hv-incomer-2', 'low tie-closed lv-switchboard'],
    ])
  })
  it('call for help when the fire equipment has no supply, and the generator does not come', () => {
    const found = happens(b => {
      b.act('generator/block', { on: true })
      b.act('power/lose')
    })
    expect(found).toEqual([
      'high incomer-dead hv-incomer-1',
      'high incomer-dead hv-incomer-2',
      'life fire-supply-lost feeder-fire-equipment',
      'high emergency-lighting-supply emergency-lighting',
      'high lift-supply-lost feeder-lifts-a',
      'high lift-supply-lost feeder-lifts-b',
      'high generator-failed generator-1',
      'medium ups-on-battery ups-elv',
    ])
  })
  it('say when fuel runs low and when a fan stands', () => {
    expect(happens(b => b.act('generator/fuel', { percent: 20 }), 70)).toEqual(['medium fuel-low generator-1'])
    expect(happens(b => b.act('ventilation/fail', { room: 'hv-room' }))).toEqual(['low fan-fault vent-hv'])
  })
})

describe('an outage', () => {
  it('outside: batteries at once, the generator after 8 s, and back again', () => {
    const b = building(noon, plantRunning)
    b.pass(60)
    const watched = ['hv-incomer-1/live', 'feeder-homes/live', 'feeder-lifts-a/live', 'feeder-fire-equipment/live']
    watched.push('emergency-lighting/on', 'emergency-lighting/on-battery', 'ups-elv/on-battery')
    watched.push('generator-1/transfer-switch', 'lv-switchboard/incomer-1-closed', 'lv-switchboard/tie-closed')
    expect(diary(b, 120, watched, () => b.act('power/lose'))).toEqual([
      '12:01:00 hv-incomer-1/live false',
      '12:01:01 feeder-homes/live false',
      '12:01:01 feeder-lifts-a/live false',
      '12:01:01 feeder-fire-equipment/live false',
      '12:01:01 emergency-lighting/on true',
      '12:01:01 emergency-lighting/on-battery true',
      '12:01:01 ups-elv/on-battery true',
      '12:01:02 lv-switchboard/incomer-1-closed false',
      '12:01:08 feeder-lifts-a/live true',
      '12:01:08 feeder-fire-equipment/live true',
      '12:01:08 emergency-lighting/on-battery false',
      '12:01:08 ups-elv/on-battery false',
      '12:01:08 generator-1/transfer-switch 153',
    ])
    expect(feeders.filter(f => b.ties.fed[f])).toEqual([
      ...['lifts-a', 'lifts-b', 'water-pumps', 'sump-pumps', 'fire-equipment', 'emergency-lighting', 'elv'],
    ])
    expect(b.value('generator-1/generator-power')).toBeGreaterThan(60)
    expect(diary(b, 180, watched, () => b.act('power/restore'))).toEqual([
      '12:03:00 hv-incomer-1/live true',
      '12:03:20 feeder-homes/live true',
      '12:03:20 emergency-lighting/on false',
      '12:03:20 lv-switchboard/incomer-1-closed true',
      '12:03:49 feeder-lifts-a/live false',
      '12:03:49 feeder-fire-equipment/live false',
      '12:03:49 emergency-lighting/on true',
      '12:03:49 emergency-lighting/on-battery true',
      '12:03:49 ups-elv/on-battery true',
      '12:03:49 generator-1/transfer-switch 102',
      '12:03:50 feeder-lifts-a/live true',
      '12:03:50 feeder-fire-equipment/live true',
      '12:03:50 emergency-lighting/on false',
      '12:03:50 emergency-lighting/on-battery false',
      '12:03:50 ups-elv/on-battery false',
      '12:03:50 generator-1/transfer-switch 0',
    ])
    expect(feeders.filter(f => !b.ties.fed[f])).toEqual([])
  })

  it('of one incomer: the tie gives its section to the other, the essential feeders notice nothing', () => {
    const b = building(noon, plantRunning)
    b.pass(60)
    b.act('power/lose', { incomer: 1 })
    const watched = ['feeder-homes/live', 'feeder-lifts-a/live', 'lv-switchboard/incomer-1-closed']
    watched.push('lv-switchboard/tie-closed', 'generator-1/transfer-switch', 'hv-incomer-2/live')
    expect(diary(b, 60, watched)).toEqual([
      '12:01:01 feeder-homes/live false',
      '12:01:02 lv-switchboard/incomer-1-closed false',
      '12:01:03 feeder-homes/live true',
      '12:01:03 lv-switchboard/tie-closed true',
    ])
    b.act('power/restore', { incomer: 1 })
    expect(diary(b, 60, watched)).toEqual([
      '12:02:20 lv-switchboard/incomer-1-closed true',
      '12:02:20 lv-switchboard/tie-closed false',
    ])
  })

  it('of one incomer under full load: what one transformer cannot carry is shed, and comes back', () => {
    const b = building(noon, ties => {
      plantRunning(ties)
      ties.demandKw.chillers = 900
    })
    b.pass(60)
    b.act('power/lose', { incomer: 2 })
    const watched = [
      'feeder-chillers/closed',
      'feeder-chillers/cause',
      'lv-switchboard/shed',
      'feeder-chillers/tripped',
    ]
    expect(diary(b, 90, watched)).toEqual([
      '12:01:12 feeder-chillers/closed false',
      '12:01:12 feeder-chillers/cause 4',
      '12:01:12 lv-switchboard/shed 1',
    ])
    expect(b.value('transformer-1/load')).toBeLessThan(105)
    b.act('power/restore')
    b.pass(60)
    expect(b.value('feeder-chillers/live')).toBe(true)
  })

  it('inside: one breaker trips, the rest is live; it is closed only after a reset on the spot', () => {
    const b = building(noon, plantRunning)
    b.pass(60)
    const short = () => b.act('power/trip', { feeder: 'shops', cause: 'short-circuit' })
    const watched = [
      'feeder-shops/live',
      'feeder-shops/tripped',
      'feeder-shops/cause',
      'hv-incomer-2/live',
      'feeder-offices/live',
    ]
    expect(diary(b, 30, watched, short)).toEqual([
      '12:01:00 feeder-shops/live false',
      '12:01:00 feeder-shops/tripped true',
      '12:01:00 feeder-shops/cause 2',
    ])
    expect(b.value('em-shop-101/power')).toBe(0)
    expect(b.write('feeder-shops/command', 1)).toBe(false)
    b.act('power/reset', { feeder: 'shops' })
    b.pass(1)
    expect(b.value('feeder-shops/live')).toBe(true)
    expect(b.write('feeder-shops/command', 0)).toBe(true)
    b.pass(1)
    expect([b.value('feeder-shops/live'), b.value('feeder-shops/tripped')]).toEqual([false, false])
  })

  it('with a generator that does not fire: three tries, then it says so; the batteries run down', () => {
    const b = building(noon, plantRunning)
    b.act('generator/block', { on: true })
    b.act('power/lose')
    const watched = ['generator-1/run-state', 'generator-1/alarm-code', 'feeder-fire-equipment/live']
    expect(diary(b, 60, watched)).toEqual([
      '12:00:01 generator-1/run-state 9',
      '12:00:01 feeder-fire-equipment/live false',
      '12:00:03 generator-1/run-state 11',
      '12:00:08 generator-1/run-state 4',
      '12:00:13 generator-1/run-state 11',
      '12:00:18 generator-1/run-state 4',
      '12:00:23 generator-1/run-state 11',
      '12:00:28 generator-1/run-state 5',
      '12:00:28 generator-1/alarm-code 47',
    ])
    const words = (key: string, code: number) => mebayDc90dr.points.find(p => p.key === key)?.enum?.[code]?.en
    expect([words('run-state', 11), words('run-state', 5), words('alarm-code', 47), words('gear', 153)]).toEqual([
      'cranking',
      'alarm, to be reset',
      'failed to start',
      'automatic',
    ])
    b.pass(45 * 60)
    expect(b.value('ups-elv/charge')).toBe(0)
    expect([b.ties.fed.elv, b.ties.fed['emergency-lighting'], b.ties.fed['lifts-a']]).toEqual([false, true, false])
    expect(b.value('emergency-lighting/runtime')).toBeLessThan(50)
    b.act('generator/block', { on: false })
    b.pass(12)
    expect(b.value('feeder-fire-equipment/live')).toBe(true)
  })

  it('until the tank is empty', () => {
    const b = building(noon, plantRunning)
    b.act('generator/fuel', { percent: 1 })
    b.act('power/lose')
    b.pass(30)
    expect(b.ties.fed['lifts-a']).toBe(true)
    b.pass(3600)
    expect([b.value('generator-1/alarm-code'), b.ties.fed['lifts-a']]).toEqual([13, false])
  })
})

describe('transformers and rooms', () => {
  it('an overloaded transformer warms up: fan, alarm, trip; the other one takes its section', () => {
    const b = building(noon, plantRunning)
    b.act('transformer/overload', { transformer: 1, percent: 150 })
    const watched = ['transformer-1/fan', 'transformer-1/alarm', 'hv-incomer-1/tripped', 'lv-switchboard/tie-closed']
    const order = diary(b, 3600, watched).map(line => line.slice(9))
    expect(order).toEqual([
      'transformer-1/fan true',
      'transformer-1/alarm true',
      'hv-incomer-1/tripped true',
      'lv-switchboard/tie-closed true',
      'transformer-1/alarm false',
      'transformer-1/fan false',
    ])
    expect(b.value('feeder-homes/live')).toBe(true)
  })

  it('a room without its fan goes over 40 °C in summer and in winter, and comes back', () => {
    for (const celsius of [34, -2]) {
      const b = building(noon, ties => {
        plantRunning(ties)
        ties.outdoor.celsius = celsius
      })
      b.pass(1800)
      expect(b.value('room-b1/temperature')).toBeLessThan(32)
      b.act('ventilation/fail', { room: 'distribution-room' })
      b.pass(1500)
      expect(b.value('room-b1/temperature')).toBeGreaterThan(40)
      expect(b.value('vent-distribution/fault')).toBe(true)
      b.act('ventilation/fail', { room: 'distribution-room', on: false })
      b.pass(3600)
      expect(b.value('room-b1/temperature')).toBeLessThan(32)
    }
  })

  it('a flood that another part set in a room stays, and is seen by its sensor', () => {
    const b = building(noon, ties => {
      ties.rooms['hv-room'] = { celsius: 26, humidity: 50, water: true }
    })
    b.pass(60)
    expect(b.value('room-hv/water')).toBe(true)
    expect(b.value('room-generator/water')).toBe(false)
  })
})

describe('outside lighting', () => {
  it('goes by its times, by hand when a coil is written, and is dark without supply', () => {
    const b = building(Date.UTC(2026, 10, 23, 9, 25), plantRunning) // 17:25
    const watched = ['lighting/entrance-on', 'lighting/advertising-on', 'lighting/spot-on', 'lighting/roof-on']
    expect(diary(b, 3600, watched)).toEqual([
      '17:30:00 lighting/entrance-on true',
      '17:45:00 lighting/advertising-on true',
      '18:00:00 lighting/spot-on true',
      '18:15:00 lighting/roof-on true',
    ])
    expect(b.value('feeder-lighting-facade/power')).toBeCloseTo(64.3, 1)
    expect(b.write('lighting/roof', 0)).toBe(true)
    b.pass(1)
    expect([b.value('lighting/roof-on'), b.value('lighting/roof-auto')]).toEqual([false, false])
    b.write('lighting/roof-auto', 1)
    b.act('power/lose')
    b.pass(2)
    expect(watched.map(id => b.value(id))).toEqual([false, false, false, false])
    b.act('power/restore')
    b.pass(60)
    expect(watched.map(id => b.value(id))).toEqual([true, true, true, true])
  })
})
