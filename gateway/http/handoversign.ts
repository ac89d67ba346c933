import type { z } from 'zod'
import type { Role } from '../../rules/flow.ts'
import type { Signed } from '../../rules/handover.ts'
import { may } from '../../rules/permission.ts'
import { fail } from '../core/errors.ts'
import type { handoverSign } from './contract.ts'
import type { Deps } from './deps.ts'
import { createThrottle } from './throttle.ts'

/** A card is looked for so long. */
export const CARD_WAIT_MS = 60_000
const MOST_PICTURE = 100_000
interface Waiting {
  readonly door: string
  readonly until: number
  /** Readings of before are none of this. */
  readonly after: number
}
export interface Signer {
  readonly by: { readonly name: string; readonly role: Role }
  readonly signed: Signed
  /** A picture that nobody had before, in case it is not signed after all. */
  readonly drop: () => void
}

/**
 * Who signs a sheet at a screen at which somebody, perhaps another, is signed in: by name and password, by a card at the crew's
 * reader, or by a drawn signature, which is only ever that of whoever is signed in there himself.
 */
export function signers(deps: Deps) {
  const throttle = createThrottle(deps.clock.now)
  const waiting = new Map<string, Waiting>()
  const keeper = (name: string): Signer['by'] => {
    const user = deps.users.get(name)
    if (!user || user.disabled) return fail('handover-card-nobody')
    if (!may(user.role, 'handover.keep')) fail('not-allowed', { role: user.role, what: 'handover.keep' })
    return { name: user.name, role: user.role }
  }
  const crewOf = (id: string) => deps.handover.crews().find(c => c.id === id) ?? fail('not-found', { what: id })

  /** From now on a card at the crew's reader is waited for. Throws `handover-no-reader`. */
  function waitForCard(crewId: string): { readonly door: string; readonly until: number } {
    const door = crewOf(crewId).signAt ?? fail('handover-no-reader')
    if (!deps.plant()?.site.access.doors.has(door)) fail('handover-no-reader')
    const next = { door, until: deps.clock.now() + CARD_WAIT_MS, after: deps.accessRecords.lastSeq() }
    waiting.set(crewId, next)
    return next
  }
  /** Whose card was let in at the reader since it is waited for, of this crew; null: nobody's yet, or nobody waits. */
  function cardSeen(
    crewId: string,
  ): { readonly account: string; readonly name: string; readonly reading: number } | null {
    const wait = waiting.get(crewId)
    if (!wait) return null
    const crew = crewOf(crewId)
    for (const e of deps.accessRecords.events({ door: wait.door }, 20)) {
      if (e.seq <= wait.after) break
      // The way out is never refused, so it is nobody's word; and the reader's own word of a card is needed.
      const read = e.outcome.startsWith('granted') && e.outcome !== 'granted-egress' && e.credential !== null
      if (!read || e.person === null || e.at > wait.until) continue
      const account = deps.people.get(e.person)?.account?.toLowerCase()
      const one = crew.people.find(p => account !== undefined && p.account?.toLowerCase() === account)
      if (one?.account) return { account: one.account, name: one.name, reading: e.seq }
    }
    return null
  }

  return {
    waitForCard,
    /** The one that is under way; null: none is, or its minute is over. */
    waitingFor(crewId: string): Waiting | null {
      const wait = waiting.get(crewId)
      return wait && deps.clock.now() < wait.until ? wait : null
    },
    cardSeen,
    /** Throws `handover-wrong-password`, `handover-card-waits`, `not-a-signature`. */
    async of(ip: string, crewId: string, body: z.infer<typeof handoverSign>, at: Signer['by']): Promise<Signer> {
      const nothing = () => {}
      if (body.card) {
        const seen = cardSeen(crewId) ?? fail('handover-card-waits')
        const by = keeper(seen.account)
        // One reading is one signature.
        waiting.delete(crewId)
        return { by, signed: { how: 'card', picture: null, reading: seen.reading }, drop: nothing }
      }
      if (body.image !== undefined) {
        const by = keeper(at.name)
        const bytes = Buffer.from(body.image, 'base64')
        if (bytes.length > MOST_PICTURE || deps.photos.typeOf(bytes) !== 'image/png') fail('not-a-signature')
        const { hash, isNew } = deps.photos.keep(bytes, 'image/png')
        const drop = () => isNew && deps.photos.drop(hash, 'image/png')
        return { by, signed: { how: 'drawn', picture: hash, reading: null }, drop: () => void drop() }
      }
      const { name = '', password = '' } = body
      const user = await throttle.attempt(ip, `${ip} ${name.toLowerCase()}`, () => deps.users.check(name, password))
      // Not as for signing in: the person at this screen is who he was.
      if (!user) return fail('handover-wrong-password')
      return { by: keeper(user.name), signed: { how: 'password', picture: null, reading: null }, drop: nothing }
    },
  }
}
