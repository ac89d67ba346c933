import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fitOf, type UpdateBackup, wayBack } from '../../rules/update.ts'
import { BACKUP_NAME, BACKUPS, siteOf } from '../backup/collect.ts'
import { knownSchemas } from '../backup/manifest.ts'
import { manifestOf } from '../backup/read.ts'
import { openBackupSettings } from '../backup/settings.ts'
import { backupName, makeBackup } from '../backup/write.ts'
import { diskTrouble } from '../core/disk.ts'
import { errors, fill, GatehouseError } from '../core/errors.ts'
import { refuse } from '../core/refusal.ts'

/** How many of them are kept: each is as large as the data. */
const KEEP = 3
const BEFORE_UPDATE = /-update\.tar\.gz$/

export interface MadeBefore {
  readonly name: string
  readonly bytes: number
  readonly sha256: string
  readonly secrets: boolean
}

/** `PRAGMA user_version` of each database that is there; one that cannot be read is left to whoever opens it. */
export function schemasIn(data: string): Record<string, number> {
  const found: Record<string, number> = {}
  for (const file of Object.keys(knownSchemas)) {
    if (!existsSync(join(data, file))) continue
    try {
      const db = new DatabaseSync(join(data, file), { timeout: 5000 })
      try {
        found[file] = (db.prepare('PRAGMA user_version').get() as { user_version: number }).user_version
      } finally {
        db.close()
      }
    } catch {
      // A broken history.db is put aside when it is opened; a broken records.db is told of there.
    }
  }
  return found
}

/**
 * Called with the folder locked, before anything of it is opened. Where this version will change the databases, a backup of
 * all of it is made first, in `backups/` of the data folder, named `…-update.tar.gz`; the last three are kept.
 * @param deps.insist an update without a backup, as on a disk that has no room for one
 * @returns the backup for the trail; null: none was needed
 * @throws Refusal when the data is of a newer version, or no backup can be made
 */
export async function prepareUpdate(deps: {
  readonly data: string
  readonly version: string
  readonly now: number
  readonly insist: boolean
  readonly known?: Readonly<Record<string, number>>
  /** One line for people. */
  readonly say: (line: string) => void
  /** For tests: another disk. */
  readonly freeBytes?: (folder: string) => number
}): Promise<MadeBefore | null> {
  const { data, version, known = knownSchemas } = deps
  const found = schemasIn(data)
  const fit = fitOf(found, known)
  if (fit === 'newer') return refuseNewer(data, version, found, known)
  if (fit !== 'older') return null
  if (deps.insist) {
    deps.say('Update without a backup, as GATEHOUSE_UPDATE_WITHOUT_BACKUP says 按设置不备份直接升级')
    return null
  }
  const site = siteOf(data)
  const name = backupName(site, deps.now, false).replace(/\.tar\.gz$/, '-update.tar.gz')
  const folder = join(data, BACKUPS)
  deps.say(`Update to ${version}: making a backup first 升级前先备份 … ${join(folder, name)}`)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const passphrase = openBackupSettings(data).passphrase()
    const { bytes, sha256, manifest } = await makeBackup({
      ...{ data, file: join(folder, name), version, site, now: deps.now, passphrase },
      freeBytes: deps.freeBytes,
    })
    retire(folder)
    return { name, bytes, sha256, secrets: manifest.secrets !== null }
  } catch (error) {
    const why = whyOf(error)
    return refuse(
      `升级前的备份没有做成：${why.zh} 数据未作任何改动。请解决后再启动；或在旧版本上把备份存到别处，然后用 GATEHOUSE_UPDATE_WITHOUT_BACKUP=yes 启动一次。`,
      `The backup before the update could not be made: ${why.en} Nothing of the data was changed. Put that right and start again; or make a backup elsewhere with the version before, then start once with GATEHOUSE_UPDATE_WITHOUT_BACKUP=yes.`,
    )
  }
}

function refuseNewer(
  data: string,
  version: string,
  found: Readonly<Record<string, number>>,
  known: Readonly<Record<string, number>>,
): Promise<never> {
  return backupsIn(join(data, BACKUPS)).then(backups => {
    const [file, ours] = Object.entries(known).find(([name, n]) => (found[name] ?? 0) > n)!
    const back = wayBack(backups, known)
    const command = back && `npm run restore -- ${join(data, BACKUPS, back.name)} --data ${data} --without-secrets`
    const when = back && new Date(back.madeAt).toISOString()
    refuse(
      `${data} 是更新版本的门房写的（${file} 结构 ${found[file]}，本版 ${version} 只认到 ${ours}）。数据未作任何改动。请装回较新的版本；${
        command
          ? `或退回升级前的备份（${when}）：${command}（安装包用 gatehouse restore …）。备份之后记的内容会移到 before-restore-… 目录，不再有效。`
          : '这里没有本版能读的升级前备份；如在别处有，可用 npm run restore 恢复。'
      }`,
      `${data} was written by a newer Gatehouse (${file} has schema ${found[file]}, this one, ${version}, knows ${ours}). Nothing was changed. Install the newer version again; ${
        command
          ? `or go back to the backup made before the update (${when}): ${command} (with the package: gatehouse restore …). What was recorded after it is put into before-restore-… and counts no more.`
          : 'there is no backup from before the update here that this version can read; if you have one elsewhere, npm run restore takes it.'
      }`,
    )
    return undefined as never
  })
}

async function backupsIn(folder: string): Promise<UpdateBackup[]> {
  if (!existsSync(folder)) return []
  const found: UpdateBackup[] = []
  for (const name of readdirSync(folder).filter(name => BACKUP_NAME.test(name)))
    try {
      const { madeAt, schemas } = await manifestOf(join(folder, name))
      found.push({ name, madeAt: Date.parse(madeAt), schemas })
    } catch {
      // A newer or a damaged one is no way back for this version.
    }
  return found
}

function retire(folder: string): void {
  const mine = readdirSync(folder).filter(name => BEFORE_UPDATE.test(name))
  // By the time in their names, whatever the site was called then.
  const time = (name: string) => /\d{8}T\d{6}Z/.exec(name)?.[0] ?? ''
  for (const name of mine.sort((a, b) => (time(a) < time(b) ? 1 : -1)).slice(KEEP)) rmSync(join(folder, name))
}

function whyOf(error: unknown): { zh: string; en: string } {
  if (error instanceof GatehouseError) {
    const known = errors[error.code]
    return { zh: fill(known['zh-CN'], error.params, 'zh-CN'), en: fill(known.en, error.params) }
  }
  const disk = diskTrouble(error)
  if (disk) return { zh: `${disk['zh-CN']}。`, en: `${disk.en}.` }
  return { zh: `${(error as Error).message}。`, en: `${(error as Error).message}.` }
}
