import { type Meter, registerCodes } from '../../rules/readings/book.ts'
import { type BookRow, bookRowProblems, type RowProblem, readBook } from '../../rules/readings/bookrows.ts'
import { fail, fill } from '../core/errors.ts'
import { decodeCsv, parseCsv, unguarded } from '../csv.ts'
import type { MeterList } from '../http/contract.ts'
import type { MeterBook } from '../records/meterbook.ts'
import type { Note } from '../records/trail.ts'
import type { Site } from '../site/site.ts'
import { readXlsx } from '../xlsxread.ts'
import { startOfDay } from './days.ts'

const MOST_ROWS = 20_000

/** Lists of meters: looked through row by row, then written into the book as a whole or not at all. */
export function meterLists(book: MeterBook, site: () => Site | null) {
  function looked(file: Buffer, now: number) {
    const { encoding, rows } = file[0] === 0x50 && file[1] === 0x4b ? workbook(file) : csv(file)
    if (rows.length > MOST_ROWS + 1) fail('meter-list-long', { most: MOST_ROWS })
    const at = site()
    const { points, installations } = book.book()
    const byId = new Map(points.map(p => [p.id, p]))
    const there = installations.filter(i => i.to === null)
    const [meterOf, pointOf] = [
      new Map(there.map(i => [i.point, i.meter])),
      new Map(there.map(i => [i.meter, i.point])),
    ]
    const sources = new Map(
      (at?.equipment ?? []).flatMap(e =>
        e.points.map(p => [p.id as string, { unit: p.unit ?? null, multiplier: p.multiplier ?? 1 }] as const),
      ),
    )
    const read = readBook({
      ...{ rows, now, dayAt: (date: string) => startOfDay(date, at?.timezone ?? 'UTC') },
      known: id => {
        const point = byId.get(id)
        return point ? { medium: point.medium, parent: point.parent, meter: meterOf.get(id) ?? null } : null
      },
      where: serial => pointOf.get(serial) ?? null,
      source: id => sources.get(id) ?? null,
    })
    return { encoding, ...read, known: byId, meterOf }
  }
  const said = (problems: readonly RowProblem[]) =>
    problems.map(({ code, params }) => ({
      code,
      text: {
        'zh-CN': fill(bookRowProblems[code]['zh-CN'], params, 'zh-CN'),
        en: fill(bookRowProblems[code].en, params),
      },
    }))
  function view({ encoding, rows, problems, known, meterOf }: ReturnType<typeof looked>, written: boolean): MeterList {
    const wrong = rows.filter(r => r.problems.length > 0).length
    return {
      ...{ encoding, problems: said(problems), written },
      counts: {
        ...{ rows: rows.length, wrong, gaps: rows.filter(r => r.meter === null && !meterOf.has(r.point)).length },
        ...{ points: new Set(rows.filter(r => !known.has(r.point)).map(r => r.point)).size },
        meters: new Set(rows.flatMap(r => (r.meter && !meterOf.has(r.point) ? [r.meter.serial] : []))).size,
      },
      rows: rows.map(r => ({
        ...{ line: r.line, point: r.point, unit: r.unit, medium: r.medium, meter: r.meter?.serial ?? null },
        ...{ source: r.meter?.source ?? null, new: !known.has(r.point), problems: said(r.problems) },
      })),
    }
  }

  return {
    dryRun: (file: Buffer, now: number): MeterList => view(looked(file, now), false),
    /** Inside a change: nothing of a list with a problem is written. */
    write(note: Note, file: Buffer, now: number): MeterList {
      const read = looked(file, now)
      if (read.problems.length > 0 || read.rows.some(r => r.problems.length > 0)) return view(read, false)
      const answer = view(read, true)
      for (const [point, rows] of Map.groupBy(read.rows, r => r.point)) {
        const [row] = rows as [BookRow]
        const { unit, medium, parent, role, use } = row
        const next = { id: point, unit, medium, parent, role, use, closed: false }
        const had = read.known.get(point)
        if (!had || (Object.keys(next) as (keyof typeof next)[]).some(k => had[k] !== next[k])) book.put(note, next)
        const meter = meterOf(rows)
        if (!meter) continue
        if (!read.meterOf.has(point)) {
          const [first] = rows.flatMap(r => r.meter ?? []) as [NonNullable<BookRow['meter']>]
          const opening = Object.fromEntries(rows.flatMap(r => (r.meter ? [[r.meter.register, r.meter.opening]] : [])))
          book.install(note, meter, { point, meter: meter.serial, from: first.from, opening }, first.micro)
        } else describe(note, meter)
      }
      return answer
    },
  }

  /** Where it is read from and how much it can count may change; digits and decimals are those of its past readings. */
  function describe(note: Note, meter: Meter): void {
    const had = book.book().meters.find(m => m.serial === meter.serial)
    if (!had) return
    const registers = had.registers.map(r => {
      const said = meter.registers.find(s => s.code === r.code)
      if (!said) return r
      const { frozen: _, ...rest } = r
      return { ...rest, maxPerHour: said.maxPerHour, source: said.source, ...(said.frozen && { frozen: said.frozen }) }
    })
    const { maker, model, accuracy, seal, balance } = meter
    const { balance: _, ...rest } = had
    const next = { ...rest, maker, model, accuracy, seal, registers, ...(balance && { balance }) }
    if (JSON.stringify(next) !== JSON.stringify(had)) book.describe(note, next)
  }
}

function meterOf(rows: readonly BookRow[]): Meter | null {
  const all = rows.flatMap(r => r.meter ?? [])
  const [first] = all
  if (!first) return null
  return {
    ...{ serial: first.serial, medium: rows[0]!.medium, maker: first.maker, model: first.model },
    ...{ accuracy: first.accuracy, seal: first.seal },
    registers: registerCodes.flatMap(code => {
      const one = all.find(m => m.register === code)
      if (!one) return []
      const { digits, decimals, unit, maxPerHour, source, frozen } = one
      return [{ code, digits, decimals, unit, maxPerHour, source, ...(frozen && { frozen }) }]
    }),
    ...(first.balance && { balance: first.balance }),
  }
}

function csv(file: Buffer) {
  const { text, encoding, damaged } = decodeCsv(file)
  const { rows, unclosed } = parseCsv(text.replace(/^\uFEFF/, ''))
  if (damaged || unclosed !== null) fail('meter-list-unreadable')
  return { encoding, rows: rows.map(({ cells, line }) => ({ line, cells: cells.map(unguarded) })) }
}
function workbook(file: Buffer) {
  try {
    const rows = readXlsx(file)
    if (rows) return { encoding: 'xlsx', rows }
  } catch {
    // Cut off, locked, or no workbook at all: said below.
  }
  return fail('meter-list-unreadable')
}
