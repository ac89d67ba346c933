import type { LineAway } from './line.ts'
import type { Request } from './pdu.ts'

/** How a request ended. `undecodable`: something came, but it was not the answer. */
export type Outcome =
  | { readonly ok: true; readonly bytes: Buffer }
  | { readonly ok: false; readonly reason: 'offline' | 'timeout' | 'undecodable'; readonly exception?: undefined }
  | { readonly ok: false; readonly reason: 'refused' | 'offline' | 'timeout'; readonly exception: number }

/** One way of carrying requests. The caller keeps to `maxInFlight`; an exchange always ends by itself. */
export interface Wire {
  readonly maxInFlight: number
  /** @param timeoutMs shorter than the usual one, where the caller knows how soon an answer would come */
  exchange(request: Request, timeoutMs?: number): Promise<Outcome>
  /** Undefined while there is a connection, or none was tried yet. */
  away(): LineAway | undefined
  /** Connects anew at once. */
  again(): void
  close(): Promise<void>
  readonly counts: Readonly<Counts>
}

/** What went wrong on the wire since it was opened. */
export interface Counts {
  timeouts: number
  /** Answers that came after their request had been given up. */
  late: number
  /** Frames that did not fit the request under way: other unit, function, length, address or checksum. */
  foreign: number
  /** Times that the stream was no Modbus at all and was dropped. */
  garbage: number
}

export const noCounts = (): Counts => ({ timeouts: 0, late: 0, foreign: 0, garbage: 0 })

/** After so many timeouts in a row without a single byte, the connection itself is taken for dead. */
export const DEAD_AFTER = 3

/** [Modbus 7]: 0x0A gateway path unavailable, 0x0B gateway target device failed to respond */
export function refusal(exception: number): Outcome {
  const reason = exception === 0x0a ? 'offline' : exception === 0x0b ? 'timeout' : 'refused'
  return { ok: false, reason, exception }
}
