import { setImmediate } from 'node:timers/promises'
import { encodeTime } from 'ulid'
import { z } from 'zod'
import type { PointId } from '../../drivers/point.ts'
import { isTest } from '../../rules/alarm.ts'
import { may } from '../../rules/permission.ts'
import { iso } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import type { Entry } from '../core/events.ts'
import { type HistoryMark, historyMarks, pointId, time } from './contract.ts'
import { type App, type Deps, who } from './deps.ts'
import { list } from './history.ts'

const LIMIT = 200
/** Lines of one alarm that are looked at. */
const LINES = 2000
const ENDS = new Set(['cleared', 'retired'])

/** Alarms and commands of the equipment whose trend is looked at. */
export function historyMarkRoutes(app: App, deps: Deps) {
  app.get(
    '/api/v1/history/marks',
    {
      config: { access: 'plant.read' },
      schema: {
        tags: ['history'],
        summary:
          'Alarms and commands of the equipment of these points in a span of time, for marking them on a trend; each role gets those it may read',
        querystring: z.object({
          point: list(pointId),
          from: time,
          to: time,
          limit: z.coerce.number().int().min(1).max(1000).default(LIMIT),
        }),
        response: { 200: historyMarks },
      },
    },
    async request => {
      const { limit } = request.query
      const [from, to] = [Date.parse(request.query.from), Date.parse(request.query.to)]
      if (!(from < to))
        fail('invalid-input', { where: 'from', why: { 'zh-CN': '须早于 to。', en: 'It must be before `to`.' } })
      const { role } = who(request).actor
      const equipment = [...new Set(request.query.point.map(id => id.slice(0, id.indexOf('/'))))]
      const marks: HistoryMark[] = []
      if (may(role, 'alarm.read'))
        marks.push(...alarmMarks(deps, equipment, from, to), ...(await demoMarks(deps, equipment, from, to)))
      if (may(role, 'command.read'))
        for (const id of equipment) marks.push(...commandMarks(deps, id, from, to, limit + 1))
      marks.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
      return { items: marks.slice(-limit), truncated: marks.length > limit, next: null }
    },
  )
}

interface Event {
  readonly at: number
  readonly action: string
}
type Of = Pick<HistoryMark, 'id' | 'point' | 'text' | 'severity' | 'demo'>
/** From being raised to being cleared, each time. @param standing since when it stands now; null: it does not */
function spansOf(of: Of, events: readonly Event[], from: number, standing: number | null): HistoryMark[] {
  const marks: HistoryMark[] = []
  const mark = (at: number, earlier: boolean, until: number | null) =>
    marks.push({
      ...{ kind: 'alarm', ...of, at: iso(at), earlier, until: until === null ? null : iso(until) },
      ...{ by: null, reason: null, value: null, phase: null },
    })
  let raised: number | null = null
  let any = false
  for (const { at, action } of events) {
    if (action === 'raised') {
      raised = at
      any = true
    } else if (ENDS.has(action)) {
      if (raised !== null) mark(raised, false, at)
      else if (!any) mark(from, true, at)
      raised = null
      any = true
    }
  }
  if (raised !== null) mark(raised, false, null)
  else if (!any && standing !== null && standing < from) mark(from, true, null)
  return marks
}

function alarmMarks(deps: Deps, equipment: readonly string[], from: number, to: number): HistoryMark[] {
  const first = deps.trail.seqAt(from) - 1
  return (
    equipment
      .flatMap(id => deps.alarms.ofEquipment(id))
      // A test is no history of the point: its value was never there.
      .filter(({ id }) => !isTest(id))
      .flatMap(({ id, point, text, severity, active, raisedAt }) => {
        const events = deps.trail
          .of('alarm', id, first, LINES)
          .filter(line => line.time < to)
          .map(({ time: at, action }: Entry) => ({ at, action }))
        return spansOf({ id, point, text, severity, demo: false }, events, from, active ? raisedAt : null)
      })
  )
}

async function demoMarks(deps: Deps, equipment: readonly string[], from: number, to: number): Promise<HistoryMark[]> {
  const live = deps.plant()?.alarms
  const mine = new Set(equipment)
  const events = new Map<string, Event[]>()
  for (const day of deps.demoPast.between(from, to)) {
    for (const { alarm, at, action } of day) {
      const had = events.get(alarm)
      if (had) had.push({ at, action })
      else events.set(alarm, [{ at, action }])
    }
    await setImmediate()
  }
  return [...events].flatMap(([id, list]) => {
    const point: PointId | undefined = deps.alarms.get(id)?.point ?? live?.get(id)?.point
    if (point === undefined || !mine.has(point.slice(0, point.indexOf('/')))) return []
    const rule = live?.ruleOf(id) ?? deps.alarms.get(id)
    return rule ? spansOf({ id, point, text: rule.text, severity: rule.severity, demo: true }, list, from, null) : []
  })
}

/** Ids of commands begin with their time [ULID]. */
const idAt = (at: number): string => encodeTime(Math.max(0, at), 10)

function commandMarks(deps: Deps, equipment: string, from: number, to: number, limit: number): HistoryMark[] {
  const points = deps.plant()?.points
  return deps.commands.between(equipment, idAt(from), idAt(to), limit).map(c => ({
    ...{ kind: 'command', id: c.id, point: c.point, at: iso(c.requestedAt), earlier: false, until: null },
    text: points?.get(c.point)?.name ?? { 'zh-CN': c.point, en: c.point },
    ...{ severity: null, by: c.requestedBy, reason: c.reason, value: c.value, phase: c.phase, demo: false },
  }))
}
