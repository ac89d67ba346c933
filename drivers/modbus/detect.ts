import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { mbapFrame, mbapFrames, rtuFrame, rtuPdu } from './frame.ts'
import { type Open, openSerial, openTcp, type Stream } from './line.ts'
import { pduOf, type Request, readRequest } from './pdu.ts'
import { type TlsOptions, tlsPeer } from './tls.ts'

/** Where to look. A serial line is tried with each setting until devices answer on one of them. */
export type DetectLine =
  | {
      readonly protocol: 'modbus-tcp' | 'modbus-rtu-over-tcp'
      readonly host: string
      readonly port: number
      /** As its channel has it; `folder` is that of the channel's keys. */
      readonly tls?: { readonly options: TlsOptions; readonly folder: string } | undefined
    }
  | { readonly protocol: 'modbus-rtu'; readonly path: string; readonly settings: readonly SerialSetting[] }
export interface SerialSetting {
  readonly baudRate: number
  readonly parity: 'none' | 'even' | 'odd'
  readonly stopBits: 1 | 2
}
export interface DetectedUnit {
  readonly unit: number
  /** The exception code of a device that answered, but not with a value; null: a value. */
  readonly exception: number | null
  readonly setting: SerialSetting | null
}
export interface DetectProgress {
  readonly tried: number
  readonly total: number
  readonly setting: SerialSetting | null
}
export interface DetectHooks {
  progress(progress: DetectProgress): void
  found(unit: DetectedUnit): void
  /** One question, two answers: two devices of the line have this number. */
  twice?(unit: number): void
}

/** As devices leave the factory, the commonest first. */
export const commonSettings: readonly SerialSetting[] = [9600, 19_200, 4800, 38_400, 115_200, 2400].flatMap(baudRate =>
  (['none', 'even', 'odd'] as const).map(parity => ({ baudRate, parity, stopBits: 1 as const })),
)

const OPENINGS = 3
const OPENING_PAUSE_MS = 1000
const MOST_BYTES = 4096
const LONGEST_LINGER_MS = 5000
/** With a short time-out too: a gateway that queues what it was asked answers in its own time. */
const SHORTEST_LINGER_MS = 500
/** [Modbus 7]: the gateway says that nobody is there, or that nobody answered it. */
const NOBODY: readonly number[] = [0x0a, 0x0b]

/**
 * Asks each unit for one register, holding and, when it is silent, input 0. Whatever answers is there: an exception is an
 * answer, and so is one that comes late, for it carries its unit (RTU) or its number (TCP). Nothing is ever written.
 * @returns offline: there was no connection, so nothing is known of the units
 */
export async function detect(
  line: DetectLine,
  units: readonly number[],
  timeoutMs: number,
  hooks: DetectHooks,
  signal: AbortSignal,
): Promise<'finished' | 'cancelled' | 'offline'> {
  const settings: readonly (SerialSetting | null)[] = line.protocol === 'modbus-rtu' ? line.settings : [null]
  const total = settings.length * units.length
  let tried = 0
  for (const setting of settings) {
    const found = new Set<number>()
    const questions = new Map<number, number>()
    const answers = new Map<number, number>()
    const tcp = line.protocol === 'modbus-tcp'
    const scan = scanner(opener(line, setting, timeoutMs), tcp, (unit, exception) => {
      if (!units.includes(unit)) return
      answers.set(unit, (answers.get(unit) ?? 0) + 1)
      // Over TCP the number of the question would have to be used twice: only a line has room for two.
      if (!tcp && answers.get(unit)! > (questions.get(unit) ?? 0)) hooks.twice?.(unit)
      if (found.has(unit)) return
      found.add(unit)
      hooks.found({ unit, exception, setting })
    })
    try {
      for (const unit of units) {
        hooks.progress({ tried, total, setting })
        // On a slow line the frames themselves take time: 8 bytes out, 7 in, of 11 bits.
        const waitMs = timeoutMs + (setting ? (15 * 11_000) / setting.baudRate : 0)
        for (const table of ['holding', 'input'] as const) {
          if (signal.aborted) return 'cancelled'
          if (found.has(unit)) break
          questions.set(unit, (questions.get(unit) ?? 0) + 1)
          const went = await scan.ask(readRequest(unit, table, 0, 1), waitMs, () => found.has(unit), signal)
          if (!went) return signal.aborted ? 'cancelled' : 'offline'
          if (scan.denied(unit)) break
        }
        tried++
      }
      await scan.linger(Math.max(SHORTEST_LINGER_MS, 2 * timeoutMs), signal)
    } finally {
      await scan.close()
    }
    // One line has one setting: with devices on this one, nobody is on the others.
    if (found.size > 0) break
  }
  hooks.progress({ tried: total, total, setting: null })
  return signal.aborted ? 'cancelled' : 'finished'
}

function opener(line: DetectLine, setting: SerialSetting | null, timeoutMs: number): Open {
  if (line.protocol === 'modbus-rtu') return openSerial({ path: line.path, ...setting!, dataBits: 8 })
  const { host, port, tls } = line
  const connectMs = Math.max(2000, timeoutMs)
  if (!tls) return openTcp(host, port, connectMs)
  return tlsPeer({ host, port, timeoutMs: connectMs, tls: tls.options }, tls.folder).open
}

/** One line, one request at a time; every whole frame that comes is looked at, whoever it is from. */
function scanner(open: Open, tcp: boolean, heard: (unit: number, exception: number | null) => void) {
  let stream: Stream | undefined
  let received: Buffer = Buffer.alloc(0)
  let wake = () => {}
  let transaction = 0
  const asked = new Map<number, number>()
  const nobody = new Set<number>()

  function answer(unit: number, pdu: Buffer): void {
    const fn = pdu[0]! & 0x7f
    if (fn !== 3 && fn !== 4) return
    if (pdu.length === 2 && pdu[0]! > 0x80) {
      if (NOBODY.includes(pdu[1]!)) nobody.add(unit)
      else heard(unit, pdu[1]!)
    } else if (pdu.length === 4 && pdu[1] === 2) heard(unit, null)
  }
  function takeTcp(): boolean {
    const parsed = mbapFrames(received)
    if (!parsed) return false
    received = parsed.rest
    // Some gateways answer with a unit of their own; the number says which question it was.
    for (const { transaction, unit, pdu } of parsed.frames) answer(asked.get(transaction) ?? unit, pdu)
    return true
  }
  /** An exception is 5 bytes, a value 7; what is neither is slid over byte by byte, for noise may stand before a frame. */
  function takeRtu(): void {
    while (received.length >= 5) {
      const unit = received[0]!
      const length = received[1]! > 0x80 ? 5 : 7
      if (received.length < length && received[2] === 2) return
      const pdu = received.length >= length ? rtuPdu(unit, received.subarray(0, length)) : undefined
      if (pdu) answer(unit, pdu)
      received = received.subarray(pdu ? length : 1)
    }
  }

  async function opened(signal: AbortSignal): Promise<Stream | undefined> {
    for (let n = 0; n < OPENINGS && !stream && !signal.aborted; n++) {
      if (n > 0) await sleep(OPENING_PAUSE_MS, undefined, { signal }).catch(() => {})
      received = Buffer.alloc(0)
      stream = await open({
        data(bytes) {
          received = Buffer.concat([received, bytes]).subarray(-MOST_BYTES)
          if (!tcp) takeRtu()
          else if (!takeTcp()) drop()
          wake()
        },
        end() {
          stream = undefined
          wake()
        },
      }).catch(() => undefined)
    }
    return stream
  }
  function drop(): void {
    void stream?.close()
    stream = undefined
  }

  return {
    /** @returns false without a connection */
    async ask(request: Request, waitMs: number, done: () => boolean, signal: AbortSignal): Promise<boolean> {
      const to = await opened(signal)
      if (!to) return false
      nobody.delete(request.unit)
      transaction = (transaction + 1) & 0xffff
      asked.set(transaction, request.unit)
      const pdu = pduOf(request)
      to.write(tcp ? mbapFrame(transaction, request.unit, pdu) : rtuFrame(request.unit, pdu))
      const until = performance.now() + waitMs
      for (;;) {
        const leftMs = until - performance.now()
        if (leftMs <= 0 || done() || nobody.has(request.unit) || !stream || signal.aborted) return true
        await new Promise<void>(resolve => {
          const timer = setTimeout(resolve, leftMs)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
          signal.addEventListener('abort', wake, { once: true })
        })
        signal.removeEventListener('abort', wake)
      }
    },
    /** Listens to what is still coming, until nothing came for `quietMs`: the last answers may be late as well. */
    async linger(quietMs: number, signal: AbortSignal): Promise<void> {
      const until = performance.now() + LONGEST_LINGER_MS
      let more = true
      while (more && stream && !signal.aborted && performance.now() < until)
        more = await new Promise<boolean>(resolve => {
          const timer = setTimeout(() => resolve(false), quietMs)
          wake = () => {
            clearTimeout(timer)
            resolve(true)
          }
        })
    },
    /** The gateway said that this unit is not there; asking again would only cost its time-out once more. */
    denied: (unit: number) => nobody.has(unit),
    async close(): Promise<void> {
      await stream?.close()
    },
  }
}
