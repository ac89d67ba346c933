import type { FastifyReply, FastifyRequest } from 'fastify'
import { fail } from '../core/errors.ts'

/** What takes much memory and may wait: looking far back, figures over months, files for others, whole imports. */
export const HEAVY: ReadonlySet<string> = new Set([
  'GET /api/v1/history',
  'GET /api/v1/history/stats',
  'GET /api/v1/history/export',
  'GET /api/v1/consumption',
  'GET /api/v1/energy-overview',
  'GET /api/v1/alarm-figures',
  'GET /api/v1/order-figures',
  'GET /api/v1/service-figures',
  'GET /api/v1/service-ledger',
  'GET /api/v1/reliability',
  'GET /api/v1/patrol-report',
  'GET /api/v1/access-reports',
  'GET /api/v1/access-events/export',
  'POST /api/v1/months/:month/archive',
  'POST /api/v1/personal-data/export',
  'POST /api/v1/register-people/export',
  'POST /api/v1/site/import',
  'POST /api/v1/trail/verify',
  'POST /api/v1/backups',
])
const AGAIN_S = 60

/** Refuses what may wait while memory is short: what reads, alarms and records goes on. @throws memory-short */
export function shed(short: boolean, request: FastifyRequest, reply: FastifyReply): void {
  if (!short || !HEAVY.has(`${request.method} ${request.routeOptions.url}`)) return
  void reply.header('retry-after', AGAIN_S)
  fail('memory-short', { seconds: AGAIN_S })
}
