import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { openPlans } from '../../gateway/plans.ts'
import { keepPlansSwept } from '../../gateway/plansweep.ts'
import { migrations, openDb } from '../../gateway/records/db.ts'
import { openSiteVersions } from '../../gateway/records/siteversions.ts'
import { openTrail } from '../../gateway/records/trail.ts'
import { manualClock } from '../support/clock.ts'
import { tempFolder } from '../support/gateway.ts'
import { pngOf } from '../support/pictures.ts'

/** What becomes of drawings that were uploaded for a plan and never saved with one. */
const HOUR = 3_600_000
const folder = tempFolder()
const clock = manualClock()
const db = openDb(join(folder.path, 'records.db'), migrations)
const swept: string[] = []
const trail = openTrail(db, clock.now, entry => {
  if (entry.action === 'swept') swept.push(`${entry.kind} ${entry.id} by ${entry.actor}`)
})
const versions = openSiteVersions(db)
const plans = openPlans(folder.path, clock.now)
/** The site as its file says it, before it is a version. */
let text = ''
const clockIs = { safe: true }
const failures: unknown[] = []
keepPlansSwept({
  ...{ plans, versions, trail, clock },
  texts: () => [text, ''],
  safe: () => clockIs.safe,
  failed: error => failures.push(error),
})
afterAll(() => {
  db.close()
  folder.remove()
})

const by = { by: 'zhang', role: 'engineer', way: 'page', why: null, undoes: null } as const
const save = (changes: Parameters<typeof versions.add>[0]['changes']) => {
  trail.change({ name: 'zhang', role: 'engineer' }, note => {
    const n = versions.add({ ...by, at: clock.now(), hash: text, changes }, text)
    note('site', 'site', 'saved', { n })
  })
}
const upload = (width: number): string => {
  const made = plans.keep(pngOf(width, 10))
  if (!('name' in made)) throw new Error(made.status)
  return made.name
}
const there = (names: Readonly<Record<string, string>>) =>
  Object.entries(names).flatMap(([who, name]) => (existsSync(join(folder.path, 'plans', name)) ? [who] : []))

it('goes a day after it was last uploaded, unless a plan has it or ever had it', async () => {
  const names = {
    ...{ wrong: upload(1), again: upload(2), saved: upload(3), byHand: upload(4) },
    // Without `file` a plan has the drawing of its id, whatever that looks like; and what somebody put there is his.
    ...{ ofId: upload(5), own: 'basement.svg' },
  }
  writeFileSync(join(folder.path, 'plans', names.own), '<svg viewBox="0 0 9 9"/>')
  text = `{"plans":[{"id":"b1","file":"${names.saved}"},{"id":"${names.ofId.split('.')[0]}"}]}`
  const path = ['plans', 'b1', 'file']
  save([{ section: 'plans', path, was: undefined, is: names.saved } as never])
  // Another drawing takes its place; the change can still be taken back, by what the versions say of it.
  text = text.replace(names.saved, 'other')
  save([{ section: 'plans', path, was: names.saved, is: 'other' } as never])

  await clock.pass(23 * HOUR)
  expect(there(names)).toEqual(Object.keys(names))
  expect(upload(2)).toBe(names.again)
  await clock.pass(2 * HOUR)
  expect(there(names)).toEqual(['again', 'saved', 'ofId', 'own'])
  expect(swept.toSorted()).toEqual([names.wrong, names.byHand].toSorted().map(name => `plan ${name} by gateway`))

  // Somebody edits the file by hand with what was uploaded for it: it counts before it is a version.
  names.byHand = upload(4)
  text += names.byHand
  await clock.pass(26 * HOUR)
  expect(there(names)).toEqual(['saved', 'byHand', 'ofId', 'own'])

  // A clock that jumps ahead by years makes nothing old before it is believed.
  names.wrong = upload(1)
  clockIs.safe = false
  clock.jump(24 * 365 * HOUR)
  await clock.pass(2 * HOUR)
  expect(there(names)).toContain('wrong')
  clockIs.safe = true
  await clock.pass(HOUR)
  expect([there(names), swept.length, failures]).toEqual([['saved', 'byHand', 'ofId', 'own'], 4, []])
  // Asked for again it is what it is: not there.
  expect(plans.read({ id: 'b2', file: names.wrong }).status).toBe('missing')
})
