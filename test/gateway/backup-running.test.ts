import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { restore } from '../../gateway/backup/restore.ts'
import { clearLeftovers, makeBackup } from '../../gateway/backup/write.ts'
import { migrations, openDb } from '../../gateway/records/db.ts'
import { openTrail } from '../../gateway/records/trail.ts'
import { backUp, MADE_AT, smallData } from '../support/backups.ts'
import { tempFolder } from '../support/gateway.ts'
import { until } from '../support/wait.ts'

const root = join(import.meta.dirname, '..', '..')
let folder: ReturnType<typeof tempFolder>
const children: ChildProcess[] = []
const at = (name: string) => join(folder.path, name)
beforeEach(() => {
  folder = tempFolder()
  mkdirSync(at('data'))
  mkdirSync(at('out'))
  smallData(at('data'))
})
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  folder.remove()
})

/** `npm run backup`, as npm would call it. @param limit of bash for what it starts */
function command(name: 'backup' | 'restore', args: readonly string[], limit = '') {
  const script = join(root, `gateway/backup/${name}-command.ts`)
  const child = spawn('bash', ['-c', `${limit} exec "$0" "$@"`, process.execPath, script, ...args], {
    env: { ...process.env },
  })
  children.push(child)
  const said = { out: '', err: '' }
  child.stdout.on('data', (text: Buffer) => (said.out += text))
  child.stderr.on('data', (text: Buffer) => (said.err += text))
  return { child, said, ended: once(child, 'close').then(([code]) => ({ code: code as number | null, ...said })) }
}
/** Something that takes a while to copy. */
function fill(bytes: number) {
  const db = new DatabaseSync(join(at('data'), 'history.db'), { timeout: 60_000 })
  db.exec(`CREATE TABLE IF NOT EXISTS ballast (body BLOB); INSERT INTO ballast VALUES (randomblob(${bytes}))`)
  db.close()
}

it('is of one moment, while everything goes on', async () => {
  const writer = spawn(process.execPath, [join(root, 'test/support/backupwriter.ts'), at('data')])
  children.push(writer)
  await once(writer.stdout, 'data')
  const heads: number[] = []
  for (let i = 0; i < 4; i++) {
    fill(2_000_000)
    const { file, manifest } = await backUp(at('data'), at(`out/${i}.tar.gz`))
    const data = at(`restored-${i}`)
    await restore({ file, data, now: MADE_AT })
    const history = new DatabaseSync(join(data, 'history.db'))
    const counted = history.prepare("SELECT value AS n FROM meta WHERE key = 'n'").get() as { n: number }
    history.close()
    const { n } = JSON.parse(readFileSync(join(data, 'site.json'), 'utf8')) as { n: number }
    const head = manifest.trail!.seq
    // The site is written inside the transaction, the history after it.
    expect([i, n, [head, head - 1].includes(counted.n)]).toEqual([i, head, true])
    heads.push(head)
  }
  expect(heads.at(-1)! - heads[0]!).toBeGreaterThan(5)
  expect([...heads].sort((a, b) => a - b)).toEqual(heads)
})

describe('npm run backup', () => {
  it('makes one file, and does not write over one', async () => {
    const file = at('out/a.tar.gz')
    const made = await command('backup', [file, '--data', at('data')]).ended
    expect([made.code, made.err]).toEqual([0, ''])
    expect(made.out).toMatch(/SHA-256 [0-9a-f]{64}/)
    const bytes = readFileSync(file)
    const again = await command('backup', [file, '--data', at('data')]).ended
    expect([again.code, again.err]).toEqual([1, expect.stringMatching(/is there already[\s\S]*已经存在/)])
    expect(readFileSync(file).equals(bytes)).toBe(true)
    const back = await command('restore', [file, '--data', at('new')]).ended
    expect([back.code, back.err]).toEqual([0, ''])
    expect(existsSync(join(at('new'), 'records.db'))).toBe(true)
  })

  it('killed in the middle leaves nothing under its name; the next one clears up', async () => {
    fill(30_000_000)
    let killed = 0
    for (const stage of ['records.db', 'history.db', 'whole']) {
      const file = at(`out/${stage}.tar.gz`)
      const { child, ended } = command('backup', [file, '--data', at('data')])
      await until(`the stage ${stage}`, () =>
        readdirSync(at('out')).some(name => name.startsWith('.') && existsSync(join(at('out'), name, stage))),
      )
      child.kill('SIGKILL')
      expect((await ended).code).toBeNull()
      expect(readdirSync(at('out')).filter(name => !name.startsWith('.'))).toEqual([])
      killed++
    }
    expect(killed).toBe(3)
    expect(readdirSync(at('out')).length).toBeGreaterThan(0)
    clearLeftovers(at('out'))
    expect(readdirSync(at('out'))).toEqual([])
    const db = openDb(join(at('data'), 'records.db'), migrations)
    expect(openTrail(db, Date.now, () => {}).verify()).toBeNull()
    db.close()
  })

  it('on a disk without room says so, in both languages, and leaves nothing', async () => {
    fill(8_000_000)
    const opts = { data: at('data'), file: at('out/a.tar.gz'), version: '0.1.0', site: null, now: MADE_AT }
    await expect(makeBackup({ ...opts, freeBytes: () => 300_000_000 })).rejects.toMatchObject({
      code: 'backup-no-room',
    })
    expect(readdirSync(at('out'))).toEqual([])
    // A file that may not grow beyond 4 MB: writing fails half way, as it does on a full disk.
    const { code, err } = await command('backup', [at('out/b.tar.gz'), '--data', at('data')], 'ulimit -f 4096;').ended
    expect([code, err]).toEqual([1, expect.stringMatching(/could not be written[\s\S]*磁盘无法写入/)])
    expect(readdirSync(at('out'))).toEqual([])
  })

  it('in a folder without data says which', async () => {
    const { code, err } = await command('backup', [at('out/a.tar.gz'), '--data', at('out')]).ended
    expect([code, err]).toEqual([1, expect.stringMatching(/no data of Gatehouse in .*out/)])
  })
})
