import process from 'node:process'
import { isMainThread } from 'node:worker_threads'
import { liveIn } from '../../rules/zone.ts'

/**
 * From now on the process lives in the time zone of the site that it runs, and so do those that it starts: its calendar is
 * asked several times a second. A thread has no zone of its own and goes on asking a format.
 * @param timezone an IANA name that is known to exist
 */
export function liveInZone(timezone: string): void {
  if (!isMainThread) return
  process.env.TZ = timezone
  liveIn(timezone, at => -60_000 * new Date(at).getTimezoneOffset())
}
