import { z } from 'zod'
import type { Crew, ShiftDay } from '../../rules/crew.ts'
import { planOf } from '../../rules/crew.ts'
import type { HandoverSection, Refusal, Sheet } from '../../rules/handover.ts'
import { may } from '../../rules/permission.ts'
import { iso, isoOrNull } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import {
  type HandoverCrewView,
  type HandoverSheetView,
  handoverCrew,
  handoverFill,
  handoverRefuse,
  handoverSheet,
  handoverSign,
  page,
  paging,
} from './contract.ts'
import { type App, type Deps, who } from './deps.ts'
import { createThrottle } from './throttle.ts'

const DAY_MIN = 1440
const clockOf = (wall: number): string => {
  const minute = wall % DAY_MIN
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
}
function shiftView(crew: Crew | undefined, served: ShiftDay): HandoverSheetView['served'] {
  const { shift: id, day, from, to } = served
  const plan = crew && planOf(crew, served)
  // A shift that the site has forgotten is still told of.
  const { name, least, who, lead, standIn } = plan ?? {
    ...{ name: { 'zh-CN': id, en: id }, least: 0, who: [], lead: null, standIn: null },
  }
  const date = new Date(day * DAY_MIN * 60_000).toISOString().slice(0, 10)
  return { id, name, day: date, from: clockOf(from), to: clockOf(to), least, who: [...who], lead, standIn }
}
interface Filled {
  readonly sections: readonly HandoverSection[]
  readonly next: ShiftDay | null
  readonly holds: readonly Refusal[]
  readonly asks: readonly string[]
  readonly dueAt: number | null
  readonly planned: readonly string[]
}

function sheetView(deps: Deps, crew: Crew | undefined, sheet: Sheet, filled: Filled): HandoverSheetView {
  const { cut } = sheet
  const to = cut?.seq ?? deps.trail.head()
  const named = <T extends { readonly id: string }>(list: readonly T[] | undefined, ids: readonly string[]) =>
    list ?? ids.map(id => ({ id, name: { 'zh-CN': id, en: id }, count: 0 }))
  return {
    ...{ id: sheet.id, no: sheet.no, crew: sheet.crew, phase: sheet.phase, since: iso(sheet.since) },
    crewName: crew?.name ?? { 'zh-CN': sheet.crew, en: sheet.crew },
    ...{ served: shiftView(crew, sheet.served), relieved: filled.next && shiftView(crew, filled.next) },
    dueAt: isoOrNull(filled.dueAt),
    outgoing: [...(cut?.content.outgoing ?? sheet.onDuty ?? filled.planned)],
    sections: filled.sections.map(({ id, name, lines }) => ({
      ...{ id, name },
      lines: lines.map(({ key, kind, text, link, since }) => {
        const said = sheet.remarks[key]
        const asks = filled.asks.includes(key)
        return {
          key,
          kind,
          text,
          link,
          since: isoOrNull(since),
          asks,
          remark: said ? { ...said, at: iso(said.at) } : null,
        }
      }),
    })),
    checks: named(crew?.checks, Object.keys(sheet.checks)).map(({ id, name }) => {
      const did = sheet.checks[id]
      return { id, name, by: did?.by ?? null, at: isoOrNull(did?.at ?? null) }
    }),
    counts: (crew?.counted ?? []).map(({ id, name, count }) => {
      const had = sheet.counts[id]
      return { id, name, count, n: had?.n ?? null, remark: had?.remark ?? '', by: had?.by ?? null }
    }),
    notes: sheet.notes.map(n => ({ ...n, at: iso(n.at) })),
    relief: sheet.relief.map(r => ({ ...r })),
    holds: [...filled.holds],
    refused: sheet.refused.map(r => ({ ...r, seen: [...r.seen], at: iso(r.at) })),
    entries: { from: sheet.fromSeq, to, kinds: deps.handovers.entries(sheet.fromSeq, to) },
    checkpoint: cut && {
      ...{ seq: cut.seq, trailHash: cut.trailHash, hash: cut.hash, at: iso(cut.at) },
      covers: sheet.signedOut?.covers ?? '',
    },
    signedOut: sheet.signedOut && { ...sheet.signedOut, at: iso(sheet.signedOut.at) },
    signedIn: sheet.signedIn && { ...sheet.signedIn, at: iso(sheet.signedIn.at) },
  }
}

/** Shifts handed over: the sheet of each crew, its two signatures, and the sheets of before. */
export function handoverRoutes(app: App, deps: Deps) {
  const tags = ['handovers']
  const read = { access: 'handover.read' as const }
  const keep = { access: 'handover.keep' as const }
  const one = z.object({ crew: z.string().max(64) })
  const throttle = createThrottle(deps.clock.now)

  function crewView(id: string): HandoverCrewView {
    const { crew, sheet, duty, shift, filled } = deps.handover.state(id)
    return {
      ...{ id: crew.id, name: crew.name, people: crew.people.map(p => ({ ...p })) },
      duty: { byClock: duty.byClock, names: [...duty.names] },
      shift: shift && shiftView(crew, shift),
      sheet: sheet && filled && sheetView(deps, crew, sheet, { ...filled, asks: filled.open.remarks }),
    }
  }
  /** As it was signed: whatever has happened since. */
  function past(sheet: Sheet): HandoverSheetView {
    const crew = deps.handover.crews().find(c => c.id === sheet.crew)
    const sections = sheet.cut?.content.sections ?? []
    const nothing = { asks: [], holds: [], dueAt: null, planned: [] }
    return sheetView(deps, crew, sheet, { sections, next: sheet.relieved, ...nothing })
  }
  /** Somebody signs at a screen at which another is signed in: by his own name and password. */
  async function signer(ip: string, { name, password }: z.infer<typeof handoverSign>) {
    const user = await throttle.attempt(ip, `${ip} ${name.toLowerCase()}`, () => deps.users.check(name, password))
    // Not as for signing in: the person at this screen is who he was.
    if (!user) return fail('handover-wrong-password')
    if (!may(user.role, 'handover.keep')) fail('not-allowed', { role: user.role, what: 'handover.keep' })
    return { name: user.name, role: user.role }
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
              ? 'One of the outgoing crew signs by name and password; the trail is cut here'
              : 'One of the relief signs the same by name and password, and is on duty from here on',
          ...{ params: one, body: handoverSign, response: { 200: handoverCrew } },
        },
      },
      async request => {
        const { crew } = request.params
        const by = await signer(request.ip, request.body)
        const sign = action === 'sign-out' ? deps.handover.signOut : deps.handover.signIn
        sign(crew, by, who(request).user.name)
        return crewView(crew)
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
