import { z } from 'zod'
import type { Point, PointId, Text, Value } from '../../drivers/point.ts'
import { type PreStart, type RunColumn, type RunForm, type RunTimes, writers } from '../../rules/runrecord/words.ts'
import type { Params } from '../core/errors.ts'
import type { Path } from '../site/jsonproblems.ts'
import { clockTime, id, text, weekdays } from '../site/words.ts'

const end = z.number().nullable()
const normal = z.tuple([end, end])
const times = z.strictObject({
  days: z.array(z.enum(weekdays)).min(1).optional(),
  from: clockTime,
  to: clockTime,
  everyMin: z.int().min(15).max(1440),
})
const column = z.union([
  z.strictObject({
    /** `<equipment>/<key>`: its value is taken from the plant. */
    point: z.string().min(3).max(129),
    name: text.optional(),
    normal: normal.optional(),
    /** States that are normal. */
    expect: z
      .array(z.union([z.number(), z.boolean(), z.string()]))
      .min(1)
      .max(20)
      .optional(),
  }),
  z.strictObject({
    /** Read off by a person. */
    key: id,
    equipment: id.optional(),
    name: text,
    unit: z.string().min(1).max(32).optional(),
    normal: normal.optional(),
    choices: z
      .array(z.strictObject({ id, text, ok: z.boolean().default(true) }))
      .min(2)
      .max(20)
      .optional(),
    /** `ok`: in order or not, without choices of its own. */
    kind: z.enum(['number', 'text', 'ok']).optional(),
    optional: z.boolean().default(false),
  }),
])

const value = z.union([z.number(), z.boolean(), z.string()])
/** What is gone through before a plant starts [P-16]. */
const preStart = z.strictObject({
  equipment: id,
  /** The key of the point that is commanded for a start, and which values of it start. */
  start: z.string().min(1).max(64).default('start'),
  values: z.array(value).min(1).max(10).default([true]),
  /** The key of the point that says that it runs. */
  running: z.string().min(1).max(64).default('running'),
  validMin: z.int().min(1).max(1440).default(30),
  items: z.array(column).min(1).max(40),
})
const okOrNot = [
  { id: 'ok', text: { 'zh-CN': '正常', en: 'ok' }, ok: true },
  { id: 'not-ok', text: { 'zh-CN': '不正常', en: 'not ok' }, ok: false },
]

/** A form of the run record of a plant room: data, as the paper form is [F03, F05]. */
export const runRecordSchema = z.strictObject({
  id,
  name: text,
  /** Roles that write it; an admin always may. */
  by: z
    .array(z.enum(writers))
    .min(1)
    .default([...writers]),
  columns: z.array(column).min(1).max(60),
  times: z.array(times).max(10).default([]),
  /** Hours of peak demand, in which there are more lines. */
  peaks: z.array(times).max(10).default([]),
  graceMin: z.int().min(1).max(60).default(15),
  follows: z
    .strictObject({ point: z.string().min(3).max(129), everyMin: z.int().min(15).max(1440).default(60) })
    .optional(),
  preStart: z.array(preStart).max(20).default([]),
  source: z.string().min(1).max(500).default(''),
})
type Raw = z.infer<typeof runRecordSchema>
type Add = (path: Path, code: string, params?: Params, level?: 'error' | 'warning') => void

/** What forms are held against. */
interface Around {
  readonly equipment: readonly { readonly id: string; readonly name: Text; readonly points: readonly Point[] }[]
  readonly named: ReadonlySet<unknown>
  /** All points could be taken up: otherwise nobody can say which do not exist. */
  readonly whole: boolean
}

/** The forms of a site; what does not fit goes to `add`. */
export function runFormsOf(raw: readonly (Raw | null)[], around: Around, add: Add): readonly RunForm[] {
  const points = new Map(around.equipment.flatMap(e => e.points.map(p => [p.id, { e, p }] as const)))
  const columnsOf = (list: Raw['columns'], at: Path): readonly RunColumn[] => {
    const columns: RunColumn[] = []
    const keys = new Set<string>()
    for (const [j, c] of list.entries()) {
      const path: Path = [...at, j]
      const key = 'point' in c ? c.point : c.key
      if (keys.has(key)) add(path, 'duplicate-id', { id: key })
      keys.add(key)
      if ('point' in c) {
        const found = points.get(c.point as PointId)
        if (!found) {
          if (around.whole) add([...path, 'point'], 'unknown-point', { point: c.point })
          continue
        }
        const { e, p } = found
        columns.push({
          ...{ key, equipment: e.id, equipmentName: e.name, name: c.name ?? p.name, kind: p.kind },
          ...{ unit: p.unit ?? null, decimals: p.decimals ?? null, point: p.id, codes: p.enum ?? null },
          ...{ normal: c.normal ?? null, expect: (c.expect as readonly Value[] | undefined) ?? null },
          ...{ choices: [], optional: true },
        })
        continue
      }
      const equipment = c.equipment === undefined ? undefined : around.equipment.find(e => e.id === c.equipment)
      if (c.equipment !== undefined && !around.named.has(c.equipment))
        add([...path, 'equipment'], 'unknown-equipment', { equipment: c.equipment })
      const choices = c.choices ?? (c.kind === 'ok' ? okOrNot : [])
      const kind = c.kind === 'ok' || choices.length > 0 ? 'choice' : (c.kind ?? 'number')
      columns.push({
        ...{ key, equipment: c.equipment ?? null, equipmentName: equipment?.name ?? null, name: c.name },
        ...{ kind, unit: c.unit ?? null, decimals: null, point: null },
        ...{ codes: null, normal: c.normal ?? null, expect: null, choices, optional: c.optional },
      })
    }
    return columns
  }
  const listed = new Set<string>()
  const preStartOf = (raw: Raw['preStart'][number], at: Path): PreStart[] => {
    const { equipment, start, values, running, validMin } = raw
    const items = columnsOf(raw.items, [...at, 'items'])
    const found = around.equipment.find(e => e.id === equipment)
    if (!around.named.has(equipment)) add([...at, 'equipment'], 'unknown-equipment', { equipment })
    if (listed.has(equipment)) add([...at, 'equipment'], 'duplicate-id', { id: equipment })
    listed.add(equipment)
    if (!found) return []
    const [command, runs] = [start, running].map(key => found.points.find(p => p.id === `${equipment}/${key}`))
    if (!command) add([...at, 'start'], 'unknown-point', { point: `${equipment}/${start}` })
    if (runs?.kind !== 'boolean') add([...at, 'running'], 'run-follows', { point: `${equipment}/${running}` })
    if (!command || !runs) return []
    return [{ equipment, equipmentName: found.name, start: command.id, values, running: runs.id, validMin, items }]
  }
  const forms: RunForm[] = []
  for (const [i, form] of raw.entries()) {
    if (!form) continue
    const at: Path = ['runRecords', i]
    const columns = columnsOf(form.columns, [...at, 'columns'])
    const timesOf = (list: Raw['times'], word: 'times' | 'peaks'): RunTimes[] =>
      list.map((t, j) => {
        // From a time to the same time is a whole day.
        if (t.from === '24:00') add([...at, word, j, 'from'], 'span-empty', { from: t.from, to: t.to })
        return { ...t, days: t.days ?? null }
      })
    const { follows } = form
    if (follows && around.whole && points.get(follows.point as PointId)?.p.kind !== 'boolean')
      add([...at, 'follows', 'point'], 'run-follows', { point: follows.point })
    forms.push({
      ...{ id: form.id, name: form.name, by: form.by, columns, source: form.source, graceMin: form.graceMin },
      ...{ times: timesOf(form.times, 'times'), peaks: timesOf(form.peaks, 'peaks') },
      preStarts: form.preStart.flatMap((raw, j) => preStartOf(raw, [...at, 'preStart', j])),
      follows: follows ? { point: follows.point as PointId, everyMin: follows.everyMin } : null,
    })
    if (form.times.length + form.peaks.length === 0 && !follows) add(at, 'run-no-times', { form: form.id }, 'warning')
  }
  return forms
}
