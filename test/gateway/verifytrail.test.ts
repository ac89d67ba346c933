import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { TrailCheckpoints, TrailCheckView } from '../../gateway/http/contract.ts'
import { openCheckpoints } from '../../gateway/trail/checkpoints.ts'
import { anchorsIn, CHECKPOINTS_FILE, type Checkpoint, verifyFile } from '../../gateway/trail/verify-trail.ts'
import { manualClock } from '../support/clock.ts'
import { startGateway } from '../support/gateway.ts'
import { seeded } from '../support/killing.ts'
import { account, join as join_ } from '../support/mqtt.ts'
import { li, records } from '../support/records.ts'
import { quietSite } from '../support/sites.ts'
import { rewriteChain, tamperMany } from '../support/tampering.ts'
import { until } from '../support/wait.ts'

let r: ReturnType<typeof records>
let made: Checkpoint[]
let clock: ReturnType<typeof manualClock>
beforeEach(() => {
  r = records()
  made = []
  clock = manualClock()
})
afterEach(() => r.end())

const write = (n: number) => {
  for (let i = 1; i <= n; i++) r.trail.change(li, note => note('thing', `t${i % 3}`, 'made', { i, 备注: `第 ${i} 次` }))
}
const keeper = (copy?: string) => {
  const secrets = join(r.folder.path, 'secrets')
  mkdirSync(secrets, { recursive: true })
  return openCheckpoints({
    ...{ data: r.folder.path, secrets, copy, clock, trail: r.trail, site: () => 'plaza' },
    ...{ made: c => made.push(c), log: { error() {} } as never },
  })
}
const codes = (more: readonly string[] = []) => verifyFile(r.folder.path, more).faults.map(f => f.code)
const run = (sql: string) => {
  for (const statement of sql.split(';')) r.db.prepare(statement).run()
}

describe('checkpoints', () => {
  it('at the start, each hour in which something was written, and at the end; in a file, a copy and told outside', async () => {
    write(3)
    const copy = join(r.folder.path, 'stick')
    const c = keeper(copy)
    c.start()
    await clock.pass(3_600_000)
    write(2)
    await clock.pass(3_600_000)
    await clock.pass(3_600_000)
    write(1)
    c.stop()
    expect(made.map(m => [m.count, m.site])).toEqual([
      [3, 'plaza'],
      [5, 'plaza'],
      [6, 'plaza'],
    ])
    const text = readFileSync(join(r.folder.path, CHECKPOINTS_FILE), 'utf8')
    expect(text).toBe(made.map(m => `${JSON.stringify(m)}\n`).join(''))
    expect(readFileSync(join(copy, CHECKPOINTS_FILE), 'utf8')).toBe(text)
    expect(verifyFile(r.folder.path)).toMatchObject({ entries: 6, held: 3, heldTo: 6, faults: [], keys: [c.publicKey] })
    expect(c.list().map(m => m.count)).toEqual([6, 5, 3])
  })
  it('a line that a power cut has torn is no alarm, and the next one stands by itself', () => {
    write(3)
    const file = join(r.folder.path, CHECKPOINTS_FILE)
    const first = keeper()
    first.start()
    writeFileSync(file, `${readFileSync(file, 'utf8')}{"kind":"gatehouse-tr`)
    expect(codes()).toEqual([])
    write(1)
    keeper().start()
    expect([codes(), verifyFile(r.folder.path).held]).toEqual([[], 2])
  })
  it('a copy that cannot be written keeps nobody from his own', () => {
    write(2)
    writeFileSync(join(r.folder.path, 'stick'), 'a file where a folder should be')
    const c = keeper(join(r.folder.path, 'stick'))
    c.start()
    expect([c.last()?.count, c.copyFailing(), codes()]).toEqual([2, true, []])
  })
})

describe('what somebody does who can write every file but not the anchors outside', () => {
  const cases: [string, () => void, string[]][] = [
    ['nothing', () => {}, []],
    ['changes an entry', () => run(`UPDATE trail SET actor = 'wang' WHERE seq = 5`), ['chain']],
    ['changes the last one', () => run(`UPDATE trail SET data = '{}' WHERE seq = 12`), ['chain']],
    ['cuts off the end', () => run('DELETE FROM trail WHERE seq > 9'), ['short']],
    ['takes all of it away', () => run('DELETE FROM trail'), ['short', 'short']],
    ['rewrites the chain from the change on', () => rewriteChain(r.db, 5, { actor: 'wang' }), ['differs', 'differs']],
    [
      'rewrites only what came after the first checkpoint',
      () => rewriteChain(r.db, 11, { actor: 'wang' }),
      ['differs'],
    ],
    ['makes it another life', () => run(`UPDATE meta SET value = 'x' WHERE key = 'epoch'`), ['life', 'life']],
    ['takes away the checkpoints', () => rmSync(join(r.folder.path, CHECKPOINTS_FILE)), ['anchors-gone']],
    [
      'changes a checkpoint',
      () => {
        const file = join(r.folder.path, CHECKPOINTS_FILE)
        writeFileSync(file, readFileSync(file, 'utf8').replace('"count":12', '"count":11'))
      },
      ['signature'],
    ],
    [
      'signs his own with another key',
      () => {
        rmSync(join(r.folder.path, CHECKPOINTS_FILE))
        const key = readFileSync(join(r.folder.path, 'secrets', 'trail-key.pem'))
        rmSync(join(r.folder.path, 'secrets', 'trail-key.pem'))
        keeper().start()
        writeFileSync(join(r.folder.path, 'secrets', 'trail-key.pem'), key)
      },
      ['key'],
    ],
  ]
  it.each(cases)('%s', (_, tamper, expected) => {
    const c = keeper()
    write(8)
    c.start()
    write(4)
    c.make()
    tamper()
    expect(codes()).toEqual(expected)
  })
  it('the same, checkpoints and all, an older copy of the whole folder: found by what was told outside or printed', () => {
    const c = keeper()
    write(4)
    c.start()
    const old = ['records.db', CHECKPOINTS_FILE]
    r.db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()
    for (const name of old) copyFileSync(join(r.folder.path, name), join(r.folder.path, `${name}.old`))
    write(3)
    c.make()
    const told = `${JSON.stringify(made.at(-1))}\n`
    const printed = `${made.at(-1)!.count}:${made.at(-1)!.head}\n`
    expect([codes([told]), codes([printed])]).toEqual([[], []])
    r.db.close()
    for (const name of ['records.db-wal', 'records.db-shm']) rmSync(join(r.folder.path, name), { force: true })
    for (const name of old) copyFileSync(join(r.folder.path, `${name}.old`), join(r.folder.path, name))
    expect([codes(), codes([told]), codes([printed])]).toEqual([[], ['short'], ['short']])
    r = records(r.folder)
  })
  it('a restore that the trail tells of is none of it: what was given up is counted', () => {
    const c = keeper()
    write(4)
    c.start()
    const epoch = r.trail.epoch
    write(4)
    c.make()
    const later = `${JSON.stringify(made.at(-1))}\n`
    writeFileSync(join(r.folder.path, CHECKPOINTS_FILE), `${JSON.stringify(made[0])}\n`)
    run('DELETE FROM trail WHERE seq > 4')
    r = r.again()
    r.trail.change(li, note => note('backup', 'b', 'restored', { formerEpoch: epoch, formerSeq: 4, epoch: 'new' }))
    run(`UPDATE meta SET value = 'new' WHERE key = 'epoch'`)
    const seen = verifyFile(r.folder.path, [later])
    expect([seen.faults, seen.held, seen.restores.map(s => [s.seq, s.givenUp])]).toEqual([[], 1, [[5, 1]]])
  })
})

it('108 random edits, deletions, insertions, swaps, cuts, rewritten chains, old copies and flipped bytes: all found', () => {
  const seed = 20_261_122
  const seen = tamperMany(108, seeded(seed))
  expect(seen).toMatchObject({ tried: 108, missed: [], falseAlarms: 0 })
  expect(Object.keys(seen.kinds)).toHaveLength(9)
  expect(seen.changed).toBeGreaterThan(90)
})

describe('for others', () => {
  it('one file of plain JavaScript finds the same, with nothing of ours beside it', () => {
    const c = keeper()
    write(6)
    c.start()
    const source = readFileSync(join(import.meta.dirname, '../../gateway/trail/verify-trail.ts'), 'utf8')
    expect([...source.matchAll(/ from '([^']+)'/g)].map(m => m[1]).filter(name => !name!.startsWith('node:'))).toEqual(
      [],
    )
    const program = join(r.folder.path, 'verify-trail.mjs')
    writeFileSync(program, stripTypeScriptTypes(source))
    const ask = (...args: string[]) => {
      try {
        return [0, execFileSync(process.execPath, [program, ...args], { encoding: 'utf8', stdio: 'pipe' })]
      } catch (error) {
        const { status, stdout } = error as { status: number; stdout: string }
        return [status, stdout]
      }
    }
    const [good, said] = ask(r.folder.path)
    expect([good, String(said)]).toEqual([0, expect.stringMatching(/6 条 entries[\s\S]*✓/)])
    run(`UPDATE trail SET role = 'admin' WHERE seq = 3`)
    const [bad, told] = ask(r.folder.path, '--json')
    expect([bad, (JSON.parse(String(told)) as { faults: object[] }).faults]).toEqual([1, [{ code: 'chain', seq: 3 }]])
    expect(ask(join(r.folder.path, 'nothing'))[0]).toBe(2)
    expect(existsSync(program)).toBe(true)
  })
  it('reads anchors as people write them down, and says which line is none', () => {
    const head = 'ab'.repeat(32)
    const { anchors, faults } = anchorsIn(`12: ${head.toUpperCase()}\r\n\nnonsense\n13：${head}\n`)
    expect([anchors, faults]).toEqual([
      [
        { count: 12, head },
        { count: 13, head },
      ],
      [{ code: 'anchors-broken', line: 3 }],
    ])
  })
})

describe('in the gateway', () => {
  it('a checkpoint at the start, on MQTT too; the page checks, with what was kept elsewhere, and the trail says so', async () => {
    const g = await startGateway({ site: quietSite })
    try {
      const admin = await g.admin()
      const { body } = await admin.get('/api/v1/trail/checkpoints')
      const { items, key } = body as unknown as TrailCheckpoints
      expect([items.length, items[0]!.site, items[0]!.key]).toEqual([1, 'test-site', key])
      const password = await account(admin as never, 'archive', ['gatehouse/test-site/trail'])
      const client = await join_(g.mqtt, 'archive', password)
      await client.subscribe('gatehouse/test-site/trail')
      await until('the checkpoint', () => client.heard.length > 0)
      expect(client.heard[0]).toMatchObject({ body: items[0]!, retained: true })
      await client.end()
      const check = async (anchors: string) =>
        (await admin.post('/api/v1/trail/verify', { anchors })).body as unknown as TrailCheckView
      const good = await check(`${items[0]!.count}:${items[0]!.head}\n`)
      expect([good.faults, good.held, good.entries >= items[0]!.count]).toEqual([[], 2, true])
      const bad = await check(`${items[0]!.count}:${'00'.repeat(32)}\n`)
      expect(bad.faults).toEqual([{ code: 'differs', text: { 'zh-CN': expect.any(String), en: expect.any(String) } }])
      const [entry] = (await admin.get('/api/v1/trail?limit=1')).body.items as unknown as {
        kind: string
        data: object
      }[]
      expect(entry).toMatchObject({ kind: 'trail', data: { faults: ['differs'] } })
      const file = await admin.get('/api/v1/trail/checkpoints/file')
      expect(file.text.trim().split('\n')).toHaveLength(2)
      expect((await admin.get('/api/v1/trail/verifier')).text).toMatch(/function verifyTrail\([^:]*\)/)
    } finally {
      await g.stop()
    }
  })
})
