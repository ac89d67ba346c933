import type { LocalTime } from '../schedule.ts'
import { credentialClasses, isTemporary } from './credential.ts'
import type { Layer } from './doormode.ts'
import type { AccessDoor, Area, HeldCredential, Holder } from './policy.ts'

/**
 * What a door controller decides by while the gateway is away. Only what needs neither memory nor a PIN is in it: whoever
 * would be a second person, an escort or the seventh in a room for six is not, and is refused there. So the table can
 * only be narrower than the gateway's own decision, never wider.
 */

/** UTC s, from and to; the end is not part of it. */
export type Span = readonly [from: number, to: number]
/** One credential. Short words: a controller keeps thousands of them. */
export interface TableRow {
  /** What the reader says, as HMAC with the key of this controller. */
  readonly key: string
  readonly credential: string
  readonly from: number
  readonly to: number
  /** Of the holder, for lockdowns. */
  readonly level: number
  /** A contractor's or visitor's: nothing without a clock that can be believed. */
  readonly temporary: boolean
  readonly doors: readonly DoorGrant[]
}
export interface DoorGrant {
  readonly door: string
  /** Null: at any time. */
  readonly schedule: string | null
  /** Also where a schedule has shut the door. */
  readonly always: boolean
  /** An earlier end at this door: a certificate. */
  readonly to: number | null
}
export interface TableDoor {
  readonly id: string
  readonly class: AccessDoor['class']
  /** A fire opens it. */
  readonly fireRelease: boolean
  readonly heldAfterS: number
  /** What people have set. */
  readonly layers: readonly Pick<Layer, 'mode' | 'level' | 'since' | 'until'>[]
  /** When its schedule leaves it unlocked, locked, or asks for a PIN (which only the gateway can check). */
  readonly unlocked: readonly Span[]
  readonly locked: readonly Span[]
  readonly pin: readonly Span[]
  /** It opens for nobody without the gateway. */
  readonly gateway: boolean
  /** Released by the fire linkage since; null: not. */
  readonly released: number | null
  /** The areas that it lies between. */
  readonly area: string
  readonly from: string
}

const seconds = (ms: number): number => Math.floor(ms / 1000)

/** What a credential opens at a controller's doors without the gateway; null: nothing. */
export function rowFor(
  credential: HeldCredential,
  holder: Holder,
  key: string,
  doors: readonly { readonly door: AccessDoor; readonly area: Area | null }[],
  threatLevel: number,
): TableRow | null {
  if (credential.phase !== 'active' || holder.status !== 'active' || credential.siteClosed) return null
  if (credentialClasses[credential.class] !== 'identifies' || holder.level < threatLevel) return null
  const grants = doors.flatMap(({ door, area }) => grantsAt(credential, holder, door, area))
  if (grants.length === 0) return null
  return {
    key,
    credential: credential.id,
    from: seconds(credential.validFrom),
    to: seconds(Math.min(credential.validTo, credential.permitTo ?? credential.validTo)),
    level: holder.level,
    temporary: isTemporary(holder.kind),
    doors: grants,
  }
}

/** Whether a door asks for something that a table does not have. */
export const needsGateway = (door: AccessDoor, area: Area | null): boolean =>
  door.class === 'high' ||
  door.twoPersons !== null ||
  door.interlock !== null ||
  (area !== null && (area.passback === 'hard' || area.passback === 'timed' || area.capacity !== null))

function grantsAt(credential: HeldCredential, holder: Holder, door: AccessDoor, area: Area | null): DoorGrant[] {
  if (needsGateway(door, area)) return []
  if ((door.escort && isTemporary(holder.kind)) || (door.custody && holder.kind === 'contractor')) return []
  const inCharge = area?.supervisors ?? []
  if (inCharge.length > 0 && !holder.roles.some(role => inCharge.includes(role))) return []
  let to: number | null = null
  if (door.certificate !== null && holder.kind !== 'visitor') {
    const ends = holder.certificates.filter(c => c.kind === door.certificate).map(c => c.validTo)
    if (ends.length === 0) return []
    to = seconds(Math.max(...ends))
  }
  return credential.grants
    .filter(grant => door.groups.includes(grant.group))
    .map(grant => ({ door: door.id, schedule: grant.schedule?.id ?? null, always: grant.always, to }))
}

const MINUTE_MS = 60_000
const HOUR_MIN = 60
/**
 * The wall's time of each minute from a moment on. Asked of the time zone once an hour, and each minute only where the
 * clock is changed within it.
 * @param from UTC ms, the beginning of an hour
 */
export function minutesFrom(from: number, hours: number, local: (at: number) => LocalTime): LocalTime[] {
  const all: LocalTime[] = []
  const count = (time: LocalTime) => time.day * 1440 + time.minute
  for (let hour = 0; hour < hours; hour++) {
    const at = from + hour * HOUR_MIN * MINUTE_MS
    const first = local(at)
    const even = count(local(at + HOUR_MIN * MINUTE_MS)) - count(first) === HOUR_MIN
    for (let i = 0; i < HOUR_MIN; i++) {
      const minute = first.minute + i
      all.push(
        !even
          ? local(at + i * MINUTE_MS)
          : minute < 1440
            ? { ...first, minute }
            : { day: first.day + 1, minute: minute - 1440 },
      )
    }
  }
  return all
}
/** When something of the wall's minutes holds, as spans of UTC: a controller needs no calendar and no time zone. */
export function spansOf(holds: (time: LocalTime) => boolean, from: number, minutes: readonly LocalTime[]): Span[] {
  const spans: Span[] = []
  const end = (i: number) => seconds(from) + i * 60
  let since: number | null = null
  for (const [i, time] of minutes.entries()) {
    const now = holds(time)
    if (now && since === null) since = i
    if (!now && since !== null) {
      spans.push([end(since), end(i)])
      since = null
    }
  }
  if (since !== null) spans.push([end(since), end(minutes.length)])
  return spans
}
