import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { knownSchemas } from '../../gateway/backup/manifest.ts'
import { restore } from '../../gateway/backup/restore.ts'
import { prepareUpdate, schemasIn } from '../../gateway/update/update.ts'
import { type Fit, fitOf, wayBack } from '../../rules/update.ts'
import { MADE_AT, smallData } from '../support/backups.ts'
import { startGateway, tempFolder } from '../support/gateway.ts'
import { stored } from '../support/schemas.ts'

describe('whether data and program fit', () => {
  const known = { 'records.db': 5, 'history.db': 2 }
  const rows: [Record<string, number>, Fit][] = [
    [{}, 'new'],
    [{ 'records.db': 0 }, 'new'],
    [{ 'records.db': 5, 'history.db': 2 }, 'same'],
    [{ 'records.db': 5 }, 'same'],
    [{ 'records.db': 4, 'history.db': 2 }, 'older'],
    [{ 'records.db': 5, 'history.db': 1 }, 'older'],
    [{ 'records.db': 6, 'history.db': 2 }, 'newer'],
    // Half of it is newer: nothing of it may be touched.
    [{ 'records.db': 4, 'history.db': 3 }, 'newer'],
    [{ 'records.db': 5, 'broker.db': 99 }, 'same'],
  ]
  it.each(rows)('%j is %s', (found, fit) => expect(fitOf(found, known)).toBe(fit))

  it('the way back is the newest backup that this program can read', () => {
    const made = (name: string, madeAt: number, records: number) => ({
      ...{ name, madeAt },
      schemas: { 'records.db': records, 'history.db': 2 },
    })
    const all = [made('a', 1, 4), made('b', 3, 5), made('c', 2, 5), made('newer', 9, 6)]
    expect(wayBack(all, known)?.name).toBe('b')
    expect(wayBack([made('newer', 9, 6)], known)).toBeNull()
    expect(wayBack([], known)).toBeNull()
  })
})

describe('an update', () => {
  let folder: ReturnType<typeof tempFolder>
  let said: string[]
  beforeEach(() => {
    folder = tempFolder()
    said = []
  })
  afterEach(() => folder.remove())
  const later = { ...knownSchemas, 'records.db': knownSchemas['records.db']! + 1 }
  const prepare = (more: Partial<Parameters<typeof prepareUpdate>[0]> = {}) =>
    prepareUpdate({
      ...{ data: folder.path, version: '0.2.0', now: MADE_AT, insist: false, say: (line: string) => said.push(line) },
      ...more,
    })
  const updates = () => readdirSync(join(folder.path, 'backups')).filter(name => name.endsWith('-update.tar.gz'))

  it('makes no backup of a new folder, nor where nothing will change', async () => {
    expect(await prepare({ known: later })).toBeNull()
    smallData(folder.path)
    expect(await prepare()).toBeNull()
    expect([updates(), said]).toEqual([[], []])
  })

  it('makes one before the records change, and says so; the way back restores it', async () => {
    smallData(folder.path)
    const made = await prepare({ known: later })
    expect(updates()).toEqual([made!.name])
    expect(said.join()).toContain('making a backup first')
    expect(statSync(join(folder.path, 'backups', made!.name)).size).toBe(made!.bytes)

    // The newer version has changed the records and gone on; then somebody puts the older one back.
    const db = new DatabaseSync(join(folder.path, 'records.db'))
    db.exec(`CREATE TABLE thing_of_tomorrow (id TEXT); PRAGMA user_version = ${later['records.db']}`)
    db.close()
    const before = readFileSync(join(folder.path, 'records.db'))
    const refusal = (await prepare().catch((error: unknown) => error)) as { text: Record<string, string> }
    for (const [language, words] of [
      ['en', /written by a newer Gatehouse.*Nothing was changed.*npm run restore -- (\S+) --data (\S+)/],
      ['zh-CN', /更新版本的门房.*未作任何改动.*npm run restore -- (\S+) --data (\S+)/],
    ] as const) {
      expect(refusal.text[language]).toMatch(words)
      const [, file, data] = words.exec(refusal.text[language]!)!
      expect([file, data]).toEqual([join(folder.path, 'backups', made!.name), folder.path])
    }
    expect(readFileSync(join(folder.path, 'records.db')).equals(before)).toBe(true)
    await restore({
      ...{ file: join(folder.path, 'backups', made!.name), data: folder.path, now: MADE_AT + 1000 },
      withoutSecrets: true,
    })
    expect(schemasIn(folder.path)).toEqual(knownSchemas)
    expect(await prepare()).toBeNull()
  })

  it('does not go on without one: no room; unless somebody insists', async () => {
    smallData(folder.path)
    await expect(prepare({ known: later, freeBytes: () => 1000 })).rejects.toMatchObject({
      text: {
        en: expect.stringMatching(/Not enough room.*Nothing of the data was changed.*GATEHOUSE_UPDATE_WITHOUT_BACKUP/),
        'zh-CN': expect.stringMatching(/空间不足.*GATEHOUSE_UPDATE_WITHOUT_BACKUP/),
      },
    })
    expect(updates()).toEqual([])
    expect(await prepare({ known: later, freeBytes: () => 1000, insist: true })).toBeNull()
    expect(said.at(-1)).toContain('without a backup')
  })

  it('keeps the last three, and no other backup is touched', async () => {
    smallData(folder.path)
    writeFileSync(join(folder.path, 'backups', 'gatehouse-small-20200101T000000Z.tar.gz'), 'by hand')
    for (let day = 0; day < 5; day++) await prepare({ known: later, now: MADE_AT + day * 86_400_000 })
    expect(updates().map(name => /T?(\d{8})T/.exec(name)![1])).toEqual(['20261123', '20261124', '20261125'])
    expect(readdirSync(join(folder.path, 'backups'))).toContain('gatehouse-small-20200101T000000Z.tar.gz')
  })

  it('a real gateway on the folder of the version before: backup, records of before, an entry of the trail', async () => {
    mkdirSync(join(folder.path, 'backups'))
    stored('records', knownSchemas['records.db']! - 1, join(folder.path, 'records.db'))
    const before = new DatabaseSync(join(folder.path, 'records.db'))
    // What stands for a row of each table in the stored schemas is not what a gateway would read.
    const tables = before.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as { name: string }[]
    before.exec('PRAGMA foreign_keys = OFF')
    for (const { name } of tables)
      if (!['meta', 'trail'].includes(name) && !name.startsWith('sqlite_')) before.exec(`DELETE FROM "${name}"`)
    before.close()
    const g = await startGateway({ data: folder.path })
    try {
      expect(updates()).toHaveLength(1)
      expect(g.said.join('\n')).toContain('making a backup first')
      const { items } = (await (await g.admin()).get('/api/v1/trail')).body
      expect(items.filter(e => e.kind === 'backup')).toMatchObject([
        { kind: 'backup', id: updates()[0], action: 'made' },
      ])
      expect(g.deps.trail.verify()).toBeNull()
    } finally {
      await g.stop()
    }
  })
})
