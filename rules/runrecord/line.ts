import type { Reason, Sample, Value } from '../../drivers/point.ts'
import { trusted } from '../condition.ts'
import type { Cell, Cells, Out, RunColumn } from './words.ts'

/** Whether a value is outside of what is normal. */
export function outOf(column: Pick<RunColumn, 'normal' | 'expect' | 'choices' | 'kind'>, value: Value): Out | null {
  if (column.kind === 'choice') return column.choices.some(c => c.id === value && !c.ok) ? 'other' : null
  if (column.expect !== null && !column.expect.includes(value)) return 'other'
  if (column.normal === null || typeof value !== 'number') return null
  const [low, high] = column.normal
  return low !== null && value < low ? 'low' : high !== null && value > high ? 'high' : null
}

/** What the plant says for a column at this moment. What cannot be believed stays empty with its reason. */
export function liveCell(column: RunColumn, sample: Sample | undefined): Cell {
  const value = trusted(sample)
  if (sample === undefined || value === undefined) {
    const reason: Reason = sample?.reason ?? 'never-read'
    return { value: null, source: 'live', at: sample?.at ?? null, reason, out: null }
  }
  return { value, source: 'live', at: sample.at, reason: sample.reason ?? null, out: outOf(column, value) }
}
/** All columns that have a point. */
export const liveCells = (
  columns: readonly RunColumn[],
  get: (point: NonNullable<RunColumn['point']>) => Sample | undefined,
): Cells =>
  Object.fromEntries(columns.flatMap(c => (c.point === null ? [] : [[c.key, liveCell(c, get(c.point))] as const])))

/** What is not as the column wants it; null: it can be taken. An empty text is nothing typed. */
export function typedProblem(column: RunColumn, typed: Value): 'kind' | 'choice' | null {
  if (column.kind === 'choice') return column.choices.some(c => c.id === typed) ? null : 'choice'
  if (column.codes !== null && typeof typed === 'number')
    return Object.hasOwn(column.codes, String(typed)) ? null : 'choice'
  if (column.kind === 'number') return typeof typed === 'number' && Number.isFinite(typed) ? null : 'kind'
  return typeof typed === column.kind ? null : 'kind'
}

export type LineProblem =
  | { readonly code: 'run-column'; readonly column: string }
  | { readonly code: 'run-value'; readonly column: string }
  | { readonly code: 'run-empty'; readonly column: string }
  | { readonly code: 'run-remark'; readonly column: string }

/**
 * A line as it will stand: what the plant said, and over it what the person read off the gauge.
 * A point that cannot be believed may stay empty; what is read by hand may not, unless its column says so; what is out of its
 * range asks for a remark.
 */
export function writeLine(
  columns: readonly RunColumn[],
  cells: Cells,
  typed: Readonly<Record<string, Value>>,
  remark: string,
  now: number,
): { readonly cells: Cells } | LineProblem {
  const written: Record<string, Cell> = {}
  for (const key of Object.keys(typed))
    if (!columns.some(c => c.key === key)) return { code: 'run-column', column: key }
  for (const column of columns) {
    const { key } = column
    const had = cells[key]
    const value = typed[key]
    if (value !== undefined) {
      if (typedProblem(column, value)) return { code: 'run-value', column: key }
      const said = had?.live ?? (had?.source === 'live' ? had.value : null)
      const live = said === null ? {} : { live: said }
      const reason = had?.source === 'live' && had.value === null ? had.reason : null
      written[key] = { value, source: 'typed', at: now, reason, out: outOf(column, value), ...live }
    } else if (had) written[key] = had
    else if (!column.optional) return { code: 'run-empty', column: key }
  }
  const out = columns.find(c => written[c.key]?.out)
  if (out && remark.trim() === '') return { code: 'run-remark', column: out.key }
  return { cells: written }
}
