import { pointsOf, type Readings } from '../../drivers/batch.ts'
import type { PointId, Sample } from '../../drivers/point.ts'
import { type ReaderEntry, readerLog } from '../../rules/patrol/readerlog.ts'
import type { PatrolRecords } from '../records/patrol.ts'
import type { Site } from '../site/site.ts'
import type { SentBatch, SentRecord } from './take.ts'

/** The point of a reader on the wall that holds its last readings. */
const LOG = 'log'
const logOf = (equipment: string): PointId => `${equipment}/${LOG}`
export const readerDevice = (equipment: string): string => `reader:${equipment}`

/** One reading has one time by the reader's clock; a reader says it in seconds. */
const SAME_MS = 1000

interface ReaderDeps {
  readonly records: Pick<PatrolRecords, 'scanOf'>
  readonly running: () => { readonly site: Site; readonly get: (point: PointId) => Sample | undefined } | null
  /** Who holds this badge; null: nobody. */
  readonly badgeOf: (uid: string) => string | null
  readonly now: () => number
  readonly take: (batch: SentBatch) => void
}

/**
 * Readers on the wall: each says its last readings again and again, so that a message that is lost loses nothing, and one that
 * comes twice doubles nothing. What is known by its number is left alone.
 */
export function patrolReaders({ records, running, badgeOf, now, take }: ReaderDeps) {
  const had = new Map<PointId, string>()
  let of: { readonly site: Site; readonly logs: ReadonlyMap<PointId, string> } | null = null

  function logs(site: Site): ReadonlyMap<PointId, string> {
    if (of?.site === site) return of.logs
    const readers = site.routes.flatMap(r => r.checkpoints.flatMap(c => (c.kind === 'reader' ? [c.reader] : [])))
    const points = new Set(site.equipment.flatMap(e => e.points.map(p => p.id)))
    const found = new Map(readers.filter(id => points.has(logOf(id))).map(id => [logOf(id), id] as const))
    of = { site, logs: found }
    had.clear()
    return found
  }

  /** A reader that was exchanged or reset begins its numbers anew: what it says then is of another device, and nothing is lost. */
  function deviceOf(reader: string, entries: readonly ReaderEntry[]): string {
    for (let life = 1; ; life++) {
      const device = life === 1 ? readerDevice(reader) : `${readerDevice(reader)}#${life}`
      const isAnew = entries.some(({ n, at }) => {
        const scan = records.scanOf(device, n)
        return scan !== undefined && Math.abs(scan.deviceAt - at) > SAME_MS
      })
      if (!isAnew) return device
    }
  }

  function look(site: Site, get: (point: PointId) => Sample | undefined, only?: ReadonlySet<PointId>): void {
    for (const [point, reader] of logs(site)) {
      if (only && !only.has(point)) continue
      const sample = get(point)
      if (sample?.quality !== 'good' || typeof sample.value !== 'string' || had.get(point) === sample.value) continue
      const entries = readerLog(sample.value) ?? []
      const device = deviceOf(reader, entries)
      const list = entries
        .filter(e => records.scanOf(device, e.n) === undefined)
        .map(({ n, at, uid }): SentRecord => {
          const person = badgeOf(uid)
          // Of a badge that nobody holds its end is enough to find it; the whole number opens doors.
          const note = person === null ? `…${uid.slice(-4)}` : ''
          const seen = { items: [], photos: [], note, said: '' }
          return { n, at, reader, person: person ?? '', method: 'door', ...seen }
        })
      if (list.length > 0) take({ device, batch: '', clock: now(), records: list, own: 'reader' })
      // Only now: what could not be stored comes again.
      had.set(point, sample.value)
    }
  }
  return {
    /** Whether this equipment says its readings by itself; else it is a door. */
    has: (site: Site, equipment: string): boolean => logs(site).has(logOf(equipment)),
    look: (): void => {
      const now = running()
      if (now) look(now.site, now.get)
    },
    /** Told at once when something of a reader has come. */
    heard(readings: Readings): void {
      const now = running()
      if (!now) return
      const known = logs(now.site)
      if (known.size === 0) return
      const news = new Set<PointId>()
      for (const id of pointsOf(readings)) if (known.has(id)) news.add(id)
      if (news.size > 0) look(now.site, now.get, news)
    },
  }
}
