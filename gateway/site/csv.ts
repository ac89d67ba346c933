import { z } from 'zod'
import type { Driver } from '../../drivers/driver.ts'
import { guarded, writeCsv } from '../csv.ts'
import { equipmentBase, pointBase } from './schema.ts'

/** How the equipment and points of site.json stand in a table: one row per point, the equipment's columns on each. */

export interface Column {
  /** The word of site.json, with a dot where it lies deeper. */
  readonly word: string
  readonly zh: string
  readonly of: 'equipment' | 'point'
  readonly path: readonly (string | number)[]
  /** What a cell of it must be; those of a driver's address differ by driver and are checked with the whole point. */
  readonly schema: z.ZodType | null
}

const equipmentColumn = (word: string, zh: string, path: readonly string[], schema: z.ZodType): Column => ({
  word,
  zh,
  of: 'equipment',
  path,
  schema,
})
const name = z.string().min(1).max(200)

const equipmentColumns: readonly Column[] = [
  equipmentColumn('equipment', '设备编号', ['id'], equipmentBase.id),
  equipmentColumn('kind', '类别', ['kind'], equipmentBase.kind),
  equipmentColumn('name.zh-CN', '名称（中）', ['name', 'zh-CN'], name),
  equipmentColumn('name.en', '名称（英）', ['name', 'en'], name),
  equipmentColumn('space', '位置', ['space'], equipmentBase.space),
  equipmentColumn('channel', '通道', ['channel'], equipmentBase.channel),
  equipmentColumn('unit', '站号', ['unit'], equipmentBase.unit),
  equipmentColumn('profile', '型号模板', ['profile'], equipmentBase.profile),
]
const pointWords: Readonly<Record<string, readonly [word: string, zh: string]>> = {
  key: ['point', '测点'],
  kind: ['point.kind', '值的类型'],
  unit: ['point.unit', '单位'],
  space: ['point.space', '测点位置'],
  enum: ['enum', '代码含义'],
  writable: ['writable', '可写'],
  scanMs: ['scanMs', '读取周期 ms'],
  deadband: ['deadband', '死区'],
  command: ['command', '控制'],
  table: ['table', '数据区'],
  address: ['address', '地址'],
  type: ['type', '数据类型'],
  order: ['order', '字节序'],
  bit: ['bit', '位'],
  mask: ['mask', '掩码'],
  scale: ['scale', '倍率'],
  offset: ['offset', '偏移'],
  noValue: ['noValue', '无读数标记'],
  length: ['length', '长度'],
  encoding: ['encoding', '编码'],
  multiple: ['multiple', '多写功能码'],
  node: ['node', '节点'],
}

/** Every column, in the order in which they are written. The words of a driver's address come from its own shape. */
export function columnsOf(drivers: readonly Driver[]): readonly Column[] {
  const point = (field: string): Column[] => {
    if (field === 'name')
      return (['zh-CN', 'en'] as const).map(lang => ({
        word: `point.name.${lang}`,
        zh: lang === 'en' ? '测点名称（英）' : '测点名称（中）',
        of: 'point' as const,
        path: ['name', lang],
        schema: name,
      }))
    if (field === 'range')
      return [0, 1].map(i => ({
        word: i === 0 ? 'range.min' : 'range.max',
        zh: i === 0 ? '量程下限' : '量程上限',
        of: 'point' as const,
        path: ['range', i],
        schema: z.number(),
      }))
    const [word, zh] = pointWords[field] ?? [field, '']
    return [{ word, zh, of: 'point', path: [field], schema: null }]
  }
  const fields = new Set([...Object.keys(pointBase), ...drivers.flatMap(d => Object.keys(d.address))])
  return [...equipmentColumns, ...[...fields].flatMap(point)]
}

export type Raw = Readonly<Record<string, unknown>>
export interface RawSite {
  readonly equipment?: readonly RawEquipment[]
}
export interface RawEquipment extends Raw {
  readonly id: string
  readonly points?: readonly Raw[]
}

export const at = (thing: unknown, path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>((inner, word) => (inner as Record<string | number, unknown> | undefined)?.[word], thing)

const cellOf = (value: unknown): string =>
  value === undefined ? '' : guarded(typeof value === 'object' ? JSON.stringify(value) : String(value))

/** UTF-8 with a byte order mark: without one Excel takes it for the machine's own code. Columns that nothing uses are left out. */
export function exportCsv(site: RawSite, drivers: readonly Driver[]): string {
  const rows = (site.equipment ?? []).flatMap(e => (e.points?.length ? e.points : [{}]).map(p => [e, p] as const))
  const columns = columnsOf(drivers).filter(
    c =>
      ['equipment', 'channel', 'unit', 'point'].includes(c.word) ||
      rows.some(([e, p]) => at(c.of === 'equipment' ? e : p, c.path) !== undefined),
  )
  const lines = rows.map(([e, p]) => columns.map(c => cellOf(at(c.of === 'equipment' ? e : p, c.path))))
  return `\uFEFF${writeCsv([columns.map(c => `${c.word} ${c.zh}`.trim()), ...lines])}`
}
