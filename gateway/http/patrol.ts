import { z } from 'zod'
import { addDays, dayOf } from '../../rules/calendar.ts'
import { challengeOf } from '../../rules/patrol/challenge.ts'
import { markOf } from '../../rules/patrol/mark.ts'
import { dayText } from '../../rules/patrol/plan.ts'
import { roundPhase } from '../../rules/patrol/review.ts'
import { LEAD_MS } from '../../rules/patrol/round.ts'
import { watchName, watchNo, watchOrigin } from '../../rules/patrol/watch.ts'
import { isPhone, mostTrust } from '../../rules/patrol/words.ts'
import { may } from '../../rules/permission.ts'
import { iso, isoOrNull } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import type { Scan, StoredRound } from '../records/patrol.ts'
import type { Site } from '../site/site.ts'
import {
  type PatrolRoundView,
  type PatrolVisitView,
  PHOTO_BYTES,
  patrolExcuse,
  patrolPhoto,
  patrolRoundDetail,
  patrolRounds,
  patrolSend,
  patrolTaken,
  patrolWalk,
} from './contract.ts'
import { type App, type Deps, who } from './deps.ts'
import { itemMeter } from './itemmeter.ts'
import { photoFile, photoFileTypes, takePhoto, withPhotoBodies } from './photofiles.ts'

const unnamed = (id: string) => ({ 'zh-CN': id, en: id })
export function routeName(site: Site, id: string) {
  const no = watchNo(id)
  return no === null ? (site.routes.find(r => r.id === id)?.name ?? unnamed(id)) : watchName(no)
}
/** A point of a route as it is shown; one that is no longer there by its id. */
export function pointNames(site: Site, route: string, checkpoint: string) {
  const own = watchNo(route) === null ? { route, checkpoint } : watchOrigin(checkpoint)
  const c = site.routes.find(r => r.id === own.route)?.checkpoints.find(one => one.id === own.checkpoint)
  // A zone without a point of its own is told by hand.
  const space = site.spaces.get(c?.space ?? (own.route === null ? own.checkpoint : ''))
  const kind = c?.kind ?? (own.route === null ? ('qr' as const) : ('nfc' as const))
  return {
    ...{ checkpoint, name: c?.name ?? space?.name ?? unnamed(checkpoint), kind, most: mostTrust(kind) },
    ...{ space: space?.id ?? null, spaceName: space?.name ?? null },
  }
}

/** Rounds, and what was read on them. */
export function patrolRoutes(app: App, deps: Deps) {
  const { patrol } = deps
  const { records } = patrol
  const tags = ['patrol']
  const read = { access: 'patrol.read' as const }
  const siteNow = (): Site => deps.plant()?.site ?? fail('not-found', { what: 'site' })
  function roundView(site: Site, round: StoredRound): PatrolRoundView {
    const done = new Map(records.pointsOf(round.id).map(p => [p.checkpoint, p]))
    const points = round.points.map(checkpoint => {
      const p = done.get(checkpoint)
      const scan = p?.scan == null ? undefined : records.scan(p.scan)
      return {
        ...{
          ...pointNames(site, round.route, checkpoint),
          verdicts: [...(p?.verdicts ?? [])],
          at: isoOrNull(p?.at ?? null),
        },
        ...{ person: scan?.person ?? p?.by ?? '', trust: scan?.trust ?? null, reason: p?.reason ?? '' },
        orders: scan?.failed.map(f => f.order) ?? [],
      }
    })
    const missed = points.filter(p => p.verdicts.includes('missed')).length
    return {
      ...{
        id: round.id,
        route: round.route,
        kind: round.kind,
        day: round.day,
        from: iso(round.from),
        to: iso(round.to),
      },
      routeName: routeName(site, round.route),
      ...{ over: iso(round.to + round.graceMs), state: patrol.stateOf(round, deps.clock.now()), due: points.length },
      ...{ phase: roundPhase(round), permit: watchNo(round.route) },
      ...{ done: points.filter(p => p.verdicts.length > 0).length - missed, missed, points },
    }
  }
  const visitView = (site: Site, s: Scan): PatrolVisitView => ({
    ...{
      id: s.id,
      device: s.device,
      n: s.n,
      checkpoint: s.checkpoint,
      person: s.person,
      method: s.method,
      trust: s.trust,
    },
    name: s.route === null || s.checkpoint === null ? null : pointNames(site, s.route, s.checkpoint).name,
    ...{ at: iso(s.at), deviceAt: iso(s.deviceAt), receivedAt: iso(s.receivedAt), offsetMs: s.offsetMs },
    ...{ verdicts: [...s.verdicts], flags: [...s.flags], ruleVersion: s.ruleVersion, note: s.note },
    ...{ items: [...s.items], failed: [...s.failed], photos: [...s.photos] },
  })
  /** By which a phone knows the tag that hangs there now. */
  function markAt(route: string, c: Site['routes'][number]['checkpoints'][number]): string | null {
    // A zone without a point has nothing to read.
    if (watchNo(route) !== null && watchOrigin(c.id).route === null) return null
    const tag = 'tag' in c ? patrol.tagAt(c.tag) : null
    return tag === null ? null : markOf(tag)
  }
  /** Printed codes of which a photo is asked in this round. */
  function challengesOf(round: StoredRound) {
    const kinds = round.points.map(id => [id, pointNames(siteNow(), round.route, id).kind] as const)
    return Object.fromEntries(
      kinds.flatMap(([id, kind]) => {
        const asked = kind === 'qr' ? challengeOf(patrol.seed, round.id, id) : null
        return asked === null ? [] : [[id, asked]]
      }),
    )
  }
  /** Whoever walks must not know beforehand when a round of chance will be. */
  const shown = (round: StoredRound, seesAll: boolean): boolean =>
    round.kind !== 'random' || seesAll || round.from - LEAD_MS <= deps.clock.now()

  app.get(
    '/api/v1/patrol-rounds',
    {
      config: read,
      schema: {
        tags,
        summary:
          'Rounds of a day, by the day on which their hours began; of today also those of the night before that are not over. Rounds of chance are shown to supervisors alone before they are due.',
        querystring: z.object({ day: z.iso.date().optional() }),
        response: { 200: patrolRounds },
      },
    },
    async request => {
      const site = siteNow()
      const now = deps.clock.now()
      const today = dayOf(now, site.timezone)
      const day = request.query.day ?? dayText(today)
      const night = day === dayText(today) ? records.ofDay(dayText(addDays(today, -1))) : []
      const seesAll = may(who(request).actor.role, 'patrol.review')
      const items = [...night.filter(r => r.to + r.graceMs >= now), ...records.ofDay(day)]
        .filter(r => shown(r, seesAll))
        .map(r => roundView(site, r))
      return { day, items, next: null }
    },
  )
  const one = z.object({ id: z.string().max(200) })
  const found = (id: string, seesAll: boolean): StoredRound => {
    const round = records.one(id)
    return shown(round, seesAll) ? round : fail('not-found', { what: id })
  }
  app.get(
    '/api/v1/patrol-rounds/:id',
    {
      config: read,
      schema: {
        tags,
        summary: 'One round with all that was read on it',
        params: one,
        response: { 200: patrolRoundDetail },
      },
    },
    async request => {
      const site = siteNow()
      const round = found(request.params.id, may(who(request).actor.role, 'patrol.review'))
      const visits = records.ofRound(round.id).map(s => visitView(site, s))
      return { round: roundView(site, round), visits }
    },
  )
  app.post(
    '/api/v1/patrol-rounds/:id/excuse',
    {
      config: { access: 'patrol.review' },
      schema: {
        tags,
        summary: 'Says why nobody came to a point. What was recorded stays as it is.',
        params: one,
        body: patrolExcuse,
        response: { 200: patrolRoundDetail },
      },
    },
    async request => {
      const { checkpoint, reason } = request.body
      const round = records.one(request.params.id)
      patrol.excuse(round.id, checkpoint, reason, who(request).actor)
      const site = siteNow()
      return { round: roundView(site, round), visits: records.ofRound(round.id).map(s => visitView(site, s)) }
    },
  )
  app.get(
    '/api/v1/patrol-walk',
    {
      config: { access: 'patrol.walk' },
      schema: {
        tags,
        summary:
          'What a phone needs for whole rounds without a network: routes of the own role, and rounds until tomorrow',
        response: { 200: patrolWalk },
      },
    },
    async request => {
      const site = siteNow()
      const { role } = who(request).actor
      const now = deps.clock.now()
      const get = deps.plant()?.latest.get
      const routes = [...patrol.watched(site), ...site.routes].filter(r => role === 'admin' || r.by.includes(role))
      const rounds = records
        .near(now, 16 * 3_600_000, 3_600_000)
        .filter(r => routes.some(route => route.id === r.route) && shown(r, false))
      return {
        now: iso(now),
        routes: routes.map(r => ({
          ...{ id: r.id, name: r.name, ordered: r.ordered },
          points: r.checkpoints.map(c => {
            const { name, spaceName } = pointNames(site, r.id, c.id)
            return {
              ...{ id: c.id, name, spaceName, kind: c.kind, photo: c.photo === true },
              ...{ mark: markAt(r.id, c), permit: patrol.permitHere(c.space, now) },
              items: c.items.map(i => {
                const meter = get && itemMeter(site, get, i.equipment)
                return { id: i.id, text: i.text, flame: i.flame === true, ...(meter && { meter }) }
              }),
            }
          }),
        })),
        rounds: rounds.map(r => ({
          ...{ id: r.id, route: r.route, from: iso(r.from), to: iso(r.to), over: iso(r.to + r.graceMs) },
          done: records.pointsOf(r.id).flatMap(p => (p.verdicts.includes('missed') ? [] : [p.checkpoint])),
          photos: challengesOf(r),
        })),
      }
    },
  )
  app.post(
    '/api/v1/patrol-scans',
    {
      config: { access: 'patrol.walk' },
      schema: {
        tags,
        summary:
          'What a phone or a stick has read, one record or many, with the clock of the device as it is now. Sent again it changes nothing; late is never refused.',
        body: patrolSend,
        response: { 200: patrolTaken },
      },
    },
    async request => {
      const { device, batch, clock, sig, records: sent } = request.body
      const known = siteNow().patrol
      const signed = sig !== undefined && patrol.isSigned(request.body, sig)
      if (sig !== undefined && !signed) {
        patrol.forged(device, who(request).actor)
        fail('patrol-signature', { device })
      }
      if (!signed && !isPhone(device) && known.unsigned === 'refuse') fail('patrol-unsigned', { device })
      const list = sent.map(r => ({ ...r, at: Date.parse(r.at) }))
      const site = siteNow()
      const taken = patrol.take({ device, batch, clock: Date.parse(clock), records: list, signed }, who(request).actor)
      return { items: taken.map(({ scan, ...t }) => ({ ...t, visit: visitView(site, scan) })), next: null }
    },
  )
  withPhotoBodies(app, scope =>
    scope.post(
      '/api/v1/patrol-photos',
      {
        config: { access: 'patrol.walk' },
        bodyLimit: PHOTO_BYTES,
        schema: {
          tags,
          summary:
            'A photo as the body, before the record that names it: image/jpeg, image/png or image/webp, at most 1 MB',
          response: { 200: patrolPhoto },
        },
      },
      async request => {
        const { actor } = who(request)
        return takePhoto(deps, actor, request.body, (note, photo) => {
          note('patrol', actor.name, 'photo', { photo })
          return { photo }
        })
      },
    ),
  )
  app.get(
    '/api/v1/patrol-photos/:file',
    {
      config: read,
      schema: { tags, summary: 'A photo that a record names', params: z.object({ file: z.string().regex(photoFile) }) },
    },
    async (request, reply) => {
      const { file } = request.params
      const [hash, ending] = file.split('.') as [string, keyof typeof photoFileTypes]
      const bytes = records.hasPhoto(file) ? deps.photos.read(hash, photoFileTypes[ending]) : null
      if (!bytes) return fail('not-found', { what: hash.slice(0, 12) })
      return reply
        .headers({ 'content-type': photoFileTypes[ending], 'cache-control': 'private, max-age=31536000' })
        .send(bytes)
    },
  )
}
