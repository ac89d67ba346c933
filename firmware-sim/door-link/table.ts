import { createHash } from 'node:crypto'

/** What a door controller has of the gateway: a table of who may come in where, with an end, as docs/doors.md says it. */

export type Span = readonly [from: number, to: number]
export interface Row {
  readonly key: string
  readonly credential: string
  /** UTC s. */
  readonly from: number
  readonly to: number
  readonly level: number
  readonly temporary: boolean
  readonly doors: readonly {
    readonly door: string
    readonly schedule: string | null
    readonly always: boolean
    readonly to: number | null
  }[]
  readonly version: number
}
export interface Door {
  readonly id: string
  readonly class: 'low' | 'medium' | 'high'
  readonly fireRelease: boolean
  readonly heldAfterS: number
  readonly layers: readonly {
    readonly mode: string
    readonly level: number | null
    readonly since: number
    readonly until: number
  }[]
  readonly unlocked: readonly Span[]
  readonly locked: readonly Span[]
  readonly pin: readonly Span[]
  readonly gateway: boolean
  readonly released: number | null
  /** The areas that it lies between. */
  readonly area?: string
  readonly from?: string
}
export interface Table {
  readonly version: number
  readonly issued: number
  readonly expires: number
  readonly whenExpired: 'nobody' | 'staff'
  /** From one door to another that shares no area with it nobody walks in less, s. */
  readonly travelS?: number
  readonly doors: readonly Door[]
  readonly schedules: Readonly<Record<string, readonly Span[]>>
  readonly rows: readonly Row[]
}
export interface TableMessage extends Omit<Table, 'doors' | 'schedules' | 'rows'> {
  readonly base: number | null
  readonly part: number
  readonly parts: number
  readonly digest: string
  readonly put: readonly Row[]
  readonly drop?: readonly string[]
  readonly doors?: readonly Door[]
  readonly schedules?: Table['schedules']
}

export function digestOf(rows: readonly Row[]): string {
  const hash = createHash('sha256')
  const sorted = [...rows].sort((a, b) => (a.credential < b.credential ? -1 : 1))
  for (const { credential, version } of sorted) hash.update(`${credential} ${version}\n`)
  return hash.digest('base64url')
}

/**
 * The table after all parts of a message; null: it does not fit what is here, so all of it is to be asked for. An older
 * table is never taken: a recorded one would bring back who was revoked.
 */
export function applied(had: Table | null, parts: readonly TableMessage[]): Table | null {
  const first = parts.find(p => p.part === 0)
  if (!first?.doors || !first.schedules) return null
  // A later version may be issued earlier: the gateway's clock was ahead, and was set right.
  const older =
    had !== null && (first.version < had.version || (first.version === had.version && first.issued < had.issued))
  if (older || (first.base !== null && (had === null || first.base > had.version))) return null
  const rows = new Map(first.base === null ? [] : had!.rows.map(row => [row.credential, row]))
  for (const credential of first.drop ?? []) rows.delete(credential)
  for (const part of parts) for (const row of part.put) rows.set(row.credential, row)
  const all = [...rows.values()]
  if (digestOf(all) !== first.digest) return null
  const { version, issued, expires, whenExpired, travelS = 0, doors, schedules } = first
  return { version, issued, expires, whenExpired, travelS, doors, schedules, rows: all }
}

const inSpan = (spans: readonly Span[], at: number) => spans.some(([from, to]) => at >= from && at < to)
/** Highest first; what a fire or the button inside does comes before all of them. */
const lattice = ['lockdown', 'lockout', 'maintenance', 'override'] as const

export interface Moment {
  /** UTC s by the controller's clock, and the latest that it was ever sure of. */
  readonly at: number
  readonly latest: number
  /** false: the clock cannot be believed. */
  readonly safe: boolean
  /** A fire holds it released, or somebody presses the button inside. */
  readonly open: boolean
}
export interface Verdict {
  readonly outcome: string
  readonly unlock: boolean
  readonly credential: string | null
}

/**
 * The controller's own decision, by its table alone. The way out is never refused.
 * @param key what the reader said; null: it could not be read
 */
export function decideAlone(
  table: Table | null,
  doorId: string,
  direction: 'in' | 'out',
  key: string | null,
  now: Moment,
): Verdict {
  const row = key === null ? undefined : table?.rows.find(r => r.key === key)
  const say = (outcome: string, unlock = false): Verdict => ({ outcome, unlock, credential: row?.credential ?? null })
  if (direction === 'out') return say('granted-egress', true)
  if (now.open) return say('open')
  const door = table?.doors.find(d => d.id === doorId)
  if (!table || !door) return say('denied-offline')
  // By a clock that was set back nothing that had ended begins again.
  const at = Math.max(now.at, now.latest)
  const layers = door.layers.filter(l => now.at < l.until && at >= l.since)
  const mode = lattice.find(m => layers.some(l => l.mode === m))
  if (mode === 'maintenance' || mode === 'override') return say('open')
  const asked = mode === undefined
  if (asked && now.safe && at < table.expires && inSpan(door.unlocked, at)) return say('open')
  if (key === null) return say('denied-format')
  if (at >= table.expires) {
    const staff = table.whenExpired === 'staff' && door.class !== 'high' && row !== undefined && !row.temporary
    if (!staff) return say('denied-offline')
  }
  if (!row) return say(door.gateway ? 'denied-offline' : 'denied-unknown')
  if (row.temporary && !now.safe) return say('denied-clock-unsafe')
  if (at >= row.to) return say('denied-expired')
  if (now.at < row.from) return say('denied-not-yet-valid')
  if (mode === 'lockdown') {
    const needs = Math.max(...layers.map(l => (l.mode === 'lockdown' ? (l.level ?? Number.POSITIVE_INFINITY) : 0)))
    if (row.level < needs) return say('denied-lockdown')
  }
  if (mode === 'lockout') return say('denied-lockout')
  const mine = row.doors.filter(d => d.door === doorId)
  if (mine.length === 0) return say(door.gateway ? 'denied-offline' : 'denied-wrong-door')
  const good = mine.filter(d => d.to === null || at < d.to)
  if (good.length === 0) return say('denied-cert-expired')
  if (inSpan(door.pin, at)) return say('denied-offline')
  if (good.some(d => d.always)) return say('granted', true)
  if (inSpan(door.locked, at)) return say('denied-schedule')
  const open = good.some(d => d.schedule === null || (now.safe && inSpan(table.schedules[d.schedule] ?? [], at)))
  return open ? say('granted', true) : say('denied-schedule')
}
