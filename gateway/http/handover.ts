import { z } from 'zod'
import { accountsOff, type Crew } from '../../rules/crew.ts'
import { fitOf, type Sheet } from '../../rules/handover.ts'
import { guardLeaves } from '../../rules/permit/relieve.ts'
import { iso } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import {
  type HandoverCrewView,
  type HandoverSheetView,
  handoverCard,
  handoverCrew,
  handoverFill,
  handoverRefuse,
  handoverSheet,
  handoverSign,
  page,
  paging,
} from './contract.ts'
import { type App, type Deps, who } from './deps.ts'
import { signers } from './handoversign.ts'
import { sheetView, shiftView } from './handoverview.ts'

/** Shifts handed over: the sheet of each crew, its two signatures, and the sheets of before. */
export function handoverRoutes(app: App, deps: Deps) {
  const tags = ['handovers']
  const read = { access: 'handover.read' as const }
  const keep = { access: 'handover.keep' as const }
  const one = z.object({ crew: z.string().max(64) })
  const signing = signers(deps)

  function crewView(id: string): HandoverCrewView {
    const { crew, sheet, duty, shift, filled } = deps.handover.state(id)
    return {
      ...{ id: crew.id, name: crew.name, people: crew.people.map(p => ({ ...p })) },
      duty: { byClock: duty.byClock, names: [...duty.names] },
      shift: shift && shiftView(crew, shift),
      signAt: crew.signAt,
      open: openFor(
        crew,
        sheet && filled ? accountsOff(crew, sheet.onDuty ?? filled.planned, fitOf(sheet.relief)) : [],
      ),
      sheet: sheet && filled && sheetView(deps, crew, sheet, { ...filled, asks: filled.open.remarks }),
    }
  }
  /** What the relief has to look at: work under permits that it sees, and tags that are offered to one of its people. */
  function openFor(crew: Crew, off: readonly string[]): HandoverCrewView['open'] {
    const site = deps.plant()?.site
    const sees = (what: string) => crew.sees === null || crew.sees.includes(what)
    const accounts = new Set(crew.people.flatMap(p => p.account?.toLowerCase() ?? []))
    const live = sees('permits') ? deps.permits.open().filter(p => p.phase === 'live') : []
    return {
      permits: live.map(({ id, no, kind, space, spot, guardian }) => ({
        ...{ id, no, kind, spot, guardian, spaceName: site?.spaces.get(space)?.name ?? null },
        guardianLeaves: guardLeaves({ guardian }, off),
      })),
      tags: deps.tags.open().flatMap(({ id, no, equipment, owner, reason, offer }) =>
        offer && accounts.has(offer.to.toLowerCase())
          ? [
              {
                ...{ id, no, equipment, owner, reason, to: offer.to },
                equipmentName: site?.equipment.find(e => e.id === equipment)?.name ?? null,
              },
            ]
          : [],
      ),
    }
  }
  /** As it was signed: whatever has happened since. */
  function past(sheet: Sheet): HandoverSheetView {
    const crew = deps.handover.crews().find(c => c.id === sheet.crew)
    const sections = sheet.cut?.content.sections ?? []
    const nothing = { asks: [], holds: [], dueAt: null, planned: [] }
    return sheetView(deps, crew, sheet, { sections, next: sheet.relieved, ...nothing })
  }
  app.get(
    '/api/v1/crews',
    {
      config: read,
      schema: {
        tags,
        summary: 'Crews that work in shifts: who is on duty, and the sheet that is being filled in',
        response: { 200: z.object({ items: z.array(handoverCrew) }) },
      },
    },
    async () => ({ items: deps.handover.crews().map(c => crewView(c.id)) }),
  )
  app.post(
    '/api/v1/crews/:crew/sheet',
    {
      config: keep,
      schema: {
        tags,
        summary: 'Fills in one part of the sheet: a check, a count, a reason, a note, or who has come to relieve',
        ...{ params: one, body: handoverFill, response: { 200: handoverCrew } },
      },
    },
    async request => {
      deps.handover.fill(request.params.crew, request.body, who(request).actor)
      return crewView(request.params.crew)
    },
  )
  for (const action of ['prepare', 'resume'] as const)
    app.post(
      `/api/v1/crews/:crew/${action}`,
      {
        config: keep,
        schema: {
          tags,
          summary: action === 'prepare' ? 'The sheet is ready to be handed over' : 'A refused sheet is taken up again',
          ...{ params: one, response: { 200: handoverCrew } },
        },
      },
      async request => {
        deps.handover[action](request.params.crew, who(request).actor)
        return crewView(request.params.crew)
      },
    )
  app.post(
    '/api/v1/crews/:crew/refuse',
    {
      config: keep,
      schema: {
        tags,
        summary: 'The handover is refused by one of the four cases; the outgoing crew stays on duty',
        ...{ params: one, body: handoverRefuse, response: { 200: handoverCrew } },
      },
    },
    async request => {
      const { code, words } = request.body
      deps.handover.refuse(request.params.crew, code, words, who(request).actor)
      return crewView(request.params.crew)
    },
  )
  for (const action of ['sign-out', 'sign-in'] as const)
    app.post(
      `/api/v1/crews/:crew/${action}`,
      {
        config: keep,
        schema: {
          tags,
          summary:
            action === 'sign-out'
              ? 'One of the outgoing crew signs by password, card or hand; the trail is cut here'
              : 'One of the relief signs the same, and is on duty from here on; permits he has not looked at are suspended',
          ...{ params: one, body: handoverSign, response: { 200: handoverCrew } },
        },
      },
      async request => {
        const { crew } = request.params
        const { actor, user } = who(request)
        const { by, signed, drop } = await signing.of(request.ip, crew, request.body, actor)
        const { permits, tags } = request.body
        try {
          if (action === 'sign-out') deps.handover.signOut(crew, by, user.name, signed)
          else deps.handover.signIn(crew, by, user.name, signed, { permits, tags })
        } catch (error) {
          drop()
          throw error
        }
        return crewView(crew)
      },
    )
  const cardView = (crew: string, door: string, until: number) => {
    const seen = signing.cardSeen(crew)
    return {
      ...{ door, until: iso(until), seen: seen && { name: seen.name, account: seen.account } },
      doorName: deps.plant()?.site.equipment.find(e => e.id === door)?.name ?? { 'zh-CN': door, en: door },
    }
  }
  app.post(
    '/api/v1/crews/:crew/card',
    {
      config: keep,
      schema: {
        tags,
        summary:
          'From now on, for a minute, a card at the crew’s reader is waited for; asked again it says whose was read',
        querystring: z.object({ again: z.stringbool().default(false) }),
        ...{ params: one, response: { 200: handoverCard } },
      },
    },
    async request => {
      const { crew } = request.params
      const { door, until } = (request.query.again && signing.waitingFor(crew)) || signing.waitForCard(crew)
      return cardView(crew, door, until)
    },
  )
  app.get(
    '/api/v1/handovers/:id/signatures/:which',
    {
      config: read,
      schema: {
        tags,
        summary: 'A signature as it was drawn',
        params: z.object({ id: z.string().max(64), which: z.enum(['out', 'in']) }),
      },
    },
    async (request, reply) => {
      const { id, which } = request.params
      const sheet = deps.handovers.get(id)
      const picture = (which === 'out' ? sheet?.signedOut : sheet?.signedIn)?.picture
      const bytes = picture ? deps.photos.read(picture, 'image/png') : null
      if (!bytes) return fail('not-found', { what: id })
      return reply.headers({ 'content-type': 'image/png', 'cache-control': 'private, max-age=31536000' }).send(bytes)
    },
  )
  app.get(
    '/api/v1/handovers',
    {
      config: read,
      schema: {
        tags,
        summary: 'Sheets that both have signed, newest first',
        querystring: z.object({ ...paging, crew: z.string().max(64).optional() }),
        response: { 200: page(handoverSheet) },
      },
    },
    async request => {
      const { limit, cursor, crew } = request.query
      const list = deps.handovers.list(crew ?? null, limit + 1, cursor)
      const slice = list.slice(0, limit)
      return { items: slice.map(past), next: list.length > limit ? slice.at(-1)!.id : null }
    },
  )
  app.get(
    '/api/v1/handovers/:id',
    {
      config: read,
      schema: {
        tags,
        summary: 'One sheet',
        params: z.object({ id: z.string().max(64) }),
        response: { 200: handoverSheet },
      },
    },
    async request => {
      const { id } = request.params
      const sheet = deps.handovers.get(id) ?? fail('not-found', { what: id })
      // One that is still being filled in is as its crew has it now.
      return (sheet.cut === null && open(sheet)) || past(sheet)
    },
  )
  const open = (sheet: Sheet) =>
    deps.handover.crews().some(c => c.id === sheet.crew) ? crewView(sheet.crew).sheet : null
}
