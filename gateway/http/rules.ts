import { z } from 'zod'
import { iso, isoOrNull } from '../core/clock.ts'
import { dryRun, dryRunAsk, page, ruleAsk, ruleView, sentence, tuningAsk } from './contract.ts'
import { type App, type Deps, who } from './deps.ts'

const params = z.object({ id: z.string().max(129) })
/** Every change of a rule says why. */
const querystring = z.object({ why: sentence.optional() })

export function ruleRoutes(app: App, deps: Deps) {
  const tags = ['rules']
  const viewOf = (id: string) => deps.rules.list().find(rule => rule.id === id)!
  app.get(
    '/api/v1/rules',
    {
      config: { access: 'site.read' },
      schema: {
        tags,
        summary: 'All rules: of the site, of its packs and built in, with what the site has tuned of them',
        response: { 200: page(ruleView) },
      },
    },
    async () => ({ items: [...deps.rules.list()], next: null }),
  )
  app.post(
    '/api/v1/rules',
    {
      config: { access: 'site.write' },
      schema: {
        tags,
        summary: 'Adds a rule to the site, as in site.json; the site runs on with it',
        querystring,
        body: ruleAsk,
        response: { 200: ruleView },
      },
    },
    async request => viewOf(await deps.rules.add(request.body, who(request).actor, request.query.why)),
  )
  app.delete(
    '/api/v1/rules/:id',
    {
      config: { access: 'site.write' },
      schema: {
        tags,
        summary: 'Takes one of the site’s own rules out of it; its alarms end',
        params,
        querystring,
        response: { 200: z.object({ id: z.string() }) },
      },
    },
    async request => {
      await deps.rules.remove(request.params.id, who(request).actor, request.query.why)
      return { id: request.params.id }
    },
  )
  app.put(
    '/api/v1/rules/:id/tuning',
    {
      config: { access: 'rule.tune' },
      schema: {
        tags,
        summary: 'What a rule of the site or of a pack is to differ in from what was delivered; {} is as delivered',
        params,
        querystring,
        body: tuningAsk,
        response: { 200: ruleView },
      },
    },
    async request => {
      const { id } = request.params
      await deps.rules.tune(id, request.body, who(request).actor, request.query.why)
      return viewOf(id)
    },
  )
  app.post(
    '/api/v1/rule-dry-runs',
    {
      config: { access: 'site.read' },
      schema: {
        tags,
        summary:
          'How often a rule would have fired in the last days, by the history: a rule of the site with `tuning`, or a new `rule`. Changes nothing.',
        body: dryRunAsk,
        response: { 200: dryRun },
      },
    },
    async request => {
      const { stoodMs, longestMs, first, last, from, to, ...made } = await deps.rules.dryRun(request.body)
      const shown = (fires: typeof first) => fires.map(f => ({ ...f, at: iso(f.at), until: isoOrNull(f.until) }))
      return {
        ...made,
        from: iso(from),
        to: iso(to),
        first: shown(first),
        last: shown(last),
        stoodS: stoodMs / 1000,
        longestS: longestMs / 1000,
      }
    },
  )
}
