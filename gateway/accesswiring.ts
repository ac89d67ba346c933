import { type AccessDeps, openAccess } from './access.ts'
import { enrol } from './accessenrol.ts'
import { openAccessKeys } from './accesskeys.ts'
import type { DoorLink } from './doorlink/link.ts'
import { accessRecords as openRecords } from './records/access.ts'
import { credentials as openCredentials } from './records/credentials.ts'
import type { Db } from './records/db.ts'
import { doorControllers } from './records/doorcontrollers.ts'
import { doorMemory } from './records/doormemory.ts'
import { people as openPeople } from './records/people.ts'

type Given = Omit<
  AccessDeps,
  'people' | 'credentials' | 'records' | 'memory' | 'keys' | 'fireHeld' | 'byController'
> & {
  readonly db: Db
  /** The folder of secrets. */
  readonly secrets: string
  readonly day: (at: number) => string
}

export interface Late {
  /** Since when a fire holds a door released. */
  released?: (door: string) => number | null
  link?: DoorLink
}

/** People, passes and doors, as the rest of the gateway knows them. */
export function openDoors({ db, secrets, day, ...deps }: Given) {
  const accessKeys = openAccessKeys(secrets)
  const people = openPeople(db, accessKeys, day)
  const credentials = openCredentials(db, day)
  const accessRecords = openRecords(db)
  const memory = doorMemory(db)
  /** What is known of doors only while a site runs. */
  const late: Late = {}
  const access = openAccess({
    ...{ ...deps, people, credentials, records: accessRecords, memory, keys: accessKeys },
    fireHeld: door => late.released?.(door) ?? null,
    byController: (door, key) => late.link?.byController(door, key) ?? null,
  })
  const enrolled = (asked: Parameters<typeof enrol>[1]) => enrol(accessKeys, asked)
  return {
    access,
    doorsLate: late,
    doorControllers: doorControllers(db),
    people,
    credentials,
    accessRecords,
    accessKeys,
    enrol: enrolled,
  }
}
