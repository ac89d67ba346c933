import { z } from 'zod'
import { iso } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import type { TagView } from '../patrol/review.ts'
import type { Site } from '../site/site.ts'
import {
  patrolRemark,
  patrolReview,
  patrolReviewed,
  patrolSealDay,
  patrolSealedDay,
  patrolSettle,
  patrolTagMove,
  patrolTags,
  patrolTravelConfirm,
  patrolTravelForget,
  patrolTravels,
} from './contract.ts'
import { type App, type Deps, who } from './deps.ts'
import { pointNames, routeName } from './patrol.ts'

/** What supervisors decide: rounds reviewed and sealed, tags replaced, travel times confirmed. */
export function patrolReviewRoutes(app: App, deps: Deps) {
  const { reviewing, records } = deps.patrol
  const tags = ['patrol']
  const config = { access: 'patrol.review' as const }
  const siteNow = (): Site => deps.plant()?.site ?? fail('not-found', { what: 'site' })
  const one = z.object({ id: z.string().max(200) })

  const reviewed = (id: string) => {
    const { review, seal } = records.one(id)
    return {
      phase: reviewing.phaseOf(id),
      exceptions: reviewing.exceptionsOf(id),
      review: review && { ...review, reasons: review.reasons.map(r => ({ ...r })), at: iso(review.at) },
      // Reckoned anew each time: what was changed behind the gateway's back is seen.
      seal: seal && { ...seal, at: iso(seal.at), intact: reviewing.hashOf(id) === seal.hash },
      remarks: reviewing.remarks(id).map(r => ({ ...r, at: iso(r.at) })),
    }
  }
  app.get(
    '/api/v1/patrol-rounds/:id/review',
    {
      config: { access: 'patrol.read' },
      schema: {
        tags,
        summary: 'Whether a round was reviewed and sealed, and what was written to it since',
        params: one,
        response: { 200: patrolReviewed },
      },
    },
    async request => reviewed(request.params.id),
  )
  app.post(
    '/api/v1/patrol-rounds/:id/review',
    {
      config,
      schema: {
        tags,
        summary:
          'A supervisor who did not walk it says of each point that was not plainly in time why. Once, when the round is over.',
        params: one,
        body: patrolReview,
        response: { 200: patrolReviewed },
      },
    },
    async request => {
      const { id } = request.params
      reviewing.review(id, request.body.reasons, who(request).actor)
      return reviewed(id)
    },
  )
  app.post(
    '/api/v1/patrol-rounds/:id/seal',
    {
      config,
      schema: {
        tags,
        summary:
          'Seals a round that was reviewed: SHA-256 over the round, its points, visits and review. It cannot change any more.',
        params: one,
        response: { 200: patrolReviewed },
      },
    },
    async request => {
      const { id } = request.params
      reviewing.seal(id, who(request).actor)
      return reviewed(id)
    },
  )
  app.post(
    '/api/v1/patrol-days/:day/seal',
    {
      config,
      schema: {
        tags,
        summary:
          'Seals all rounds of a route and day that were reviewed, or that were plainly in time and walked by others',
        params: z.object({ day: z.iso.date() }),
        body: patrolSealDay,
        response: { 200: patrolSealedDay },
      },
    },
    async request => ({
      sealed: reviewing.sealDay(request.params.day, request.body.route, who(request).actor),
    }),
  )
  app.post(
    '/api/v1/patrol-rounds/:id/remark',
    {
      config,
      schema: {
        tags,
        summary: 'Writes something beside a round, also beside a sealed one',
        params: one,
        body: patrolRemark,
        response: { 200: patrolReviewed },
      },
    },
    async request => {
      const { id } = request.params
      reviewing.remark(id, request.body.text, who(request).actor)
      return reviewed(id)
    },
  )

  const tagView = (site: Site, t: TagView) => ({
    ...{ uid: t.uid, state: t.state, doubt: t.doubt, replacedBy: t.replacedBy, replaces: t.replaces },
    ...{ reason: t.reason, by: t.by, at: t.by === '' && t.doubt === null ? null : iso(t.at) },
    places: t.places.map(p => ({
      ...{ route: p.route, routeName: routeName(site, p.route), checkpoint: p.checkpoint },
      name: pointNames(site, p.route, p.checkpoint).name,
    })),
    history: deps.trail.of('patrol-tag', t.uid).map(e => ({
      ...{ at: iso(e.time), by: e.actor, action: e.action },
      reason: typeof e.data.reason === 'string' ? e.data.reason : typeof e.data.doubt === 'string' ? e.data.doubt : '',
    })),
  })
  app.get(
    '/api/v1/patrol-tags',
    {
      config,
      schema: {
        tags,
        summary: 'Tags of all points with what happened to them; those in doubt first',
        response: { 200: patrolTags },
      },
    },
    async () => {
      const site = siteNow()
      const order = ['suspect', 'active', 'replaced', 'retired']
      const all = reviewing.tags().toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state))
      return { items: all.map(t => tagView(site, t)), next: null }
    },
  )
  const uid = z.object({ uid: z.string().min(1).max(100) })
  for (const action of ['clear', 'replace', 'retire'] as const)
    app.post(
      `/api/v1/patrol-tags/:uid/${action}`,
      {
        config,
        schema: {
          tags,
          summary: {
            clear: 'The doubt of a tag was looked into, and there is nothing in it',
            replace: 'Another tag hangs in its place (`tag`): the old one counts no more, and its history stays',
            retire: 'A tag was taken down and none hangs in its place',
          }[action],
          params: uid,
          body: action === 'replace' ? patrolTagMove : patrolSettle,
          response: { 200: patrolTags },
        },
      },
      async request => {
        const { reason, tag } = request.body as { reason: string; tag?: string }
        const moved = reviewing.moveTag(request.params.uid, action, reason, tag, who(request).actor)
        return { items: [tagView(siteNow(), moved)], next: null }
      },
    )

  const travels = () => {
    const site = siteNow()
    return {
      items: reviewing.travels().map(t => {
        const at = site.routes.find(r => r.id === t.route)?.checkpoints.find(c => c.id === t.to)
        return {
          ...{ route: t.route, from: t.from, to: t.to, walks: t.walks, sec: t.sec, confirmed: t.confirmed },
          ...{ site: at?.minTravelSec ?? null, routeName: routeName(site, t.route) },
          ...{ fromName: pointNames(site, t.route, t.from).name, toName: pointNames(site, t.route, t.to).name },
        }
      }),
      next: null,
    }
  }
  app.get(
    '/api/v1/patrol-travel',
    {
      config,
      schema: {
        tags,
        summary:
          'How quickly people walk from point to point: the 5th percentile of honest walks of 60 days (null: fewer than 20), and what a supervisor has confirmed',
        response: { 200: patrolTravels },
      },
    },
    async () => travels(),
  )
  app.post(
    '/api/v1/patrol-travel/confirm',
    {
      config,
      schema: {
        tags,
        summary: 'Takes a learned time as the least between two points; `sec` is what was shown',
        body: patrolTravelConfirm,
        response: { 200: patrolTravels },
      },
    },
    async request => {
      const { route, from, to, sec } = request.body
      reviewing.confirmTravel(route, from, to, sec, who(request).actor)
      return travels()
    },
  )
  app.post(
    '/api/v1/patrol-travel/forget',
    {
      config,
      schema: {
        tags,
        summary: 'Takes a confirmed time back: that of the site holds again',
        body: patrolTravelForget,
        response: { 200: patrolTravels },
      },
    },
    async request => {
      const { route, from, to, reason } = request.body
      reviewing.forgetTravel(route, from, to, reason, who(request).actor)
      return travels()
    },
  )
}
