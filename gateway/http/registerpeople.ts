import { z } from 'zod'
import { iso } from '../core/clock.ts'
import { registerForgotten, registerKnown, registerNumbers, registerPerson, withReason } from './contract.ts'
import { type App, type Deps, who } from './deps.ts'

/** What registers know of people: numbers in full with a reason, all of one person, and taking him out. */
export function registerPeopleRoutes(app: App, deps: Deps) {
  const { registers, registerPeople, trail } = deps
  const tags = ['registers']
  app.post(
    '/api/v1/register-entries/:id/numbers',
    {
      config: { access: 'register.identity' },
      schema: {
        tags,
        summary: 'Telephone numbers and proofs of an entry in full; who read them and why is on the trail',
        params: z.object({ id: z.string().max(64) }),
        body: withReason,
        response: { 200: registerNumbers },
      },
    },
    async request => {
      const { id } = registers.one(request.params.id)
      const { reason } = request.body
      return { values: trail.change(who(request).actor, note => registerPeople.numbers(note, id, reason)) }
    },
  )
  app.post(
    '/api/v1/register-people/export',
    {
      config: { access: 'register.identity' },
      schema: {
        tags,
        summary:
          'All that registers know of somebody, by his name or telephone number; how much it was is on the trail',
        body: registerPerson,
        response: { 200: registerKnown },
      },
    },
    async request => {
      const { name, reason } = request.body
      const known = trail.change(who(request).actor, note => registerPeople.export(note, name, reason))
      return { items: known.map(k => ({ ...k, at: iso(k.at) })), next: null }
    },
  )
  app.post(
    '/api/v1/register-people/forget',
    {
      config: { access: 'register.forget' },
      schema: {
        tags,
        summary:
          'Takes somebody out of all that has ended and is past. What still runs keeps him and is named; how much went is on the trail',
        body: registerPerson,
        response: { 200: registerForgotten },
      },
    },
    async request => {
      const { name, reason } = request.body
      const gone = trail.change(who(request).actor, note => registerPeople.forgetOne(note, name, reason))
      for (const file of gone.files) deps.dropPhoto(file)
      return { entries: gone.entries, lines: gone.lines, photos: gone.files.length, kept: [...gone.kept] }
    },
  )
}
