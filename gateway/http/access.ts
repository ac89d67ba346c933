import { z } from 'zod'
import type { Decision } from '../../rules/access/decide.ts'
import type { Layer } from '../../rules/access/doormode.ts'
import { iso, isoOrNull } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import { searched } from './accesslog.ts'
import {
  type AccessDoorView,
  type AccessView,
  accessDoor,
  accessEvent,
  accessView,
  explanation,
  forgive,
  holderList,
  page,
  paging,
  person,
  reading,
  readingAnswer,
  searching,
  setDoorMode,
  time,
  withReason,
} from './contract.ts'
import { type App, type Deps, who } from './deps.ts'
import { outcomeText } from './outcomewords.ts'

const one = z.object({ id: z.string().max(64) })
const at = z.object({ door: z.string().max(64), at: time.optional() })

const decided = (deps: Deps, d: Pick<Decision, 'outcome' | 'facts' | 'rule' | 'looks' | 'policyVersion'>) => ({
  ...{ outcome: d.outcome, rule: d.rule, policyVersion: d.policyVersion, text: outcomeText(deps, d) },
  looks: d.looks.map(l => ({ ...l })),
})

export function accessRoutes(app: App, deps: Deps) {
  const { access, people, accessRecords } = deps
  const tags = ['doors']
  const read = { access: 'door.read' as const }
  const moment = (text: string | undefined) => (text === undefined ? deps.clock.now() : Date.parse(text))

  const layerView = (l: Layer & { readonly id?: string }) => ({
    ...{ id: l.id ?? null, mode: l.mode, level: l.level, by: l.by, reason: l.reason },
    ...{ since: iso(l.since), until: isoOrNull(l.until) },
  })
  function doorView({ door, mode, layers, watch, open }: ReturnType<typeof access.doors>[number]): AccessDoorView {
    return {
      ...{ id: door.id, name: door.name, space: door.space, area: door.area, from: door.from, class: door.class },
      ...{ groups: [...door.groups], escort: door.escort, twoPersons: [...(door.twoPersons?.roles ?? [])] },
      mode: layerView(mode),
      layers: layers.map(layerView),
      open,
      position: watch.phase,
      ownTable: deps.plant()?.points.has(`${door.id}/event`) ?? false,
    }
  }
  function view(): AccessView {
    const site = deps.plant()?.site.access
    const inside = accessRecords.inside()
    return {
      items: access.doors().map(doorView),
      next: null,
      policyVersion: site ? `${site.version}.${accessRecords.state('version') ?? 0}` : null,
      clockSafe: access.clock().safe,
      levels: [...(site?.levels.values() ?? [])].map(({ id, name }) => ({ id, name })),
      gates: [...(site?.gates.values() ?? [])].map(({ id, name }) => ({ id, name })),
      areas: [...(site?.areas.values() ?? [])].map(({ id, name, capacity }) => ({
        ...{ id, name, capacity },
        inside: inside.filter(p => p.area === id).length,
      })),
      unknown: inside.filter(p => p.area === null).length,
    }
  }
  const doorNow = (id: string) => {
    const found = access.doors().find(d => d.door.id === id)
    return found ? doorView(found) : fail('not-found', { what: id })
  }

  app.get(
    '/api/v1/doors',
    {
      config: read,
      schema: {
        tags,
        summary: 'Doors that are decided at: the mode that counts, and all that lie beneath it',
        response: { 200: accessView },
      },
    },
    async () => view(),
  )
  app.post(
    '/api/v1/doors/:id/modes',
    {
      config: { access: 'door.mode' },
      schema: {
        tags,
        summary:
          'Lockdown, lock-out, maintenance or unlocked, for the decisions of this gateway. Each ends by itself; none touches the way out.',
        params: one,
        body: setDoorMode,
        response: { 201: accessDoor },
      },
    },
    async (request, reply) => {
      const { mode, minutes, level, reason } = request.body
      access.setMode(request.params.id, mode, minutes ?? null, level ?? null, reason, who(request).actor)
      return reply.code(201).send(doorNow(request.params.id))
    },
  )
  app.post(
    '/api/v1/doors/:id/modes/:layer/end',
    {
      config: { access: 'door.mode' },
      schema: {
        tags,
        summary: 'Ends what a person has set; what it covered comes back',
        params: z.object({ id: z.string().max(64), layer: z.string().max(64) }),
        body: withReason,
        response: { 200: accessDoor },
      },
    },
    async request => {
      access.endMode(request.params.id, request.params.layer, request.body.reason, who(request).actor)
      return doorNow(request.params.id)
    },
  )
  app.post(
    '/api/v1/access-readings',
    {
      config: { access: 'door.ask' },
      schema: {
        tags,
        summary: 'A reader, a gate or a guard asks: may whoever shows this pass? Decided, recorded, then answered.',
        body: reading,
        response: { 200: readingAnswer },
      },
    },
    async request => {
      const { door, direction, ...shown } = request.body
      const { decision, event, person: holder } = await access.read(door, direction, shown, who(request).actor)
      return {
        ...decided(deps, decision),
        ...{ unlock: decision.unlock, event },
        // Under duress nobody on the spot may see it.
        ...(decision.outcome === 'granted-duress' && decided(deps, { ...decision, outcome: 'granted', looks: [] })),
        person: holder && { id: holder.id, name: holder.name, kind: holder.kind },
      }
    },
  )
  app.get(
    '/api/v1/access-events',
    {
      config: { access: 'pass.read' },
      schema: {
        tags,
        summary: 'What happened at doors, newest first; each refusal with the rule that gave it',
        querystring: z.object({
          ...paging,
          ...searching,
          refused: z.stringbool().default(false),
        }),
        response: { 200: page(accessEvent) },
      },
    },
    async request => {
      const { limit, cursor, ...filter } = request.query
      const before = cursor === undefined ? undefined : Number(cursor)
      const list = deps.accessLog.search(searched(filter), limit + 1, Number.isSafeInteger(before) ? before : undefined)
      const slice = list.slice(0, limit)
      const items = slice.map(e => ({
        ...decided(deps, { ...e, rule: e.rule as Decision['rule'] }),
        ...{ seq: e.seq, at: iso(e.at), door: e.door, direction: e.direction, person: e.person, mode: e.mode },
        ...{ credential: e.credential, entered: e.entered },
        personName: e.person === null ? null : (people.get(e.person)?.name ?? null),
      }))
      return { items, next: list.length > limit ? String(slice.at(-1)!.seq) : null }
    },
  )
  app.get(
    '/api/v1/people/:id/access',
    {
      config: { access: 'pass.read' },
      schema: {
        tags,
        summary:
          'Whether somebody could come in at a door at some time, and which rule says so, for each of his credentials',
        params: one,
        querystring: at,
        response: { 200: explanation },
      },
    },
    async request => ({
      items: access
        .explain(request.params.id, request.query.door, moment(request.query.at))
        .map(({ credential: c, decision }) => ({
          ...decided(deps, decision),
          credential: c.id,
          no: c.no,
          class: c.class,
        })),
      next: null,
    }),
  )
  app.get(
    '/api/v1/doors/:id/holders',
    {
      config: { access: 'pass.read' },
      schema: {
        tags,
        summary: 'Who could open a door at some time, by his right',
        params: one,
        querystring: z.object({ at: time.optional() }),
        response: { 200: holderList },
      },
    },
    async request => {
      const { mode, found } = access.holders(request.params.id, moment(request.query.at))
      const items = found.map(({ person: p, credential: c, decision }) => ({
        ...decided(deps, decision),
        ...{ person: p.id, personName: p.name, kind: p.kind, no: c.no },
      }))
      return { mode: mode.mode, items, next: null }
    },
  )
  app.post(
    '/api/v1/people/:id/forgive',
    {
      config: { access: 'door.mode' },
      schema: {
        tags,
        summary: 'By the records he is where he is not: passback does not count for a while',
        params: one,
        body: forgive,
        response: { 200: person.pick({ id: true, area: true }) },
      },
    },
    async request => {
      const { id, account } = people.one(request.params.id)
      const { actor } = who(request)
      if (account?.toLowerCase() === actor.name.toLowerCase()) fail('grant-self')
      const until = deps.clock.now() + request.body.minutes * 60_000
      deps.trail.change(actor, note => accessRecords.forgive(note, id, until, request.body.reason))
      return { id, area: accessRecords.where(id).area }
    },
  )
  app.post(
    '/api/v1/access-clock/confirm',
    {
      config: { access: 'pass.identity' },
      schema: {
        tags,
        summary: 'A person says that the clock is right: temporary passes count again',
        body: withReason,
        response: { 200: z.object({ safe: z.boolean() }) },
      },
    },
    async request => {
      access.confirmClock(who(request).actor, request.body.reason)
      return { safe: access.clock().safe }
    },
  )
}
