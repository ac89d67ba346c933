import { SILENCE_MIN, type Silence, silenceFor } from '../../rules/sound.ts'
import { iso } from '../core/clock.ts'
import { alarmSound, makeSilence } from './contract.ts'
import { type App, type Deps, who } from './deps.ts'

export const silenceView = (silence: Silence | null) =>
  silence && { ...silence, at: iso(silence.at), until: iso(silence.until) }

/** The sound of the control room. Silence is for all its screens, ends by itself, and acknowledges nothing. */
export function soundRoutes(app: App, deps: Deps) {
  const tags = ['alarms']
  app.get(
    '/api/v1/alarm-sound',
    {
      config: { access: 'alarm.watch' },
      schema: { tags, summary: 'Whether somebody has silenced the control room', response: { 200: alarmSound } },
    },
    async () => ({ silence: silenceView(deps.alarmSound.silence()) }),
  )
  app.post(
    '/api/v1/alarm-sound/silence',
    {
      config: { access: 'alarm.acknowledge' },
      schema: {
        tags,
        summary:
          'No sound for so many minutes, with somebody in danger two at most. An alarm as pressing as those of now, or more, ends it',
        body: makeSilence,
        response: { 200: alarmSound },
      },
    },
    async request => {
      const severity = silenceFor(deps.alarms.open())
      const most = severity === 'life' ? SILENCE_MIN.life : SILENCE_MIN.most
      const until = deps.clock.now() + Math.min(request.body.minutes, most) * 60_000
      deps.trail.change(who(request).actor, note => note('sound', 'control-room', 'silenced', { until, severity }))
      return { silence: silenceView(deps.alarmSound.silence()) }
    },
  )
}
