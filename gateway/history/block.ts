import type { Kind } from '../../drivers/point.ts'
import {
  type BitReader,
  type Bits,
  bitBytes,
  bitReader,
  copyBits,
  FIRST_BYTES,
  lengthOf,
  type Means,
  meansOf,
  put,
  putNumber,
  release,
  reserve,
  take,
  takeNumber,
} from './bits.ts'
import {
  type Bytes,
  bytes,
  putByte,
  putText,
  putVarint,
  type Reader,
  room,
  takeByte,
  takeText,
  takeVarint,
} from './bytes.ts'
import { hasValue } from './codes.ts'
import { putColumns, takeColumns } from './columns.ts'
import { F64, modeOf, modeOfAll, toInt, unzigzag, zigzag } from './numbers.ts'
import { NO_BYTES, type Pieces } from './pieces.ts'

/**
 * One point over a span of time as a compressed block, samples in the order of their arrival. Pure; any sequence comes
 * back exactly. A time is a multiple of the point's period and the rest of it: a point that is read each second costs one
 * bit for each, and what the polling jitters. A value is the difference to the last one; booleans are 0 and 1, texts the
 * number of their first appearance. Qualities are runs.
 */
export interface Writer extends Bits {
  kind: Kind
  periodMs: number
  n: number
  first: number
  /** Runs of qualities that have ended: length, code, length, code, ... and the one that goes on. */
  runs: readonly number[]
  run: number
  code: number
  /** In order of their first appearance. */
  texts: string[]
  mode: number
  step: number
  phase: number
  value: number
  means: Means
}

const [STEP, PHASE, VALUE] = [0, 1, 2]

/** Of ten thousand writers hardly one has a run that has ended, or a text. */
export const NO_RUNS: readonly number[] = []
export const NO_TEXTS: string[] = []

/** @param pieces where it grows, beside others; whoever gives them gives them back, too */
export const writer = (kind: Kind, periodMs: number, pieces: Pieces | null = null): Writer => ({
  // Written out: V8 keeps the fields of an object that begins as a copy of another one apart from it.
  bytes: pieces ? NO_BYTES : new Uint8Array(FIRST_BYTES),
  next: 0,
  end: pieces ? 0 : FIRST_BYTES,
  rest: 0,
  restBits: 0,
  pieces,
  piece: -1,
  earlier: 0,
  kind,
  periodMs: Math.max(1, Math.round(periodMs)),
  n: 0,
  first: 0,
  runs: NO_RUNS,
  run: 0,
  code: 0,
  texts: NO_TEXTS,
  mode: 0,
  step: 0,
  phase: 0,
  value: 0,
  means: meansOf(),
})

/** @param value of a text: what `textNumber` gives; of a boolean: 0 or 1; not looked at when the code says that there is none */
export function append(to: Writer, at: number, code: number, value: number): void {
  const there = hasValue(code)
  let whole = 0
  if (there) {
    whole = to.mode === F64 ? 0 : toInt(value, to.mode)
    if (Number.isNaN(whole)) {
      widen(to, value)
      whole = to.mode === F64 ? 0 : toInt(value, to.mode)
    }
  }
  const { periodMs } = to
  reserve(to)
  const step = Math.floor(at / periodMs)
  const phase = at - step * periodMs
  if (to.n === 0) to.first = at
  else {
    putNumber(to, zigzag(step - to.step - 1), to.means, STEP)
    if (periodMs > 1) putNumber(to, zigzag(phase - to.phase), to.means, PHASE)
  }
  to.step = step
  to.phase = phase
  to.n++
  if (to.code === code) to.run++
  else {
    if (to.run > 0) to.runs = [...to.runs, to.run, to.code]
    to.run = 1
    to.code = code
  }
  if (!there) {
    release(to)
    return
  }
  if (to.mode === F64) {
    release(to)
    putXor(to, value)
  } else {
    putNumber(to, zigzag(whole - to.value), to.means, VALUE)
    to.value = whole
    release(to)
  }
}

/** Many at once, of columns; of a point that is no text. */
export function appendAll(
  to: Writer,
  times: Float64Array,
  codes: Uint8Array,
  values: Float64Array,
  from: number,
  until: number,
): void {
  for (let i = from; i < until; ) {
    i = putColumns(to, times, codes, values, i, until)
    if (i < until) {
      append(to, times[i]!, codes[i]!, values[i]!)
      i++
    }
  }
}

/** The number that stands for a text in this block. */
export function textNumber(to: Writer, text: string): number {
  const known = to.texts.lastIndexOf(text)
  if (known >= 0) return known
  if (to.texts === NO_TEXTS) to.texts = []
  return to.texts.push(text) - 1
}

/** The values so far need another mode than the one to come: all are written anew. It happens a few times per block at most. */
function widen(to: Writer, value: number): void {
  if (to.n === 0) {
    to.mode = modeOf(value)
    return
  }
  const had = read(finish(to))
  const values = had.values.filter((_, i) => hasValue(had.codes[i]!))
  to.mode = modeOfAll([...values, value])
  const again = writer(to.kind, to.periodMs, to.pieces)
  again.mode = to.mode
  for (let i = 0; i < had.n; i++) append(again, had.times[i]!, had.codes[i]!, had.values[i]!)
  to.pieces?.giveBack(to.piece)
  const { bytes: all, next, end, rest, restBits, piece, earlier, value: last, means } = again
  Object.assign(to, { bytes: all, next, end, rest, restBits, piece, earlier, value: last, means })
}

const double = new Float64Array(1)
const half = new Uint8Array(double.buffer)
const before = new Float64Array(1)
const halfBefore = new Uint8Array(before.buffer)
/** The bytes in which it differs from the last one, most significant first; the platform is little-endian. */
function putXor(to: Writer, value: number): void {
  double[0] = value
  before[0] = to.value
  to.value = value
  let high = 7
  let low = 0
  while (high >= 0 && half[high] === halfBefore[high]) high--
  if (high < 0) {
    put(to, 0, 1)
    return
  }
  while (half[low] === halfBefore[low]) low++
  put(to, 64 | (high << 3) | low, 7)
  for (let i = high; i >= low; i--) put(to, half[i]! ^ halfBefore[i]!, 8)
}
function takeXor(from: BitReader, last: number): number {
  if (take(from, 1) === 0) return last
  const high = take(from, 3)
  const low = take(from, 3)
  double[0] = last
  for (let i = high; i >= low; i--) half[i]! ^= take(from, 8)
  return double[0]!
}

export const kinds: readonly Kind[] = ['number', 'boolean', 'text']
const VERSION = 1

/**
 * The block as bytes; more can be appended afterwards and the block be finished again.
 * @param to where it is written, over what is there; what is returned lies in it
 */
export function finish(from: Writer, to: Bytes = bytes(64 + lengthOf(from))): Uint8Array {
  to.length = 0
  putByte(to, (VERSION << 2) | kinds.indexOf(from.kind))
  putByte(to, from.mode)
  putVarint(to, from.n)
  putVarint(to, from.periodMs)
  putVarint(to, zigzag(from.first))
  const runs = from.run > 0 ? [...from.runs, from.run, from.code] : from.runs
  putVarint(to, runs.length / 2)
  for (let i = 0; i < runs.length; i += 2) {
    putVarint(to, runs[i]!)
    putByte(to, runs[i + 1]!)
  }
  putVarint(to, from.texts.length)
  for (const text of from.texts) putText(to, text)
  const length = bitBytes(from)
  room(to, length)
  copyBits(from, to.at.subarray(to.length, to.length + length))
  to.length += length
  return to.at.subarray(0, to.length)
}

/** What was in a block, a column each. */
export interface Series {
  readonly kind: Kind
  readonly n: number
  readonly times: Float64Array
  readonly codes: Uint8Array
  /** NaN where there is none; a boolean as 0 or 1; of a text its place in `texts`. */
  readonly values: Float64Array
  readonly texts: readonly string[]
}

/** @throws RangeError when these bytes are no block of a version that is known */
export function read(block: Uint8Array): Series {
  const from = { at: block, next: 0 }
  const head = takeHead(from)
  const { kind, n } = head
  const codes = new Uint8Array(n)
  takeRuns(from, codes)
  const texts = Array.from({ length: takeVarint(from) }, () => takeText(from))
  const times = new Float64Array(n)
  const values = new Float64Array(n)
  takeSamples(from, block.length, head, codes, times, values)
  return { kind, n, times, codes, values, texts }
}

/** The same of numbers, from a part of these bytes and into columns that are large enough. @returns how many there are */
export function readInto(
  from: Reader,
  to: number,
  codes: Uint8Array,
  times: Float64Array,
  values: Float64Array,
): number {
  const head = takeHead(from)
  takeRuns(from, codes)
  takeVarint(from)
  takeSamples(from, to, head, codes, times, values)
  from.next = to
  return head.n
}

interface Head {
  readonly kind: Kind
  readonly mode: number
  readonly n: number
  readonly periodMs: number
  readonly first: number
}
function takeHead(from: Reader): Head {
  const head = takeByte(from)
  const kind = kinds[head & 3]
  if (head >> 2 !== VERSION || kind === undefined) throw new RangeError(`no history block: ${head}`)
  const mode = takeByte(from)
  const n = takeVarint(from)
  const periodMs = takeVarint(from)
  return { kind, mode, n, periodMs, first: unzigzag(takeVarint(from)) }
}
function takeRuns(from: Reader, codes: Uint8Array): void {
  let filled = 0
  for (let runs = takeVarint(from); runs > 0; runs--) {
    const end = filled + takeVarint(from)
    codes.fill(takeByte(from), filled, end)
    filled = end
  }
}
function takeSamples(
  { at, next }: Reader,
  to: number,
  head: Head,
  codes: Uint8Array,
  times: Float64Array,
  values: Float64Array,
): void {
  const means = meansOf()
  if (head.mode === F64) takeDoubles(bitReader(at.subarray(next, to)), head, means, codes, times, values)
  else takeColumns(at, next, to, head, means, codes, times, values)
}
function takeDoubles(
  bits: BitReader,
  { n, first, periodMs }: Head,
  means: Means,
  codes: Uint8Array,
  times: Float64Array,
  values: Float64Array,
): void {
  let step = Math.floor(first / periodMs)
  let phase = first - step * periodMs
  let value = 0
  for (let i = 0; i < n; i++) {
    if (i > 0) {
      step += unzigzag(takeNumber(bits, means, STEP)) + 1
      if (periodMs > 1) phase += unzigzag(takeNumber(bits, means, PHASE))
    }
    times[i] = step * periodMs + phase
    const there = hasValue(codes[i]!)
    if (there) value = takeXor(bits, value)
    values[i] = there ? value : Number.NaN
  }
}
