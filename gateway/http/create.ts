import type { FastifyRequest } from 'fastify'
import type { Note } from '../records/trail.ts'
import { type Deps, who } from './deps.ts'

/**
 * Creates once: a request repeated with the same Idempotency-Key gets what was answered first.
 * @param make inside the transaction: creates, and returns the answer without secrets
 */
export function createOnce<T extends object>(
  deps: Deps,
  request: FastifyRequest,
  make: (note: Note, now: number) => T,
): T {
  const key = request.headers['idempotency-key'] as string | undefined
  const { actor } = who(request)
  const asked = [request.method, request.routeOptions.url, request.body]
  const before = deps.idempotency.before<T>(key, actor.name, asked)
  if (before) return before
  return deps.trail.change(actor, note => {
    const now = deps.clock.now()
    const answer = make(note, now)
    deps.idempotency.keep(key, actor.name, asked, answer, now)
    return answer
  })
}
