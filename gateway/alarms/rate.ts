import { isTest } from '../../rules/alarm.ts'
import { flood, floodWatch, type Rate } from '../../rules/flood.ts'
import type { Bus } from '../core/bus.ts'
import type { Clock } from '../core/clock.ts'
import type { Entry, Events } from '../core/events.ts'
import type { Trail } from '../records/trail.ts'

/**
 * Whether a line of the trail says that an alarm called somebody. Lines of before 0.2 do not say it: whatever came, called. What
 * is only a test counts in no figure [ISA-18.2 16].
 */
export const hasCalled = ({ kind, id, action, data }: Pick<Entry, 'kind' | 'id' | 'action' | 'data'>): boolean =>
  kind === 'alarm' &&
  !isTest(id) &&
  (data.called === undefined ? action === 'raised' && data.severity !== 'journal' : data.called === true)

export type AlarmRate = ReturnType<typeof watchAlarmRate>

/** How many alarms call, and whether that is more than anybody can follow; counted from the trail, so that a restart forgets nothing. */
export function watchAlarmRate(bus: Bus<Events>, trail: Trail, clock: Clock) {
  const watch = floodWatch()
  for (const entry of trail.alarmsAfter(trail.seqAt(clock.now() - flood.windowMs) - 1, 100_000))
    if (hasCalled(entry)) watch.called(entry.time)
  const stops = [
    bus.on('record', entry => {
      if (hasCalled(entry)) watch.called(entry.time)
    }),
    clock.onJump(offsetMs => watch.shift(offsetMs)),
  ]
  return {
    now: (): Rate => watch.look(clock.now()),
    perMinute: (): number[] => watch.perMinute(clock.now()),
    stop() {
      for (const stop of stops) stop()
    },
  }
}
