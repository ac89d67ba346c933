import { createHash } from 'node:crypto'
import { move as moved, type Role, roles } from '../../rules/flow.ts'
import { exceptionsOf, type Review, reviewRefusal, roundPhase, sealText } from '../../rules/patrol/review.ts'
import { type TagAction, tagFlow } from '../../rules/patrol/tag.ts'
import { learnTravel, type Travel } from '../../rules/patrol/travel.ts'
import { isPhone } from '../../rules/patrol/words.ts'
import type { Clock } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import type { Actor } from '../core/events.ts'
import type { PatrolRecords } from '../records/patrol.ts'
import type { PatrolReviews } from '../records/patrolreview.ts'
import type { PatrolTags, StoredTag } from '../records/patroltags.ts'
import type { Trail } from '../records/trail.ts'
import type { Site } from '../site/site.ts'
import { tagKey } from './schema.ts'

/** So far back walks are learned from: of a year ago the stairs may have been others. */
const LEARN_MS = 60 * 86_400_000

interface ReviewDeps {
  readonly clock: Clock
  readonly trail: Trail
  readonly records: PatrolRecords
  readonly reviews: PatrolReviews
  readonly tags: PatrolTags
  readonly site: () => Site | null
}
export interface TravelView extends Travel {
  /** What holds now; null: the time of the site, or 15 s. */
  readonly confirmed: number | null
}
/** A tag of site.json or of one that took its place, with the points that it is of. */
export interface TagView extends StoredTag {
  readonly places: readonly { readonly route: string; readonly checkpoint: string }[]
}
export type PatrolReviewing = ReturnType<typeof patrolReviewing>

/** What supervisors decide about rounds, tags and travel times; each is a line of the trail. */
export function patrolReviewing({ clock, trail, records, reviews, tags, site }: ReviewDeps) {
  /** The hash of a round as it stands: its points, its visits and its review. */
  function hashOf(id: string): string {
    const { closedAt, seal: _, ...round } = records.one(id)
    const whole = { round: { ...round, closedAt }, points: sorted(records.pointsOf(id)), visits: records.ofRound(id) }
    return createHash('sha256').update(sealText(whole)).digest('hex')
  }
  const sorted = <P extends { readonly checkpoint: string }>(points: readonly P[]): P[] =>
    points.toSorted((a, b) => (a.checkpoint < b.checkpoint ? -1 : 1))
  /** Everybody whose hand is in it: who walked, and whose account sent it. */
  function walkers(id: string): string[] {
    const visits = records.ofRound(id)
    // Whoever brings a stick to its cradle has not walked with it; a phone is his who is signed in on it.
    const sent = visits.flatMap(v => (isPhone(v.device) && v.sentBy ? [v.sentBy] : []))
    return [
      ...new Set([
        ...visits.map(v => v.person),
        ...records.pointsOf(id).flatMap(p => (p.scan === null ? [] : [p.by])),
        ...sent,
      ]),
    ]
  }
  /** All tags that hang, hung or should hang somewhere. */
  function allTags(): TagView[] {
    const now = clock.now()
    const byTag = site()?.patrol.byTag ?? new Map<string, readonly { route: { id: string }; checkpoint: string }[]>()
    const known = new Map(tags.list().map(t => [t.uid, t]))
    for (const uid of byTag.keys())
      if (!known.has(uid)) {
        const plain = { replacedBy: null, replaces: null, doubt: null, reason: '', by: '' }
        known.set(uid, { uid, state: 'active', at: now, ...plain })
      }
    return [...known.values()].map(t => ({
      ...t,
      places: (byTag.get(tags.originOf(t.uid)) ?? []).map(p => ({ route: p.route.id, checkpoint: p.checkpoint })),
    }))
  }
  return {
    hashOf,
    phaseOf: (id: string) => roundPhase(records.one(id)),
    remarks: reviews.remarks,
    sealedSince: reviews.sealedSince,
    unsealedSince: reviews.unsealedSince,
    exceptionsOf: (id: string) => exceptionsOf(records.one(id).points, records.pointsOf(id)),
    /**
     * A supervisor has looked at a round that is over, and says of each point that was not plainly in time why. Throws
     * `not-found`, `patrol-not-over`, `patrol-reviewed`, `patrol-own-round`, `patrol-reasons-missing`.
     */
    review(id: string, reasons: Review['reasons'], actor: Actor): void {
      const round = records.one(id)
      const exceptions = exceptionsOf(round.points, records.pointsOf(id))
      const refused = reviewRefusal(roundPhase(round), walkers(id), actor.name, exceptions, reasons)
      if (refused) fail(refused, { points: exceptions.filter(e => reasons.every(r => r.checkpoint !== e)).join(', ') })
      const said = reasons.filter(r => exceptions.includes(r.checkpoint))
      trail.change(actor, note => reviews.review(note, id, { at: clock.now(), by: actor.name, reasons: said }))
    },
    /** Nothing of it changes from now on. Throws `not-found`, `patrol-sealed`, `patrol-not-reviewed`. */
    seal(id: string, actor: Actor): void {
      const phase = roundPhase(records.one(id))
      if (phase === 'sealed') fail('patrol-sealed')
      if (phase !== 'reviewed') fail('patrol-not-reviewed')
      trail.change(actor, note => reviews.seal(note, id, { at: clock.now(), by: actor.name, hash: hashOf(id) }))
    },
    /**
     * All rounds of a route and day that need nobody's thought: those that were reviewed, and those whose points were all in
     * time and that he did not walk. @returns how many were sealed
     */
    sealDay(day: string, route: string, actor: Actor): number {
      const ready = records.ofDay(day).filter(r => {
        const phase = roundPhase(r)
        if (r.route !== route || (phase !== 'reviewed' && phase !== 'over')) return false
        const exceptions = exceptionsOf(r.points, records.pointsOf(r.id))
        return (
          phase === 'reviewed' ||
          (exceptions.length === 0 && !reviewRefusal(phase, walkers(r.id), actor.name, exceptions, []))
        )
      })
      if (ready.length === 0) return 0
      const at = clock.now()
      trail.change(actor, note => {
        for (const { id, review } of ready) {
          if (!review) reviews.review(note, id, { at, by: actor.name, reasons: [] })
          reviews.seal(note, id, { at, by: actor.name, hash: hashOf(id) })
        }
      })
      return ready.length
    },
    /** Also of a sealed round: it stands beside it. Throws `not-found`. */
    remark(id: string, text: string, actor: Actor): void {
      records.one(id)
      trail.change(actor, note => reviews.remark(note, id, { at: clock.now(), by: actor.name, text }))
    },

    tags: allTags,
    /** Throws `not-found`, `patrol-tag-state`, `patrol-tag-taken`, `not-your-role`. */
    moveTag(given: string, action: TagAction, reason: string, newTag: string | undefined, actor: Actor): TagView {
      const uid = tagKey(given)
      const had = allTags().find(t => t.uid === uid) ?? fail('not-found', { what: given })
      const role = (roles as readonly string[]).includes(actor.role) ? (actor.role as Role) : null
      const to = role === null ? ({ refused: 'not-your-role' } as const) : moved(tagFlow, had.state, action, role)
      if ('refused' in to)
        return fail(to.refused === 'not-your-role' ? 'not-your-role' : 'patrol-tag-state', { tag: uid })
      const newUid = action === 'replace' ? tagKey(newTag ?? '') : undefined
      if (newUid !== undefined && (newUid === '' || site()?.patrol.byTag.has(newUid)))
        fail('patrol-tag-taken', { tag: newTag ?? '' })
      trail.change(actor, note =>
        tags.move(
          note,
          uid,
          { action, to: to.to, reason, by: actor.name, ...(newUid !== undefined && { newUid }) },
          clock.now(),
        ),
      )
      return allTags().find(t => t.uid === uid)!
    },

    /** What walks say and what holds, by route and points. */
    travels(): TravelView[] {
      const now = clock.now()
      const scans = records
        .between(now - LEARN_MS, now)
        .flatMap(s =>
          s.route === null || s.checkpoint === null ? [] : [{ ...s, route: s.route, checkpoint: s.checkpoint }],
        )
      const learned = learnTravel(scans)
      const rest = tags
        .travels()
        .filter(t => learned.every(l => l.route !== t.route || l.from !== t.from || l.to !== t.to))
        .map(t => ({ route: t.route, from: t.from, to: t.to, walks: 0, sec: null }))
      return [...learned, ...rest].map(t => ({ ...t, confirmed: tags.travel(t.route, t.from, t.to) }))
    },
    /**
     * The supervisor takes what was learned: only from now on it is used. `sec` is what he was shown. Throws
     * `patrol-walks-few`, `patrol-walks-changed`.
     */
    confirmTravel(route: string, from: string, to: string, sec: number, actor: Actor): void {
      const found = this.travels().find(t => t.route === route && t.from === from && t.to === to)
      const { sec: learned, walks } = found?.sec ? found : fail('patrol-walks-few')
      if (learned !== sec) fail('patrol-walks-changed', { sec: learned ?? 0 })
      trail.change(actor, note => tags.confirm(note, { route, from, to, sec, walks, at: clock.now(), by: actor.name }))
    },
    /** Throws `not-found`. */
    forgetTravel(route: string, from: string, to: string, reason: string, actor: Actor): void {
      trail.change(actor, note => tags.forget(note, route, from, to, reason))
    },
  }
}
