import { backUpUnderLoad } from '../support/backupunderload.ts'
import { judgeBackups, p99OfAll } from './enough.ts'
import { NotRun, type Proven } from './proof.ts'

/** 10,000 points a second into the history, an alarm that comes or goes each 80 ms, and one backup after the other. */
const FULL = { devices: 100, scanMs: 1000, alarmReads: 8 }

export async function proveBackup(count = 50): Promise<Proven> {
  const seen = await backUpUnderLoad(count, FULL, line => console.log(line), 30_000)
  const worst = Math.max(...seen.delayP99Ms)
  const p99 = p99OfAll(seen.delayP99Ms)
  console.log({ ...seen, wrong: seen.wrong.slice(0, 20), delayP99Ms: { p99, worst } })
  const figure = `${seen.backups} backups, ${seen.wrong.length} wrong; p99 of the event loop ${p99.toFixed(1)} ms, at worst ${worst.toFixed(1)} ms, scans lost ${(100 * seen.scansLostShare).toFixed(3)} %`
  const judged = judgeBackups(count, { ...seen, delayMs: p99 })
  if (judged === 'busy')
    throw new NotRun(
      `needs a machine of its own: without a backup p99 was ${seen.delayP99BeforeMs.toFixed(1)} ms, and ${(100 * seen.scansLostBefore).toFixed(3)} % of scans were lost. The rest: ${figure}`,
    )
  return { holds: judged === 'held', figure }
}
