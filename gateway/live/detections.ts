import { type DetectedUnit, type DetectLine, type DetectProgress, detect } from '../../drivers/modbus/detect.ts'
import { type LineTrouble, lineTrouble } from '../../drivers/modbus/linetrouble.ts'
import type { Clock } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import type { Actor } from '../core/events.ts'

export interface Detection {
  readonly id: string
  readonly line: DetectLine
  readonly units: readonly number[]
  readonly timeoutMs: number
  readonly by: Actor
  readonly startedAt: number
  /** Channels that are not polled meanwhile. */
  readonly paused: readonly string[]
  state: 'running' | 'finished' | 'cancelled' | 'failed'
  endedAt: number | null
  progress: DetectProgress
  readonly found: DetectedUnit[]
  /** Units that gave two answers to one question: two devices have this number. */
  readonly twice: Set<number>
  /** Why there was no connection; null: there was one, or its channel says why. */
  trouble: LineTrouble | null
}
export type Detections = ReturnType<typeof createDetections>

const KEPT = 10

/**
 * Searches for devices, one line at a time. The channels on the same line are paused before the first byte and resumed
 * however the search ends.
 * @param pause lets go of every channel on this line, and says which
 */
export function createDetections(deps: {
  readonly clock: Clock
  readonly pause: (line: DetectLine) => Promise<{ readonly channels: readonly string[]; resume(): void }>
  readonly started: (detection: Detection) => void
  readonly ended: (detection: Detection) => void
  readonly failed: (error: unknown) => void
}) {
  const known: Detection[] = []
  let running: { readonly detection: Detection; readonly stop: AbortController; readonly work: Promise<void> } | null =
    null
  let starting = false

  async function search(detection: Detection, resume: () => void, signal: AbortSignal): Promise<void> {
    try {
      const hooks = {
        progress: (progress: DetectProgress) => {
          detection.progress = progress
        },
        found: (unit: DetectedUnit) => detection.found.push(unit),
        twice: (unit: number) => detection.twice.add(unit),
      }
      const { line, units, timeoutMs } = detection
      // A port that is not there, or not ours, is said at once and not after all its openings have failed.
      if (line.protocol === 'modbus-rtu') detection.trouble = await lineTrouble(line)
      const end = detection.trouble ? 'offline' : await detect(line, units, timeoutMs, hooks, signal)
      // Before it is said to have failed: a page that looks then finds the reason with it.
      if (end === 'offline' && !('tls' in line && line.tls)) detection.trouble ??= await lineTrouble(line)
      detection.state = end === 'offline' ? 'failed' : end
    } catch (error) {
      detection.state = 'failed'
      deps.failed(error)
    } finally {
      resume()
      detection.endedAt = deps.clock.now()
      running = null
    }
    try {
      deps.ended(detection)
    } catch (error) {
      deps.failed(error)
    }
  }

  return {
    /** @throws detection-busy */
    async start(asked: Pick<Detection, 'id' | 'line' | 'units' | 'timeoutMs' | 'by'>): Promise<Detection> {
      if (running || starting) fail('detection-busy')
      starting = true
      try {
        const { channels, resume } = await deps.pause(asked.line)
        const settings = asked.line.protocol === 'modbus-rtu' ? asked.line.settings.length : 1
        const detection: Detection = {
          ...asked,
          startedAt: deps.clock.now(),
          paused: channels,
          state: 'running',
          endedAt: null,
          progress: { tried: 0, total: settings * asked.units.length, setting: null },
          found: [],
          twice: new Set(),
          trouble: null,
        }
        try {
          deps.started(detection)
        } catch (error) {
          resume()
          throw error
        }
        known.unshift(detection)
        known.length = Math.min(known.length, KEPT)
        const stop = new AbortController()
        running = { detection, stop, work: search(detection, resume, stop.signal) }
        return detection
      } finally {
        starting = false
      }
    },
    get: (id: string): Detection | undefined => known.find(d => d.id === id),
    list: (): readonly Detection[] => known,
    /** Ends the one that runs, if it is this one or any when no id is given, and waits until its line is free again. */
    async cancel(id?: string): Promise<void> {
      const now = running
      if (!now || (id !== undefined && now.detection.id !== id)) return
      now.stop.abort()
      await now.work
    },
  }
}
