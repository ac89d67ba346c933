import type { Kind } from '../../drivers/point.ts'
import { NO_RUNS, NO_TEXTS, type Writer, writer } from './block.ts'
import { piecesOf } from './pieces.ts'

/** Room for so many more when there is none: little more than there is, for this is memory that nobody else has. */
const GROW = 4096
const NONE = -1

/** A block is a place in these columns; see `Writer` for what is not said here. */
const columnsOf = (size: number) => ({
  point: new Int32Array(size),
  day: new Int32Array(size),
  /** Rows of the journal that it needs. */
  firstSeq: new Float64Array(size),
  lastSeq: new Float64Array(size),
  openedAt: new Float64Array(size),
  n: new Int32Array(size),
  first: new Float64Array(size),
  run: new Int32Array(size),
  code: new Uint8Array(size),
  mode: new Uint8Array(size),
  step: new Float64Array(size),
  phase: new Float64Array(size),
  value: new Float64Array(size),
  means: new Int32Array(MEANS * size),
  next: new Int32Array(size),
  rest: new Uint8Array(size),
  restBits: new Uint8Array(size),
  piece: new Int32Array(size).fill(NONE),
  earlier: new Int32Array(size),
  /** Opened before it, and after it; of one that is free: the next that is. */
  older: new Int32Array(size),
  younger: new Int32Array(size),
})
const MEANS = 6
type Columns = ReturnType<typeof columnsOf>

export type OpenBlocks = ReturnType<typeof openBlocks>

/**
 * The blocks that stand open, one for each point, and those that have ended and are not written yet: what is in the journal,
 * but in no block of the file. Ten thousand writers as objects are 6 MB and as many things for the collector to visit;
 * as columns they are one, and one writer goes from place to place.
 */
export function openBlocks() {
  const pieces = piecesOf()
  let size = 0
  let c = columnsOf(0)
  let free = NONE
  let [oldest, youngest] = [NONE, NONE]
  let open = 0
  /** The place of the open block of a point. */
  let places = new Int32Array(0)
  /** Few have any. */
  const runs = new Map<number, readonly number[]>()
  const texts = new Map<number, string[]>()
  /** It goes from place to place. */
  const hand = writer('number', 1, pieces)
  const blank = writer('number', 1, pieces)

  function grow(): void {
    const larger = columnsOf(size + GROW)
    for (const name of Object.keys(c) as (keyof Columns)[]) larger[name].set(c[name])
    c = larger
    for (let at = size + GROW - 1; at >= size; at--) {
      c.older[at] = free
      free = at
    }
    size += GROW
  }
  function fill(w: Writer, at: number, kind: Kind, periodMs: number): Writer {
    w.kind = kind
    w.periodMs = Math.max(1, Math.round(periodMs))
    w.n = c.n[at]!
    w.first = c.first[at]!
    w.runs = runs.get(at) ?? NO_RUNS
    w.run = c.run[at]!
    w.code = c.code[at]!
    w.texts = texts.get(at) ?? NO_TEXTS
    w.mode = c.mode[at]!
    w.step = c.step[at]!
    w.phase = c.phase[at]!
    w.value = c.value[at]!
    for (let i = 0; i < MEANS; i++) w.means[i] = c.means[MEANS * at + i]!
    w.next = c.next[at]!
    w.rest = c.rest[at]!
    w.restBits = c.restBits[at]!
    w.piece = c.piece[at]!
    w.earlier = c.earlier[at]!
    pieces.turnTo(w)
    return w
  }
  /** What was written with the writer that was loaded from there. */
  function save(at: number, w: Writer): void {
    c.n[at] = w.n
    c.first[at] = w.first
    if (w.runs.length > 0) runs.set(at, w.runs)
    c.run[at] = w.run
    c.code[at] = w.code
    if (w.texts.length > 0) texts.set(at, w.texts)
    c.mode[at] = w.mode
    c.step[at] = w.step
    c.phase[at] = w.phase
    c.value[at] = w.value
    for (let i = 0; i < MEANS; i++) c.means[MEANS * at + i] = w.means[i]!
    c.next[at] = w.next
    c.rest[at] = w.rest
    c.restBits[at] = w.restBits
    c.piece[at] = w.piece
    c.earlier[at] = w.earlier
  }

  return {
    /** The place of the block of this point that goes on; -1: there is none. */
    of: (point: number): number => places[point] ?? NONE,
    /** A new one, the youngest. */
    begin(point: number, day: number, seq: number, openedAt: number): number {
      if (free === NONE) grow()
      const at = free
      free = c.older[at]!
      if (point >= places.length) {
        const larger = new Int32Array(Math.max(point + 1, places.length + GROW)).fill(NONE)
        larger.set(places)
        places = larger
      }
      places[point] = at
      c.point[at] = point
      c.day[at] = day
      c.firstSeq[at] = seq
      c.lastSeq[at] = seq
      c.openedAt[at] = openedAt
      save(at, blank)
      c.older[at] = youngest
      c.younger[at] = NONE
      if (youngest === NONE) oldest = at
      else c.younger[youngest] = at
      youngest = at
      open++
      return at
    },
    /** It takes no more samples, and waits to be written. */
    end(at: number): void {
      const [older, younger] = [c.older[at]!, c.younger[at]!]
      if (older === NONE) oldest = younger
      else c.younger[older] = younger
      if (younger === NONE) youngest = older
      else c.older[younger] = older
      places[c.point[at]!] = NONE
      open--
    },
    /** It has ended, and was written. */
    forget(at: number): void {
      pieces.giveBack(c.piece[at]!)
      runs.delete(at)
      texts.delete(at)
      c.older[at] = free
      free = at
    },
    /** To write or to read, until the next call. */
    load: (at: number, kind: Kind, periodMs: number): Writer => fill(hand, at, kind, periodMs),
    /** To read, beside others, as long as nothing is written. */
    copy: (at: number, kind: Kind, periodMs: number): Writer => fill(writer(kind, 1, pieces), at, kind, periodMs),
    save,
    /** Up to which row of the journal it has what there is. */
    used(at: number, lastSeq: number): void {
      c.lastSeq[at] = lastSeq
    },
    /** In order of opening: the first, and the one after; -1: there is none. */
    oldest: (): number => oldest,
    after: (at: number): number => c.younger[at]!,
    pointOf: (at: number): number => c.point[at]!,
    dayOf: (at: number): number => c.day[at]!,
    countOf: (at: number): number => c.n[at]!,
    /** The quality of its newest sample. */
    codeOf: (at: number): number => c.code[at]!,
    firstSeqOf: (at: number): number => c.firstSeq[at]!,
    lastSeqOf: (at: number): number => c.lastSeq[at]!,
    openedAtOf: (at: number): number => c.openedAt[at]!,
    /** Whole bytes of its samples. */
    lengthOf: (at: number): number => pieces.lengthOf(c.piece[at]!, c.next[at]!, c.earlier[at]!),
    size: (): number => open,
    /** Of all of them, in memory. */
    bytes: pieces.bytes,
  }
}
