import { statfsSync } from 'node:fs'
import type { PointId, Sample, Value } from '../../drivers/point.ts'
import { SELF } from '../../rules/packs/gatehouse.ts'
import { channelPoint } from '../../rules/rule.ts'
import type { Clock } from '../core/clock.ts'

const LOOK_MS = 1000
const DISK_EVERY_MS = 10_000
/** How long a jump of the clock, a stall or a failed output is told of. */
const TOLD_MS = 600_000
const FAILED_MS = 60_000
const JUMP_MS = 5000
/** Nothing of ours was written before: an earlier clock was never set. */
/** Before this the clock is wrong for certain. */
export const EARLIEST = Date.UTC(2025, 0, 1)
const MB = 1_000_000

export interface SelfDeps {
  readonly clock: Clock
  /** ms that only go forward. */
  readonly steady?: () => number
  /** Folder whose disk is looked at. */
  readonly data: string
  readonly channels: readonly string[]
  readonly overloaded: (channel: string) => boolean
  /** Lines of the last ten minutes that nothing is known of; null: a channel that has no lines. */
  readonly unknownLines?: (channel: string) => number | null
  readonly recordsFailing: () => boolean
  /** Alarm changes that are not on the disk. */
  readonly unstored: () => number
  readonly brokerListening: () => boolean
  /** When something that goes out last failed, steady ms; null: never. */
  readonly outputFailedAt: () => number | null
  /** A scheduled backup failed, or none was made for too long. */
  readonly backupFailing?: () => boolean
  /** The watcher outside has not been reached for too long. */
  readonly heartbeatFailing?: () => boolean
  /** The certificate of the pages ends soon, has ended, or cannot be used. */
  readonly certificateFailing?: () => boolean
  /** Fewer people keep the control room than the site asks for; nobody showed that he is awake. */
  readonly attendance?: { short(): boolean; unanswered(): boolean }
  /** Whether the clock agrees with what was recorded; a gateway that was off for months, or runs an old backup, can't know. */
  readonly clockBelieved?: () => boolean
  readonly tell: (samples: readonly Sample[]) => void
  /** How much of the memory that it may have is taken, percent. */
  readonly memoryUsed?: () => number
  readonly freeBytes?: (folder: string) => number
}

const keys = [
  'clock-unsafe',
  'disk-free',
  'memory-used',
  'records-failing',
  'alarms-unstored',
  'broker-listening',
  'outputs-failing',
  'backup-failing',
  'heartbeat-failing',
  'certificate-failing',
  'control-room-short',
  'control-room-unanswered',
  'stall',
]
const idOf = (key: string): PointId => `${SELF}/${key}`
/** Said of the channel, so that the list names it. */
const overloadPoint = (channel: string) => channelPoint(channel, 'overloaded')

const unknownPoint = (channel: string) => channelPoint(channel, 'unknown-lines')

/** The points of the gateway itself. */
export const selfPoints = (channels: readonly string[]): readonly { readonly id: PointId }[] =>
  [...keys.map(idOf), ...channels.map(overloadPoint), ...channels.map(unknownPoint)].map(id => ({ id }))

const free = (folder: string): number => {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}

/** The gateway watches itself by the same alarms as its plant. Returns the stop. */
export function watchSelf(deps: SelfDeps): () => void {
  const { clock, data, channels, tell, steady = () => performance.now(), freeBytes = free } = deps
  let jumpedAt: number | null = null
  let stall = { at: 0, s: 0 }
  let lookedAt = steady()
  let disk: { readonly at: number; readonly mb: number | null } | null = null
  const stopJump = clock.onJump(offsetMs => {
    if (Math.abs(offsetMs) > JUMP_MS) jumpedAt = steady()
  })
  const look = () => {
    const now = steady()
    const lateMs = now - lookedAt - LOOK_MS
    lookedAt = now
    if (now - stall.at > TOLD_MS) stall = { at: now, s: 0 }
    if (lateMs / 1000 > stall.s) stall = { at: now, s: lateMs / 1000 }
    if (disk === null || now - disk.at >= DISK_EVERY_MS) disk = { at: now, mb: diskMb() }
    const at = clock.now()
    const failedAt = deps.outputFailedAt()
    const values: Record<string, Value | null> = {
      'clock-unsafe':
        at < EARLIEST || (jumpedAt !== null && now - jumpedAt < TOLD_MS) || deps.clockBelieved?.() === false,
      'disk-free': disk.mb,
      'memory-used': deps.memoryUsed?.() ?? null,
      'records-failing': deps.recordsFailing(),
      'alarms-unstored': deps.unstored(),
      'broker-listening': deps.brokerListening(),
      'outputs-failing': failedAt !== null && now - failedAt < FAILED_MS,
      'backup-failing': deps.backupFailing?.() ?? false,
      'heartbeat-failing': deps.heartbeatFailing?.() ?? false,
      'certificate-failing': deps.certificateFailing?.() ?? false,
      'control-room-short': deps.attendance?.short() ?? false,
      'control-room-unanswered': deps.attendance?.unanswered() ?? false,
      stall: Math.round(stall.s),
    }
    const told: (readonly [PointId, Value | null])[] = [
      ...Object.entries(values).map(([key, value]) => [idOf(key), value] as const),
      ...channels.map(channel => [overloadPoint(channel), deps.overloaded(channel)] as const),
      ...channels.flatMap(channel => {
        const unknown = deps.unknownLines?.(channel) ?? null
        return unknown === null ? [] : [[unknownPoint(channel), unknown] as const]
      }),
    ]
    tell(
      told.map(([point, value]): Sample => {
        const head = { point, at, seen: at }
        return value === null
          ? { ...head, quality: 'bad', value: null, reason: 'no-value' }
          : { ...head, quality: 'good', value }
      }),
    )
  }
  function diskMb(): number | null {
    try {
      return Math.round(freeBytes(data) / MB)
    } catch {
      return null
    }
  }
  const stop = clock.every(LOOK_MS, look)
  return () => {
    stop()
    stopJump()
  }
}
