import { z } from 'zod'
import type { Clock } from '../../core/clock.ts'
import { anywhere, Inward, type Reach, requestOut } from '../../core/outgoing.ts'

const LOOK_MS = 1000
const TIMEOUT_MS = 10_000
/** After one that was not taken: soon enough that a far end with little grace still hears of us. */
const RETRY_MS = 10_000
/** Not taken for so many turns, and this much: then it is not a lost packet. */
const MISSED = 2
const GRACE_MS = 30_000

export const heartbeat = z.strictObject({
  /** Whoever knows it can speak for this gateway, so it is a secret. */
  url: z.url({ protocol: /^https?$/ }).max(2000),
  method: z.enum(['GET', 'POST']).default('GET'),
  everyS: z.number().int().min(10).max(3600).default(60),
})
export type HeartbeatSettings = z.infer<typeof heartbeat>

/** Why the gateway is not well, so that it stays silent. */
export const unwells = ['no-site', 'not-reading', 'records'] as const
export type Unwell = (typeof unwells)[number]

export interface HeartbeatDeps {
  readonly clock: Pick<Clock, 'now' | 'every'>
  /** ms that only go forward. */
  readonly steady?: () => number
  /** As they are now; null: none is wanted. */
  readonly settings: () => HeartbeatSettings | null
  /** Null: it reads its plant and can write down what happens. Looked at right before each beat. */
  readonly unwell: () => Unwell | null
  /** What a POST says, beside that it comes at all. */
  readonly says: () => object
  readonly send?: (settings: HeartbeatSettings, body: object, signal: AbortSignal) => Promise<number>
}
export interface HeartbeatState {
  /** The last one that was taken, UTC ms. */
  readonly takenAt: number | null
  /** Why the last one was not taken; null: it was. `since`: UTC ms. */
  readonly failing: { readonly why: string; readonly since: number } | null
  /** Why none is sent; null: they are. */
  readonly held: Unwell | null
}
export type Heartbeat = ReturnType<typeof startHeartbeat>

const nothing: HeartbeatState = { takenAt: null, failing: null, held: null }

/**
 * Tells a watcher outside again and again that all is well (a dead man's switch): a gateway that is dead, stands still, reads
 * nothing or cannot write says nothing, and the watcher calls people. It beats from the loop that everything else runs in.
 */
export function startHeartbeat(deps: HeartbeatDeps) {
  const { clock, settings, unwell, says, steady = () => performance.now(), send = pingBy(anywhere) } = deps
  let of: string | null = null
  let state = nothing
  let dueAt = 0
  let lateAt = Number.POSITIVE_INFINITY
  let beating: AbortController | null = null

  const beat = async (now: HeartbeatSettings, mine: AbortController) => {
    const limit = AbortSignal.any([mine.signal, AbortSignal.timeout(TIMEOUT_MS)])
    let why: string | null
    try {
      const status = await send(now, says(), limit)
      why = status >= 200 && status < 300 ? null : `status ${status}`
    } catch (error) {
      const slow = error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError')
      why = slow ? 'timeout' : error instanceof Inward ? 'inward address' : 'no connection'
    }
    if (beating !== mine) return
    beating = null
    const at = clock.now()
    if (why === null) {
      state = { ...state, takenAt: at, failing: null }
      lateAt = lateFor(now)
      return
    }
    state = { ...state, failing: { why, since: state.failing?.since ?? at } }
    dueAt = Math.min(dueAt, steady() + RETRY_MS)
  }
  const lateFor = ({ everyS }: HeartbeatSettings) => steady() + MISSED * everyS * 1000 + GRACE_MS

  const look = () => {
    const now = settings()
    const key = now && JSON.stringify(now)
    if (key !== of) {
      of = key
      beating?.abort()
      beating = null
      state = nothing
      dueAt = 0
      lateAt = now ? lateFor(now) : Number.POSITIVE_INFINITY
    }
    if (!now) return
    const held = unwell()
    state = { ...state, held }
    // Held back, nobody can say whether the far end would take it.
    if (held !== null) lateAt = lateFor(now)
    if (held !== null || beating || steady() < dueAt) return
    dueAt = steady() + now.everyS * 1000
    beating = new AbortController()
    void beat(now, beating)
  }
  const stopLooking = clock.every(LOOK_MS, look)
  return {
    state: (): HeartbeatState => state,
    /** The watcher has not taken one for so long that it is about to call people. */
    failing: (): boolean => steady() > lateAt,
    stop() {
      stopLooking()
      beating?.abort()
      beating = null
    },
  }
}

/** One beat to wherever `reach` lets it go. @returns the status of the answer */
export const pingBy =
  (reach: Reach) =>
  async ({ url, method }: HeartbeatSettings, says: object, signal: AbortSignal): Promise<number> => {
    const body =
      method === 'POST' ? { body: JSON.stringify(says), headers: { 'content-type': 'application/json' } } : {}
    // Where it goes is what the settings say, not what some server says.
    const { status } = await requestOut(reach, url, { method, ...body, signal })
    return status
  }
