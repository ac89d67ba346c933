import { createHash } from 'node:crypto'
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Db } from '../../gateway/records/db.ts'
import { type TrailRow, verifyFile } from '../../gateway/trail/verify-trail.ts'
import { li, records } from './records.ts'

const ENTRIES = 60

/** Changes one entry and makes the chain hold again after it, as somebody who knows how it is made would. */
export function rewriteChain(db: Pick<Db, 'prepare'>, seq: number, change: Partial<TrailRow>): void {
  const rows = db.prepare('SELECT * FROM trail WHERE seq >= ? ORDER BY seq').all(seq) as unknown as TrailRow[]
  let prev = rows[0]!.prev
  const update = db.prepare('UPDATE trail SET actor = ?, data = ?, prev = ?, hash = ? WHERE seq = ?')
  for (const [i, row] of rows.entries()) {
    const r = i === 0 ? { ...row, ...change } : row
    const text = JSON.stringify([r.seq, r.time, r.actor, r.role, r.kind, r.id, r.action, r.data])
    const hash = createHash('sha256').update(prev).update(text).digest()
    update.run(r.actor, r.data, prev, hash, r.seq)
    prev = hash
  }
}

type Random = () => number
type Tamper = (db: DatabaseSync, pick: (most: number) => number) => void

/** Each takes away, adds or changes something of a trail of ENTRIES entries. */
const tampers: Record<string, Tamper> = {
  edit(db, pick) {
    const column = ['time', 'actor', 'role', 'kind', 'id', 'action', 'data'][pick(7)]!
    const seq = 1 + pick(ENTRIES)
    const to = column === 'time' ? 'time + 1' : `${column} || 'x'`
    db.prepare(`UPDATE trail SET ${column} = ${to} WHERE seq = ?`).run(seq)
  },
  delete(db, pick) {
    db.prepare('DELETE FROM trail WHERE seq = ?').run(1 + pick(ENTRIES))
  },
  'delete and renumber'(db, pick) {
    const seq = 1 + pick(ENTRIES - 1)
    db.prepare('DELETE FROM trail WHERE seq = ?').run(seq)
    for (let i = seq + 1; i <= ENTRIES; i++) db.prepare('UPDATE trail SET seq = seq - 1 WHERE seq = ?').run(i)
  },
  insert(db, pick) {
    const at = 1 + pick(ENTRIES)
    for (let i = ENTRIES; i >= at; i--) db.prepare('UPDATE trail SET seq = seq + 1 WHERE seq = ?').run(i)
    const from = at === 1 ? 2 : at - 1
    db.prepare(
      'INSERT INTO trail SELECT ?, time, actor, role, kind, id, action, data, prev, hash FROM trail WHERE seq = ?',
    ).run(at, from)
  },
  swap(db, pick) {
    const a = 1 + pick(ENTRIES)
    const b = 1 + ((a + pick(ENTRIES - 1)) % ENTRIES)
    const move = db.prepare('UPDATE trail SET seq = ? WHERE seq = ?')
    move.run(1000, a)
    move.run(a, b)
    move.run(b, 1000)
  },
  'cut off'(db, pick) {
    db.prepare('DELETE FROM trail WHERE seq > ?').run(pick(ENTRIES))
  },
  rewrite(db, pick) {
    rewriteChain(db, 1 + pick(ENTRIES), { actor: 'somebody else' })
  },
  'old copy'(db, pick) {
    // As it was some entries ago, and went on from there.
    const left = 1 + pick(ENTRIES - 1)
    db.prepare('DELETE FROM trail WHERE seq > ?').run(left)
    const last = db.prepare('SELECT * FROM trail WHERE seq = ?').get(left) as unknown as TrailRow
    const insert = db.prepare('INSERT INTO trail VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
    for (let seq = left + 1; seq <= ENTRIES; seq++) {
      const { time, role, kind, id, action, data } = last
      insert.run(seq, time, 'somebody else', role, kind, id, action, data, last.prev, last.hash)
    }
    rewriteChain(db, left, {})
  },
}

/**
 * Tampers `count` times with a records.db of its own, each in one way at random, and looks whether the anchor outside finds it.
 * @returns kinds: how often each; missed: what was not found; falseAlarms: faults found where nothing was changed
 */
export function tamperMany(count: number, random: Random, progress: (line: string) => void = () => {}) {
  const r = records()
  for (let i = 1; i <= ENTRIES; i++) r.trail.change(li, note => note('thing', `t${i % 7}`, 'made', { i }))
  const head = Buffer.from(r.trail.hashAt(ENTRIES)!).toString('hex')
  r.db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()
  const anchor = [`${ENTRIES}:${head}\n`]
  const clean = join(r.folder.path, 'clean.db')
  copyFileSync(r.path, clean)
  const work = join(r.folder.path, 'work.db')
  const rowsOf = (path: string): string => {
    const db = new DatabaseSync(path, { readOnly: true })
    try {
      return JSON.stringify(db.prepare('SELECT * FROM trail ORDER BY seq').all())
    } catch {
      return 'unreadable'
    } finally {
      db.close()
    }
  }
  const was = rowsOf(clean)
  const seen = { tried: 0, changed: 0, falseAlarms: 0, kinds: {} as Record<string, number>, missed: [] as string[] }
  const names = [...Object.keys(tampers), 'byte']
  const pick = (most: number) => Math.floor(random() * most)
  try {
    for (let i = 0; i < count; i++) {
      const name = names[i % names.length]!
      for (const end of ['', '-wal', '-shm']) rmSync(work + end, { force: true })
      copyFileSync(clean, work)
      if (name === 'byte') {
        const bytes = readFileSync(work)
        bytes[pick(bytes.length)]! ^= 1 << pick(8)
        writeFileSync(work, bytes)
      } else {
        const db = new DatabaseSync(work)
        db.exec('PRAGMA synchronous=OFF; BEGIN')
        tampers[name]!(db, pick)
        db.exec('COMMIT')
        db.close()
      }
      const changed = (() => {
        try {
          return rowsOf(work) !== was
        } catch {
          return true
        }
      })()
      const found = verifyFile(work, anchor).faults.length > 0
      seen.tried++
      seen.kinds[name] = (seen.kinds[name] ?? 0) + 1
      if (changed) seen.changed++
      if (changed && !found) seen.missed.push(`${i} ${name}`)
      // A byte of another table, or of the file's own head, may keep it from being read at all: that is said, too.
      if (!changed && found && name !== 'byte') seen.falseAlarms++
      if (seen.tried % 1000 === 0) progress(`${seen.tried}: ${seen.missed.length} missed`)
    }
  } finally {
    r.end()
  }
  return seen
}
