import type { Severity } from '../../rules/rule.ts'
import type { Silence } from '../../rules/sound.ts'
import type { Bus } from '../core/bus.ts'
import type { Entry, Events } from '../core/events.ts'
import type { Trail } from '../records/trail.ts'

/** One control room per gateway: its screens are silent together. */
export const ROOM = 'control-room'
export type AlarmSound = ReturnType<typeof openAlarmSound>

/** Whether somebody has made the control room quiet, and until when. It stands on the trail, so a restart does not end it. */
export function openAlarmSound(trail: Pick<Trail, 'of'>, bus: Bus<Events>) {
  const silenceOf = (entry: Entry | undefined): Silence | null =>
    entry === undefined || entry.action !== 'silenced'
      ? null
      : {
          by: entry.actor,
          at: entry.time,
          until: entry.data.until as number,
          severity: entry.data.severity as Severity,
        }
  let silence = silenceOf(trail.of('sound', ROOM, 0, 1_000_000).at(-1))
  bus.on('record', entry => {
    if (entry.kind === 'sound') silence = silenceOf(entry)
  })
  return { silence: (): Silence | null => silence }
}
