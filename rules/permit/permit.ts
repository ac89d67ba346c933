import type { Flow, Role } from '../flow.ts'
import { WIND_LIMIT } from './wind.ts'

/**
 * Permits of dangerous work [动火证 P-12, F22, N58, N59, E3; GB 30871-2022 5]: one flow for all kinds, and for each kind who agrees
 * in which order, what is checked before the start, and how long the place is watched afterwards.
 */
/** `isolation`: detectors switched off at the panel while work raises dust or smoke; only where the site allows it. */
export const permitKinds = ['hot-work', 'room-work', 'isolation'] as const
export type PermitKind = (typeof permitKinds)[number]
export const permitGrades = ['special', 'first', 'second'] as const
export type PermitGrade = (typeof permitGrades)[number]
export const permitPhases = [
  'submitted',
  'approved',
  'issued',
  'live',
  'suspended',
  'watch',
  'closed',
  'rejected',
  'withdrawn',
  'expired',
  'revoked',
] as const
export type PermitPhase = (typeof permitPhases)[number]
export const permitActions = [
  'approve',
  'reject',
  'withdraw',
  'stamp',
  'start',
  'suspend',
  'resume',
  'finish',
  'close',
  'revoke',
] as const
export type PermitAction = (typeof permitActions)[number]
export const pauseReasons = ['break', 'handover', 'weather', 'other'] as const
/** `alarm`: of the zone; `upgrade`: night or a holiday began. Both come by themselves. */
export type PauseReason = (typeof pauseReasons)[number] | 'alarm' | 'upgrade'
/** What may be done all the same by whoever says why: a strong wind in the open, other work around. */
export const despites = ['wind', 'neighbours'] as const
export type Despite = (typeof despites)[number]
/** What a permit has that is just asked for. */
export const freshPermit = {
  ...{ despite: [], extension: null, validated: [], reminded: false, guardianOffer: null, guardians: [] },
} as const
export const checkCodes = [
  'combustibles',
  'cylinders',
  'extinguishers',
  'wind',
  'monitoring',
  'escort',
  'isolation',
  'notified',
  'rounds',
] as const
export type CheckCode = (typeof checkCodes)[number]

const asks = ['admin', 'engineer', 'operator', 'desk', 'manager'] as const
const agrees = ['admin', 'engineer', 'operator', 'guard', 'desk', 'manager'] as const
const onSite = ['admin', 'engineer', 'operator', 'guard', 'manager'] as const
const leads = ['admin', 'operator', 'manager'] as const
const ahead = { withdraw: { to: 'withdrawn', by: asks }, revoke: { to: 'revoked', by: leads } } as const
/** Work that has begun and is stopped, by whom or whatever, is watched all the same. */
export const permitFlow: Flow<PermitPhase, PermitAction> = {
  first: 'submitted',
  moves: {
    submitted: {
      approve: { to: 'approved', by: agrees },
      reject: { to: 'rejected', by: agrees },
      withdraw: { to: 'withdrawn', by: asks },
    },
    approved: { stamp: { to: 'issued', by: ['admin', 'desk', 'manager'] }, ...ahead },
    issued: { start: { to: 'live', by: onSite }, ...ahead },
    live: {
      suspend: { to: 'suspended', by: onSite },
      finish: { to: 'watch', by: onSite },
      revoke: { to: 'watch', by: leads },
    },
    suspended: {
      resume: { to: 'live', by: onSite },
      finish: { to: 'watch', by: onSite },
      revoke: { to: 'watch', by: leads },
    },
    watch: { close: { to: 'closed', by: onSite } },
    expired: { finish: { to: 'watch', by: onSite } },
    closed: {},
    rejected: {},
    withdrawn: {},
    revoked: {},
  },
}

export interface PermitSpec {
  /** Who agrees, in this order; each a person of his own. */
  readonly approvals: readonly (readonly Role[])[]
  readonly stamp: boolean
  readonly certificates: boolean
  readonly guardian: boolean
  /** The place is watched after the work. */
  readonly watch: boolean
}
export const permitSpecs: Readonly<Record<PermitKind, PermitSpec>> = {
  // 秩序维护部初审, 客服部复审, 总经理终审, 行政部盖章 [2:153-154].
  'hot-work': {
    approvals: [['guard', 'operator'], ['desk'], ['manager']],
    stamp: true,
    certificates: true,
    guardian: true,
    watch: true,
  },
  'room-work': {
    approvals: [['engineer', 'operator', 'manager']],
    stamp: false,
    certificates: false,
    guardian: true,
    watch: false,
  },
  isolation: {
    approvals: [['manager']],
    stamp: false,
    certificates: false,
    guardian: true,
    watch: false,
  },
}

export interface PermitWorker {
  readonly name: string
  /** Number of the operator's certificate. */
  readonly certificate: string
  /** The last day on which it holds, `2027-05-31`. */
  readonly validTo: string
}
export interface PermitCheck {
  readonly code: CheckCode
  readonly ok: boolean
  readonly by: string
  readonly at: number
  /** Of the wind: the force that was seen or measured. */
  readonly force?: number | undefined
}
export interface GasTest {
  readonly at: number
  readonly by: string
  /** Where it was taken. */
  readonly spot: string
  /** Of the volume, %. */
  readonly percent: number
  /** Whether the lower explosive limit of the gas is 4 % or more. */
  readonly lel4: boolean
  readonly instrument: string
  /** The last day of its calibration. */
  readonly calDue: string
}
export interface Approval {
  readonly by: string
  readonly role: Role
  readonly at: number
}
/**
 * A permit may hold for longer once, and only if everybody agrees anew: the same persons' roles in the same order, and the stamp
 * [GB 30871-2022 5.1; 延期须重新审批].
 */
export interface Extension {
  /** Until when, UTC ms. */
  readonly to: number
  readonly reason: string
  readonly askedBy: string
  readonly askedAt: number
  readonly approvals: readonly Approval[]
  readonly stampedBy: string | null
  /** Null: still to be agreed. */
  readonly grantedAt: number | null
}
export interface Permit {
  readonly id: string
  readonly no: string
  readonly kind: PermitKind
  readonly phase: PermitPhase
  readonly space: string
  /** Where in it. */
  readonly spot: string
  readonly work: string
  readonly company: string
  /** As asked for; nights and holidays raise it. */
  readonly grade: PermitGrade
  readonly outdoor: boolean
  /** Combustible gas is to be expected: it is measured whatever the grade. */
  readonly gas: boolean
  readonly workers: readonly PermitWorker[]
  /** The account of who watches the work 监火人/监护人. */
  readonly guardian: string
  readonly guardianPhone: string
  /** To whom the watch was offered, who has not taken it yet; null: nobody. */
  readonly guardianOffer: {
    readonly to: string
    readonly phone: string
    readonly reason: string
    readonly by: string
    readonly at: number
  } | null
  /** Who watched before, and who offered the change. */
  readonly guardians: readonly {
    readonly from: string
    readonly to: string
    readonly by: string
    readonly reason: string
    readonly at: number
  }[]
  readonly validFrom: number
  readonly validTo: number
  readonly askedBy: string
  readonly askedAt: number
  readonly approvals: readonly Approval[]
  readonly stampedBy: string | null
  readonly issuedAt: number | null
  readonly checks: readonly PermitCheck[]
  readonly gasTests: readonly GasTest[]
  /** When work was allowed. */
  readonly spans: readonly { readonly from: number; readonly to: number | null }[]
  /** The grade under which it was last started. */
  readonly effective: PermitGrade | null
  /** When that start runs out. */
  readonly endsAt: number | null
  readonly suspended: { readonly at: number; readonly reason: PauseReason; readonly by: string } | null
  readonly finishedAt: number | null
  readonly finishedBy: string | null
  readonly watchDue: number | null
  readonly photo: { readonly file: string; readonly at: number; readonly by: string } | null
  /** A code of the place, scanned after the watch: its equipment, or its point of a round. */
  readonly scan: { readonly equipment: string; readonly at: number } | null
  /** What was started although something asked for a word, and why. */
  readonly despite: readonly {
    readonly what: readonly Despite[]
    readonly reason: string
    readonly by: string
    readonly at: number
  }[]
  readonly extension: Extension | null
  /** Who has looked at it when he took over the shift. */
  readonly validated: readonly { readonly by: string; readonly at: number }[]
  /** That its end is near was said. */
  readonly reminded: boolean
  readonly closedAt: number | null
  readonly closedBy: string | null
  readonly revokedBy: string | null
  readonly reason: string
}

export const startedAt = (p: Pick<Permit, 'spans'>): number | null => p.spans[0]?.from ?? null

const HOUR_MS = 3_600_000
/** So long a permit holds at most [GB 30871-2022 5.1.5]. */
export const gradeMs: Readonly<Record<PermitGrade, number>> = {
  special: 8 * HOUR_MS,
  first: 8 * HOUR_MS,
  second: 72 * HOUR_MS,
}
/** Detectors are not isolated for longer. */
export const ISOLATION_MOST_MS = 10 * HOUR_MS
export const mostMs = (p: Pick<Permit, 'kind'>, grade: PermitGrade): number =>
  p.kind === 'isolation' ? ISOLATION_MOST_MS : p.kind === 'room-work' ? gradeMs.second : gradeMs[grade]
/** A longer break needs everything anew, min. */
export const breakMin: Readonly<Record<PermitGrade, number>> = { special: 30, first: 30, second: 60 }
/** A gas test is as good as it is fresh [GB 30871-2022 5.3]. */
export const GAS_FRESH_MS = 30 * 60_000
/** Our own number: what was looked at an hour ago is looked at again before the start. */
export const CHECKS_FRESH_MS = HOUR_MS
export const WATCH_MIN = { usual: 60, least: 30, most: 240 } as const
/** Most of the volume that may be there, %, by the lower explosive limit. */
export const gasLimit = (test: Pick<GasTest, 'lel4'>): number => (test.lel4 ? 0.5 : 0.2)

const oneUp = (grade: PermitGrade): PermitGrade => (grade === 'second' ? 'first' : 'special')
/** Nights, days of rest and holidays raise the grade by one [GB 30871-2022 5.1.4], and a strong wind in the open by one [5.2]. */
export const effectiveGrade = (grade: PermitGrade, offHours: boolean, windy = false): PermitGrade => {
  const once = offHours ? oneUp(grade) : grade
  return windy ? oneUp(once) : once
}
/** Only hot work has grades. @param force of the wind; null: not known */
export const gradeNow = (
  p: Pick<Permit, 'kind' | 'grade' | 'outdoor'>,
  offHours: boolean,
  force: number | null = null,
): PermitGrade =>
  p.kind === 'hot-work'
    ? effectiveGrade(p.grade, offHours, p.outdoor && force !== null && force >= WIND_LIMIT)
    : 'second'
export const higher = (a: PermitGrade, b: PermitGrade): boolean => permitGrades.indexOf(a) < permitGrades.indexOf(b)

export const needsGas = (p: Pick<Permit, 'kind' | 'gas'>, grade: PermitGrade): boolean =>
  p.kind === 'hot-work' && (p.gas || grade !== 'second')
/** What somebody looks at before it begins. */
export const checksOf = (p: Pick<Permit, 'kind' | 'outdoor'>, grade: PermitGrade): readonly CheckCode[] =>
  p.kind !== 'hot-work'
    ? p.kind === 'room-work'
      ? ['escort', 'isolation']
      : ['notified', 'rounds']
    : [
        ...(['combustibles', 'cylinders', 'extinguishers'] as const),
        ...(p.outdoor ? (['wind'] as const) : []),
        ...(grade === 'special' ? (['monitoring'] as const) : []),
      ]
