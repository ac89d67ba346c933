import { z } from 'zod'
import { iso, isoOrNull } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import type { Credential } from '../records/credentials.ts'
import type { Person, Works } from '../records/people.ts'
import { hashPassword, hashSecret, newSecret } from '../records/secrets.ts'
import {
  type CredentialView,
  company,
  companyBlock,
  credential,
  credentialAction,
  credentialMade,
  credentialMove,
  duplicateMove,
  idNumber,
  newCompany,
  newCredential,
  newPerson,
  newWorks,
  type PersonView,
  page,
  paging,
  passCode,
  passKey,
  person,
  personPin,
  personStatus,
  refund,
  withReason,
  works,
  worksClosed,
} from './contract.ts'
import { createOnce } from './create.ts'
import { type App, type Deps, who } from './deps.ts'
import { createLimit } from './limit.ts'

const one = z.object({ id: z.string().max(64) })
const worksView = (w: Works) => ({
  ...{ id: w.id, no: w.no, name: w.name, space: w.space, company: w.company, permit: w.permit, closedBy: w.closedBy },
  ...{ permitTo: isoOrNull(w.permitTo), openedAt: iso(w.openedAt), closedAt: isoOrNull(w.closedAt) },
})

export function peopleRoutes(app: App, deps: Deps) {
  const { people, credentials, access } = deps
  const tags = ['people and passes']
  const read = { access: 'pass.read' as const }
  const issue = { access: 'pass.issue' as const }

  const personView = (p: Person): PersonView => ({
    ...p,
    roles: [...p.roles],
    certificates: p.certificates.map(c => ({ ...c, validTo: iso(c.validTo) })),
    createdAt: iso(p.createdAt),
    area: deps.accessRecords.where(p.id).area,
  })
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
      issuedAt: iso(c.issuedAt),
      approvedAt: isoOrNull(c.approvedAt),
    }
  }

  app.get(
    '/api/v1/companies',
    {
      config: read,
      schema: { tags, summary: 'Firms, each with the colour of its passes', response: { 200: page(company) } },
    },
    async () => ({ items: people.companies(), next: null }),
  )
  app.post(
    '/api/v1/companies',
    { config: issue, schema: { tags, summary: 'New firm', body: newCompany, response: { 201: company } } },
    async (request, reply) =>
      reply.code(201).send(createOnce(deps, request, (note, now) => people.addCompany(note, request.body, now))),
  )
  app.post(
    '/api/v1/companies/:id/block',
    {
      config: issue,
      schema: {
        tags,
        summary: 'Its people come in no more, or again',
        params: one,
        body: companyBlock,
        response: { 200: company },
      },
    },
    async request =>
      deps.trail.change(who(request).actor, note =>
        people.blockCompany(note, request.params.id, request.body.blocked, request.body.reason),
      ),
  )
  app.get(
    '/api/v1/works',
    { config: read, schema: { tags, summary: 'Decoration sites, newest first', response: { 200: page(works) } } },
    async () => ({ items: people.worksSites().map(worksView), next: null }),
  )
  app.post(
    '/api/v1/works',
    { config: issue, schema: { tags, summary: 'New decoration site', body: newWorks, response: { 201: works } } },
    async (request, reply) => {
      const { space, company: firm, permitTo, ...rest } = request.body
      if (space !== undefined && !deps.plant()?.site.spaces.has(space)) fail('not-found', { what: space })
      const asked = {
        ...rest,
        ...{
          space: space ?? null,
          company: firm ?? null,
          permitTo: permitTo === undefined ? null : Date.parse(permitTo),
        },
      }
      return reply
        .code(201)
        .send(createOnce(deps, request, (note, now) => worksView(people.addWorks(note, asked, now))))
    },
  )
  app.post(
    '/api/v1/works/:id/close',
    {
      config: issue,
      schema: {
        tags,
        summary:
          'Closes a decoration site: none of its passes opens anything any more. Answers what was not given back.',
        params: one,
        body: z.strictObject({}),
        response: { 200: worksClosed },
      },
    },
    async request => {
      const { actor } = who(request)
      const left = credentials.ofWorks(request.params.id).filter(c => !['returned', 'refused'].includes(c.phase))
      const closed = deps.trail.change(actor, note =>
        people.closeWorks(
          note,
          request.params.id,
          actor.name,
          left.map(c => c.no),
          deps.clock.now(),
        ),
      )
      const unreturned = left.map(c => ({ id: c.id, no: c.no, name: people.one(c.person).name }))
      return { works: worksView(closed), unreturned }
    },
  )

  app.get(
    '/api/v1/people',
    {
      config: read,
      schema: {
        tags,
        summary: 'People, newest first; `q`: part of the name or number',
        querystring: z.object({ limit: paging.limit, q: z.string().max(64).default('') }),
        response: { 200: page(person) },
      },
    },
    async request => ({ items: people.list(request.query.q, request.query.limit).map(personView), next: null }),
  )
  app.post(
    '/api/v1/people',
    {
      config: issue,
      schema: { tags, summary: 'New person. One ID number, one person.', body: newPerson, response: { 201: person } },
    },
    async (request, reply) => {
      const { certificates, ...b } = request.body
      const asked = {
        ...b,
        ...{
          company: b.company ?? null,
          account: b.account ?? null,
          idKind: b.idKind ?? null,
          idNumber: b.idNumber ?? null,
        },
        certificates: certificates.map(c => ({ ...c, validTo: Date.parse(c.validTo) })),
      }
      const made = createOnce(deps, request, (note, now) => ({ id: people.add(note, asked, now).id }))
      return reply.code(201).send(personView(people.one(made.id)))
    },
  )
  app.get(
    '/api/v1/people/:id',
    { config: read, schema: { tags, summary: 'One person', params: one, response: { 200: person } } },
    async request => personView(people.one(request.params.id)),
  )
  app.post(
    '/api/v1/people/:id/status',
    {
      config: issue,
      schema: {
        tags,
        summary: 'Nothing of his opens anything, or again',
        params: one,
        body: personStatus,
        response: { 200: person },
      },
    },
    async request => {
      const { status, reason } = request.body
      return personView(
        deps.trail.change(who(request).actor, note => people.setStatus(note, request.params.id, status, reason)),
      )
    },
  )
  app.post(
    '/api/v1/people/:id/pin',
    {
      config: issue,
      schema: {
        tags,
        summary:
          'The PIN that goes with his card, or none. With its last digit one higher it opens all the same and is recorded as duress.',
        params: one,
        body: personPin,
        response: { 200: person },
      },
    },
    async request => {
      const { pin } = request.body
      const hash = pin === null ? null : await hashPassword(pin)
      return personView(deps.trail.change(who(request).actor, note => people.setPin(note, request.params.id, hash)))
    },
  )
  app.post(
    '/api/v1/people/:id/id-number',
    {
      config: { access: 'pass.identity' },
      schema: {
        tags,
        summary: 'The full ID number; who read it and why is on the trail',
        params: one,
        body: withReason,
        response: { 200: idNumber },
      },
    },
    async request => ({
      idNumber: deps.trail.change(who(request).actor, note =>
        people.readId(note, request.params.id, request.body.reason),
      ),
    }),
  )

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
