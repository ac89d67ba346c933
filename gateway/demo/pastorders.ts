import type { Text } from '../../drivers/point.ts'
import type { MoveAsk } from '../../rules/order.ts'
import type { OrderClass } from '../../rules/rule.ts'
import { keyOf, type Nature, type OrderAction } from '../../rules/workorder.ts'
import type { Actor } from '../core/events.ts'
import type { Note } from '../records/trail.ts'
import type { Trouble, Workorders } from '../records/workorders.ts'
import { dice, type PastAlarm, type Spell } from './past.ts'

/** Orders of thirty days that never were, told to the records one move after the other, as people would have made them. */

/** Whoever did it: names that nobody takes for a person of the site. */
const crew = ['demo-wang', 'demo-li', 'demo-zhao'].map(name => ({ name, role: 'engineer' as const }))
const lead = { name: 'demo-zhang', role: 'manager' as const }
const desk = { name: 'demo-chen', role: 'desk' as const }

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000
/** What residents and shops report, one each other day. */
const reported: readonly (readonly [Nature, zh: string, en: string])[] = [
  ['water', '厨房下水慢', 'Kitchen drain runs slowly'],
  ['power', '走道灯不亮', 'Corridor light does not come on'],
  ['door', '单元门闭不严', 'Entrance door does not close'],
  ['lift', '轿厢有异响', 'Noise in the lift car'],
  ['hvac', '商铺空调不冷', 'Shop is not cooled'],
  ['civil', '墙砖脱落', 'Wall tile has come off'],
  ['cleaning', '电梯厅地面有水', 'Water on the floor of the lift lobby'],
]
const reportPlaces = ['a-07', 'a-12', 'a-16', 'b-06', 'b-11', 'mall-l1', 'mall-l2', 'mall-l3'] as const

/** Times of one order: within the times of its class, but for one in ten. */
const pace: Readonly<Record<OrderClass, readonly [acceptMs: number, arriveMs: number, fixMs: number]>> = {
  life: [MINUTE_MS, 6 * MINUTE_MS, 25 * MINUTE_MS],
  urgent: [3 * MINUTE_MS, 9 * MINUTE_MS, 55 * MINUTE_MS],
  general: [6 * MINUTE_MS, 19 * MINUTE_MS, 100 * MINUTE_MS],
}

interface Doing {
  readonly at: number
  run(note: Note): void
}

/** @returns what is to be done, oldest first; each may add more, later */
export function pastOrders(
  workorders: Workorders,
  spells: readonly Spell[],
  { from, to, seed }: { from: number; to: number; seed: number },
  spaces: ReadonlySet<string>,
) {
  const roll = dice(seed + 1)
  const queue: Doing[] = []
  const later = (doing: Doing) => {
    let i = queue.length
    while (i > 0 && queue[i - 1]!.at > doing.at) i--
    queue.splice(i, 0, doing)
  }
  /** What the records noted of each order: one line of the trail tells of all of it. */
  const steps = new Map<string, { at: number; by: string; action: string }[]>()
  const taking =
    (at: number, by: string): Note =>
    (_, id, action) => {
      steps.set(id, [...(steps.get(id) ?? []), { at, by, action }])
    }
  let made = 0

  function open(at: number, trouble: Trouble, goneAt: number, by: Actor) {
    later({
      at,
      run() {
        const order = workorders.openFor(taking(at, by.name), { ...trouble, demo: true }, at)
        const fresh = order.openedAt === at
        // It is counted to one that is being worked on.
        if (!fresh && order.reopenedAt !== at) return
        if (fresh) made++
        work(order.id, trouble, fresh, at, goneAt)
      },
    })
  }
  /** Which round of work on an order is under way: what was planned for one that was opened again is void. */
  const rounds = new Map<string, number>()
  function work(id: string, trouble: Trouble, fresh: boolean, at: number, goneAt: number) {
    const round = (rounds.get(id) ?? 0) + 1
    rounds.set(id, round)
    const then = (when: number, run: Doing['run']) =>
      later({
        at: when,
        run(note) {
          if (rounds.get(id) === round) run(note)
        },
      })
    const move = (action: OrderAction, by: (typeof crew)[number] | typeof lead | typeof desk, when: number) => {
      const ask: MoveAsk = { alarmActive: false, alarmRetired: false }
      then(when, () => void workorders.move(taking(when, by.name), id, action, by, ask, when))
    }
    const reported = trouble.origin === 'report'
    const [accept, arrive, fix] = pace[trouble.class]
    const slow = roll() < 0.1 ? 3 : 0.4 + 0.7 * roll()
    const man = crew[Math.floor(crew.length * roll())]!
    const accepted = fresh ? at + Math.floor(accept * slow) : at
    const arrived = accepted + Math.floor(arrive * slow)
    const fixed = Math.max(arrived + Math.floor(fix * slow), goneAt + MINUTE_MS)
    const closed = fixed + Math.floor((20 + 90 * roll()) * MINUTE_MS)
    if (fresh) move('accept', man, accepted)
    move('arrive', man, arrived)
    move('fix', man, fixed)
    move('close', reported ? desk : lead, closed)
    const asked = closed + Math.floor((3 + 20 * roll()) * HOUR_MS)
    const score = () => 3 + Math.ceil(2 * roll())
    const visit = { outcome: 'answered', solved: true, note: '', by: desk.name, at: asked } as const
    const scores = { arrival: score(), quality: score(), attitude: score() }
    if (reported) then(asked, () => void workorders.visit(taking(asked, desk.name), id, { ...visit, scores }, asked))
    then(reported ? asked : closed, note => {
      note('workorder', id, 'generated', { no: workorders.get(id)!.no, demo: true, steps: steps.get(id) ?? [] })
      steps.delete(id)
    })
  }

  // All of an order lies in the past: what is open is real.
  const last = to - 36 * HOUR_MS
  for (const { alarm, from: at, to: goneAt, ordinary } of spells)
    if (alarm.order && ordinary && at < last) open(at, troubleOf(alarm), goneAt, { name: 'gateway', role: 'gateway' })
  for (let at = from + 20 * HOUR_MS * roll(); at < last; at += HOUR_MS * (24 + 40 * roll())) {
    const [nature, zh, en] = reported[Math.floor(reported.length * roll())]!
    const place = reportPlaces[Math.floor(reportPlaces.length * roll())]!
    const text: Text = { 'zh-CN': zh, en }
    const about = { alarm: null, severity: null, equipment: null, failure: nature, nature, origin: 'report' } as const
    open(
      Math.floor(at),
      { ...about, text, class: 'general', space: spaces.has(place) ? place : null, key: `demo:s:${place}:${nature}` },
      0,
      desk,
    )
  }
  return {
    /** Does the next so many. @returns whether there is more */
    next(note: Note, count: number): boolean {
      for (let i = 0; i < count; i++) {
        const doing = queue.shift()
        if (!doing) return false
        doing.run(note)
      }
      return queue.length > 0
    },
    made: () => made,
  }
}

function troubleOf({ id, equipment, space, severity, text, order }: PastAlarm): Trouble {
  const { class: urgency, failure } = order!
  const key = keyOf({ alarm: id, equipment, space, failure, class: urgency })
  // Its own key: what really happens now is never counted to an order that was made up.
  return { alarm: id, equipment, space, severity, text, class: urgency, failure, key: `demo:${key ?? id}` }
}
