/**
 * A batch on its way to billing: one row for each place it goes to, made in the change that issues it. What is kept is what
 * arrived there already, so that a try after a crash goes on where the last one ended: same names, same bytes. [M03]
 */
export const formats = ['csv', 'xlsx', 'json'] as const
export type BatchFormat = (typeof formats)[number]
export const deliveryKinds = ['folder', 'sftp', 'email'] as const
export type DeliveryKind = (typeof deliveryKinds)[number]
export type DeliveryState = 'waiting' | 'sent' | 'failed'

export interface Delivery {
  readonly batch: string
  /** Of the batch: to one place they go in this order. */
  readonly sequence: number
  /** The id of the place, as site.json has it. */
  readonly to: string
  readonly kind: DeliveryKind
  /** For people: the folder, the host, the addresses. Nothing secret. */
  readonly where: string
  readonly formats: readonly BatchFormat[]
  /** `failed`: it was refused for good, and waits for a person. */
  readonly state: DeliveryState
  readonly queuedAt: number
  readonly sentAt: number | null
  readonly tries: number
  readonly nextAt: number
  /** Names of files, or addresses, that have it. */
  readonly done: readonly string[]
  /** Of the last try; null: there was none, or it went well. */
  readonly why: { readonly code: string; readonly detail: string } | null
  /** Since when it does not go. */
  readonly since: number | null
  /** A person was told that it does not. */
  readonly told: boolean
}
export interface Destination {
  readonly id: string
  readonly kind: DeliveryKind
  readonly where: string
  /** Empty: of all groups. */
  readonly groups: readonly string[]
  readonly formats: readonly BatchFormat[]
}
/** What came of a try. */
export type Outcome =
  | { readonly kind: 'sent' }
  /** It may go later. */
  | { readonly kind: 'away'; readonly why: { readonly code: string; readonly detail: string } }
  /** It never will as it is: a person has to see to it. */
  | { readonly kind: 'refused'; readonly why: { readonly code: string; readonly detail: string } }

const [FIRST_WAIT_MS, LONGEST_WAIT_MS] = [30_000, 3_600_000]
/** A trouble that lasts for so long is told to a person. */
export const TELL_AFTER_MS = 3_600_000

export const isFor = ({ groups }: Pick<Destination, 'groups'>, group: string): boolean =>
  groups.length === 0 || groups.includes(group)

export const queued = (
  batch: { readonly name: string; readonly sequence: number },
  { id, kind, where, formats }: Destination,
  now: number,
): Delivery => ({
  ...{ batch: batch.name, sequence: batch.sequence, to: id, kind, where, formats, state: 'waiting' },
  ...{ queuedAt: now, sentAt: null, tries: 0, nextAt: now, done: [], why: null, since: null, told: false },
})

/** 30 s, 1 min, 2 min … one hour. */
export const waitMs = (tries: number): number => Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(tries - 1, 20))

export function tried(had: Delivery, outcome: Outcome, done: readonly string[], now: number): Delivery {
  const tries = had.tries + 1
  if (outcome.kind === 'sent')
    return { ...had, state: 'sent', sentAt: now, tries, done, why: null, since: null, told: false }
  const { why } = outcome
  const state = outcome.kind === 'refused' ? 'failed' : 'waiting'
  return { ...had, state, tries, done, why, since: had.since ?? now, nextAt: now + waitMs(tries) }
}

/** A person wants it now: what was refused is tried again, to the place as it is set up now. */
export const hurried = (had: Delivery, now: number, place?: Destination): Delivery =>
  had.state === 'sent'
    ? had
    : {
        ...had,
        ...(place && { kind: place.kind, where: place.where, formats: place.formats }),
        ...{ state: 'waiting', nextAt: now, since: null, told: false },
      }

/**
 * What is to be tried now: of each place the oldest that waits, so that a correction never comes before what it corrects. A
 * clock that was set back over the next try does not hold it up for longer than the longest wait.
 */
export function dueOf(waiting: readonly Delivery[], now: number): readonly Delivery[] {
  const first = new Map<string, Delivery>()
  for (const one of waiting.filter(d => d.state === 'waiting').toSorted((a, b) => a.sequence - b.sequence))
    if (!first.has(one.to)) first.set(one.to, one)
  return [...first.values()].filter(d => d.nextAt <= now || d.nextAt - now > LONGEST_WAIT_MS)
}

/** Somebody has to be told, once in a trouble. */
export const isStuck = (d: Delivery, now: number): boolean =>
  !d.told && d.why !== null && (d.state === 'failed' || (d.since !== null && now - d.since >= TELL_AFTER_MS))
