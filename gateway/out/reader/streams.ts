import type { Entry } from '../../core/events.ts'
import type { History } from '../../history/history.ts'
import { gapDone, leaveBehind, liveDone, type Position } from '../../history/position.ts'
import type { Named, Tick } from '../../history/tick.ts'
import type { Row, Stream } from './row.ts'

/** So many rows of the journal (seconds) behind, and what is new goes first. */
const JUMP_ROWS = 5
const BATCH_ENTRIES = 200
const KEPT_EACH = 1000

/** A second of samples in the form of an output. `historical`: it comes later than it was measured, after newer ones. */
export type Shape = (
  seq: number,
  tick: Tick,
  named: (point: number) => Named | undefined,
  historical: boolean,
) => readonly Row[]

export interface TelemetryDeps {
  readonly id: string
  readonly readers: Pick<History['readers'], 'rows' | 'moved' | 'named'>
  readonly position: Position
  /** The newest row of the journal. */
  readonly head: number
  readonly shape: Shape
  /** False: strictly in order, what is new waits for what is old. */
  readonly liveFirst: boolean
  /** So long after it was taken a far end may still forget it when it is killed; then it is sent again. */
  readonly hold?: { readonly ms: number; readonly now: () => number } | undefined
}

/** The samples of an output: what is new, and what was left behind. */
export function telemetryStreams(deps: TelemetryDeps) {
  const { id, readers, shape, liveFirst, hold } = deps
  let { position, head } = deps
  /** Where it stands as far as the far end cannot forget it. */
  let kept = position
  const held: { readonly at: number; readonly position: Position }[] = []
  const keep = (next: Position) => {
    kept = next
    // Should the disk fail now, what was sent is sent again.
    readers.moved(id, next).catch(() => {})
  }
  const move = (next: Position) => {
    if (next === position) return
    position = next
    if (!hold) return keep(next)
    held.push({ at: hold.now(), position: next })
    settle()
  }
  function settle() {
    const due = hold ? held.findLastIndex(({ at }) => Math.abs(hold.now() - at) >= hold.ms) : -1
    if (due < 0) return
    keep(held[due]!.position)
    held.splice(0, due + 1)
  }
  const again = () => {
    position = kept
    held.length = 0
  }
  async function take(lane: 'live' | 'backlog', from: number, to: number, most: number) {
    const { rows, next, head: newest } = await readers.rows(id, lane, from, to, most)
    head = Math.max(head, newest)
    if (rows.length === 0 && next <= from) return null
    return { rows: rows.flatMap(({ seq, tick }) => shape(seq, tick, readers.named, lane === 'backlog')), next }
  }
  const live: Stream = {
    name: 'telemetry',
    limited: () => false,
    async take(most) {
      if (position.live > head) return null
      if (liveFirst && head - position.live >= JUMP_ROWS) move(leaveBehind(position, head))
      return take('live', position.live, Number.MAX_SAFE_INTEGER, most)
    },
    done: upTo => move(liveDone(position, upTo)),
    again,
  }
  const backlog: Stream = {
    name: 'history',
    limited: () => true,
    async take(most) {
      const gap = position.gaps[0]
      return gap ? take('backlog', gap[0], gap[1], most) : null
    },
    done: upTo => move(gapDone(position, upTo)),
  }
  return {
    streams: liveFirst ? [live, backlog] : [{ ...live, limited: () => head - position.live >= JUMP_ROWS }],
    /** The journal has come to this row. */
    committed(seq: number) {
      head = Math.max(head, seq)
      settle()
    },
    position: () => position,
  }
}

export interface RecordsDeps {
  /** Entries of the trail after `seq`, oldest first. */
  readonly after: (seq: number, limit: number) => readonly Entry[]
  readonly head: () => number
  /** On the disk when `set` returns. */
  readonly cursor: { get(): number | null; set(seq: number): void }
  /** None: nothing for this output. */
  readonly shape: (entry: Entry) => readonly Row[]
}

/** The records of an output: entries of the trail, in order. A new one begins with what happens from now on. */
export function recordStream(deps: RecordsDeps) {
  const { after, head, cursor, shape } = deps
  const kept = cursor.get()
  // A copy from before knows less than was told: what comes now has numbers that were used.
  let seq = Math.min(kept ?? head(), head())
  if (kept !== seq) cursor.set(seq)
  let saved = seq
  let lost = 0
  const stream: Stream = {
    name: 'records',
    limited: () => false,
    async take() {
      for (;;) {
        const entries = after(seq, BATCH_ENTRIES)
        const last = entries.at(-1)
        if (!last) return null
        // Records are never dropped today; should they be, it is not silent.
        lost += entries[0]!.seq - seq - 1
        seq = entries[0]!.seq - 1
        const rows = entries.flatMap(shape)
        if (rows.length > 0) return { rows, next: last.seq + 1 }
        seq = last.seq
        // Entries with nothing to tell cost no write of their own.
        if (seq - saved >= KEPT_EACH) save()
      }
    },
    done(upTo) {
      seq = upTo - 1
      save()
    },
  }
  function save() {
    cursor.set(seq)
    saved = seq
  }
  return {
    stream,
    /** Where it stands; entries that wait, none of them counted that are nothing to it; and when the oldest was made. */
    state(): {
      readonly seq: number
      readonly waiting: number
      readonly oldestAt: number | null
      readonly lost: number
    } {
      const rows = after(seq, BATCH_ENTRIES).flatMap(shape)
      return { seq, waiting: new Set(rows.map(row => row.seq)).size, oldestAt: rows[0]?.at ?? null, lost }
    },
  }
}
