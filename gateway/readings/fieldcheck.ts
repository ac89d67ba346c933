import type { Text } from '../../drivers/point.ts'
import type { MeterBook } from '../records/meterbook.ts'
import type { Note } from '../records/trail.ts'
import type { Workorders } from '../records/workorders.ts'
import type { Site } from '../site/site.ts'
import { knownOf } from './lives.ts'

const PLAN = 'meter-check'
/** What somebody who stands before the meter writes down. */
const items: readonly { readonly id: string; readonly text: Text }[] = [
  { id: 'index', text: { 'zh-CN': '抄录表码，并拍下表盘', en: 'Read the index, with a photo of the dial' } },
  { id: 'plate', text: { 'zh-CN': '表号与台账一致', en: 'The number on the plate is that of the meter book' } },
  {
    id: 'multiplier',
    text: {
      'zh-CN': '互感器变比（脉冲当量）与台账倍率一致',
      en: 'CT and VT, or the pulse weight, are those of the book',
    },
  },
  {
    id: 'seal',
    text: { 'zh-CN': '封签完好，接线无异常', en: 'The seal is whole, and nothing is odd about the wiring' },
  },
]

/** Sends somebody to a meter: one order for each service point, however many exceptions it has. */
export function fieldChecks({
  book,
  workorders,
  site,
}: {
  readonly book: MeterBook
  readonly workorders: Pick<Workorders, 'openFor'>
  readonly site: () => Site | null
}) {
  /** Inside a change. @param why what is in doubt, in words @returns the order */
  return (note: Note, pointId: string, meter: string, why: Text, now: number) => {
    const known = knownOf(book.book())
    const point = known.points.get(pointId)
    const unit = point ? site()?.spaces.get(point.unit) : undefined
    const sources = known.meters.get(meter)?.registers.flatMap(r => r.source ?? []) ?? []
    const equipment = site()?.equipment.find(e => e.points.some(p => sources.includes(p.id)))?.id ?? null
    const name: Text = unit?.name ?? { 'zh-CN': point?.unit ?? pointId, en: point?.unit ?? pointId }
    return workorders.openFor(
      note,
      {
        ...{ alarm: null, class: 'general', severity: null, equipment, space: unit?.id ?? null, failure: null },
        text: {
          'zh-CN': `现场核表：${name['zh-CN']}，表 ${meter}。${why['zh-CN']}`,
          en: `Look at the meter: ${name.en}, meter ${meter}. ${why.en}`,
        },
        ...{ crew: point?.medium === 'electricity' ? 'electrical' : 'plumbing', origin: 'check' },
        ...{ key: `${PLAN} ${pointId}`, items: items.map(i => ({ ...i, plan: PLAN })) },
      },
      now,
    )
  }
}
