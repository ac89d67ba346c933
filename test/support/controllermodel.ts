import fc from 'fast-check'
import type { Clock } from '../../gateway/core/clock.ts'
import { manager, siteOf } from './doorsite.ts'
import { type Down, linkWorld } from './linkworld.ts'
import { both } from './sites.ts'

/**
 * Controllers that decide alone, in random order: cards issued, stopped and shown; the network cut; gateway and controllers
 * switched off and on; clocks set; what came down lost, said again years later, turned round. Beside it a diary of which
 * card was good when, that knows nothing of tables.
 */
const HOUR = 3_600_000
const CARDS = 3
const card = fc.nat(CARDS - 1)
const which = fc.constantFrom('a', 'b')
type Op =
  | { readonly kind: 'issue'; readonly card: number; readonly hours: number }
  | { readonly kind: 'move'; readonly card: number; readonly action: Action }
  | { readonly kind: 'show'; readonly card: number; readonly at: 'a' | 'b'; readonly out: boolean }
  | { readonly kind: 'partition'; readonly on: boolean }
  | { readonly kind: 'reboot'; readonly what: 'gateway' | 'a' | 'b' }
  | { readonly kind: 'clock'; readonly what: 'all' | 'a'; readonly ms: number }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'replay'; readonly back: number; readonly count: number }
  | { readonly kind: 'reorder'; readonly how: 'kept back' | 'turned round' | 'one lost' }
type Action = 'approve' | 'suspend' | 'resume' | 'revoke' | 'lose'
const op = <K extends Op['kind']>(weight: number, kind: K, more: object = {}) => ({
  weight,
  arbitrary: fc.record({ kind: fc.constant(kind), ...more }) as unknown as fc.Arbitrary<Op>,
})
export const ops: fc.Arbitrary<Op> = fc.oneof(
  op(3, 'issue', { card, hours: fc.constantFrom(1, 12) }),
  op(6, 'move', { card, action: fc.constantFrom('approve', 'approve', 'suspend', 'resume', 'revoke', 'lose') }),
  op(9, 'show', { card, at: which, out: fc.constantFrom(false, false, false, true) }),
  op(4, 'partition', { on: fc.boolean() }),
  op(2, 'reboot', { what: fc.constantFrom('gateway', 'a', 'b') }),
  op(2, 'clock', { what: fc.constantFrom('all', 'a'), ms: fc.constantFrom(-5 * HOUR, -HOUR, HOUR, 5 * HOUR) }),
  op(3, 'wait', { ms: fc.constantFrom(1000, 70_000, HOUR / 2, 3 * HOUR) }),
  op(3, 'replay', { back: fc.nat(30), count: fc.nat(5) }),
  op(2, 'reorder', { how: fc.constantFrom('kept back', 'turned round', 'one lost') }),
)

/** One card of the diary; `good` as long as nobody has stopped it. */
interface Line {
  readonly id: string
  readonly card: number
  readonly to: number
  word: 'asked' | 'good' | 'paused' | 'dead'
}
export interface Told {
  sequences: number
  shown: number
  opened: number
  refused: number
  out: number
  issued: number
  revoked: number
  partitions: number
  reboots: number
  jumps: number
  replays: number
  reorders: number
  readonly wrong: string[]
}
const TABLE_HOURS = 8

export function controllerModel() {
  const told: Told = {
    ...{ sequences: 0, shown: 0, opened: 0, refused: 0, out: 0, issued: 0, revoked: 0, partitions: 0, reboots: 0 },
    ...{ jumps: 0, replays: 0, reorders: 0, wrong: [] },
  }
  let wall = Date.UTC(2026, 10, 23, 1)
  let timers: (() => void)[] = []
  const jumps = new Set<(offsetMs: number) => void>()
  const clock: Clock = {
    now: () => wall,
    every(_, work) {
      timers.push(work)
      return () => {
        timers = timers.filter(one => one !== work)
      }
    },
    after: () => () => {},
    onJump(listener) {
      jumps.add(listener)
      return () => jumps.delete(listener)
    },
  }
  const w = linkWorld(
    siteOf(['door-a', 'door-b'], {
      doorGroups: [{ id: 'all', name: both('all'), doors: ['door-a', 'door-b'] }],
      access: {
        areas: [{ id: 'hall' }],
        doors: ['door-a', 'door-b'].map(id => ({ id, area: 'hall' })),
        levels: [{ id: 'all', groups: ['all'] }],
        controllers: ['a', 'b'].map(id => ({ id, doors: [`door-${id}`], tableHours: TABLE_HOURS })),
      },
    }),
    clock,
  )
  let made = 0
  let latest = wall

  async function run(sequence: readonly Op[]): Promise<void> {
    told.sequences++
    await w.reach('up')
    for (const id of ['a', 'b']) w.setWall(id, 0)
    // A controller never believes in a time before one that it was sure of: the next sequence begins later than all that
    // any of them believed. Set 5 h back, put right by the gateway, then set 5 h ahead, it is 10 h ahead of all others.
    wall = latest = Math.max(latest, wall) + 24 * HOUR
    await w.reach('up')
    for (const work of timers) work()
    w.g.access.confirmClock(manager, 'a new sequence')
    const person = w.g.person({ name: `p${made}` })
    const uids = Array.from({ length: CARDS }, () => (0x10000000 + ++made).toString(16).toUpperCase())
    const cards: (Line | undefined)[] = []
    const lines: Line[] = []
    /** Per controller: the cards that were good when it last had all, and those that were at any time since. */
    const maybe = { a: new Set<string>(), b: new Set<string>() }
    /** When it last had all: nothing that ended before counts, whatever the clocks say then. */
    const synced = { a: 0, b: 0 }
    const untouched = { a: true, b: true }
    /** The latest moment that each was sure of: what had ended by then is over, wherever its clock is set. */
    const sure = { a: 0, b: 0 }
    /** All that ever came down in this sequence. */
    const recorded: Down[] = []
    let away = false
    let handing: 'kept back' | 'turned round' | 'one lost' | null = null
    const wrong = (what: string) => told.wrong.push(`${what}: ${JSON.stringify(sequence)}`)
    const goodNow = () => cards.flatMap(c => (c?.word === 'good' ? [c.id] : []))

    /** What waits is handed over, as the network does it now. */
    async function flow(): Promise<void> {
      for (const id of goodNow()) for (const one of [maybe.a, maybe.b]) one.add(id)
      // What the gateway says of a change it says at once; what comes of that, afterwards.
      await new Promise(resolve => setImmediate(resolve))
      const first = w.takeDown()
      recorded.push(...first)
      const kept = handing === 'kept back' ? first : []
      const order = handing === 'turned round' ? first.toReversed() : handing === 'one lost' ? first.slice(1) : first
      if (handing !== 'kept back') for (const one of order) w.deliver(one)
      await settled()
      for (const one of kept) w.deliver(one)
      await settled()
      handing = null
      if (away) return
      for (const view of w.link!.views()) {
        const id = view.controller.id as 'a' | 'b'
        if (!view.online || view.behind !== null || view.acked !== view.version) continue
        maybe[id] = new Set(goodNow())
        synced[id] = clock.now()
      }
    }
    async function settled(): Promise<void> {
      for (let quiet = 0; quiet < 2; ) {
        await new Promise(resolve => setImmediate(resolve))
        const down = w.takeDown()
        recorded.push(...down)
        for (const one of down) w.deliver(one)
        const more = await w.handUp()
        quiet = down.length === 0 && !more ? quiet + 1 : 0
      }
    }
    async function show(n: number, at: 'a' | 'b', out: boolean): Promise<void> {
      const its = cards[n]
      // All that this card ever stood for, as far as this controller may know.
      const may = lines.filter(l => l.card === n && maybe[at].has(l.id))
      const key = w.keyOf(at, 'uid', uids[n]!)
      const { outcome, unlock } = w.controllers.get(at)!.alone(`door-${at}`, out ? 'out' : 'in', key)
      told.shown++
      if (out) {
        told.out++
        if (!unlock) wrong(`kept in by ${outcome}`)
        return
      }
      if (unlock) told.opened++
      else told.refused++
      const known = may.length > 0
      const ended = may.every(l => (untouched[at] && wall >= l.to + 1000) || sure[at] >= l.to + 1000)
      const stale = untouched[at] && clock.now() >= synced[at] + TABLE_HOURS * HOUR + 1000
      if (unlock && (!known || ended || stale))
        wrong(`UNSAFE at ${at}, ${outcome}, ${JSON.stringify({ known, ended, stale })}`)
      const surely =
        its?.word === 'good' &&
        known &&
        goodSince[at].has(its.id) &&
        untouched[at] &&
        clock.now() < its.to - 1000 &&
        clock.now() < synced[at] + TABLE_HOURS * HOUR * 0.7
      if (!unlock && surely) wrong(`refused at ${at} by ${outcome}`)
    }
    /** Good at the last time that it had all, and not touched since. */
    const goodSince = { a: new Set<string>(), b: new Set<string>() }
    const remember = () => {
      for (const at of ['a', 'b'] as const)
        if (synced[at] === clock.now() && !away) goodSince[at] = new Set([...goodNow()].filter(id => maybe[at].has(id)))
    }

    await flow()
    remember()
    const start: Op[] = [0, 1].flatMap((n): Op[] => [
      { kind: 'issue', card: n, hours: n === 0 ? 12 : 1 },
      { kind: 'move', card: n, action: 'approve' },
    ])
    for (const step of [...start, ...sequence]) {
      switch (step.kind) {
        case 'issue': {
          const had = cards[step.card]
          if (had && had.word !== 'dead') break
          const to = clock.now() + step.hours * HOUR
          const { id } = w.g.card(person.id, uids[step.card]!, ['all'], to)
          const line: Line = { id, card: step.card, to, word: 'asked' }
          cards[step.card] = line
          lines.push(line)
          told.issued++
          break
        }
        case 'move': {
          const its = cards[step.card]
          const word = its && after[step.action][its.word]
          if (!its || !word) break
          const refused = w.g.move(its.id, step.action)
          if (refused !== null) wrong(`${step.action}: ${refused}`)
          its.word = word
          if (word !== 'good') told.revoked++
          for (const one of [goodSince.a, goodSince.b]) one.delete(its.id)
          break
        }
        case 'show':
          await show(step.card, step.at, step.out)
          break
        case 'partition':
          if (step.on === away) break
          told.partitions++
          away = step.on
          await w.reach(away ? 'cut' : 'up', false)
          break
        case 'reboot':
          told.reboots++
          if (step.what === 'gateway') {
            w.stopGateway()
            w.startGateway()
            if (!away) w.hello()
          } else {
            w.restart(step.what)
            if (!away) w.controllers.get(step.what)!.hello()
          }
          break
        case 'clock':
          told.jumps++
          if (step.what === 'a') w.setWall('a', step.ms)
          else {
            wall += step.ms
            for (const told of [...jumps]) told(step.ms)
          }
          untouched.a = false
          if (step.what === 'all') untouched.b = false
          for (const one of [goodSince.a, goodSince.b]) one.clear()
          break
        case 'wait':
          wall += step.ms
          for (const one of w.controllers.values()) one.tick()
          w.handUp()
          for (const work of timers) work()
          for (const at of ['a', 'b'] as const) if (untouched[at]) sure[at] = Math.max(sure[at], wall)
          break
        case 'replay':
          for (const one of recorded.slice(-1 - step.back).slice(0, step.count + 1)) {
            told.replays++
            w.deliver(one)
          }
          break
        case 'reorder':
          told.reorders++
          handing = step.how
          break
      }
      latest = Math.max(latest, wall)
      if (step.kind !== 'reorder') {
        await flow()
        remember()
      }
      if (w.failed.length > 0) wrong(`failed: ${String(w.failed.splice(0)[0])}`)
    }
    // Nothing of it is left for the next one.
    for (const one of cards)
      if (one && one.word !== 'dead') w.g.move(one.id, one.word === 'asked' ? 'refuse' : 'revoke')
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
    end: () => w.end(),
  }
}
const after: Record<Action, Partial<Record<Line['word'], Line['word']>>> = {
  approve: { asked: 'good' },
  suspend: { good: 'paused' },
  resume: { paused: 'good' },
  revoke: { good: 'dead', paused: 'dead' },
  lose: { good: 'dead', paused: 'dead' },
}
