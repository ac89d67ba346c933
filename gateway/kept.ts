import { join } from 'node:path'
import { REPLY_DAYS } from '../rules/complaint.ts'
import { policies } from '../rules/orderclock.ts'
import { again, classFor } from '../rules/workorder.ts'
import { passBlock, stoppedPlaces } from './access/passblock.ts'
import { dropPhotoFile } from './access/visitphotos.ts'
import { openDoors } from './access/wiring.ts'
import { watchAlarmRate } from './alarms/rate.ts'
import type { Bus } from './core/bus.ts'
import { type Clock, isoOrNull } from './core/clock.ts'
import { type Events, GATEWAY } from './core/events.ts'
import type { Log } from './core/log.ts'
import type { Plant } from './http/deps.ts'
import { openCallbackSecret } from './intake.ts'
import { interrupted } from './live/commands.ts'
import { openPhotos } from './photos.ts'
import { openAfterReports } from './records/afterreports.ts'
import { alarms as openAlarms } from './records/alarms.ts'
import { openBilling } from './records/billing.ts'
import { brokerAccounts as openBrokerAccounts } from './records/brokeraccounts.ts'
import { commands as openCommands } from './records/commands.ts'
import { complaints as openComplaints } from './records/complaints.ts'
import { migrations, openDb } from './records/db.ts'
import { openDecided } from './records/decided.ts'
import { openDeliveries } from './records/deliveries.ts'
import { demoPast as openDemoPast } from './records/demopast.ts'
import { documents as openDocumentRecords } from './records/documents.ts'
import { openHandovers } from './records/handovers.ts'
import { openHelpCalls } from './records/helpcalls.ts'
import { idempotency as openIdempotency } from './records/idempotency.ts'
import { openIdentities } from './records/identities.ts'
import { linkage as openLinkage } from './records/linkage.ts'
import { maintenance as openMaintenance } from './records/maintenance.ts'
import { openMeterBook } from './records/meterbook.ts'
import { openMeterWalk } from './records/meterwalk.ts'
import { months as openMonths } from './records/months.ts'
import { notices as openNotices } from './records/notices.ts'
import { orderNotes as openOrderNotes } from './records/ordernotes.ts'
import { orderWork as openOrderWork } from './records/orderwork.ts'
import { openParts } from './records/parts.ts'
import { permits as openPermits } from './records/permits.ts'
import { openPersonal } from './records/personal/personal.ts'
import { proofs as openProofs } from './records/proofs.ts'
import { openReadings } from './records/readings.ts'
import { registerPeople as openRegisterPeople } from './records/registerpeople.ts'
import { openRegisters } from './records/registers.ts'
import { reports as openReports } from './records/reports.ts'
import { runs as openRuns } from './records/runbooks.ts'
import { openSiteVersions } from './records/siteversions.ts'
import { openSpecials } from './records/special.ts'
import { watchStorage } from './records/storage.ts'
import { switchings as openSwitchings } from './records/switchings.ts'
import { tags as openTags } from './records/tags.ts'
import { openTopUps } from './records/topups.ts'
import { openTrail } from './records/trail.ts'
import { users as openUsers } from './records/users.ts'
import { visits as openVisits } from './records/visits.ts'
import { workorders as openWorkorders } from './records/workorders.ts'
import { registerPlace } from './registers/place.ts'
import { openSignIn } from './signin/signin.ts'

export interface KeptDeps {
  readonly data: string
  /** The folder of secrets. */
  readonly secrets: string
  readonly clock: Clock
  readonly bus: Bus<Events>
  readonly log: Log
  /** Null while no site runs. */
  readonly plant: () => Plant | null
}

export type Kept = ReturnType<typeof openKept>

/** Opens records.db and all that is kept in it: one database, one trail, one room for each kind of record. */
export function openKept({ data, secrets, clock, bus, log, plant }: KeptDeps) {
  const db = openDb(join(data, 'records.db'), migrations)
  const trail = openTrail(
    db,
    clock.now,
    entry => bus.emit('record', entry),
    error => storage.tried(error),
  )
  const storage = watchStorage(clock, trail.probe, since =>
    log.error(
      { since: isoOrNull(since) },
      since ? 'the records cannot be written' : 'the records can be written again',
    ),
  )
  const site = () => plant()?.site ?? null
  const day = (at: number) => dayIn(site()?.timezone ?? 'UTC', at)
  const commands = openCommands(db)
  // What a crash cut off may or may not have reached its device.
  const cutOff = commands.open().filter(c => c.phase === 'sent')
  if (cutOff.length > 0)
    trail.change(GATEWAY, note => {
      for (const c of cutOff) commands.put(note, interrupted(c, clock.now()), ['not-confirmed'])
    })
  const workorders = openWorkorders(db, day, {
    policyOf: urgency => site()?.orders.policies[urgency] ?? policies[urgency],
    zone: () => site()?.timezone ?? 'UTC',
    again: () => site()?.orders.again ?? again,
  })
  const parts = openParts(db)
  const permits = openPermits(db, day)
  const decided = openDecided(db)
  const visits = openVisits(db, day)
  const photos = openPhotos(data)
  /** A picture that no record names any more. @param file `<sha256>.<type>` */
  function dropPhoto(file: string): void {
    if (!visits.namedElsewhere('', file)) dropPhotoFile(photos, file)
  }
  const doors = openDoors({
    ...{ db, secrets, day, clock, trail, bus, site, get: point => plant()?.latest.get(point) },
    photos,
    tell: samples => plant()?.alarms.samples(samples),
    failed: error => log.error({ error }, 'what happened at a door could not be stored'),
  })
  const { people, credentials } = doors
  const users = openUsers(db)
  const place = registerPlace({ site, workorders, visits, permits, people, credentials })
  const registers = openRegisters(db, day, workorders, place.place, passBlock(people, trail))
  const stopped = stoppedPlaces(registers)
  doors.doorsLate.stopped = stopped.has
  bus.on('record', ({ kind }) => {
    if (kind === 'register') stopped.forget()
  })
  const alarmRate = watchAlarmRate(bus, trail, clock)
  const registerPeople = openRegisterPeople(db, registers)
  return {
    db,
    trail,
    storage,
    siteVersions: openSiteVersions(db),
    alarms: openAlarms(db),
    proofs: openProofs(db, day),
    documents: openDocumentRecords(db),
    afterReports: openAfterReports(db),
    alarmRate,
    users,
    signIn: openSignIn({
      ...{ db, users, clock, site },
      keys: doors.accessKeys,
      clockSafe: () => doors.access.clock().safe,
    }),
    identities: openIdentities(db, users),
    brokerAccounts: openBrokerAccounts(db),
    commands,
    tags: openTags(db, day),
    switchings: openSwitchings(db, day),
    permits,
    runs: openRuns(db, day),
    ...doors,
    notices: openNotices(db),
    workorders,
    orderWork: openOrderWork(db, workorders, parts),
    orderNotes: openOrderNotes(workorders),
    parts,
    maintenance: openMaintenance(db),
    reports: openReports(db, workorders, day, nature => classFor(nature, site()?.orders.urgent)),
    complaints: openComplaints(db, day, {
      replyDays: () => site()?.orders.replyDays ?? REPLY_DAYS,
      calendar: () => ({
        holidays: [...(site()?.calendar.holidays ?? [])],
        workdays: [...(site()?.calendar.workdays ?? [])],
      }),
      zone: () => site()?.timezone ?? 'UTC',
    }),
    registers,
    registerRelated: place.related,
    registerPeople,
    personal: openPersonal(db, registerPeople, doors.accessKeys.unseal),
    dropPhoto,
    months: openMonths(db),
    meterBook: openMeterBook(db),
    readings: openReadings(db),
    specials: openSpecials(db, day),
    meterWalk: openMeterWalk(db),
    topUps: openTopUps(db),
    billingRecords: openBilling(db),
    deliveries: openDeliveries(db),
    handovers: openHandovers(db, day),
    demoPast: openDemoPast(db),
    linkageRecord: openLinkage(db),
    decided,
    callbackSecret: openCallbackSecret(secrets, decided),
    helpCalls: openHelpCalls(db, day),
    idempotency: openIdempotency(db),
    close() {
      storage.stop()
      alarmRate.stop()
      db.close()
    },
  }
}

const dayIn = (timeZone: string, at: number): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
    .format(at)
    .replaceAll('-', '')
