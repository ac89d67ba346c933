import { z } from 'zod'
import { outageFacts } from '../../rules/incident.ts'
import { iso, isoOrNull } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import { noticeGroup, outageSent, page, sendOutage } from './contract.ts'
import { createOnce } from './create.ts'
import type { App, Deps } from './deps.ts'
import { incidentOf, runView } from './runbooks.ts'

const one = z.object({ id: z.string().max(64) })

/** Notices of an outage to customers [F38]: drafted by the runbook, read and confirmed by a person, sent by the channels. */
export function outageRoutes(app: App, deps: Deps) {
  const tags = ['runbooks']
  const known = (id: string) => deps.runs.get(id) ?? fail('not-found', { what: id })
  const sent = (id: string): z.infer<typeof outageSent>[] => {
    const lines = deps.trail.of('notice', id, 0, -1)
    return deps.trail
      .of('outage', id)
      .map(e => {
        const { group, kind, people } = e.data as { group: string; kind: 'interrupted' | 'restored'; people: number }
        const mine = lines.filter(l => l.data.of === e.seq)
        // Somebody reached by one channel of two is told.
        const told = new Set(mine.filter(l => l.action === 'told').flatMap(l => l.data.to as string[]))
        const notTold = mine
          .filter(l => l.action === 'not-told')
          .flatMap(l =>
            (l.data.to as string[]).map(name => ({ name, channel: String(l.data.channel), why: String(l.data.why) })),
          )
          .filter(l => !told.has(l.name))
        return { seq: e.seq, at: iso(e.time), by: e.actor, group, kind, people, told: told.size, notTold }
      })
      .reverse()
  }
  app.get(
    '/api/v1/notice-groups',
    {
      config: { access: 'runbook.read' },
      schema: { tags, summary: 'Whom notices of outages can go to', response: { 200: page(noticeGroup) } },
    },
    async () => ({
      items: deps.notify.view().config.groups.map(g => ({ id: g.id, name: g.name, people: g.people.length })),
      next: null,
    }),
  )
  app.get(
    '/api/v1/runs/:id/outage-notices',
    {
      config: { access: 'runbook.read' },
      schema: {
        tags,
        summary: 'The notices that were sent of this event, and who got them; newest first',
        params: one,
        response: { 200: page(outageSent) },
      },
    },
    async request => ({ items: sent(known(request.params.id).id), next: null }),
  )
  app.post(
    '/api/v1/runs/:id/outage-notices',
    {
      config: { access: 'runbook.end' },
      schema: {
        tags,
        summary:
          'Sends a notice to a group. Whoever asks has read it: what is sent are these words, nothing is filled in',
        params: one,
        body: sendOutage,
        response: { 201: outageSent },
      },
    },
    async (request, reply) => {
      const run = known(request.params.id)
      const { group, kind, words } = request.body
      if (!runView(deps, run).notices[kind]) return fail('outage-no-notice')
      const { since, expectedEnd, restoredAt, ...said } = outageFacts(incidentOf(deps, run).incident)
      const facts = {
        ...{ ...said, since: iso(since) },
        ...{ expectedEnd: isoOrNull(expectedEnd), restoredAt: kind === 'restored' ? isoOrNull(restoredAt) : null },
      }
      const notice = { run: run.id, no: run.no, what: run.book.notice ?? null, group, kind, words, facts }
      createOnce(deps, request, note => deps.notify.sendOutage(note, notice))
      return reply.code(201).send(sent(run.id)[0]!)
    },
  )
}
