import type { FastifyReply, FastifyRequest } from 'fastify'
import { isNear } from '../core/address.ts'
import { fail } from '../core/errors.ts'

/** Requests a second in the long run, and at once. A page that opens sends forty; a control room behind one address has ten pages. */
const OF_ADDRESS = { perS: 100, burst: 1000 }
const OF_ACCOUNT = { perS: 50, burst: 500 }
const MOST_KEYS = 10_000

/**
 * Token buckets by key. Bounded: who was quiet longest is forgotten first, and is as if full again.
 * @returns seconds to wait; 0: it may, and is counted
 */
export function createRates(now: () => number, { perS, burst }: { readonly perS: number; readonly burst: number }) {
  const buckets = new Map<string, { readonly left: number; readonly at: number }>()
  return (key: string): number => {
    const at = now()
    const had = buckets.get(key)
    // A clock that was set back takes nothing away.
    const left = had ? Math.min(burst, had.left + (Math.max(0, at - had.at) * perS) / 1000) : burst
    buckets.delete(key)
    buckets.set(key, { left: left < 1 ? left : left - 1, at })
    if (buckets.size > MOST_KEYS) buckets.delete(buckets.keys().next().value!)
    return left < 1 ? Math.max(1, Math.ceil((1 - left) / perS)) : 0
  }
}

/** Refuses who asks too often, by address before anything else and by account once that is known. This machine has no limit. */
export function rateGuard(now: () => number) {
  const ofAddress = createRates(now, OF_ADDRESS)
  const ofAccount = createRates(now, OF_ACCOUNT)
  const refuse = (seconds: number, reply: FastifyReply) => {
    if (seconds === 0) return
    void reply.header('retry-after', seconds)
    fail('too-many-requests', { seconds })
  }
  return {
    /** @throws too-many-requests */
    address(request: FastifyRequest, reply: FastifyReply): void {
      if (!isNear(request.ip)) refuse(ofAddress(request.ip), reply)
    },
    /** @throws too-many-requests */
    account(request: FastifyRequest, reply: FastifyReply): void {
      if (request.identity && !isNear(request.ip)) refuse(ofAccount(request.identity.user.name), reply)
    },
  }
}
