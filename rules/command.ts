import type { Kind, PointId, Sample, Text, Value } from '../drivers/point.ts'
import type { Role } from './flow.ts'
import { holds, type SampleCondition } from './rule.ts'

/** What may be written to a point, by whom, and when it counts as done. Resolved: nothing left to look up. */
export interface CommandSpec {
  readonly roles: readonly Role[]
  /** Least and most, in the unit of the point. */
  readonly range?: readonly [min: number, max: number] | undefined
  /** Numbers must be a whole number of steps, counted from the start of the range (from 0 without one). */
  readonly step?: number | undefined
  /** The only values allowed, such as `[true]` for a reset. */
  readonly values?: readonly Value[] | undefined
  /** Every condition must hold, on good data, when it is asked for and again when it is sent. */
  readonly interlocks: readonly Interlock[]
  readonly secondPerson: boolean
  /** Values that open a way out: a fire release to one of them is held up by nothing [GB 50116-2013 4.10.3]. */
  readonly release?: readonly Value[] | undefined
  /** From the sending to the read-back. */
  readonly confirmWithinS: number
  /** So long after a command was sent the next one for this point is refused. */
  readonly coolDownS: number
  /** Where it shows that it was done; `equals` null: there the value that was written. */
  readonly readBack: { readonly points: readonly PointId[]; readonly equals: Value | null }
  /** By how much a number that is read back may differ. */
  readonly tolerance: number
}
export interface Interlock {
  readonly point: PointId
  readonly when: SampleCondition
  /** Only for commands to one of these values: a stop need not wait for what a start waits for. */
  readonly values?: readonly Value[] | undefined
  /** The condition in words that are true when it holds: `水箱液位高于 20 %`. */
  readonly text: Text
}

/** awaiting: a second person has to agree. not-confirmed: nobody knows whether it was done. */
export const commandPhases = ['awaiting', 'sent', 'confirmed', 'not-confirmed', 'refused'] as const
export type CommandPhase = (typeof commandPhases)[number]

export const commandReasons = [
  // refused: certainly not done
  'fire-release',
  'tagged',
  'pre-start-open',
  'offline',
  'wrong-device',
  'interlock',
  'interlock-unknown',
  'cool-down',
  'refused-by-person',
  'withdrawn',
  'second-person-late',
  'no-longer-offered',
  'refused-by-device',
  'read-only',
  // not-confirmed: perhaps done
  'no-answer',
  'reads-otherwise',
  'no-read-back',
  'interrupted',
] as const
export type CommandReason = (typeof commandReasons)[number]

export interface Command {
  readonly id: string
  readonly point: PointId
  readonly value: Value
  /** What was read back before it was sent; null when that was not known. */
  readonly was: Value | null
  readonly reason: string
  readonly phase: CommandPhase
  /** Why it was refused or is not confirmed. */
  readonly why: CommandReason | null
  /** The interlock or tag that refused it, in its own words. */
  readonly text: Text | null
  readonly requestedBy: string
  readonly requestedAt: number
  readonly secondBy: string | null
  readonly secondAt: number | null
  readonly sentAt: number | null
  readonly endedAt: number | null
  /** What was read back at last. */
  readonly read: Value | null
}

export const isOpen = (command: Pick<Command, 'phase'>): boolean =>
  command.phase === 'awaiting' || command.phase === 'sent'

/** So long a second person has time to agree. */
export const SECOND_PERSON_MS = 300_000

/** What is wrong with a value before anything else is looked at; undefined: nothing. */
export function valueProblem(
  spec: Pick<CommandSpec, 'range' | 'step' | 'values'>,
  kind: Kind,
  value: Value,
): 'command-kind' | 'command-values' | 'command-range' | 'command-step' | undefined {
  const is = typeof value === 'string' ? 'text' : typeof value
  if (is !== kind || (typeof value === 'number' && !Number.isFinite(value))) return 'command-kind'
  if (spec.values && !spec.values.includes(value)) return 'command-values'
  if (typeof value !== 'number') return undefined
  if (spec.range && (value < spec.range[0] || value > spec.range[1])) return 'command-range'
  if (spec.step !== undefined) {
    const steps = (value - (spec.range?.[0] ?? 0)) / spec.step
    // 4.3 is 33 steps of 0.1 above 1, whatever binary fractions make of it.
    if (Math.abs(steps - Math.round(steps)) > 1e-6) return 'command-step'
  }
  return undefined
}

type Seen = Pick<Sample, 'value' | 'quality' | 'reason'>
export interface InterlockState {
  readonly interlock: Interlock
  /** unknown: the data that would tell is bad, stale or in doubt. It refuses like `no`. */
  readonly holds: 'yes' | 'no' | 'unknown'
}

/** @param get the latest sample; a screen hands in its own */
export const interlockStates = (
  interlocks: readonly Interlock[],
  value: Value,
  get: (point: PointId) => Seen | undefined,
): InterlockState[] =>
  interlocks
    .filter(interlock => interlock.values?.includes(value) ?? true)
    .map(interlock => {
      const sample = get(interlock.point)
      // An alarm may be raised on doubtful data; a pump may not be started on it.
      const there = sample?.quality === 'good' ? holds(interlock.when, sample as Sample, false) : undefined
      return { interlock, holds: there === undefined ? 'unknown' : there ? 'yes' : 'no' }
    })

export interface Circumstances {
  /** A way out that a fire has opened and that this value would shut: the words of the release. */
  readonly heldOpen?: Text | null
  /** What forbids it on the equipment as a whole: a tag that hangs there. */
  readonly blocked: Text | null
  /** What lacks of the check list before a start; null: nothing, or it is no start. */
  readonly preStart?: Text | null
  /** Null: the device has not been heard since the start. */
  readonly online: boolean | null
  readonly get: (point: PointId) => Seen | undefined
  /** It could not prove that it is the model that it is said to be. */
  readonly wrongDevice: boolean
  /** When the last command for this point was sent, UTC ms. */
  readonly lastSentAt: number | null
}
export interface Refusal {
  readonly why: CommandReason
  readonly text: Text | null
}

/** Why it must not be sent now; undefined: it may. The gravest first: what protects people before what is only impossible. */
export function refusal(spec: CommandSpec, value: Value, about: Circumstances, now: number): Refusal | undefined {
  if (about.heldOpen) return { why: 'fire-release', text: about.heldOpen }
  if (about.blocked) return { why: 'tagged', text: about.blocked }
  if (about.preStart) return { why: 'pre-start-open', text: about.preStart }
  const states = interlockStates(spec.interlocks, value, about.get)
  const no = states.find(s => s.holds === 'no')
  if (no) return { why: 'interlock', text: no.interlock.text }
  if (about.online !== true) return { why: 'offline', text: null }
  if (about.wrongDevice) return { why: 'wrong-device', text: null }
  const unknown = states.find(s => s.holds === 'unknown')
  if (unknown) return { why: 'interlock-unknown', text: unknown.interlock.text }
  if (about.lastSentAt !== null && now - about.lastSentAt < spec.coolDownS * 1000)
    return { why: 'cool-down', text: null }
  return undefined
}

/** A fresh request: it waits for the second person, is to be sent, or is refused. */
export function begin(
  spec: CommandSpec,
  asked: Pick<Command, 'id' | 'point' | 'value' | 'was' | 'reason' | 'requestedBy'>,
  about: Circumstances,
  now: number,
): Command {
  const fresh: Command = {
    ...asked,
    phase: 'awaiting',
    why: null,
    text: null,
    requestedAt: now,
    secondBy: null,
    secondAt: null,
    sentAt: null,
    endedAt: null,
    read: null,
  }
  const no = refusal(spec, asked.value, about, now)
  if (no) return end(fresh, 'refused', no, now)
  return spec.secondPerson ? fresh : { ...fresh, phase: 'sent', sentAt: now }
}

/** A fire release: sent as it is. Neither interlock nor tag, nor a device that was not heard of, holds it up. */
export const beginRelease = (
  asked: Pick<Command, 'id' | 'point' | 'value' | 'was' | 'reason' | 'requestedBy'>,
  now: number,
): Command => ({
  ...asked,
  phase: 'sent',
  why: null,
  text: null,
  requestedAt: now,
  secondBy: null,
  secondAt: null,
  sentAt: now,
  endedAt: null,
  read: null,
})

/** The second person's word, or the requester's own withdrawal. `by` has been checked for the role. */
export function second(
  spec: CommandSpec,
  command: Command,
  word: 'confirm' | 'refuse',
  by: string,
  about: Circumstances,
  now: number,
): Command | { readonly wrong: 'command-not-awaiting' | 'command-same-person' } {
  if (command.phase !== 'awaiting') return { wrong: 'command-not-awaiting' }
  const own = by.toLowerCase() === command.requestedBy.toLowerCase()
  if (own && word === 'confirm') return { wrong: 'command-same-person' }
  if (now - command.requestedAt > SECOND_PERSON_MS)
    return end(command, 'refused', { why: 'second-person-late', text: null }, now)
  if (own) return end(command, 'refused', { why: 'withdrawn', text: null }, now)
  const heard = { ...command, secondBy: by, secondAt: now }
  if (word === 'refuse') return end(heard, 'refused', { why: 'refused-by-person', text: null }, now)
  const no = refusal(spec, command.value, about, now)
  return no ? end(heard, 'refused', no, now) : { ...heard, phase: 'sent', sentAt: now }
}

/** The last word on a command. */
export const end = (
  command: Command,
  phase: 'confirmed' | 'not-confirmed' | 'refused',
  { why, text }: Refusal | { readonly why: null; readonly text: null },
  now: number,
  read: Value | null = null,
): Command => ({ ...command, phase, why, text, endedAt: now, read })

export const DONE = { why: null, text: null } as const

/** Whether what was read back shows that it was done; undefined: these samples cannot tell. */
export function readsBack(spec: CommandSpec, value: Value, samples: readonly Seen[]): boolean | undefined {
  if (samples.length === 0 || samples.some(s => s.quality !== 'good')) return undefined
  const wanted = spec.readBack.equals ?? value
  return samples.every(({ value: read }) =>
    typeof read === 'number' && typeof wanted === 'number'
      ? Math.abs(read - wanted) <= spec.tolerance + 1e-9 * Math.abs(wanted)
      : read === wanted,
  )
}
