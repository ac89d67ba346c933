import type { Kind } from '../../drivers/point.ts'
import { NO_RUNS, NO_TEXTS, type Writer, writer } from './block.ts'
import { piecesOf } from './pieces.ts'

/** Room for so many more when there is none: little more than there is, for this is memory that nobody else has. */
const GROW = 4096
const NONE = -1

/**
 * A block is a place in two tables, one of numbers as they are and one of small whole ones: what is said of one lies
 * together, because ten thousand take turns. See `Writer` for what is not said here.
 */
const [FIRST_SEQ, LAST_SEQ, OPENED_AT, FIRST, STEP, PHASE, VALUE] = [0, 1, 2, 3, 4, 5, 6]
const NUMBERS = 7
/** `OLDER` and `YOUNGER`: opened before it, and after it; of one that is free, `OLDER` is the next that is. */
const [POINT, DAY, OLDER, YOUNGER, N, RUN, CODE, MODE, NEXT, REST, REST_BITS, PIECE, EARLIER, MEANS] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13,
] as const
const COLUMNS = 6
const WHOLES = MEANS + COLUMNS

/**
 * The blocks that stand open, one for each point, and those that have ended and are not written yet: what is in the journal,
 * but in no block of the file. Ten thousand writers as objects are 6 MB and as many things for the collector to visit;
 * as columns they are one, and one writer goes from place to place.
 */
export function openBlocks() {
  const pieces = piecesOf()
  let size = 0
  let numbers = new Float64Array(0)
  let wholes = new Int32Array(0)
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
    const had = { numbers, wholes }
    numbers = new Float64Array(NUMBERS * (size + GROW))
    numbers.set(had.numbers)
    wholes = new Int32Array(WHOLES * (size + GROW))
    wholes.set(had.wholes)
    for (let at = size + GROW - 1; at >= size; at--) {
      wholes[WHOLES * at + OLDER] = free
      free = at
    }
    size += GROW
  }
  function fill(w: Writer, at: number, kind: Kind, periodMs: number): Writer {
    const i = NUMBERS * at
    const k = WHOLES * at
    w.kind = kind
    w.periodMs = Math.max(1, Math.round(periodMs))
    w.first = numbers[i + FIRST]!
    w.step = numbers[i + STEP]!
    w.phase = numbers[i + PHASE]!
    w.value = numbers[i + VALUE]!
    w.n = wholes[k + N]!
    w.run = wholes[k + RUN]!
    w.code = wholes[k + CODE]!
    w.mode = wholes[k + MODE]!
    w.next = wholes[k + NEXT]!
    w.rest = wholes[k + REST]!
    w.restBits = wholes[k + REST_BITS]!
    w.piece = wholes[k + PIECE]!
    w.earlier = wholes[k + EARLIER]!
    for (let column = 0; column < COLUMNS; column++) w.means[column] = wholes[k + MEANS + column]!
    w.runs = (runs.size > 0 && runs.get(at)) || NO_RUNS
    w.texts = (texts.size > 0 && texts.get(at)) || NO_TEXTS
    pieces.turnTo(w)
    return w
  }
  /** What was written with the writer that was loaded from there. */
  function save(at: number, w: Writer): void {
    const i = NUMBERS * at
    const k = WHOLES * at
    numbers[i + FIRST] = w.first
    numbers[i + STEP] = w.step
    numbers[i + PHASE] = w.phase
    numbers[i + VALUE] = w.value
    wholes[k + N] = w.n
    wholes[k + RUN] = w.run
    wholes[k + CODE] = w.code
    wholes[k + MODE] = w.mode
    wholes[k + NEXT] = w.next
    wholes[k + REST] = w.rest
    wholes[k + REST_BITS] = w.restBits
    wholes[k + PIECE] = w.piece
    wholes[k + EARLIER] = w.earlier
    for (let column = 0; column < COLUMNS; column++) wholes[k + MEANS + column] = w.means[column]!
    if (w.runs.length > 0) runs.set(at, w.runs)
    if (w.texts.length > 0) texts.set(at, w.texts)
  }
  const whole = (at: number, what: number): number => wholes[WHOLES * at + what]!
  const number = (at: number, what: number): number => numbers[NUMBERS * at + what]!

  return {
    /** The place of the block of this point that goes on; -1: there is none. */
    of: (point: number): number => places[point] ?? NONE,
    /** A new one, the youngest. */
    begin(point: number, day: number, seq: number, openedAt: number): number {
      if (free === NONE) grow()
      const at = free
      free = whole(at, OLDER)
      if (point >= places.length) {
        const larger = new Int32Array(Math.max(point + 1, places.length + GROW)).fill(NONE)
        larger.set(places)
        places = larger
      }
      places[point] = at
      numbers[NUMBERS * at + FIRST_SEQ] = seq
      numbers[NUMBERS * at + LAST_SEQ] = seq
      numbers[NUMBERS * at + OPENED_AT] = openedAt
      wholes[WHOLES * at + POINT] = point
      wholes[WHOLES * at + DAY] = day
      wholes[WHOLES * at + OLDER] = youngest
      wholes[WHOLES * at + YOUNGER] = NONE
      save(at, blank)
      if (youngest === NONE) oldest = at
      else wholes[WHOLES * youngest + YOUNGER] = at
      youngest = at
      open++
      return at
    },
    /** It takes no more samples, and waits to be written. */
    end(at: number): void {
      const [older, younger] = [whole(at, OLDER), whole(at, YOUNGER)]
      if (older === NONE) oldest = younger
      else wholes[WHOLES * older + YOUNGER] = younger
      if (younger === NONE) youngest = older
      else wholes[WHOLES * younger + OLDER] = older
      places[whole(at, POINT)] = NONE
      open--
    },
    /** It has ended, and was written. */
    forget(at: number): void {
      pieces.giveBack(whole(at, PIECE))
      runs.delete(at)
      texts.delete(at)
      wholes[WHOLES * at + OLDER] = free
      free = at
    },
    /** To write or to read, until the next call. */
    load: (at: number, kind: Kind, periodMs: number): Writer => fill(hand, at, kind, periodMs),
    /** To read, beside others, as long as nothing is written. */
    copy: (at: number, kind: Kind, periodMs: number): Writer => fill(writer(kind, 1, pieces), at, kind, periodMs),
    save,
    /** Up to which row of the journal it has what there is. */
    used(at: number, lastSeq: number): void {
      numbers[NUMBERS * at + LAST_SEQ] = lastSeq
    },
    /** In order of opening: the first, and the one after; -1: there is none. */
    oldest: (): number => oldest,
    after: (at: number): number => whole(at, YOUNGER),
    pointOf: (at: number): number => whole(at, POINT),
    dayOf: (at: number): number => whole(at, DAY),
    countOf: (at: number): number => whole(at, N),
    /** The quality of its newest sample. */
    codeOf: (at: number): number => whole(at, CODE),
    /** Rows of the journal that it needs. */
    firstSeqOf: (at: number): number => number(at, FIRST_SEQ),
    lastSeqOf: (at: number): number => number(at, LAST_SEQ),
    openedAtOf: (at: number): number => number(at, OPENED_AT),
    /** Whole bytes of its samples. */
    lengthOf: (at: number): number => pieces.lengthOf(whole(at, PIECE), whole(at, NEXT), whole(at, EARLIER)),
    size: (): number => open,
    /** Of all of them, in memory. */
    bytes: pieces.bytes,
  }
}
