import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

export const CHALLENGE_MS = 5 * 60_000

/**
 * Challenges of passkeys: good for five minutes, for one purpose, and once. Each carries its own end and our signature, so that
 * nobody fills a table by asking for many; only those that were answered well are kept in mind, until they end. A restart ends all.
 */
export function createChallenges(now: () => number) {
  const key = randomBytes(32)
  const used = new Map<string, number>()
  const sign = (purpose: string, body: string) =>
    createHmac('sha256', key).update(`${purpose}\0${body}`).digest().subarray(0, 16)
  return {
    /** base64url. @param purpose what it is for, as `enter` or `add <account>` */
    make(purpose: string): string {
      const end = Buffer.alloc(8)
      end.writeBigUInt64BE(BigInt(now() + CHALLENGE_MS))
      const body = Buffer.concat([randomBytes(16), end])
      return Buffer.concat([body, sign(purpose, body.toString('hex'))]).toString('base64url')
    },
    /** Whether it is ours, for this, not over and not used. */
    isGood(challenge: string, purpose: string): boolean {
      const bytes = Buffer.from(challenge, 'base64url')
      if (bytes.length !== 40) return false
      const body = bytes.subarray(0, 24)
      if (!timingSafeEqual(bytes.subarray(24), sign(purpose, body.toString('hex')))) return false
      return Number(body.readBigUInt64BE(16)) > now() && !used.has(challenge)
    },
    /** It was answered well: never again. False: somebody did so meanwhile. */
    use(challenge: string): boolean {
      for (const [one, until] of used) if (until <= now()) used.delete(one)
      if (used.has(challenge)) return false
      used.set(challenge, now() + CHALLENGE_MS)
      return true
    },
  }
}
