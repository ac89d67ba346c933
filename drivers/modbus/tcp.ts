import { type MbapFrame, mbapFrame, mbapFrames } from './frame.ts'
import { line, type Open } from './line.ts'
import { answerOf, pduOf, type Request } from './pdu.ts'
import { DEAD_AFTER, noCounts, type Outcome, refusal, type Wire } from './wire.ts'

interface Pending {
  readonly id: number
  readonly request: Request
  end(outcome: Outcome): void
}

/** So many ids may wait for an answer that never came before the connection is renewed to be rid of them. */
const MOST_ABANDONED = 4096
/** Bytes that wait for the end of the frame behind them. */
const MOST_HELD = 65_536

/** Modbus TCP: transactions are told apart by their number, so an answer that comes late can be recognised. */
export function tcpWire(
  open: Open,
  { timeoutMs, maxInFlight, firstId = 0 }: { timeoutMs: number; maxInFlight: number; firstId?: number },
  log: (message: string, detail?: object) => void,
): Wire {
  const counts = noCounts()
  /** A list, for a device stands but a few at a time: a Map that is filled and emptied all the time leaves old tables behind. */
  const pending: Pending[] = []
  const pendingOf = (id: number): Pending | undefined => pending.find(one => one.id === id)
  /** Ids that were given up on this connection: not used again while their answer may still come. */
  const abandoned = new Map<number, Request>()
  let received: Buffer = Buffer.alloc(0)
  let nextId = firstId
  let silentTimeouts = 0

  const tcp = line(open, { data, end: () => endAll({ ok: false, reason: 'offline' }) }, log)

  function endAll(outcome: Outcome): void {
    received = Buffer.alloc(0)
    abandoned.clear()
    silentTimeouts = 0
    for (const waiting of [...pending]) waiting.end(outcome)
  }

  function garbage(why: string): void {
    counts.garbage++
    endAll({ ok: false, reason: 'undecodable' })
    tcp.drop(why)
  }

  function data(bytes: Buffer): void {
    silentTimeouts = 0
    const stream = received.length ? Buffer.concat([received, bytes]) : bytes
    const parsed = mbapFrames(stream)
    if (!parsed) {
      garbage('no Modbus on this port')
      return
    }
    // An answer that was cut short takes what it lacks from the one behind it. So nothing is believed before the bytes
    // end where a frame ends, nor what has the head of another expected answer inside.
    if (parsed.rest.length > 0 && pending.length > 0 && stream.length < MOST_HELD) {
      received = stream
      return
    }
    received = parsed.rest
    if (parsed.frames.some(frame => pendingOf(frame.transaction) && holdsAnother(frame))) {
      garbage('an answer cut short')
      return
    }
    for (const { transaction, unit, pdu } of parsed.frames) {
      const waiting = pendingOf(transaction)
      if (!waiting) {
        if (abandoned.delete(transaction)) counts.late++
        else counts.foreign++
        continue
      }
      const answer = unit === waiting.request.unit ? answerOf(waiting.request, pdu) : undefined
      // What does not fit is nobody's answer; the right one may still come.
      if (!answer) counts.foreign++
      else waiting.end(answer.exception === undefined ? { ok: true, bytes: answer.bytes } : refusal(answer.exception))
    }
  }

  function holdsAnother({ transaction, pdu }: MbapFrame): boolean {
    if (pending.length + abandoned.size < 2) return false
    for (let at = 2; at + 8 <= pdu.length; at++) {
      if (pdu.readUInt16BE(at + 2) !== 0) continue
      const id = pdu.readUInt16BE(at)
      const other = id === transaction ? undefined : (pendingOf(id)?.request ?? abandoned.get(id))
      if (other && pdu[at + 6] === other.unit && (pdu[at + 7]! & 0x7f) === other.fn) return true
    }
    return false
  }

  function freeId(): number {
    do nextId = (nextId + 1) & 0xffff
    while (pendingOf(nextId) || abandoned.has(nextId))
    return nextId
  }

  return {
    maxInFlight,
    counts,
    async exchange(request, sooner = timeoutMs) {
      if (abandoned.size >= MOST_ABANDONED) tcp.drop('too many answers outstanding')
      const stream = await tcp.stream()
      if (!stream) return { ok: false, reason: 'offline' }
      const id = freeId()
      return new Promise<Outcome>(resolve => {
        const end = (outcome: Outcome) => {
          const at = pending.indexOf(me)
          if (at < 0) return
          clearTimeout(timer)
          pending.splice(at, 1)
          resolve(outcome)
        }
        const timer = setTimeout(() => {
          counts.timeouts++
          abandoned.set(id, request)
          end({ ok: false, reason: 'timeout' })
          if (received.length > 0) garbage('half an answer')
          else if (++silentTimeouts >= DEAD_AFTER && pending.length === 0) tcp.drop('no answers')
        }, sooner)
        const me: Pending = { id, request, end }
        pending.push(me)
        stream.write(mbapFrame(id, request.unit, pduOf(request)))
      })
    },
    away: () => tcp.away(),
    again: () => tcp.again(),
    close: () => tcp.close(),
  }
}
