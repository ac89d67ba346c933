import type { Times } from './ladder.ts'

/**
 * Who keeps the control room [消防控制室 24 h 值班，每班不少于 2 人: GB 25506, GB 25201 5.2], and whether they are awake: at
 * night somebody is asked at times that nobody can foresee, and has a few minutes to answer. Pure.
 */
export interface AttendanceRules {
  /** So many people at least. */
  readonly least: number
  /** When somebody is asked; none: never. */
  readonly checks: readonly Times[]
  /** The next question comes so long after the last, at random in between. */
  readonly leastMs: number
  readonly mostMs: number
  readonly answerMs: number
}
export const attendanceEvents = ['on-duty', 'off-duty', 'roll-call', 'present', 'no-answer'] as const
export type AttendanceEvent = (typeof attendanceEvents)[number]

export interface Attendance {
  readonly on: readonly { readonly name: string; readonly since: number }[]
  /** A question that nobody has answered yet. */
  readonly askedAt: number | null
  /** Nobody answered it in its time. It stays so until somebody does. */
  readonly missed: boolean
  /** When it was last shown that somebody is there. */
  readonly shownAt: number | null
  readonly shownBy: string | null
}
export const nobody: Attendance = { on: [], askedAt: null, missed: false, shownAt: null, shownBy: null }

/** What an event makes of it. Whoever comes or goes shows that he is there, but only an answer is an answer. */
export function attended(had: Attendance, event: AttendanceEvent, name: string, at: number): Attendance {
  switch (event) {
    case 'on-duty':
      if (had.on.some(p => p.name === name)) return had
      return { ...had, on: [...had.on, { name, since: at }], shownAt: at, shownBy: name }
    case 'off-duty':
      return { ...had, on: had.on.filter(p => p.name !== name) }
    case 'roll-call':
      return { ...had, askedAt: at, missed: false }
    case 'present':
      return { ...had, askedAt: null, missed: false, shownAt: at, shownBy: name }
    case 'no-answer':
      return { ...had, missed: true }
  }
}

/**
 * What is to be done now. `nextAt`: when the next question comes, drawn by `random` (0 to 1); null: not in such hours.
 * @param asks whether the site's clock is within the hours of questions
 */
export function attendanceDue(
  had: Attendance,
  rules: AttendanceRules,
  nextAt: number | null,
  asks: boolean,
  random: () => number,
  now: number,
): { readonly event: 'roll-call' | 'no-answer' | null; readonly nextAt: number | null } {
  if (had.askedAt !== null) {
    // A clock that was set back is no reason to wait longer.
    const over = now >= had.askedAt + rules.answerMs || now < had.askedAt
    return { event: over && !had.missed ? 'no-answer' : null, nextAt: null }
  }
  if (!asks) return { event: null, nextAt: null }
  if (nextAt === null || nextAt > now + rules.mostMs)
    return { event: null, nextAt: now + rules.leastMs + Math.round(random() * (rules.mostMs - rules.leastMs)) }
  return now >= nextAt ? { event: 'roll-call', nextAt: null } : { event: null, nextAt }
}
