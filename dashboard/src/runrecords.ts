import { useQuery } from '@tanstack/react-query'
import type {
  PreStartSheet,
  RunCellView,
  RunColumnView,
  RunFormView,
  RunLineView,
  RunSheet,
} from '../../gateway/http/contract.ts'
import { type LineProblem, writeLine } from '../../rules/runrecord/line.ts'
import type { Cells, RunColumn } from '../../rules/runrecord/words.ts'
import { call, type Items, queries } from './api.ts'
import { formatNumber, formatUnit, plain } from './format.ts'
import { useText } from './text/index.ts'

const AGAIN_MS = 10_000
const q = encodeURIComponent

export const useRunForms = (everyMs = AGAIN_MS, enabled = true) =>
  useQuery({
    queryKey: ['run-forms'],
    queryFn: async () => (await call<Items<RunFormView>>('run-forms')).items,
    refetchInterval: everyMs,
    enabled,
  })
/** @param day empty: today at the site */
export const useRunSheet = (form: string, day: string) =>
  useQuery({
    queryKey: ['run-sheet', form, day],
    queryFn: () => call<RunSheet>(`run-forms/${q(form)}/sheet${day === '' ? '' : `?day=${q(day)}`}`),
    staleTime: 0,
    refetchInterval: AGAIN_MS,
  })
/** @param day empty: today at the site */
export const usePreStart = (form: string, day: string, enabled: boolean) =>
  useQuery({
    queryKey: ['pre-start', form, day],
    queryFn: () => call<PreStartSheet>(`run-forms/${q(form)}/pre-start${day === '' ? '' : `?day=${q(day)}`}`),
    staleTime: 0,
    refetchInterval: AGAIN_MS,
    enabled,
  })
export async function runChanged(): Promise<void> {
  await queries.invalidateQueries({ queryKey: ['run-sheet'] })
  await queries.invalidateQueries({ queryKey: ['pre-start'] })
  await queries.invalidateQueries({ queryKey: ['run-forms'] })
}

export type Typed = Readonly<Record<string, number | boolean | string>>
/** What is sent of what was typed: numbers as numbers, nothing where nothing was typed. */
export function typedOf(columns: readonly RunColumnView[], draft: Readonly<Record<string, string>>): Typed {
  const typed: Record<string, number | boolean | string> = {}
  for (const { key, kind } of columns) {
    const text = draft[key]?.trim() ?? ''
    if (text === '') continue
    typed[key] = kind === 'number' ? Number(text.replace(',', '.')) : kind === 'boolean' ? text === 'true' : text
  }
  return typed
}
/** What is still needed, by the rule that the gateway asks as well; null: it can be sent. */
export function lackOf(
  columns: readonly RunColumnView[],
  cells: Readonly<Record<string, RunCellView>>,
  typed: Typed,
  remark: string,
): LineProblem | null {
  const plainCells: Cells = Object.fromEntries(Object.entries(cells).map(([key, c]) => [key, { ...c, at: null }]))
  const said = writeLine(columns as readonly RunColumn[], plainCells, typed, remark, 0)
  return 'cells' in said ? null : said
}

/** A value of a line in words, with its unit where there is one. */
export function useCellText(): (column: RunColumnView, value: RunCellView['value'], unit?: boolean) => string {
  const { t, of, lang } = useText()
  return (column, value, unit = false) => {
    if (value === null) return '—'
    if (column.kind === 'choice') {
      const found = column.choices.find(c => c.id === value)
      return found ? of(found.text) : plain(String(value))
    }
    const coded = column.codes?.[String(typeof value === 'boolean' ? Number(value) : value)]
    if (coded) return of(coded)
    if (typeof value === 'boolean') return t(value ? 'runRecords.yes' : 'runRecords.no')
    if (typeof value === 'string') return plain(value)
    return `${formatNumber(value, lang, column.decimals)}${unit && column.unit ? ` ${formatUnit(column.unit)}` : ''}`
  }
}
/** The line in which something was last put right, first. */
export const inPlace = (lines: readonly RunLineView[]): readonly RunLineView[] =>
  lines.toSorted((a, b) => a.due.localeCompare(b.due) || Number(b.replacedBy !== null) - Number(a.replacedBy !== null))
