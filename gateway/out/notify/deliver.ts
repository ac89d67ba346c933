import type { Clock } from '../../core/clock.ts'
import type { Entry } from '../../core/events.ts'
import { kinds, type Reply, type Request } from './channels.ts'
import { isFor, type NotifyChannel, type NotifyConfig, phonesAt } from './config.ts'
import type { Told } from './message.ts'

const TIMEOUT_MS = 10_000
const LONGEST_ANSWER = 65_536
const RETRY_MS = [1000, 5000, 15_000, 60_000, 300_000]
/** After that it is given up and said so on the trail: what is told a day late is not told. */
const GIVE_UP_MS = { life: 24 * 3_600_000, other: 3_600_000 }
const BATCH = 200

export interface Outcome {
  readonly channel: string
  /** Up to here the trail has been read for this channel. */
  readonly seq: number
  /** Null: nothing had to be told on the way. */
  readonly told: {
    readonly alarm: string
    readonly event: string
    readonly to: readonly string[]
    /** Null: it was taken. */
    readonly failed: string | null
  } | null
}
export interface DeliverDeps {
  readonly clock: Pick<Clock, 'now' | 'after'>
  readonly timezone: string
  /** Entries of the trail after `seq`, oldest first. */
  readonly after: (seq: number, limit: number) => readonly Entry[]
  /** Null: this channel has never told anything. */
  readonly cursor: (channel: string) => number | null
  readonly head: () => number
  /** Cursor and trail entry in one transaction. */
  readonly settle: (outcome: Outcome) => void
  readonly look: (entry: Entry) => Told | null
  readonly failing: (channel: string, why: string) => void
  readonly send?: (request: Request, signal: AbortSignal) => Promise<Reply>
}

/** One reader of the trail per channel: none waits for another, and none forgets over a restart. Returns wake and stop. */
export function deliver(config: NotifyConfig, deps: DeliverDeps) {
  const readers = config.channels.map(channel => reader(channel, config, deps))
  return {
    /** Something new is on the trail. */
    wake() {
      for (const r of readers) r.wake()
    },
    async stop() {
      await Promise.all(readers.map(r => r.stop()))
    },
  }
}

function reader(channel: NotifyChannel, config: NotifyConfig, deps: DeliverDeps) {
  const { clock, timezone, send = fetchIt } = deps
  const kind = kinds[channel.kind] as unknown as {
    requests(options: unknown, told: Told, phones: readonly string[], now: number): readonly Request[]
    refused(options: unknown, reply: Reply): string | null
  }
  const stopping = new AbortController()
  let running: Promise<void> | null = null
  let again = false
  let attempt = 0
  let cancelRetry = () => {}
  /** Telephones that have it already, of the entry under way: they are not told twice because another one failed. */
  let done: { seq: number; phones: Set<string> } = { seq: -1, phones: new Set() }

  // A new channel begins with what happens from now on.
  let at = deps.cursor(channel.id)
  if (at === null) {
    at = deps.head()
    deps.settle({ channel: channel.id, seq: at, told: null })
  }
  let seq = at

  /** @returns why it failed, or null */
  async function tell(told: Told, phones: readonly string[]): Promise<string | null> {
    if (done.seq !== told.seq) done = { seq: told.seq, phones: new Set() }
    for (const [i, request] of kind.requests(channel.options, told, phones, clock.now()).entries()) {
      const mark = channel.kind === 'sms' ? phones[i]! : 'all'
      if (done.phones.has(mark)) continue
      try {
        const signal = AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), stopping.signal])
        const why = kind.refused(channel.options, await send(request, signal))
        if (why !== null) return why
        done.phones.add(mark)
      } catch (error) {
        return error instanceof Error && error.name === 'TimeoutError' ? 'timeout' : 'no connection'
      }
    }
    return null
  }

  async function drain(): Promise<void> {
    for (;;) {
      const entries = deps.after(seq, BATCH)
      if (entries.length === 0) return
      for (const entry of entries) {
        if (stopping.signal.aborted) return
        const told = deps.look(entry)
        if (told && isFor(channel, told, told.at, timezone)) {
          const people = phonesAt(config, channel, told.severity === 'life', clock.now(), timezone)
          const needsSomebody = channel.kind === 'sms' && people.length === 0
          const why = needsSomebody
            ? 'nobody on duty'
            : await tell(
                told,
                people.map(p => p.phone),
              )
          if (stopping.signal.aborted) return
          const old = clock.now() - told.at > GIVE_UP_MS[told.severity === 'life' ? 'life' : 'other']
          if (why !== null && !needsSomebody && !old) {
            deps.failing(channel.id, why)
            return retry()
          }
          const to = people.length > 0 ? people.map(p => p.name) : [channel.id]
          deps.settle({
            channel: channel.id,
            seq: entry.seq,
            told: { alarm: told.alarm, event: told.event, to, failed: why },
          })
          attempt = 0
        }
        seq = entry.seq
      }
    }
  }

  function retry() {
    const waitMs = RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)]!
    attempt++
    cancelRetry = clock.after(waitMs, () => {
      cancelRetry = () => {}
      wake(true)
    })
    waiting = true
  }
  let waiting = false

  function wake(due = false) {
    if (stopping.signal.aborted || (waiting && !due)) return
    waiting = false
    if (running !== null) {
      again = true
      return
    }
    running = drain()
      .catch(error => {
        // The disk: what was sent could not be written down. Told once more later rather than never.
        deps.failing(channel.id, String(error))
        retry()
      })
      .finally(() => {
        running = null
        if (again) {
          again = false
          wake()
        }
      })
  }
  wake()
  return {
    wake,
    async stop() {
      stopping.abort()
      cancelRetry()
      await running
    },
  }
}

async function fetchIt(request: Request, signal: AbortSignal): Promise<Reply> {
  const { url, method, headers, body } = request
  // Where a message is sent is what the file says, not what some server says.
  const response = await fetch(url, { method, headers, body, signal, redirect: 'manual' })
  let text = ''
  const decoder = new TextDecoder()
  for await (const part of response.body ?? []) {
    text += decoder.decode(part as Uint8Array, { stream: true })
    if (text.length > LONGEST_ANSWER) break
  }
  return { status: response.status, text }
}
