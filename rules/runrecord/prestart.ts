import type { PointId, Sample, Text, Value } from '../../drivers/point.ts'
import { liveCell } from './line.ts'
import type { Cells, PreStart, RunColumn } from './words.ts'

/** check: a person went through the list; override: a supervisor lets it start without; unchecked: it started without either. */
export const preStartKinds = ['check', 'override', 'unchecked'] as const
export type PreStartKind = (typeof preStartKinds)[number]

/** What is known of the newest list or override. */
export interface Checked {
  readonly kind: PreStartKind
  readonly at: number
  readonly cells: Cells
}

/** Why a start is not free. `items` names the columns that are not ok. */
export type PreStartLack =
  | { readonly code: 'none' }
  | { readonly code: 'old' }
  | { readonly code: 'not-ok'; readonly items: readonly RunColumn[] }

const MIN_MS = 60_000
type Get = (point: PointId) => Sample | undefined

/**
 * Whether the plant may be started now; null: it may. What a list took from the plant is asked for again, because a list is
 * up to `validMin` old; what a person read off the gauge stands as he wrote it. A point that cannot be believed is not ok.
 * @param last the newest list or override; null: there is none
 */
export function preStartLack(plant: PreStart, last: Checked | null, get: Get, now: number): PreStartLack | null {
  if (last === null) return { code: 'none' }
  // A clock that was set back makes no list hold for longer.
  if (Math.abs(now - last.at) > plant.validMin * MIN_MS) return { code: 'old' }
  if (last.kind === 'override') return null
  const items = plant.items.filter(item => {
    const cell = last.cells[item.key]
    if (cell === undefined) return !item.optional || item.point !== null
    if (cell.value === null || cell.out !== null) return true
    if (cell.source === 'typed' || item.point === null) return false
    const seen = liveCell(item, get(item.point))
    return seen.value === null || seen.out !== null
  })
  return items.length > 0 ? { code: 'not-ok', items } : null
}

/** What lacks, for people. */
export function lackText(plant: Pick<PreStart, 'validMin'>, lack: PreStartLack): Text {
  if (lack.code === 'none')
    return { 'zh-CN': '没有启动前检查记录。', en: 'The pre-start check list has not been done.' }
  if (lack.code === 'old')
    return {
      'zh-CN': `启动前检查已超过 ${plant.validMin} 分钟。`,
      en: `The pre-start check list is more than ${plant.validMin} min old.`,
    }
  const { items } = lack
  const names = (language: keyof Text, comma: string) => items.map(i => i.name[language]).join(comma)
  return {
    'zh-CN': `启动前检查不合格：${names('zh-CN', '、')}。`,
    en: `Not ok before the start: ${names('en', ', ')}.`,
  }
}

/** Whether this value of this point would start a plant that has a list; undefined: it would not. */
export const startsPlant = (plants: readonly PreStart[], point: PointId, value: Value): PreStart | undefined =>
  plants.find(p => p.start === point && p.values.includes(value))
