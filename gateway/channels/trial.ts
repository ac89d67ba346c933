import type { Driver, Link } from '../../drivers/driver.ts'
import type { Clock } from '../core/clock.ts'
import type { Log } from '../core/log.ts'
import type { Channel } from '../site/site.ts'

/** A line that a person types in: the words of its channel. */
export type TrialLine =
  | { readonly protocol: 'modbus-tcp' | 'modbus-rtu-over-tcp'; readonly host: string; readonly port: number }
  | {
      readonly protocol: 'modbus-rtu'
      readonly path: string
      readonly baudRate: number
      readonly parity: 'none' | 'even' | 'odd'
      readonly stopBits: 1 | 2
    }
export interface OnTrial {
  readonly link: Link
  readonly driver: Driver
  /** The channel that has this line already; null: it is open only to be looked at. */
  readonly channel: string | null
}

/** Long enough for a person who reads the values; then whoever else needs the line gets it. */
const IDLE_MS = 20_000
const TIMEOUT_MS = 1000

/**
 * Looking at devices of a line before it is a channel [issue 10, item 4]. One such line at a time, closed when nobody looks,
 * and before a site begins or a search does: two programs on one line would spoil each other's answers. A line that a channel
 * polls is asked through that channel, with its turns.
 */
export function openTrials(deps: {
  readonly drivers: readonly Driver[]
  readonly clock: Pick<Clock, 'now' | 'after'>
  readonly log: Log
  readonly running: () => {
    readonly site: { readonly channels: readonly Channel[] }
    link(channel: string): Link | undefined
  } | null
}) {
  let open: { readonly key: string; readonly link: Link; forget: () => void } | null = null

  async function close(): Promise<void> {
    const was = open
    open = null
    was?.forget()
    await was?.link.close()
  }
  const driverOf = (protocol: string): Driver | undefined => deps.drivers.find(d => d.protocol === protocol)

  return {
    close,
    /** The connection of a channel. Undefined: there is no such channel. */
    ofChannel(id: string): (OnTrial & { readonly channel: string; readonly protocol: string }) | undefined {
      const plant = deps.running()
      const channel = plant?.site.channels.find(c => c.id === id)
      const link = channel && plant?.link(id)
      const driver = channel && driverOf(channel.protocol)
      return link && driver ? { link, driver, channel: id, protocol: channel.protocol } : undefined
    },
    /** @param known the channel on this line, if there is one */
    async ofLine(line: TrialLine): Promise<OnTrial> {
      const driver = driverOf(line.protocol)!
      const key = JSON.stringify(line)
      if (open?.key !== key) {
        await close()
        const { protocol: _, ...options } = line
        const log = (message: string, detail?: object) => deps.log.info({ ...detail, line: key }, message)
        const link = driver.open({ ...options, timeoutMs: TIMEOUT_MS }, { now: deps.clock.now, log })
        open = { key, link, forget: () => {} }
      }
      const now = open!
      now.forget()
      now.forget = deps.clock.after(IDLE_MS, () => void close())
      return { link: now.link, driver, channel: null }
    },
  }
}
export type Trials = ReturnType<typeof openTrials>
