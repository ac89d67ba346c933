import { expect, it } from 'vitest'
import { answer } from '../../firmware-sim/modbus-pdu.ts'
import { noTies } from '../../firmware-sim/part.ts'
import { floodPart } from '../../firmware-sim/plaza/flood.ts'
import { securityPart } from '../../firmware-sim/plaza/security.ts'
import { securityDemo } from '../../gateway/demo/security.ts'
import { handStepped } from '../support/handstepped.ts'

/** Midnight in Shanghai. */
const midnight = Date.UTC(2026, 10, 20, 16)

function building(start = midnight) {
  const ties = noTies()
  const part = securityPart(ties)
  return { ties, part, ...handStepped([part], [securityDemo(() => ({ protocol: 'modbus-tcp' }))], start) }
}

it('each contact is seen at its own point, and nowhere else', () => {
  const { act, pass, read, points } = building()
  const inAlarm = () => points.filter(point => read(point) === true && !point.startsWith('broadcast/'))
  pass(1)
  expect(inAlarm()).toEqual([])
  const cases: [string, object, object, string][] = [
    ...[1, 2, 3, 4, 5, 6].map((zone): [string, object, object, string] => [
      'security/perimeter',
      { zone, on: true },
      { zone, on: false },
      `security-contacts/perimeter-${zone}`,
    ]),
    [
      'security/intrusion',
      { room: 'lift-room-b' },
      { room: 'lift-room-b', on: false },
      'security-contacts/intrusion-lift-room-b',
    ],
    [
      'security/intrusion',
      { room: 'co2-room' },
      { room: 'co2-room', on: false },
      'security-contacts/intrusion-co2-room',
    ],
    ['security/cctv', { on: true }, { on: false }, 'security-contacts/cctv-loss'],
    ['security/recorder', { on: true }, { on: false }, 'security-contacts/recorder-fault'],
    ['help/tamper', { home: '0702' }, { home: '0702', on: false }, 'help-calls/tamper-a-0702'],
    ['broadcast/amplifier', { amplifier: 2 }, { amplifier: 2, fault: false }, 'broadcast/amplifier-2-fault'],
    ['telephone/trunk', { trunk: 1 }, { trunk: 1, lost: false }, 'telephone/trunk-1-lost'],
  ]
  for (const [action, on, off, point] of cases) {
    act(action, on)
    pass(1)
    expect(point.startsWith('broadcast/') ? [point].filter(p => read(p)) : inAlarm(), action).toEqual([point])
    act(action, off)
    pass(1)
    expect(inAlarm()).toEqual([])
  }
  expect(cases).toHaveLength(13)
})

it('help calls of homes and public places wait for an answer, and say which home it was', () => {
  const { act, pass, read } = building()
  const seen = () =>
    ['call-a-0401', 'call-a-1802', 'call-garage-4', 'waiting', 'last-home'].map(k => read(`help-calls/${k}`))
  act('help/press', { place: '1802' })
  act('help/press', { place: '0401' })
  pass(600)
  expect(seen()).toEqual([true, true, false, 2, 401])
  act('help/press', { place: 'garage-4' })
  act('help/answer', { place: '0401' })
  expect(seen()).toEqual([false, true, true, 2, 0])
  act('help/answer')
  expect(seen()).toEqual([false, false, false, 0, 0])
  expect(() => act('help/press', { place: '1203' })).toThrow('place must be one of lobby-a')
})

it('the broadcast follows the clock of the service desk', () => {
  const { pass, read } = building()
  const diary: string[] = []
  pass(86_399, s => {
    const clock = `${String(Math.floor(s / 3600)).padStart(2, '0')}:${String(Math.floor((s % 3600) / 60)).padStart(2, '0')}`
    const now = `${read('broadcast/programme')} ${read('broadcast/playing')}`
    if (!diary.at(-1)?.endsWith(now)) diary.push(`${clock} ${now}`)
  })
  expect(diary).toEqual([
    '00:00 0 false',
    '08:00 1 true',
    '08:05 2 true',
    '08:06 1 true',
    '08:10 3 true',
    '08:12 1 true',
    '08:25 4 true',
    '08:26 1 true',
    '08:30 5 true',
    '08:35 6 true',
    '16:50 7 true',
    '16:53 6 true',
    '16:58 8 true',
    '17:00 0 false',
  ])
})

it('a fire takes the loudspeakers, by day and by night', () => {
  const { ties, pass, read } = building()
  ties.fire.confirmed = true
  pass(1)
  expect([read('broadcast/programme'), read('broadcast/evacuation'), read('broadcast/playing')]).toEqual([
    20,
    true,
    true,
  ])
  ties.fire.confirmed = false
  pass(1)
  expect(read('broadcast/programme')).toBe(0)
})

it('an outage: the rack is off at once, cameras after ten minutes, the telephone lives on its battery', () => {
  const { ties, pass, read } = building(midnight + 10 * 3_600_000)
  const seen = () => [
    ...[read('broadcast/power'), read('broadcast/programme'), read('security-contacts/cctv-loss')],
    ...[read('telephone/mains-fail'), read('telephone/battery-low'), read('telephone/state')],
  ]
  pass(1)
  expect(seen()).toEqual([true, 6, false, false, false, 0])
  expect(ties.demandKw.elv).toBeGreaterThan(8)
  ties.fed.elv = false
  pass(300)
  expect(seen()).toEqual([false, 0, false, true, false, 0])
  expect(ties.demandKw.elv).toBe(0)
  pass(400)
  expect(seen()).toEqual([false, 0, true, true, false, 0])
  expect(read('telephone/calls')).toBeGreaterThan(0)
  pass(8 * 3600)
  expect(read('telephone/battery-low')).toBe(true)
  ties.fed.elv = true
  pass(3600)
  expect(seen()).toEqual([true, 0, false, false, false, 0])
  expect(read('telephone/battery-voltage')).toBeGreaterThan(50)
})

it('the room of the telephone shows what others do to it', () => {
  const { ties, act, pass, read } = building()
  ties.rooms['elv-room'] = { celsius: -3.4, humidity: 71, water: true }
  act('telephone/down')
  pass(1)
  expect(
    ['room-temperature', 'room-humidity', 'room-water', 'state', 'calls'].map(k => read(`telephone/${k}`)),
  ).toEqual([...[-3.4, 71, true, 2, 0]])
})

it('the flood comes at the pace that was asked for, in clusters, each contact once', () => {
  const part = floodPart()
  const line = part.lines[0]!
  if (!('units' in line)) throw new Error('no units')
  const device = line.units.get(1)!
  const bits = () => {
    const pdu = answer(device, Buffer.from([2, 0, 0, 0x07, 0xd0]))
    return Array.from({ length: 2000 }, (_, i) => (pdu[2 + (i >> 3)]! >> (i & 7)) & 1)
  }
  const run = (path: string, body: object) =>
    part.actions.find(a => a.path === path)!.run(body as Record<string, unknown>)
  const perSecond: number[] = []
  run('flood/start', { points: 2000, perS: 150 })
  for (let s = 0; s < 15; s++) {
    part.step!(1, 0)
    perSecond.push(bits().filter(Boolean).length)
    expect(device.read('input', 0)).toBe(perSecond.at(-1))
    // Neighbours: far fewer borders than contacts.
    const borders = bits().filter((bit, i, all) => i > 0 && bit !== all[i - 1]).length
    expect(borders).toBeLessThanOrEqual(2 + perSecond.at(-1)! / 10)
  }
  expect(perSecond).toEqual([150, 300, 450, 600, 750, 900, 1050, 1200, 1350, 1500, 1650, 1800, 1950, 2000, 2000])
  run('flood/stop', {})
  expect(bits().some(Boolean)).toBe(false)
  run('flood/start', { points: 60, perS: 1000 })
  part.step!(1, 0)
  expect(bits().filter(Boolean)).toHaveLength(60)
  run('flood/start', { points: 40, perS: 1000 })
  part.step!(1, 0)
  expect([bits().filter(Boolean).length, device.read('input', 0)]).toEqual([100, 100])
  expect(device.read('discrete', 2000)).toBeUndefined()
  expect(() => run('flood/start', { points: 2001 })).toThrow('points must be a whole number, 1 to 2000')
})
