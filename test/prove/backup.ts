import { backUpUnderLoad } from '../support/backupunderload.ts'
import { NotRun, type Proven } from './proof.ts'

/** 10,000 points a second into the history, an alarm that comes or goes each 80 ms, and one backup after the other. */
const FULL = { devices: 100, scanMs: 1000, alarmReads: 8 }
const MOST_DELAY_MS = 20
const MOST_LOST = 0.001

export async function proveBackup(count = 50): Promise<Proven> {
  const seen = await backUpUnderLoad(count, FULL, line => console.log(line), 30_000)
  const worst = Math.max(...seen.delayP99Ms)
  const median = [...seen.delayP99Ms].sort((a, b) => a - b)[seen.delayP99Ms.length >> 1] ?? Number.NaN
  console.log({ ...seen, wrong: seen.wrong.slice(0, 20), delayP99Ms: { median, worst } })
  const whole = seen.backups === count && seen.wrong.length === 0 && seen.acknowledged > 0 && seen.alarmsRaised > 0
  const unhurt = median <= MOST_DELAY_MS
  const read = seen.scansLostShare <= MOST_LOST
  const figure = `${seen.backups} backups, ${seen.wrong.length} wrong; p99 of the event loop ${median} ms, scans lost ${(100 * seen.scansLostShare).toFixed(3)} %`
  // Without any backup it was late already: this machine has other work, and its delays say nothing of backups.
  if (whole && !unhurt && seen.delayP99BeforeMs > MOST_DELAY_MS)
    throw new NotRun(
      `needs a machine of its own: without a backup p99 was ${seen.delayP99BeforeMs} ms. The rest: ${figure}`,
    )
  return { holds: whole && unhurt && read && seen.notRecorded === 0, figure }
}
