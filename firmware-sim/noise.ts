import { seal } from './modbus-frames.ts'

/** A bad line: of all answers, some come late, some damaged, some from a unit that nobody asked. */
export interface Noise {
  /** Shares of the answers, 0..1. An answer suffers one of them at most. */
  readonly late: number
  readonly corrupt: number
  readonly foreign: number
  /** How much later, at random between the two. A late answer holds up none of the others: it comes among them. */
  readonly lateMs: readonly [least: number, most: number]
  /** The same seed does the same to the same answers. */
  readonly seed: number
}

/** What happened to the answers so far. */
export interface NoiseCounts {
  answers: number
  late: number
  corrupt: number
  foreign: number
}

export interface NoisyAnswer {
  readonly bytes: Buffer
  /** Undefined: in its turn. Else so many ms later, whatever comes meanwhile. */
  readonly lateMs?: number
}

/**
 * @param framing what may be damaged: on RTU anything, since a checksum covers it. On TCP the header only: nothing in
 *   Modbus could tell of a damaged value, or of one transaction number turned into another one under way [Modbus TCP 3.1.3]
 */
export function createNoise(noise: Noise, framing: 'tcp' | 'rtu') {
  const random = seeded(noise.seed)
  const counts: NoiseCounts = { answers: 0, late: 0, corrupt: 0, foreign: 0 }
  const below = (n: number) => Math.floor(random() * n)

  function damaged(bytes: Buffer): Buffer {
    const how = below(4)
    if (how === 0) return bytes.subarray(0, 1 + below(bytes.length - 1))
    if (how === 1 && framing === 'rtu') return Buffer.concat([Buffer.from([below(256)]), bytes])
    const b = Buffer.from(bytes)
    // High byte of the transaction, protocol, length; function and byte count. The unit is what `foreign` is for.
    const at = framing === 'rtu' ? below(b.length) : [0, 2, 3, 4, 5, 7, 8][below(7)]!
    // One or two bits: what CRC-16 is sure to find at this length, so that luck has no part in the proof.
    b[at]! ^= 1 << below(8)
    if (framing === 'rtu' && random() < 0.5) b[(at + 1) % b.length]! ^= 1 << below(8)
    return b
  }

  return {
    counts,
    /**
     * @param fromOther the answer that another unit would give to the same request; undefined: there is no other
     */
    strike(bytes: Buffer, fromOther: () => Buffer | undefined): NoisyAnswer {
      counts.answers++
      const fate = random()
      if (fate < noise.late) {
        counts.late++
        const [least, most] = noise.lateMs
        return { bytes, lateMs: least + random() * (most - least) }
      }
      if (fate < noise.late + noise.corrupt) {
        counts.corrupt++
        return { bytes: damaged(bytes) }
      }
      const other = fate < noise.late + noise.corrupt + noise.foreign ? fromOther() : undefined
      if (other) counts.foreign++
      return { bytes: other ?? bytes }
    },
  }
}

/** The same frame under another unit. */
export function readdressed(bytes: Buffer, unit: number, framing: 'tcp' | 'rtu'): Buffer {
  if (framing === 'rtu') return seal(Buffer.concat([Buffer.from([unit]), bytes.subarray(1, -2)]))
  const b = Buffer.from(bytes)
  b[6] = unit
  return b
}

/** mulberry32 */
function seeded(seed: number): () => number {
  let a = seed >>> 0
  return () => {
    a = (a + 0x6d2b79f5) >>> 0
    let t = a
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
