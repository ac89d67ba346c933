import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { restore } from '../../gateway/backup/restore.ts'
import { migrations, openDb } from '../../gateway/records/db.ts'
import { openTrail } from '../../gateway/records/trail.ts'
import { node24, root } from './fresh.ts'
import { type Load, startUnderLoad } from './underload.ts'

export interface BackedUp {
  backups: number
  /** What was acknowledged before the backup began, and is not in it; what does not verify. */
  readonly wrong: string[]
  acknowledged: number
  /** On the trail of the last copy. */
  alarmsRaised: number
  /** In the history of the last copy. */
  samples: number
  longestBackupMs: number
  /** Of the gateway's own thread, without and with a backup under way. */
  delayP99BeforeMs: number
  readonly delayP99Ms: number[]
  /** Without and with backups under way. */
  scansLostBefore: number
  scansLostShare: number
  notRecorded: number
}

/**
 * Online backups, one after the other, while the gateway records and raises alarms; each is restored and looked at.
 * @param load what flows meanwhile @param beforeMs it is looked at so long without a backup
 */
export async function backUpUnderLoad(
  count: number,
  load: Load,
  say: (line: string) => void,
  beforeMs = 2000,
): Promise<BackedUp> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-copies-'))
  const seen: BackedUp = {
    ...{ backups: 0, wrong: [], acknowledged: 0, alarmsRaised: 0, samples: 0, longestBackupMs: 0 },
    ...{ delayP99BeforeMs: 0, delayP99Ms: [], scansLostBefore: 0, scansLostShare: 0, notRecorded: 0 },
  }
  const under = await startUnderLoad(load)
  const acknowledged = new Set<string>()
  let over = false
  const work = (async () => {
    for (let n = 1; !over; n++) {
      acknowledged.add(await under.change(`n${n}`))
      await new Promise(resolve => setTimeout(resolve, 20))
    }
  })()
  try {
    await under.flowing((0.5 * load.devices * 100 * 1000) / load.scanMs, 60_000)
    await under.field.mark()
    seen.delayP99BeforeMs = await under.loopDelayP99Ms(beforeMs)
    seen.scansLostBefore = (await under.field.report()).lostShare
    await under.field.mark()
    for (let n = 1; n <= count; n++) {
      const file = join(folder, `${n}.tar.gz`)
      const data = join(folder, `copy-${n}`)
      const mustBeThere = [...acknowledged]
      const began = Date.now()
      await under.metrics()
      const child = spawn(node24, [join(root, 'gateway/backup/backup-command.ts'), file, '--data', under.data], {
        stdio: ['ignore', 'ignore', 'inherit'],
      })
      const [code] = (await once(child, 'exit')) as [number | null]
      seen.longestBackupMs = Math.max(seen.longestBackupMs, Date.now() - began)
      const after = await under.metrics()
      seen.delayP99Ms.push((after.get('gatehouse_loop_delay_p99_seconds') ?? Number.NaN) * 1000)
      seen.notRecorded = after.get('gatehouse_history_not_recorded') ?? Number.NaN
      if (code !== 0) {
        seen.wrong.push(`backup ${n} ended with ${code}`)
        continue
      }
      await restore({ file, data, now: Date.now() })
      look(data, n, mustBeThere, began, seen)
      seen.backups++
      rmSync(data, { recursive: true })
      rmSync(file)
      if (n % 10 === 0) say(`${n} backups, ${seen.acknowledged} acknowledged, ${seen.wrong.length} wrong`)
    }
    seen.scansLostShare = (await under.field.report()).lostShare
  } finally {
    over = true
    await work.catch(() => {})
    await under.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  return seen
}

/** A second of gathering, and what a busy machine takes to write it. */
const YOUNGEST_MS = 10_000

function look(data: string, n: number, mustBeThere: readonly string[], began: number, seen: BackedUp): void {
  for (const name of ['records.db', 'history.db']) {
    const db = new DatabaseSync(join(data, name))
    const said = db.prepare('PRAGMA integrity_check').get()?.integrity_check
    if (said !== 'ok') seen.wrong.push(`backup ${n}: ${name}: ${String(said)}`)
    if (name === 'history.db') {
      const { at, samples } = db
        .prepare('SELECT max(at) AS at, (SELECT coalesce(sum(n), 0) FROM fresh) + sum(n) AS samples FROM journal')
        .get() as { at: number; samples: number }
      seen.samples = samples
      if (at < began - YOUNGEST_MS) seen.wrong.push(`backup ${n}: the history ends ${began - at} ms before it began`)
    }
    db.close()
  }
  const db = openDb(join(data, 'records.db'), migrations)
  const broken = openTrail(db, Date.now, () => {}).verify()
  if (broken) seen.wrong.push(`backup ${n}: the chain breaks at ${broken.seq}`)
  const made = new Set(
    db
      .prepare("SELECT id FROM trail WHERE kind = 'token' AND action = 'created'")
      .all()
      .map(row => row.id as string),
  )
  for (const id of mustBeThere) if (!made.has(id)) seen.wrong.push(`backup ${n}: token ${id} is not in it`)
  seen.acknowledged = mustBeThere.length
  seen.alarmsRaised = db.prepare("SELECT count(*) AS n FROM trail WHERE kind = 'alarm' AND action = 'raised'").get()!
    .n as number
  db.close()
}
