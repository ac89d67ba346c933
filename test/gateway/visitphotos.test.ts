import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { trimVisitorPhotos } from '../../gateway/access/visitphotos.ts'
import { openPhotos } from '../../gateway/photos.ts'
import { migrations, openDb } from '../../gateway/records/db.ts'
import { openTrail } from '../../gateway/records/trail.ts'
import { visits as openVisits } from '../../gateway/records/visits.ts'
import type { VisitPhase } from '../../rules/access/visit.ts'
import { tempFolder } from '../support/gateway.ts'
import { JPEG } from '../support/listfiles.ts'

/** What becomes of the photos of visitors, by a clock that is passed in. */
const DAY = 86_400_000
const folder = tempFolder()
const db = openDb(join(folder.path, 'records.db'), migrations)
let now = Date.UTC(2026, 0, 1)
const trail = openTrail(
  db,
  () => now,
  () => {},
)
const photos = openPhotos(folder.path)
const visits = openVisits(db, () => '20260101')
const guard = { name: 'guard', role: 'guard' }
afterAll(() => {
  db.close()
  folder.remove()
})

const change = <T>(work: Parameters<typeof trail.change<T>>[1]): T => trail.change(guard, work)
const visitOf = (name: string) => ({
  ...{ name, company: '', phone: '', people: 1, person: null, host: '林经理', purpose: '', space: null, escort: '' },
  ...{ validFrom: now, validTo: now + DAY },
})
/** A visit that was over an hour later, or stays as it is. @param like whose picture it is */
function visit(name: string, phase: VisitPhase, like = name): string {
  return change(note => {
    const made = visits.add(note, visitOf(name), 'expected', 'desk', now)
    const { hash } = photos.keep(Buffer.concat([JPEG, Buffer.from(like)]), 'image/jpeg')
    visits.setPhoto(note, made.id, `${hash}.jpg`)
    const [inAt, outAt] = [now, phase === 'left' ? now + 3_600_000 : null]
    visits.put(note, { ...visits.one(made.id), phase, inAt: phase === 'expected' ? null : inAt, outAt })
    return made.id
  })
}
const trim = (days = 30) => trimVisitorPhotos({ visits, photos, trail }, days, now)
const fileOf = new Map<string, string>()
const there = () => [...fileOf].flatMap(([name, file]) => (existsSync(join(folder.path, 'photos', file)) ? [name] : []))

it('goes with its time after the visit, as file and as record, once, and the trail says so', () => {
  const left = visit('left', 'left')
  const ids = {
    left,
    ...{ inside: visit('inside', 'inside'), never: visit('never', 'expected'), held: visit('held', 'left') },
    ...{ incident: visit('incident', 'left'), twin: visit('twin', 'inside', 'left') },
  }
  for (const [name, id] of Object.entries(ids)) fileOf.set(name, visits.one(id).photo!)
  change(note => visits.holdPhoto(note, ids.held, '物品丢失，公安调查', '物品丢失，公安调查'))
  const run = (phase: string, report: string | null, ended: number | null) =>
    db
      .prepare(
        `INSERT INTO runbook_run (id, no, key, book, phase, alarm, alarms, equipment, place, dangers, steps, report,
          started_at, started_by, ended_at, ended_by, reason)
          VALUES ('r1', 'R-1', 'k', '{}', ?, NULL, '[]', NULL, '{}', '[]', '{}', ?, ?, 'guard', ?, NULL, NULL)
          ON CONFLICT (id) DO UPDATE SET phase = excluded.phase, report = excluded.report, ended_at = excluded.ended_at`,
      )
      .run(phase, JSON.stringify(report), Date.UTC(2026, 0, 1), ended)
  const shown = () => Object.entries(ids).flatMap(([name, id]) => (visits.one(id).photo === null ? [] : [name]))

  // While its incident is open, none of that time goes.
  now += 40 * DAY
  run('open', null, null)
  expect(trim()).toBe(0)
  run('completed', null, Date.UTC(2026, 0, 1) + 1000)
  expect(trim()).toBe(0)
  run('completed', '已签字', Date.UTC(2026, 0, 1) + 1000)
  // By the 40th day nobody has asked to keep more than 60.
  expect(trim(60)).toBe(0)
  expect(trim()).toBe(3)
  expect(shown()).toEqual(['inside', 'held', 'twin'])
  // Of `left` the record has none any more; its picture is that of somebody who is inside.
  expect(there()).toEqual(['left', 'inside', 'held', 'twin'])
  expect(trim()).toBe(0)

  change(note => visits.holdPhoto(note, ids.held, null, '已结案'))
  change(note => visits.put(note, { ...visits.one(ids.twin), phase: 'left', outAt: now }))
  expect(trim()).toBe(1)
  now += 30 * DAY
  expect(trim()).toBe(0)
  now += 1
  expect(trim()).toBe(1)
  expect([shown(), there()]).toEqual([['inside'], ['inside']])

  const said = trail.after(0, 1000).filter(e => e.action.startsWith('photo-'))
  expect(said.map(e => `${e.actor} ${e.action} ${e.data.reason ?? e.data.days}`)).toEqual([
    'guard photo-held 物品丢失，公安调查',
    ...Array(3).fill('gateway photo-deleted 30'),
    'guard photo-released 已结案',
    ...Array(2).fill('gateway photo-deleted 30'),
  ])
  expect(trail.verify()).toBeNull()
})
