import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { drivers, profiles } from '../../drivers/index.ts'
import type { PointId, Sample, Value } from '../../drivers/point.ts'
import { openDoors } from '../../gateway/access/wiring.ts'
import { createBus } from '../../gateway/core/bus.ts'
import type { Events } from '../../gateway/core/events.ts'
import { doorAlarmPoints } from '../../gateway/doors/alarms.ts'
import { migrations, openDb } from '../../gateway/records/db.ts'
import { openTrail } from '../../gateway/records/trail.ts'
import { checkSite } from '../../gateway/site/site.ts'
import { SPRAY_TRIES } from '../../rules/access/suspect.ts'
import { accessRules } from '../../rules/packs/accessdoors.ts'
import { manualClock, settled } from '../support/clock.ts'
import { tempFolder } from '../support/gateway.ts'
import { both, quietSite } from '../support/sites.ts'

/** What doors have to say, as a diary of what the alarm core is told; and what they remember over a restart. */
const door = (id: string, unit: number, keys: readonly string[]) => ({
  ...{ id, kind: 'door', name: both(id), space: 'b1', channel: 'bus', unit },
  points: keys.map((key, address) => ({ key, table: 'discrete', address, type: 'bool' })),
})
const raw = {
  ...quietSite,
  equipment: [
    ...quietSite.equipment,
    door('gate', 11, ['open', 'bolted', 'tamper', 'reader', 'exit-button']),
    door('plant', 12, ['open', 'forced', 'held']),
  ],
  doorGroups: [{ id: 'all', name: both('all'), doors: ['gate', 'plant'] }],
  access: {
    areas: [{ id: 'grounds' }, { id: 'room' }],
    doors: [
      { id: 'gate', area: 'grounds', class: 'low' },
      { id: 'plant', area: 'room', twoPersons: { roles: ['electrician', 'guardian'], withinS: 30 } },
    ],
    levels: [{ id: 'all', groups: ['all'] }],
    travelS: 20,
  },
}
const site = checkSite(JSON.stringify(raw), drivers, profiles).site!
const folder = tempFolder()
let made = 0
const stops: (() => void)[] = []
afterAll(() => {
  for (const stop of stops) stop()
  folder.remove()
})

function world(clock = manualClock(Date.UTC(2026, 10, 23, 1)), file = join(folder.path, `${made++}.db`)) {
  const bus = createBus<Events>(error => {
    throw error
  })
  const db = openDb(file, migrations)
  const trail = openTrail(db, clock.now, entry => bus.emit('record', entry))
  const values = new Map<string, Value>()
  const told = new Map<string, boolean>()
  const diary: string[] = []
  const started = clock.now()
  const tell = (samples: readonly Sample[]) => {
    for (const { point, value } of samples) {
      if ((told.get(point) ?? false) !== value) diary.push(`${(clock.now() - started) / 1000} ${point} ${value}`)
      told.set(point, value === true)
    }
  }
  const doors = openDoors({
    ...{ db, secrets: folder.path, day: () => '20261123', clock, trail, bus, site: () => site, tell },
    photos: { drop: () => {} },
    get: (point: PointId): Sample | undefined => {
      const value = values.get(point)
      return value === undefined ? undefined : { point, at: 0, seen: 0, quality: 'good', value }
    },
    failed: error => {
      throw error
    },
  })
  const close = () => {
    doors.access.stop()
    db.close()
  }
  const admin = { name: 'admin', role: 'admin' } as const
  const boss = { name: 'boss', role: 'manager' } as const
  async function issue(name: string, what: { class: string; number?: string }, roles: string[] = []) {
    const now = clock.now()
    return trail.change(admin, note => {
      const person = doors.people.add(note, { ...nobody, name, roles }, now)
      const { lookup, shown, secret } = doors.enrol(what)
      const asked = {
        class: what.class as 'uid',
        shown,
        lookup,
        validFrom: now - 1000,
        validTo: now + 9e7,
        levels: ['all'],
      }
      const seal = (id: string) => (secret === null ? null : doors.accessKeys.seal(secret, id))
      const c = doors.credentials.request(
        note,
        person,
        null,
        { ...asked, deposit: null, receipt: null, seal, link: null },
        admin,
        now,
      )
      doors.credentials.move(note, c.id, person, 'approve', '', boss, now)
      return c
    })
  }
  const read = async (where: string, shown: object) =>
    (await doors.access.read(where, 'in', shown, admin)).decision.outcome
  return { clock, file, values, diary, doors, close, issue, read, told, set: (p: string, v: Value) => values.set(p, v) }
}
const nobody = {
  ...{ kind: 'staff' as const, company: null, trade: '', phone: '', level: 1, account: null, certificates: [] },
  ...{ idKind: null, idNumber: null },
}
let w: ReturnType<typeof world>
beforeEach(() => {
  w = world()
  stops.push(w.close)
})

describe('what a door does', () => {
  it('held, with its warning at 80 % of the time', async () => {
    w.set('gate/exit-button', true)
    await w.clock.pass(1000)
    w.set('gate/open', true)
    await w.clock.pass(1000)
    w.set('gate/exit-button', false)
    await w.clock.pass(70_000)
    w.set('gate/open', false)
    await w.clock.pass(1000)
    expect(w.diary).toEqual([
      '50 gate/access-pre-alarm true',
      '62 gate/access-held true',
      '62 gate/access-pre-alarm false',
      '73 gate/access-held false',
    ])
  })
  it('forced, tampered with, its reader lost, its sensors against each other', async () => {
    const steps: [string, Value][] = [
      ['gate/open', true],
      ['gate/bolted', true],
      ['gate/tamper', true],
      ['gate/reader', false],
    ]
    for (const [point, value] of steps) {
      w.set(point, value)
      await w.clock.pass(3000)
    }
    expect(w.diary).toEqual([
      ...['1 gate/access-forced true', '6 gate/access-disagrees true', '7 gate/access-tamper true'],
      '10 gate/access-reader true',
    ])
  })
  it('what its device says by itself is not said twice, and each word has its rule', () => {
    const points = doorAlarmPoints(site).map(p => p.id)
    expect(points).not.toContain('plant/access-held')
    expect(points).not.toContain('plant/access-forced')
    expect(points).toContain('gate/access-held')
    const known = new Set(accessRules.flatMap(r => r.points.map(p => p.slice(2))))
    expect(points.filter(p => !known.has(p.slice(p.indexOf('/') + 1)))).toEqual([])
    expect(points.length).toBe(27)
  })
})

describe('what people try', () => {
  it('a copied card: refused and told, at whichever door', async () => {
    await w.issue('李', { class: 'uid', number: '04112233' })
    expect(await w.read('gate', { uid: '04112233' })).toBe('granted')
    await w.clock.pass(10_000)
    expect(await w.read('plant', { uid: '04112233' })).toBe('denied-travel')
    expect(w.diary).toEqual(['10 plant/access-clone true'])
    await w.clock.pass(25_000)
    expect(await w.read('gate', { uid: '04112233' })).toBe('granted')
  })
  it('PINs tried with many cards: from the tenth on none is taken at that door', async () => {
    for (let n = 0; n < SPRAY_TRIES; n++) expect(await w.read('gate', { pin: `1000${n}0` })).toBe('denied-unknown')
    expect(w.diary).toEqual(['0 gate/access-pin true'])
    await w.issue('李', { class: 'pin', number: '258019' })
    expect(await w.read('gate', { pin: '258019' })).toBe('denied-pin-locked')
    await w.clock.pass(600_000)
    expect(await w.read('gate', { pin: '258019' })).toBe('granted')
  })
  it('the same message of a reader twice, also over a restart', async () => {
    await w.issue('李', { class: 'uid', number: '04112233' })
    const shown = { uid: '04112233', message: 'reader-1 4711' }
    expect([await w.read('gate', shown), await w.read('gate', shown)]).toEqual(['granted', 'denied-repeated'])
    w.close()
    const later = world(w.clock, w.file)
    expect(await later.read('gate', shown)).toBe('denied-repeated')
    expect(later.diary).toContain('0 gate/access-repeated true')
    later.close()
    stops.pop()
  })
  it('duress is told each time, and once more when the gateway fell down before it could', async () => {
    const c = await w.issue('李', { class: 'uid', number: '04112233' })
    const told = { ...w.doors.access, events: 0 }
    expect(told.events).toBe(0)
    const decision = { outcome: 'granted-duress', rule: 'all', facts: {}, looks: [], policyVersion: '1' }
    const by = { at: w.clock.now(), door: 'gate', direction: 'in', credential: c.id, person: c.person } as const
    await w.clock.pass(1000)
    w.doors.access.stop()
    w.doors.accessRecords.addEvent(() => {}, by, {
      ...decision,
      mode: { mode: 'normal' },
      duress: true,
      notes: [],
    } as never)
    w.close()
    const later = world(w.clock, w.file)
    later.doors.access.soon()
    await settled()
    expect(later.diary).toEqual(['0 gate/access-duress true'])
    later.doors.access.alarms.pulse('gate', 'access-duress')
    expect(later.diary.slice(1)).toEqual(['0 gate/access-duress false', '0 gate/access-duress true'])
    expect(accessRules[0]!.order).toEqual({ class: 'life', failure: 'SEC-1', each: true })
    later.close()
    stops.pop()
  })
})

describe('what a door remembers over a restart', () => {
  it('the first of two persons', async () => {
    await w.issue('赵', { class: 'uid', number: '04AAAAAA' }, ['electrician'])
    await w.issue('钱', { class: 'uid', number: '04BBBBBB' }, ['guardian'])
    expect(await w.read('plant', { uid: '04AAAAAA' })).toBe('pending-second-person')
    w.close()
    await w.clock.pass(10_000)
    const later = world(w.clock, w.file)
    expect(await later.read('plant', { uid: '04BBBBBB' })).toBe('granted')
    later.close()
    stops.pop()
  })
  it('a screenshot of a pass, and who was let in and has not opened yet', async () => {
    const c = await w.issue('孙', { class: 'qr-dynamic' })
    const { code } = w.doors.access.codeOf(c)!
    expect(await w.read('gate', { code })).toBe('granted')
    w.close()
    const later = world(w.clock, w.file)
    expect(await later.read('gate', { code })).toBe('denied-replay')
    later.set('gate/open', true)
    later.doors.access.soon()
    await settled()
    expect(later.doors.accessRecords.where(c.person).area).toBe('grounds')
    later.close()
    stops.pop()
  })
})
