import { isAway, isStale } from '../../rules/oidc.ts'
import type { Clock } from '../core/clock.ts'
import { GatehouseError } from '../core/errors.ts'
import { GATEWAY } from '../core/events.ts'
import type { Identities } from '../records/identities.ts'
import type { Trail } from '../records/trail.ts'
import type { OidcSettings } from './schema.ts'

const LOOK_EVERY_MS = 60_000

export interface OidcWatch {
  readonly clock: Clock
  readonly trail: Trail
  readonly identities: Identities
  /** Null: nobody signs in by a provider any more; accounts that came by it are as if it had not been asked. */
  readonly settings: () => OidcSettings | null
  readonly safe: () => boolean
  readonly failed: (error: unknown) => void
}

/** Each minute: whoever the provider has not vouched for lately has to sign in again; whoever stays away is shut out. */
export function watchOidc({ clock, trail, identities, settings, safe, failed }: OidcWatch) {
  function look(): void {
    const oidc = settings()
    // A clock that jumped shuts nobody out of the control room.
    if (!oidc || !safe()) return
    const now = clock.now()
    for (const one of identities.list())
      try {
        if (one.endedAt !== null) continue
        if (isAway(one.checkedAt, oidc.awayDays, now)) trail.change(GATEWAY, note => identities.shut(note, one, now))
        else if (isStale(one.checkedAt, oidc.sessionHours, now) && identities.hasSessions(one.user))
          trail.change(GATEWAY, note => identities.endSessions(note, one))
      } catch (error) {
        // The last administrator is not shut out, whatever the provider says.
        if (!(error instanceof GatehouseError && error.code === 'last-admin')) failed(error)
      }
  }
  return { look, stop: clock.every(LOOK_EVERY_MS, look) }
}
