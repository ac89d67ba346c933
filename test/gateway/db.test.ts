import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDb } from '../../gateway/records/db.ts'
import { tempFolder } from '../support/gateway.ts'

let folder: ReturnType<typeof tempFolder>
let path = ''
beforeEach(() => {
  folder = tempFolder()
  path = join(folder.path, 'x.db')
})
afterEach(() => folder.remove())

const one = 'CREATE TABLE t (a TEXT NOT NULL) STRICT'
const rows = (db: { prepare(sql: string): { all(): unknown[] } }) =>
  db
    .prepare('SELECT a FROM t')
    .all()
    .map(r => (r as { a: string }).a)

describe('records.db', () => {
  it('has FULL and WAL really set: a commit is on the disk when it returns', () => {
    const db = openDb(path, [one])
    expect({ ...(db.prepare('PRAGMA synchronous').get() as object) }).toEqual({ synchronous: 2 })
    expect({ ...(db.prepare('PRAGMA journal_mode').get() as object) }).toEqual({ journal_mode: 'wal' })
    expect({ ...(db.prepare('PRAGMA foreign_keys').get() as object) }).toEqual({ foreign_keys: 1 })
    db.close()
  })
  it('grows by its migrations, each once', () => {
    openDb(path, [one]).close()
    const db = openDb(path, [one, "INSERT INTO t VALUES ('second')"])
    expect(rows(db)).toEqual(['second'])
    db.close()
    const again = openDb(path, [one, "INSERT INTO t VALUES ('second')"])
    expect(rows(again)).toEqual(['second'])
    again.close()
  })
  it('a migration that fails half way leaves the file as it was, and can be tried again', () => {
    openDb(path, [one]).close()
    const broken = "INSERT INTO t VALUES ('half'); CREATE TABLE u (a TEXT); INSERT INTO nowhere VALUES (1)"
    expect(() => openDb(path, [one, broken])).toThrow('nowhere')
    const db = openDb(path, [one, "INSERT INTO t VALUES ('whole')"])
    expect(rows(db)).toEqual(['whole'])
    expect(db.prepare("SELECT count(*) AS n FROM sqlite_master WHERE name = 'u'").get()).toMatchObject({ n: 0 })
    db.close()
  })
  it('refuses a file that a newer version wrote, and leaves it as it is', () => {
    openDb(path, [one, "INSERT INTO t VALUES ('b')"]).close()
    expect(() => openDb(path, [one])).toThrow(/newer Gatehouse.*schema 2.*knows 1/)
    const db = openDb(path, [one, "INSERT INTO t VALUES ('b')"])
    expect(rows(db)).toEqual(['b'])
    db.close()
  })
})

describe('a transaction', () => {
  it('is all or nothing', () => {
    const db = openDb(path, [one])
    const put = db.prepare('INSERT INTO t VALUES (?)')
    expect(db.tx(() => put.run('a').changes)).toBe(1)
    expect(() =>
      db.tx(() => {
        put.run('b')
        throw new Error('no')
      }),
    ).toThrow('no')
    expect(rows(db)).toEqual(['a'])
    db.tx(() => put.run('c'))
    expect(rows(db)).toEqual(['a', 'c'])
    db.close()
  })
  it('inside another joins it: the outer one decides', () => {
    const db = openDb(path, [one])
    const put = db.prepare('INSERT INTO t VALUES (?)')
    expect(() =>
      db.tx(() => {
        put.run('outer')
        db.tx(() => put.run('inner'))
        throw new Error('no')
      }),
    ).toThrow('no')
    expect(rows(db)).toEqual([])
    db.tx(() => db.tx(() => put.run('both')))
    expect(rows(db)).toEqual(['both'])
    db.close()
  })
  it('on a full disk throws, changes nothing, and works when there is room again', () => {
    const db = openDb(path, [one])
    const put = db.prepare('INSERT INTO t VALUES (?)')
    db.tx(() => put.run('a'))
    db.prepare('PRAGMA max_page_count = 1').get()
    expect(() => db.tx(() => put.run('x'.repeat(100_000)))).toThrow(/full/)
    expect(rows(db)).toEqual(['a'])
    db.prepare('PRAGMA max_page_count = 100000').get()
    db.tx(() => put.run('b'))
    expect(rows(db)).toEqual(['a', 'b'])
    db.close()
  })
  it('while another program holds the file for a moment waits for it', () => {
    const db = openDb(path, [one])
    const other = new DatabaseSync(path)
    other.exec('PRAGMA busy_timeout = 0; BEGIN IMMEDIATE')
    db.prepare('PRAGMA busy_timeout = 50').get()
    expect(() => db.tx(() => {})).toThrow(/locked/)
    other.exec('ROLLBACK')
    other.close()
    expect(db.tx(() => 1)).toBe(1)
    db.close()
  })
})
