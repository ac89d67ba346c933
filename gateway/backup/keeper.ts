import { createReadStream, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Text } from '../../drivers/point.ts'
import { addDays, dayOf, momentOf } from '../../rules/calendar.ts'
import type { Clock } from '../core/clock.ts'
import { diskTrouble } from '../core/disk.ts'
import { errors, fail, fill, GatehouseError } from '../core/errors.ts'
import { type Actor, GATEWAY } from '../core/events.ts'
import type { Log } from '../core/log.ts'
import type { Trail } from '../records/trail.ts'
import { BACKUP_NAME } from './collect.ts'
import { manifestOf } from './read.ts'
import { backupInChild, type MakeBackup, type RunningBackup } from './run.ts'
import { type BackupSettings, openBackupSettings } from './settings.ts'
import { backupName, clearLeftovers } from './write.ts'

const LOOK_MS = 30_000
/** After a start, the plant comes first. */
const SETTLE_MS = 120_000
const AGAIN_MS = 3_600_000
/** A day and a half without one, though one is due each day. */
const STALE_MS = 36 * 3_600_000
const AUTO = /^gatehouse-(.+)-\d{8}T\d{6}Z-auto\.tar\.gz$/

export interface ListedBackup {
  readonly name: string
  readonly bytes: number
  /** null: it can't be read. */
  readonly madeAt: number | null
  readonly version: string | null
  readonly site: string | null
  readonly secrets: boolean
  readonly scheduled: boolean
}
export interface BackupState {
  readonly running: { readonly since: number; readonly by: string } | null
  readonly lastGoodAt: number | null
  /** Of the last attempt; null when it was a good one. */
  readonly failed: { readonly at: number; readonly why: Text } | null
  /** null: none are scheduled. */
  readonly nextAt: number | null
}
export type Backups = ReturnType<typeof openBackups>

/** The last time that a clock on the wall showed `at`, and the next. */
export function occasionsOf(now: number, at: string, zone: string): { readonly last: number; readonly next: number } {
  const today = dayOf(now, zone)
  const moment = (days: number) => momentOf(addDays(today, days), at, zone)
  return moment(0) <= now ? { last: moment(0), next: moment(1) } : { last: moment(-1), next: moment(0) }
}

/** Backups in a folder: made each day or when somebody asks, listed, and the oldest scheduled ones taken away. */
export function openBackups(deps: {
  readonly data: string
  readonly version: string
  readonly clock: Clock
  readonly trail: Pick<Trail, 'change'>
  readonly log: Pick<Log, 'error' | 'warn'>
  readonly site: () => { readonly id: string; readonly timezone: string } | null
  readonly make?: MakeBackup
}) {
  const { data, version, clock, trail, log, make = backupInChild } = deps
  const settings = openBackupSettings(data)
  const startedAt = clock.now()
  let running: { readonly since: number; readonly by: string; readonly work: RunningBackup } | null = null
  /** A file that has its name already, and that a power cut may still take. */
  let underWay: string | null = null
  let failed: BackupState['failed'] = null
  /** Of scheduled ones: tried again an hour later, and an alarm until one is good. */
  let scheduledFailedAt: number | null = null
  /** What was found in the folder, by name, size and time: a manifest is read once. */
  const known = new Map<string, ListedBackup>()
  let listed: readonly ListedBackup[] = []

  const folder = () => settings.folderOf(settings.read())
  const zone = () => deps.site()?.timezone ?? 'UTC'

  async function list(): Promise<readonly ListedBackup[]> {
    const at = folder()
    const found: ListedBackup[] = []
    for (const name of existsSync(at) ? readdirSync(at) : []) {
      const stat = BACKUP_NAME.test(name) ? statSync(join(at, name), { throwIfNoEntry: false }) : undefined
      if (!stat?.isFile() || name === underWay) continue
      const key = `${at} ${name} ${stat.size} ${stat.mtimeMs}`
      const one = known.get(key) ?? (await look(join(at, name), name, stat.size))
      known.set(key, one)
      found.push(one)
    }
    listed = found.sort((a, b) => (b.madeAt ?? 0) - (a.madeAt ?? 0) || (a.name < b.name ? 1 : -1))
    return listed
  }
  async function look(path: string, name: string, bytes: number): Promise<ListedBackup> {
    const scheduled = AUTO.test(name)
    try {
      const { madeAt, version, site, secrets } = await manifestOf(path)
      return { name, bytes, madeAt: Date.parse(madeAt), version, site, secrets: secrets !== null, scheduled }
    } catch {
      return { name, bytes, madeAt: null, version: null, site: null, secrets: false, scheduled }
    }
  }
  const lastGood = (): number | null => listed.find(b => b.madeAt !== null)?.madeAt ?? null

  async function run(actor: Actor, passphrase: string | undefined, scheduled: boolean): Promise<void> {
    if (running) fail('backup-busy')
    const now = clock.now()
    const at = folder()
    const site = deps.site()?.id ?? null
    const name = backupName(site, now, scheduled)
    try {
      mkdirSync(at, { recursive: true, mode: 0o700 })
      const work = make({ data, file: join(at, name), folder: at, version, site, now, passphrase })
      running = { since: now, by: actor.name, work }
      underWay = name
      const { bytes, sha256 } = await work.done
      failed = null
      if (scheduled) scheduledFailedAt = null
      trail.change(actor, note => note('backup', name, 'made', { bytes, sha256, secrets: passphrase !== undefined }))
      if (scheduled) retire(at, site, settings.read().keep)
    } catch (error) {
      failedWith(error, scheduled, actor, name)
      throw error
    } finally {
      underWay = null
      // Before anybody asks whether another one is due.
      await list().catch(error => log.warn({ error }, 'the folder of backups could not be read'))
      running = null
    }
  }
  function failedWith(error: unknown, scheduled: boolean, actor: Actor, name: string) {
    if (stopped) return
    const why = textOf(error)
    const first = failed === null
    failed = { at: clock.now(), why }
    if (scheduled) scheduledFailedAt = clock.now()
    log.error({ error }, 'a backup could not be made')
    try {
      // Once, not each hour.
      if (first) trail.change(actor, note => note('backup', name, 'failed', { why: why.en }))
    } catch {
      // The records cannot be written either: that has an alarm of its own.
    }
  }
  /** Only what a schedule made, only of this site, and never before a newer one is whole. */
  function retire(at: string, site: string | null, keep: number) {
    const mine = readdirSync(at)
      .filter(name => AUTO.exec(name)?.[1] === (site ?? 'no-site'))
      .sort()
    for (const name of mine.slice(0, Math.max(0, mine.length - keep))) {
      try {
        rmSync(join(at, name))
      } catch (error) {
        log.warn({ error, name }, 'an old backup could not be taken away')
      }
    }
  }

  let stopped = false
  function look30s() {
    const { on, at } = settings.read()
    const now = clock.now()
    if (!on || running || now - startedAt < SETTLE_MS) return
    if (scheduledFailedAt !== null && now - scheduledFailedAt < AGAIN_MS) return
    const { last } = occasionsOf(now, at, zone())
    const done = listed.find(b => b.scheduled && b.madeAt !== null)?.madeAt ?? 0
    // Switched on in the afternoon, it begins that night; what was slept through is made up for.
    if (done >= last || (listed.every(b => !b.scheduled) && last < onSince)) return
    void run(GATEWAY, settings.passphrase(), true).catch(() => {})
  }
  let onSince = startedAt
  const first = list().catch(error => log.warn({ error }, 'the folder of backups could not be read'))
  const stopLook = clock.every(LOOK_MS, look30s)

  const nameIn = (name: string): string => {
    const path = join(folder(), name)
    if (!BACKUP_NAME.test(name) || !statSync(path, { throwIfNoEntry: false })?.isFile())
      fail('not-found', { what: name })
    return path
  }
  return {
    /** Once the folder has been looked through. */
    ready: first,
    list,
    state(): BackupState {
      const { on, at } = settings.read()
      return {
        running: running && { since: running.since, by: running.by },
        lastGoodAt: lastGood(),
        failed,
        nextAt: on ? occasionsOf(clock.now(), at, zone()).next : null,
      }
    },
    /** Whether somebody has to look after it: a scheduled one failed, or has not come for too long. */
    failing(): boolean {
      if (!settings.read().on) return false
      return scheduledFailedAt !== null || clock.now() - Math.max(lastGood() ?? 0, onSince) > STALE_MS
    },
    /** Begins one. Throws `backup-busy`; what goes wrong later stands in `state`. */
    begin(actor: Actor, passphrase: string | undefined): Promise<void> {
      if (running) return fail('backup-busy')
      const done = run(actor, passphrase, false)
      // Whoever asked does not wait for it.
      done.catch(() => {})
      return done
    },
    open: (name: string) => {
      const path = nameIn(name)
      return { bytes: statSync(path).size, stream: createReadStream(path, { highWaterMark: 1 << 18 }) }
    },
    async remove(name: string, actor: Actor): Promise<void> {
      const path = nameIn(name)
      trail.change(actor, note => {
        note('backup', name, 'deleted')
        rmSync(path)
      })
      await list()
    },
    settings: () => ({ ...settings.read(), secrets: settings.passphrase() !== undefined, shown: folder() }),
    /** Throws `backup-folder`, `invalid-input`. */
    async change(next: BackupSettings, passphrase: string | null | undefined, actor: Actor): Promise<void> {
      const was = settings.read()
      trail.change(actor, note => {
        const secrets = passphrase === undefined ? settings.passphrase() !== undefined : passphrase !== null
        note('backup', 'settings', 'changed', { ...next, secrets })
        settings.write(next, passphrase)
      })
      if (next.on && !was.on) onSince = clock.now()
      scheduledFailedAt = null
      await list()
    },
    async stop(): Promise<void> {
      stopped = true
      stopLook()
      await first
      await running?.work.cancel()
      clearLeftovers(folder())
    },
  }
}

function textOf(error: unknown): Text {
  if (error instanceof GatehouseError) {
    const known = errors[error.code]
    return {
      'zh-CN': fill(known['zh-CN'], error.params, 'zh-CN'),
      en: fill(known.en, error.params),
    }
  }
  return diskTrouble(error) ?? { 'zh-CN': `出错：${(error as Error).message}`, en: (error as Error).message }
}
