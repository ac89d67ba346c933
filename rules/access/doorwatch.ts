/**
 * What a door does, by the level of its contact at each look: one edge that is lost cannot turn it round for ever. A door
 * that was released and opened is an entry; one that was not opened in its time is none; open without a release is forced;
 * open too long is held, after a warning at 80 % of the time.
 */
export interface DoorInput {
  /** Null: the contact cannot be read. Nothing is concluded from that. */
  readonly open: boolean | null
  /** The bolt or strike says that it is locked; null: there is none or it cannot be read. */
  readonly bolted: boolean | null
  /** Somebody may open it now: a grant, an exit button, or a mode that leaves it open. */
  readonly released: boolean
  /** A mode leaves it open: standing open is nothing wrong. */
  readonly held: boolean
}
export interface DoorWatch {
  readonly phase: 'closed' | 'released' | 'open' | 'warned' | 'held' | 'forced'
  readonly since: number
  /** Open and bolted at once: since when, and whether it was said. */
  readonly disagrees: { readonly since: number; readonly told: boolean } | null
}
export type DoorEvent =
  | 'entered'
  | 'not-taken'
  | 'forced'
  | 'pre-alarm'
  | 'held'
  | 'closed'
  | 'sensor-disagrees'
  | 'sensor-agrees'
export interface DoorTimes {
  /** s; IEC 60839-11-1 recommends 10 s and more. */
  readonly heldAfterS: number
}
export const CLOSED: DoorWatch = { phase: 'closed', since: 0, disagrees: null }
const WARN_AT = 0.8
const DISAGREE_MS = 2000

/** One look at a door. Called at each sample of it and at least each second. */
export function watchDoor(
  was: DoorWatch,
  input: DoorInput,
  times: DoorTimes,
  now: number,
): { readonly watch: DoorWatch; readonly events: readonly DoorEvent[] } {
  const events: DoorEvent[] = []
  let { disagrees } = was
  if (input.open !== true || input.bolted !== true) {
    if (disagrees?.told) events.push('sensor-agrees')
    disagrees = null
  } else if (disagrees === null) disagrees = { since: now, told: false }
  else if (!disagrees.told && now - disagrees.since >= DISAGREE_MS) {
    events.push('sensor-disagrees')
    disagrees = { ...disagrees, told: true }
  }
  const to = (phase: DoorWatch['phase'], event: DoorEvent | null = null) => {
    if (event) events.push(event)
    return { watch: { phase, since: now, disagrees }, events }
  }
  const stay = () => ({ watch: disagrees === was.disagrees ? was : { ...was, disagrees }, events })
  if (input.open === null) return stay()
  const limitMs = times.heldAfterS * 1000
  switch (was.phase) {
    case 'closed':
      if (input.open) return input.released ? to('open', 'entered') : to('forced', 'forced')
      return input.released ? to('released') : stay()
    case 'released':
      if (input.open) return to('open', 'entered')
      return input.released ? stay() : to('closed', input.held ? null : 'not-taken')
    case 'forced':
      // A release afterwards does not undo what it was.
      return input.open ? stay() : to('closed', 'closed')
    default:
      if (!input.open) return to(input.released ? 'released' : 'closed', 'closed')
      // From when it is no longer left open on purpose the time runs.
      if (input.held) return to('open')
      if (was.phase === 'held') return stay()
      if (now - was.since >= limitMs) return to('held', 'held')
      if (was.phase === 'open' && now - was.since >= limitMs * WARN_AT)
        return { watch: { phase: 'warned', since: was.since, disagrees }, events: [...events, 'pre-alarm'] }
      return stay()
  }
}
