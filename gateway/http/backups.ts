import { z } from 'zod'
import { iso, isoOrNull } from '../core/clock.ts'
import { backupList, backupSettings, backupState, changedBackupSettings, newBackup } from './contract.ts'
import { type App, type Deps, who } from './deps.ts'

const one = z.object({ name: z.string().max(200) })

export function backupRoutes(app: App, deps: Deps) {
  const tags = ['backups']
  const config = { access: 'backup.manage' as const }
  const state = () => {
    const { running, lastGoodAt, failed, nextAt } = deps.backups.state()
    return {
      running: running && { since: iso(running.since), by: running.by },
      lastGoodAt: isoOrNull(lastGoodAt),
      failed: failed && { at: iso(failed.at), why: failed.why },
      nextAt: isoOrNull(nextAt),
    }
  }

  app.get(
    '/api/v1/backups',
    { config, schema: { tags, summary: 'Backups in the folder, newest first', response: { 200: backupList } } },
    async () => {
      const items = await deps.backups.list()
      return { items: items.map(b => ({ ...b, madeAt: isoOrNull(b.madeAt) })), next: null, state: state() }
    },
  )
  app.post(
    '/api/v1/backups',
    {
      config,
      schema: {
        tags,
        summary: 'Begins one; `state` of the list says when it has ended. With a passphrase the secrets are in it.',
        body: newBackup,
        response: { 202: backupState },
      },
    },
    async (request, reply) => {
      void deps.backups.begin(who(request).actor, request.body.passphrase).catch(() => {})
      return reply.code(202).send(state())
    },
  )
  app.get(
    '/api/v1/backups/:name',
    {
      config,
      schema: { tags, summary: 'The file itself. Guard it: it holds the names and records of people.', params: one },
    },
    async (request, reply) => {
      const { name } = request.params
      const { bytes, stream } = deps.backups.open(name)
      return reply
        .header('content-type', 'application/gzip')
        .header('content-length', bytes)
        .header('content-disposition', `attachment; filename="${name}"`)
        .header('cache-control', 'no-store')
        .send(stream)
    },
  )
  app.delete(
    '/api/v1/backups/:name',
    { config, schema: { tags, summary: 'Deletes it for good', params: one, response: { 204: z.null() } } },
    async (request, reply) => {
      await deps.backups.remove(request.params.name, who(request).actor)
      return reply.code(204).send(null)
    },
  )
  app.get(
    '/api/v1/backup-settings',
    { config, schema: { tags, summary: 'When and where backups are made', response: { 200: backupSettings } } },
    async () => deps.backups.settings(),
  )
  app.put(
    '/api/v1/backup-settings',
    {
      config,
      schema: {
        tags,
        summary: 'Changes when and where backups are made',
        body: changedBackupSettings,
        response: { 200: backupSettings },
      },
    },
    async request => {
      const { passphrase, ...settings } = request.body
      await deps.backups.change(settings, passphrase, who(request).actor)
      return deps.backups.settings()
    },
  )
}
