import type { Recipient } from '../../../rules/ladder.ts'
import type { Calendar } from '../../../rules/schedule.ts'
import type { Clock } from '../../core/clock.ts'
import type { Entry } from '../../core/events.ts'
import type { Reach } from '../../core/outgoing.ts'
import type { Duty } from './config.ts'
import type { Told } from './message.ts'
import type { Fetch } from './send.ts'

export interface Outcome {
  readonly channel: string
  /** Up to here the trail has been read for this channel. */
  readonly seq: number
  /** Null: nothing had to be told on the way. */
  readonly told: {
    readonly alarm: string
    readonly event: string
    readonly to: readonly string[]
    /** Null: it was taken. */
    readonly failed: string | null
    /** The entry of the trail that it tells of. */
    readonly of: number
    readonly level?: number | undefined
    /** In place of one by itself: a digest of all these. */
    readonly digest?: { readonly entries: readonly number[]; readonly about: readonly string[] } | undefined
  } | null
}
export interface DeliverDeps {
  readonly clock: Pick<Clock, 'now' | 'after'>
  readonly timezone: string
  readonly calendar: Calendar
  /** Entries of the trail after `seq`, oldest first. */
  readonly after: (seq: number, limit: number) => readonly Entry[]
  /** Null: this channel has never told anything. */
  readonly cursor: (channel: string) => number | null
  readonly head: () => number
  /** Cursor and trail entry in one transaction. */
  readonly settle: (outcome: Outcome) => void
  /** The names that have an outcome of this entry by this channel already, as of before a restart. */
  readonly settled: (alarm: string, channel: string, of: number) => ReadonlySet<string>
  /** Of digests by this channel after this entry: up to which entry each name was told, as of before a restart. */
  readonly digested: (channel: string, after: number) => ReadonlyMap<string, number>
  /** Alarms come faster than anybody can follow. */
  readonly flooded: () => boolean
  readonly look: (entry: Entry) => Duty | null
  /** Where this person can acknowledge. */
  readonly linkFor: (told: Told, person: Recipient) => string | null
  readonly failing: (channel: string, why: string) => void
  readonly fetchOne?: Fetch
  /** Left out: wherever a name leads. */
  readonly reach?: Reach
}

/** How a channel is doing, for people to see. */
export interface ChannelState {
  /** Null: it does not fail. */
  readonly failing: { readonly why: string; readonly since: number; readonly nextAt: number } | null
  /** Messages that wait; at most 100 are counted. */
  readonly waiting: number
}

/** Readers that do not wait for each other: people in danger for nobody, nobody for thousands of customers. */
export const lanes = ['life', 'alarms', 'customers'] as const
export type Lane = (typeof lanes)[number]
export const laneOf = (told: Told): Lane =>
  told.event === 'outage' ? 'customers' : told.severity === 'life' ? 'life' : 'alarms'
