import type { Bus } from './core/bus.ts'
import type { Clock } from './core/clock.ts'
import type { Events } from './core/events.ts'
import type { Log } from './core/log.ts'
import type { Reach } from './core/outgoing.ts'
import type { Deps } from './http/deps.ts'
import { sameLine } from './http/detections.ts'
import { callbackBodies } from './http/reports.ts'
import type { Kept } from './kept.ts'
import { createDetections, type Detection } from './live/detections.ts'
import { watchMonths } from './month/watch.ts'
import { watchOidc } from './oidc/watch.ts'
import { watchComplaints } from './orders/complaintwatch.ts'
import { watchDowntime } from './orders/downtimewatch.ts'
import { watchMaintenance } from './orders/maintenancewatch.ts'
import { watchOrders } from './orders/watch.ts'
import { sendCallbacks } from './out/callback.ts'
import { watchPersonal } from './personal/watch.ts'
import { openCursor } from './records/cursor.ts'
import { watchRegisterPeople } from './registers/forget.ts'
import { watchRegisters } from './registers/watch.ts'
import type { Live } from './running.ts'
import { watchRunTimes } from './runrecords/watch.ts'

export interface WatchDeps {
  readonly live: Live
  readonly kept: Kept
  readonly clock: Clock
  readonly bus: Bus<Events>
  readonly log: Log
  readonly reach: Reach
}

/** What looks after records whatever site runs: clocks of orders, planned work, answers to call centres. Returns its end. */
export function watchRecords({
  live,
  kept,
  clock,
  bus,
  log,
  reach,
  deps,
}: WatchDeps & { readonly deps: Deps }): () => void {
  const { trail, workorders, alarms, maintenance } = kept
  const orders = watchOrders({
    ...{ clock, trail, workorders, alarms },
    trusted: id => {
      const watched = live.plant?.alarms.get(id)
      return watched !== undefined && watched.frozen === null
    },
    failed: error => log.error({ error }, 'the escalation of an order could not be stored; it will be tried again'),
  })
  const cases = watchComplaints({
    ...{ clock, trail, complaints: kept.complaints },
    failed: error => log.error({ error }, 'that a complaint is late could not be stored; it will be tried again'),
  })
  const registers = watchRegisters({
    ...{ clock, trail, registers: kept.registers },
    failed: error => log.error({ error }, 'that a register is due could not be stored; it will be tried again'),
  })
  const forgetting = watchRegisterPeople({
    ...{ clock, trail, people: kept.registerPeople, dropPhoto: kept.dropPhoto },
    ...{ zone: () => live.plant?.site.timezone ?? null, safe: () => kept.access.clock().safe },
    failed: error => log.error({ error }, 'what registers say of people could not be deleted; it will be tried again'),
  })
  const personal = watchPersonal({
    ...{ clock, trail, personal: kept.personal, dropPhoto: kept.dropPhoto },
    ...{ days: () => live.plant?.site.personal ?? null, safe: () => kept.access.clock().safe },
    failed: error => log.error({ error }, 'what is known of people could not be deleted; it will be tried again'),
  })
  const byProvider = watchOidc({
    ...{ clock, trail, identities: kept.identities },
    ...{ settings: () => live.plant?.site.signIn?.oidc ?? null, safe: () => kept.access.clock().safe },
    failed: error => log.error({ error }, 'a session could not be ended; it will be tried again'),
  })
  const months = watchMonths({
    ...{ clock, from: () => deps, zone: () => live.plant?.site.timezone ?? null },
    safe: () => kept.access.clock().safe,
    failed: error => log.error({ error }, 'a month could not be archived; it will be tried again'),
  })
  const steps = watchRunTimes({
    ...{ clock, trail, alarms, runs: kept.runs },
    failed: error =>
      log.error({ error }, 'that a step of a runbook is late could not be stored; it will be tried again'),
  })
  const planned = watchMaintenance({
    ...{ clock, trail, workorders, maintenance },
    running: () => {
      const now = live.plant
      if (!now) return null
      return { site: now.site, since: now.since, get: now.latest.get, unit: id => now.points.get(id)?.unit }
    },
    failed: error => log.error({ error }, 'planned work could not be stored; it will be tried again'),
  })
  const downtime = watchDowntime({
    ...{ clock, trail, workorders, orderNotes: kept.orderNotes },
    running: () => live.plant && { site: live.plant.site, get: live.plant.latest.get },
    failed: error => log.error({ error }, 'a downtime could not be stored; it will be tried again'),
  })
  const stopCalendar = deps.billing.calendar.start()
  deps.billing.deliverer.start()
  const stopDelivering = bus.on('record', ({ kind }) => {
    if (kind === 'billing-batch') deps.billing.deliverer.look()
  })
  const callbacks = sendCallbacks({
    clock,
    after: trail.after,
    head: trail.head,
    cursor: openCursor(kept.db, 'callback'),
    target: () => {
      const url = live.plant?.site.orders.callbackUrl
      const secret = kept.callbackSecret.read()
      return url && secret ? { url, secret } : null
    },
    bodiesOf: entry => callbackBodies(deps, entry),
    failed: detail => log.warn(detail, 'a callback was not taken'),
    reach,
  })
  const stopWaking = bus.on('record', callbacks.wake)
  return () => {
    orders.stop()
    cases.stop()
    personal.stop()
    byProvider.stop()
    registers.stop()
    months.stop()
    forgetting.stop()
    steps.stop()
    planned.stop()
    downtime.stop()
    stopCalendar()
    stopDelivering()
    stopWaking()
    callbacks.stop()
  }
}

/** Searches of a line for devices; its channels rest meanwhile, and both ends are on the trail. */
export function detect({
  live,
  kept,
  clock,
  log,
  free,
}: Omit<WatchDeps, 'bus' | 'reach'> & {
  /** Lets go of a line that somebody only looks at. */
  readonly free: () => Promise<void>
}) {
  const noted = (d: Detection, action: string) =>
    kept.trail.change(d.by, note =>
      note('detection', d.id, action, {
        line: d.line.protocol === 'modbus-rtu' ? d.line.path : `${d.line.host}:${d.line.port}`,
        paused: d.paused,
        found: d.found.map(f => f.unit),
      }),
    )
  return createDetections({
    clock,
    async pause(line) {
      await free()
      const on = (live.plant?.site.channels ?? []).filter(c => sameLine(line, c.options as never)).map(c => c.id)
      const resume = await live.plant?.pause(on)
      return { channels: on, resume: () => resume?.() }
    },
    started: d => noted(d, 'started'),
    ended: d => noted(d, d.state),
    failed: error => log.error({ error }, 'a detection failed'),
  })
}
