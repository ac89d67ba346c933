import type { PointId, Reason, Sample, Value } from '../drivers/point.ts'
import { compile, type Evaluate, isFault } from './expression.ts'
import { type Condition, holds, isPlain, type Member, type SampleCondition } from './rule.ts'

/** What a condition says. `holds` undefined: it cannot tell; with a `reason` when that is because data is bad. */
export interface Verdict {
  readonly holds: boolean | undefined
  readonly reason: Reason | null
}

/**
 * A condition that remembers: several points, time, what was before. It knows no clock: every call says when it is, in
 * UTC ms that never run back.
 */
export interface Sensor {
  /** Whose samples it wants to see. */
  readonly points: readonly PointId[]
  take(sample: Sample, now: number): void
  /** @param active whether its alarm stands: what was before a restart is not known, and then neither raises nor clears */
  look(now: number, active: boolean): Verdict
  /** When it may say something else though no sample comes; Infinity: never. */
  next(now: number): number
  /** Somebody set the clock. */
  shift(offsetMs: number): void
}

/** @param during whether it is a time of this schedule */
export type InSchedule = (schedule: string, now: number) => boolean

const YES: Verdict = { holds: true, reason: null }
const NO: Verdict = { holds: false, reason: null }
const UNKNOWN: Verdict = { holds: undefined, reason: null }
const said = (holds: boolean): Verdict => (holds ? YES : NO)
const badly = (reason: Reason | undefined): Verdict => ({ holds: undefined, reason: reason ?? null })

/** A value that can be believed, or undefined. */
export const trusted = (sample: Sample | undefined): Value | undefined =>
  sample === undefined || sample.quality === 'bad' || sample.reason === 'stale' ? undefined : sample.value
const trustedNumber = (sample: Sample | undefined): number | undefined => {
  const value = trusted(sample)
  return typeof value === 'number' ? value : undefined
}

/** The point that a condition names, as seen from the one that its alarm is of. */
export const pointOf = (word: string | undefined, anchor: PointId): PointId =>
  word === undefined
    ? anchor
    : word.includes('/')
      ? (word as PointId)
      : `${anchor.slice(0, anchor.indexOf('/'))}/${word}`

export function sensorOf(when: Member, anchor: PointId, during: InSchedule): Sensor {
  const point = pointOf(when.point, anchor)
  if (isPlain(when)) return plain(when, point)
  if ('rises' in when) return moved(point, when.rises, when.withinS, when.deadband, (value, least) => value - least)
  if ('falls' in when) return moved(point, when.falls, when.withinS, when.deadband, (value, _, most) => most - value)
  if ('differs' in when) return differs(point, pointOf(when.from, anchor), when)
  if ('unchangedS' in when) return unchanged(point, when.unchangedS * 1000, when.tolerance ?? 0)
  if ('silentS' in when) return silent(point, when.silentS * 1000)
  if ('times' in when) return times(sensorOf(when.of, point, during), when.times, when.withinS * 1000)
  if ('expression' in when) return expressed(when, anchor)
  if ('during' in when) return scheduled(when.during, during)
  if ('not' in when) return combined([when.not], point, during, ([v]) => negated(v!))
  if ('all' in when) return combined(when.all, point, during, verdicts => every(verdicts, false))
  return combined(when.any, point, during, verdicts => every(verdicts, true))
}

const NEVER = Number.POSITIVE_INFINITY
/** When all of the window has been seen. */
const fullAt = (since: number | undefined, windowMs: number, now: number): number =>
  since !== undefined && now - since < windowMs ? since + windowMs : NEVER
const still = { shift() {}, next: () => NEVER }

function plain(when: SampleCondition, point: PointId): Sensor {
  let last: Sample | undefined
  let was: boolean | undefined
  return {
    ...still,
    points: [point],
    take(sample) {
      last = sample
    },
    look(_, active) {
      if (last === undefined) return UNKNOWN
      const now = holds(when, last, was ?? active)
      if (now === undefined) return badly(last.reason)
      was = now
      return said(now)
    },
  }
}

/** A window is kept in so many pieces: a fast point costs no more memory than a slow one. */
const PIECES = 100

function moved(
  point: PointId,
  by: number,
  withinS: number,
  deadband: number | undefined,
  far: (value: number, least: number, most: number) => number,
): Sensor {
  const windowMs = withinS * 1000
  const pieceMs = windowMs / PIECES
  let pieces: { at: number; least: number; most: number }[] = []
  let last: Sample | undefined
  let since: number | undefined
  let was = false
  /** It has been true here: then the alarm that stands is of what was seen, not of before a restart. */
  let own = false
  return {
    points: [point],
    take(sample, now) {
      last = sample
      const value = trustedNumber(sample)
      if (value === undefined) return
      since ??= now
      const piece = pieces.at(-1)
      if (piece && now - piece.at < pieceMs) {
        piece.least = Math.min(piece.least, value)
        piece.most = Math.max(piece.most, value)
      } else pieces.push({ at: now, least: value, most: value })
    },
    look(now, active) {
      const value = trustedNumber(last)
      if (value === undefined) return last === undefined ? UNKNOWN : badly(last.reason)
      while (pieces.length > 0 && pieces[0]!.at < now - windowMs) pieces.shift()
      const least = Math.min(value, ...pieces.map(p => p.least))
      const most = Math.max(value, ...pieces.map(p => p.most))
      was = far(value, least, most) > by - (was || active ? (deadband ?? 0) : 0)
      own ||= was
      if (!was && active && !own && now - since! < windowMs) return UNKNOWN
      return said(was)
    },
    next: now => (was ? now + pieceMs : fullAt(since, windowMs, now)),
    shift(offsetMs) {
      pieces = pieces.map(p => ({ ...p, at: p.at + offsetMs }))
      if (since !== undefined) since += offsetMs
    },
  }
}

function differs(point: PointId, other: PointId, when: Extract<Condition, { readonly differs: number }>): Sensor {
  let mine: Sample | undefined
  let theirs: Sample | undefined
  let was: boolean | undefined
  return {
    ...still,
    points: [point, other],
    take(sample) {
      if (sample.point === point) mine = sample
      if (sample.point === other) theirs = sample
    },
    look(_, active) {
      const a = trustedNumber(mine)
      const b = trustedNumber(theirs)
      if (a === undefined || b === undefined) {
        if (mine === undefined || theirs === undefined) return UNKNOWN
        return badly(a === undefined ? mine.reason : theirs.reason)
      }
      was = Math.abs(a - b) > when.differs - ((was ?? active) ? (when.deadband ?? 0) : 0)
      return said(was)
    },
  }
}

function unchanged(point: PointId, forMs: number, tolerance: number): Sensor {
  let last: Sample | undefined
  let stood: { readonly value: Value; readonly since: number } | undefined
  let hasMoved = false
  const away = (a: Value, b: Value) =>
    typeof a === 'number' && typeof b === 'number' ? Math.abs(a - b) > tolerance : a !== b
  return {
    points: [point],
    take(sample, now) {
      last = sample
      const value = trusted(sample)
      // Nobody knows what it did meanwhile.
      if (value === undefined) stood = undefined
      else if (stood === undefined) stood = { value, since: now }
      else if (away(value, stood.value)) {
        stood = { value, since: now }
        hasMoved = true
      }
    },
    look(now, active) {
      if (stood === undefined) return last === undefined ? UNKNOWN : badly(last.reason)
      if (now - stood.since >= forMs) return YES
      return active && !hasMoved ? UNKNOWN : NO
    },
    next: now => (stood && now - stood.since < forMs ? stood.since + forMs : NEVER),
    shift(offsetMs) {
      if (stood) stood = { ...stood, since: stood.since + offsetMs }
    },
  }
}

function silent(point: PointId, forMs: number): Sensor {
  let heardAt: number | undefined
  let heard = false
  return {
    points: [point],
    take(sample, now) {
      if (trusted(sample) === undefined) return
      heardAt = now
      heard = true
    },
    look(now, active) {
      heardAt ??= now
      if (now - heardAt >= forMs) return YES
      return active && !heard ? UNKNOWN : NO
    },
    next: now => {
      heardAt ??= now
      return now - heardAt < forMs ? heardAt + forMs : NEVER
    },
    shift(offsetMs) {
      if (heardAt !== undefined) heardAt += offsetMs
    },
  }
}

function times(inner: Sensor, often: number, withinMs: number): Sensor {
  let came: number[] = []
  let since: number | undefined
  let was: boolean | undefined
  let own = false
  return {
    points: inner.points,
    take(sample, now) {
      since ??= now
      inner.take(sample, now)
      const { holds: is } = inner.look(now, was ?? false)
      if (is === true && was === false) came = [...came, now].slice(-often)
      if (is !== undefined) was = is
    },
    look(now, active) {
      const { holds: is, reason } = inner.look(now, was ?? false)
      if (is === undefined && reason !== null) return badly(reason)
      const enough = came.length >= often && came[0]! > now - withinMs
      own ||= enough
      return !enough && active && !own && (since === undefined || now - since < withinMs) ? UNKNOWN : said(enough)
    },
    next: now =>
      Math.min(
        inner.next(now),
        fullAt(since, withinMs, now),
        came.length >= often ? fullAt(came[0], withinMs, now) : NEVER,
      ),
    shift(offsetMs) {
      inner.shift(offsetMs)
      came = came.map(at => at + offsetMs)
      if (since !== undefined) since += offsetMs
    },
  }
}

type Expression = Extract<Condition, { readonly expression: string }>
interface Programs {
  readonly comes: Evaluate
  readonly stays: Evaluate
}
/** Read once for all points of a rule. */
const programs = new WeakMap<Expression, Programs>()
function programsOf(when: Expression): Programs {
  const known = programs.get(when)
  if (known) return known
  const [comes, stays] = [when.expression, when.stays ?? when.expression].map(text => {
    const made = compile(text, kindsIn(text, when))
    if (isFault(made)) throw new Error(`${made.code}: ${text}`)
    return made
  }) as [Evaluate, Evaluate]
  const made = { comes, stays }
  programs.set(when, made)
  return made
}
/** `stays` may do with fewer of the names. */
export const kindsIn = (text: string, { expression, kinds }: Pick<Expression, 'expression' | 'kinds'>) =>
  text === expression
    ? kinds
    : Object.fromEntries(Object.entries(kinds).filter(([name]) => new RegExp(`\\b${name}\\b`).test(text)))

function expressed(when: Expression, anchor: PointId): Sensor {
  const { comes, stays } = programsOf(when)
  const names = Object.keys(when.names)
  const ids = names.map(name => pointOf(when.names[name], anchor))
  const last: (Sample | undefined)[] = names.map(() => undefined)
  const values: Record<string, Value> = {}
  let was: boolean | undefined
  return {
    ...still,
    points: [...new Set(ids)],
    take(sample) {
      for (let i = 0; i < ids.length; i++) if (ids[i] === sample.point) last[i] = sample
    },
    look(_, active) {
      for (let i = 0; i < names.length; i++) {
        const value = trusted(last[i])
        if (value === undefined) {
          // What is bad says why, before what has only not come yet.
          const sick = last.find(sample => sample !== undefined && trusted(sample) === undefined)
          return sick ? badly(sick.reason) : UNKNOWN
        }
        values[names[i]!] = value
      }
      const says = ((was ?? active) ? stays : comes)(values)
      if (says === undefined) return badly('no-value')
      was = says
      return said(says)
    },
  }
}

function scheduled(id: string, during: InSchedule): Sensor {
  return {
    points: [],
    take() {},
    look: now => said(during(id, now)),
    next: now => (Math.floor(now / 60_000) + 1) * 60_000,
    shift() {},
  }
}

function combined(
  members: readonly Member[],
  anchor: PointId,
  during: InSchedule,
  decide: (verdicts: readonly Verdict[]) => Verdict,
): Sensor {
  const sensors = members.map(member => sensorOf(member, anchor, during))
  return {
    points: [...new Set(sensors.flatMap(s => s.points))],
    take(sample, now) {
      for (const sensor of sensors) if (sensor.points.includes(sample.point)) sensor.take(sample, now)
    },
    look: (now, active) => decide(sensors.map(s => s.look(now, active))),
    next: now => Math.min(...sensors.map(s => s.next(now))),
    shift: offsetMs => {
      for (const sensor of sensors) sensor.shift(offsetMs)
    },
  }
}

const negated = ({ holds: is, reason }: Verdict): Verdict => (is === undefined ? { holds: is, reason } : said(!is))

/** Who knows enough decides [Kleene]: `settles` of one is that of all; otherwise what is unknown stays so. */
function every(verdicts: readonly Verdict[], settles: boolean): Verdict {
  if (verdicts.some(v => v.holds === settles)) return said(settles)
  const open = verdicts.filter(v => v.holds === undefined)
  return open.length === 0 ? said(!settles) : badly(open.find(v => v.reason !== null)?.reason ?? undefined)
}
