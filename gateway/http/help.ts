import { z } from 'zod'
import { alarmId } from '../../rules/alarm.ts'
import { HELP, helpRule, spaceOfRoom } from '../../rules/help.ts'
import { iso, isoOrNull } from '../core/clock.ts'
import type { HelpCall } from '../records/helpcalls.ts'
import type { Note } from '../records/trail.ts'
import type { Site } from '../site/site.ts'
import { endHelpCall, type HelpCallView, helpCall, newHelpCall, page, paging } from './contract.ts'
import { createOnce } from './create.ts'
import { type App, type Deps, who } from './deps.ts'
import { knownPlace } from './reports.ts'
import { placeAt } from './views.ts'

/** Emergency help by telephone [requirements M53]: a call is an alarm that concerns lives, and answers what is known of the unit. */
export function helpRoutes(app: App, deps: Deps) {
  const tags = ['help calls']
  const config = { access: 'help.call' as const }
  const one = z.object({ id: z.string().max(64) })
  const answers = { 200: helpCall }
  const view = (call: HelpCall): HelpCallView => {
    const { point, endedAt, at, space, ...facts } = call
    const site = deps.plant()?.site
    const alarm = alarmId(helpRule.id, point)
    // Of this call, not of one from the same room the year before.
    const of = deps.alarms.get(alarm) && deps.workorders.openOf(alarm)
    return {
      ...facts,
      caller: { ...call.caller },
      alarm,
      workorder: of && endedAt === null ? { id: of.id, no: of.no } : null,
      at: iso(at),
      endedAt: isoOrNull(endedAt),
      unit: site && space !== null ? unitOf(site, space, call) : null,
    }
  }

  app.post(
    '/api/v1/help-calls',
    {
      config,
      schema: {
        tags,
        summary: 'Somebody calls for help: an alarm of that unit, with its order; answers what is known of the unit',
        body: newHelpCall,
        response: { 201: helpCall },
      },
    },
    async (request, reply) => {
      const { space, ...asked } = request.body
      knownPlace(deps, space, undefined)
      const spaces = deps.plant()?.site.spaces.values() ?? []
      const where = space ?? spaceOfRoom(asked.room, spaces)
      const by = who(request).actor.name
      const { id } = createOnce(deps, request, (note, now) => {
        const call = deps.helpCalls.create(note, { ...asked, space: where, by }, now)
        again(note, call, now)
        return { id: call.id }
      })
      deps.plant()?.help.look()
      return reply.code(201).send(view(deps.helpCalls.get(id)))
    },
  )
  /** The alarm of that place is there already: a second call raises none, so it is counted on the order. */
  function again(note: Note, { point, space }: HelpCall, now: number) {
    const alarm = alarmId(helpRule.id, point)
    const stored = deps.alarms.get(alarm)
    if (!stored?.active) return
    const { text, severity } = stored
    deps.workorders.openFor(note, { alarm, text, class: 'life', severity, equipment: HELP, space }, now)
  }

  app.get(
    '/api/v1/help-calls',
    {
      config,
      schema: {
        tags,
        summary: 'Calls for help, newest first; with `open` those that have not ended',
        querystring: z.object({ ...paging, open: z.stringbool().default(false) }),
        response: { 200: page(helpCall) },
      },
    },
    async request => {
      const { limit, cursor, open } = request.query
      if (open) return { items: deps.helpCalls.open().map(view), next: null }
      const list = deps.helpCalls.list(limit + 1, cursor)
      const slice = list.slice(0, limit)
      return { items: slice.map(view), next: list.length > limit ? slice.at(-1)!.id : null }
    },
  )
  app.get(
    '/api/v1/help-calls/:id',
    { config, schema: { tags, summary: 'One call for help', params: one, response: answers } },
    async request => view(deps.helpCalls.get(request.params.id)),
  )
  app.post(
    '/api/v1/help-calls/:id/end',
    {
      config,
      schema: {
        tags,
        summary: 'Says what became of it; then its alarm is normal again',
        params: one,
        body: endHelpCall,
        response: answers,
      },
    },
    async request => {
      const { actor } = who(request)
      const { id } = request.params
      const call = deps.trail.change(actor, note =>
        deps.helpCalls.end(note, id, actor.name, request.body.result, deps.clock.now()),
      )
      deps.plant()?.help.look()
      return view(call)
    },
  )
}

function unitOf(site: Site, id: string, call: HelpCall): HelpCallView['unit'] {
  const space = site.spaces.get(id)
  if (!space) return null
  const spaces = [...(placeAt(site, call.point)?.spaces ?? [])]
  const above = new Set(spaces.map(s => s.id))
  return {
    id,
    kind: space.kind,
    name: space.name,
    spaces,
    area: space.area ?? null,
    use: space.use ?? null,
    state: space.state ?? null,
    tenant: space.tenant ?? null,
    contacts: site.contacts
      .filter(c => (c.kind === 'occupant' && c.space === id) || (c.kind === 'duty' && above.has(c.space ?? '')))
      .map(({ kind, name, phone }) => ({ kind, name, phone })),
  }
}
