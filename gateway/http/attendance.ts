import { z } from 'zod'
import { iso, isoOrNull } from '../core/clock.ts'
import { type AttendanceView, attendance, attendanceAction } from './contract.ts'
import { type App, type Deps, who } from './deps.ts'

/** Who keeps the control room, and that they are awake. */
export function attendanceRoutes(app: App, deps: Deps) {
  const tags = ['alarms']
  const view = (): AttendanceView => {
    const { on, askedAt, missed, shownAt, shownBy } = deps.attendance.state()
    const rules = deps.attendance.rules()
    return {
      ...{ least: rules?.least ?? null, on: on.map(p => ({ ...p, since: iso(p.since) })), missed, shownBy },
      ...{ askedAt: isoOrNull(askedAt), shownAt: isoOrNull(shownAt) },
      answerBy: askedAt === null || !rules ? null : iso(askedAt + rules.answerMs),
    }
  }
  app.get(
    '/api/v1/control-room',
    {
      config: { access: 'alarm.read' },
      schema: { tags, summary: 'Who is on duty in the control room', response: { 200: attendance } },
    },
    async () => view(),
  )
  app.post(
    '/api/v1/control-room/:action',
    {
      config: { access: 'control-room.keep' },
      schema: {
        tags,
        summary: 'Whoever is signed in comes on duty, leaves, or shows that he is there when asked',
        params: z.object({ action: attendanceAction }),
        response: { 200: attendance },
      },
    },
    async request => {
      deps.attendance.does(request.params.action, who(request).actor)
      return view()
    },
  )
}
