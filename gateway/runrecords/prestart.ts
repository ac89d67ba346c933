import type { PointId, Sample, Text, Value } from '../../drivers/point.ts'
import { trusted } from '../../rules/condition.ts'
import { type Followed, follow } from '../../rules/runrecord/follow.ts'
import { liveCells, writeLine } from '../../rules/runrecord/line.ts'
import { lackText, type PreStartLack, preStartLack, startsPlant } from '../../rules/runrecord/prestart.ts'
import type { PreStart, RunForm } from '../../rules/runrecord/words.ts'
import type { Clock } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import { type Actor, GATEWAY } from '../core/events.ts'
import type { Db } from '../records/db.ts'
import { type NewEntry, type PreStartEntry, preStarts } from '../records/prestart.ts'
import type { RunRecords } from '../records/runrecords.ts'
import type { Note, Trail } from '../records/trail.ts'
import type { Site } from '../site/site.ts'
import type { Said } from './write.ts'

const MIN_MS = 60_000
const DAY_MS = 86_400_000
const KEEP_MS = 5 * MIN_MS

interface Deps {
  readonly db: Db
  readonly clock: Clock
  readonly trail: Trail
  readonly records: RunRecords
  readonly running: () => { readonly site: Site; readonly get: (point: PointId) => Sample | undefined } | null
  /** Whether the gateway itself started it since then, as a fire linkage does: nobody is asked for a list. */
  readonly ownStart: (point: PointId, values: readonly Value[], since: number) => boolean
}

const nothing = { cells: {}, by: '', remark: '', reason: '', reasonBy: '', unseenFrom: null } as const

/** Check lists before the start of plants: gone through, overridden, asked for by commands, and missed by starts at the plant. */
export function keepPreStarts({ db, clock, trail, records, running, ownStart }: Deps) {
  const entries = preStarts(db)
  const kept = new Map<string, Followed>()
  const keptAt = new Map<string, number>()
  const get = (point: PointId) => running()?.get(point)
  const all = (): readonly PreStart[] => running()?.site.runForms.flatMap(f => f.preStarts) ?? []
  const lackOf = (plant: PreStart): PreStartLack | null =>
    preStartLack(plant, entries.last(plant.equipment), get, clock.now())
  const plantOf = (form: RunForm, equipment: string): PreStart =>
    form.preStarts.find(p => p.equipment === equipment) ?? fail('not-found', { what: equipment })
  const entry = (note: Note, form: RunForm, plant: PreStart, more: Partial<NewEntry> & Pick<NewEntry, 'kind' | 'at'>) =>
    entries.add(note, {
      ...{ ...nothing, form: form.id, equipment: plant.equipment },
      ...{ spec: records.keepColumns(form.id, plant.items), ...more },
    })

  /** A start that was seen at the plant. */
  function started(form: RunForm, plant: PreStart, at: number, unseenFrom: number | null, after: Followed): void {
    const since = (unseenFrom ?? at) - plant.validMin * MIN_MS
    const last = entries.last(plant.equipment)
    // What the plant shows while it runs says nothing of before: the list is taken as it was written.
    const asWritten = last && { ...last, at: last.at >= since ? at : last.at }
    const written = (point: PointId): Sample | undefined => {
      const cell = last?.cells[point]
      return cell?.value == null ? undefined : { point, at, seen: at, quality: 'good', value: cell.value }
    }
    const lack = preStartLack(plant, asWritten, written, at)
    trail.change(GATEWAY, note => {
      if (lack && !ownStart(plant.start, plant.values, since))
        entry(note, form, plant, { kind: 'unchecked', at, unseenFrom })
      records.putFollowed(`${form.id}/${plant.equipment}`, after)
    })
  }

  return {
    entries,
    lackOf,
    cellsNow: (plant: PreStart) => liveCells(plant.items, get),
    /** What lacks before a command would start a plant; null: nothing, or it starts none. */
    gate(point: PointId, value: Value): Text | null {
      const plant = startsPlant(all(), point, value)
      const lack = plant ? lackOf(plant) : null
      return plant && lack ? lackText(plant, lack) : null
    },
    /** One look at the plants. Forgets what it had not yet stored when the disk refuses. */
    look(site: Site, now: number): void {
      for (const form of site.runForms)
        for (const plant of form.preStarts) {
          const key = `${form.id}/${plant.equipment}`
          const before = kept.get(key) ?? records.followed(key)
          const said = trusted(get(plant.running))
          const { after, lines } = follow(before, typeof said === 'boolean' ? said : null, now, DAY_MS)
          if (after === null) continue
          const start = lines.find(l => l.cause === 'start')
          if (start) started(form, plant, start.at, start.unseenFrom, after)
          else if (before?.running !== after.running || Math.abs(now - (keptAt.get(key) ?? 0)) >= KEEP_MS) {
            records.keepFollowed(key, after)
            keptAt.set(key, now)
          }
          kept.set(key, after)
        }
    },
    /**
     * Inside a change: somebody went through the list, with what the plant shows at this moment; what is not ok is stored too.
     * Throws `not-found`, `run-column`, `run-value`, `run-empty`, `run-remark`.
     */
    check(note: Note, form: RunForm, equipment: string, { typed, remark }: Said, actor: Actor): PreStartEntry {
      const plant = plantOf(form, equipment)
      const now = clock.now()
      const said = writeLine(plant.items, liveCells(plant.items, get), typed, remark, now)
      if (!('cells' in said))
        return fail(said.code, { column: plant.items.find(i => i.key === said.column)?.name ?? said.column })
      return entry(note, form, plant, { kind: 'check', at: now, cells: said.cells, by: actor.name, remark })
    },
    /** Inside a change: a supervisor lets it be started without the list, for as long as a list would hold. Throws `not-found`. */
    override(note: Note, form: RunForm, equipment: string, reason: string, actor: Actor): PreStartEntry {
      const by = { by: actor.name, reason, reasonBy: actor.name }
      return entry(note, form, plantOf(form, equipment), { kind: 'override', at: clock.now(), ...by })
    },
    /** Inside a change: why it was started without. Throws `not-found`, `pre-start-explained`. */
    explain(note: Note, id: string, reason: string, actor: Actor): PreStartEntry {
      const before = entries.one(id)
      if (before.kind !== 'unchecked' || before.reason !== '') return fail('pre-start-explained')
      entries.explain(note, before, reason, actor.name)
      return entries.one(id)
    },
    forget: () => kept.clear(),
  }
}
