import { afterAll, expect, it } from 'vitest'
import { hashPassword } from '../../gateway/records/secrets.ts'
import { PIN_TRIES, SPRAY_TRIES } from '../../rules/access/suspect.ts'
import { manualClock } from '../support/clock.ts'
import { desk, manager, siteOf } from '../support/doorsite.ts'
import { linkWorld } from '../support/linkworld.ts'
import { both } from '../support/sites.ts'

/** What people try at a door: refused and an alarm, whether the gateway is asked or the controller decides alone. */
const doors = ['lobby', 'plant', 'roof']
const clock = manualClock(Date.UTC(2026, 10, 23, 1))
const w = linkWorld(
  siteOf(doors, {
    doorGroups: [{ id: 'all', name: both('all'), doors }],
    access: {
      areas: doors.map(id => ({ id })),
      // Of class low, so that a PIN alone could open it.
      doors: doors.map(id => ({ id, area: id, class: id === 'lobby' ? 'low' : id === 'plant' ? 'high' : 'medium' })),
      levels: [{ id: 'all', groups: ['all'] }],
      travelS: 30,
      controllers: [
        { id: 'ctl', doors: ['lobby', 'plant', 'roof'].slice(0, 2) },
        { id: 'far', doors: ['roof'] },
      ],
    },
  }),
  clock,
)
afterAll(() => w.end())
const HOUR = 3_600_000
const c = (id = 'ctl') => w.controllers.get(id)!

let made = 0
function holder(): { readonly uid: string; readonly person: string; code(): string } {
  const person = w.g.person({ name: `p${++made}` })
  const uid = (0x10000000 + made).toString(16).toUpperCase()
  const card = w.g.card(person.id, uid, ['all'], clock.now() + 12 * HOUR)
  const phone = w.g.pass(person.id, ['all'], clock.now() + 12 * HOUR)
  for (const { id } of [card, phone]) expect(w.g.move(id, 'approve')).toBe(null)
  return { uid, person: person.id, code: () => w.g.access.codeOf(w.g.credentials.one(phone.id))!.code }
}
/** A PIN that opens the lobby by itself. */
function ownPin(): string {
  const pin = String(600_000 + ++made)
  const { lookup, shown } = w.g.enrol({ class: 'pin', number: pin })
  const asked = {
    class: 'pin' as const,
    shown,
    lookup,
    levels: ['all'],
    validFrom: clock.now(),
    validTo: clock.now() + HOUR,
  }
  const owner = w.g.person({ name: `p${made}` }).id
  const { id } = w.g.trail.change(desk, note =>
    w.g.credentials.request(
      note,
      w.g.people.one(owner),
      null,
      { ...asked, seal: () => null, deposit: null, receipt: null, link: null },
      desk,
      clock.now(),
    ),
  )
  expect(w.g.move(id, 'approve')).toBe(null)
  return pin
}
interface Shows {
  readonly uid?: string
  readonly code?: string
  readonly pin?: string
}
type Reader = (door: string, shown: Shows, message?: string) => Promise<{ outcome: string; unlock: boolean }>
let messages = 0
const deciders: Record<'gateway' | 'controller alone', Reader> = {
  gateway: async (door, shown, message = `m${++messages}`) =>
    (await w.g.access.read(door, 'in', { ...shown, message }, manager)).decision,
  'controller alone': async (door, { uid, code, pin }, message = `m${++messages}`) => {
    const repeated = !c().heard(door, message)
    const key = uid === undefined ? null : w.keyOf('ctl', 'uid', uid)
    return c().alone(door, 'in', key, { code, pin: pin !== undefined, repeated })
  },
}
const hash = await hashPassword('258019')
const kinds: [kind: string, alarm: string, outcome: string, attack: (read: Reader) => ReturnType<Reader>][] = [
  [
    'a code that was shown before',
    'lobby/access-replay',
    'denied-replay',
    async read => {
      const code = holder().code()
      await read('lobby', { code })
      return read('lobby', { code })
    },
  ],
  [
    'a screenshot, two minutes old, never shown',
    'lobby/access-replay',
    'denied-replay',
    async read => {
      const code = holder().code()
      clock.jump(120_000)
      return read('lobby', { code })
    },
  ],
  [
    'a copied card, at two doors within 10 s',
    'plant/access-clone',
    'denied-travel',
    async read => {
      // At a door where the card alone opens, and at another where it does, too.
      const { uid } = holder()
      await read('lobby', { uid })
      clock.jump(10_000)
      return read('plant', { uid })
    },
  ],
  [
    'many PINs at one door, each once',
    'lobby/access-pin',
    'denied-pin-locked',
    async read => {
      for (let n = 0; n < SPRAY_TRIES; n++) expect((await read('lobby', { pin: `1000${n}0` })).unlock).toBe(false)
      // Even the one that is somebody's.
      return read('lobby', { pin: ownPin() })
    },
  ],
  [
    'many PINs with one card',
    'plant/access-pin',
    'denied-pin-locked',
    async read => {
      const { uid, person } = holder()
      w.g.trail.change(manager, note => w.g.people.setPin(note, person, hash))
      for (let n = 0; n < PIN_TRIES; n++) expect((await read('plant', { uid, pin: '111111' })).unlock).toBe(false)
      return read('plant', { uid, pin: '258019' })
    },
  ],
  [
    'the same message of the reader twice',
    'lobby/access-repeated',
    'denied-repeated',
    async read => {
      const { uid } = holder()
      expect(await read('lobby', { uid }, 'message 4711')).toMatchObject({ outcome: 'granted', unlock: true })
      clock.jump(60_000)
      return read('lobby', { uid }, 'message 4711')
    },
  ],
]
let seen = 0
const table = kinds.flatMap(([kind, alarm, outcome, attack]) =>
  (Object.keys(deciders) as (keyof typeof deciders)[]).map(who => [kind, who, alarm, outcome, attack] as const),
)
it.each(table)('%s; decided by the %s', async (_, who, alarm, outcome, attack) => {
  // What was tried before is long ago.
  clock.jump(HOUR)
  await w.reach('up')
  for (const one of w.controllers.values()) one.tick()
  const prepared = holder()
  await w.settle()
  expect(
    c()
      .state()
      .table!.rows.some(r => r.key === w.keyOf('ctl', 'uid', prepared.uid)),
  ).toBe(true)
  w.raised.length = 0
  const read = deciders[who]
  const attacked = await attack(async (...asked) => {
    if (who === 'controller alone') {
      await w.reach('up')
      await w.reach('cut')
    }
    return read(...asked)
  })
  expect([attacked.outcome, attacked.unlock]).toEqual([outcome, false])
  // Nobody has heard of it yet; then all of it comes.
  await w.reach('up')
  await w.settle()
  expect(w.raised).toContain(alarm)
  expect(w.failed).toEqual([])
  seen++
})
it('each of them by each', () => expect([seen, kinds.length * Object.keys(deciders).length]).toEqual([12, 12]))

it('a copied card at two controllers that hear nothing of each other: an alarm as soon as both are heard', async () => {
  clock.jump(HOUR)
  const { uid } = holder()
  await w.reach('up')
  await w.settle()
  await w.reach('cut')
  w.raised.length = 0
  expect(c().alone('lobby', 'in', w.keyOf('ctl', 'uid', uid)).unlock).toBe(true)
  clock.jump(5000)
  expect(c('far').alone('roof', 'in', w.keyOf('far', 'uid', uid)).unlock).toBe(true)
  await w.reach('up')
  await w.settle()
  expect(w.raised.filter(one => one.endsWith('access-clone'))).toHaveLength(1)
})
it('what was shown to the gateway is a replay where the controller is alone, also after a power cut', async () => {
  clock.jump(HOUR)
  await w.reach('up')
  const code = holder().code()
  c().asked('lobby', undefined, code)
  c().tick()
  w.restart('ctl')
  await w.reach('cut')
  expect(c().alone('lobby', 'in', null, { code })).toMatchObject({ outcome: 'denied-replay', unlock: false })
  // The way out asks for nothing.
  expect(c().alone('lobby', 'out', null, { code, repeated: true, pin: true }).unlock).toBe(true)
})
