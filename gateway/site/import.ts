import { z } from 'zod'
import type { Driver } from '../../drivers/driver.ts'
import type { Profile } from '../../drivers/profile.ts'
import { fill, type Params } from '../core/errors.ts'
import { issueText } from '../core/issues.ts'
import { type CsvRow, decodeCsv, parseCsv, type Separator, unguarded } from '../csv.ts'
import type { ImportChange, ImportProblem } from '../http/contract.ts'
import { type Column, columnsOf, type Raw, type RawEquipment, type RawSite } from './csv.ts'
import { problemTexts } from './problems.ts'
import { checkSite } from './site.ts'

export interface Import {
  /** The whole site.json as it would be. */
  readonly text: string
  readonly encoding: string
  readonly separator: Separator
  readonly problems: readonly ImportProblem[]
  readonly changes: readonly ImportChange[]
  /** Equipment and points of the site that the table does not name: they stay as they are. */
  readonly left: { readonly equipment: number; readonly points: number }
}

type Writable = Record<string, unknown>
interface Group {
  readonly id: string
  readonly rows: CsvRow[]
}

/**
 * What a table would make of a site. Nothing is taken away: what the table does not name stays. A column that is not
 * there leaves its words as they are; an empty cell of one that is there takes the word away.
 * @param source the present site.json, which is JSON
 */
export function importCsv(
  source: string,
  bytes: Uint8Array,
  drivers: readonly Driver[],
  profiles: readonly Profile[],
): Import {
  const site = JSON.parse(source.replace(/^\uFEFF/, '')) as RawSite & Raw
  const { text, encoding, damaged } = decodeCsv(bytes)
  const { separator, rows, unclosed } = parseCsv(text.replace(/^\uFEFF/, ''))
  const problems: ImportProblem[] = []
  const add = (
    row: number | null,
    column: string | null,
    code: string,
    params: Params = {},
    level: 'error' | 'warning' = 'error',
  ) => {
    const known = problemTexts[code] ?? { 'zh-CN': code, en: code }
    const text = { 'zh-CN': fill(known['zh-CN'], params, 'zh-CN'), en: fill(known.en, params) }
    problems.push({ row, column, level, code, text })
  }
  const schemaProblem = (row: number, column: string, schema: z.ZodType, value: unknown): boolean => {
    const { error } = schema.safeParse(value, { reportInput: true })
    for (const issue of error?.issues ?? []) add(row, column, 'schema', { why: issueText(issue) })
    return error !== undefined
  }

  if (damaged) add(null, null, 'csv-encoding')
  if (unclosed !== null) add(unclosed, null, 'csv-quote-open')
  const head = header(rows[0], columnsOf(drivers), add)
  const idAt = head.findIndex(c => c?.word === 'equipment')
  const columnAt = (word: string) => head.findIndex(c => c?.word === word)

  const groups = new Map<string, Group>()
  for (const row of idAt < 0 ? [] : rows.slice(1)) {
    for (const [i, cell] of row.cells.entries())
      if (i >= head.length && cell.trim() !== '') add(row.line, null, 'csv-cell-without-column', { cell })
    const id = unguarded(row.cells[idAt]?.trim() ?? '')
    if (id === '') {
      add(row.line, 'equipment', 'csv-no-equipment')
      continue
    }
    const group = groups.get(id) ?? { id, rows: [] }
    group.rows.push(row)
    groups.set(id, group)
  }

  /** Undefined: the cell is empty; problem: said already. */
  function value(row: CsvRow, i: number, schema: z.ZodType | null): { value: unknown } | undefined {
    const cell = unguarded(row.cells[i]?.trim() ?? '')
    if (cell === '') return undefined
    const all = meanings(cell, separator)
    if (all === null) {
      add(row.line, head[i]!.word, 'csv-number-ambiguous', { cell })
      return undefined
    }
    return { value: schema ? (all.find(v => schema.safeParse(v).success) ?? all[0]) : all[0] }
  }

  const equipment: RawEquipment[] = [...(site.equipment ?? [])]
  const rowOf = new Map<string, number>()
  const changes: ImportChange[] = []
  const left = { equipment: equipment.filter(e => !groups.has(e.id)).length, points: 0 }
  for (const e of equipment) if (!groups.has(e.id)) left.points += e.points?.length ?? 0

  for (const group of groups.values()) {
    const first = group.rows[0]!
    const index = equipment.findIndex(e => e.id === group.id)
    const had = equipment[index]
    const made = structuredClone(had ?? { id: group.id }) as Writable
    let broken = false
    for (const [i, column] of head.entries()) {
      if (column?.of !== 'equipment') continue
      const read = value(first, i, column.schema)
      if (read && schemaProblem(first.line, column.word, column.schema!, read.value)) broken = true
      put(made, column.path, read?.value)
      for (const other of group.rows.slice(1)) {
        const cell = other.cells[i]?.trim() ?? ''
        if (cell !== '' && cell !== (first.cells[i]?.trim() ?? ''))
          add(other.line, column.word, 'csv-equipment-differs', { line: first.line, cell })
      }
    }
    for (const word of ['kind', 'channel'])
      if (typeof made[word] !== 'string') {
        add(first.line, word, 'csv-missing', { word })
        broken = true
      }
    if (halfName(made)) add(first.line, 'name.en', 'csv-name-in-both')
    const driver = driverOf(site, made.channel, drivers)
    const lines = new Map<number, number>()
    const points = readPoints(group, had, driver, lines)
    if (points.length > 0) made.points = points
    const fields = differing(had ?? {}, made).filter(f => f !== 'points')
    changes.push({
      row: first.line,
      equipment: group.id,
      point: null,
      what: !had ? 'added' : fields.length > 0 ? 'changed' : 'same',
      fields: had ? fields : [],
    })
    // What could not be read would only be complained of a second time.
    if (broken) continue
    if (index >= 0) equipment[index] = made as RawEquipment
    else equipment.push(made as RawEquipment)
    const path = `equipment[${index >= 0 ? index : equipment.length - 1}]`
    rowOf.set(path, first.line)
    for (const [n, line] of lines) rowOf.set(`${path}.points[${n}]`, line)
  }

  /** @param lines gets the line of each point that the table names, by its index */
  function readPoints(
    group: Group,
    had: RawEquipment | undefined,
    driver: Driver | undefined,
    lines: Map<number, number>,
  ): Raw[] {
    const points: Raw[] = [...(had?.points ?? [])]
    const keyAt = columnAt('point')
    const seen = new Map<string, number>()
    for (const row of group.rows) {
      const key = keyAt < 0 ? '' : unguarded(row.cells[keyAt]?.trim() ?? '')
      if (key === '') {
        const filled = head.find((c, i) => c?.of === 'point' && (row.cells[i]?.trim() ?? '') !== '')
        if (filled) add(row.line, 'point', 'csv-no-point', { word: filled.word })
        continue
      }
      const before = seen.get(key)
      if (before !== undefined) {
        add(row.line, 'point', 'csv-point-twice', { key, line: before })
        continue
      }
      seen.set(key, row.line)
      const index = points.findIndex(p => p.key === key)
      const old = points[index]
      const made = structuredClone(old ?? {}) as Writable
      const shape = driver?.address as Readonly<Record<string, z.ZodType>> | undefined
      for (const [i, column] of head.entries()) {
        if (column?.of !== 'point') continue
        const field = String(column.path[0])
        const schema = column.schema ?? shape?.[field] ?? pointSchema[field] ?? null
        const read = field === 'key' ? { value: key } : value(row, i, schema)
        put(made, column.path, read?.value)
      }
      if (halfName(made)) add(row.line, 'point.name.en', 'csv-name-in-both')
      if (made.range !== undefined && (made.range as unknown[]).filter(n => n !== undefined).length === 1) {
        add(row.line, 'range.max', 'csv-range-half')
        delete made.range
      }
      const fields = differing(old ?? {}, made)
      changes.push({
        row: row.line,
        equipment: group.id,
        point: key,
        what: !old ? 'added' : fields.length > 0 ? 'changed' : 'same',
        fields: old ? fields : [],
      })
      if (index >= 0) points[index] = made
      else points.push(made)
      lines.set(index >= 0 ? index : points.length - 1, row.line)
    }
    left.points += points.filter(p => !seen.has(String(p.key))).length
    return points
  }

  const next = `${JSON.stringify({ ...site, equipment }, null, 2)}\n`
  for (const p of checkSite(next, drivers, profiles).problems) {
    const path = /^(equipment\[\d+\](?:\.points\[\d+\])?)\.?(.*)$/.exec(p.path)
    const field = path?.[2] ?? ''
    const isPoint = path?.[1]?.includes('points') ?? false
    const column = head.find(c => c && (c.of === 'point') === isPoint && field.startsWith(String(c.path[0])))
    const row = path ? rowOf.get(path[1]!) : undefined
    problems.push({
      row: row ?? null,
      column: row === undefined ? p.path : (column?.word ?? (field || null)),
      level: p.level,
      code: p.code,
      text: p.text,
    })
  }
  problems.sort((a, b) => (a.row ?? 0) - (b.row ?? 0))
  changes.sort((a, b) => a.row - b.row || Number(a.point !== null) - Number(b.point !== null))
  return { text: next, encoding, separator, problems, changes, left }
}

const pointSchema: Readonly<Record<string, z.ZodType>> = {
  kind: z.string(),
  unit: z.string(),
  enum: z.looseObject({}),
  writable: z.boolean(),
  scanMs: z.number(),
  deadband: z.number(),
  command: z.looseObject({}),
}

type Add = (row: number | null, column: string | null, code: string, params?: Params) => void

/** The column of each cell of the head; null for one that is empty or unknown. */
function header(row: CsvRow | undefined, columns: readonly Column[], add: Add): (Column | null)[] {
  if (!row) {
    add(null, null, 'csv-empty')
    return []
  }
  const last = row.cells.findLastIndex(cell => cell.trim() !== '')
  const seen = new Set<string>()
  const head = row.cells.slice(0, last + 1).map(cell => {
    const [word = ''] = cell.trim().split(/\s/)
    if (word === '') return null
    const column = columns.find(c => c.word.toLowerCase() === word.toLowerCase() || c.zh === cell.trim())
    if (!column) add(row.line, cell.trim(), 'csv-unknown-column', { word: cell.trim() })
    else if (seen.has(column.word)) add(row.line, column.word, 'csv-column-twice', { word: column.word })
    if (column) seen.add(column.word)
    return column ?? null
  })
  if (!seen.has('equipment')) add(row.line, 'equipment', 'csv-no-id-column')
  return head
}

/** What a cell may mean, likeliest first; null when nobody can say: `1,000` where the comma is the decimal point. */
function meanings(cell: string, separator: Separator): unknown[] | null {
  const all: unknown[] = []
  const thousands = /^[-+]?\d{1,3}(,\d{3})+(\.\d+)?$/.test(cell)
  if (separator === ';' && /^[-+]?\d{1,3},\d{3}$/.test(cell)) return null
  if (/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(cell)) all.push(Number(cell))
  else if (thousands) all.push(Number(cell.replaceAll(',', '')))
  else if (separator === ';' && /^[-+]?\d+,\d+$/.test(cell)) all.push(Number(cell.replace(',', '.')))
  if (/^(true|yes|是)$/i.test(cell)) all.push(true)
  if (/^(false|no|否)$/i.test(cell)) all.push(false)
  if (/^[[{]/.test(cell)) {
    try {
      all.push(JSON.parse(cell))
    } catch {
      // Then it is a text, and the check of the point says what it should have been.
    }
  }
  return [...all, cell]
}

function put(thing: Writable, path: readonly (string | number)[], value: unknown): void {
  const [word, inner] = path as [string, string | number | undefined]
  if (inner === undefined) {
    if (value === undefined) delete thing[word]
    else thing[word] = value
    return
  }
  thing[word] ??= typeof inner === 'number' ? [] : {}
  const box = thing[word] as Record<string | number, unknown>
  if (value === undefined) delete box[inner]
  else box[inner] = value
  if (Object.keys(box).length === 0) delete thing[word]
}

/** Takes away a name in one language only, so that it is complained of once. */
function halfName(thing: Writable): boolean {
  const half = thing.name !== undefined && Object.keys(thing.name as object).length === 1
  if (half) delete thing.name
  return half
}

const differing = (a: Raw, b: Raw): string[] =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])].filter(k => JSON.stringify(a[k]) !== JSON.stringify(b[k]))

function driverOf(site: Raw, channel: unknown, drivers: readonly Driver[]): Driver | undefined {
  const channels = (site.channels ?? []) as readonly { id?: unknown; protocol?: unknown }[]
  const protocol = channels.find(c => c.id === channel)?.protocol
  return drivers.find(d => d.protocol === protocol)
}
