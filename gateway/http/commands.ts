import { ulid } from 'ulid'
import { z } from 'zod'
import type { PointId } from '../../drivers/point.ts'
import type { Command } from '../../rules/command.ts'
import { iso, isoOrNull } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import { actionsOf } from '../records/commands.ts'
import { type CommandView, command, newCommand, page, paging } from './contract.ts'
import { createOnce } from './create.ts'
import { type App, type Deps, who } from './deps.ts'

const one = z.object({ id: z.string().max(64) })

export const commandView = (c: Command): CommandView => ({
  id: c.id,
  point: c.point,
  value: c.value,
  was: c.was,
  reason: c.reason,
  phase: c.phase,
  why: c.why,
  text: c.text,
  requestedBy: c.requestedBy,
  requestedAt: iso(c.requestedAt),
  secondBy: c.secondBy,
  secondAt: isoOrNull(c.secondAt),
  sentAt: isoOrNull(c.sentAt),
  endedAt: isoOrNull(c.endedAt),
  read: c.read,
})

export function commandRoutes(app: App, deps: Deps) {
  const tags = ['commands']
  const read = { access: 'command.read' as const }
  const request = { access: 'command.request' as const }
  const known = (id: string) => deps.commands.get(id) ?? fail('not-found', { what: id })

  app.get(
    '/api/v1/commands',
    {
      config: read,
      schema: {
        tags,
        summary: 'Commands, newest first; those of one equipment with `equipment`',
        querystring: z.object({ ...paging, equipment: z.string().max(64).optional() }),
        response: { 200: page(command) },
      },
    },
    async ({ query: { equipment, limit, cursor } }) => {
      const list = deps.commands.list(equipment, limit + 1, cursor)
      const slice = list.slice(0, limit)
      return { items: slice.map(commandView), next: list.length > limit ? slice.at(-1)!.id : null }
    },
  )
  app.get(
    '/api/v1/commands/:id',
    { config: read, schema: { tags, summary: 'One command', params: one, response: { 200: command } } },
    async ({ params: { id } }) => commandView(known(id)),
  )
  app.post(
    '/api/v1/commands',
    {
      config: request,
      schema: {
        tags,
        summary:
          'Asks for a value to be written. The answer says `sent`, `awaiting` or `refused`; that it was done is said by a later `confirmed`, never here.',
        body: newCommand,
        response: { 201: command },
      },
    },
    async (req, reply) => {
      const { point, value, reason } = req.body
      const { actor } = who(req)
      const live = deps.plant()?.commands ?? fail('command-none', { point })
      let fresh: Command | undefined
      const made = createOnce(deps, req, (note, now) => {
        fresh = live.request(ulid(now), point as PointId, value, reason, actor)
        deps.commands.put(note, fresh, actionsOf(null, fresh))
        return commandView(fresh)
      })
      // On the disk by now; a repeated key gets the first answer and sends nothing.
      if (fresh) live.go(fresh)
      return reply.code(201).send(made)
    },
  )
  for (const word of ['confirm', 'refuse'] as const)
    app.post(
      `/api/v1/commands/:id/${word}`,
      {
        config: request,
        schema: {
          tags,
          summary:
            word === 'confirm'
              ? 'The second person agrees: it is sent. Not for the person who asked.'
              : 'The second person refuses it, or the person who asked withdraws it.',
          params: one,
          response: { 200: command },
        },
      },
      async req => {
        const { id } = req.params as { id: string }
        const { actor } = who(req)
        const had = known(id)
        const live = deps.plant()?.commands ?? fail('command-none', { point: had.point })
        const next = deps.trail.change(actor, note => {
          const changed = live.second(had, word, actor)
          deps.commands.put(note, changed, actionsOf(had, changed))
          return changed
        })
        live.go(next)
        return commandView(next)
      },
    )
}
