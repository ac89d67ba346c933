import { VISITOR_PHOTO_DAYS } from '../../rules/access/visit.ts'
import type { DoorLink } from '../doorlink/link.ts'
import type { Photos } from '../photos.ts'
import { accessRecords as openRecords } from '../records/access.ts'
import { accessLog as openAccessLog } from '../records/accesslog.ts'
import { credentials as openCredentials } from '../records/credentials.ts'
import type { Db } from '../records/db.ts'
import { doorControllers } from '../records/doorcontrollers.ts'
import { doorMemory } from '../records/doormemory.ts'
import { gateRecords as openGateRecords } from '../records/gate.ts'
import { leases as openLeases } from '../records/leases.ts'
import { people as openPeople } from '../records/people.ts'
import { visits as openVisits } from '../records/visits.ts'
import { type AccessDeps, openAccess } from './access.ts'
import { enrol } from './enrol.ts'
import { openGate } from './gate.ts'
import { openAccessKeys } from './keys.ts'
import { openPassLists } from './passimport.ts'
import { trimVisitorPhotos } from './visitphotos.ts'

const TRIM_MS = 60_000
const KEEP_DAYS = 365

type Given = Omit<
  AccessDeps,
  'people' | 'credentials' | 'records' | 'memory' | 'keys' | 'fireHeld' | 'worksStopped' | 'byController'
> & {
  readonly db: Db
  /** The folder of secrets. */
  readonly secrets: string
  readonly day: (at: number) => string
  readonly photos: Pick<Photos, 'drop'>
}

export interface Late {
  /** Since when a fire holds a door released. */
  released?: (door: string) => number | null
  /** Work at this place was stopped. */
  stopped?: (space: string) => boolean
  link?: DoorLink
}

/** People, passes and doors, as the rest of the gateway knows them. */
export function openDoors({ db, secrets, day, photos, ...deps }: Given) {
  const accessKeys = openAccessKeys(secrets)
  const people = openPeople(db, accessKeys, day)
  const credentials = openCredentials(db, day)
  const accessRecords = openRecords(db)
  const memory = doorMemory(db)
  /** What is known of doors only while a site runs. */
  const late: Late = {}
  const access = openAccess({
    ...{ ...deps, people, credentials, records: accessRecords, memory, keys: accessKeys },
    worksStopped: works => works.space !== null && (late.stopped?.(works.space) ?? false),
    fireHeld: door => late.released?.(door) ?? null,
    byController: (door, key) => late.link?.byController(door, key) ?? null,
  })
  const accessLog = openAccessLog(db)
  const visits = openVisits(db, day)
  function trim(now: number): void {
    const access = deps.site()?.access
    accessLog.trim(deps.trail, access?.keepDays ?? KEEP_DAYS, now)
    trimVisitorPhotos({ visits, photos, trail: deps.trail }, access?.visitorPhotoDays ?? VISITOR_PHOTO_DAYS, now)
  }
  // Only by a clock that can be believed: one set far ahead would drop all.
  const stopTrim = deps.clock.every(TRIM_MS, () => {
    const now = deps.clock.now()
    try {
      if (access.clock().safe) trim(now)
    } catch (error) {
      deps.failed(error)
    }
  })
  const enrolled = (asked: Parameters<typeof enrol>[1]) => enrol(accessKeys, asked)
  const gateRecords = openGateRecords(db)
  const leases = openLeases(db)
  const { clock, trail, site } = deps
  const known = { access, people, credentials, accessRecords, accessKeys, gateRecords, visits }
  return {
    ...{ ...known, leases },
    access: {
      ...access,
      stop() {
        stopTrim()
        access.stop()
      },
    },
    accessLog,
    doorsLate: late,
    doorControllers: doorControllers(db),
    gate: openGate({ ...known, clock, trail, site }),
    passLists: openPassLists({ people, credentials, clock, site, enrol: enrolled }),
    enrol: enrolled,
  }
}
