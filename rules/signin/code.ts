/** Codes of an authenticator app [RFC 6238]: six digits, 30 s, one step early or late. */
export const STEP_MS = 30_000
export const WINDOW = 1

export const stepOf = (now: number): number => Math.floor(now / STEP_MS)

export interface CodeGiven {
  /** The step that the code is of, when it is of one of those that count now; null: of none. */
  readonly matched: number | null
  readonly nowStep: number
  /** The step of the last code that was taken; -1: none yet. */
  readonly lastStep: number
  /** Whether the gateway's clock is believed: no jump, and set since it started. */
  readonly clockSafe: boolean
}
export type CodeJudged = 'fits' | 'used' | 'clock-back' | 'wrong' | 'clock-suspect'

/** What a code is worth. One that was taken, and all before it, are never taken again [RFC 6238, 5.2]. */
export function judgeCode({ matched, nowStep, lastStep, clockSafe }: CodeGiven): CodeJudged {
  if (matched === null) return clockSafe ? 'wrong' : 'clock-suspect'
  if (matched > lastStep) return 'fits'
  // The last code that was taken is of a time that has not come yet: the clock was ahead then, or is behind now.
  return lastStep > nowStep + WINDOW ? 'clock-back' : 'used'
}

/** Recovery codes: ten, each good once. */
export const RECOVERY_CODES = 10
/** As it is compared: people leave out the stroke and write large letters. */
export const plainRecovery = (typed: string): string => typed.toLowerCase().replaceAll(/[\s-]/g, '')
export const isRecovery = (typed: string): boolean => /^[a-z2-9]{10}$/.test(plainRecovery(typed))
export const plainCode = (typed: string): string => typed.replaceAll(/\s/g, '')
