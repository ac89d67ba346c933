import { createHash } from 'node:crypto'
import { isOver } from '../../rules/access/doormode.ts'
import { minutesFrom, needsGateway, rowFor, type Span, spansOf, type TableDoor } from '../../rules/access/table.ts'
import { within } from '../../rules/schedule.ts'
import type { AccessKeys } from '../access/keys.ts'
import type { SiteController } from '../access/schema.ts'
import type { AccessState } from '../access/state.ts'
import type { Clock } from '../core/clock.ts'
import type { AccessRecords } from '../records/access.ts'
import type { Credential } from '../records/credentials.ts'
import type { DoorControllers, StoredRow } from '../records/doorcontrollers.ts'
import type { People } from '../records/people.ts'
import type { Site } from '../site/site.ts'

export interface TableDeps {
  readonly clock: Clock
  readonly people: People
  readonly records: AccessRecords
  readonly controllers: DoorControllers
  readonly keys: AccessKeys
  readonly state: AccessState
  readonly rawOf: (c: Credential) => { readonly kind: string; readonly value: string } | null
  /** Since when a fire holds a door released; null: none does. */
  readonly released: (door: string) => number | null
}
export type ControllerTable = ReturnType<typeof controllerTable>

const HOUR_MS = 3_600_000
const PART = 500
/** Renewed when this share of its time is over, so that an outage always finds most of it left. */
const RENEW_AT = 0.25
const seconds = (ms: number) => Math.floor(ms / 1000)

/** The table of one controller: what it is to hold, and what it has not said that it holds. */
export function controllerTable(deps: TableDeps, site: Site, controller: SiteController, account: string) {
  const { clock, controllers, state } = deps
  const key = deps.keys.controllerKey(account)
  const doors = controller.doors.flatMap(id => {
    const door = site.access.doors.get(id)
    return door ? [{ door, area: site.access.areas.get(door.area) ?? null }] : []
  })
  const rows = new Map(controllers.rows(controller.id).map(row => [row.credential, row]))
  let version = controllers.get(controller.id)!.version
  /** What is not a row: when it was changed last, and in which version. */
  let head = { at: clock.now(), version, doors: '' }
  let time = { issued: 0, expires: 0, doors: new Map<string, Pick<TableDoor, 'unlocked' | 'locked' | 'pin'>>() }
  let schedules: Record<string, readonly Span[]> = {}

  function renewTime(): void {
    const now = clock.now()
    // From the hour before: spans are whole minutes, and the clock of a controller may be a little behind.
    const from = Math.floor(now / HOUR_MS) * HOUR_MS - HOUR_MS
    const minutes = minutesFrom(from, controller.tableHours + 2, at => state.wall(site, at))
    const { calendar } = site
    const byMinute = (holds: Parameters<typeof spansOf>[0]) => spansOf(holds, from, minutes)
    schedules = Object.fromEntries(
      [...site.access.levels.values()].flatMap(({ schedule }) =>
        schedule ? [[schedule.id, byMinute(t => within(schedule, calendar, t))] as const] : [],
      ),
    )
    time = {
      issued: seconds(now),
      expires: seconds(now) + controller.tableHours * 3600,
      doors: new Map(
        doors.map(({ door }) => {
          const asks = minutes.map(t => state.asksAt(site, door, t))
          const when = (word: (typeof asks)[number]) => {
            let i = 0
            return byMinute(() => asks[i++] === word)
          }
          // Whoever is first has to be known: that is the gateway's to say.
          const unlocked = door.firstIn.length > 0 ? [] : when('unlocked')
          return [door.id, { unlocked, locked: when('locked'), pin: when('card-pin') }]
        }),
      ),
    }
  }

  const doorsNow = (): TableDoor[] =>
    doors.map(({ door, area }) => ({
      ...{
        gateway: needsGateway(door, area),
        id: door.id,
        class: door.class,
        fireRelease: door.fireRelease,
        heldAfterS: door.heldAfterS,
      },
      layers: deps.records
        .layers()
        .filter(l => l.door === door.id && !isOver(l, clock.now()))
        .map(({ mode, level, since, until }) => ({
          mode,
          level,
          since: seconds(since),
          until: Math.ceil(until / 1000),
        })),
      ...time.doors.get(door.id)!,
      released: door.fireRelease ? deps.released(door.id) : null,
      // One card at two doors that far apart is two cards.
      ...{ area: door.area, from: door.from },
    }))

  /** What a reader says -> the newest credential of it, also of one that opens nothing any more. */
  const byKey = new Map<string, string>()
  function rowOf(c: Credential): string | null {
    const person = deps.people.get(c.person)
    const raw = person && deps.rawOf(c)
    if (!raw || !person) return null
    const said = deps.keys.cardKey(key, raw.kind, raw.value)
    if ((byKey.get(said) ?? '') <= c.id) byKey.set(said, c.id)
    const row = rowFor(state.heldOf(site, c), state.holderOf(person, c), said, doors, site.access.threatLevel)
    return row && JSON.stringify(row)
  }

  /** Takes over what has become of these credentials. @returns whether anything is other than it was */
  function sync(credentials: readonly Credential[], alsoHead: boolean): boolean {
    const at = clock.now()
    const changed: StoredRow[] = []
    for (const c of credentials) {
      const row = rowOf(c)
      const had = rows.get(c.id)
      if ((had?.row ?? null) !== row) changed.push({ credential: c.id, row, version: version + 1, at })
    }
    const doorsText = JSON.stringify(doorsNow())
    const other = alsoHead || doorsText !== head.doors
    if (changed.length === 0 && !other) return false
    // Stored before it is said: what a controller has acknowledged is never something else after a restart.
    controllers.store(controller.id, version + 1, changed)
    version++
    for (const row of changed) rows.set(row.credential, row)
    if (other) head = { at, version, doors: doorsText }
    return true
  }

  /** Of the rows that it is to hold: both sides come to the same, or it asks for all of them. */
  const digest = (): string => {
    const hash = createHash('sha256')
    const live = [...rows.values()].filter(r => r.row !== null).sort((a, b) => (a.credential < b.credential ? -1 : 1))
    for (const { credential, version: v } of live) hash.update(`${credential} ${v}\n`)
    return hash.digest('base64url')
  }

  /** What brings a controller from a version to this one, in parts. @param base null: from nothing */
  function messages(base: number | null): object[] {
    const fresh = [...rows.values()].filter(row => base === null || row.version > base)
    const put = fresh.flatMap(r => (r.row === null ? [] : [{ ...(JSON.parse(r.row) as object), version: r.version }]))
    const drop = base === null ? [] : fresh.filter(r => r.row === null).map(r => r.credential)
    const parts = Math.max(1, Math.ceil(put.length / PART))
    const common = {
      ...{ type: 'table', version, base, parts, digest: digest(), issued: time.issued, expires: time.expires },
      whenExpired: controller.whenExpired,
      travelS: site.access.travelS,
    }
    return Array.from({ length: parts }, (_, part) => ({
      ...{ ...common, part, put: put.slice(part * PART, (part + 1) * PART) },
      ...(part === 0 && { drop, doors: doorsNow(), schedules }),
    }))
  }

  renewTime()
  return {
    key,
    account,
    controller,
    version: () => version,
    expires: () => time.expires,
    sync,
    digest,
    messages,
    /** It has more than we know of: our records are older than it is. */
    jump(theirs: number): void {
      version = Math.max(version, theirs)
      sync([], true)
    },
    due: (): boolean => seconds(clock.now()) - time.issued >= controller.tableHours * 3600 * RENEW_AT,
    renew(): void {
      renewTime()
      sync([], true)
    },
    /** Since when it is behind, and which credentials it does not know to be taken out; null: it has all. */
    behind(acked: number): { readonly since: number; readonly revoked: readonly StoredRow[] } | null {
      const late = [...rows.values()].filter(row => row.version > acked)
      if (late.length === 0 && head.version <= acked) return null
      const since = Math.min(...late.map(row => row.at), ...(head.version > acked ? [head.at] : []))
      return { since, revoked: late.filter(row => row.row === null) }
    },
    /** The controller has this version: what was taken out by then need not be said again. */
    acked(to: number): void {
      for (const [credential, row] of rows) if (row.row === null && row.version <= to) rows.delete(credential)
    },
    /** Which credential a reader means. */
    ofKey: (said: string): string | null => byKey.get(said) ?? null,
    /** Doors of which the table says nothing but the way out. */
    needsGateway: new Set(doors.filter(d => needsGateway(d.door, d.area)).map(d => d.door.id)),
  }
}
