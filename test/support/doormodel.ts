import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import type { Clock } from '../../gateway/core/clock.ts'
import { type Action, CARDS, type Door, HOUR, type Op, ops, PEOPLE, start } from './doorops.ts'
import { manager, openDoorSite, siteOf } from './doorsite.ts'
import { both } from './sites.ts'

/**
 * A site as it is run, in random order, on the real gateway's own decision and records: cards issued, approved, stopped,
 * shown at two doors, the readers cut off and heard later in another order, the gateway restarted, its clock set, what was
 * shown shown again. Beside it stands a tiny diary in the plainest words, which knows nothing of the code.
 */
const site = siteOf(['hall', 'room'], {
  doorGroups: [{ id: 'all', name: both('all'), doors: ['hall', 'room'] }],
  access: {
    areas: [{ id: 'hall' }, { id: 'room', passback: 'hard' }],
    doors: [
      { id: 'hall', area: 'hall', fire: 'hall/fire' },
      { id: 'room', area: 'room', from: 'hall', fire: 'room/fire', mechanicalExit: true },
    ],
    levels: [{ id: 'all', groups: ['all'] }],
  },
})
interface Shown {
  readonly uid: string
  readonly door: Door
  readonly out: boolean
}
/** Of a code on the phone, and when it was taken. */
interface Photo {
  readonly code: string
  readonly at: number
}
/** One card of the diary. */
interface Line {
  readonly person: number
  readonly from: number
  readonly to: number
  word: 'asked' | 'good' | 'paused' | 'dead'
}

export interface Told {
  sequences: number
  shown: number
  opened: number
  refused: number
  out: number
  late: number
  replays: number
  reboots: number
  jumps: number
  /** What must not be: one line each. */
  readonly wrong: string[]
}

export function doorModel(careless = true) {
  const told: Told = {
    ...{ sequences: 0, shown: 0, opened: 0, refused: 0, out: 0, late: 0, replays: 0, reboots: 0, jumps: 0 },
    wrong: [],
  }
  const data = mkdtempSync(join(tmpdir(), 'gatehouse-doors-'))
  let wall = Date.UTC(2026, 10, 23, 1)
  let timers: (() => void)[] = []
  const clock: Clock = {
    now: () => wall,
    every(_, work) {
      timers.push(work)
      return () => {
        timers = timers.filter(one => one !== work)
      }
    },
    after: () => () => {},
    onJump: () => () => {},
  }
  const open = () => openDoorSite(data, site, clock, !careless)
  let g = open()

  async function run(sequence: readonly Op[]): Promise<void> {
    const n = told.sequences++
    wall = Date.UTC(2026, 10, 23, 1)
    g.access.confirmClock(manager, 'a new sequence')
    for (const { id, door } of g.accessRecords.layers()) g.access.endMode(door, id, 'a new sequence', manager)
    for (const word of ['hall', 'room']) {
      for (const key of ['fire', 'open']) g.tell(`${word}/${key}`, false)
      // Whoever was let in by the sequence before comes in no more.
      g.tell(`${word}/open`, false)
    }
    const people = Array.from({ length: PEOPLE }, (_, i) =>
      g.person({ name: `p${n}-${i}`, kind: i === 2 ? 'contractor' : 'staff' }),
    )
    const uids = Array.from({ length: CARDS }, (_, i) => (0x10000000 + n * 16 + i).toString(16).toUpperCase())
    const phone = g.pass(people[1]!.id, ['all'], wall + 12 * HOUR)
    g.move(phone.id, 'approve')
    let photo: Photo | null = null
    /** Shown at a door: no second time. */
    const codes = new Set<string>()
    // The diary.
    const cards = new Map<string, Line>()
    const ids = new Map<string, string>()
    const inside = new Map<number, Door | 'outside' | 'unknown'>()
    const granted = new Map<Door, { readonly person: number; readonly to: Door | 'outside'; readonly at: number }>()
    const lockdowns = new Map<Door, number>()
    let highest = wall
    let fire = false
    let away = false
    const line: Shown[] = []
    const before: Shown[] = []
    const believable = () => wall >= highest - 60_000 && wall <= highest + 30 * 24 * HOUR
    const note = () => {
      if (believable()) highest = Math.max(highest, wall)
      // What has ended by itself has ended, also when the clock is set back.
      for (const [at, until] of lockdowns) if (wall >= until) lockdowns.delete(at)
    }
    const wrong = (what: string, shown: Shown, outcome: string) =>
      told.wrong.push(`${what}: ${outcome} for ${shown.uid} at ${shown.door}, sequence ${JSON.stringify(sequence)}`)

    const lost = () => {
      for (const [who, where] of inside) if (where !== 'outside') inside.set(who, 'unknown')
    }
    async function heard(shown: Shown): Promise<void> {
      const reading = g.access.read(shown.door, shown.out ? 'out' : 'in', { uid: shown.uid }, manager)
      const { outcome, unlock } = (await reading).decision
      told.shown++
      const its = cards.get(shown.uid)
      if (shown.out) {
        told.out++
        if (!unlock) wrong('kept in', shown, outcome)
        if (its)
          granted.set(shown.door, { person: its.person, to: shown.door === 'room' ? 'hall' : 'outside', at: wall })
        return
      }
      if (fire) {
        if (outcome !== 'open') wrong('shut in a fire', shown, outcome)
        if (its) granted.set(shown.door, { person: its.person, to: shown.door, at: wall })
        return
      }
      const locked = (lockdowns.get(shown.door) ?? 0) > wall
      // By a clock a month ahead of all that was recorded nothing ends: somebody set it.
      const ended = (at: number) => its !== undefined && ((believable() && wall >= its.to) || at >= its.to)
      const wrongClock = wall < highest - 121_000 || wall > highest + 31 * 24 * HOUR
      // A moment is recorded once a minute: what nobody can know yet is neither right nor wrong.
      const surelyNot =
        its?.word !== 'good' ||
        ended(highest - 61_000) ||
        locked ||
        (its.person === 2 && wrongClock) ||
        (shown.door === 'room' && inside.get(its.person) === 'room') ||
        (wall < its.from && believable())
      const surely =
        its?.word === 'good' &&
        !ended(highest) &&
        !locked &&
        believable() &&
        wall >= its.from &&
        (shown.door === 'hall' || inside.get(its.person) !== 'room')
      if (unlock) {
        told.opened++
        if (surelyNot) wrong('UNSAFE', shown, outcome)
        if (its) granted.set(shown.door, { person: its.person, to: shown.door, at: wall })
      } else {
        told.refused++
        if (surely) wrong('refused', shown, outcome)
      }
    }
    async function show(shown: Shown): Promise<void> {
      before.push(shown)
      if (away) line.push(shown)
      else await heard(shown)
    }

    for (const step of [...start, ...sequence]) {
      switch (step.kind) {
        case 'issue': {
          const uid = uids[step.card]!
          const had = cards.get(uid)
          const free = had === undefined || had.word === 'dead'
          const onePass = step.person === 2 && [...cards.values()].some(c => c.person === 2 && c.word !== 'dead')
          const made = tried(() => g.card(people[step.person]!.id, uid, ['all'], wall + step.hours * HOUR))
          if (made === null) {
            if (free && !onePass && step.person !== 2)
              told.wrong.push(`not issued: ${uid}, ${JSON.stringify(sequence)}`)
            break
          }
          if (!free) told.wrong.push(`two hold one card: ${uid}`)
          cards.set(uid, { person: step.person, from: wall, to: wall + step.hours * HOUR, word: 'asked' })
          ids.set(uid, made.id)
          break
        }
        case 'move': {
          const uid = uids[step.card]!
          const its = cards.get(uid)
          if (!its) break
          const word = after[step.action][its.word]
          const refused = g.move(ids.get(uid)!, step.action)
          if ((refused === null) !== (word !== undefined))
            told.wrong.push(`${step.action} of one that is ${its.word}: ${refused ?? 'done'}`)
          if (word) its.word = word
          break
        }
        case 'show':
          await show({ uid: uids[step.card]!, door: step.door, out: step.out })
          break
        case 'replay': {
          const again = before.at(-1 - step.back)
          if (again) await show(again)
          break
        }
        case 'code': {
          const old: Photo | null = step.again ? photo : null
          photo = old ?? { code: g.access.codeOf(g.credentials.one(phone.id))!.code, at: wall }
          const { code, at } = photo
          const { decision } = await g.access.read(step.door, 'in', { code }, manager)
          const replayed = codes.has(`${step.door} ${code}`)
          if (replayed) told.replays++
          if (replayed && decision.unlock)
            told.wrong.push(`UNSAFE: a code twice at ${step.door}, ${JSON.stringify(sequence)}`)
          // In a fire nobody is asked for anything, nor is a door opened for him. A code that a clock set back has refused as
          // one of the future has opened nothing: at its time it lets its holder in, once.
          if (wall >= at || decision.outcome !== 'denied-not-yet-valid') codes.add(`${step.door} ${code}`)
          if (decision.unlock || decision.outcome === 'open')
            granted.set(step.door, { person: 1, to: step.door, at: wall })
          break
        }
        case 'pass': {
          // The door is really opened: only now somebody has moved.
          if (away) break
          g.tell(`${step.door}/open`, true)
          await Promise.resolve()
          g.tell(`${step.door}/open`, false)
          await Promise.resolve()
          const grant = granted.get(step.door)
          if (grant && wall - grant.at <= 10_000 && wall >= grant.at) inside.set(grant.person, grant.to)
          granted.delete(step.door)
          break
        }
        case 'partition':
          away = step.on
          if (away) break
          if (step.reversed) line.reverse()
          for (const shown of line.splice(0)) {
            told.late++
            await heard(shown)
            if (step.twice) await heard(shown)
          }
          break
        case 'reboot':
          told.reboots++
          reboot()
          // Nobody has seen its end, and the wire is as if nothing had been.
          if (fire && step.over) {
            fire = false
            lost()
          }
          for (const word of ['hall', 'room']) g.tell(`${word}/fire`, fire)
          for (const word of ['hall', 'room']) g.tell(`${word}/open`, false)
          // A fire that is there at the start is a new one to it: where people are is not known, once more.
          if (fire) lost()
          await Promise.resolve()
          break
        case 'wait':
          wall += step.ms
          for (const work of timers) work()
          note()
          break
        case 'clock':
          told.jumps++
          wall += step.ms
          granted.clear()
          for (const work of timers) work()
          note()
          break
        case 'lockdown':
          if (tried(() => g.access.setMode(step.door, 'lockdown', step.minutes, 5, 'test', manager)))
            lockdowns.set(step.door, wall + step.minutes * 60_000)
          else if (!fire) told.wrong.push('no lockdown without a fire')
          break
        case 'fire':
          // By its beginning and by its end: in between nobody was asked.
          if (fire !== step.on) lost()
          fire = step.on
          for (const word of ['hall', 'room']) g.tell(`${word}/fire`, fire)
          await Promise.resolve()
          break
      }
      if (g.failed.length > 0) told.wrong.push(`failed: ${String(g.failed.splice(0)[0])}`)
    }
  }
  function reboot(): void {
    g.stop()
    timers = []
    g = open()
  }
  return {
    told,
    run,
    /** @throws with the shortest sequence that shows it */
    prove: (count: number, seed?: number) =>
      fc.assert(
        fc.asyncProperty(fc.array(ops, { minLength: 10, maxLength: 40 }), async sequence => {
          const had = told.wrong.length
          await run(sequence)
          if (told.wrong.length > had) throw new Error(told.wrong[had])
        }),
        { numRuns: count, ...(seed !== undefined && { seed }) },
      ),
    end() {
      g.stop()
      g.remove()
    },
  }
}
/** What becomes of a card by what is done with it, in the words of whoever stands at the desk. */
const after: Record<Action, Partial<Record<Line['word'], Line['word']>>> = {
  approve: { asked: 'good' },
  suspend: { good: 'paused' },
  resume: { paused: 'good' },
  revoke: { good: 'dead', paused: 'dead' },
  lose: { good: 'dead', paused: 'dead' },
}
function tried<T>(work: () => T): T | null {
  try {
    return work()
  } catch {
    return null
  }
}
