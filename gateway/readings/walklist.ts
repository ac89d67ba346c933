import { momentOf } from '../../rules/calendar.ts'
import { indexText, installedAt } from '../../rules/readings/book.ts'
import type { MeterPlace } from '../../rules/readings/walk.ts'
import { readWalk, type WalkRow, walkColumns, walkHead, walkRowProblems } from '../../rules/readings/walkrows.ts'
import type { Clock } from '../core/clock.ts'
import { fail, fill, type Language } from '../core/errors.ts'
import type { Actor } from '../core/events.ts'
import { decodeCsv, parseCsv, unguarded } from '../csv.ts'
import type { WalkList } from '../http/contract.ts'
import type { MeterBook } from '../records/meterbook.ts'
import type { Note } from '../records/trail.ts'
import type { Site } from '../site/site.ts'
import { readXlsx } from '../xlsxread.ts'
import { startOfDay } from './days.ts'
import type { Walk } from './walk.ts'

const MOST_ROWS = 20_000
/** Of a row whose place nobody numbered: behind all others. */
const UNNUMBERED = 1_000_000
interface Deps {
  readonly clock: Clock
  readonly book: MeterBook
  readonly walk: Walk
  readonly places: () => ReadonlyMap<string, MeterPlace>
  readonly site: () => Site | null
}

/** The list of the walk: out to a notebook or a spreadsheet, and back as a whole or not at all. */
export function walkLists({ clock, book, walk, places, site }: Deps) {
  const zone = () => site()?.timezone ?? 'UTC'
  function looked(file: Buffer) {
    const { encoding, rows } = file[0] === 0x50 && file[1] === 0x4b ? workbook(file) : csv(file)
    if (rows.length > MOST_ROWS + 1) fail('meter-list-long', { most: MOST_ROWS })
    const { points, meters, installations } = book.book()
    const now = clock.now()
    const ids = new Set(points.map(p => p.id))
    const installed = Map.groupBy(installations, i => i.point)
    const bySerial = new Map(meters.map(m => [m.serial, m]))
    const read = readWalk({
      ...{ rows, now, timeOf: text => timeOf(text, zone()) },
      known(point) {
        const meter = bySerial.get(installedAt(installed.get(point) ?? [], now)?.meter ?? '')
        return meter ? { meter: meter.serial, registers: meter.registers } : ids.has(point) ? null : undefined
      },
    })
    return { encoding, ...read }
  }
  const said = (problems: WalkRow['problems']) =>
    problems.map(({ code, params }) => ({
      code,
      text: {
        'zh-CN': fill(walkRowProblems[code]['zh-CN'], params, 'zh-CN'),
        en: fill(walkRowProblems[code].en, params),
      },
    }))
  function view({ encoding, rows, problems }: ReturnType<typeof looked>, written: boolean, doubtful: number): WalkList {
    return {
      ...{ encoding, problems: said(problems), written },
      counts: {
        ...{ rows: rows.length, wrong: rows.filter(r => r.problems.length > 0).length },
        readings: rows.filter(r => r.index !== null).length,
        ...{ unread: rows.filter(r => r.unread !== null).length, doubtful },
      },
      rows: rows.map(r => ({
        line: r.line,
        point: r.point,
        meter: r.meter,
        index: r.index,
        problems: said(r.problems),
      })),
    }
  }

  return {
    dryRun: (file: Buffer): WalkList => view(looked(file), false, 0),
    /** Inside a change: nothing of a list with a problem is written; what it said before is known. */
    write(note: Note, file: Buffer, by: Actor): WalkList {
      const read = looked(file)
      if (read.problems.length > 0 || read.rows.some(r => r.problems.length > 0)) return view(read, false, 0)
      const had = places()
      let doubtful = 0
      for (const row of read.rows) {
        const { point, position, place, code, photo } = row
        const was = had.get(point) ?? { point, position: UNNUMBERED, place: '', code: '', photo: false }
        const next = {
          ...{ point, position: position ?? was.position, place: place ?? was.place, code: code ?? was.code },
          photo: photo ?? was.photo,
        }
        if (had.has(point) || position !== null || next.place !== '' || next.code !== '' || next.photo)
          walk.place(note, next)
        if (row.at === null || (row.index === null && row.unread === null)) continue
        const one = {
          ...{ point, register: row.register, meter: row.meter, at: row.at, index: row.index, unread: row.unread },
          remark: row.remark,
        }
        const { taken } = walk.put(note, { ...one, id: walk.nameOf(one), photo: null }, by)
        if (taken.result === 'doubtful') doubtful++
      }
      return view(read, true, doubtful)
    },
    /** What goes out: the head and a row for each register of the walk, in its order. */
    rows(language: Language): readonly (readonly string[])[] {
      const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone(), dateStyle: 'short', timeStyle: 'short' })
      const spaces = site()?.spaces
      return [
        walkHead(language),
        ...walk.items(clock.now()).map((i): string[] => {
          const cells: Record<keyof typeof walkColumns, string> = {
            ...{ position: i.place && i.place.position < UNNUMBERED ? String(i.place.position) : '', point: i.point },
            ...{ unit: spaces?.get(i.unit)?.name[language] ?? i.unit, place: i.place?.place ?? '', medium: i.medium },
            ...{ meter: i.meter, register: i.register.code, index: '', at: '', unread: '', remark: '' },
            before: i.before ? indexText(i.before.index, i.register.decimals) : '',
            beforeAt: i.before ? format.format(i.before.at) : '',
            photo: i.place?.photo ? (language === 'zh-CN' ? '是' : 'yes') : '',
            code: i.place?.code ?? '',
          }
          return (Object.keys(walkColumns) as (keyof typeof walkColumns)[]).map(c => cells[c])
        }),
      ]
    },
  }
}

/** `2026-11-01 09:30` and as spreadsheets write it; a day alone is its noon. */
function timeOf(text: string, zone: string): number | null {
  const found = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]+(\d{1,2}):(\d{2})(?::\d{2})?)?$/.exec(text.trim())
  if (!found) return null
  const [, year, month, day, hour = '12', minute = '00'] = found
  const date = `${year}-${month!.padStart(2, '0')}-${day!.padStart(2, '0')}`
  if (startOfDay(date, zone) === null || Number(hour) > 23 || Number(minute) > 59) return null
  const at = { year: Number(year), month: Number(month), day: Number(day) }
  return momentOf(at, `${hour.padStart(2, '0')}:${minute}`, zone)
}

function csv(file: Buffer) {
  const { text, encoding, damaged } = decodeCsv(file)
  const { rows, unclosed } = parseCsv(text.replace(/^\uFEFF/, ''))
  if (damaged || unclosed !== null) fail('walk-list-unreadable')
  return { encoding, rows: rows.map(({ cells, line }) => ({ line, cells: cells.map(unguarded) })) }
}
function workbook(file: Buffer) {
  try {
    const rows = readXlsx(file)
    if (rows) return { encoding: 'xlsx', rows }
  } catch {
    // Cut off, locked, or no workbook at all: said below.
  }
  return fail('walk-list-unreadable')
}
