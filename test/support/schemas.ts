import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { migrations as history } from '../../gateway/history/schema.ts'
import { openDb, migrations as records } from '../../gateway/records/db.ts'
import { openTrail } from '../../gateway/records/trail.ts'
import { li } from './records.ts'

/** Each database with numbered migrations, by its name. */
export const families: Readonly<Record<string, readonly string[]>> = { records, history }
const folder = join(import.meta.dirname, '..', 'gateway', 'schemas')
export const fileOf = (family: string, version: number): string =>
  join(folder, `${family}-${String(version).padStart(2, '0')}.sql`)

/** What tables, indexes and columns a database has, in a form in which two ways to the same are equal. */
export function schemaOf(db: DatabaseSync): Record<string, unknown> {
  const objects = db.prepare("SELECT type, name, tbl_name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'").all()
  return Object.fromEntries(
    objects.map(row => {
      const { type, name, tbl_name } = row as { type: string; name: string; tbl_name: string }
      const about = (pragma: string) =>
        db
          .prepare(`PRAGMA ${pragma}("${name}")`)
          .all()
          .map(r => ({ ...r }))
      return [
        name,
        type === 'table'
          ? { columns: about('table_xinfo'), keys: about('foreign_key_list') }
          : { on: tbl_name, columns: about('index_info') },
      ]
    }),
  )
}

/** A row of each table, so that what a migration does to rows is seen: text is 'x', a number 1, but for a trail that holds. */
function fill(db: DatabaseSync, path: string): void {
  db.exec('PRAGMA foreign_keys = OFF')
  for (const { name } of db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as {
    name: string
  }[]) {
    if (name === 'trail' || name.startsWith('sqlite_')) continue
    if ((db.prepare(`SELECT count(*) AS n FROM "${name}"`).get() as { n: number }).n > 0) continue
    const columns = db.prepare(`PRAGMA table_info("${name}")`).all() as { name: string; type: string }[]
    const values = columns.map(c => (c.type === 'INTEGER' ? 1 : c.type === 'BLOB' ? Buffer.from([1]) : 'x'))
    db.prepare(`INSERT INTO "${name}" VALUES (${columns.map(() => '?').join()})`).run(...values)
  }
  if (!path.includes('records')) return
  const rest = { tx: <T>(work: () => T) => work(), prepare: (sql: string) => db.prepare(sql), close: () => {} }
  const trail = openTrail(
    rest as never,
    () => 1_700_000_000_000,
    () => {},
  )
  for (let i = 0; i < 3; i++) trail.change(li, note => note('thing', 'x', 'made', { i }))
}

/** All of a database as SQL. */
function dump(db: DatabaseSync): string {
  const objects = db
    .prepare(
      "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid",
    )
    .all()
  const lines: string[] = []
  const literal = (v: unknown) =>
    v === null
      ? 'NULL'
      : v instanceof Uint8Array
        ? `x'${Buffer.from(v).toString('hex')}'`
        : typeof v === 'number'
          ? String(v)
          : `'${String(v).replaceAll("'", "''")}'`
  for (const { type, name, sql } of objects as { type: string; name: string; sql: string }[]) {
    lines.push(`${sql};`)
    if (type !== 'table') continue
    for (const row of db.prepare(`SELECT * FROM "${name}"`).all())
      lines.push(`INSERT INTO "${name}" VALUES (${Object.values(row).map(literal).join(', ')});`)
  }
  const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number }
  return `${lines.join('\n')}\nPRAGMA user_version = ${version};\n`
}

/** A database as a former version left it. */
export function stored(family: string, version: number, path: string): void {
  const db = new DatabaseSync(path)
  db.exec('PRAGMA foreign_keys = OFF; PRAGMA journal_mode = WAL')
  db.exec(readFileSync(fileOf(family, version), 'utf8'))
  db.close()
}

/** Stores what versions left that were not stored yet; what is stored is never written again. */
export function storeMissing(): string[] {
  mkdirSync(folder, { recursive: true })
  const made: string[] = []
  for (const [family, migrations] of Object.entries(families))
    for (let version = 1; version <= migrations.length; version++) {
      const file = fileOf(family, version)
      if (existsSync(file)) continue
      const path = join(tmpdir(), `gatehouse-schema-${process.pid}-${family}.db`)
      // From the version before, so that rows of all ages are in it.
      if (version > 1) stored(family, version - 1, path)
      openDb(path, migrations.slice(0, version)).close()
      const db = new DatabaseSync(path)
      fill(db, path)
      writeFileSync(file, dump(db))
      db.close()
      for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true })
      made.push(file)
    }
  return made
}

if (import.meta.main) process.stdout.write(`${storeMissing().join('\n') || 'Nothing is missing.'}\n`)
