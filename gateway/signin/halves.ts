import { hashSecret, newSecret } from '../records/secrets.ts'

/** What still lacks after a good password. */
export type Step = 'code' | 'enrol'
export interface Half {
  readonly user: string
  readonly step: Step
  /** UTC ms */
  readonly until: number
}
const HALF_MS = 5 * 60_000
const MOST = 1000

/** Half sessions: in memory, five minutes, bounded; a restart asks for the password again. */
export function createHalves(now: () => number) {
  const halves = new Map<string, Half>()
  return {
    open(user: string, step: Step): { readonly secret: string; readonly half: Half } {
      const secret = newSecret('h_')
      const half = { user, step, until: now() + HALF_MS }
      for (const [hash, { until }] of halves) if (until <= now()) halves.delete(hash)
      halves.set(hashSecret(secret), half)
      if (halves.size > MOST) halves.delete(halves.keys().next().value!)
      return { secret, half }
    },
    of(secret: string | undefined): Half | null {
      const half = secret === undefined ? undefined : halves.get(hashSecret(secret))
      return half && half.until > now() ? half : null
    },
    close: (secret: string): void => void halves.delete(hashSecret(secret)),
    /** A new password, another role or a disabled account end what was begun before. */
    drop(user: string): void {
      for (const [hash, half] of halves) if (half.user.toLowerCase() === user.toLowerCase()) halves.delete(hash)
    },
  }
}
