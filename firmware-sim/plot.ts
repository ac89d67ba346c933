import type { PumpSet } from './pump.ts'

export interface PlotTimes {
  /** From the start to the first trip. */
  readonly firstMs: number
  /** From a trip to the electrician's reset. */
  readonly repairMs: number
  /** From one trip to the next. */
  readonly everyMs: number
}

const unhurried: PlotTimes = { firstMs: 40_000, repairMs: 240_000, everyMs: 1_200_000 }

const resetAfterMs = 20_000

/**
 * A panel that only prints never says how things are, only what changes: whoever puts the printer line into service presses
 * reset once, and from then on everything is known. Pressed when the gateway of the demo has had time to connect.
 * @returns takes it back
 */
export function playPutIntoService(reset: () => unknown, log: (message: string) => void): () => void {
  const timer = setTimeout(() => {
    log('plot: the fire panels are reset once, as when they are put into service')
    reset()
  }, resetAfterMs)
  return () => clearTimeout(timer)
}

/**
 * Something to see for who has just started the demo: pump 1 trips, somebody resets it later, and so on.
 * @returns ends the plot
 */
export function playPlot(pump: PumpSet, log: (message: string) => void, times: PlotTimes = unhurried): () => void {
  let timer: NodeJS.Timeout
  const trip = () => {
    log('plot: pump 1 trips with overcurrent')
    pump.trip(1, 7)
    timer = setTimeout(reset, times.repairMs)
  }
  const reset = () => {
    log('plot: the electrician resets pump 1')
    pump.reset(1)
    timer = setTimeout(trip, times.everyMs - times.repairMs)
  }
  timer = setTimeout(trip, times.firstMs)
  return () => clearTimeout(timer)
}
