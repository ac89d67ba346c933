import { allAre, type Batch, ofSamples, type Readings } from '../../drivers/batch.ts'
import type { Link } from '../../drivers/driver.ts'
import { bad, type Point, type PointId, type Reason, type Sample } from '../../drivers/point.ts'
import type { Clock } from '../core/clock.ts'

/** A device is given up for a while after two silent reads and three seconds. */
const SILENT_READS = 2
const SILENT_MS = 3000
const FIRST_RETRY_MS = 5000
/** A link that means `now` is asked soon, but never in a tight loop. */
const LEAST_RETRY_MS = 20
const LONGEST_RETRY_MS = 60_000

export interface PolledDevice {
  readonly id: string
  readonly link: Link
  readonly points: readonly Point[]
}

export interface DeviceState {
  /** Null until the first answer or failure. */
  readonly online: boolean | null
  /** How long the last read took. */
  readonly scanMs: number | null
  /** When a silent device is tried again, UTC ms. */
  readonly retryAt: number | null
}

export interface Cycle {
  readonly askedMs: number
  /** A moving mean; null until it was read twice. */
  readonly achievedMs: number | null
}

interface Group {
  readonly scanMs: number
  readonly points: readonly Point[]
  due: number
  busy: boolean
  /** When the last read began; 0: none since the device was away, -1: one. */
  began: number
  cycleMs: number | null
}
interface Device extends PolledDevice {
  readonly groups: readonly Group[]
  readonly onlineIds: readonly PointId[]
  unwatch: (() => void) | undefined
  online: boolean | null
  scanMs: number | null
  silentReads: number
  silentSince: number
  retryMs: number
  /** Steady ms; 0 when the device is polled as usual. */
  retryAt: number
}

export const onlineId = (device: string): PointId => `${device}/online`
/** Reasons that mean: no answer came. An exception answer is an answer. */
const SILENCE: readonly Sample['reason'][] = ['offline', 'timeout']
const YES = [true]
const NOTHING: readonly Sample[] = []

/**
 * Reads every device at its own pace and says what came. One device never waits for another, but for the line they share;
 * a silent one is asked ever more rarely, with a single point, so that it costs its line next to nothing.
 * @param jitter 0..1, spreads the retries of many devices
 * @param columns takes what links with `scan` read; without it all is read as samples
 */
export function createPoller(
  devices: readonly PolledDevice[],
  clock: Clock,
  out: (samples: readonly Sample[]) => void,
  jitter: () => number = Math.random,
  columns?: (readings: Readings) => void,
) {
  const stop = new AbortController()
  let readAt = performance.now()
  const all: Device[] = devices.map(device => ({
    ...device,
    groups: groupsOf(device.points),
    onlineIds: [onlineId(device.id)],
    unwatch: undefined,
    online: null,
    scanMs: null,
    silentReads: 0,
    silentSince: 0,
    retryMs: FIRST_RETRY_MS,
    retryAt: 0,
  }))

  const onlineSample = (device: Device, online: boolean): Sample => {
    const now = clock.now()
    return { point: onlineId(device.id), at: now, seen: now, quality: 'good', value: online }
  }

  const onlineBatch = (device: Device): Batch => {
    const now = clock.now()
    return { points: device.onlineIds, at: now, seen: now, values: YES, reasons: null }
  }

  /** A device that answered is there. */
  function present(device: Device): void {
    device.silentReads = 0
    device.retryMs = FIRST_RETRY_MS
    device.retryAt = 0
    device.online = true
  }

  /** What silence says of the device as a whole. */
  function silent(device: Device, { samples, batches }: Readings, probe: boolean): Sample[] {
    const now = clock.now()
    const lost = () => {
      const asked = new Set([...samples.map(s => s.point), ...batches.flatMap(batch => batch.points)])
      return lose(device, asked, samples[0]?.reason ?? batches[0]?.reasons?.[0] ?? 'offline', now)
    }
    if (device.link.away) {
      // The link knows the line and all that share it, so it decides when there is use in asking again.
      const away = device.link.away(device.points)
      device.retryAt = away ? now + Math.max(LEAST_RETRY_MS, Math.ceil(away.retryInMs)) : 0
      return device.retryAt === 0 ? [] : lost()
    }
    if (device.silentReads++ === 0) device.silentSince = now
    const given = device.silentReads >= SILENT_READS && now - device.silentSince >= SILENT_MS
    // A group that was still on its way when the device was given up does not count as another try.
    if (probe || (given && device.retryAt === 0)) {
      device.retryAt = now + device.retryMs * (0.9 + 0.2 * jitter())
      device.retryMs = Math.min(device.retryMs * 2, LONGEST_RETRY_MS)
    }
    return device.retryAt === 0 ? [] : lost()
  }

  function lose(device: Device, asked: ReadonlySet<PointId>, reason: Reason, now: number): Sample[] {
    for (const group of device.groups) group.began = 0
    const lost = device.online === false ? [] : device.points.filter(p => !asked.has(p.id))
    device.online = false
    // Nobody reads the slow groups any more: they must not stay good until they are stale.
    return [...lost.map(p => bad(p.id, reason, now)), onlineSample(device, false)]
  }

  async function read(device: Device, group: Group, points: readonly Point[]) {
    group.busy = true
    const probe = device.retryAt > 0
    const started = clock.now()
    const { link } = device
    let came: Readings
    try {
      came =
        columns && link.scan
          ? { samples: NOTHING, batches: await link.scan(points, stop.signal) }
          : ofSamples(await link.read(points, stop.signal))
    } catch {
      // A driver promises never to throw; should one break its word, its points must not stay good.
      came = ofSamples(points.map(p => bad(p.id, 'offline', clock.now())))
    }
    group.busy = false
    if (stop.signal.aborted) return
    readAt = performance.now()
    device.scanMs = clock.now() - started
    if (group.began > 0) group.cycleMs = moved(group.cycleMs, started - group.began)
    // The first read comes at any moment, the second in its slot: only from there on is it a pace.
    group.began = group.began === 0 ? -1 : started
    tell(device, came, probe)
    // A probe was answered: the whole device at once, not a scan later.
    if (probe && device.online) for (const g of device.groups) if (points !== g.points) g.due = 0
    wake(nextOf(device))
  }

  /** What was read, and with it what it says of the device. */
  function tell(device: Device, { samples, batches }: Readings, probe: boolean): void {
    const answered = !(allAre(batches, SILENCE) && samples.every(s => SILENCE.includes(s.reason)))
    const more = answered ? NOTHING : silent(device, { samples, batches }, probe)
    if (answered) present(device)
    if (!columns) out([...samples, ...(answered ? [onlineSample(device, true)] : more)])
    else if (answered && samples.length === 0 && !probe) gather(device, batches)
    else {
      give()
      if (answered) columns({ samples, batches: [...batches, onlineBatch(device)] })
      else columns({ samples: samples.length > 0 ? [...samples, ...more] : more, batches })
    }
  }

  /** A hundred devices that are asked together answer in a few turns of the event loop: all of a turn goes on as one. */
  let gathered: Batch[] = []
  const answering = new Set<Device>()
  function gather(device: Device, batches: readonly Batch[]): void {
    if (gathered.length === 0) setImmediate(give)
    gathered.push(...batches)
    // Each point once, also of a device of which two groups have answered.
    if (answering.has(device)) return
    answering.add(device)
    gathered.push(onlineBatch(device))
  }
  function give(): void {
    if (gathered.length === 0) return
    const batches = gathered
    gathered = []
    answering.clear()
    if (!stop.signal.aborted) columns!({ samples: NOTHING, batches })
  }

  /** When a device wants to be looked at next; never while it waits for an answer. */
  const nextOf = (device: Device): number => {
    if (device.unwatch) return Number.POSITIVE_INFINITY
    if (device.retryAt > 0) return device.groups.some(g => g.busy) ? Number.POSITIVE_INFINITY : device.retryAt
    let next = Number.POSITIVE_INFINITY
    for (const { busy, due } of device.groups) if (!busy && due < next) next = due
    return next
  }

  let planned = Number.POSITIVE_INFINITY
  let stopTimer = () => {}
  function wake(at: number) {
    if (at >= planned || stop.signal.aborted) return
    stopTimer()
    planned = at
    stopTimer = clock.after(Math.max(1, at - clock.now()), tick)
  }

  function tick() {
    planned = Number.POSITIVE_INFINITY
    const now = clock.now()
    for (const device of all) {
      if (nextOf(device) > now) continue
      if (device.retryAt > 0) {
        // Probe with one point: it costs the line one time-out at most.
        const group = device.groups[0]!
        void read(device, group, device.link.away ? group.points : group.points.slice(0, 1))
        continue
      }
      for (const group of device.groups) {
        if (group.busy || now < group.due) continue
        group.due = slotAfter(now, group.scanMs)
        void read(device, group, group.points)
      }
    }
    wake(Math.min(...all.map(nextOf)))
  }

  const stopJump = clock.onJump(offsetMs => {
    for (const device of all) {
      if (device.retryAt > 0) device.retryAt += offsetMs
      for (const group of device.groups) if (group.began > 0) group.began += offsetMs
      device.silentSince += offsetMs
      for (const group of device.groups) group.due += offsetMs
    }
    planned = Number.POSITIVE_INFINITY
    tick()
  })
  for (const device of all)
    device.unwatch = device.link.watch?.(device.points, samples => {
      if (stop.signal.aborted) return
      // A session that is refused as a whole is no answer of a device.
      const answered = device.link.status?.().state !== 'down' && samples.some(s => !SILENCE.includes(s.reason))
      // Something that somebody kept for it is no sign of life of a device, nor of its death.
      if (answered && samples.every(s => s.reason === 'stale')) return out(samples)
      if (answered || device.online !== answered) device.online = answered
      out([...samples, onlineSample(device, answered)])
    })
  tick()

  return {
    state: (id: string): DeviceState | undefined => {
      const device = all.find(d => d.id === id)
      return device && { online: device.online, scanMs: device.scanMs, retryAt: device.retryAt || null }
    },
    /** How often the groups of a device are read, ms: as asked for, and as it is. */
    cycles: (id: string): readonly Cycle[] =>
      all.find(d => d.id === id)?.groups.map(g => ({ askedMs: g.scanMs, achievedMs: g.cycleMs })) ?? [],
    /** When a read last ended, by whatever answer, steady ms, and the shortest scan time; null: nothing here is polled. */
    life(): { readonly readAt: number; readonly everyMs: number } | null {
      const scans = all.flatMap(d => (d.unwatch ? [] : d.groups.map(g => g.scanMs)))
      return scans.length === 0 ? null : { readAt, everyMs: Math.min(...scans) }
    },
    stop() {
      stop.abort()
      stopTimer()
      stopJump()
      for (const device of all) device.unwatch?.()
    },
  }
}

/** The next multiple of the scan time, so that devices of the same pace are read in the same slot and do not drift. */
const slotAfter = (now: number, scanMs: number): number => (Math.floor(now / scanMs) + 1) * scanMs

const moved = (mean: number | null, ms: number): number => (mean === null ? ms : mean + 0.1 * (ms - mean))

function groupsOf(points: readonly Point[]): Group[] {
  const byScan = Map.groupBy(points, p => p.scanMs)
  return [...byScan]
    .sort(([a], [b]) => a - b)
    .map(([scanMs, group]) => ({ scanMs, points: group, due: 0, busy: false, began: 0, cycleMs: null }))
}
