import { type ItemSeen, itemFails } from '../../rules/patrol/flame.ts'
import type { Method } from '../../rules/patrol/words.ts'
import type { Clock } from '../core/clock.ts'
import type { Scan } from '../records/patrol.ts'
import type { Note } from '../records/trail.ts'
import type { Workorders } from '../records/workorders.ts'
import type { Route } from '../site/placeschema.ts'

export interface OrderDeps {
  readonly clock: Clock
  readonly workorders: Workorders
  /** Whether there is a permit for hot work at this place and time; null: nobody knows. */
  readonly permitHere: (space: string, at: number) => boolean | null
}

/** What failed at a point, and a tag that is broken, open an order each; the same of the same thing is one order. */
export function opened(
  deps: OrderDeps,
  note: Note,
  route: Route,
  point: Route['checkpoints'][number],
  record: { readonly method: Method; readonly items: readonly ItemSeen[] },
  at: number,
): Scan['failed'] {
  const order = (key: string, item: string, zh: string, en: string, urgent: boolean, equipment: string | null) => {
    const made = deps.workorders.openFor(
      note,
      {
        ...{ alarm: null, severity: null, equipment, space: point.space, origin: 'check', key: `p:${key}` },
        text: { 'zh-CN': zh.slice(0, 200), en: en.slice(0, 200) },
        class: urgent ? 'urgent' : 'general',
      },
      deps.clock.now(),
    )
    return { item, order: made.no }
  }
  const failed: { item: string; order: string }[] = []
  if (record.method === 'broken') {
    const name = point.name ?? { 'zh-CN': point.id, en: point.id }
    const [zh, en] = [`巡更点标签损坏：${name['zh-CN']}`, `Tag of a patrol point is broken: ${name.en}`]
    failed.push(order(`${route.id}/${point.id}:tag`, 'tag', zh, en, false, null))
  }
  for (const seen of record.items) {
    const item = point.items.find(i => i.id === seen.id)
    const permit = item?.flame ? deps.permitHere(point.space, at) : null
    if (!item || !itemFails(item.flame === true, seen, permit)) continue
    const [zh, en] = item.flame
      ? ['巡更发现无证动火', 'Patrol: open flame without a permit']
      : [`巡更发现不合格：${item.text['zh-CN']}`, `Patrol, not in order: ${item.text.en}`]
    const more = seen.note === '' ? '' : ` (${seen.note})`
    const about = item.equipment ?? point.space
    failed.push(
      order(`${about}:${item.id}`, item.id, zh + more, en + more, item.flame === true, item.equipment ?? null),
    )
  }
  return failed
}
