import type { ModbusDevice } from '../modbus-pdu.ts'
import { wordOf } from './door-controller.ts'
import { hourOf } from './doors-random.ts'

/**
 * Patrol checkpoints (巡更点): a reader on the wall, a tag in the guard's hand. Who keeps to what is no matter of a reader:
 * it says which tag it saw when, and counts, so that somebody finds out what he missed. Four of them speak MQTT, the one
 * in the basement Modbus, with a map of its own, stated here:
 *
 * | table    | address | type   | value                                    |
 * |----------|---------|--------|------------------------------------------|
 * | input    | 0       | uint16 | model 0x5052                             |
 * | input    | 1       | string | UID of the last tag, 14 hex digits       |
 * | input    | 8       | uint32 | reads since it was made                  |
 * | input    | 10      | uint32 | time of the last read, UTC s             |
 * | input    | 12      | uint16 | battery, mV                              |
 * | input    | 16      | string | the last 8 reads, newest first, 15 registers each |
 * | discrete | 0       | bool   | taken off the wall                       |
 *
 * A read in the log is 30 hex digits: its number (8), UTC s (8), UID (14); NUL where there is none yet. Over MQTT it is the
 * `log` of the message. A gateway that missed some finds them there.
 */
export interface Checkpoint {
  readonly id: string
  tag: string
  seq: number
  /** UTC ms of the last read. */
  time: number
  removed: boolean
  /** Newest first, at most 8. */
  log: string
}
/** In the order of a round. */
export const checkpointIds = ['cp-l1', 'cp-l2', 'cp-l3', 'cp-b1', 'cp-b2'] as const
export type CheckpointId = (typeof checkpointIds)[number]
/** UIDs of 7 bytes, as NFC tags have them. */
export const guards = { first: '04A21B6A7C5E80', second: '04C39F12D84A81', third: '04E7710B3F9C82' } as const

interface Visit {
  readonly checkpoint: CheckpointId
  readonly tag: string
  inS: number
}
export interface Round {
  readonly tag?: string
  /** Between two checkpoints. */
  readonly gapS?: number
  readonly startInS?: number
  readonly skip?: readonly string[]
}
const WALK_S = 180
/** So many reads it remembers. */
const LOG = 8

export function createPatrol() {
  const checkpoints = new Map<CheckpointId, Checkpoint>(
    checkpointIds.map(id => [id, { id, tag: '', seq: 0, time: 0, removed: false, log: '' }]),
  )
  let visits: Visit[] = []
  let resting = false
  let lastRound = -1

  function start({ tag = guards.first, gapS = WALK_S, startInS = 0, skip = [] }: Round): void {
    let inS = startInS
    visits = []
    for (const checkpoint of checkpointIds) {
      if (!skip.includes(checkpoint)) visits.push({ checkpoint, tag, inS })
      inS += gapS
    }
  }
  function read(id: CheckpointId, tag: string, at: number): void {
    const checkpoint = checkpoints.get(id)!
    checkpoint.tag = tag
    checkpoint.seq++
    checkpoint.time = at
    const hex = (n: number) => n.toString(16).toUpperCase().padStart(8, '0')
    const entry = hex(checkpoint.seq) + hex(Math.floor(at / 1000)) + tag
    checkpoint.log = (entry + checkpoint.log).slice(0, LOG * 30)
  }
  return {
    checkpoints,
    start,
    read,
    /** true: nobody walks by himself any more. */
    rest(on: boolean) {
      resting = on
      if (on) visits = []
    },
    step(dtS: number, at: number) {
      // Every 40 minutes at night, every hour by day [N40, N41].
      const hour = hourOf(at)
      const night = hour < 6 || hour >= 22
      const round = Math.floor(at / (night ? 2_400_000 : 3_600_000)) * (night ? 1 : -1)
      if (round !== lastRound) {
        const first = lastRound === -1
        lastRound = round
        if (!first && !resting && visits.length === 0) start({ tag: night ? guards.second : guards.first })
      }
      if (visits.length === 0) return
      for (const visit of visits) visit.inS -= dtS
      for (const visit of visits) if (visit.inS <= 0) read(visit.checkpoint, visit.tag, at)
      visits = visits.filter(v => v.inS > 0)
    },
  }
}
export type Patrol = ReturnType<typeof createPatrol>

export function checkpointDevice(checkpoint: Checkpoint): ModbusDevice {
  return {
    read(table, address) {
      if (table === 'discrete') return address === 0 ? Number(checkpoint.removed) : undefined
      if (table === 'input' && address >= 16 && address < 16 + LOG * 15) {
        const at = 2 * (address - 16)
        return ((checkpoint.log.charCodeAt(at) || 0) << 8) | (checkpoint.log.charCodeAt(at + 1) || 0)
      }
      if (table !== 'input' || address > 12) return undefined
      if (address === 0) return 0x5052
      if (address < 8)
        return (checkpoint.tag.charCodeAt(2 * address - 2) << 8) | checkpoint.tag.charCodeAt(2 * address - 1)
      if (address < 10) return wordOf(BigInt(checkpoint.seq), 2, address - 8)
      return address < 12 ? wordOf(BigInt(Math.floor(checkpoint.time / 1000)), 2, address - 10) : 3580
    },
  }
}
