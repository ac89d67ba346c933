import { performance } from 'node:perf_hooks'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { rtuFrame, rtuPdu } from './frame.ts'
import { line, type Open } from './line.ts'
import { answerLength, answerOf, isRead, narrowed, pduOf, type Request, widened } from './pdu.ts'
import { MAX_BITS } from './plan.ts'
import { DEAD_AFTER, noCounts, type Outcome, refusal, type Wire } from './wire.ts'

export interface RtuOptions {
  readonly timeoutMs: number
  /** Silence asked for after an answer failed to come. Without it: twice the slowest answer seen, 100 ms to `timeoutMs`. */
  readonly lateWindowMs?: number | undefined
  readonly maxRegisters: number
  /** Bits per second of a real serial line; undefined over TCP, where the line is not ours to time. */
  readonly baudRate?: number | undefined
}

/** Longest frame [Modbus over serial line 2.5.1]. */
const MOST_FRAME = 256
/**
 * Of a piece that nobody asked for, so much is searched for answers that are owed: a peer that pours out bytes must not
 * cost the other lines their time. What is owed and not found is expected on, which is safe.
 */
const MOST_UNASKED = 512
/** So long an unanswered request is expected to be answered after all, in timeouts. */
const OWED_TIMEOUTS = 10
const OWED_MIN_MS = 10_000

/**
 * RTU has no transaction number: a late answer looks like the answer to the next request of the same shape. Two guards:
 * after any doubt the line is left alone until it was silent for a while, and as long as an answer is still owed, no
 * request of the same unit, function and length is sent, but one that reads a little more.
 */
export function rtuWire(open: Open, options: RtuOptions, log: (message: string, detail?: object) => void): Wire {
  const counts = noCounts()
  const characterMs = options.baudRate ? 11_000 / options.baudRate : 0
  // 3.5 characters between frames, 1.75 ms above 19200 baud [Modbus over serial line 2.5.1.1]
  const betweenMs = options.baudRate ? Math.max(1.75, 3.5 * characterMs) : 0
  const owedMs = Math.max(OWED_MIN_MS, OWED_TIMEOUTS * options.timeoutMs)

  /** Shape of an answer that may still come, with the time when it is no longer expected. */
  const owed = new Map<string, number>()
  let received: Buffer = Buffer.alloc(0)
  let waiting: ((chunk: boolean) => void) | undefined
  let quietFrom = 0
  let quietMs = 0
  let slowest: number | undefined
  let silentTimeouts = 0
  /** The request sent last, and what other units have said since. */
  let asked: Request | undefined
  let strangers: string[] = []

  const serial = line(open, { data, end: lost }, log)

  function data(bytes: Buffer): void {
    silentTimeouts = 0
    quietFrom = performance.now()
    if (waiting) {
      received = Buffer.concat([received, bytes])
      waiting(true)
    } else {
      // Nobody asked: somebody else's answer, or ours long after its time.
      received = pay(Buffer.concat([received, bytes.subarray(-MOST_UNASKED)]))
      counts.late++
      hush()
    }
  }

  function lost(): void {
    waiting?.(false)
  }

  function hush(): void {
    quietMs = options.lateWindowMs ?? Math.min(options.timeoutMs, Math.max(100, 2 * (slowest ?? Infinity)))
    quietFrom = performance.now()
  }

  /** @returns false if the line does not fall silent */
  async function quiet(): Promise<boolean> {
    const giveUp = performance.now() + 10 * Math.max(quietMs, 100)
    for (;;) {
      const wait = quietFrom + Math.max(quietMs, betweenMs) - performance.now()
      if (wait <= 0) break
      if (performance.now() > giveUp) return false
      // A timer may be late by more than a millisecond, which on a busy line is a twentieth of it.
      await (wait > 2.5 ? sleep(wait - 1.5) : nextTurn())
    }
    quietMs = 0
    return true
  }

  async function transact(request: Request, timeoutMs = options.timeoutMs): Promise<Outcome> {
    const stream = await serial.stream()
    if (!stream) return { ok: false, reason: 'offline' }
    if (!(await quiet())) {
      counts.garbage++
      serial.drop('the line does not fall silent')
      return { ok: false, reason: 'undecodable' }
    }
    // It may have been lost while we waited; nobody would tell us any more.
    if ((await serial.stream()) !== stream) return { ok: false, reason: 'offline' }
    received = Buffer.alloc(0)
    asked = request
    strangers = []
    const sent = performance.now()
    const frame = rtuFrame(request.unit, pduOf(request))
    const wireMs = (frame.length + answerLength(request) + 3) * characterMs
    const outcome = await new Promise<Outcome>(resolve => {
      const timer = setTimeout(() => end({ ok: false, reason: 'timeout' }), timeoutMs + wireMs)
      const end = (result: Outcome) => {
        clearTimeout(timer)
        waiting = undefined
        resolve(result)
      }
      waiting = more => {
        const result: Outcome | undefined = more ? take(request) : { ok: false, reason: 'offline' }
        if (result) end(result)
      }
      stream.write(frame)
    })
    settle(request, outcome, performance.now() - sent)
    return outcome
  }

  /** @returns undefined while the frame is not complete; anything that cannot become the answer ends the wait at once */
  function take(request: Request): Outcome | undefined {
    if (received.length < 2) return undefined
    const isException = received[1] === (request.fn | 0x80)
    const length = isException ? 5 : answerLength(request) + 3
    const begun = received[0] === request.unit && (isException || received[1] === request.fn)
    const counted = !isRead(request) || isException || received.length < 3 || received[2] === length - 5
    if (begun && counted && received.length < length) return undefined
    const pdu = begun && counted ? rtuPdu(request.unit, received.subarray(0, length)) : undefined
    const answer = pdu && answerOf(request, pdu)
    // One or two odd bytes are noise of the line turning round; more can be another frame, and then which one is ours?
    if (!answer || received.length > length + 2) {
      // Marked as owed first: what came may be this very answer, with something before or behind it.
      if (!hasBegun(request) || received.length > length) owe(request)
      received = pay(received.subarray(-MOST_UNASKED))
      return { ok: false, reason: 'undecodable' }
    }
    return answer.exception === undefined ? { ok: true, bytes: answer.bytes } : refusal(answer.exception)
  }

  function settle(request: Request, outcome: Outcome, tookMs: number): void {
    if (outcome.ok || outcome.exception !== undefined) {
      // The silence before the next request counts from its last byte.
      slowest = Math.max(tookMs, (slowest ?? 0) * 0.99)
      return
    }
    if (outcome.reason === 'offline') return
    hush()
    if (outcome.reason === 'undecodable') counts.foreign++
    else {
      counts.timeouts++
      if (!hasBegun(request)) owe(request)
      if (received.length === 0 && ++silentTimeouts >= DEAD_AFTER) {
        silentTimeouts = 0
        serial.drop('no answers')
      }
    }
  }

  /** Damaged or cut short, but it was the answer: it will not come again. No other of this shape is expected. */
  const hasBegun = ({ unit, fn, ...request }: Request): boolean =>
    fn <= 4 &&
    received.length >= 3 &&
    received[0] === unit &&
    received[1] === fn &&
    received[2] === answerLength({ unit, fn, ...request }) - 2

  function owe(request: Request): void {
    owed.set(shapeOf(request), performance.now() + owedMs)
  }

  /**
   * Strikes out what is owed if it comes after all. What another unit says than the one asked counts only beside the
   * answer of the one asked: in its place it is nobody's, and with a debt struck out for it, the true late answer would
   * be taken for the next one's.
   * @returns what is left: the beginning of a frame, perhaps
   */
  function pay(bytes: Buffer): Buffer {
    let rest = bytes
    while (rest.length >= 5) {
      const [unit, fn, size] = rest as unknown as [number, number, number]
      const length = fn > 0x80 ? 5 : fn <= 4 ? size + 5 : 8
      if (rest.length < length) break
      if (!rtuPdu(unit, rest.subarray(0, length))) {
        rest = rest.subarray(1)
        continue
      }
      if (fn <= 4) strike(`${unit}/${fn}/${size + 2}`, unit)
      rest = rest.subarray(length)
    }
    return rest.subarray(-MOST_FRAME)
  }

  function strike(shape: string, unit: number): void {
    if (unit === asked?.unit) owed.delete(shape)
    else strangers.push(shape)
    if (asked && shape === shapeOf(asked)) for (const other of strangers.splice(0)) owed.delete(other)
  }

  function isOwed(request: Request): boolean {
    const until = owed.get(shapeOf(request))
    if (until === undefined) return false
    if (until > performance.now()) return true
    owed.delete(shapeOf(request))
    return false
  }

  /** The same values in a request of a shape that nobody owes an answer to; undefined if there is none. */
  function detour(request: Request, side: 'up' | 'down'): Request | undefined {
    // Two registers at a time: some devices refuse odd counts. 16 bits, so that the answer stays on byte borders.
    const step = request.fn <= 2 ? 16 : 2
    const most = request.fn <= 2 ? MAX_BITS : options.maxRegisters
    for (let by = step; by <= 16 * step; by += step) {
      const asked = widened(request, by, side, most)
      if (asked && !isOwed(asked)) return asked
    }
    return undefined
  }

  return {
    maxInFlight: 1,
    counts,
    async exchange(request, timeoutMs) {
      if (!isRead(request) || !isOwed(request)) return transact(request, timeoutMs)
      let refused = false
      for (const side of ['up', 'down'] as const) {
        const asked = detour(request, side)
        if (!asked) continue
        const outcome = await transact(asked, timeoutMs)
        if (outcome.ok) return { ok: true, bytes: narrowed(asked, request, outcome.bytes) }
        // Illegal address or count [Modbus 7]: perhaps only what was read besides.
        if (outcome.exception !== 2 && outcome.exception !== 3) return outcome
        refused = true
      }
      // A refusal is an answer, and answers come in order: what was owed before it will not come any more. Without one
      // it is better not to ask for a while than to take the wrong answer.
      return refused ? transact(request, timeoutMs) : { ok: false, reason: 'timeout' }
    },
    away: () => serial.away(),
    again: () => serial.again(),
    close: () => serial.close(),
  }
}

/** What an answer can be told by. */
const shapeOf = (r: Request): string =>
  `${r.unit}/${r.fn}/${isRead(r) ? answerLength(r) : `${r.start}=${r.data?.toString('hex')}`}`
