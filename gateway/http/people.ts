import { z } from 'zod'
import { iso, isoOrNull } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import type { Person, Works } from '../records/people.ts'
import { hashPassword } from '../records/secrets.ts'
import {
  company,
  companyBlock,
  idNumber,
  newCompany,
  newPerson,
  newWorks,
  type PersonView,
  page,
  paging,
  person,
  personPin,
  personStatus,
  withReason,
  works,
  worksClosed,
} from './contract.ts'
import { createOnce } from './create.ts'
import { type App, type Deps, who } from './deps.ts'

const one = z.object({ id: z.string().max(64) })
const worksView = (w: Works) => ({
  ...{ id: w.id, no: w.no, name: w.name, space: w.space, company: w.company, permit: w.permit, closedBy: w.closedBy },
  ...{ permitTo: isoOrNull(w.permitTo), openedAt: iso(w.openedAt), closedAt: isoOrNull(w.closedAt) },
})

export const personView = (deps: Deps, p: Person): PersonView => ({
  ...p,
  roles: [...p.roles],
  certificates: p.certificates.map(c => ({ ...c, validTo: iso(c.validTo) })),
  createdAt: iso(p.createdAt),
  area: deps.accessRecords.where(p.id).area,
})

export function peopleRoutes(app: App, deps: Deps) {
  const { people, credentials } = deps
  const tags = ['people and passes']
  const read = { access: 'pass.read' as const }
  const issue = { access: 'pass.issue' as const }

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
    async request => ({
      items: people.list(request.query.q, request.query.limit).map(p => personView(deps, p)),
      next: null,
    }),
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
      return reply.code(201).send(personView(deps, people.one(made.id)))
    },
  )
  app.get(
    '/api/v1/people/:id',
    { config: read, schema: { tags, summary: 'One person', params: one, response: { 200: person } } },
    async request => personView(deps, people.one(request.params.id)),
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
      const { actor } = who(request)
      const { account } = people.one(request.params.id)
      // What somebody else has stopped is somebody else's to give back.
      if (status === 'active' && account?.toLowerCase() === actor.name.toLowerCase()) fail('grant-self')
      return personView(
        deps,
        deps.trail.change(actor, note => people.setStatus(note, request.params.id, status, reason)),
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
      return personView(
        deps,
        deps.trail.change(who(request).actor, note => people.setPin(note, request.params.id, hash)),
      )
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
}
