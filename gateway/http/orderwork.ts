import { z } from 'zod'
import { centsOf } from '../../rules/orderwork.ts'
import { fail } from '../core/errors.ts'
import {
  giveBack,
  newCheck,
  newLabour,
  newMaterial,
  newReservation,
  newSignature,
  page,
  signatureName,
  workorder,
} from './contract.ts'
import { createOnce } from './create.ts'
import { type App, type Deps, who } from './deps.ts'
import { signatureView } from './orderworkview.ts'
import { workorderView } from './views.ts'

const one = z.object({ id: z.string().max(64) })
const line = one.extend({ line: z.string().max(64) })
const MOST_PICTURE = 100_000

/** What is written on an order while it is done: materials, labour, its check sheet, signatures. */
export function orderWorkRoutes(app: App, deps: Deps) {
  const tags = ['work orders']
  const config = { access: 'workorder.work' as const }
  const known = (id: string) => deps.workorders.get(id) ?? fail('not-found', { what: id })
  const answers = { 200: workorder }
  const cents = (amount: string | undefined) => (amount === undefined ? null : centsOf(amount))
  const now = () => deps.clock.now()

  app.post(
    '/api/v1/workorders/:id/materials',
    {
      config,
      schema: {
        tags,
        summary: 'What was used: a part of the store, which is taken out there, or anything by its name',
        params: one,
        body: newMaterial,
        response: answers,
      },
    },
    async request => {
      const { id } = known(request.params.id)
      const { part = null, price, payer = null, ...asked } = request.body
      const by = who(request).actor.name
      // Sent twice it would be paid twice.
      createOnce(deps, request, note => {
        const order = { ...asked, part, payer, priceCents: cents(price) }
        return { id: deps.orderWork.addMaterial(note, id, order, by, now()).id }
      })
      return workorderView(deps, known(id))
    },
  )
  app.post(
    '/api/v1/workorders/:id/materials/:line/return',
    {
      config,
      schema: {
        tags,
        summary: 'So much of a line went back, to the store if it came from there',
        params: line,
        body: giveBack,
        response: answers,
      },
    },
    async request => {
      const { id, line: of } = request.params
      createOnce(deps, request, note => ({
        id: deps.orderWork.giveBack(note, known(id).id, of, request.body.quantity, now()).id,
      }))
      return workorderView(deps, known(id))
    },
  )
  app.post(
    '/api/v1/workorders/:id/reservations',
    {
      config,
      schema: {
        tags,
        summary: 'Holds parts of the store for this order, until it ends; below nought lets go',
        params: one,
        body: newReservation,
        response: answers,
      },
    },
    async request => {
      const { part, quantity } = request.body
      const { id } = known(request.params.id)
      createOnce(deps, request, note => ({ id: deps.orderWork.reserve(note, id, part, quantity, now()).id }))
      return workorderView(deps, known(id))
    },
  )
  app.post(
    '/api/v1/workorders/:id/labour',
    {
      config,
      schema: { tags, summary: 'Who worked how long', params: one, body: newLabour, response: answers },
    },
    async request => {
      const { id } = known(request.params.id)
      const { person, rate, payer = null, ...asked } = request.body
      const by = who(request).actor.name
      createOnce(deps, request, note => {
        const made = { ...asked, person: person || by, rateCents: cents(rate), payer, by }
        return { id: deps.orderWork.addLabour(note, id, made, now()).id }
      })
      return workorderView(deps, known(id))
    },
  )
  app.post(
    '/api/v1/workorders/:id/labour/:line/withdraw',
    {
      config,
      schema: {
        tags,
        summary: 'It was written down wrongly: it counts nothing, and stays to be seen',
        params: line,
        body: z.strictObject({}),
        response: answers,
      },
    },
    async request => {
      const { id, line: of } = request.params
      const { actor } = who(request)
      return workorderView(
        deps,
        deps.trail.change(actor, note => deps.orderWork.withdrawLabour(note, known(id).id, of, now())),
      )
    },
  )
  app.post(
    '/api/v1/workorders/:id/checks',
    {
      config,
      schema: {
        tags,
        summary: 'What was found at one item of the check sheet; what is bad opens an order of its own',
        params: one,
        body: newCheck,
        response: answers,
      },
    },
    async request => {
      const { actor } = who(request)
      const { id } = known(request.params.id)
      return workorderView(
        deps,
        deps.trail.change(actor, note => deps.orderWork.check(note, id, request.body, actor.name, now())),
      )
    },
  )
  app.post(
    '/api/v1/workorders/:id/signatures',
    {
      config,
      schema: {
        tags,
        summary: 'Somebody signs: by hand, as a picture that is kept with its hash on the trail, or by name',
        params: one,
        body: newSignature,
        response: answers,
      },
    },
    async request => {
      const { actor } = who(request)
      const { id } = known(request.params.id)
      const { who: signer, name, image, deviceAt } = request.body
      const bytes = image === undefined ? null : Buffer.from(image, 'base64')
      if (bytes && (bytes.length > MOST_PICTURE || deps.photos.typeOf(bytes) !== 'image/png')) fail('not-a-signature')
      const kept = bytes && deps.photos.keep(bytes, 'image/png')
      const asked = {
        who: signer,
        how: kept ? ('drawn' as const) : ('named' as const),
        name: name || (signer === 'worker' || !kept ? actor.name : ''),
        hash: kept?.hash ?? null,
        bytes: bytes?.length ?? null,
        by: actor.name,
        deviceAt: deviceAt === undefined ? null : Date.parse(deviceAt),
      }
      try {
        return workorderView(
          deps,
          deps.trail.change(actor, note => deps.orderWork.sign(note, id, asked, now())),
        )
      } catch (error) {
        if (kept?.isNew) deps.photos.drop(kept.hash, 'image/png')
        throw error
      }
    },
  )
  app.get(
    '/api/v1/workorders/:id/signatures',
    {
      // Names of people, as those of reports.
      config: { access: 'report.read' },
      schema: { tags, summary: 'Who signed, by name', params: one, response: { 200: page(signatureName) } },
    },
    async request => {
      const order = known(request.params.id)
      const names = deps.orderWork.namesOf(order.id)
      const items = order.signatures.map(s => ({ ...signatureView(order, s), name: names.get(s.id) ?? '' }))
      return { items, next: null }
    },
  )
  app.get(
    '/api/v1/workorders/:id/signatures/:line',
    {
      config: { access: 'report.read' },
      schema: { tags, summary: 'A signature as it was drawn', params: line },
    },
    async (request, reply) => {
      const signature = known(request.params.id).signatures.find(s => s.id === request.params.line)
      const bytes = signature?.hash ? deps.photos.read(signature.hash, 'image/png') : null
      if (!bytes) return fail('not-found', { what: request.params.line })
      return reply
        .header('content-type', 'image/png')
        .header('cache-control', 'private, max-age=31536000, immutable')
        .header('content-disposition', 'inline')
        .send(bytes)
    },
  )
}
