import type { PointId, Reason, Text, Value } from '../../drivers/point.ts'
import type { Weekday } from '../calendar.ts'
import type { Role } from '../flow.ts'

/** Run records of plant rooms [运行记录表 F03, F05]. Pure: samples, records and the clock come from the caller. */

/**
 * Why there is a line. `plan`: by the times of its form; `peak`: one more in hours of peak demand [用电高峰]; `start`, `hour`,
 * `stop`: written by the plant itself [N20]; `found`: it ran when the gateway began to look; `extra`: somebody wanted one.
 */
export const runCauses = ['plan', 'peak', 'start', 'hour', 'stop', 'found', 'extra'] as const
export type RunCause = (typeof runCauses)[number]

/** What is stored. `waiting`: the plant wrote it, and nobody has confirmed it. */
export const runStates = ['due', 'waiting', 'done', 'missed'] as const
export type RunState = (typeof runStates)[number]

/** What is shown: `ahead` before its time, `open` in it, `late` when what is written now is late. */
export const runPhases = ['ahead', 'open', 'late', 'waiting', 'done', 'missed'] as const
export type RunPhase = (typeof runPhases)[number]

/** Roles that a form may be written by: duty electricians and operators of plant rooms. */
export const writers = ['engineer', 'operator'] as const satisfies readonly Role[]
export type Writer = (typeof writers)[number]

export const cellSources = ['live', 'typed'] as const
export type CellSource = (typeof cellSources)[number]
/** `other`: a state that is not the one that is normal. */
export const outs = ['low', 'high', 'other'] as const
export type Out = (typeof outs)[number]

export interface Choice {
  readonly id: string
  readonly text: Text
  /** False: it asks for a remark like a value out of its range. */
  readonly ok: boolean
}

/** A column of the paper form. */
export interface RunColumn {
  /** The point, or the key of what is read off by hand. */
  readonly key: string
  /** The head above it. */
  readonly equipment: string | null
  readonly equipmentName: Text | null
  readonly name: Text
  readonly kind: 'number' | 'boolean' | 'text' | 'choice'
  readonly unit: string | null
  readonly decimals: number | null
  /** Null: typed by hand. */
  readonly point: PointId | null
  readonly codes: Readonly<Record<string, Text>> | null
  /** The ends of what is normal, in `unit`; null: no limit on that side. */
  readonly normal: readonly [number | null, number | null] | null
  /** States that are normal; null: all. */
  readonly expect: readonly Value[] | null
  readonly choices: readonly Choice[]
  /** Of what is typed: it may stay empty. */
  readonly optional: boolean
}
export interface RunTimes {
  readonly days: readonly Weekday[] | null
  readonly from: string
  readonly to: string
  readonly everyMin: number
}
/** The check list that a plant is gone through before its start [P-16, F05, M32]. */
export interface PreStart {
  readonly equipment: string
  readonly equipmentName: Text
  /** What starts the plant when one of `values` is commanded; every other value, such as a stop, is free. */
  readonly start: PointId
  readonly values: readonly Value[]
  /** Says whether the plant runs. */
  readonly running: PointId
  /** So long a list that was gone through holds. */
  readonly validMin: number
  readonly items: readonly RunColumn[]
}

export interface RunForm {
  readonly id: string
  readonly name: Text
  readonly by: readonly Writer[]
  readonly columns: readonly RunColumn[]
  readonly times: readonly RunTimes[]
  readonly peaks: readonly RunTimes[]
  /** So long after its time a line is in time. */
  readonly graceMin: number
  /** It writes lines while this point says that the plant runs. */
  readonly follows: { readonly point: PointId; readonly everyMin: number } | null
  /** Plants that are gone through with a check list before they start. */
  readonly preStarts: readonly PreStart[]
  readonly source: string
}

/** One value on a line. */
export interface Cell {
  /** Null: there is none, and `reason` says why. Never a zero, never an older one. */
  readonly value: Value | null
  readonly source: CellSource
  /** When it was so: the time of the device, or of the typing. */
  readonly at: number | null
  readonly reason: Reason | null
  readonly out: Out | null
  /** What the plant said where a person typed something else over it. */
  readonly live?: Value | undefined
}
export type Cells = Readonly<Record<string, Cell>>

/** Whether somebody of this role writes the form. */
export const mayWrite = (form: Pick<RunForm, 'by'>, role: Role): boolean =>
  role === 'admin' || form.by.some(writer => writer === role)
