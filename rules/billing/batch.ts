import type { Flow } from '../flow.ts'
import { decimalText, multiplierText } from '../readings/book.ts'
import { type Amount, amountText, sumOf } from '../readings/period.ts'
import type { Line, Unbilled } from './line.ts'

/**
 * A batch of readings for billing is a table of texts: a head, lines, totals. Every file made of it holds the same texts,
 * so that one seal is good for all of them and making it again gives the same bytes. [M03, people-and-permits 5.2]
 */
export const columns = {
  line: { 'zh-CN': '行号', en: 'Line' },
  unit: { 'zh-CN': '房号', en: 'Unit' },
  point: { 'zh-CN': '计量点', en: 'Service point' },
  medium: { 'zh-CN': '介质', en: 'Medium' },
  register: { 'zh-CN': '费率', en: 'Register' },
  use: { 'zh-CN': '用途', en: 'Use' },
  meters: { 'zh-CN': '表号', en: 'Meter' },
  from: { 'zh-CN': '起', en: 'From' },
  to: { 'zh-CN': '止', en: 'To' },
  previous: { 'zh-CN': '上期表码', en: 'Previous index' },
  current: { 'zh-CN': '本期表码', en: 'Current index' },
  multiplier: { 'zh-CN': '倍率', en: 'Multiplier' },
  consumption: { 'zh-CN': '用量', en: 'Consumption' },
  uom: { 'zh-CN': '单位', en: 'Unit of measure' },
  quality: { 'zh-CN': '读数质量', en: 'Quality' },
  pieces: { 'zh-CN': '分段', en: 'Pieces' },
  price: { 'zh-CN': '单价', en: 'Price' },
  currency: { 'zh-CN': '币种', en: 'Currency' },
  amount: { 'zh-CN': '金额（仅供核对）', en: 'Amount (check only)' },
  was: { 'zh-CN': '原用量', en: 'Was' },
  difference: { 'zh-CN': '差额', en: 'Difference' },
  reason: { 'zh-CN': '更正原因', en: 'Reason' },
} as const
export type Column = keyof typeof columns
export const columnNames = Object.keys(columns) as Column[]
/** These hold numbers or nothing. */
export const numberColumns: ReadonlySet<string> = new Set<Column>([
  ...(['previous', 'current', 'consumption', 'price', 'amount', 'was', 'difference'] as const),
])
export type Row = Readonly<Record<Column, string>>

export const headFields = {
  batch: { 'zh-CN': '批次', en: 'Batch' },
  site: { 'zh-CN': '站点', en: 'Site' },
  sequence: { 'zh-CN': '顺序号', en: 'Sequence' },
  period: { 'zh-CN': '账期', en: 'Period' },
  group: { 'zh-CN': '范围', en: 'Group' },
  version: { 'zh-CN': '版本', en: 'Version' },
  kind: { 'zh-CN': '类型', en: 'Kind' },
  from: { 'zh-CN': '起', en: 'From' },
  to: { 'zh-CN': '止', en: 'To' },
  zone: { 'zh-CN': '时区', en: 'Time zone' },
  prepared: { 'zh-CN': '编制', en: 'Prepared by' },
  approved: { 'zh-CN': '批准', en: 'Approved by' },
  approvedAt: { 'zh-CN': '批准时间', en: 'Approved at' },
  supersedes: { 'zh-CN': '更正所对批次', en: 'Corrects' },
  why: { 'zh-CN': '更正说明', en: 'Why' },
  /** Of the batch before this one by its sequence: none can be left out unseen. */
  before: { 'zh-CN': '上一批 SHA-256', en: 'SHA-256 of the batch before' },
} as const
export type HeadField = keyof typeof headFields
export const headNames = Object.keys(headFields) as HeadField[]
export type Head = Readonly<Record<HeadField, string>>

/** Control totals of one medium, register and unit of measure. */
export const totalNames = [
  'medium',
  'register',
  'uom',
  'lines',
  'consumption',
  'difference',
  'current',
  'amount',
] as const
export type Total = Readonly<Record<(typeof totalNames)[number], string>>
/** A point that was left out knowingly. */
export interface Waived {
  readonly line: string
  readonly unit: string
  readonly by: string
  readonly reason: string
}
export interface Batch {
  readonly head: Head
  readonly rows: readonly Row[]
  readonly totals: readonly Total[]
  readonly waived: readonly Waived[]
}

/** Who does what with a batch: who approves is not who prepared it; once issued it never changes. */
export const batchFlow = {
  first: 'draft',
  moves: {
    draft: {
      approve: { to: 'issued', by: ['admin', 'manager'] },
      withdraw: { to: 'withdrawn', by: ['admin', 'billing', 'engineer'] },
    },
    issued: {
      accept: { to: 'accepted', by: ['admin', 'billing'] },
      reject: { to: 'rejected', by: ['admin', 'billing'] },
      correct: { to: 'corrected', by: ['admin', 'billing', 'engineer'] },
    },
    accepted: { correct: { to: 'corrected', by: ['admin', 'billing', 'engineer'] } },
    rejected: { correct: { to: 'corrected', by: ['admin', 'billing', 'engineer'] } },
    corrected: {},
    withdrawn: {},
  },
} as const satisfies Flow<
  'draft' | 'issued' | 'accepted' | 'rejected' | 'corrected' | 'withdrawn',
  'approve' | 'withdraw' | 'accept' | 'reject' | 'correct'
>

/** `site-2026-11-all-v1`: the name of the file and the first half of each line's id. */
export const batchName = (site: string, period: string, group: string, version: number): string =>
  `${site}-${period}-${group}-v${version}`

export const rowOf = (line: Line, wall: (ms: number) => string): Row => ({
  ...{ line: line.id, unit: line.unit, point: line.point, medium: line.medium, register: line.register, use: line.use },
  ...{ meters: line.meters, from: wall(line.from), to: wall(line.to), previous: line.previous, current: line.current },
  ...{ multiplier: line.multiplier, consumption: amountText(line.consumption), uom: line.uom, quality: line.quality },
  ...{ pieces: line.pieces, price: line.micro === null ? '' : multiplierText(line.micro) },
  currency: line.currency,
  amount: line.amount === null ? '' : decimalText(line.amount.value, line.amount.decimals),
  ...{ was: '', difference: '', reason: '' },
})

/** What a batch cannot be approved with: each point that is not billed has to be decided, or waived by name. */
export const unwaived = (unbilled: readonly Unbilled[], waived: readonly Waived[]): readonly Unbilled[] => {
  const names = new Set(waived.map(w => w.line))
  return unbilled.filter(u => !names.has(u.id))
}

/** `-12.5` -> exact. Anything that is no plain decimal is refused by null. */
export function amountFrom(text: string): Amount | null {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text)
  if (!match) return null
  const value = BigInt(match[2]! + (match[3] ?? ''))
  return { value: match[1] ? -value : value, decimals: match[3]?.length ?? 0 }
}
const NOTHING: Amount = { value: 0n, decimals: 0 }
const sumText = (texts: readonly string[]): string => {
  const sum = sumOf(texts.map(text => amountFrom(text) ?? NOTHING))
  return amountText(sum)
}

/** Of all of them, or of none: a sum of some would be taken for the whole. */
const wholeSum = (texts: readonly string[]): string => (texts.includes('') ? '' : sumText(texts))

/** Control totals; `current` is a hash total: the sum of what the registers showed, which no other set of readings has. */
export function totalsOf(rows: readonly Row[]): Total[] {
  const groups = Map.groupBy(rows, r => [r.medium, r.register, r.uom].join('\u0000'))
  return [...groups]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, some]) => ({
      ...{ medium: some[0]!.medium, register: some[0]!.register, uom: some[0]!.uom, lines: String(some.length) },
      consumption: sumText(some.map(r => r.consumption)),
      difference: wholeSum(some.map(r => r.difference)),
      current: sumText(some.map(r => r.current)),
      amount: wholeSum(some.map(r => r.amount)),
    }))
}

/** What stands after all versions: of each line the last one said. */
export function standing(versions: readonly Pick<Batch, 'rows'>[]): ReadonlyMap<string, Row> {
  const rows = new Map<string, Row>()
  for (const { rows: some } of versions) for (const row of some) rows.set(row.line, row)
  return rows
}

const COMPARED = [
  'meters',
  'from',
  'to',
  'previous',
  'current',
  'multiplier',
  'consumption',
  'uom',
  'price',
  'quality',
] as const

/**
 * Only what is different now, each with what stood, by how much it changed and why. A line that is no more goes to nought.
 * @param why by line; a line without a reason of its own has the batch's
 */
export function corrections(
  stood: ReadonlyMap<string, Row>,
  now: readonly Row[],
  why: (line: string) => string,
): readonly Row[] {
  const there = new Set(now.map(r => r.line))
  const gone = [...stood.values()]
    .filter(r => !there.has(r.line) && r.consumption !== '0')
    .map(r => ({ ...r, consumption: '0', amount: r.amount === '' ? '' : '0.00' }))
  return [...now, ...gone]
    .flatMap(row => {
      const was = stood.get(row.line)
      if (was && COMPARED.every(c => was[c] === row[c])) return []
      const before = was?.consumption ?? '0'
      const difference = sumText([row.consumption, before.startsWith('-') ? before.slice(1) : `-${before}`])
      return [{ ...row, was: was ? before : '', difference, reason: why(row.line) }]
    })
    .toSorted((a, b) => (a.line < b.line ? -1 : 1))
}

/** What billing says it took over: by line, its consumption as a text. */
export interface Acknowledged {
  readonly line: string
  readonly consumption: string
}
export interface Matched {
  readonly same: number
  readonly different: readonly { readonly line: string; readonly ours: string; readonly theirs: string }[]
  /** Ours that they do not have, theirs that we never said, theirs that came twice. */
  readonly missing: readonly string[]
  readonly unknown: readonly string[]
  readonly twice: readonly string[]
}

/** Line by line: `12.50` and `12.5` are the same, anything else is not. */
export function matchAcknowledgement(rows: readonly Row[], told: readonly Acknowledged[]): Matched {
  const ours = new Map(rows.map(r => [r.line, r.consumption]))
  const seen = new Set<string>()
  const twice: string[] = []
  const unknown: string[] = []
  const different: Matched['different'][number][] = []
  let same = 0
  for (const { line, consumption } of told) {
    const mine = ours.get(line)
    if (mine === undefined) unknown.push(line)
    else if (seen.has(line)) twice.push(line)
    else if (isEqual(mine, consumption)) same++
    else different.push({ line, ours: mine, theirs: consumption })
    seen.add(line)
  }
  return { same, different, missing: [...ours.keys()].filter(line => !seen.has(line)), unknown, twice }
}
function isEqual(a: string, b: string): boolean {
  const [left, right] = [amountFrom(a), amountFrom(b.trim())]
  return left !== null && right !== null && sumOf([left, { ...right, value: -right.value }]).value === 0n
}
export const isWhole = ({ different, missing, unknown, twice }: Matched): boolean =>
  different.length + missing.length + unknown.length + twice.length === 0
