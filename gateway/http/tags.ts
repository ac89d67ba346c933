import { z } from 'zod'
import type { Text } from '../../drivers/point.ts'
import { may } from '../../rules/permission.ts'
import { inForce, moveTag, type Tag } from '../../rules/tag.ts'
import { iso, isoOrNull } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import { newTag, page, type TagView, tag, tagAction, tagMove } from './contract.ts'
import { createOnce } from './create.ts'
import { type App, type Deps, who } from './deps.ts'

const timed = <T extends { readonly at: number }>(one: T | null) => one && { ...one, at: iso(one.at) }

export function tagView(deps: Deps, t: Tag): TagView {
  return {
    ...t,
    equipmentName: deps.plant()?.site.equipment.find(e => e.id === t.equipment)?.name ?? null,
    at: iso(t.at),
    orderNo: t.order === null ? null : (deps.workorders.get(t.order)?.no ?? null),
    inForce: inForce(t, deps.clock.now()),
    test: t.test && { ...t.test, from: iso(t.test.from), until: iso(t.test.until) },
    offer: timed(t.offer),
    removal: timed(t.removal),
    removedAt: isoOrNull(t.removedAt),
  }
}

const lacking: Readonly<Record<'reason' | 'called' | 'to' | 'verified', Text>> = {
  reason: { 'zh-CN': '原因', en: 'the reason' },
  called: { 'zh-CN': '何时怎样联系挂牌人、结果如何', en: 'when and how the owner was called, and what came of it' },
  to: { 'zh-CN': '移交给谁', en: 'to whom' },
  verified: { 'zh-CN': '验电结果', en: 'how it was proven' },
}

/** Tags on equipment: hung, handed over, lifted for a try, taken off by their owner or by two others. */
export function tagRoutes(app: App, deps: Deps) {
  const { tags } = deps
  const group = ['tags']
  app.get(
    '/api/v1/tags',
    {
      config: { access: 'plant.read' },
      schema: {
        tags: group,
        summary: 'Tags that hang, the oldest first; with `all` the newest, also those that are off',
        querystring: z.object({
          all: z.stringbool().default(false),
          limit: z.coerce.number().int().min(1).max(1000).default(200),
        }),
        response: { 200: page(tag) },
      },
    },
    async request => ({
      items: (request.query.all ? tags.newest(request.query.limit) : tags.open()).map(t => tagView(deps, t)),
      next: null,
    }),
  )
  app.post(
    '/api/v1/tags',
    {
      config: { access: 'tag.hang' },
      schema: {
        tags: group,
        summary: 'Hangs a tag: from now on nothing of this equipment is commanded, from wherever it is asked',
        body: newTag,
        response: { 201: tag },
      },
    },
    async (request, reply) => {
      const { equipment, reason, order, permit, verified } = request.body
      const { actor } = who(request)
      if (!deps.plant()?.site.equipment.some(e => e.id === equipment)) fail('not-found', { what: equipment })
      if (order !== undefined && !deps.workorders.get(order)) fail('not-found', { what: order })
      const asked = { equipment, reason, order: order ?? null, permit: permit || null, verified }
      const made = createOnce(deps, request, (note, now) => ({ id: tags.hang(note, asked, actor.name, now).id }))
      return reply.code(201).send(tagView(deps, tags.one(made.id)))
    },
  )
  app.post(
    '/api/v1/tags/:id/:action',
    {
      config: { access: 'tag.move' },
      schema: {
        tags: group,
        summary:
          'The owner proves, removes, hands over or tries for at most 15 min. Without him one asks for removal and says how he was called, and another agrees.',
        params: z.object({ id: z.string().max(64), action: tagAction }),
        body: tagMove,
        response: { 200: tag },
      },
    },
    async request => {
      const { id, action } = request.params
      const { actor } = who(request)
      const given = { ...request.body }
      const had = tags.one(id)
      if (action === 'offer' && given.to !== undefined && given.to !== '') {
        const to = deps.users.get(given.to)
        if (!to || to.disabled || !may(to.role, 'tag.hang')) return fail('tag-owner-role', { name: given.to })
        given.to = to.name
      }
      // One person, one tag: also when it comes from somebody else.
      const mine = (t: Tag) => t.id !== id && t.owner.toLowerCase() === actor.name.toLowerCase()
      if (action === 'take' && tags.on(had.equipment).some(mine)) return fail('tag-own-twice')
      const next = moveTag(had, action, actor.name, given, deps.clock.now())
      if ('refused' in next)
        return fail(next.refused, {
          owner: had.owner,
          to: had.offer?.to ?? '',
          by: had.removal?.by ?? '',
          what: next.what ? lacking[next.what] : '',
        })
      const { reason, called, to, minutes, verified } = given
      const { removal } = had
      const said = action === 'confirm-removal' ? { owner: had.owner, asked: removal } : { owner: had.owner }
      return tagView(
        deps,
        deps.trail.change(actor, note =>
          tags.put(note, next, action, { ...said, reason, called, to, minutes, verified }),
        ),
      )
    },
  )
}
