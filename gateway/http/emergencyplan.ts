import { chapters, emptyPlan, hazards } from '../../rules/emergencyplan.ts'
import type { Runbook } from '../../rules/runbook.ts'
import { type EmergencyPlanView, emergencyPlanView } from './contract.ts'
import type { App, Deps } from './deps.ts'

const bookView = (book: Runbook): EmergencyPlanView['chapters'][number]['runbooks'][number] => ({
  id: book.id,
  name: book.name,
  unwritten: book.unwritten ?? (book.steps.length === 0 ? { 'zh-CN': '没有步骤', en: 'No steps' } : null),
  steps: book.steps.map(({ who, text, first, safety }) => ({ who, text, safety: first === true || safety === true })),
})

/** The emergency plan as one document: what the site has written, its runbooks and its telephones. */
export function emergencyPlanRoutes(app: App, deps: Deps) {
  app.get(
    '/api/v1/emergency-plan',
    {
      config: { access: 'runbook.read' },
      schema: {
        tags: ['runbooks'],
        summary: 'The emergency plan: organisation, people, and for each hazard measures, runbooks and telephones',
        response: { 200: emergencyPlanView },
      },
    },
    async () => {
      const site = deps.plant()?.site
      const plan = site?.emergencyPlan ?? emptyPlan
      return {
        organisation: plan.organisation.map(one => ({ ...one })),
        chapters: hazards.map(hazard => {
          const own = plan.chapters.find(c => c.hazard === hazard)
          const { name, runbooks, calls } = chapters[hazard]
          const books = [...new Set([...runbooks, ...(own?.runbooks ?? [])])].flatMap(id => {
            const book = site?.runbooks.get(id)
            return book ? [bookView(book)] : []
          })
          const measures = [...(own?.measures ?? [])]
          return {
            ...{ hazard, name, measures, runbooks: books, reviewed: own?.reviewed ?? null },
            calls: (site?.contacts ?? [])
              .filter(c => calls.includes(c.kind))
              .toSorted((a, b) => calls.indexOf(a.kind) - calls.indexOf(b.kind))
              .map(({ id, name: of, phone }) => ({ id, name: of, phone })),
            written: measures.length > 0 || books.some(book => book.unwritten === null),
          }
        }),
      }
    },
  )
}
