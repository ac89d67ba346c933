import { z } from 'zod'
import type { PointId } from '../../drivers/point.ts'
import { stateOf } from '../../rules/alarm.ts'
import { suggested } from '../../rules/proof.ts'
import { passed, reportOf } from '../../rules/proofreport.ts'
import { matches, offlineRule } from '../../rules/rule.ts'
import { iso, isoOrNull } from '../core/clock.ts'
import { errors, fail, fill, GatehouseError } from '../core/errors.ts'
import type { KeptProof } from '../records/proofs.ts'
import { newProof, type ProofView, page, paging, pointId, proof, proofOffer, proofShown, provable } from './contract.ts'
import { createOnce } from './create.ts'
import { type App, type Deps, who } from './deps.ts'
import { placeAt } from './views.ts'

const one = z.object({ id: z.string().max(64) })
const equipmentOf = (point: string) => point.slice(0, point.indexOf('/'))

export function proofView(deps: Deps, kept: KeptProof): ProofView {
  const running = deps.proofKeeper.running()
  const mine = running?.id === kept.id
  const p = mine ? running : kept
  const steps = reportOf(p, deps.proofKeeper.factsOf(p))
  const test = mine ? deps.plant()?.alarms.get(p.test) : undefined
  const { id, no, rule, alarm, point, equipmentName, space, text, severity, delayOnS, delayOffS, why, by, end } = p
  return {
    ...{
      id,
      no,
      rule,
      alarm,
      test: p.test,
      point,
      equipment: equipmentOf(point),
      equipmentName,
      space,
      text,
      severity,
    },
    ...{ delayOnS, delayOffS, why, by, end },
    values: p.values.map(v => ({ ...v })),
    siren: p.siren && { point: p.siren.point, name: p.siren.name },
    ...{ at: iso(p.at), until: iso(p.until), returnedAt: isoOrNull(p.returnedAt), returnedBy: p.returnedBy },
    ...{ endedAt: isoOrNull(p.endedAt), endedBy: p.endedBy, passed: end === null ? null : passed(p, steps) },
    state: test ? stateOf(test) : null,
    steps: steps.map(s => ({ ...s, at: isoOrNull(s.at), who: [...s.who] })),
  }
}

/** Proving an alarm: who may, starts a test of it; everybody sees it, and sees that it is a test. */
export function proofRoutes(app: App, deps: Deps) {
  const tags = ['alarms']
  const { proofs, proofKeeper } = deps
  const look = { access: 'alarm.read' as const }
  const prove = { access: 'alarm.prove' as const }
  const view = (id: string) => proofView(deps, proofs.one(id))

  app.get(
    '/api/v1/alarm-proofs',
    {
      config: look,
      schema: {
        tags,
        summary:
          'Tests of alarms with their reports, newest first; those of one rule with `rule`, the one that runs with `running`',
        querystring: z.object({
          ...paging,
          rule: z.string().max(129).optional(),
          running: z.stringbool().default(false),
        }),
        response: { 200: page(proof) },
      },
    },
    async ({ query: { limit, cursor, rule, running } }) => {
      const now = proofKeeper.running()
      if (running) return { items: now ? [view(now.id)] : [], next: null }
      const list = proofs.list(rule, limit + 1, cursor)
      const slice = list.slice(0, limit)
      return { items: slice.map(p => proofView(deps, p)), next: list.length > limit ? slice.at(-1)!.id : null }
    },
  )
  app.get(
    '/api/v1/alarm-proofs/:id',
    {
      config: look,
      schema: { tags, summary: 'One test of an alarm with its report', params: one, response: { 200: proof } },
    },
    async ({ params: { id } }) => view(id),
  )
  app.get(
    '/api/v1/provable-alarms',
    {
      config: look,
      schema: {
        tags,
        summary:
          'The alarms of a rule or of some equipment, each with when it was proved last; of all that were ever proved without either',
        querystring: z.object({ rule: z.string().max(129).optional(), equipment: z.string().max(64).optional() }),
        response: { 200: page(provable) },
      },
    },
    async ({ query: { rule, equipment } }) => {
      const plant = deps.plant()
      if (!plant) return { items: [], next: null }
      const last = new Map(proofs.last().map(p => [p.alarm, p]))
      const rules = [...plant.site.rules, offlineRule].filter(r => rule === undefined || r.id === rule)
      const items = rules.flatMap(r =>
        [...plant.points.keys()]
          .filter(point => equipment === undefined || equipmentOf(point) === equipment)
          .filter(point => r.points.some(pattern => matches(pattern, point)))
          .flatMap(point => {
            const alarm = plant.alarms.get(`${r.id}:${point.replace('/', ':')}`)
            const was = alarm && last.get(alarm.id)
            if (!alarm || (rule === undefined && equipment === undefined && !was)) return []
            const place = placeAt(plant.site, point, r.id)
            const { id, text, severity, delayOnS } = r
            return [
              {
                ...{ rule: id, alarm: alarm.id, point, text, severity, delayOnS, equipment: equipmentOf(point) },
                equipmentName: place?.equipmentName ?? { 'zh-CN': equipmentOf(point), en: equipmentOf(point) },
                pointName: place?.pointName ?? null,
                provedAt: isoOrNull(was?.provedAt ?? null),
                last: was ? { ...was.last, endedAt: iso(was.last.endedAt) } : null,
              },
            ]
          }),
      )
      return { items, next: null }
    },
  )
  app.get(
    '/api/v1/alarm-proof-offer',
    {
      config: prove,
      schema: {
        tags,
        summary: 'What a test of this alarm needs to be told, and why it cannot be made now',
        querystring: z.object({ rule: z.string().max(129), point: pointId }),
        response: { 200: proofOffer },
      },
    },
    async request => {
      const { rule, point } = request.query
      const shown = { alarm: `${rule}:${point.replace('/', ':')}`, point }
      try {
        const busy = proofKeeper.running()
        if (busy) fail('proving-runs', { no: busy.no, by: busy.by })
        const { at, rule: found, points } = proofKeeper.provable(rule, point as PointId)
        return {
          ...{ ...shown, refused: null },
          inputs: points.map(id => {
            const known = at.points.get(id)!
            const now = at.latest.get(id)!.value
            const value = id === point && now !== null ? suggested(found.when, now, known.range) : undefined
            return {
              point: id,
              name: known.name,
              kind: known.kind,
              unit: known.unit ?? null,
              now,
              suggested: value ?? null,
            }
          }),
          sirens: proofKeeper.sirens(who(request).actor.role).map(({ id, name }) => ({
            ...{ point: id, name },
            equipmentName: placeAt(at.site, id)?.equipmentName ?? { 'zh-CN': equipmentOf(id), en: equipmentOf(id) },
          })),
        }
      } catch (error) {
        if (!(error instanceof GatehouseError) || error.code === 'not-found') throw error
        const text = errors[error.code]
        const refused = { 'zh-CN': fill(text['zh-CN'], error.params, 'zh-CN'), en: fill(text.en, error.params, 'en') }
        return { ...shown, refused, inputs: [], sirens: [] }
      }
    },
  )
  app.post(
    '/api/v1/alarm-proofs',
    {
      config: prove,
      schema: {
        tags,
        summary:
          'Starts the test of an alarm: stated values are judged beside the real points, and the alarm walks its whole way, marked as a test. One at a time',
        body: newProof,
        response: { 201: proof },
      },
    },
    async (request, reply) => {
      const { actor } = who(request)
      const { rule, point, values, siren, why } = request.body
      let fresh: ReturnType<typeof proofKeeper.begin> | undefined
      const made = createOnce(deps, request, note => {
        const asked = { rule, point: point as PointId, siren: siren as PointId | null, why }
        fresh = proofKeeper.begin(
          note,
          { ...asked, values: values.map(v => ({ ...v, point: v.point as PointId })) },
          actor,
        )
        return { id: fresh.id }
      })
      // On the disk by now; a repeated key gets the first one and feeds nothing.
      if (fresh) proofKeeper.go(fresh, actor)
      return reply.code(201).send(view(made.id))
    },
  )
  for (const [word, summary] of [
    ['return', 'The stated values are taken away: the test sees what the points really say'],
    ['stop', 'Ends the test before its time; its alarm is laid to rest'],
  ] as const)
    app.post(
      `/api/v1/alarm-proofs/:id/${word}`,
      { config: prove, schema: { tags, summary, params: one, response: { 200: proof } } },
      async request => {
        const { id } = request.params as { id: string }
        const { actor } = who(request)
        proofs.one(id)
        if (word === 'return') proofKeeper.back(id, actor)
        else proofKeeper.stop(id, actor)
        return view(id)
      },
    )
  app.post(
    '/api/v1/alarm-proofs/:id/shown',
    {
      config: look,
      schema: {
        tags,
        summary:
          'A page shows the alarm of the test to the person who is signed in, and says whether it sounds. Again does no harm',
        params: one,
        body: proofShown,
        response: { 200: proof },
      },
    },
    async request => {
      const { id } = request.params
      proofs.one(id)
      proofKeeper.shown(id, who(request).actor, request.body.sound)
      return view(id)
    },
  )
}
