import { z } from 'zod'
import { may } from '../../rules/permission.ts'
import { offerGuard, takeGuard } from '../../rules/permit/guard.ts'
import type { Permit } from '../../rules/permit/permit.ts'
import { fail } from '../core/errors.ts'
import { permit, permitGuard } from './contract.ts'
import { type App, type Deps, who } from './deps.ts'
import { permitView, refuse } from './permitview.ts'

/** @returns the name of an account that may watch over work, as it is written. @throws permit-guardian-account */
export function guardianNamed(deps: Pick<Deps, 'users'>, name: string): string {
  const found = deps.users.get(name)
  return found && !found.disabled && may(found.role, 'permit.check')
    ? found.name
    : fail('permit-guardian-account', { name })
}

/** The watch over work goes from one person to another: offered, and taken over with his own account. */
export function guardianRoutes(app: App, deps: Deps) {
  const { permits, permitKeeper: keeper } = deps
  const tags = ['permits']
  const one = z.object({ id: z.string().max(64) })
  const check = { access: 'permit.check' as const }
  /** The number of another permit that this person watches now. */
  const busyAt = (p: Permit, guardian: string): string | null => keeper.around({ ...p, guardian }).guardianAt
  app.post(
    '/api/v1/permits/:id/guardian',
    {
      config: check,
      schema: {
        tags,
        summary: 'The guardian, or a manager, offers the watch to another account',
        params: one,
        body: permitGuard,
        response: { 200: permit },
      },
    },
    async request => {
      const { actor } = who(request)
      const had = permits.one(request.params.id)
      const offer = { ...request.body, to: guardianNamed(deps, request.body.to) }
      const next = offerGuard(had, offer, actor, busyAt(had, offer.to), deps.clock.now())
      if ('refused' in next) return refuse(next)
      const { to, reason } = next.guardianOffer!
      return permitView(
        deps,
        deps.trail.change(actor, note =>
          permits.put(note, next, 'guardian-offered', { from: had.guardian, to, reason }),
        ),
      )
    },
  )
  app.post(
    '/api/v1/permits/:id/guardian/take',
    {
      config: check,
      schema: {
        tags,
        summary: 'Whom the watch was offered to takes it over, with his own account',
        params: one,
        response: { 200: permit },
      },
    },
    async request => {
      const { actor } = who(request)
      const had = permits.one(request.params.id)
      const next = takeGuard(had, actor, busyAt(had, actor.name), deps.clock.now())
      if ('refused' in next) return refuse(next)
      const { from, to, by, reason } = next.guardians.at(-1)!
      return permitView(
        deps,
        deps.trail.change(actor, note =>
          permits.put(note, next, 'guardian-changed', { from, to, offeredBy: by, reason }),
        ),
      )
    },
  )
}
