import type { Crew } from '../../rules/crew.ts'
import type { Role } from '../../rules/flow.ts'
import { may } from '../../rules/permission.ts'
import { atHandover, guardLeaves } from '../../rules/permit/relieve.ts'
import { moveTag } from '../../rules/tag.ts'
import { fail } from '../core/errors.ts'
import type { Actor } from '../core/events.ts'
import type { Permits } from '../records/permits.ts'
import type { Tags } from '../records/tags.ts'
import type { Note } from '../records/trail.ts'

/** What whoever takes over has looked at, and takes upon himself. */
export interface Relieving {
  /** Ids of live permits that may go on; every other one is suspended. */
  readonly permits: readonly string[]
  /** Ids of tags that were offered to him, and that are his from now on. */
  readonly tags: readonly string[]
}
export const nothingTaken: Relieving = { permits: [], tags: [] }
/** By their numbers, for the trail and the sheet. */
export interface Relieved {
  readonly validated: readonly string[]
  readonly suspended: readonly string[]
  readonly taken: readonly string[]
}
const sees = (crew: Pick<Crew, 'sees'>, what: string) => crew.sees === null || crew.sees.includes(what)

/**
 * Inside the change of the second signature: live permits go on only where he has said so, and tags that were offered to him
 * become his [people-and-permits 4.1].
 */
export const relieve =
  ({ permits, tags }: { readonly permits: Permits; readonly tags: Tags }) =>
  (
    note: Note,
    crew: Pick<Crew, 'sees'>,
    ask: Relieving,
    by: Actor & { readonly role: Role },
    now: number,
    /** Accounts of those who go off duty with it. */
    off: readonly string[] = [],
  ): Relieved => {
    if (ask.permits.length > 0 && !may(by.role, 'permit.check'))
      fail('not-allowed', { role: by.role, what: 'permit.check' })
    if (ask.tags.length > 0 && !may(by.role, 'tag.move')) fail('not-allowed', { role: by.role, what: 'tag.move' })
    const of: Record<keyof Relieved, string[]> = { validated: [], suspended: [], taken: [] }
    for (const p of sees(crew, 'permits') ? permits.open() : []) {
      const validated = ask.permits.includes(p.id)
      if (validated && p.phase === 'live' && guardLeaves(p, off))
        fail('permit-guardian-leaves', { what: `${p.no} (${p.guardian})` })
      const next = atHandover(p, validated, by.name, now)
      if (!next) continue
      const reason = next.permit.suspended?.reason
      permits.put(note, next.permit, next.event, { guardian: p.guardian, ...(reason && { reason }) })
      of[next.event].push(p.no)
    }
    for (const id of ask.tags) {
      const tag = tags.one(id)
      const mine = tags.on(tag.equipment).some(t => t.id !== id && t.owner.toLowerCase() === by.name.toLowerCase())
      if (mine) fail('tag-own-twice')
      const next = moveTag(tag, 'take', by.name, {}, now)
      if ('refused' in next)
        return fail(next.refused, { owner: tag.owner, to: tag.offer?.to ?? '', by: tag.removal?.by ?? '', what: '' })
      tags.put(note, next, 'take', { owner: tag.owner })
      of.taken.push(tag.no)
    }
    return of
  }
