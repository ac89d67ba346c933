import type { Text } from '../../drivers/point.ts'
import type { Schedule } from '../schedule.ts'
import type { CredentialClass, DoorClass, PersonKind } from './credential.ts'
import type { Layer } from './doormode.ts'

/** What decides at a door: the site's own words (areas, doors, levels), the records of people, and how things stand. */

/** Somebody who is in may not come in again. soft: he may, and it is noted. timed: not within so long. */
export const passbacks = ['none', 'soft', 'hard', 'timed'] as const
export type Passback = (typeof passbacks)[number]
/** Beyond the last door. */
export const OUTSIDE = 'outside'

export interface Area {
  readonly id: string
  readonly name: Text
  readonly passback: Passback
  readonly passbackMin: number
  /** At most so many at once; null: nobody counts. */
  readonly capacity: number | null
  /** One of these has to be inside before anybody else comes in [supervisor on site]; empty: nobody has to. */
  readonly supervisors: readonly string[]
}

export interface AccessDoor {
  readonly id: string
  readonly name: Text
  /** The area that `in` leads to, and the one it leads from. */
  readonly area: string
  readonly from: string
  readonly class: DoorClass
  readonly groups: readonly string[]
  /** How one gets out: by a handle or button of its own, or only by a reader. */
  readonly exit: 'free' | 'reader'
  /** Without power it is open, or shut; a shut one still opens from inside when its handle does that. */
  readonly lock: 'fail-safe' | 'fail-secure'
  /** A handle or a break-glass that opens it from inside without any electronics. */
  readonly mechanicalExit: boolean
  /** Opened by the fire linkage. */
  readonly fireRelease: boolean
  readonly interlock: string | null
  /** Both of these, one after the other; null: one person is enough. */
  readonly twoPersons: { readonly roles: readonly [string, string]; readonly withinS: number } | null
  /** Whoever does not belong here comes in only with somebody who does. */
  readonly escort: boolean
  /** Roles whose first entry opens it for the time of its schedule; empty: the schedule does that alone. */
  readonly firstIn: readonly string[]
  /** A contractor's duplicate has to lie at the gate [original and duplicate of a temporary pass]. */
  readonly custody: boolean
  /** A certificate of this kind is needed: 电工. */
  readonly certificate: string | null
  readonly heldAfterS: number
}

/** Only one door of a group is open at a time. */
export interface Interlock {
  readonly id: string
  readonly doors: readonly string[]
  /** The controller does it by itself, and whether its exit button goes before it. */
  readonly holdsExit: boolean
}

export interface Holder {
  readonly id: string
  readonly kind: PersonKind
  readonly status: 'active' | 'suspended'
  /** 0..9, for lockdowns and threat levels. */
  readonly level: number
  readonly roles: readonly string[]
  /** Where he is; null: nobody knows, as after a fire release. */
  readonly area: string | null
  /** When he last came into an area, by area. */
  readonly enteredAt: Readonly<Record<string, number>>
  /** Forgiven until then: passback does not count. */
  readonly forgivenUntil: number
  readonly certificates: readonly { readonly kind: string; readonly validTo: number }[]
  /** The duplicate of his pass lies at the gate. */
  readonly duplicateAtGate: boolean
}

export interface HeldCredential {
  readonly id: string
  readonly class: CredentialClass
  readonly phase: string
  readonly validFrom: number
  readonly validTo: number
  /** What it opens and when; null schedule: always. */
  readonly grants: readonly {
    readonly group: string
    readonly schedule: Schedule | null
    /** Also on days that are holidays, and where a schedule has shut the door. */
    readonly always: boolean
  }[]
  /** The works site that owns it, and whether that is closed. */
  readonly siteClosed: boolean
  /** An end that comes from elsewhere: permit, insurance; null: there is none. */
  readonly permitTo: number | null
}

/** What a reader brought. */
export type Reading =
  | { readonly kind: 'known'; readonly credential: HeldCredential; readonly holder: Holder; readonly pin: PinRead }
  | { readonly kind: 'unknown' }
  | {
      readonly kind: 'bad'
      readonly why: 'format' | 'parity' | 'signature' | 'replay' | 'repeated' | 'skew' | 'expired' | 'not-yet-valid'
    }
/** none: no PIN was typed. locked: too many wrong ones. */
export type PinRead = 'none' | 'right' | 'wrong' | 'duress' | 'locked'

export interface AccessRequest {
  readonly door: string
  readonly direction: 'in' | 'out'
  readonly reading: Reading
  readonly at: number
}

/** How things stand when it is asked. */
export interface Snapshot {
  readonly policyVersion: string
  readonly door: AccessDoor
  readonly area: Area | null
  readonly layers: readonly Layer[]
  /** What the door's own schedule says of credentials now. */
  readonly asks: 'card' | 'card-pin' | 'locked' | 'unlocked'
  readonly within: (schedule: Schedule) => boolean
  readonly holiday: boolean
  /** 0: nothing. People below it come in nowhere. */
  readonly threatLevel: number
  readonly inside: number
  readonly supervisorsInside: number
  /** Others of its interlock that are open or released. */
  readonly othersOpen: readonly string[]
  /** Whoever has just shown himself at this door and waits for a second, or brings somebody. */
  readonly waiting: {
    readonly person: string
    readonly credential: string
    readonly roles: readonly string[]
    readonly at: number
    readonly escort: boolean
  } | null
  readonly clockSafe: boolean
  /** The latest moment that was ever recorded while the clock could be believed: what had ended by then has ended. */
  readonly latest: number
  /** Somebody of `firstIn` was here within this unlocked time. */
  readonly armed: boolean
  /** The same credential was at another door so shortly before that nobody can have walked: there are two of it. */
  readonly elsewhere?: { readonly door: string; readonly seconds: number; readonly needs: number } | null
}
/** How long somebody who waits for a second or brings somebody counts, ms. */
export const ESCORT_MS = 30_000

/** Before this program was written nobody was let in by it: a clock that says so was never set. */
const WRITTEN = Date.UTC(2026, 0, 1)
const BACK_MS = 60_000
const AHEAD_MS = 30 * 86_400_000
/**
 * Whether the clock can be believed. Behind what was recorded it was set back, perhaps to bring a pass back to life; a month
 * ahead of it everything would expire at once. Then a person has to say what time it is.
 * @param latest null: nothing was ever recorded
 */
export const clockSafe = (now: number, latest: number | null): boolean =>
  now >= WRITTEN && (latest === null || (now >= latest - BACK_MS && now <= latest + AHEAD_MS))
