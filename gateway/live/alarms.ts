import { type Batch, ofSamples, type Readings, sampleAt } from '../../drivers/batch.ts'
import type { Point, PointId, Sample, Text, Value } from '../../drivers/point.ts'
import {
  type Alarm,
  type AlarmEffect,
  type AlarmInput,
  type AlarmMove,
  needsOrder,
  possible,
  quiet,
  ripeAt,
  silenced,
  stateOf,
  step,
  unmoved,
} from '../../rules/alarm.ts'
import { causedBy, covers, explains, follows, groupOf, isCause } from '../../rules/cause.ts'
import { type InSchedule, type Sensor, sensorOf } from '../../rules/condition.ts'
import { CHANNEL_MARK, holds, holdsFor, isPlain, matches, type Rule } from '../../rules/rule.ts'
import type { Clock } from '../core/clock.ts'
import type { Actor } from '../core/events.ts'
import { byList, inOrder } from '../core/inorder.ts'

/** What became of an alarm. Written down as one transaction by `commit`; only then is it true. */
export interface AlarmChange {
  readonly rule: Rule
  readonly alarm: Alarm
  readonly effects: readonly AlarmEffect[]
  readonly by: Actor | null
  /** Its rule's order and runbook are to be opened, or counted once more. */
  readonly opens: boolean
}

interface Watched {
  readonly rule: Rule
  alarm: Alarm
  /** For conditions that look at more than one sample. */
  readonly sensor: Sensor | null
  /** When the sensor is to be asked though nothing came, UTC ms. */
  due: number
  /** The last value of the point, for sensors. */
  value: Value | null
  readonly beneath: readonly string[]
  readonly cause: boolean
  readonly group: string | null
}

interface Happened {
  readonly input: AlarmInput
  /** UTC ms. */
  readonly at: number
}

/** How often the time is told to delays and sensors. */
export const TICK_MS = 500
/** Of one alarm, while the disk can't be written: the first and the last are what matters. */
const MOST_UNSTORED = 20
/** A cause that is gone may leave its consequences to go by themselves: a silent device is asked again each 66 s at the latest. */
const RELEASE_MS = 75_000
/** So many come back into sight with each tick, so that a cause that ends is no flood. */
const MOST_RELEASED = 10
const NONE: readonly Watched[] = []
const TICK: AlarmInput = { kind: 'tick' }

export type LiveAlarms = ReturnType<typeof watchAlarms>
/** An alarm beside those of the plant. */
export interface AsideAlarm {
  readonly rule: Rule
  alarm(): Alarm
  tell(samples: readonly Sample[]): void
  end(): void
}

export interface AlarmOptions {
  readonly during?: InSchedule
  /** Patterns of points whose alarms are a consequence of the alarm at this one. */
  readonly beneath?: (rule: Rule, point: PointId) => readonly string[]
}

/**
 * Feeds samples, time and people's acknowledgements to the rules.
 * @param known alarms as they were stored; an alarm that was raised before a restart goes on, it is not raised again
 * @param commit stores changes of one moment; when it throws (a full disk), nothing has happened and it is tried again
 */
export function watchAlarms(
  rules: readonly Rule[],
  points: readonly Pick<Point, 'id'>[],
  known: ReadonlyMap<string, Alarm>,
  clock: Clock,
  commit: (changes: readonly AlarmChange[]) => void,
  failed: (error: unknown) => void,
  { during = () => true, beneath = () => [] }: AlarmOptions = {},
) {
  const byPoint = new Map<PointId, Watched[]>()
  const byId = new Map<string, Watched>()
  const groups = new Map<string, Watched[]>()
  const sensing: Watched[] = []
  const started = clock.now()
  const watching = new Set<PointId>()
  function begin(id: PointId): Watched[] {
    const begun: Watched[] = []
    if (watching.has(id)) return begun
    watching.add(id)
    for (const rule of rules) {
      // What is said of equipment is not said of channels.
      const of = (pattern: string) => (id[0] === CHANNEL_MARK) === (pattern[0] === CHANNEL_MARK) && matches(pattern, id)
      if (!rule.points.some(of)) continue
      const fresh = quiet(rule, id)
      const sensor = isPlain(rule.when) ? null : sensorOf(rule.when, id, during)
      const under = [...beneath(rule, id), ...causedBy(rule, id)]
      const watched: Watched = {
        rule,
        alarm: { ...fresh, ...known.get(fresh.id), severity: rule.severity },
        sensor,
        due: sensor ? started : Number.POSITIVE_INFINITY,
        value: null,
        beneath: under,
        cause: isCause({ rule, beneath: under }, rules),
        group: groupOf(rule, id),
      }
      for (const point of sensor?.points ?? [id]) byPoint.set(point, [...(byPoint.get(point) ?? []), watched])
      if (watched.group !== null) groups.set(watched.group, [...(groups.get(watched.group) ?? []), watched])
      if (sensor) sensing.push(watched)
      byId.set(watched.alarm.id, watched)
      begun.push(watched)
    }
    return begun
  }
  for (const { id } of points) begin(id)
  /** Those with a delay running or on a shelf; only these need the time. */
  const turning = new Set<Watched>()
  /** What could not be stored yet, oldest first: each is stepped again with the time at which it happened. */
  const unstored = new Map<Watched, readonly Happened[]>()
  /** Causes that stand. */
  const causes = new Set<Watched>()
  /** What each cause holds back, by the id of the cause. */
  const held = new Map<string, Set<Watched>>()
  /** Causes that are gone -> when what they hold back may come into sight again, UTC ms. */
  const release = new Map<string, number>()
  const causal = [...byId.values()].filter(watched => watched.cause)
  for (const watched of byId.values()) settle(watched, watched.alarm)
  // A cause that the site no longer knows, or that went while nobody looked.
  for (const id of held.keys()) if (!causes.has(byId.get(id)!)) release.set(id, started + RELEASE_MS)

  function apply(all: readonly (readonly [Watched, Happened])[], by: Actor | null) {
    // A device may send several values of one point at once; each step starts from the one before it.
    const next = new Map<Watched, Alarm>()
    const changes: AlarmChange[] = []
    /** Raised in this moment, with nothing before it that anybody was called for. */
    const fresh = new Set<Watched>()
    const now = (watched: Watched) => next.get(watched) ?? watched.alarm
    const nodeOf = (watched: Watched) => ({ rule: watched.rule, beneath: watched.beneath, alarm: now(watched) })
    const stateById = (id: string) => {
      const watched = byId.get(id)
      return watched && now(watched)
    }
    const suppress = (child: Watched, cause: Watched, unheard: boolean): readonly AlarmEffect[] => {
      if (!covers(nodeOf(cause), nodeOf(child)) || follows(cause.alarm.id, child.alarm.id, stateById)) return []
      const result = step(child.rule, now(child), { kind: 'suppress', cause: cause.alarm.id, unheard }, clock.now())
      next.set(child, result.alarm)
      return result.effects
    }
    for (const [watched, { input, at }] of all) {
      const before = now(watched)
      const { alarm, effects } = step(watched.rule, before, input, at)
      next.set(watched, alarm)
      if (effects.length === 0) continue
      const done = [...effects]
      if (effects.includes('raised')) {
        const others = watched.group === null ? NONE : groups.get(watched.group)!
        if (watched.group !== null && others.every(o => o === watched || stateOf(now(o)) === 'NORM'))
          next.set(watched, step(watched.rule, alarm, { kind: 'first-out' }, at).alarm)
        if (before.acked) fresh.add(watched)
        for (const cause of causal) if (explains(nodeOf(cause))) done.push(...suppress(watched, cause, before.acked))
      }
      const after = now(watched)
      changes.push({ rule: watched.rule, alarm: after, effects: done, by, opens: needsOrder(before, after, done) })
      if (watched.cause && effects.includes('raised') && explains(nodeOf(watched)))
        for (const child of byId.values()) {
          const was = now(child)
          if (!was.active && was.acked) continue
          const held = suppress(child, watched, fresh.has(child))
          if (held.length > 0)
            changes.push({ rule: child.rule, alarm: now(child), effects: held, by: null, opens: false })
        }
    }
    // Its cause may have come in the same moment, after it: what nobody was called for opens nothing yet.
    const told = changes.map(change => {
      const watched = byId.get(change.alarm.id)!
      return change.opens && silenced(now(watched)) ? { ...change, alarm: now(watched), opens: false } : change
    })
    if (told.length > 0) commit(told)
    for (const [watched, alarm] of next) settle(watched, alarm)
  }

  function settle(watched: Watched, alarm: Alarm) {
    const { id } = alarm
    for (const cause of watched.alarm.suppressedBy)
      if (!alarm.suppressedBy.includes(cause)) held.get(cause)?.delete(watched)
    for (const cause of alarm.suppressedBy) held.set(cause, (held.get(cause) ?? new Set()).add(watched))
    watched.alarm = alarm
    unstored.delete(watched)
    if (alarm.turningSince === null && alarm.shelved === null) turning.delete(watched)
    else turning.add(watched)
    if (!watched.cause) return
    if (explains(watched)) {
      causes.add(watched)
      release.delete(id)
    } else if (causes.delete(watched)) release.set(id, clock.now() + RELEASE_MS)
  }

  /** Without what changes nothing: ticks and repeated values would push out the one that clears it. */
  function telling({ rule, alarm: stored }: Watched, list: readonly Happened[]): readonly Happened[] {
    let alarm = stored
    return list.filter(({ input, at }) => {
      const before = alarm
      alarm = step(rule, alarm, input, at).alarm
      return alarm !== before
    })
  }

  const guarded = (inputs: readonly (readonly [Watched, AlarmInput])[]) => {
    const at = clock.now()
    const all = new Map<Watched, readonly Happened[]>()
    for (const [watched, input] of inputs)
      all.set(watched, [...(all.get(watched) ?? unstored.get(watched) ?? []), { input, at }])
    try {
      apply(
        [...all].flatMap(([watched, list]) => list.map(happened => [watched, happened] as const)),
        null,
      )
    } catch (error) {
      // Nothing was written, so nothing is true yet. It is asked again each tick: a device that reports only changes will
      // not say it twice, and what came and went meanwhile is to be told too.
      for (const [watched, happened] of all) {
        const list = telling(watched, happened)
        unstored.set(watched, list.length <= MOST_UNSTORED ? list : [...list.slice(0, MOST_UNSTORED - 1), list.at(-1)!])
      }
      failed(error)
    }
  }

  /** What a sensor says now, or undefined when that changes nothing. */
  function verdict(watched: Watched, at: number, always = unstored.has(watched)): AlarmInput | undefined {
    const sensor = watched.sensor!
    const { holds: there, reason } = sensor.look(at, watched.alarm.active)
    watched.due = sensor.next(at)
    if (!always && unmoved(watched.alarm, there, reason)) return undefined
    return { kind: 'verdict', holds: there, reason, value: watched.value }
  }

  function released(at: number): (readonly [Watched, AlarmInput])[] {
    const inputs: (readonly [Watched, AlarmInput])[] = []
    for (const [cause, due] of release) {
      const children = held.get(cause)
      if (!children?.size) release.delete(cause)
      else if (due <= at)
        for (const child of children)
          if (inputs.length < MOST_RELEASED) inputs.push([child, { kind: 'unsuppress', cause }])
    }
    return inputs
  }

  const stopTick = clock.every(TICK_MS, () => {
    const at = clock.now()
    const inputs: (readonly [Watched, AlarmInput])[] = [...new Set([...turning, ...unstored.keys()])].map(w => [
      w,
      TICK,
    ])
    for (const watched of sensing) {
      if (watched.due > at) continue
      const input = verdict(watched, at)
      if (input) inputs.push([watched, input])
    }
    if (release.size > 0) inputs.push(...released(at))
    if (inputs.length > 0) guarded(inputs)
  })
  const stopJump = clock.onJump(offsetMs => {
    for (const watched of turning) {
      const { turningSince, shelved } = watched.alarm
      watched.alarm = {
        ...watched.alarm,
        turningSince: turningSince === null ? null : turningSince + offsetMs,
        shelved: shelved && { ...shelved, until: shelved.until + offsetMs },
      }
    }
    for (const watched of sensing) {
      watched.sensor!.shift(offsetMs)
      watched.due += offsetMs
    }
    for (const [cause, due] of release) release.set(cause, due + offsetMs)
  })

  type Inputs = (readonly [Watched, AlarmInput])[]
  /** What a sample says to an alarm. `busy`: those for which there is something to say already. */
  function hear(watched: Watched, sample: Sample, at: number, inputs: Inputs, busy: Set<Watched>): void {
    const { sensor, alarm, rule } = watched
    if (sensor) {
      if (sample.point === alarm.point) watched.value = sample.value
      sensor.take(sample, at)
      const input = verdict(watched, at, busy.has(watched) || unstored.has(watched))
      if (!input) return
      inputs.push([watched, input])
    } else {
      // Most samples change nothing; these must cost next to nothing.
      const there = holds(rule.when, sample, alarm.active)
      if (unmoved(alarm, there, sample.reason) && !busy.has(watched) && !unstored.has(watched)) return
      inputs.push([watched, { kind: 'sample', sample }])
    }
    busy.add(watched)
  }

  /** Of a list of points those that a rule watches, each with its place. */
  const watchedIn = byList(points => {
    const found: { readonly index: number; readonly watched: Watched }[] = []
    for (const [index, point] of points.entries())
      for (const watched of byPoint.get(point) ?? NONE) found.push({ index, watched })
    return found.length > 0 ? found : undefined
  })
  function hearBatch(batch: Batch, at: number, inputs: Inputs, busy: Set<Watched>): void {
    const watching = watchedIn(batch.points)
    if (!watching) return
    const { values, reasons } = batch
    for (const { index, watched } of watching) {
      const { alarm, rule } = watched
      if (watched.sensor === null) {
        // The same as in `hear`, without making a sample of what changes nothing.
        const reason = reasons?.[index]
        const there = holdsFor(rule.when, values[index]!, reason, alarm.active)
        if (unmoved(alarm, there, reason) && !busy.has(watched) && !unstored.has(watched)) continue
      }
      hear(watched, sampleAt(batch, index), at, inputs, busy)
    }
  }

  const watchedOf = inOrder(point => byPoint.get(point))
  function take({ samples, batches }: Readings): void {
    const inputs: Inputs = []
    const busy = new Set<Watched>()
    const at = clock.now()
    const watching = watchedOf(samples)
    for (let i = 0; i < samples.length; i++)
      for (const watched of watching[i] ?? NONE) hear(watched, samples[i]!, at, inputs, busy)
    for (const batch of batches) hearBatch(batch, at, inputs, busy)
    if (inputs.length > 0) guarded(inputs)
  }
  return {
    take,
    samples: (samples: readonly Sample[]): void => take(ofSamples(samples)),
    /** Points that came to be known after the site began: they are watched from now on. */
    watch(ids: readonly PointId[]): void {
      for (const id of ids) for (const watched of begin(id)) settle(watched, watched.alarm)
    },
    /** Throws what `commit` throws: an acknowledgement that is not on the disk must not be answered with success. */
    acknowledge(id: string, by: Actor): Alarm | undefined {
      const watched = byId.get(id)
      if (watched) apply([[watched, { input: { kind: 'acknowledge', by: by.name }, at: clock.now() }]], by)
      return watched?.alarm
    },
    /**
     * What a person does to an alarm. Throws what `commit` throws.
     * @returns whether it could be done; undefined when no rule watches it
     */
    move(input: Extract<AlarmInput, { readonly kind: AlarmMove }>, id: string, by: Actor): boolean | undefined {
      const watched = byId.get(id)
      if (!watched) return undefined
      const { alarm } = watched
      if (possible(alarm, input.kind)) apply([[watched, { input, at: clock.now() }]], by)
      return watched.alarm !== alarm
    },
    /** Alarms that are there but could not be recorded yet. */
    waiting: (): { readonly rule: Rule; readonly alarm: Alarm }[] =>
      [...unstored].flatMap(([{ rule, alarm: stored }, list]) => {
        let alarm = stored
        for (const { input, at } of list) alarm = step(rule, alarm, input, at).alarm
        return alarm.active && !stored.active ? [{ rule, alarm }] : []
      }),
    /** Before this moment a tick changes nothing, UTC ms; for whoever makes the time run faster. */
    due(): number {
      if (unstored.size > 0 || release.size > 0) return clock.now()
      let at = Number.POSITIVE_INFINITY
      for (const { rule, alarm } of turning) at = Math.min(at, ripeAt(rule, alarm), alarm.shelved?.until ?? at)
      for (const watched of sensing) at = Math.min(at, watched.due)
      return at
    },
    /**
     * Watches a rule at one point that nothing of the plant reaches: only `tell` does. It goes the way of every alarm, but is
     * the cause of none, nor of a group. For proofs.
     */
    aside(rule: Rule, point: PointId): AsideAlarm {
      const sensor = isPlain(rule.when) ? null : sensorOf(rule.when, point, during)
      const due = sensor ? clock.now() : Number.POSITIVE_INFINITY
      const alone = { value: null, beneath: [], cause: false, group: null }
      const watched: Watched = { rule, alarm: quiet(rule, point), sensor, due, ...alone }
      byId.set(watched.alarm.id, watched)
      if (sensor) sensing.push(watched)
      return {
        rule,
        alarm: () => watched.alarm,
        tell(samples) {
          const inputs: Inputs = []
          const busy = new Set<Watched>()
          const at = clock.now()
          for (const sample of samples) hear(watched, sample, at, inputs, busy)
          if (inputs.length > 0) guarded(inputs)
        },
        end() {
          for (const cause of watched.alarm.suppressedBy) held.get(cause)?.delete(watched)
          for (const all of [turning, unstored]) all.delete(watched)
          byId.delete(watched.alarm.id)
          if (sensor) sensing.splice(sensing.indexOf(watched), 1)
        },
      }
    },
    get: (id: string): Alarm | undefined => byId.get(id)?.alarm,
    has: (id: string): boolean => byId.has(id),
    textOf: (id: string): Text | undefined => byId.get(id)?.rule.text,
    ruleOf: (id: string): Rule | undefined => byId.get(id)?.rule,
    /** How many alarms this one holds back as its consequences. */
    holdsBack: (id: string): number => held.get(id)?.size ?? 0,
    /** Patterns of points that this alarm concerns beside its own. */
    beneath: (id: string): readonly string[] => byId.get(id)?.beneath ?? [],
    stop() {
      stopTick()
      stopJump()
    },
  }
}
