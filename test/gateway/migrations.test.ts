import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDb } from '../../gateway/records/db.ts'
import { openTrail } from '../../gateway/records/trail.ts'
import { tempFolder } from '../support/gateway.ts'
import { families, fileOf, schemaOf, stored } from '../support/schemas.ts'

let folder: ReturnType<typeof tempFolder>
beforeEach(() => {
  folder = tempFolder()
})
afterEach(() => folder.remove())

const cases = Object.entries(families).flatMap(([family, migrations]) =>
  migrations.map((_, i) => [family, i + 1] as const),
)
type Rows = Record<string, Record<string, unknown>[]>
const rowsOf = (db: DatabaseSync): Rows =>
  Object.fromEntries(
    (db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as { name: string }[]).map(({ name }) => [
      name,
      db
        .prepare(`SELECT * FROM "${name}"`)
        .all()
        .map(row => ({ ...row })),
    ]),
  )

it.each(cases)(
  '%s: what version %i left is stored (node test/support/schemas.ts stores what is missing)',
  (family, version) =>
    expect([fileOf(family, version), existsSync(fileOf(family, version))]).toEqual([fileOf(family, version), true]),
)

describe('an upgrade', () => {
  it.each(cases)(
    '%s from version %i: the same schema as a new one, and every row is still there',
    (family, version) => {
      const migrations = families[family]!
      const path = join(folder.path, `${family}.db`)
      stored(family, version, path)
      const former = new DatabaseSync(path)
      const before = rowsOf(former)
      former.close()
      expect(Object.values(before).every(rows => rows.length > 0)).toBe(true)

      const db = openDb(path, migrations)
      if (family === 'records') expect(openTrail(db, Date.now, () => {}).verify()).toBeNull()
      db.close()
      openDb(join(folder.path, 'new.db'), migrations).close()
      const upgraded = new DatabaseSync(path)
      const fresh = new DatabaseSync(join(folder.path, 'new.db'))
      expect(schemaOf(upgraded)).toEqual(schemaOf(fresh))
      expect(Object.values(upgraded.prepare('PRAGMA integrity_check').get()!)).toEqual(['ok'])
      expect(upgraded.prepare('PRAGMA foreign_key_check').all()).toEqual([])
      expect(upgraded.prepare('PRAGMA user_version').get()).toMatchObject({ user_version: migrations.length })
      const after = rowsOf(upgraded)
      let seen = 0
      for (const [table, rows] of Object.entries(before))
        for (const row of rows) {
          expect([table, after[table]]).toEqual([table, expect.arrayContaining([expect.objectContaining(row)])])
          seen++
        }
      expect(seen).toBeGreaterThan(4)
      upgraded.close()
      fresh.close()
    },
  )

  it('of the orders finds them by their trouble, which was their alarm', () => {
    const path = join(folder.path, 'records.db')
    stored('records', 5, path)
    const db = openDb(path, families.records!)
    expect(db.prepare('SELECT id, key FROM workorder').all()).toMatchObject([{ id: 'x', key: 'x' }])
    expect(db.prepare('SELECT workorder, alarm FROM workorder_alarm').all()).toMatchObject([
      { workorder: 'x', alarm: 'x' },
    ])
    db.close()
  })

  it.each(cases)('%s version %i: nobody has changed a migration that was released', (family, version) => {
    stored(family, version, join(folder.path, 'stored.db'))
    openDb(join(folder.path, 'made.db'), families[family]!.slice(0, version)).close()
    const [was, is] = ['stored.db', 'made.db'].map(name => {
      const db = new DatabaseSync(join(folder.path, name))
      const schema = schemaOf(db)
      db.close()
      return schema
    })
    expect(is).toEqual(was)
  })
})
it('looked at every migration', () => expect(cases.length).toBeGreaterThanOrEqual(11))
