import { readFileSync } from 'node:fs'
import type { PointId } from '../drivers/point.ts'
import type { Bus } from './core/bus.ts'
import type { Clock } from './core/clock.ts'
import { type Entry, type Events, GATEWAY } from './core/events.ts'
import { readConfig } from './out/notify/config.ts'
import { deliver } from './out/notify/deliver.ts'
import type { Told } from './out/notify/message.ts'
import type { Alarms, Place } from './records/alarms.ts'
import type { Notices } from './records/notices.ts'
import type { Trail } from './records/trail.ts'
import type { Site } from './site.ts'

export interface NotifyDeps {
  /** `notify.json` in the folder of secrets: the addresses of robots are secrets. */
  readonly file: string
  readonly clock: Clock
  readonly site: Site
  readonly trail: Trail
  readonly notices: Notices
  readonly alarms: Alarms
  readonly bus: Bus<Events>
  readonly placeOf: (point: PointId) => Place | undefined
  readonly failing: (channel: string, why: string) => void
  readonly refused: (why: string) => void
}

const events = ['raised', 'cleared', 'acknowledged'] as const

/** Tells people of alarms by what the file says; without a file nobody is told. Read when a site starts. */
export function startNotify(deps: NotifyDeps): { readonly broken: boolean; stop(): Promise<void> } {
  const { file, clock, site, trail, notices, alarms, bus, failing } = deps
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const none = (error as NodeJS.ErrnoException).code === 'ENOENT'
    if (!none) deps.refused(String(error))
    return { broken: !none, stop: async () => {} }
  }
  const look = (entry: Entry): Told | null => {
    const event = events.find(one => one === entry.action)
    const alarm = entry.kind === 'alarm' && event ? alarms.get(entry.id) : undefined
    if (!alarm || !event) return null
    const place = deps.placeOf(alarm.point) ?? alarm.place
    const { id, severity, text: words } = alarm
    const { name, timezone } = site
    return { alarm: id, severity, event, text: words, ...place, at: entry.time, site: name, timezone, seq: entry.seq }
  }
  try {
    const delivery = deliver(readConfig(text), {
      clock,
      timezone: site.timezone,
      after: trail.after,
      head: trail.head,
      cursor: notices.cursor,
      settle: ({ channel, seq, told }) => trail.change(GATEWAY, note => notices.settle(note, channel, seq, told)),
      look,
      failing,
    })
    const stopWaking = bus.on('record', entry => {
      if (entry.kind === 'alarm') delivery.wake()
    })
    return {
      broken: false,
      async stop() {
        stopWaking()
        await delivery.stop()
      },
    }
  } catch (error) {
    deps.refused(error instanceof Error ? error.message : String(error))
    return { broken: true, stop: async () => {} }
  }
}
