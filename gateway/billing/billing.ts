import {
  type Acknowledged,
  type Batch,
  batchFlow,
  batchName,
  corrections,
  type Head,
  isWhole,
  matchAcknowledgement,
  rowOf,
  standing,
  totalsOf,
  unwaived,
  type Waived,
} from '../../rules/billing/batch.ts'
import { type Group, linesOf, readingKey, type Unbilled } from '../../rules/billing/line.ts'
import { move, type Role } from '../../rules/flow.ts'
import type { Block, Reading } from '../../rules/readings/period.ts'
import type { Clock } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import { GATEWAY } from '../core/events.ts'
import { MANY_METERS } from '../core/sweep.ts'
import type { Billing, KeptBatch } from '../records/billing.ts'
import type { MeterBook } from '../records/meterbook.ts'
import type { Readings } from '../records/readings.ts'
import type { Note } from '../records/trail.ts'
import type { Site } from '../site/site.ts'
import { canonicalOf, hashOf, type Sealed, sha256 } from './batchfile.ts'
import type { BillingKey } from './key.ts'
import { monthBounds, wallText } from './months.ts'
import { groups } from './schema.ts'
import { tariffsOf } from './tariffs.ts'

/** What a batch would hold if it were issued now. */
export interface Preview {
  readonly batch: Batch
  /** Of its lines, as they were looked at: who approves says which ones he saw. */
  readonly seen: string
  readonly unbilled: readonly Unbilled[]
  /** What is neither decided nor waived; it cannot be approved with it. */
  readonly open: readonly Unbilled[]
}
export interface Who {
  readonly name: string
  readonly role: Role
}

interface BillingDeps {
  readonly clock: Clock
  readonly site: () => Site | null
  readonly book: MeterBook
  readonly readings: Readings
  readonly billing: Billing
  readonly key: BillingKey
  /** At which moments the occupier changed, by service point. */
  readonly splits?: (from: number, to: number) => ReadonlyMap<string, readonly number[]>
  /** What holds lines of a period back until somebody decides, by `point/register`. */
  readonly blocking?: (from: number, to: number) => ReadonlyMap<string, readonly Block[]>
  /** Inside the change that issues it: where it goes from here. */
  readonly queue: (batch: KeptBatch, now: number) => void
  /** Clears away at once what counting many meters has left; nothing else runs meanwhile. */
  readonly sweep?: (() => void) | undefined
}

/** Batches of readings for billing: prepared, approved by another person, frozen, answered, corrected. [M03] */
export function createBilling({
  clock,
  site,
  book,
  readings,
  billing,
  key,
  queue,
  sweep,
  splits = () => new Map(),
  blocking = () => new Map(),
}: BillingDeps) {
  const here = (): Site => site() ?? fail('not-found', { what: { 'zh-CN': '运行中的项目', en: 'a site that runs' } })
  function bounds(period: string): { from: number; to: number; zone: string } {
    const { timezone: zone, readings: boundary } = here()
    return {
      ...(monthBounds(period, zone, boundary, readings.months()) ??
        fail('invalid-input', { where: 'period', why: PERIOD })),
      zone,
    }
  }
  const groupOf = (id: string): Group => groups.find(g => g.id === id) ?? fail('not-found', { what: id })

  const content = (name: string): Batch => billing.content(name) ?? fail('batch-draft')
  /** What the readings of a month give, as they are now. */
  function counted(period: string, group: string) {
    const { from, to } = bounds(period)
    const kept = book.book()
    const all = new Map<string, readonly Reading[]>()
    let isDemo = false
    const registers = new Map(kept.meters.map(m => [m.serial, m.registers]))
    for (const { point, meter } of kept.installations)
      for (const { code } of registers.get(meter) ?? []) {
        const some = readings.of(point, code, from, to).filter(r => r.meter === meter)
        if (some.length > 0) all.set(readingKey(meter, code), some)
        isDemo ||= some.some(r => r.demo)
      }
    const known = {
      ...{ book: kept, readings: all, tariffs: tariffsOf(here()) },
      ...{ splits: splits(from, to), doubts: blocking(from, to) },
    }
    const made = linesOf(known, groupOf(group), from, to)
    sweepAfter(made.lines.length)
    return { ...made, isDemo }
  }
  /** When the answer is on its way. */
  function sweepAfter(lines: number): void {
    if (sweep && lines >= MANY_METERS) setImmediate(sweep)
  }
  function preview(b: KeptBatch): Preview {
    const { from, to, zone } = bounds(b.period)
    const { lines, unbilled, isDemo } = counted(b.period, b.group)
    const wall = (ms: number) => wallText(ms, zone)
    const now = lines.map(line => rowOf(line, wall))
    const before = billing
      .versions(b.period, b.group)
      .flatMap(v => (v.version < b.version && v.issued ? [content(v.name)] : []))
    const rows = before.length === 0 ? now : corrections(standing(before), now, line => b.reasons[line] ?? b.why)
    const last = billing.lastIssued()?.issued ?? null
    const head: Head = {
      ...{
        batch: b.name,
        site: `${here().name['zh-CN']} ${here().name.en}`,
        sequence: String((last?.sequence ?? 0) + 1),
      },
      ...{
        period: b.period,
        group: b.group,
        version: String(b.version),
        // What was made up for the demo is never taken for a bill.
        kind: `${isDemo ? 'demo ' : ''}${before.length === 0 ? 'first' : 'correction'}`,
      },
      ...{ from: wall(from), to: wall(to), zone, prepared: b.preparedBy, approved: '', approvedAt: '' },
      ...{ supersedes: before.at(-1)?.head.batch ?? '', why: b.why, before: last?.sha256 ?? '' },
    }
    const waived = b.waived.filter(w => unbilled.some(u => u.id === w.line))
    const batch: Batch = { head, rows, totals: totalsOf(rows), waived }
    const made = { batch, seen: hashOf(batch), unbilled, open: unwaived(unbilled, b.waived) }
    // What it was counted from need not be there while it is sealed or sent.
    if (rows.length >= MANY_METERS) sweep?.()
    return made
  }
  function moved(
    b: KeptBatch,
    action: Parameters<typeof move<KeptBatch['phase'], keyof typeof ACTIONS>>[2],
    role: Role,
  ) {
    const to = move<KeptBatch['phase'], keyof typeof ACTIONS>(batchFlow, b.phase, action, role)
    return 'to' in to ? to.to : fail(to.refused === 'not-your-role' ? 'not-your-role' : 'batch-no-such-move')
  }

  return {
    preview: (name: string): Preview => preview(billing.get(name)),
    /** How many lines a batch would have, and what would stand against it. */
    ahead(period: string, group: string): { readonly lines: number; readonly unbilled: readonly Unbilled[] } {
      const { lines, unbilled } = counted(period, group)
      return { lines: lines.length, unbilled }
    },
    /** Inside a change: the first batch of a period. Throws `batch-exists`, `batch-too-early`. */
    prepare(note: Note, period: string, group: string, by: Pick<Who, 'name'>): KeptBatch {
      if (bounds(period).to > clock.now()) fail('batch-too-early', { period })
      groupOf(group)
      const had = billing.versions(period, group).filter(v => v.phase !== 'withdrawn')
      if (had.length > 0) fail('batch-exists', { batch: had.at(-1)!.name })
      return draft(note, period, group, by, '', {})
    },
    /** Inside a change: a version more, which holds only what is different. Throws `batch-no-such-move`, `batch-nothing-new`. */
    correct(note: Note, name: string, by: Who, why: string, reasons: Readonly<Record<string, string>>): KeptBatch {
      const had = billing.get(name)
      moved(had, 'correct', by.role)
      const made = draft(note, had.period, had.group, by, why, reasons)
      if (preview(made).batch.rows.length === 0) fail('batch-nothing-new')
      return made
    },
    /** Inside a change: this point is left out knowingly. */
    waive(note: Note, name: string, line: string, by: Who, reason: string): KeptBatch {
      const had = billing.get(name)
      if (had.phase !== 'draft') fail('batch-no-such-move')
      const of = preview(had).unbilled.find(u => u.id === line) ?? fail('not-found', { what: line })
      const one: Waived = { line, unit: of.unit, by: by.name, reason }
      const waived = [...had.waived.filter(w => w.line !== line), one]
      return billing.put(note, { ...had, waived }, 'waived', { ...one })
    },
    /**
     * Inside a change: frozen, numbered, sealed.
     * @param seen the preview that was looked at: what came in since then is not approved by anybody
     * Throws `batch-own`, `batch-changed`, `batch-open`, `batch-no-such-move`.
     */
    approve(note: Note, name: string, seen: string, by: Who): KeptBatch {
      const had = billing.get(name)
      const phase = moved(had, 'approve', by.role)
      if (had.preparedBy === by.name) fail('batch-own')
      // What the calendar prepared is the work of whoever left points out of it.
      if (had.preparedBy === GATEWAY.name && had.waived.some(w => w.by === by.name)) fail('batch-own')
      const now = preview(had)
      if (now.seen !== seen) fail('batch-changed')
      if (now.open.length > 0) fail('batch-open', { n: now.open.length })
      const at = clock.now()
      const { head } = now.batch
      const batch: Batch = { ...now.batch, head: { ...head, approved: by.name, approvedAt: wallText(at, head.zone) } }
      const bytes = canonicalOf(batch)
      const sealed = { sha256: sha256(bytes), signature: key.sign(bytes), key: key.publicKey }
      const { rows, totals } = batch
      const issued = { sequence: Number(head.sequence), by: by.name, at, lines: rows.length, totals, ...sealed }
      for (const before of billing.versions(had.period, had.group))
        if (before.version < had.version && before.issued && before.phase !== 'corrected')
          billing.put(note, { ...before, phase: 'corrected' }, 'corrected', { by: name })
      const made = billing.put(note, { ...had, phase, issued }, 'issued', {
        ...{
          sequence: issued.sequence,
          sha256: issued.sha256,
          lines: rows.length,
          waived: batch.waived.length,
          totals,
        },
      })
      billing.freeze(name, batch)
      queue(made, at)
      return made
    },
    /** Inside a change: a draft that is not wanted. */
    withdraw(note: Note, name: string, by: Who): KeptBatch {
      const had = billing.get(name)
      return billing.put(note, { ...had, phase: moved(had, 'withdraw', by.role) }, 'withdrawn')
    },
    /**
     * Inside a change: what billing took over, line by line. Accepted only when all of it is the same; otherwise the batch
     * stays issued with what differs beside it.
     */
    acknowledge(note: Note, name: string, told: readonly Acknowledged[], by: Who): KeptBatch {
      const had = billing.get(name)
      const accepted = moved(had, 'accept', by.role)
      const matched = matchAcknowledgement(content(name).rows, told)
      const whole = isWhole(matched)
      const answer = { by: by.name, at: clock.now(), matched, note: '' }
      return billing.put(
        note,
        { ...had, phase: whole ? accepted : had.phase, answer },
        whole ? 'accepted' : 'differs',
        {
          ...{ same: matched.same, different: matched.different.length, missing: matched.missing.length },
          ...{ unknown: matched.unknown.length, twice: matched.twice.length },
        },
      )
    },
    /** Inside a change. */
    reject(note: Note, name: string, by: Who, why: string): KeptBatch {
      const had = billing.get(name)
      const answer = { by: by.name, at: clock.now(), matched: had.answer?.matched ?? null, note: why }
      return billing.put(note, { ...had, phase: moved(had, 'reject', by.role), answer }, 'rejected', { why })
    },
    /** What its files are made of. Throws `batch-draft`. */
    sealed(name: string): Sealed {
      const { issued } = billing.get(name)
      if (!issued) return fail('batch-draft')
      const { sha256, signature, key: by } = issued
      return { batch: content(name), seal: { sha256, signature, key: by } }
    },
  }

  function draft(
    note: Note,
    period: string,
    group: string,
    by: Pick<Who, 'name'>,
    why: string,
    reasons: Readonly<Record<string, string>>,
  ): KeptBatch {
    const had = billing.versions(period, group)
    if (had.some(v => v.phase === 'draft')) fail('batch-exists', { batch: had.at(-1)!.name })
    const version = (had.at(-1)?.version ?? 0) + 1
    const name = batchName(here().id, period, group, version)
    return billing.put(
      note,
      {
        ...{ name, period, group, version, phase: batchFlow.first, preparedBy: by.name, preparedAt: clock.now(), why },
        ...{ reasons, waived: [], issued: null, answer: null },
      },
      'prepared',
      { why },
    )
  }
}
export type BillingDesk = ReturnType<typeof createBilling>

const ACTIONS = { approve: 0, withdraw: 0, accept: 0, reject: 0, correct: 0 } as const
const PERIOD = { 'zh-CN': '应为年-月，例如 2026-11。', en: 'It must be a year and a month, as 2026-11.' }
