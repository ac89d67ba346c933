import type { Text } from '../../drivers/point.ts'
import type { Fit } from '../update.ts'
import { type Finding, finding, ok } from './finding.ts'

/** What `doctor` saw of the data folder; judged here, gathered by gateway/doctor. */
export interface DataFacts {
  readonly folder: FolderFacts
  readonly running: RunningFacts
  readonly disk: DiskFacts | null
  readonly fit: Fit
  readonly site: SiteFacts
  readonly certificates: readonly CertificateFacts[]
  readonly backups: BackupFacts
}
export interface FolderFacts {
  readonly path: string
  readonly there: boolean
  /** The lower nine bits of its mode. */
  readonly mode: number
  readonly owner: string
  /** Who runs this. */
  readonly user: string
  /** Owned by whoever runs this. */
  readonly own: boolean
}
export interface RunningFacts {
  /** `silent`: something holds the folder and does not answer. */
  readonly state: 'running' | 'silent' | 'stopped'
  readonly pid: number | null
}
export interface DiskFacts {
  readonly freeBytes: number
  readonly totalBytes: number
  readonly freeInodes: number
  /** 0: this kind of file system does not count them. */
  readonly totalInodes: number
  /** How long it took to write a file and to force it to the disk, ms; or what was wrong. */
  readonly write: { readonly tookMs: number } | { readonly trouble: Text }
}
export interface SiteFacts {
  readonly there: boolean
  readonly errors: number
  readonly warnings: number
  /** Of the first error, or else of the first warning. */
  readonly first: { readonly path: string; readonly text: Text } | null
}
export interface CertificateFacts {
  readonly what: Text
  readonly file: string
  /** null: it cannot be read. */
  readonly valid: { readonly from: number; readonly to: number } | null
  /** Whether the key belongs to it; null: there is none to compare. */
  readonly fits: boolean | null
  /** Gatehouse makes a new one by itself. */
  readonly selfMade: boolean
}
export interface BackupFacts {
  readonly on: boolean
  readonly folder: string
  readonly newest: { readonly name: string; readonly madeAt: number } | null
  /** Files that are named like a backup and cannot be read. */
  readonly unreadable: readonly string[]
}

const MB = 1e6
const DAY_MS = 86_400_000
/** As the alarm of the gateway has it: what a backup leaves free. */
const LEAST_FREE = 300 * MB
const LITTLE_FREE = 2000 * MB
const LITTLE_SHARE = 0.05
/** Each change waits for it: above this people notice. */
const SLOW_MS = 500
const STALE_MS = 36 * 3_600_000
const AHEAD_MS = 30 * DAY_MS

export function folderFinding({ path, there, mode, owner, user, own }: FolderFacts): Finding {
  if (!there)
    return finding(
      'folder',
      'warn',
      `还没有数据目录 ${path}。`,
      `There is no data folder ${path} yet.`,
      '第一次启动时会建立；如果本应存在，请检查 GATEHOUSE_DATA 和挂载。',
      'The first start makes it; if it should be there, check GATEHOUSE_DATA and what is mounted.',
    )
  if (!own)
    return finding(
      'folder',
      'bad',
      `数据目录 ${path} 属于 ${owner}，而现在的用户是 ${user}。`,
      `The data folder ${path} belongs to ${owner}, and this is ${user}.`,
      `用 ${owner} 运行，或 chown -R ${user} ${path}。`,
      `Run it as ${owner}, or chown -R ${user} ${path}.`,
    )
  if ((mode & 0o077) !== 0)
    return finding(
      'folder',
      'bad',
      `数据目录 ${path} 的权限是 ${mode.toString(8)}：别的用户能看到里面的记录和密钥。`,
      `The data folder ${path} has mode ${mode.toString(8)}: other users can read its records and keys.`,
      `chmod 700 ${path}`,
      `chmod 700 ${path}`,
    )
  return ok('folder', `数据目录 ${path}，权限 700`, `Data folder ${path}, mode 700`)
}

export function runningFinding({ state, pid }: RunningFacts): Finding {
  const process = pid === null ? '' : ` (${pid})`
  if (state === 'running') return ok('running', `门房在运行${process}`, `Gatehouse runs${process}`)
  if (state === 'silent')
    return finding(
      'running',
      'bad',
      `有进程${process}占着数据目录，但不应答。`,
      `A process${process} holds the data folder and does not answer.`,
      '刚启动时请稍候一分钟；仍不应答就重启服务，并看 journalctl -u gatehouse。',
      'If it was just started wait a minute; else restart the service and look into journalctl -u gatehouse.',
    )
  return finding(
    'running',
    'warn',
    '门房没有运行。',
    'Gatehouse does not run.',
    'sudo systemctl start gatehouse，或 npm run gateway。',
    'sudo systemctl start gatehouse, or npm run gateway.',
  )
}

/** The room, the number of files, and whether what is written arrives. */
export function diskFindings(disk: DiskFacts): Finding[] {
  const { freeBytes, totalBytes, freeInodes, totalInodes, write } = disk
  const free = Math.floor(freeBytes / MB)
  const found: Finding[] = []
  if ('trouble' in write)
    found.push(
      finding(
        'disk',
        'bad',
        `数据目录不能写入：${write.trouble['zh-CN']}。`,
        `The data folder cannot be written: ${write.trouble.en}.`,
        '腾出空间或恢复挂载；只读往往是磁盘出错后系统改的：看 dmesg，先备份再换盘。',
        'Make room or mount it anew; read-only is often what a system does after a disk has failed: look into dmesg, make a backup, then change the disk.',
      ),
    )
  else if (write.tookMs > SLOW_MS)
    found.push(
      finding(
        'disk',
        'warn',
        `写入并落盘一个小文件用了 ${Math.round(write.tookMs)} ms，太慢。`,
        `Writing a small file to the disk took ${Math.round(write.tookMs)} ms, which is slow.`,
        '换用固态硬盘或工业级存储卡；每次确认、派单都要等它。',
        'Take an SSD or an industrial card: each acknowledgement and order waits for it.',
      ),
    )
  else
    found.push(
      ok('disk', `写入并落盘 ${Math.round(write.tookMs)} ms`, `Written to the disk in ${Math.round(write.tookMs)} ms`),
    )
  const level = freeBytes < LEAST_FREE ? 'bad' : freeBytes < Math.min(LITTLE_FREE, totalBytes / 5) ? 'warn' : 'ok'
  if (level === 'ok') found.push(ok('space', `磁盘可用 ${free} MB`, `${free} MB free on the disk`))
  else
    found.push(
      finding(
        'space',
        level,
        `磁盘只剩 ${free} MB。`,
        `Only ${free} MB are left on the disk.`,
        '删除 before-restore-… 和旧备份，或在 site.json 的 history 中减小历史上限；满了以后什么都记不下来。',
        'Delete before-restore-… and old backups, or lower the limits of history in site.json; when it is full nothing can be recorded.',
      ),
    )
  if (totalInodes > 0 && freeInodes / totalInodes < LITTLE_SHARE)
    found.push(
      finding(
        'inodes',
        freeInodes < 1000 ? 'bad' : 'warn',
        `磁盘上能再建的文件只剩 ${freeInodes} 个（inode）。`,
        `Only ${freeInodes} more files fit on the disk (inodes).`,
        '用 df -i 和 du --inodes 找出文件特别多的目录，清理。',
        'Find the folder with so many files, with df -i and du --inodes, and clear it.',
      ),
    )
  return found
}

export function fitFinding(fit: Fit): Finding {
  if (fit === 'newer')
    return finding(
      'version',
      'bad',
      '数据是更新版本的门房写的，本版不能打开。',
      'The data is of a newer Gatehouse; this one cannot open it.',
      '装回较新的版本，或恢复升级前的备份（backups/…-update.tar.gz）。',
      'Install the newer version again, or restore the backup made before the update (backups/…-update.tar.gz).',
    )
  if (fit === 'older')
    return ok(
      'version',
      '数据是旧版本的：下次启动先备份再升级',
      'The data is of an older version: the next start makes a backup and updates it',
    )
  return ok('version', '数据与程序版本相符', 'Data and program fit')
}

export function siteFinding({ there, errors, warnings, first }: SiteFacts): Finding {
  if (!there)
    return finding(
      'site',
      'warn',
      '还没有 site.json。',
      'There is no site.json yet.',
      '在“设置”中建立站点，或用 GATEHOUSE_SITE 指定一份。',
      'Set the site up under Settings, or name one by GATEHOUSE_SITE.',
    )
  const where = first
    ? { zh: `：${first.path} ${first.text['zh-CN']}`, en: `: ${first.path} ${first.text.en}` }
    : { zh: '', en: '' }
  if (errors > 0)
    return finding(
      'site',
      'bad',
      `site.json 有 ${errors} 处错误${where.zh}`,
      `site.json has ${errors} ${errors === 1 ? 'error' : 'errors'}${where.en}`,
      '在“设置 › 站点配置”中改正；在此之前运行的是上一份正确的配置。',
      'Correct it under Settings › Site; until then the last good one runs.',
    )
  if (warnings > 0)
    return finding(
      'site',
      'warn',
      `site.json 有 ${warnings} 处提醒${where.zh}`,
      `site.json has ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}${where.en}`,
      '在“设置 › 站点配置”中查看。',
      'See Settings › Site.',
    )
  return ok('site', 'site.json 没有问题', 'site.json is in order')
}

export function certificateFinding({ what, file, valid, fits, selfMade }: CertificateFacts, now: number): Finding {
  const [zh, en] = [what['zh-CN'], what.en]
  if (valid === null)
    return finding(
      'certificate',
      'bad',
      `${zh}：${file} 读不出证书。`,
      `${en}: ${file} is no certificate that can be read.`,
      '换上 PEM 格式的证书（本证书在前，签发者在后），权限 600。',
      'Put a PEM certificate there, its own first and then those that signed it, mode 600.',
    )
  if (fits === false)
    return finding(
      'certificate',
      'bad',
      `${zh}：${file} 与私钥不配对。`,
      `${en}: ${file} and its key do not belong together.`,
      '放上同一次签发的证书和私钥。',
      'Put the certificate and the key there that were made together.',
    )
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10)
  if (now < valid.from)
    return finding(
      'certificate',
      'bad',
      `${zh}：从 ${day(valid.from)} 起才有效。`,
      `${en}: valid only from ${day(valid.from)}.`,
      '先检查本机时钟，再检查证书。',
      'Check the clock of this machine first, then the certificate.',
    )
  if (now >= valid.to)
    return finding(
      'certificate',
      'bad',
      `${zh}：已于 ${day(valid.to)} 到期。`,
      `${en}: ended on ${day(valid.to)}.`,
      selfMade ? '启动门房：自制证书会自动换新。' : '申请新证书并换上，不需要重启。',
      selfMade
        ? 'Start Gatehouse: it makes a new one by itself.'
        : 'Get a new one and put it there; no restart is needed.',
    )
  if (valid.to - now < AHEAD_MS && !selfMade)
    return finding(
      'certificate',
      'warn',
      `${zh}：将于 ${day(valid.to)} 到期。`,
      `${en}: ends on ${day(valid.to)}.`,
      '现在就申请新证书。',
      'Ask for a new one now.',
    )
  return ok('certificate', `${zh}：有效至 ${day(valid.to)}`, `${en}: valid until ${day(valid.to)}`)
}

export function backupFindings({ on, folder, newest, unreadable }: BackupFacts, now: number): Finding[] {
  const found: Finding[] = []
  const hours = newest && Math.floor((now - newest.madeAt) / 3_600_000)
  if (newest === null)
    found.push(
      finding(
        'backup',
        on ? 'bad' : 'warn',
        `${folder} 里没有备份。`,
        `There is no backup in ${folder}.`,
        '在“设置 › 备份”中开启每日备份，放到另一块盘上。',
        'Turn daily backups on under Settings › Backups, on another disk.',
      ),
    )
  else if (now - newest.madeAt > STALE_MS)
    found.push(
      finding(
        'backup',
        on ? 'bad' : 'warn',
        `最近的备份是 ${hours} 小时前的（${newest.name}）。`,
        `The newest backup is ${hours} h old (${newest.name}).`,
        on ? '看“设置 › 备份”里的原因；备份盘是否还在？' : '在“设置 › 备份”中开启每日备份，放到另一块盘上。',
        on
          ? 'Settings › Backups says why; is the disk of the backups there?'
          : 'Turn daily backups on under Settings › Backups, on another disk.',
      ),
    )
  else
    found.push(
      ok('backup', `最近的备份是 ${hours} 小时前的，能读`, `The newest backup is ${hours} h old and can be read`),
    )
  if (unreadable.length > 0)
    found.push(
      finding(
        'backup',
        'bad',
        `备份读不出来：${unreadable.join('、')}`,
        `Backups that cannot be read: ${unreadable.join(', ')}`,
        '不要依赖它们；检查备份盘（dmesg、smartctl），再备份一次。',
        'Do not count on them; check the disk (dmesg, smartctl) and make another.',
      ),
    )
  return found
}
