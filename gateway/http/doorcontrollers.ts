import { z } from 'zod'
import { releaseProof } from '../../rules/access/release.ts'
import { isTest, stateOf } from '../../rules/alarm.ts'
import { iso, isoOrNull } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import type { DoorLink } from '../doorlink/link.ts'
import {
  type ControllerEnrolled,
  controllerEnrolled,
  type DoorControllerView,
  doorController,
  enrolDoorController,
  type FireReleaseView,
  fireRelease,
  type MusterView,
  moveReader,
  muster,
  page,
  readerMove,
  rearmDoors,
} from './contract.ts'
import { type App, type Deps, who } from './deps.ts'
import { nameOfDoor as doorName } from './outcomewords.ts'

type Shown = ReturnType<DoorLink['views']>[number]

export function doorControllerRoutes(app: App, deps: Deps) {
  const { people, credentials, accessRecords, doorsLate } = deps
  const tags = ['doors']

  const controllerView = (c: Shown): DoorControllerView => ({
    ...{ id: c.controller.id, name: c.controller.name, doors: [...c.controller.doors], account: c.account },
    ...{ online: c.online, heardAt: isoOrNull(c.heard), version: c.version, acked: c.acked },
    ...{ ackedAt: isoOrNull(c.ackedAt), expiresAt: isoOrNull(c.expires), clockSafe: c.clockSafe },
    ...{ tableHours: c.controller.tableHours, whenExpired: c.controller.whenExpired },
    behindSince: isoOrNull(c.behind?.since ?? null),
    notRevoked: (c.behind?.revoked ?? []).map(row => {
      const held = credentials.get(row.credential)
      const person = held && people.get(held.person)
      return { credential: row.credential, no: held?.no ?? '', person: person?.name ?? '', since: iso(row.at) }
    }),
    ...{ eventsMissing: c.events.missing, eventsLost: c.lost, needsGateway: [...c.needsGateway] },
    ...{ released: [...c.released], fireInput: c.fireInput },
    readers: c.readers.map(({ since, installLeftS, keyAt, asked, ...reader }) => ({
      ...{ ...reader, since: isoOrNull(since), keyAt: isoOrNull(keyAt) },
      installUntil: installLeftS === null ? null : iso(c.said + installLeftS * 1000),
      asked: asked && { what: asked.what, at: iso(asked.at) },
    })),
  })

  function releaseView(): FireReleaseView {
    const now = deps.clock.now()
    const doors = deps.access.doors().map(({ door, open }) => {
      const since = doorsLate.released?.(door.id) ?? null
      const unlocked = deps.access.state.bool(`${door.id}/unlocked`)
      const proof =
        since === null ? null : releaseProof(since, unlocked, doorsLate.link?.isReleased(door.id) ?? null, now)
      return {
        ...{ id: door.id, name: door.name, fireRelease: door.fireRelease, since: isoOrNull(since) },
        ...{ proof: proof?.proof ?? null, by: [...(proof?.by ?? [])], opened: since !== null && open === true },
      }
    })
    return { since: doors.flatMap(d => d.since ?? []).sort()[0] ?? null, doors }
  }

  function musterView(): MusterView {
    const site = deps.plant()?.site
    const nameOfDoor = (id: string | null) => (id === null ? null : doorName(deps, id))
    const company = (id: string | null) => (id === null ? null : (people.company(id)?.name ?? null))
    const there = accessRecords.inside().flatMap(p => {
      const person = people.get(p.person)
      if (!person) return []
      const { id, name, kind, phone } = person
      const about = { person: id, name, kind, phone, company: company(person.company) }
      return [
        { area: p.area, view: { ...about, lastDoor: nameOfDoor(p.door), at: isoOrNull(p.at === 0 ? null : p.at) } },
      ]
    })
    const duplicates = credentials.atGate().flatMap(c => {
      const person = people.get(c.person)
      return person ? [{ person: person.id, name: person.name, company: company(person.company), no: c.no }] : []
    })
    const lifts = new Set((site?.equipment ?? []).filter(e => /lift|elevator|escalator/.test(e.kind)).map(e => e.id))
    const calls = deps.alarms.open().flatMap(a => {
      const equipment = a.point.slice(0, a.point.indexOf('/'))
      const isCall = lifts.has(equipment) ? a.severity === 'life' : a.point.startsWith('gatehouse.help/')
      if (!isCall || stateOf(a) === 'NORM' || !a.active || isTest(a.id)) return []
      return [
        {
          id: a.id,
          name: a.place?.equipmentName ?? { 'zh-CN': equipment, en: equipment },
          text: a.text,
          at: isoOrNull(a.raisedAt),
        },
      ]
    })
    const areas = [...(site?.access.areas.values() ?? [])].flatMap(({ id, name }) => {
      const inside = there.filter(t => t.area === id).map(t => t.view)
      return inside.length > 0 ? [{ id, name, people: inside }] : []
    })
    const unknown = there.filter(t => t.area === null || !site?.access.areas.has(t.area)).map(t => t.view)
    const all = new Set([...there.map(t => t.view.person), ...duplicates.map(d => d.person)])
    const visitors = deps.visits
      .open()
      .filter(v => v.phase === 'inside')
      .map(v => ({
        ...{
          visit: v.id,
          no: v.no,
          name: v.name,
          company: v.company,
          phone: v.phone,
          host: v.host,
          at: isoOrNull(v.inAt),
        },
        // One of them may be on record, and counted where the doors have seen him.
        people: v.people - (v.person !== null && all.has(v.person) ? 1 : 0),
        space: v.space === null ? null : (site?.spaces.get(v.space)?.name ?? null),
      }))
    const guests = visitors.reduce((sum, v) => sum + v.people, 0)
    return { at: iso(deps.clock.now()), areas, unknown, duplicates, visitors, calls, people: all.size + guests }
  }

  app.get(
    '/api/v1/door-controllers',
    {
      config: { access: 'door.read' },
      schema: {
        tags,
        summary:
          'Controllers that decide while the gateway is away: what each has of its table, and what it still lacks',
        response: { 200: page(doorController) },
      },
    },
    async () => ({ items: (doorsLate.link?.views() ?? []).map(controllerView), next: null }),
  )
  app.post(
    '/api/v1/door-controllers/:id/enrol',
    {
      config: { access: 'broker-account.manage' },
      schema: {
        tags,
        summary: 'An account and keys for a controller, shown once. The ones before end at once.',
        params: z.object({ id: z.string().max(64) }),
        body: enrolDoorController.nullish(),
        response: { 201: controllerEnrolled },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const site = deps.plant()?.site
      if (!site?.access.controllers.some(c => c.id === id)) return fail('not-found', { what: id })
      const { actor } = who(request)
      const reason = request.body?.reason ?? ''
      const made: ControllerEnrolled = await deps.enrolDoorController(site.id, id, actor, reason)
      return reply.code(201).send(made)
    },
  )
  app.post(
    '/api/v1/door-controllers/:id/readers/:reader/:move',
    {
      config: { access: 'door-reader.manage' },
      schema: {
        tags,
        summary:
          'An order for an OSDP reader: install mode for some minutes, a new key, or to take it as it has become',
        params: z.object({ id: z.string().max(64), reader: z.string().max(64), move: readerMove }),
        body: moveReader,
        response: { 200: doorController },
      },
    },
    async request => {
      const { id, reader, move } = request.params
      const { reason, minutes } = request.body
      const { link } = doorsLate
      if (!link?.views().some(c => c.controller.id === id)) return fail('not-found', { what: id })
      const more = move === 'install' ? { minutes } : {}
      link.orderReader(id, reader, move, minutes, door =>
        deps.trail.change(who(request).actor, note =>
          note('door', door, `reader-${move}-asked`, { controller: id, reader, reason, ...more }),
        ),
      )
      return controllerView(link.views().find(c => c.controller.id === id)!)
    },
  )
  app.get(
    '/api/v1/fire-release',
    {
      config: { access: 'door.read' },
      schema: {
        tags,
        summary: 'Doors that a fire holds open, each with what proves it',
        response: { 200: fireRelease },
      },
    },
    async () => releaseView(),
  )
  app.post(
    '/api/v1/fire-release/rearm',
    {
      config: { access: 'linkage.confirm' },
      schema: {
        tags,
        summary:
          'Ends a release at controllers that no fire of the linkage stands behind: of their own wire, or of before a restart',
        body: rearmDoors,
        response: { 200: fireRelease },
      },
    },
    async request => {
      const { doors, reason } = request.body
      const held = doors.filter(door => (doorsLate.released?.(door) ?? null) !== null)
      if (held.length > 0) {
        deps.trail.change(who(request).actor, note => note('door', held[0]!, 'rearm-refused', { doors: held, reason }))
        return fail('mode-fire')
      }
      deps.trail.change(who(request).actor, note => {
        for (const door of doors) note('door', door, 'rearm', { reason })
      })
      doorsLate.link?.rearm(doors)
      return releaseView()
    },
  )
  app.get(
    '/api/v1/muster',
    {
      config: { access: 'pass.read' },
      schema: {
        tags,
        summary: 'Who is inside: by areas, by duplicates at the gate, by calls from lifts and homes',
        response: { 200: muster },
      },
    },
    async () => musterView(),
  )
}
