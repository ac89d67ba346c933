import { existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import type { Changes, Loaded, Row, SessionFile, Table } from '../out/sessions/behind.ts'
import { type Db, openDb } from '../records/db.ts'

/** The schema of broker.db, in the order in which it grew. Never edit a line that was released: add one. */
const migrations: readonly string[] = [
  `
  CREATE TABLE session (no INTEGER PRIMARY KEY, id TEXT NOT NULL, account TEXT NOT NULL, seen INTEGER NOT NULL) STRICT;
  CREATE TABLE filter (session INTEGER NOT NULL, filter TEXT NOT NULL, qos INTEGER NOT NULL, PRIMARY KEY (session, filter)) STRICT, WITHOUT ROWID;
  CREATE TABLE queue (
    n INTEGER PRIMARY KEY, session INTEGER NOT NULL, message INTEGER NOT NULL, qos INTEGER NOT NULL, retain INTEGER NOT NULL,
    released INTEGER NOT NULL, topic TEXT NOT NULL, payload BLOB NOT NULL) STRICT;
  CREATE INDEX queue_of ON queue (session);
  CREATE TABLE incoming (session INTEGER NOT NULL, message INTEGER NOT NULL, PRIMARY KEY (session, message)) STRICT, WITHOUT ROWID;
  CREATE TABLE retained (topic TEXT PRIMARY KEY, qos INTEGER NOT NULL, payload BLOB NOT NULL, n INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE will (id TEXT PRIMARY KEY, topic TEXT NOT NULL, qos INTEGER NOT NULL, retain INTEGER NOT NULL, payload BLOB NOT NULL) STRICT, WITHOUT ROWID;
  `,
]

/** By the key of its table: how a row is put there, and taken away. */
const statements: Readonly<Record<Table, readonly [put: string, remove: string]>> = {
  session: ['INSERT OR REPLACE INTO session VALUES (?, ?, ?, ?)', 'DELETE FROM session WHERE no = ?'],
  filter: ['INSERT OR REPLACE INTO filter VALUES (?, ?, ?)', 'DELETE FROM filter WHERE session = ? AND filter = ?'],
  queue: ['INSERT OR REPLACE INTO queue VALUES (?, ?, ?, ?, ?, ?, ?, ?)', 'DELETE FROM queue WHERE n = ?'],
  incoming: ['INSERT OR REPLACE INTO incoming VALUES (?, ?)', 'DELETE FROM incoming WHERE session = ? AND message = ?'],
  retained: ['INSERT OR REPLACE INTO retained VALUES (?, ?, ?, ?)', 'DELETE FROM retained WHERE topic = ?'],
  will: ['INSERT OR REPLACE INTO will VALUES (?, ?, ?, ?, ?)', 'DELETE FROM will WHERE id = ?'],
}
const tables = ['session', 'filter', 'queue', 'incoming', 'retained', 'will'] as const satisfies readonly Table[]

/** SQLITE_CORRUPT and SQLITE_NOTADB [sqlite.org/rescode] */
const BROKEN = [11, 26]

/**
 * Sessions of the broker in `<data>/broker.db`. A file that is broken is kept beside a new one.
 * @param movedAside where a broken file was put
 */
export function openBrokerFile(data: string, movedAside: (path: string) => void): SessionFile {
  const path = join(data, 'broker.db')
  try {
    return open(path)
  } catch (error) {
    if (!BROKEN.includes(((error as { errcode?: number }).errcode ?? 0) & 0xff)) throw error
    const aside = `${path}.broken-${Date.now()}`
    for (const end of ['', '-wal', '-shm']) if (existsSync(path + end)) renameSync(path + end, aside + end)
    movedAside(aside)
    return open(path)
  }
}

function open(path: string): SessionFile {
  const db = openDb(path, migrations)
  let loaded: Loaded
  try {
    loaded = read(db)
  } catch (error) {
    db.close()
    throw error
  }
  const put = Object.fromEntries(tables.map(t => [t, db.prepare(statements[t][0])]))
  const remove = Object.fromEntries(tables.map(t => [t, db.prepare(statements[t][1])]))
  const forget = ['filter', 'queue', 'incoming'].map(t => db.prepare(`DELETE FROM ${t} WHERE session = ?`))
  return {
    load: () => loaded,
    write(changes: Changes) {
      db.tx(() => {
        for (const table of tables)
          for (const [key, row] of changes[table]) {
            if (row) put[table]!.run(...row)
            else remove[table]!.run(...keyOf(table, key))
          }
        for (const no of changes.gone) {
          for (const statement of forget) statement.run(no)
          remove.session!.run(no)
        }
      })
    },
    close: () => db.close(),
  }
}

/** Keys of two columns are `<session> <rest>`. */
function keyOf(table: Table, key: string | number): Row {
  if (table !== 'filter' && table !== 'incoming') return [key]
  const text = String(key)
  const space = text.indexOf(' ')
  const rest = text.slice(space + 1)
  return [Number(text.slice(0, space)), table === 'filter' ? rest : Number(rest)]
}

/** All of it at once: it is bounded, and lives in memory. */
function read(db: Db): Loaded {
  const all = <T>(sql: string) => db.prepare(sql).all() as unknown as T
  const [check] = all<{ quick_check: string }[]>('PRAGMA quick_check(1)')
  if (check?.quick_check !== 'ok') throw Object.assign(new Error('broker.db is damaged'), { errcode: BROKEN[0] })
  return {
    sessions: all('SELECT no, id, account, seen FROM session ORDER BY no'),
    filters: all('SELECT session, filter, qos FROM filter'),
    queue: all('SELECT n, session, message, qos, retain, released, topic, payload FROM queue ORDER BY n'),
    incoming: all('SELECT session, message FROM incoming'),
    retained: all('SELECT topic, qos, payload, n FROM retained ORDER BY n'),
    wills: all('SELECT id, topic, qos, retain, payload FROM will'),
  }
}
