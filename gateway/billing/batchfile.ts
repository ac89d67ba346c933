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
export const hashOf = (batch: Batch): string => sha256(canonicalOf(batch))

/** Eight signs by which an altered line is found; that nothing was altered is what the seal says. */
export const checkOf = (batch: string, row: Row): string =>
  createHash('sha256')
    .update([batch, ...columnNames.map(name => row[name])].join('\u001f'))
    .digest('hex')
    .slice(0, 8)

/** Head, lines, totals, what was left out, seal. */
function tableOf({ batch, seal }: Sealed): string[][] {
  const { head, rows, totals, waived } = batch
  return [
    ...headNames.map(name => [both(headFields[name]), head[name]]),
    [...columnNames.map(name => both(columns[name])), CHECK],
    ...rows.map(row => [...columnNames.map(name => row[name]), checkOf(head.batch, row)]),
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
export const batchCsv = (sealed: Sealed): Buffer =>
  Buffer.from(`\ufeff${writeCsv(tableOf(sealed).map(cells => cells.map(guarded)))}`)

/** A number in its cell, unless a spreadsheet would not keep all of its digits. */
const cellOf = (text: string, isNumber: boolean): Cell =>
  isNumber && /^-?\d+(\.\d+)?$/.test(text) && text.replace(/\D/g, '').length <= 15 ? { decimal: text } : text

/** The same texts as cells. Numbers are numbers, so that billing can add them up; all else is text and never a formula. */
export async function batchXlsx(sealed: Sealed): Promise<Buffer> {
  const [head = [], ...rest] = tableOf(sealed)
  const { rows } = sealed.batch
  const firstLine = headNames.length
  const isNumber = (row: number, column: number): boolean =>
    row >= firstLine && row < firstLine + rows.length && numberColumns.has(columnNames[column] ?? '')
  const cells = rest.map((texts, row) => texts.map((text, column) => cellOf(text, isNumber(row, column))))
  const widths = columnNames.map(name => (name === 'line' || name === 'pieces' || name === 'point' ? 28 : 16))
  const pages = (async function* () {
    yield cells
  })()
  const chunks: Uint8Array[] = []
  for await (const chunk of xlsxOf('batch', head, widths, pages)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

export const batchJson = ({ batch, seal }: Sealed): Buffer =>
  Buffer.from(
    `${JSON.stringify(
      {
        format: 'gatehouse-batch-1',
        head: batch.head,
        rows: batch.rows.map(row => ({ ...row, check: checkOf(batch.head.batch, row) })),
        totals: batch.totals,
        waived: batch.waived,
        seal,
      },
      null,
      1,
    )}\n`,
  )

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
