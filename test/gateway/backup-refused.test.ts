import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Manifest } from '../../gateway/backup/manifest.ts'
import { finishRestore, restore } from '../../gateway/backup/restore.ts'
import type { MadeBackup } from '../../gateway/backup/write.ts'
import { GatehouseError } from '../../gateway/core/errors.ts'
import { lockFolder } from '../../gateway/core/lock.ts'
import { migrations, openDb } from '../../gateway/records/db.ts'
import { openTrail } from '../../gateway/records/trail.ts'
import { backUp, contents, digest, forged, MADE_AT, PASSPHRASE, smallData } from '../support/backups.ts'
import { tempFolder } from '../support/gateway.ts'

let folder: ReturnType<typeof tempFolder>
let plain: MadeBackup
let sealed: MadeBackup
const at = (name: string) => join(folder.path, name)
beforeAll(async () => {
  folder = tempFolder()
  mkdirSync(at('source'))
  smallData(at('source'))
  plain = await backUp(at('source'), at('plain.tar.gz'))
  sealed = await backUp(at('source'), at('sealed.tar.gz'), PASSPHRASE)
})
afterAll(() => folder.remove())

let count = 0
const fresh = () => at(`target-${++count}`)
const codeOf = (done: Promise<unknown>): Promise<string> =>
  done.then(
    () => 'taken',
    (error: Error) => (error instanceof GatehouseError ? error.code : error.message),
  )
type Forge = (files: Map<string, Buffer>, manifest: Manifest) => void

const swap =
  (path: string, bytes: Buffer, honest = true): Forge =>
  (files, manifest) => {
    files.set(`data/${path}`, bytes)
    if (!honest) return
    const named = manifest.files.find(f => f.path === path)!
    Object.assign(named, { size: bytes.length, sha256: digest(bytes) })
  }
const named =
  (path: string, text = 'x'): Forge =>
  (files, manifest) => {
    files.set(`data/${path}`, Buffer.from(text))
    manifest.files.push({ path, size: text.length, sha256: digest(Buffer.from(text)) })
  }
/** A trail in which somebody changed who did it, and then its bytes for the table of contents as well. */
const otherTrail: Forge = (files, manifest) => {
  const path = at('forged.db')
  writeFileSync(path, files.get('data/records.db')!)
  const db = new DatabaseSync(path)
  db.exec("PRAGMA journal_mode=DELETE; UPDATE trail SET actor = 'wang' WHERE seq = 2")
  db.close()
  swap('records.db', readFileSync(path))(files, manifest)
}
const cut: Forge = (files, manifest) => {
  const path = at('cut.db')
  writeFileSync(path, files.get('data/records.db')!)
  const db = new DatabaseSync(path)
  db.exec('PRAGMA journal_mode=DELETE; DELETE FROM trail WHERE seq > 3')
  db.close()
  swap('records.db', readFileSync(path))(files, manifest)
}

describe('what somebody did to a backup is found', () => {
  const cases: [string, Forge, string][] = [
    ['another byte in a file', swap('site.json', Buffer.from('{"site":{"id":"smalL"}}'), false), 'backup-damaged'],
    ['a longer file', swap('site.json', Buffer.from('{"site":{"id":"smaller"}}'), false), 'backup-damaged'],
    ['a file taken out', files => void files.delete('data/site.json'), 'backup-damaged'],
    ['a file put in', files => void files.set('data/extra.json', Buffer.from('{}')), 'backup-damaged'],
    ['the table of contents taken out', files => void files.delete('manifest.json'), 'backup-damaged'],
    ['a file that leads away', named('../outside.txt'), 'backup-damaged'],
    ['a file with an absolute path', named('/tmp/outside.txt'), 'backup-damaged'],
    ['a secret that lies open', named('secrets/callback.key'), 'backup-damaged'],
    ['the same file twice', (_, m) => void m.files.push(m.files[0]!), 'backup-damaged'],
    [
      'no records',
      (files, m) => {
        files.delete('data/records.db')
        m.files = m.files.filter(f => f.path !== 'records.db')
      },
      'backup-damaged',
    ],
    ['records that are no database', swap('records.db', Buffer.from('nothing of SQLite')), 'backup-damaged'],
    ['a trail that was changed, with all sums right', otherTrail, 'backup-damaged'],
    ['a trail that was cut, with all sums right', cut, 'backup-damaged'],
    ['a newer format', (_, m) => void Object.assign(m, { format: 2, unknown: true }), 'backup-newer'],
    [
      'a newer schema of the records',
      (_, m) => void Object.assign(m.schemas, { 'records.db': migrations.length + 1 }),
      'backup-newer',
    ],
    ['a newer schema of the history', (_, m) => void Object.assign(m.schemas, { 'history.db': 1000 }), 'backup-newer'],
    ['nothing, for comparison', () => {}, 'taken'],
  ]
  it.each(cases)('%s', async (_, change, code) => {
    const file = at(`forged-${++count}.tar.gz`)
    writeFileSync(file, await forged(plain.file, change))
    const data = fresh()
    expect(await codeOf(restore({ file, data, now: MADE_AT }))).toBe(code)
    if (code !== 'taken') expect(readdirSync(data)).toEqual(['lock.db'])
    expect([existsSync(at('outside.txt')), existsSync('/tmp/outside.txt')]).toEqual([false, false])
  })

  it('a file that was cut or has another bit anywhere', async () => {
    const whole = readFileSync(plain.file)
    const unzipped = gunzipSync(whole)
    const data = fresh()
    let looked = 0
    const said = new Map<string, number>()
    for (let i = 0; i < 60; i++) {
      const place = Math.floor((i / 60) * whole.length)
      const flipped = Buffer.from(whole)
      flipped[place]! ^= 1 << (i % 8)
      for (const bytes of [whole.subarray(0, place), flipped]) {
        const file = at('spoiled.tar.gz')
        writeFileSync(file, bytes)
        const code = await codeOf(restore({ file, data, now: MADE_AT }))
        // Of its head and its tables of codes, gzip does not use every bit: what comes out is the very same.
        if (code === 'taken' && gunzipSync(bytes).equals(unzipped)) continue
        said.set(code, (said.get(code) ?? 0) + 1)
        looked++
      }
    }
    expect([...said.keys()]).toEqual(['backup-damaged'])
    expect(looked).toBeGreaterThan(100)
  })

  it('with a passphrase also whoever makes all sums right', async () => {
    const file = at('resealed.tar.gz')
    const forge = (change: Forge) => forged(sealed.file, change).then(bytes => writeFileSync(file, bytes))
    await forge(swap('site.json', Buffer.from('{"site":{"id":"other"}}')))
    expect(await codeOf(restore({ file, data: fresh(), now: MADE_AT, passphrase: PASSPHRASE }))).toBe(
      'backup-passphrase',
    )
    await forge((files, m) => {
      for (const name of ['manifest.mac', 'data/secrets.sealed', 'secrets.sealed']) files.delete(name)
      m.files = m.files.filter(f => f.path !== 'secrets.sealed')
      m.secrets = null
    })
    expect(await codeOf(restore({ file, data: fresh(), now: MADE_AT, passphrase: PASSPHRASE }))).toBe(
      'backup-no-secrets',
    )
  })
})

describe('secrets', () => {
  it('are not in a backup without a passphrase, and closed in one with', async () => {
    const hidden = (bytes: Buffer) => ['hidden', 'robot'].some(word => bytes.includes(word))
    for (const { file } of [plain, sealed])
      await forged(file, files => expect([...files.values()].some(hidden)).toBe(false))
    expect(plain.manifest.files.map(f => f.path).filter(p => p.startsWith('secrets'))).toEqual([
      'secrets/pki/bus/ca.pem',
      'secrets/pki/bus/trusted/certs/a.pem',
    ])
  })
  it('come back with the passphrase only', async () => {
    const file = sealed.file
    expect(await codeOf(restore({ file, data: fresh(), now: MADE_AT }))).toBe('backup-needs-passphrase')
    expect(await codeOf(restore({ file, data: fresh(), now: MADE_AT, passphrase: 'wrong horse battery' }))).toBe(
      'backup-passphrase',
    )
    const data = fresh()
    const done = await restore({ file, data, now: MADE_AT, passphrase: PASSPHRASE })
    expect(done.secrets).toBe(2)
    expect(readFileSync(join(data, 'secrets/notify.json'), 'utf8')).toBe('{"robot":"hidden"}')
  })
  it('of this machine stay when the backup has none; whom a channel trusts is as it was', async () => {
    const data = fresh()
    mkdirSync(join(data, 'secrets/pki/bus'), { recursive: true })
    writeFileSync(join(data, 'site.json'), '{"mine":1}')
    writeFileSync(join(data, 'secrets/notify.json'), 'mine')
    writeFileSync(join(data, 'secrets/pki/bus/ca.pem'), 'my authority')
    const done = await restore({ file: sealed.file, data, now: MADE_AT, withoutSecrets: true })
    const text = (path: string) => readFileSync(join(data, path), 'utf8')
    expect([text('secrets/notify.json'), text('secrets/pki/bus/ca.pem')]).toEqual(['mine', 'an authority'])
    expect(contents(done.aside!)).toEqual({
      'secrets/pki/bus/ca.pem': digest(Buffer.from('my authority')).slice(0, 12),
      'site.json': digest(Buffer.from('{"mine":1}')).slice(0, 12),
    })
  })
})

describe('a restore', () => {
  const inUse = () => {
    const data = fresh()
    mkdirSync(data)
    smallData(data)
    writeFileSync(join(data, 'site.json'), '{"site":{"id":"former"}}')
    writeFileSync(join(data, 'records.db-wal'), 'the log of what nobody has taken up')
    return data
  }
  it('refuses a folder on which a gateway runs, and one that is not of Gatehouse', async () => {
    const data = inUse()
    const unlock = lockFolder(data)
    expect(await codeOf(restore({ file: plain.file, data, now: MADE_AT }))).toMatch(/Another Gatehouse runs/)
    unlock()
    const home = fresh()
    mkdirSync(home)
    writeFileSync(join(home, 'thesis.txt'), 'years of work')
    expect(await codeOf(restore({ file: plain.file, data: home, now: MADE_AT }))).toBe('backup-folder')
    expect(readdirSync(home)).toEqual(['thesis.txt'])
  })
  it('keeps what was there, gives back what was saved, and leaves what is of no backup', async () => {
    const data = inUse()
    const { 'lock.db': _, ...before } = contents(data)
    const done = await restore({ file: plain.file, data, now: MADE_AT })
    const kept = contents(done.aside!)
    for (const path of ['site.json', 'records.db', 'records.db-wal', 'history.db', 'backups/site-000001.json'])
      expect([path, kept[path]]).toEqual([path, before[path]])
    const now = contents(data)
    const source = contents(at('source'))
    for (const path of [
      'site.json',
      'profiles/泵.json',
      `plans/${'长'.repeat(60)}.svg`,
      `photos/${'0'.repeat(64)}.jpg`,
    ])
      expect([path, now[path]]).toEqual([path, source[path]])
    expect(now['backups/gatehouse-small-1.tar.gz']).toBe(before['backups/gatehouse-small-1.tar.gz'])
    expect(
      Object.keys(now).filter(path => /wal$|restor(ing|e-under)/.test(path) && !path.startsWith('before')),
    ).toEqual([])
  })
  it('says on the trail that it was one, in a new life, and the chain holds', async () => {
    const data = fresh()
    await restore({ file: plain.file, data, now: MADE_AT + 1000 })
    const db = openDb(join(data, 'records.db'), migrations)
    const trail = openTrail(db, Date.now, () => {})
    expect([trail.verify(), trail.head()]).toEqual([null, 6])
    const [entry] = trail.after(5, 10)
    expect(entry).toMatchObject({
      actor: 'console',
      kind: 'backup',
      id: 'plain.tar.gz',
      action: 'restored',
      data: { sha256: plain.sha256, formerEpoch: plain.manifest.trail?.epoch, formerSeq: 5, epoch: trail.epoch },
    })
    expect(trail.epoch).not.toBe(plain.manifest.trail?.epoch)
    db.close()
  })
  it('that was cut off at any move is finished by the next start', async () => {
    const whole = inUse()
    await restore({ file: plain.file, data: whole, now: MADE_AT })
    const wanted = Object.keys(contents(whole))
    let tried = 0
    for (let k = 0; k < 40; k += 3) {
      const data = inUse()
      const from = '.restoring-x'
      const aside = wanted.find(p => p.startsWith('before-restore'))!.split('/')[0]!
      await restore({ file: plain.file, data: join(data, from), now: MADE_AT })
      const fresh = Object.keys(contents(join(data, from))).filter(p => p !== 'lock.db')
      const old = Object.keys(contents(data)).filter(
        p =>
          !p.startsWith('.') &&
          !p.startsWith('lock') &&
          !p.startsWith('secrets/notify') &&
          !p.endsWith('key.pem') &&
          !p.startsWith('backups/gatehouse'),
      )
      writeFileSync(join(data, 'restore-under-way.json'), JSON.stringify({ from, aside, old, fresh }))
      const moves = [
        ...old.map(p => [join(data, p), join(data, aside, p)] as const),
        ...fresh.map(p => [join(data, from, p), join(data, p)] as const),
      ]
      for (const [source, target] of moves.slice(0, k)) {
        mkdirSync(dirname(target), { recursive: true })
        renameSync(source, target)
      }
      if (k > moves.length) break
      finishRestore(data)
      expect([k, Object.keys(contents(data)).filter(p => p !== 'lock.db')]).toEqual([
        k,
        wanted.filter(p => p !== 'lock.db'),
      ])
      tried++
    }
    expect(tried).toBeGreaterThan(8)
  })
})
