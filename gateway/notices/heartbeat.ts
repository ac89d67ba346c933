import type { Clock } from '../core/clock.ts'
import type { Reach } from '../core/outgoing.ts'
import { pingBy, startHeartbeat, type Unwell } from '../out/notify/heartbeat.ts'
import type { RunningPlant } from '../plant.ts'
import type { Notify } from './notify.ts'

/** A poller that is alive reads something at least so often: a silent device is tried each 66 s at the latest. */
const SILENT_MS = 150_000

/** Alarm changes that are not on the disk. */
type Waiting = { waiting(): readonly unknown[] }

export interface HeartbeatParts {
  readonly clock: Clock
  readonly version: string
  readonly notify: Pick<Notify, 'heartbeat'>
  readonly live: { readonly plant: (Pick<RunningPlant, 'site' | 'life'> & { readonly alarms: Waiting }) | null }
  readonly storage: { since(): number | null }
  readonly steady?: () => number
  readonly reach?: Reach
}

/** Whether the gateway does what it is there for: it reads its plant, and what happens is on the disk. */
export function unwellOf(parts: Omit<HeartbeatParts, 'clock' | 'version' | 'notify' | 'reach'>): Unwell | null {
  const { live, storage, steady = () => performance.now() } = parts
  const running = live.plant
  if (!running) return 'no-site'
  if (storage.since() !== null || running.alarms.waiting().length > 0) return 'records'
  const life = running.life()
  return life && steady() - life.readAt > SILENT_MS + 2 * life.everyMs ? 'not-reading' : null
}

export type Heartbeat = ReturnType<typeof openHeartbeat>

/** The heartbeat to a watcher outside, with all that it is told by. */
export const openHeartbeat = (parts: HeartbeatParts) =>
  startHeartbeat({
    clock: parts.clock,
    ...(parts.steady && { steady: parts.steady }),
    ...(parts.reach && { send: pingBy(parts.reach) }),
    settings: parts.notify.heartbeat,
    unwell: () => unwellOf(parts),
    says: () => ({ site: parts.live.plant?.site.id, state: 'online', version: parts.version }),
  })
