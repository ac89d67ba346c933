import { createHash } from 'node:crypto'
import {
  type Batch,
  type Column,
  columnNames,
  columns,
  type Head,
  headFields,
  headNames,
  numberColumns,
  type Row,
  type Total,
  totalNames,
  type Waived,
} from '../../rules/billing/batch.ts'
import { guarded, parseCsv, unguarded, writeCsv } from '../csv.ts'
import { type Cell, xlsxOf } from '../http/xlsx.ts'
import { readXlsx } from '../xlsxread.ts'

/** What closes a batch: the hash of all its texts, and who signed that hash (Ed25519, both base64url). */
export interface Seal {
  readonly sha256: string
  readonly signature: string
  readonly key: string
}
export interface Sealed {
  readonly batch: Batch
  readonly seal: Seal
}
/** A batch as it was found in a file; `checks` are the marks of its lines, in their order. */
export interface FoundBatch extends Sealed {
  readonly checks: readonly string[]
}

type Label = { readonly 'zh-CN': string; readonly en: string }
const both = (label: Label): string => `${label['zh-CN']} ${label.en}`
const CHECK = both({ 'zh-CN': '校验', en: 'Check' })
const TOTAL = both({ 'zh-CN': '合计', en: 'Total' })
const WAIVED = both({ 'zh-CN': '不计费', en: 'Not billed' })
const SEAL = both({ 'zh-CN': '封签', en: 'Seal' })
const totalLabels: Readonly<Record<(typeof totalNames)[number], Label>> = {
  medium: columns.medium,
  register: columns.register,
  uom: columns.uom,
  lines: { 'zh-CN': '行数', en: 'Lines' },
  consumption: columns.consumption,
  difference: columns.difference,
  current: { 'zh-CN': '本期表码之和', en: 'Sum of current indexes' },
  amount: columns.amount,
}
const waivedNames = ['line', 'unit', 'by', 'reason'] as const
const waivedLabels: Readonly<Record<(typeof waivedNames)[number], Label>> = {
  line: columns.line,
  unit: columns.unit,
  by: { 'zh-CN': '决定人', en: 'Decided by' },
  reason: { 'zh-CN': '原因', en: 'Reason' },
}

/** The bytes that are hashed and signed: the same for every file that is made of a batch. */
export const canonicalOf = ({ head, rows, totals, waived }: Batch): Buffer =>
  Buffer.from(
    JSON.stringify([
      'gatehouse-batch-1',
      headNames.map(name => head[name]),
      rows.map(row => columnNames.map(name => row[name])),
      totals.map(total => totalNames.map(name => total[name])),
      waived.map(one => waivedNames.map(name => one[name])),
    ]),
  )
export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
/** The hash of the same bytes, which are never there at once: it is asked for each time that a draft is looked at. */
export function hashOf({ head, rows, totals, waived }: Batch): string {
  const hash = createHash('sha256')
  hash.update(`["gatehouse-batch-1",${JSON.stringify(headNames.map(name => head[name]))},[`)
  for (const [i, row] of rows.entries())
    hash.update(`${i === 0 ? '' : ','}${JSON.stringify(columnNames.map(name => row[name]))}`)
  hash.update(`],${JSON.stringify(totals.map(total => totalNames.map(name => total[name])))}`)
  hash.update(`,${JSON.stringify(waived.map(one => waivedNames.map(name => one[name])))}]`)
  return hash.digest('hex')
}

/** Eight signs by which an altered line is found; that nothing was altered is what the seal says. */
export const checkOf = (batch: string, row: Row): string =>
  createHash('sha256')
    .update([batch, ...columnNames.map(name => row[name])].join('\u001f'))
    .digest('hex')
    .slice(0, 8)

/** So many rows of a file are made at once: a batch of ten thousand lines is in memory once, and its files in pieces. */
const AT_ONCE = 100

/** Head, lines, totals, what was left out, seal; some rows at a time. */
function* tableOf({ batch, seal }: Sealed): Generator<string[][]> {
  const { head, rows, totals, waived } = batch
  yield [
    ...headNames.map(name => [both(headFields[name]), head[name]]),
    [...columnNames.map(name => both(columns[name])), CHECK],
  ]
  for (let i = 0; i < rows.length; i += AT_ONCE)
    yield rows.slice(i, i + AT_ONCE).map(row => [...columnNames.map(name => row[name]), checkOf(head.batch, row)])
  yield [
    [TOTAL, ...totalNames.map(name => both(totalLabels[name]))],
    ...totals.map(total => [TOTAL, ...totalNames.map(name => total[name])]),
    ...(waived.length > 0 ? [[WAIVED, ...waivedNames.map(name => both(waivedLabels[name]))]] : []),
    ...waived.map(one => [WAIVED, ...waivedNames.map(name => one[name])]),
    [SEAL, 'sha256', seal.sha256],
    [SEAL, 'ed25519', seal.signature],
    [SEAL, 'key', seal.key],
  ]
}

/** UTF-8 with a byte order mark for Excel; no cell can begin a formula. */
export function batchCsv(sealed: Sealed): Buffer {
  const parts = [Buffer.from('\ufeff')]
  for (const some of tableOf(sealed)) parts.push(Buffer.from(writeCsv(some.map(cells => cells.map(guarded)))))
  return Buffer.concat(parts)
}

/** A number in its cell, unless a spreadsheet would not keep all of its digits. */
const cellOf = (text: string, isNumber: boolean): Cell =>
  isNumber && /^-?\d+(\.\d+)?$/.test(text) && text.replace(/\D/g, '').length <= 15 ? { decimal: text } : text

/** The same texts as cells. Numbers are numbers, so that billing can add them up; all else is text and never a formula. */
export async function batchXlsx(sealed: Sealed): Promise<Buffer> {
  const { rows } = sealed.batch
  const tables = tableOf(sealed)
  const [head = [], ...first] = tables.next().value as string[][]
  const firstLine = headNames.length
  const isNumber = (row: number, column: number): boolean =>
    row >= firstLine && row < firstLine + rows.length && numberColumns.has(columnNames[column] ?? '')
  const widths = columnNames.map(name => (name === 'line' || name === 'pieces' || name === 'point' ? 28 : 16))
  const pages = (async function* () {
    let row = 0
    for (const some of [[first], tables])
      for (const page of some) {
        yield page.map((texts, i) => texts.map((text, column) => cellOf(text, isNumber(row + i, column))))
        row += page.length
      }
  })()
  const chunks: Uint8Array[] = []
  for await (const chunk of xlsxOf('batch', head, widths, pages)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** As `JSON.stringify` with an indent of one writes it, in pieces. */
export function batchJson({ batch, seal }: Sealed): Buffer {
  const { head, rows, totals, waived } = batch
  const at = (depth: number, value: unknown): string =>
    JSON.stringify(value, null, 1).replaceAll('\n', `\n${' '.repeat(depth)}`)
  const parts = [Buffer.from(`{\n "format": "gatehouse-batch-1",\n "head": ${at(1, head)},\n "rows": [`)]
  for (let i = 0; i < rows.length; i += AT_ONCE) {
    const some = rows.slice(i, i + AT_ONCE).map(row => `\n  ${at(2, { ...row, check: checkOf(head.batch, row) })}`)
    parts.push(Buffer.from(`${i === 0 ? '' : ','}${some.join(',')}`))
  }
  const rest = `"totals": ${at(1, totals)},\n "waived": ${at(1, waived)},\n "seal": ${at(1, seal)}`
  parts.push(Buffer.from(`${rows.length === 0 ? '' : '\n '}],\n ${rest}\n}\n`))
  return Buffer.concat(parts)
}

/** A file of any of the three kinds. Null: it is none of them, or not whole. */
export function readBatch(bytes: Buffer): FoundBatch | null {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) {
    const rows = readXlsx(bytes)
    return rows && fromTable(rows.map(r => r.cells))
  }
  const text = new TextDecoder('utf-8').decode(bytes)
  if (text.trimStart().startsWith('{')) return fromJson(text)
  return fromTable(parseCsv(text, ',').rows.map(r => r.cells.map(unguarded)))
}

function fromTable(table: readonly (readonly string[])[]): FoundBatch | null {
  const headerAt = table.findIndex(cells => cells[0] === both(columns.line))
  const totalsAt = table.findIndex(cells => cells[0] === TOTAL)
  if (headerAt < 0 || totalsAt < headerAt) return null
  const head = new Map(table.slice(0, headerAt).map(cells => [cells[0], cells[1] ?? '']))
  const lines = table.slice(headerAt + 1, totalsAt)
  const seals = new Map(table.filter(cells => cells[0] === SEAL).map(cells => [cells[1], cells[2] ?? '']))
  const after = (label: string) =>
    table
      .slice(totalsAt)
      .filter(cells => cells[0] === label)
      .slice(1)
  const named = <K extends string>(names: readonly K[], cells: readonly string[], from: number) =>
    Object.fromEntries(names.map((name, i) => [name, cells[from + i] ?? ''])) as Record<K, string>
  return {
    batch: {
      head: Object.fromEntries(headNames.map(name => [name, head.get(both(headFields[name])) ?? ''])) as Head,
      rows: lines.map(cells => named<Column>(columnNames, cells, 0)),
      totals: after(TOTAL).map(cells => named(totalNames, cells, 1)),
      waived: after(WAIVED).map(cells => named(waivedNames, cells, 1)),
    },
    seal: {
      sha256: seals.get('sha256') ?? '',
      signature: seals.get('ed25519') ?? '',
      key: seals.get('key') ?? '',
    },
    checks: lines.map(cells => cells[columnNames.length] ?? ''),
  }
}

function fromJson(text: string): FoundBatch | null {
  try {
    const read = JSON.parse(text) as Record<string, unknown>
    if (read.format !== 'gatehouse-batch-1') return null
    const picked = <K extends string>(names: readonly K[], from: unknown): Record<K, string> => {
      const of = (from ?? {}) as Record<string, unknown>
      return Object.fromEntries(names.map(name => [name, String(of[name] ?? '')])) as Record<K, string>
    }
    const list = (of: unknown): unknown[] => (Array.isArray(of) ? of : [])
    return {
      batch: {
        head: picked(headNames, read.head),
        rows: list(read.rows).map(row => picked(columnNames, row)),
        totals: list(read.totals).map((total): Total => picked(totalNames, total)),
        waived: list(read.waived).map((one): Waived => picked(waivedNames, one)),
      },
      seal: picked(['sha256', 'signature', 'key'], read.seal),
      checks: list(read.rows).map(row => picked(['check'], row).check),
    }
  } catch {
    return null
  }
}
