import type { NotifyConfig } from './config.ts'
import { type ChannelState, type DeliverDeps, lanes } from './lane.ts'
import { reader } from './reader.ts'

export type { ChannelState, DeliverDeps, Outcome } from './lane.ts'

/** One reader of the trail per channel: none waits for another, and none forgets over a restart. Returns wake and stop. */
export function deliver(config: NotifyConfig, deps: DeliverDeps) {
  const hasGroup = (id: string) => config.groups.some(g => g.channels.includes(id))
  const readers = config.channels.flatMap(channel =>
    lanes
      .filter(lane => lane !== 'customers' || hasGroup(channel.id))
      .map(lane => ({ id: channel.id, ...reader(channel, lane, config, deps) })),
  )
  return {
    /** Something new is on the trail. */
    wake() {
      for (const r of readers) r.wake()
    },
    state(channel: string): ChannelState {
      const mine = readers.filter(r => r.id === channel).map(r => r.state())
      return {
        failing: mine.find(s => s.failing !== null)?.failing ?? null,
        waiting: mine.reduce((sum, s) => sum + s.waiting, 0),
      }
    },
    async stop() {
      await Promise.all(readers.map(r => r.stop()))
    },
  }
}
