import { getPriority, setPriority } from 'node:os'

const BEHIND = 10

/**
 * Puts this process behind the gateway where both want to run. One that is further behind already, as under a `Nice=15` of
 * the service, stays there: only root may go forward, and asking for it would end the process.
 */
export function goBehind(): void {
  if (getPriority() < BEHIND) setPriority(BEHIND)
}
