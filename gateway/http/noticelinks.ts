import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { isoOrNull } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import { acknowledge } from './alarms.ts'
import { noticeLink } from './contract.ts'
import type { App, Deps } from './deps.ts'
import { createLimit } from './limit.ts'

const MINUTE = 60_000
/** How the trail names whoever acknowledges by the link of a notice, without signing in. */
const ROLE = 'notice-link'

/**
 * The page behind the link in a notice. Looking changes nothing: mail scanners open links. Only the button acknowledges, for
 * the person whom the link was made for, and only the occurrence that it was sent for.
 */
export function noticeLinkRoutes(app: App, deps: Deps) {
  const tags = ['notify']
  const config = { access: 'open' as const }
  const looks = createLimit(deps.clock.now, 60, 10 * MINUTE)
  const params = z.object({ token: z.string().min(3).max(100) })

  function read(request: FastifyRequest) {
    // Wrong tokens count as well: that is what guessing looks like.
    looks.check(request.ip)
    looks.count(request.ip)
    const { token } = request.params as { token: string }
    const found = deps.notify.readLink(token) ?? fail('not-found', { what: '' })
    const alarm = deps.alarms.get(found.entry.id) ?? fail('not-found', { what: '' })
    return { ...found, alarm, superseded: alarm.count !== found.entry.data.count }
  }
  function view({ alarm, person, expired, superseded }: ReturnType<typeof read>): z.infer<typeof noticeLink> {
    const site = deps.plant()?.site
    const state = superseded ? 'superseded' : alarm.acked ? 'acknowledged' : expired ? 'expired' : 'open'
    return {
      state,
      person: person.name,
      site: site?.name ?? { 'zh-CN': '', en: '' },
      text: alarm.text,
      severity: alarm.severity,
      ...alarm.place,
      raisedAt: isoOrNull(alarm.raisedAt),
      active: alarm.active,
      ackedBy: alarm.acked ? alarm.ackedBy : null,
      ackedAt: alarm.acked ? isoOrNull(alarm.ackedAt) : null,
      timezone: site?.timezone ?? 'UTC',
    }
  }
  app.get(
    '/api/v1/notice-links/:token',
    { config, schema: { tags, summary: 'What the link of a notice is about', params, response: { 200: noticeLink } } },
    async request => view(read(request)),
  )
  app.post(
    '/api/v1/notice-links/:token/acknowledge',
    {
      config,
      schema: {
        tags,
        summary: 'The person whom the link was made for has seen the alarm. Again does no harm.',
        params,
        response: { 200: noticeLink },
      },
    },
    async request => {
      const found = read(request)
      if (found.superseded) return fail('link-superseded')
      if (!found.alarm.acked) {
        if (found.expired) return fail('link-expired')
        acknowledge(deps, found.alarm, { name: found.person.name, role: ROLE })
      }
      return view({ ...found, alarm: deps.alarms.get(found.alarm.id)! })
    },
  )
}
