import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { arch, cpus, freemem, release, totalmem, uptime } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { gzipSync } from 'node:zlib'
import { bareEnv, bareLine, bareMetrics, bareSite, masked } from '../../rules/diagnostics/bare.ts'
import type { Finding } from '../../rules/doctor/finding.ts'
import { openBackupSettings } from '../backup/settings.ts'
import { headerOf, paddingOf, tarEnd } from '../backup/tar.ts'
import { type Env, examine } from '../doctor/doctor.ts'

/** Of a log that goes on for weeks the end is enough. */
const MOST_LINES = 5000

export interface BundleDeps {
  readonly data: string
  readonly env: Env
  readonly version: string
  readonly now: number
  /** Lines as they were logged, oldest first. */
  readonly log: readonly string[]
  /** As `/metrics` gives them; null: nobody who may ask has asked. */
  readonly metrics: string | null
}

/**
 * A `.tar.gz` for whoever helps from outside: versions, what doctor finds, settings and site without names and secrets, how many
 * rows there are of what, the end of the log. No personal data: what is not known to be technical is left out (rules/diagnostics).
 */
export async function makeBundle(deps: BundleDeps): Promise<Buffer> {
  const { data, env, version, now } = deps
  const lines = deps.log.filter(line => line.trim() !== '').slice(-MOST_LINES)
  const told = lines.map(bareLine).filter(line => line !== null)
  const json = (value: unknown) => `${JSON.stringify(value, null, 1)}\n`
  const files: Record<string, string> = {
    'README.txt': README,
    'about.json': json({ product: 'Gatehouse', version, madeAt: new Date(now).toISOString(), ...machine() }),
    'doctor.txt': (await examine(data, env)).map(doctorLine).join(''),
    'settings.json': json({ environment: bareEnv(env), backup: backupSettings(data) }),
    'site.json': json(site(data)),
    'counts.json': json({ rows: rows(data), bytes: sizes(data) }),
    'log.txt': `${told.join('\n')}\n${lines.length - told.length} other lines are left out.\n`,
    ...(deps.metrics !== null && { 'metrics.txt': bareMetrics(deps.metrics) }),
  }
  const folder = `gatehouse-diagnostics-${new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '')}`
  const parts = Object.entries(files).flatMap(([name, text]) => {
    const bytes = Buffer.from(text)
    return [headerOf(`${folder}/${name}`, bytes.length, now), bytes, paddingOf(bytes.length)]
  })
  return gzipSync(Buffer.concat([...parts, tarEnd()]))
}

const README = `Made by Gatehouse for whoever helps. It holds no names, numbers of people, telephones, plates, passwords or keys; look through it
before you pass it on all the same. 供协助排查使用：不含姓名、证件号、电话、车牌、口令和密钥；转交之前也请自己看一遍。
about.json versions  doctor.txt the machine  settings.json, site.json settings without texts  counts.json how many  log.txt, metrics.txt
`

function machine(): object {
  const system = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : ''
  return {
    node: process.version,
    system: /^PRETTY_NAME="?([\w ./()-]+)/m.exec(system)?.[1] ?? process.platform,
    kernel: release(),
    arch: arch(),
    processors: cpus().length,
    memoryMb: { total: Math.round(totalmem() / 1e6), free: Math.round(freemem() / 1e6) },
    upHours: Math.round(uptime() / 3600),
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  }
}

/** Names of users, folders and the first error of site.json are what somebody wrote. */
const doctorLine = ({ check, level, what }: Finding): string =>
  `${level.padEnd(4)} ${check}: ${check === 'site' ? (/^site\.json \w+ [\w ]+/.exec(what.en)?.[0] ?? '') : masked(what.en.replaceAll(/\/home\/[^/\s]+/g, '/home/…'))}\n`

function backupSettings(data: string): object {
  const { on, at, keep, folder } = openBackupSettings(data).read()
  return { on, at, keep, elsewhere: folder !== null }
}
function site(data: string): unknown {
  try {
    return bareSite(JSON.parse(readFileSync(join(data, 'site.json'), 'utf8')))
  } catch {
    return { unreadable: existsSync(join(data, 'site.json')) }
  }
}

/** Rows by table; a database that cannot be read is named as such. */
function rows(data: string): Record<string, unknown> {
  const of = (file: string): unknown => {
    if (!existsSync(join(data, file))) return null
    try {
      const db = new DatabaseSync(join(data, file), { readOnly: true, timeout: 5000 })
      try {
        const tables = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").all()
        const { user_version } = db.prepare('PRAGMA user_version').get() as { user_version: number }
        const counted = tables.map(({ name }) => [
          name,
          (db.prepare(`SELECT count(*) AS n FROM "${String(name)}"`).get() as { n: number }).n,
        ])
        return { schema: user_version, ...Object.fromEntries(counted) }
      } finally {
        db.close()
      }
    } catch (error) {
      return { unreadable: (error as { errcode?: number }).errcode ?? true }
    }
  }
  return { 'records.db': of('records.db'), 'history.db': of('history.db') }
}
/** By what stands in the folder; a folder by its whole size and how many files it has. */
function sizes(data: string): Record<string, unknown> {
  if (!existsSync(data)) return {}
  const known =
    /^(site(\.last-good)?\.json|backup\.json|(records|history|broker)\.db(-wal|-shm)?|run\.json|trail-checkpoints\.jsonl)$/
  const folders = ['backups', 'photos', 'plans', 'profiles', 'learned', 'outputs', 'secrets']
  const found: Record<string, unknown> = {}
  for (const name of readdirSync(data)) {
    if (known.test(name)) found[name] = statSync(join(data, name), { throwIfNoEntry: false })?.size ?? 0
    if (!folders.includes(name)) continue
    const files = readdirSync(join(data, name), { recursive: true, withFileTypes: true }).filter(f => f.isFile())
    const bytes = files.reduce(
      (sum, f) => sum + (statSync(join(f.parentPath, f.name), { throwIfNoEntry: false })?.size ?? 0),
      0,
    )
    found[name] = { files: files.length, bytes }
  }
  return found
}
