import { z } from 'zod'
import { askExtension, moveExtension } from '../../rules/permit/extend.ts'
import { applicationProblem, movePermit } from '../../rules/permit/move.ts'
import type { Permit } from '../../rules/permit/permit.ts'
import { WIND_LIMIT } from '../../rules/permit/wind.ts'
import { fail } from '../core/errors.ts'
import {
  extensionAction,
  extensionMove,
  newGasTest,
  newPermit,
  PHOTO_BYTES,
  page,
  permit,
  permitAction,
  permitChecks,
  permitExtend,
  permitMove,
} from './contract.ts'
import { createOnce } from './create.ts'
import { type App, type Deps, who } from './deps.ts'
import { guardianNamed, guardianRoutes } from './permitguard.ts'
import { permitView, refuse } from './permitview.ts'
import { photoFile, readPhoto, takePhoto, withPhotoBodies } from './photofiles.ts'

const one = z.object({ id: z.string().max(64) })

/** Permits of dangerous work, from the application to the end of the watch. */
export function permitRoutes(app: App, deps: Deps) {
  const { permits, permitKeeper: keeper } = deps
  const tags = ['permits']
  const read = { access: 'permit.read' as const }
  const check = { access: 'permit.check' as const }
  app.get(
    '/api/v1/permits',
    {
      config: read,
      schema: {
        tags,
        summary: 'Permits of which something has still to come, the earliest first; with `all` the newest',
        querystring: z.object({
          all: z.stringbool().default(false),
          limit: z.coerce.number().int().min(1).max(1000).default(100),
        }),
        response: { 200: page(permit) },
      },
    },
    async ({ query }) => ({
      items: (query.all ? permits.newest(query.limit) : permits.open()).map(p => permitView(deps, p)),
      next: null,
    }),
  )
  app.get(
    '/api/v1/permits/:id',
    { config: read, schema: { tags, summary: 'One permit', params: one, response: { 200: permit } } },
    async ({ params }) => permitView(deps, permits.one(params.id)),
  )
  app.post(
    '/api/v1/permits',
    {
      config: { access: 'permit.ask' },
      schema: {
        tags,
        summary: 'An application: place, time, grade, who works with which certificate, who watches',
        body: newPermit,
        response: { 201: permit },
      },
    },
    async (request, reply) => {
      const b = request.body
      const { actor } = who(request)
      if (!deps.plant()?.site.spaces.has(b.space)) fail('not-found', { what: b.space })
      if (b.kind === 'isolation' && !deps.plant()?.site.permits.isolation) fail('permit-isolation-off')
      const guardian = guardianNamed(deps, b.guardian)
      const [validFrom, validTo] = [Date.parse(b.validFrom), Date.parse(b.validTo)]
      const asked = { ...b, guardian, validFrom, validTo }
      const wrong = applicationProblem({ ...asked, askedBy: actor.name }, keeper.day(validFrom), deps.clock.now())
      if (wrong) refuse(wrong)
      const made = createOnce(deps, request, (note, now) => ({ id: permits.add(note, asked, actor.name, now).id }))
      return reply.code(201).send(permitView(deps, permits.one(made.id)))
    },
  )
  app.post(
    '/api/v1/permits/:id/checks',
    {
      config: check,
      schema: {
        tags,
        summary: 'What was looked at on the spot; the newest of each counts',
        params: one,
        body: permitChecks,
        response: { 200: permit },
      },
    },
    async request => {
      const { actor } = who(request)
      const had = permits.one(request.params.id)
      if (!['issued', 'live', 'suspended'].includes(had.phase)) fail('permit-not-so')
      const at = deps.clock.now()
      // A tick about the wind is worth what its number says.
      const checks = request.body.checks.map(c => (c.force === undefined ? c : { ...c, ok: c.force < WIND_LIMIT }))
      const next = { ...had, checks: [...had.checks, ...checks.map(c => ({ ...c, by: actor.name, at }))].slice(-500) }
      return permitView(
        deps,
        deps.trail.change(actor, note => permits.put(note, next, 'checked', { checks })),
      )
    },
  )
  app.post(
    '/api/v1/permits/:id/gas-tests',
    {
      config: check,
      schema: {
        tags,
        summary: 'A gas test; it holds for 30 min',
        params: one,
        body: newGasTest,
        response: { 200: permit },
      },
    },
    async request => {
      const { actor } = who(request)
      const had = permits.one(request.params.id)
      if (!['issued', 'live', 'suspended'].includes(had.phase)) fail('permit-not-so')
      const test = { ...request.body, by: actor.name, at: deps.clock.now() }
      const next = { ...had, gasTests: [...had.gasTests, test].slice(-500) }
      return permitView(
        deps,
        deps.trail.change(actor, note => permits.put(note, next, 'gas-test', { ...request.body })),
      )
    },
  )
  withPhotoBodies(app, scope =>
    scope.post(
      '/api/v1/permits/:id/photo',
      {
        config: check,
        bodyLimit: PHOTO_BYTES,
        schema: {
          tags,
          summary: 'The photo of the place after the watch, as the body: JPEG, PNG or WebP, at most 1 MB',
          params: one,
          response: { 200: permit },
        },
      },
      async request => {
        const { actor } = who(request)
        const had = permits.one(request.params.id)
        if (had.phase !== 'watch') fail('permit-not-so')
        const at = deps.clock.now()
        return permitView(
          deps,
          takePhoto(deps, actor, request.body, (note, file) =>
            permits.put(note, { ...had, photo: { file, at, by: actor.name } }, 'photo', { file }),
          ),
        )
      },
    ),
  )
  app.get(
    '/api/v1/permits/:id/photo/:file',
    {
      config: read,
      schema: {
        tags,
        summary: 'The photo of a permit, by the name that the permit has',
        params: one.extend({ file: z.string().regex(photoFile) }),
      },
    },
    async (request, reply) => {
      const { id, file } = request.params
      const { bytes, headers } = readPhoto(deps, file, permits.one(id).photo?.file ?? null)
      return reply.headers(headers).send(bytes)
    },
  )
  app.post(
    '/api/v1/permits/:id/:action',
    {
      config: read,
      schema: {
        tags,
        summary:
          'Approve in the order of the chain, reject, withdraw, stamp; the guardian starts and resumes; suspend, finish, close, revoke.',
        params: one.extend({ action: permitAction }),
        body: permitMove,
        response: { 200: permit },
      },
    },
    async request => {
      const { id, action } = request.params
      const { reason, pause, code, despite } = request.body
      const { actor } = who(request)
      const now = deps.clock.now()
      const stored = permits.one(id)
      const had =
        action === 'close' && code !== undefined && code !== ''
          ? { ...stored, scan: { equipment: scanned(stored, code), at: now } }
          : stored
      const next = movePermit(had, action, actor, { reason, pause, despite }, keeper.around(had), now)
      if ('refused' in next) return refuse(next)
      return permitView(
        deps,
        deps.trail.change(actor, note =>
          permits.put(note, next, action, {
            ...(reason !== '' && { reason }),
            ...(pause && { pause }),
            ...(despite && despite.length > 0 && { despite }),
            ...(action === 'start' && { grade: next.effective, gas: next.gasTests.at(-1)?.percent ?? null }),
            ...(action === 'close' && { photo: next.photo?.file ?? null, scan: next.scan?.equipment ?? null }),
          }),
        ),
      )
    },
  )

  app.post(
    '/api/v1/permits/:id/extension',
    {
      config: { access: 'permit.ask' },
      schema: {
        tags,
        summary: 'Asks that it holds for longer; once, and all agree to it anew',
        params: one,
        body: permitExtend,
        response: { 200: permit },
      },
    },
    async request => {
      const { actor } = who(request)
      const to = Date.parse(request.body.to)
      const had = permits.one(request.params.id)
      const next = askExtension(had, to, request.body.reason, actor, keeper.day(to), deps.clock.now())
      if ('refused' in next) return refuse(next)
      const { reason } = next.extension!
      return permitView(
        deps,
        deps.trail.change(actor, note => permits.put(note, next, 'extension-asked', { to, reason })),
      )
    },
  )
  app.post(
    '/api/v1/permits/:id/extension/:action',
    {
      // Whose turn it is says the permit itself.
      config: read,
      schema: {
        tags,
        summary: 'One of those who have to agree agrees to the extension, stamps it, or refuses it',
        params: one.extend({ action: extensionAction }),
        body: extensionMove,
        response: { 200: permit },
      },
    },
    async request => {
      const { id, action } = request.params
      const { actor } = who(request)
      const had = permits.one(id)
      const next = moveExtension(had, action, actor, request.body.reason, deps.clock.now())
      if ('refused' in next) return refuse(next)
      const { reason } = request.body
      const data = { to: had.extension?.to, validTo: next.validTo, ...(reason !== '' && { reason }) }
      return permitView(
        deps,
        deps.trail.change(actor, note => permits.put(note, next, `extension-${action}`, data)),
      )
    },
  )

  guardianRoutes(app, deps)

  /** What the code hangs on, at the place of the work. @throws permit-other-place */
  const scanned = (p: Permit, code: string): string =>
    keeper.scanned(p, deps.intake.equipmentOf(code), code) ?? fail('permit-other-place')
}
