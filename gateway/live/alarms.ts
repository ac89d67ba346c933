import type { Point, PointId, Sample, Text } from '../../drivers/point.ts'
import { type Alarm, type AlarmEffect, type AlarmInput, quiet, step } from '../../rules/alarm.ts'
import { matches, type Rule } from '../../rules/rule.ts'
import type { Clock } from '../core/clock.ts'
import type { Actor } from '../core/events.ts'
import { inOrder } from '../core/inorder.ts'

/** What became of an alarm. Written down as one transaction by `commit`; only then is it true. */
export interface AlarmChange {
  readonly rule: Rule
  readonly alarm: Alarm
  readonly effects: readonly AlarmEffect[]
  readonly by: Actor | null
}

interface Watched {
  readonly rule: Rule
  alarm: Alarm
}

interface Happened {
  readonly input: AlarmInput
  /** UTC ms. */
  readonly at: number
}

const TICK_MS = 500
/** Of one alarm, while the disk can't be written: the first and the last are what matters. */
const MOST_UNSTORED = 20
const NONE: readonly Watched[] = []

export type LiveAlarms = ReturnType<typeof watchAlarms>

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
) {
  const byPoint = new Map<PointId, Watched[]>()
  const byId = new Map<string, Watched>()
  for (const rule of rules)
    for (const { id } of points) {
      if (!rule.points.some(pattern => matches(pattern, id))) continue
      const fresh = quiet(rule, id)
      const watched: Watched = { rule, alarm: { ...fresh, ...known.get(fresh.id), severity: rule.severity } }
      byPoint.set(id, [...(byPoint.get(id) ?? []), watched])
      byId.set(watched.alarm.id, watched)
    }
  /** Those with a delay running; only these need the time. */
  const turning = new Set<Watched>()
  /** What could not be stored yet, oldest first: each is stepped again with the time at which it happened. */
  const unstored = new Map<Watched, readonly Happened[]>()

  function apply(all: readonly (readonly [Watched, Happened])[], by: Actor | null) {
    // A device may send several values of one point at once; each step starts from the one before it.
    const next = new Map<Watched, Alarm>()
    const changes: AlarmChange[] = []
    for (const [watched, { input, at }] of all) {
      const { alarm, effects } = step(watched.rule, next.get(watched) ?? watched.alarm, input, at)
      next.set(watched, alarm)
      if (effects.length > 0) changes.push({ rule: watched.rule, alarm, effects, by })
    }
    if (changes.length > 0) commit(changes)
    for (const [watched, alarm] of next) settle(watched, alarm)
  }

  function settle(watched: Watched, alarm: Alarm) {
    watched.alarm = alarm
    unstored.delete(watched)
    if (alarm.turningSince === null) turning.delete(watched)
    else turning.add(watched)
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

  const stopTick = clock.every(TICK_MS, () => {
    const due = new Set([...turning, ...unstored.keys()])
    if (due.size > 0) guarded([...due].map(watched => [watched, { kind: 'tick' }] as const))
  })
  const stopJump = clock.onJump(offsetMs => {
    for (const watched of turning) {
      const { turningSince } = watched.alarm
      if (turningSince !== null) watched.alarm = { ...watched.alarm, turningSince: turningSince + offsetMs }
    }
  })

  const watchedOf = inOrder(point => byPoint.get(point))
  return {
    samples(samples: readonly Sample[]) {
      const inputs: (readonly [Watched, AlarmInput])[] = []
      const watching = watchedOf(samples)
      for (let i = 0; i < samples.length; i++)
        for (const watched of watching[i] ?? NONE) inputs.push([watched, { kind: 'sample', sample: samples[i]! }])
      if (inputs.length > 0) guarded(inputs)
    },
    /** Throws what `commit` throws: an acknowledgement that is not on the disk must not be answered with success. */
    acknowledge(id: string, by: Actor): Alarm | undefined {
      const watched = byId.get(id)
      if (watched) apply([[watched, { input: { kind: 'acknowledge', by: by.name }, at: clock.now() }]], by)
      return watched?.alarm
    },
    /** Alarms that are there but could not be recorded yet. */
    waiting: (): { readonly rule: Rule; readonly alarm: Alarm }[] =>
      [...unstored].flatMap(([{ rule, alarm: stored }, list]) => {
        let alarm = stored
        for (const { input, at } of list) alarm = step(rule, alarm, input, at).alarm
        return alarm.active && !stored.active ? [{ rule, alarm }] : []
      }),
    get: (id: string): Alarm | undefined => byId.get(id)?.alarm,
    has: (id: string): boolean => byId.has(id),
    textOf: (id: string): Text | undefined => byId.get(id)?.rule.text,
    stop() {
      stopTick()
      stopJump()
    },
  }
}
