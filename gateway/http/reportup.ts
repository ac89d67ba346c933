import { z } from 'zod'
import { iso, isoOrNull } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import type { AfterReport } from '../records/afterreports.ts'
import {
  type AfterReportView,
  afterReport,
  page,
  paging,
  reportedUp,
  reportUp,
  upLevels,
  writeAfterReport,
} from './contract.ts'
import { type App, type Deps, who } from './deps.ts'

const one = z.object({ id: z.string().max(200) })

/** Reporting an alarm up the ladder by hand, and the reports that are owed when levels were skipped [M27, P-22]. */
export function reportUpRoutes(app: App, deps: Deps) {
  const tags = ['alarms']
  const view = ({ at, writtenAt, skipped, ...rest }: AfterReport): AfterReportView => ({
    ...{ ...rest, at: iso(at), writtenAt: isoOrNull(writtenAt), skipped: [...skipped] },
    alarmText: deps.alarms.get(rest.alarm)?.text ?? null,
  })
  app.get(
    '/api/v1/alarms/:id/report-up',
    {
      config: { access: 'alarm.read' },
      schema: { tags, summary: 'Whom it can be reported up to', params: one, response: { 200: upLevels } },
    },
    async request => ({
      levels: deps.notify.reportUp
        .levels(request.params.id)
        .map(l => ({ ...l, names: [...l.names], skips: l.skips && [...l.skips] })),
    }),
  )
  app.post(
    '/api/v1/alarms/:id/report-up',
    {
      config: { access: 'runbook.run' },
      schema: {
        tags,
        summary:
          'Tells a level of the ladder now. Step by step; of life and high alarms levels may be skipped, which leaves a report owed',
        params: one,
        body: reportUp,
        response: { 201: reportedUp },
      },
    },
    async (request, reply) => {
      const { level, reason } = request.body
      return reply.code(201).send(deps.notify.reportUp.up(request.params.id, level, reason, who(request).actor))
    },
  )
  app.get(
    '/api/v1/after-reports',
    {
      config: { access: 'alarm.read' },
      schema: {
        tags,
        summary: 'Reports that are owed because levels were skipped, newest first; all that ever were with `all`',
        querystring: z.object({ ...paging, all: z.stringbool().default(false) }),
        response: { 200: page(afterReport) },
      },
    },
    async request => {
      const { all, limit, cursor } = request.query
      const list = deps.afterReports.list(all ? 'all' : 'open', limit + 1, cursor)
      const slice = list.slice(0, limit)
      return { items: slice.map(view), next: list.length > limit ? slice.at(-1)!.id : null }
    },
  )
  app.post(
    '/api/v1/after-reports/:id',
    {
      config: { access: 'runbook.run' },
      schema: {
        tags,
        summary: 'Writes the report, once',
        params: one,
        body: writeAfterReport,
        response: { 200: afterReport },
      },
    },
    async request => {
      const { id } = request.params
      const { actor } = who(request)
      deps.trail.change(actor, note => deps.afterReports.write(note, id, request.body.words, actor, deps.clock.now()))
      return view(deps.afterReports.get(id) ?? fail('not-found', { what: id }))
    },
  )
}
