import type { Plaza } from './plaza.ts'

/** How the building's time follows the real one. */
export interface Pace {
  /** As asked for: so many seconds of the building per real second. */
  readonly speed: number
  /** What this machine manages of it. */
  readonly runsAt: number
  /** CPU of one second of the building, ms: the mean of the last tick. */
  readonly stepMs: number
  /** 1..600. What has passed until now passes at the old speed. */
  setSpeed(speed: number): void
  stop(): void
}

export interface PaceOptions {
  readonly speed?: number
  readonly log: (message: string) => void
  /** After each tick. */
  readonly onTick?: () => void
  /** Real time, ms; it must not jump. Default: the machine's monotonic clock. */
  readonly realMs?: () => number
}

const tickMs = 1000
/** A machine that was away for longer has slept: nobody catches that up. */
const asleepMs = 10_000
/** Of a tick: more, and the devices would no longer answer in time. */
const mostBusyMs = 400

export const fastest = 600

/** Lets the building live once a second, in whole seconds of its own time, until `stop`. */
export function startPace(plaza: Pick<Plaza, 'pass'>, options: PaceOptions): Pace {
  const { log, onTick = () => {}, realMs = () => performance.now() } = options
  let speed = options.speed ?? 1
  let runsAt = speed
  let stepMs = 0
  let last = realMs()
  let owedS = 0
  let timer: NodeJS.Timeout

  function live(): void {
    const real = realMs()
    let passedMs = real - last
    last = real
    if (passedMs > asleepMs) {
      log(`the machine was away for ${Math.round(passedMs / 1000)} s; the building goes on where it was`)
      passedMs = tickMs
    }
    // A tick may come a little early: its second is lived all the same.
    owedS += (passedMs / 1000) * runsAt
    const seconds = Math.floor(owedS + 0.02)
    if (seconds < 1) return
    owedS -= seconds
    const before = performance.now()
    plaza.pass(seconds)
    stepMs = (performance.now() - before) / seconds
    const most = Math.max(1, Math.floor(mostBusyMs / Math.max(stepMs, 1e-6)))
    const next = Math.min(speed, most)
    if (next < speed && runsAt === speed) log(`this machine manages speed ${next} of ${speed}`)
    runsAt = next
  }
  function tick(): void {
    live()
    onTick()
    timer = setTimeout(tick, tickMs)
  }
  timer = setTimeout(tick, tickMs)

  return {
    get speed() {
      return speed
    },
    get runsAt() {
      return runsAt
    },
    get stepMs() {
      return stepMs
    },
    setSpeed(asked) {
      live()
      speed = asked
      runsAt = asked
    },
    stop: () => clearTimeout(timer),
  }
}
