import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { occasionsOf, openBackups } from '../../gateway/backup/keeper.ts'
import type { MakeBackup } from '../../gateway/backup/run.ts'
import { makeBackup } from '../../gateway/backup/write.ts'
import { createLog } from '../../gateway/core/log.ts'
import { smallData } from '../support/backups.ts'
import { manualClock } from '../support/clock.ts'
import { tempFolder } from '../support/gateway.ts'
import { li } from '../support/records.ts'
import { until } from '../support/wait.ts'

const HOUR = 3_600_000
const site = { id: 'small', timezone: 'Asia/Shanghai' }
const on = { on: true, folder: null, at: '03:00', keep: 3 } as const
let folder: ReturnType<typeof tempFolder>
let clock: ReturnType<typeof manualClock>
let noted: string[]
/** What a backup waits for when its file has its name, and before its folder is on the disk. */
let held: Promise<void>
/** What the next backups run into. */
let trouble: Error | null
let made: number
beforeEach(() => {
  folder = tempFolder()
  smallData(folder.path)
  // 2026-11-21 16:00 at the site.
  clock = manualClock(Date.UTC(2026, 10, 21, 8))
  noted = []
  trouble = null
  held = Promise.resolve()
  made = 0
})
afterEach(() => folder.remove())

const make: MakeBackup = ({ folder: _, ...asked }) => {
  made++
  const done = trouble
    ? Promise.reject(trouble)
    : makeBackup({ ...asked, freeBytes: () => 1e12 }).then(whole => held.then(() => whole))
  return { done, cancel: async () => void (await done.catch(() => {})) }
}
const open = async () => {
  const backups = openBackups({
    ...{ data: folder.path, version: '0.1.0', clock, log: createLog('silent'), site: () => site, make },
    trail: {
      change: (actor, work) =>
        work(
          (kind, id, action, data) =>
            void noted.push(`${actor.name} ${kind} ${id} ${action} ${JSON.stringify(data ?? {})}`),
        ),
    },
  })
  await backups.ready
  return backups
}
const files = () => readdirSync(join(folder.path, 'backups')).filter(name => name.endsWith('-auto.tar.gz'))
/** Lets time pass; whatever begins meanwhile ends before it goes on. */
async function hours(backups: Awaited<ReturnType<typeof open>>, n: number) {
  for (let i = 0; i < n * 2; i++) {
    await clock.pass(HOUR / 2)
    await until('the backup has ended', () => backups.state().running === null)
  }
}

describe('the schedule', () => {
  it('is that of the wall at the site, also when a clock is put forward', () => {
    const at = (text: string) => Date.parse(text)
    const shown = (now: string, time: string, zone: string) => {
      const { last, next } = occasionsOf(at(now), time, zone)
      return [new Date(last).toISOString(), new Date(next).toISOString()]
    }
    expect(shown('2026-11-21T08:00:00Z', '03:00', 'Asia/Shanghai')).toEqual([
      '2026-11-20T19:00:00.000Z',
      '2026-11-21T19:00:00.000Z',
    ])
    expect(shown('2026-11-20T19:00:00Z', '03:00', 'Asia/Shanghai')[0]).toBe('2026-11-20T19:00:00.000Z')
    // The night in which 02:30 does not exist in Berlin.
    expect(shown('2026-03-29T12:00:00Z', '02:30', 'Europe/Berlin')[1]).toBe('2026-03-30T00:30:00.000Z')
  })

  it('makes one each night, keeps as many as it is told to, and none that somebody made by hand', async () => {
    const backups = await open()
    await backups.begin(li, undefined)
    const byHand = readdirSync(join(folder.path, 'backups')).filter(n => n.startsWith('gatehouse-small-2026'))
    await hours(backups, 24)
    expect(files()).toEqual([])
    await backups.change(on, undefined, li)
    expect(backups.state().nextAt).toBe(Date.UTC(2026, 10, 22, 19))
    const days: string[] = []
    for (let day = 0; day < 5; day++) {
      await hours(backups, 24)
      days.push(
        files()
          .map(name => name.slice(16, 31))
          .join(' '),
      )
    }
    expect(days).toEqual([
      '20261122T190000',
      '20261122T190000 20261123T190000',
      '20261122T190000 20261123T190000 20261124T190000',
      '20261123T190000 20261124T190000 20261125T190000',
      '20261124T190000 20261125T190000 20261126T190000',
    ])
    expect(existsSync(join(folder.path, 'backups', byHand[0]!))).toBe(true)
    expect([backups.failing(), made]).toEqual([false, 6])
    await backups.stop()
  })

  it('lists a backup when it is made, and not when its file is there: a power cut could take that again', async () => {
    const backups = await open()
    const forced = Promise.withResolvers<void>()
    held = forced.promise
    const done = backups.begin(li, undefined)
    const there = () => readdirSync(join(folder.path, 'backups')).some(name => name.startsWith('gatehouse-small-2026'))
    await until('its file is there', () => existsSync(join(folder.path, 'backups')) && there())
    const madeAt = async () => (await backups.list()).map(b => b.madeAt).filter(at => at !== null)
    expect([await madeAt(), backups.state().lastGoodAt]).toEqual([[], null])
    forced.resolve()
    await done
    expect(await madeAt()).toEqual([Date.UTC(2026, 10, 21, 8)])
    await backups.stop()
  })

  it('makes up for a night in which the gateway was off, once the plant has settled', async () => {
    let backups = await open()
    await backups.change(on, undefined, li)
    await hours(backups, 12)
    await backups.stop()
    expect(made).toBe(1)
    await clock.pass(30 * HOUR)
    backups = await open()
    await clock.pass(60_000)
    expect([made, backups.state().running]).toEqual([1, null])
    await hours(backups, 1)
    expect(made).toBe(2)
    await backups.stop()
  })

  it('that fails is an alarm until one is good, is tried each hour, and stands on the trail once', async () => {
    const backups = await open()
    await backups.change(on, undefined, li)
    trouble = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
    await hours(backups, 12)
    expect([backups.failing(), backups.state().failed?.why]).toEqual([
      true,
      { 'zh-CN': '磁盘已满', en: 'the disk is full' },
    ])
    const tries = made
    expect(tries).toBeGreaterThan(1)
    await hours(backups, 3)
    expect(made - tries).toBeGreaterThanOrEqual(2)
    expect(made - tries).toBeLessThanOrEqual(3)
    expect(noted.filter(line => line.includes(' failed '))).toHaveLength(1)
    trouble = null
    await hours(backups, 2)
    expect([backups.failing(), backups.state().failed, files().length]).toEqual([false, null, 1])
    await backups.stop()
  })

  it('that brought nothing for a day and a half is an alarm, whatever the reason', async () => {
    const backups = await open()
    await backups.change({ ...on, folder: null }, undefined, li)
    await hours(backups, 12)
    expect([backups.failing(), files().length]).toEqual([false, 1])
    // As when the folder of backups was emptied by somebody else, and nothing new comes.
    await backups.remove(files()[0]!, li)
    trouble = new Error('anything')
    await hours(backups, 37)
    expect(backups.failing()).toBe(true)
    await backups.stop()
  })
})

describe('the settings', () => {
  it('refuse a folder that cannot be used, and change nothing', async () => {
    const backups = await open()
    const file = join(folder.path, 'a-file')
    writeFileSync(file, '')
    const refused: [string, RegExp][] = [
      ['/nowhere/at/all', /not there/],
      ['relative/path', /whole path/],
      [file, /within the data folder/],
      ['/dev/null', /no folder/],
      [join(folder.path, 'photos'), /within the data folder/],
    ]
    for (const [where, why] of refused)
      await expect(backups.change({ ...on, folder: where }, undefined, li)).rejects.toThrow(why)
    expect(backups.settings()).toMatchObject({ on: false, folder: null, at: '03:00', keep: 14, secrets: false })
    await backups.stop()
  })
  it('keep the passphrase where only the gateway reads it; what is made by schedule has the secrets then', async () => {
    const backups = await open()
    const other = tempFolder()
    await backups.change({ ...on, folder: other.path }, 'correct horse battery', li)
    expect(statSync(join(folder.path, 'secrets/backup.key')).mode & 0o777).toBe(0o600)
    expect(readFileSync(join(folder.path, 'backup.json'), 'utf8')).not.toContain('horse')
    expect(noted.join()).not.toContain('horse')
    await hours(backups, 12)
    expect((await backups.list()).map(b => [b.secrets, b.scheduled])).toEqual([[true, true]])
    await backups.stop()
    other.remove()
  })
  it('show what is in the folder, also what cannot be read', async () => {
    const backups = await open()
    mkdirSync(join(folder.path, 'backups'), { recursive: true })
    await backups.begin(li, undefined)
    const items = await backups.list()
    expect(items.map(b => [b.madeAt === null, b.site, b.version])).toEqual([
      [false, 'small', '0.1.0'],
      // smallData's own, which is text.
      [true, null, null],
    ])
    expect(() => backups.open('../records.db')).toThrow(/Not found/)
    expect(() => backups.open('site-000001.json')).toThrow(/Not found/)
    await backups.stop()
  })
})
