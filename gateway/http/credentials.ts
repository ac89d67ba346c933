import { z } from 'zod'
import { iso, isoOrNull } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import type { Credential } from '../records/credentials.ts'
import { hashSecret, newSecret } from '../records/secrets.ts'
import {
  type CredentialView,
  credential,
  credentialAction,
  credentialMade,
  credentialMove,
  duplicateMove,
  leaseRenewal,
  newCredential,
  page,
  paging,
  passCode,
  passKey,
  refund,
} from './contract.ts'
import { createOnce } from './create.ts'
import { type App, type Deps, who } from './deps.ts'
import { createLimit } from './limit.ts'

const one = z.object({ id: z.string().max(64) })

/** Cards, codes, plates: asked for by one, approved by another, taken back against pass and receipt. */
export function credentialRoutes(app: App, deps: Deps) {
  const { people, credentials, access } = deps
  const tags = ['people and passes']
  const read = { access: 'pass.read' as const }
  const issue = { access: 'pass.issue' as const }
  const leaseView = (id: string): CredentialView['lease'] => {
    const found = deps.leases.of(id)
    if (!found) return null
    const { bay, plate, agreement, fee, receipt } = found
    return { bay, plate, agreement, fee, receipt, validTo: iso(found.validTo) }
  }
  const credentialView = (c: Credential): CredentialView => {
    const holder = people.one(c.person)
    const { passNo: _, refundedBy: __, ...rest } = c
    return {
      ...rest,
      personName: holder.name,
      colour: holder.company === null ? null : (people.company(holder.company)?.colour ?? null),
      expired: deps.clock.now() >= c.validTo,
      levels: [...c.levels],
      validFrom: iso(c.validFrom),
      validTo: iso(c.validTo),
      refundedAt: isoOrNull(c.refundedAt),
      lease: leaseView(c.id),
      issuedAt: iso(c.issuedAt),
      approvedAt: isoOrNull(c.approvedAt),
    }
  }

  app.get(
    '/api/v1/credentials',
    {
      config: read,
      schema: {
        tags,
        summary: 'Cards, PINs, passes and plates, newest first; of one person or one decoration site',
        querystring: z.object({
          ...paging,
          person: z.string().max(64).optional(),
          works: z.string().max(64).optional(),
        }),
        response: { 200: page(credential) },
      },
    },
    async request => {
      const { person: of, works: site, limit, cursor } = request.query
      if (of !== undefined) return { items: credentials.ofPerson(of).map(credentialView), next: null }
      if (site !== undefined) return { items: credentials.ofWorks(site).map(credentialView), next: null }
      const list = credentials.list(limit + 1, cursor)
      const slice = list.slice(0, limit)
      return { items: slice.map(credentialView), next: list.length > limit ? slice.at(-1)!.id : null }
    },
  )
  app.post(
    '/api/v1/credentials',
    {
      config: issue,
      schema: {
        tags,
        summary: 'Asks for a credential; it opens nothing until somebody else has approved it',
        body: newCredential,
        response: { 201: credentialMade },
      },
    },
    async (request, reply) => {
      const b = request.body
      const { actor } = who(request)
      const holder = people.one(b.person)
      const site = b.works === undefined ? null : (people.works(b.works) ?? fail('not-found', { what: b.works }))
      const firm = holder.company === null ? undefined : people.company(holder.company)
      if (firm?.blocked) fail('company-blocked', { name: firm.name })
      for (const level of b.levels) if (!deps.plant()?.site.access.levels.has(level)) fail('not-found', { what: level })
      if ((b.class === 'parking') !== (b.lease !== undefined) && b.class !== 'plate') fail('parking-lease')
      const { lookup, shown, secret } = deps.enrol(b)
      const token = b.class === 'qr-dynamic' ? newSecret('p_') : null
      // Asked again with the same key, the link of the first answer is known to nobody any more.
      let fresh = false
      const made = createOnce(deps, request, (note, now) => {
        const validFrom = b.validFrom === undefined ? now : Date.parse(b.validFrom)
        const validTo = Date.parse(b.validTo)
        if (validTo <= Math.max(now, validFrom)) fail('time-not-ahead')
        const { id, no } = credentials.request(
          note,
          holder,
          site,
          {
            ...{ class: b.class, lookup, shown, validFrom, validTo, levels: b.levels },
            ...{ deposit: b.deposit ?? null, receipt: b.receipt ?? null, link: token && hashSecret(token) },
            seal: of => (secret === null ? null : deps.accessKeys.seal(secret, of)),
          },
          actor,
          now,
        )
        if (b.lease) deps.leases.add(note, { ...b.lease, credential: id, validTo })
        fresh = true
        return { id, no }
      })
      return reply.code(201).send({ ...made, link: fresh ? token : null })
    },
  )
  app.get(
    '/api/v1/credentials/:id',
    { config: read, schema: { tags, summary: 'One credential', params: one, response: { 200: credential } } },
    async request => credentialView(credentials.one(request.params.id)),
  )
  app.post(
    '/api/v1/credentials/:id/refund',
    {
      config: issue,
      schema: {
        tags,
        summary: 'The deposit goes back, against the pass and the receipt',
        params: one,
        body: refund,
        response: { 200: credential },
      },
    },
    async request => {
      const { actor } = who(request)
      return credentialView(
        deps.trail.change(actor, note =>
          credentials.refund(note, request.params.id, request.body.receipt, actor, deps.clock.now()),
        ),
      )
    },
  )
  app.post(
    '/api/v1/credentials/:id/lease',
    {
      config: issue,
      schema: {
        tags,
        summary: 'The lease of a parking card goes on, and the card with it',
        params: one,
        body: leaseRenewal,
        response: { 200: credential },
      },
    },
    async request => {
      const { validTo, fee, receipt } = request.body
      const { id } = credentials.one(request.params.id)
      deps.trail.change(who(request).actor, note =>
        deps.leases.renew(note, id, { validTo: Date.parse(validTo), fee, receipt }),
      )
      return credentialView(credentials.one(id))
    },
  )
  app.post(
    '/api/v1/credentials/:id/duplicate',
    {
      config: { access: 'pass.gate' },
      schema: {
        tags,
        summary: 'The duplicate is handed in at the gate, or given back',
        params: one,
        body: duplicateMove,
        response: { 200: credential },
      },
    },
    async request =>
      credentialView(
        deps.trail.change(who(request).actor, note =>
          credentials.moveDuplicate(note, request.params.id, request.body.to, deps.clock.now()),
        ),
      ),
  )
  app.get(
    '/api/v1/credentials/:id/code',
    {
      config: issue,
      schema: { tags, summary: 'What the QR code of a static pass says', params: one, response: { 200: passCode } },
    },
    async request => codeView(credentials.one(request.params.id), 'qr-static'),
  )
  app.post(
    '/api/v1/credentials/:id/:action',
    {
      config: read,
      schema: {
        tags,
        summary:
          'Approve, refuse, suspend, resume, revoke, report lost, take back. Each role may what the flow of a credential says.',
        params: z.object({ id: z.string().max(64), action: credentialAction }),
        body: credentialMove,
        response: { 200: credential },
      },
    },
    async request => {
      const { id, action } = request.params
      const { actor } = who(request)
      const had = credentials.one(id)
      return credentialView(
        deps.trail.change(actor, note =>
          credentials.move(note, id, people.one(had.person), action, request.body.reason, actor, deps.clock.now()),
        ),
      )
    },
  )

  const limit = createLimit(deps.clock.now, 60, 60_000)
  app.get(
    '/api/v1/pass-codes/:token',
    {
      config: { access: 'open' },
      schema: {
        tags,
        summary: 'The code of these 30 s, for the phone of whoever holds the link of a dynamic pass',
        params: z.object({ token: z.string().max(100) }),
        response: { 200: passCode },
      },
    },
    async request => {
      limit.check(request.ip)
      limit.count(request.ip)
      const found = access.ofLink(request.params.token)
      return found?.phase === 'active' ? codeView(found, 'qr-dynamic') : fail('not-found', { what: '' })
    },
  )
  app.get(
    '/api/v1/pass-key',
    {
      config: { access: 'signed-in' },
      schema: { tags, summary: 'The public key: whoever has it checks passes without us', response: { 200: passKey } },
    },
    async () => ({
      keyId: deps.accessKeys.passKeyId,
      publicKey: Buffer.from(deps.accessKeys.passPublicKey).toString('base64url'),
    }),
  )

  function codeView(c: Credential, wanted: string) {
    const made = c.class === wanted && c.phase === 'active' ? access.codeOf(c) : null
    if (!made) return fail('credential-not-so')
    const { name } = people.one(c.person)
    return { no: c.no, code: made.code, until: isoOrNull(made.until), name, validTo: iso(c.validTo) }
  }
}
