import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createController } from '../../firmware-sim/door-link/controller.ts'
import { type Clock, createClock } from '../../gateway/core/clock.ts'
import { runDoorLink } from '../../gateway/doorlink/link.ts'
import type { Site } from '../../gateway/site/site.ts'
import { isGrant, type Outcome } from '../../rules/access/outcome.ts'
import { type DoorSite, manager, openDoorSite, siteOf } from '../support/doorsite.ts'
import { seeded } from '../support/killing.ts'
import { both } from '../support/sites.ts'
import type { Bench } from './run.ts'

const DOORS = 200
const CREDENTIALS = 10_000
const DAY = 86_400_000

/** The gateway's link to a controller of each 8 doors, which take their tables as they are signed. No socket between. */
async function controllersOf(site: DoorSite, built: Site, clock: Clock) {
  const ids = built.access.controllers.map(c => c.id)
  site.trail.change(manager, note => {
    for (const id of ids) site.doorControllers.enrol(note, id, `account-${id}`, 'bench', clock.now())
  })
  let hears: (topic: string, payload: Buffer) => void = () => {}
  const down: { readonly id: string; readonly text: string }[] = []
  const up: (readonly [topic: string, body: string])[] = []
  const broker = {
    async publish(topic: string, payload: string | Buffer) {
      down.push({ id: topic.split('/')[3]!, text: String(payload) })
    },
    receive(_: string, take: typeof hears) {
      hears = take
      return () => {}
    },
  }
  const { bus, trail, access, people, credentials, accessRecords: records, doorControllers: controllers } = site
  const link = runDoorLink({
    ...{ site: built, clock, bus, trail, broker, access, people, credentials, records, controllers },
    ...{ keys: site.accessKeys, released: () => null, failed: error => void Promise.reject(error) },
  })
  const disk = { read: () => null, write: () => {} }
  const each = new Map(
    built.access.controllers.map(({ id, doors }) => [
      id,
      createController({
        ...{ doors, wall: clock.now, disk },
        send: (word, body) => void up.push([`gatehouse/${built.id}/doors/${id}/up/${word}`, JSON.stringify(body)]),
      }),
    ]),
  )
  const bytes = new Map(ids.map(id => [id, 0]))
  /** Until nothing is said any more. @returns bytes that went down, by controller */
  async function settle(): Promise<ReadonlyMap<string, number>> {
    for (const id of ids) bytes.set(id, 0)
    for (let quiet = 0; quiet < 2; ) {
      await new Promise(resolve => setImmediate(resolve))
      quiet = up.length + down.length === 0 ? quiet + 1 : 0
      for (const [topic, body] of up.splice(0)) hears(topic, Buffer.from(body))
      for (const { id, text } of down.splice(0)) {
        const body = JSON.parse((JSON.parse(text) as { body: string }).body) as { type: string }
        if (body.type === 'table') bytes.set(id, bytes.get(id)! + text.length)
        each.get(id)!.receive(body)
      }
    }
    return new Map(bytes)
  }
  for (const one of each.values()) one.hello()
  const full = await settle()
  const most = (all: ReadonlyMap<string, number>) => Math.max(...all.values())
  const cardsAt = (id: string) => each.get(id)!.state().table!.rows
  return {
    fullBytes: most(full),
    cards: () => Math.max(...ids.map(id => cardsAt(id).length)),
    /** Resolves when no controller has this card any more; bytes of what told the busiest one. */
    async without(credential: string): Promise<number> {
      const told = await settle()
      for (const id of ids)
        if (cardsAt(id).some(row => row.credential === credential)) throw new Error(`${id} still has ${credential}`)
      return most(told)
    },
    stop: link.stop,
  }
}

/**
 * 10,000 people with a card each at 200 doors with areas, groups, schedules, interlocks; 2,000 of them inside. A decision
 * is all between what the reader sent and the answer: the keyed hash of its number, who that is, how things stand at the
 * door, each rule. `read_ms` is the same until it is on the disk as well, which is the disk's; signatures of passes as
 * codes and the scrypt of PINs come on top where they are used (`code_us`).
 */
export const access: Bench = async (quick, say) => {
  const data = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'))
  const doors = Array.from({ length: DOORS }, (_, i) => `door-${i}`)
  const groups = Array.from({ length: 20 }, (_, g) => `group-${g}`)
  const built = siteOf(doors, {
    schedules: [{ id: 'office', name: both('office'), spans: [{ days: ['workday'], from: '00:00', to: '24:00' }] }],
    doorGroups: groups.map((id, g) => ({
      ...{ id, name: both(id), doors: doors.filter((_, i) => i % 20 === g || i % 7 === g) },
      schedules: [{ days: ['workday'], from: '08:00', to: '18:00', mode: 'card' }],
    })),
    access: {
      // Of each eight one counts heads and one is strict about who came in twice: those ask the gateway each time.
      areas: Array.from({ length: 40 }, (_, a) => ({
        ...{ id: `area-${a}`, passback: a % 8 === 0 ? 'hard' : a % 8 === 1 ? 'timed' : 'none' },
        ...(a % 8 === 2 && { capacity: 5000 }),
        supervisors: a === 5 ? ['in-charge'] : [],
      })),
      doors: doors.map((id, i) => ({ id, area: `area-${i % 40}`, fire: `${id}/fire` })),
      interlocks: [{ id: 'lock', doors: ['door-0', 'door-1'] }],
      // 25 of 8 doors each, as they hang in a building.
      controllers: Array.from({ length: DOORS / 8 }, (_, n) => ({
        id: `ctl-${n}`,
        doors: doors.slice(8 * n, 8 * n + 8),
      })),
      levels: [
        { id: 'all', groups },
        { id: 'office', groups: groups.slice(0, 10), schedule: 'office' },
        { id: 'few', groups: groups.slice(0, 3) },
      ],
    },
  })
  const clock = createClock()
  const site = openDoorSite(data, built, clock)
  try {
    say(`${CREDENTIALS} people with a card each`)
    const random = seeded(7)
    const levels = ['all', 'office', 'few']
    const uidOf = (n: number) => (0x04000000 + n * 37).toString(16).padStart(8, '0').toUpperCase()
    const people: string[] = []
    site.db.tx(() => {
      for (let n = 0; n < CREDENTIALS; n++) {
        const { id } = site.person({ name: `person ${n}`, roles: n % 50 === 0 ? ['in-charge'] : ['office'] })
        const card = site.card(id, uidOf(n), [levels[n % 3]!], Date.now() + DAY)
        people.push(id)
        if (n % 20 !== 19) site.move(card.id, 'approve')
      }
      site.trail.change(manager, note => {
        for (let n = 0; n < 2000; n++)
          site.accessRecords.enter(note, people[n]!, `area-${n % 40}`, 'door-0', 0, Date.now() - DAY)
      })
    })
    const once = (n: number): Outcome => {
      const uid = n % 25 === 0 ? '04FFFFFF' : uidOf(Math.floor(random() * CREDENTIALS))
      const door = doors[Math.floor(random() * DOORS)]!
      return site.access.weigh(door, n % 5 === 4 ? 'out' : 'in', uid).outcome
    }
    const seen = { granted: 0, refused: 0 }
    const count = quick ? 100_000 : 500_000
    say('each card once, so that all are at hand')
    for (let n = 0; n < CREDENTIALS; n++) site.access.weigh('door-0', 'in', uidOf(n))
    for (let n = 0; n < 20_000; n++) once(n)
    say(`${count} decisions`)
    const took = new Float64Array(count)
    const cpu = process.cpuUsage()
    const began = performance.now()
    for (let n = 0; n < count; n++) {
      const at = performance.now()
      const outcome = once(n)
      took[n] = performance.now() - at
      if (isGrant(outcome)) seen.granted++
      else seen.refused++
    }
    const perS = (count * 1000) / (performance.now() - began)
    const { user, system } = process.cpuUsage(cpu)
    took.sort()
    if (seen.granted < count / 4 || seen.refused < count / 4) throw new Error(`not a mix: ${JSON.stringify(seen)}`)

    say('readings that are on the disk before they are answered')
    const reads: number[] = []
    for (let n = 0; n < (quick ? 100 : 500); n++) {
      const at = performance.now()
      await site.access.read(doors[n % DOORS]!, 'in', { uid: uidOf(n * 7) }, manager)
      reads.push(performance.now() - at)
    }
    reads.sort((a, b) => a - b)

    say('25 controllers take their tables')
    const tables = await controllersOf(site, built, clock)
    if (tables.cards() < CREDENTIALS * 0.5) throw new Error(`a table of ${tables.cards()} cards only`)
    say('cards revoked: until the last controller has them no more')
    const revoked: number[] = []
    let deltaBytes = 0
    for (let n = 0; n < (quick ? 3 : 20); n++) {
      const { id } = site.credentials.ofPerson(people[n * 20 + 1]!)[0]!
      const at = performance.now()
      if (site.move(id, 'revoke') !== null) throw new Error('it could not be revoked')
      deltaBytes = Math.max(deltaBytes, await tables.without(id))
      revoked.push(performance.now() - at)
    }
    tables.stop()
    return {
      figures: {
        decisions_per_s: Math.round(perS),
        decisions_per_s_of_cpu: Math.round((count * 1e6) / (user + system)),
        decision_p50_us: round(took[count >> 1]! * 1000),
        decision_p99_us: round(took[Math.floor(count * 0.99)]! * 1000),
        revoke_to_all_controllers_ms: round(Math.max(...revoked)),
        full_table_kb: round(tables.fullBytes / 1000),
        delta_bytes: deltaBytes,
        read_p50_ms: round(reads[reads.length >> 1]!),
        read_p99_ms: round(reads[Math.floor(reads.length * 0.99)]!),
        granted_share: round(seen.granted / count),
      },
      ratios: {},
      against: {},
      targets: { decision_p99_us: 200, revoke_to_all_controllers_ms: 2000 },
      floors: { decisions_per_s: 50_000 },
    }
  } finally {
    site.stop()
    site.remove()
  }
}
const round = (x: number): number => Math.round(x * 100) / 100
