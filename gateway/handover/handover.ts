import { accountsOff, type Crew, planOf, reliefOf, type ShiftDay, shiftAt, wallOf } from '../../rules/crew.ts'
import { move, type Role } from '../../rules/flow.ts'
import {
  dueHandoverRungs,
  fitOf,
  grounds,
  type HandoverAction,
  type HandoverSection,
  type HandoverSource,
  handoverFlow,
  incomingOf,
  isFinished,
  outgoingOf,
  type Refusal,
  type Relief,
  reopened,
  type Sheet,
  type SheetContent,
  type Signed,
  unfinished,
} from '../../rules/handover.ts'
import { localClock } from '../../rules/schedule.ts'
import type { Clock } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import { type Actor, GATEWAY } from '../core/events.ts'
import type { OnShift } from '../notices/shift.ts'
import type { Handovers } from '../records/handovers.ts'
import type { Note, Trail } from '../records/trail.ts'
import type { Site } from '../site/site.ts'
import { nothingTaken, type Relieved, type Relieving } from './relieve.ts'
import { contentHash, coversOf, verifySheet } from './verify.ts'
import { refusalWords } from './words.ts'

const LOOK_EVERY_MS = 5000
const MINUTE_MS = 60_000
/** More is no note of a shift. */
const MOST_NOTES = 200

type Person = Actor & { readonly role: Role }
/** The way of a password, of which nothing else is kept. */
const byPassword: Signed = { how: 'password', picture: null, reading: null }
export interface HandoverDeps {
  readonly clock: Clock
  readonly trail: Trail
  readonly records: Handovers
  readonly site: () => Pick<Site, 'crews' | 'timezone' | 'calendar'> | null
  readonly sources: () => readonly HandoverSource[]
  /** What becomes of permits and tags when a crew takes over; inside its change. */
  readonly relieve?: (
    note: Note,
    crew: Crew,
    ask: Relieving,
    by: Person,
    now: number,
    off: readonly string[],
  ) => Relieved
  readonly failed: (error: unknown) => void
}
/** What a person fills in; each part by itself. */
export interface Filling {
  readonly check?: { readonly id: string; readonly done: boolean } | undefined
  readonly count?: { readonly id: string; readonly n: number; readonly remark: string } | undefined
  /** One reason for one or several lines. */
  readonly remark?: { readonly keys: readonly string[]; readonly text: string } | undefined
  readonly note?: string | undefined
  readonly relief?: readonly Relief[] | undefined
}
export type ShiftHandover = ReturnType<typeof openHandover>

/** Shifts handed over by sheets that are cut by the trail's numbers, and who is on duty by them [P-15]. */
export function openHandover({ clock, trail, records, site, sources, relieve, failed }: HandoverDeps) {
  let local: { readonly zone: string; readonly of: ReturnType<typeof localClock> } | null = null
  const wallNow = (zone: string) => {
    if (local?.zone !== zone) local = { zone, of: localClock(zone) }
    return local.of(clock.now())
  }
  const known = (crewId: string) => {
    const at = site()
    const crew = at?.crews.find(c => c.id === crewId) ?? fail('not-found', { what: crewId })
    return { at: at!, crew, wall: wallNow(at!.timezone) }
  }
  /** Nobody ever signed: whoever the plan has now, and whoever it had when the sheet began. */
  function plannedOf(crew: Crew, now: ShiftDay | null, sheet: Sheet | undefined): readonly string[] {
    const who = [now, sheet?.served].flatMap(s => (s ? (planOf(crew, s)?.who ?? []) : []))
    return who.length > 0 ? [...new Set(who)] : crew.people.map(p => p.name)
  }
  const sectionsOf = (crew: Crew, atSeq: number, now: number): readonly HandoverSection[] =>
    sources()
      .filter(s => crew.sees === null || crew.sees.includes(s.id))
      .map(s => ({ id: s.id, name: s.name, lines: s.lines(atSeq, now) }))

  /** All that is to be seen of a crew now. Throws `not-found`. */
  function state(crewId: string) {
    const { at, crew, wall } = known(crewId)
    const sheet = records.open(crewId)
    const shift = shiftAt(crew, at.calendar, wall)
    const byPlan = shift ? (planOf(crew, shift)?.who ?? []) : []
    const duty = { byClock: !sheet?.onDuty, names: sheet?.onDuty ?? byPlan }
    if (!sheet) return { crew, sheet: null, duty, shift, filled: null }
    const now = clock.now()
    const next = sheet.relieved ?? reliefOf(crew, at.calendar, sheet.served, wall)
    const sections = sheet.cut?.content.sections ?? sectionsOf(crew, trail.head(), now)
    const open = unfinished(crew, sheet, sections)
    const holds = grounds(sheet, next && planOf(crew, next), open)
    const dueAt = now + (sheet.served.to - wallOf(wall)) * MINUTE_MS
    const planned = plannedOf(crew, shift, sheet)
    return { crew, sheet, duty, shift, filled: { next, sections, open, holds, dueAt, planned, wall: wallOf(wall) } }
  }
  function opened(crewId: string) {
    const all = state(crewId)
    const { sheet, filled } = all
    return sheet && filled ? { ...all, sheet, filled } : fail('handover-none')
  }
  function moved(sheet: Sheet, action: HandoverAction, by: Person): Sheet['phase'] {
    const to = move(handoverFlow, sheet.phase, action, by.role)
    if ('to' in to) return to.to
    return to.refused === 'not-your-role'
      ? fail('not-allowed', { role: by.role, what: action })
      : fail('handover-no-move', { no: sheet.no })
  }
  const lawful = (no: string, holds: readonly Refusal[]) => {
    if (holds.length > 0) fail('handover-refused', { no, why: refusalWords(holds) })
  }

  function fill(crewId: string, ask: Filling, by: Actor): void {
    const { crew, sheet, filled } = opened(crewId)
    if (sheet.phase !== 'preparing' && sheet.phase !== 'ready') fail('handover-no-move', { no: sheet.no })
    const said = { by: by.name, at: clock.now() }
    let next = sheet
    const data: Record<string, unknown> = {}
    const known = (list: readonly { readonly id: string }[], id: string) =>
      list.some(one => one.id === id) || fail('not-found', { what: id })
    if (ask.check) {
      const { id, done } = ask.check
      known(crew.checks, id)
      const { [id]: _, ...others } = sheet.checks
      next = { ...next, checks: done ? { ...others, [id]: said } : others }
      Object.assign(data, { check: id, done })
    }
    if (ask.count) {
      const { id, n, remark } = ask.count
      known(crew.counted, id)
      next = { ...next, counts: { ...sheet.counts, [id]: { n, remark, ...said } } }
      Object.assign(data, { count: id, n, due: crew.counted.find(c => c.id === id)?.count })
    }
    if (ask.remark) {
      const { keys, text } = ask.remark
      const lines = new Set(filled.sections.flatMap(s => s.lines.map(line => line.key)))
      for (const key of keys) if (!lines.has(key)) fail('not-found', { what: key })
      const remarks = Object.fromEntries(keys.map(key => [key, { text, ...said }]))
      next = { ...next, remarks: { ...sheet.remarks, ...remarks } }
      Object.assign(data, { remarks: keys })
    }
    if (ask.note !== undefined) {
      if (sheet.notes.length >= MOST_NOTES) fail('too-many', { most: MOST_NOTES })
      next = { ...next, notes: [...sheet.notes, { text: ask.note, ...said }] }
      Object.assign(data, { notes: next.notes.length })
    }
    if (ask.relief) {
      const names = ask.relief.map(r => r.name)
      for (const name of [...names, ...ask.relief.flatMap(r => r.insteadOf ?? [])])
        if (!crew.people.some(p => p.name === name)) fail('not-found', { what: name })
      if (new Set(names).size < names.length) fail('handover-twice')
      next = { ...next, relief: ask.relief }
      Object.assign(data, { relief: ask.relief })
    }
    // What was ready is prepared again where something is taken back.
    const open = unfinished(crew, next, filled.sections)
    if (next.phase === 'ready' && !isFinished(open)) next = { ...next, phase: 'preparing' }
    trail.change(by, note => records.put(note, next, 'filled', data))
  }

  function prepare(crewId: string, by: Person): void {
    const { sheet, filled } = opened(crewId)
    const phase = moved(sheet, 'prepare', by)
    if (!isFinished(filled.open)) fail('handover-unfinished')
    trail.change(by, note => records.put(note, { ...sheet, phase }, 'ready'))
  }

  /** One of the outgoing crew signs, as himself; the trail is cut here. `desk`: who is signed in at that screen. */
  function signOut(crewId: string, by: Person, desk: string, signed = byPassword): void {
    trail.change(by, note => {
      const { crew, sheet, filled } = opened(crewId)
      const phase = moved(sheet, 'sign-out', by)
      const name = outgoingOf(crew, sheet, filled.planned, by.name) ?? fail('handover-not-outgoing')
      const { next, wall } = filled
      lawful(sheet.no, filled.holds)
      // A clock that is before the shift itself was set back: it must keep nobody.
      if (next && wall < next.from - crew.earlyMin && wall >= sheet.served.from)
        fail('handover-early', { minutes: crew.earlyMin })
      const at = clock.now()
      const seq = trail.head()
      const trailHash = Buffer.from(trail.hashAt(seq) ?? []).toString('hex')
      const content: SheetContent = {
        ...{ no: sheet.no, crew: crew.id, served: sheet.served, relieved: next ?? fail('handover-none') },
        ...{ fromSeq: sheet.fromSeq, outgoing: sheet.onDuty ?? filled.planned, relief: sheet.relief },
        ...{ sections: filled.sections, remarks: sheet.remarks, checks: sheet.checks, counts: sheet.counts },
        ...{ notes: sheet.notes, refused: sheet.refused },
      }
      const hash = contentHash(content)
      const covers = coversOf(sheet.no, seq, trailHash, hash)
      const cut = { seq, trailHash, at, content, hash }
      const { how, picture } = signed
      const signedOut = { name, account: by.name, at, covers, how, picture }
      const data = { from: sheet.fromSeq, cut: seq, trailHash, hash, covers, signer: name, desk, ...signed }
      records.put(note, { ...sheet, phase, relieved: next, cut, signedOut }, 'signed-out', data)
    })
  }

  /**
   * One of the relief signs the same; from here on it is on duty, and its own sheet begins behind the cut. Permits that he has
   * not looked at are suspended with it.
   */
  function signIn(crewId: string, by: Person, desk: string, signed = byPassword, ask = nothingTaken): void {
    trail.change(by, note => {
      const { crew, sheet, filled } = opened(crewId)
      const phase = moved(sheet, 'sign-in', by)
      const { cut, relieved: next } = sheet
      if (!cut || !next) return fail('handover-no-move', { no: sheet.no })
      if (sheet.signedOut?.account === by.name) fail('handover-same-person')
      const name = incomingOf(crew, sheet, by.name) ?? fail('handover-not-incoming')
      // The site may have changed since the first signature.
      lawful(sheet.no, filled.holds)
      const { seq, trailHash, hash } = cut
      const covers = coversOf(sheet.no, seq, trailHash, hash)
      const now = clock.now()
      const onDuty = fitOf(sheet.relief)
      const { how, picture } = signed
      const signedIn = { name, account: by.name, at: now, covers, how, picture }
      const relieved = relieve?.(note, crew, ask, by, now, accountsOff(crew, sheet.onDuty ?? filled.planned, onDuty))
      const data = { from: sheet.fromSeq, cut: seq, trailHash, hash, covers, signer: name, desk, onDuty, ...signed }
      records.put(note, { ...sheet, phase, signedIn }, 'signed-in', { ...data, ...relieved })
      const still = new Set(cut.content.sections.flatMap(s => s.lines.map(line => line.key)))
      const remarks = Object.fromEntries(Object.entries(sheet.remarks).filter(([key]) => still.has(key)))
      records.begin(note, crew.id, { served: next, fromSeq: seq, onDuty }, remarks, now)
    })
  }

  function refuse(crewId: string, code: Refusal, words: string, by: Person): void {
    const { sheet, filled } = opened(crewId)
    const phase = moved(sheet, 'refuse', by)
    const one = { code, words, seen: filled.holds, by: by.name, at: clock.now() }
    const next = { ...reopened(sheet), phase, refused: [...sheet.refused, one] }
    trail.change(by, note =>
      records.put(note, next, 'refused', { code, seen: filled.holds, ...(sheet.cut && { cut: sheet.cut.seq }) }),
    )
  }
  function resume(crewId: string, by: Person): void {
    const { sheet } = opened(crewId)
    const phase = moved(sheet, 'resume', by)
    trail.change(by, note => records.put(note, { ...sheet, phase }, 'resumed'))
  }

  function look(): void {
    const at = site()
    if (!at) return
    try {
      for (const crew of at.crews) {
        const wall = wallNow(at.timezone)
        const sheet = records.open(crew.id)
        const served = sheet ? null : shiftAt(crew, at.calendar, wall)
        if (served) {
          const begun = { served, fromSeq: trail.head(), onDuty: null }
          trail.change(GATEWAY, note => records.begin(note, crew.id, begun, {}, clock.now()))
        }
        const rungs = sheet ? dueHandoverRungs(sheet, crew, wallOf(wall), clock.now()) : []
        if (sheet && rungs.length > 0) trail.change(GATEWAY, note => records.told(note, sheet, rungs))
      }
    } catch (error) {
      // A full disk: it is due again at the next look.
      failed(error)
    }
  }
  return {
    ...{ look, state, fill, prepare, signOut, signIn, refuse, resume },
    stop: clock.every(LOOK_EVERY_MS, look),
    verify: (sheet: Sheet) => verifySheet(sheet, trail),
    crews: (): readonly Crew[] => site()?.crews ?? [],
    /** Who of this roster is on duty by signature, and until when by the plan; null: the roster's own times hold. */
    onShift(roster: string): OnShift | null {
      const at = site()
      const crew = at?.crews.find(c => c.rosters.includes(roster))
      const sheet = crew && records.open(crew.id)
      if (!at || !crew || !sheet?.onDuty) return null
      const until = clock.now() + (sheet.served.to - wallOf(wallNow(at.timezone))) * MINUTE_MS
      return { on: sheet.onDuty, crew: new Set(crew.people.map(p => p.name)), until }
    },
  }
}
