import { z } from 'zod'
import { activeTime } from '../../rules/activetime.ts'
import { isoOrNull } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import { alarmTimes, downtimeEnd, newDowntime, newRisk, withdrawal, workorder } from './contract.ts'
import { createOnce } from './create.ts'
import { type App, type Deps, who } from './deps.ts'
import { workorderView } from './views.ts'

const one = z.object({ id: z.string().max(64) })
const line = one.extend({ line: z.string().max(140) })
/** Lines of one alarm that are looked at. */
const LINES = 5000
/** An alarm is raised before its order is opened. */
const BEFORE_MS = 60_000

/** When the equipment of an order stood, and what is dangerous about the work. */
export function orderNoteRoutes(app: App, deps: Deps) {
  const tags = ['work orders']
  const config = { access: 'workorder.work' as const }
  const known = (id: string) => deps.workorders.get(id) ?? fail('not-found', { what: id })
  const answers = { 200: workorder }
  const now = () => deps.clock.now()

  app.post(
    '/api/v1/workorders/:id/downtimes',
    {
      config,
      schema: {
        tags,
        summary: 'Its equipment stood from then to then, as a person says; what the plant says itself is there already',
        params: one,
        body: newDowntime,
        response: answers,
      },
    },
    async request => {
      const { id } = known(request.params.id)
      const { from, to, reason } = request.body
      const by = who(request).actor.name
      const asked = { from: Date.parse(from), to: to === undefined ? null : Date.parse(to), reason, by }
      createOnce(deps, request, note => ({ id: deps.orderNotes.stood(note, id, asked, now()).id }))
      return workorderView(deps, known(id))
    },
  )
  app.post(
    '/api/v1/workorders/:id/downtimes/:line/end',
    {
      config,
      schema: { tags, summary: 'It ran again then', params: line, body: downtimeEnd, response: answers },
    },
    async request => {
      const { id, line: of } = request.params
      const to = Date.parse(request.body.to)
      return workorderView(
        deps,
        deps.trail.change(who(request).actor, note => deps.orderNotes.runsAgain(note, known(id).id, of, to, now())),
      )
    },
  )
  app.post(
    '/api/v1/workorders/:id/downtimes/:line/withdraw',
    {
      config,
      schema: {
        tags,
        summary: 'It does not count, for a reason: on stand-by, or switched off for another one',
        params: line,
        body: withdrawal,
        response: answers,
      },
    },
    async request => {
      const { id, line: of } = request.params
      const { reason } = request.body
      return workorderView(
        deps,
        deps.trail.change(who(request).actor, note => deps.orderNotes.notDown(note, known(id).id, of, reason, now())),
      )
    },
  )
  app.post(
    '/api/v1/workorders/:id/risks',
    {
      config,
      schema: {
        tags,
        summary: 'What may happen at a step of the work, and what is done against it',
        params: one,
        body: newRisk,
        response: answers,
      },
    },
    async request => {
      const { id } = known(request.params.id)
      const by = who(request).actor.name
      createOnce(deps, request, note => ({ id: deps.orderNotes.addRisk(note, id, request.body, by, now()).id }))
      return workorderView(deps, known(id))
    },
  )
  for (const action of ['confirm', 'withdraw'] as const)
    app.post(
      `/api/v1/workorders/:id/risks/:line/${action}`,
      {
        config,
        schema: {
          tags,
          summary:
            action === 'confirm'
              ? 'The measure against it is in place, as somebody on the spot says'
              : 'It was written down wrongly; what a plan says is dangerous stays',
          params: line,
          body: z.strictObject({}),
          response: answers,
        },
      },
      async request => {
        const { id, line: of } = request.params
        const { actor } = who(request)
        return workorderView(
          deps,
          deps.trail.change(actor, note =>
            action === 'confirm'
              ? deps.orderNotes.confirmRisk(note, known(id).id, of, actor.name, now())
              : deps.orderNotes.withdrawRisk(note, known(id).id, of, now()),
          ),
        )
      },
    )
  app.get(
    '/api/v1/workorders/:id/alarm-times',
    {
      config: { access: 'workorder.read' },
      schema: {
        tags,
        summary: 'How often and how long its alarms stood, from its opening to its closing',
        params: one,
        response: { 200: alarmTimes },
      },
    },
    async request => {
      const order = known(request.params.id)
      const to = order.closedAt ?? now()
      const alarms = deps.workorders.alarmsOf(order.id)
      const since = deps.trail.seqAt(order.openedAt - BEFORE_MS) - 1
      const lines = alarms
        .flatMap(id => deps.trail.of('alarm', id, since, LINES))
        .filter(e => e.time <= to)
        .map(({ time, id, action }) => ({ at: time, alarm: id, action }))
        .sort((a, b) => a.at - b.at)
      const standing = new Set(order.closedAt === null ? alarms.filter(id => deps.alarms.get(id)?.active) : [])
      const { first, last, ...rest } = activeTime(lines, standing, to)
      return { ...rest, first: isoOrNull(first), last: isoOrNull(last) }
    },
  )
}
