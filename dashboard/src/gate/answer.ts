import type { GateAnswer, GateShownPass, Text, VisitView } from '../../../gateway/http/contract.ts'
import { sayingOf, shownOnly, whatToDo } from '../../../rules/access/gate.ts'
import type { judgeHere } from './offline.ts'

/** What the gate says of whoever stands before it, whether the gateway said it or the page by itself. */
export interface Shown {
  readonly verdict: 'yes' | 'no' | 'shown' | 'choose'
  readonly why: Text | null
  readonly todo: Text | null
  readonly direction: 'in' | 'out'
  readonly how: 'online' | 'verified' | 'shown'
  readonly typed: boolean
  readonly slot: number | null
  readonly pass: (Omit<GateShownPass, 'phase' | 'class' | 'levels'> & { readonly levels: readonly Text[] }) | null
  readonly visit: VisitView | null
  readonly visits: readonly VisitView[]
  readonly choices: readonly { readonly no: string; readonly name: string; readonly trade: string }[]
  readonly event: number | null
  /** When it was said, by this page's `performance.now()`: an old answer is not shown as a new one. */
  readonly since: number
  readonly text: string
}

export const fromGateway = (a: GateAnswer, text: string): Shown => ({
  ...{
    verdict: a.verdict,
    why: a.outcome === 'granted' ? null : a.text,
    todo: a.todo,
    direction: a.direction,
    how: 'online',
    typed: a.typed,
  },
  ...{ slot: a.slot, pass: a.pass, visit: a.visit, visits: a.visit ? [] : a.visits, event: a.event, text },
  choices: [
    ...a.choices,
    ...(a.verdict === 'choose' ? a.visits.map(v => ({ no: v.no, name: v.name, trade: v.company })) : []),
  ],
  since: performance.now(),
})

export function fromHere(a: Awaited<ReturnType<typeof judgeHere>>, text: string): Shown {
  const { pass: p, outcome } = a
  return {
    ...{
      verdict: a.verdict,
      direction: a.direction,
      typed: a.why === 'not-signed',
      slot: null,
      visit: null,
      visits: [],
    },
    how: a.verdict === 'yes' ? 'verified' : 'shown',
    why: a.why ? shownOnly[a.why] : outcome && outcome !== 'granted' ? sayingOf(outcome) : null,
    todo: a.verdict === 'no' && outcome ? whatToDo(outcome) : null,
    pass: p && {
      ...{ id: p.id, no: p.no, duplicate: p.duplicate, works: p.works, person: p.person, name: p.name, kind: p.kind },
      ...{ trade: p.trade, photo: p.photo, validTo: new Date(p.validTo).toISOString(), levels: [] },
      company: p.company === null ? null : { name: p.company, colour: p.colour ?? '#ffffff' },
    },
    choices: a.others > 0 && a.list ? a.list.passes.filter(one => one.name.includes(text.trim())).slice(0, 9) : [],
    ...{ event: null, since: performance.now(), text },
  }
}
export const fromVisit = (visit: VisitView): Shown => ({
  ...{
    verdict: visit.phase === 'requested' ? 'no' : 'yes',
    why: null,
    todo: null,
    how: 'online',
    typed: true,
    slot: null,
  },
  ...{ direction: visit.phase === 'inside' ? 'out' : 'in', pass: null, visit, visits: [], choices: [], event: null },
  ...{ since: performance.now(), text: visit.no },
})
