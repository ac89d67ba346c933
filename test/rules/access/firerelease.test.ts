import { describe, expect, it } from 'vitest'
import type { PointId } from '../../../drivers/point.ts'
import { createController } from '../../../firmware-sim/door-link/controller.ts'
import { leavesOpen, RELEASE_WITHIN_MS, releasedSince, releaseProof } from '../../../rules/access/release.ts'
import { minutesFrom, rowFor, spansOf } from '../../../rules/access/table.ts'
import { CALM, type Linkage, type LinkageState } from '../../../rules/linkage.ts'
import { localClock } from '../../../rules/schedule.ts'
import { AT, area, credential, door, holder } from './world.ts'

const name = { 'zh-CN': '门', en: 'Door' }
const T = AT
const S = Math.floor(T / 1000)

/** How a door can stand when a fire comes, and how the gateway can; every pair of them. */
const doorStates = [
  'normal',
  'locked',
  'lockdown',
  'lockout',
  'forced',
  'held',
  'unsafe clock',
  'expired table',
  'no table',
] as const
const gatewayStates = [
  ...['by the panel wire', 'by an order', 'by the table', 'order came twice', 'order, then power cut'],
  ...[
    'wire, then gateway gone',
    'order, then lock by an unknown message',
    'order, then old table',
    'order, then rearm by an old order',
  ],
] as const

function released(doorState: (typeof doorStates)[number], gatewayState: (typeof gatewayStates)[number]) {
  let at = T
  let memory: string | null = null
  const sent: { word: string; body: Record<string, unknown> }[] = []
  const write = (text: string) => {
    memory = text
  }
  const make = () =>
    createController({
      ...{
        doors: ['door-1', 'vault'],
        wall: () => at,
        disk: { read: () => memory, write },
      },
      send: (word, body) => void sent.push({ word, body: body as Record<string, unknown> }),
    })
  let c = make()
  const layer = (mode: string) => [{ mode, level: 9, since: S - 10, until: S + 3600 }]
  const spec = (id: string, fire: number | null) => ({
    ...{ id, class: 'medium', fireRelease: id !== 'vault', heldAfterS: 60, unlocked: [], pin: [], gateway: false },
    locked: doorState === 'locked' ? [[S - 3600, S + 3600]] : [],
    layers: doorState === 'lockdown' || doorState === 'lockout' ? layer(doorState) : [],
    released: fire,
  })
  const table = (version: number, fire: number | null = null) => ({
    ...{
      type: 'table',
      version,
      base: null,
      part: 0,
      parts: 1,
      issued: S - 60,
      whenExpired: 'nobody',
      put: [],
      drop: [],
    },
    expires: doorState === 'expired table' ? S - 30 : S + 3600,
    ...{ schedules: {}, doors: [spec('door-1', fire), spec('vault', fire === null ? null : null)] },
    // Of no rows.
    digest: '47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU',
  })
  if (doorState !== 'no table') c.receive(table(5))
  if (doorState === 'forced') c.setOpen('door-1', true)
  if (doorState === 'held') c.exit('door-1')
  if (doorState === 'unsafe clock') at = Date.UTC(1970, 0, 2)
  const order = (n: number) => c.receive({ type: 'release', order: n, doors: ['door-1'] })
  switch (gatewayState) {
    case 'by the panel wire':
      c.setFire(true)
      break
    case 'by an order':
      order(1)
      break
    case 'by the table':
      c.receive(table(6, S))
      break
    case 'order came twice':
      order(1)
      order(1)
      break
    case 'order, then power cut':
      order(1)
      c = make()
      break
    case 'wire, then gateway gone':
      c.setFire(true)
      at += 5 * 86_400_000
      c.setFire(false)
      break
    case 'order, then lock by an unknown message':
      order(1)
      for (const type of ['lock', 'lockdown', 'unlock-end']) c.receive({ type, doors: ['door-1'] })
      break
    case 'order, then old table':
      order(1)
      c.receive(table(4))
      break
    default:
      order(7)
      c.receive({ type: 'rearm', order: 7, doors: ['door-1'] })
  }
  return { c, sent }
}

describe('fire release at the controller: each state of a door by each state of the gateway', () => {
  it.each(gatewayStates)('%s', state => {
    const shut = doorStates.filter(one => !released(one, state).c.unlocked('door-1'))
    expect(shut).toEqual([])
    // Where the site says that fire opens it not, it does not.
    expect(doorStates.filter(one => one !== 'no table' && released(one, state).c.unlocked('vault'))).toEqual([])
  })
  it('all pairs were looked at, and an authorised end is the only one', () => {
    expect(doorStates.length * gatewayStates.length).toBe(81)
    for (const one of doorStates) {
      const { c } = released(one, 'by an order')
      c.receive({ type: 'rearm', order: 8, doors: ['door-1'] })
      expect([one, c.isReleased('door-1')]).toEqual([one, false])
    }
  })
  it('while the wire says fire, not even that', () => {
    const { c } = released('normal', 'by the panel wire')
    c.receive({ type: 'rearm', order: 8, doors: ['door-1'] })
    expect(c.unlocked('door-1')).toBe(true)
    expect(c.state().events.map(e => e.kind)).toContain('lock-refused')
  })
})

const proof = (point: string) => ({ proof: { point: point as PointId, values: [true] }, name, command: null })
const action = (id: string, zones: string[], doors: string[]) => ({
  ...{ id, kind: 'doors' as const, name, zones, at: 'confirmed' as const, act: false, withinS: 5, retries: 2 },
  devices: doors.map(d => proof(`${d}/unlocked`)),
})
const zone = (id: string) => ({ id, name, space: null, sources: [] })
const linkage: Linkage = { zones: [zone('b1'), zone('l1')], actions: [action('b1-doors', ['b1'], ['door-b1'])] }
const burning = (
  id: string,
  phase: 'first' | 'confirmed' | 'to-confirm',
  actions: LinkageState['actions'] = {},
): LinkageState => ({
  zones: { [id]: { phase, since: 1, firstAt: 1, confirmedAt: phase === 'first' ? null : 2, by: null, devices: 1 } },
  actions,
})
const started = { 'b1-doors': { startedAt: 3, devices: {} } }

describe('which doors the linkage holds released', () => {
  it.each([
    ['nothing burns', CALM, 'door-b1', null],
    ['one detector: somebody looks', burning('b1', 'first'), 'door-x', null],
    ['its zone', burning('b1', 'confirmed', started), 'door-b1', 3],
    ['another zone', burning('l1', 'confirmed'), 'door-b1', null],
    ['a door that nobody has thought of: any fire', burning('l1', 'confirmed'), 'door-x', 2],
    ['the panel is normal, nobody has said so', burning('l1', 'to-confirm'), 'door-x', 2],
  ] as const)('%s', (_, state, id, since) =>
    expect(releasedSince(linkage, state, { id, fireRelease: true })).toBe(since),
  )
  it('not one that the site keeps shut in a fire', () =>
    expect(releasedSince(linkage, burning('l1', 'confirmed'), { id: 'vault', fireRelease: false })).toBe(null))
  it.each([
    ['lock', true, undefined, false],
    ['lockdown', true, undefined, false],
    ['lockdown', false, undefined, true],
    ['unlock', true, undefined, true],
    ['unlock', false, undefined, false],
    ['relay', 0, [1], false],
    ['relay', 1, [1], true],
    ['anything', 5, undefined, false],
  ] as const)('command %s = %s (release %s): passes %s', (key, value, release, passes) =>
    expect(leavesOpen(key, value, release)).toBe(passes),
  )
  const late = RELEASE_WITHIN_MS
  it.each([
    [null, null, 0, 'waiting'],
    [null, null, late, 'unproved'],
    [true, null, 0, 'released'],
    [null, true, 0, 'released'],
    [false, true, 0, 'waiting'],
    [false, true, late, 'not-confirmed'],
    [null, false, late, 'not-confirmed'],
    [true, false, late, 'released'],
  ] as const)('lock %s, controller %s after %i ms: %s', (lock, controller, ms, what) =>
    expect(releaseProof(1000, lock, controller, 1000 + ms).proof).toBe(what),
  )
})

describe('a table is narrower than the decision of the gateway', () => {
  const row = (over: Parameters<typeof door>[0] = {}, h: Parameters<typeof holder>[0] = {}, a = {}) =>
    rowFor(credential(), holder(h), 'k', [{ door: door(over), area: area(a) }], 0)
  it.each([
    ['an ordinary door', row(), 1],
    ['a door of class high: PIN', row({ class: 'high' }), 0],
    ['two persons', row({ twoPersons: { roles: ['a', 'b'], withinS: 20 } }), 0],
    ['an interlock', row({ interlock: 'lock' }), 0],
    ['hard passback', row({}, {}, { passback: 'hard' }), 0],
    ['a limit of people', row({}, {}, { capacity: 3 }), 0],
    ['escort: staff', row({ escort: true }), 1],
    ['escort: contractor', row({ escort: true }, { kind: 'contractor' }), 0],
    ['duplicate at the gate', row({ custody: true }, { kind: 'contractor' }), 0],
    ['a certificate that he has not', row({ certificate: '电工' }), 0],
    ['a supervisor has to be there', row({}, {}, { supervisors: ['chief'] }), 0],
    ['his holder was sent home', row({}, { status: 'suspended' }), 0],
  ] as const)('%s', (_, made, doors) => expect(made?.doors.length ?? 0).toBe(doors))
  it('hours of the wall are spans of UTC, also where the clock is set', () => {
    const local = localClock('Europe/Berlin')
    // 2026-10-25 03:00 CEST is 02:00 CET: the hour from two to three comes twice.
    const from = Date.UTC(2026, 9, 24, 22)
    const minutes = minutesFrom(from, 8, local)
    const at = (h: number, m = 0) => Date.UTC(2026, 9, 25, h, m) / 1000
    expect(spansOf(t => t.minute >= 150 && t.minute < 240, from, minutes)).toEqual([
      [at(0, 30), at(1)],
      [at(1, 30), at(3)],
    ])
  })
})
