import { z } from 'zod'
import { whatToDo } from '../../rules/access/gate.ts'
import { type Outcome, outcomes } from '../../rules/access/outcome.ts'
import { iso } from '../core/clock.ts'
import type { Credential } from '../records/credentials.ts'
import type { GateEntry } from '../records/gate.ts'
import type { Person } from '../records/people.ts'
import {
  type GateAnswer,
  type GateShownPass,
  gateAnswer,
  gateEntries,
  gateList,
  gatePanel,
  gateScan,
  gateTakeAway,
  gateTaken,
  type Text,
} from './contract.ts'
import { type App, type Deps, who } from './deps.ts'
import { outcomeText } from './outcomewords.ts'
import { visitView } from './visits.ts'

const words = (zh: string, en: string): Text => ({ 'zh-CN': zh, en })
/** What does not fit, in words; the outcomes of doors are among them. */
const conflicts: Readonly<Record<string, Text>> = {
  unknown: words('没有这张证或这次来访', 'There is no such pass or visit'),
  returned: words('此证已退还服务台', 'The pass was given back at the desk'),
  'already-inside': words('副本已在门岗：重复进场', 'Its duplicate is at the gate already: came in twice'),
  'not-inside': words('副本不在门岗：没有进场记录', 'Its duplicate is not at the gate: never came in'),
  'seen-since': words('此后已在别处刷卡', 'Was seen at a door since'),
  'clock-ahead': words('门岗设备时钟超前', 'The clock of the gate device is ahead'),
  'visit-not-so': words('来访还未批准，或已取消', 'The visit was not approved, or was cancelled'),
  'visit-not-today': words('不在约定的时间', 'Not at the time that was agreed'),
  'visit-escort': words('没有陪同人', 'Without an escort'),
}
const conflictText = (code: string | null): Text | null =>
  code === null ? null : (conflicts[code] ?? outcomes[code as Outcome] ?? words(code, code))

export function gateRoutes(app: App, deps: Deps) {
  const { gate, people, credentials, visits } = deps
  const tags = ['gate']
  const config = { access: 'pass.gate' as const }

  function passView(c: Credential, person: Person): GateShownPass {
    const company = person.company === null ? undefined : people.company(person.company)
    const levels = c.levels.flatMap(id => deps.plant()?.site.access.levels.get(id)?.name ?? [])
    return {
      ...{
        id: c.id,
        no: c.no,
        class: c.class,
        phase: c.phase,
        duplicate: c.duplicate,
        validTo: iso(c.validTo),
        levels,
      },
      works: c.works === null ? null : (people.works(c.works)?.name ?? null),
      ...{ person: person.id, name: person.name, kind: person.kind, trade: person.trade, photo: person.photo },
      company: company ? { name: company.name, colour: company.colour } : null,
    }
  }
  const entryView = (e: GateEntry) => {
    const c = e.credential === null ? undefined : credentials.get(e.credential)
    const visit = e.visit === null ? undefined : visits.get(e.visit)
    return {
      ...{ seq: e.seq, post: e.post, n: e.n, at: iso(e.at), receivedAt: iso(e.receivedAt), direction: e.direction },
      name: c ? (people.get(c.person)?.name ?? '') : (visit?.name ?? ''),
      no: c?.no ?? visit?.no ?? '',
      ...{ how: e.how, by: e.by, conflict: e.conflict, text: conflictText(e.conflict) },
    }
  }

  app.get(
    '/api/v1/gates',
    {
      config,
      schema: { tags, summary: 'Gates with a guard', response: { 200: gateList } },
    },
    async () => ({ items: gate.gates().map(({ id, name }) => ({ id, name })), next: null }),
  )
  const of = z.object({ gate: z.string().max(64) })
  app.get(
    '/api/v1/gate-panel',
    {
      config,
      schema: {
        tags,
        summary:
          'Who is inside by the duplicates that lie at the gate and by the visitors’ list, and what just happened',
        querystring: of,
        response: { 200: gatePanel },
      },
    },
    async request => {
      const { now, held, visits: expected, recent, conflicts: odd, ...counts } = gate.panel(request.query.gate)
      const { id, name } = gate.gateOf(request.query.gate)
      return {
        ...{ gate: { id, name }, now: iso(now), ...counts },
        held: held.map(({ slot, since, pass }) => ({
          ...{ slot, since: iso(since), no: pass.no, name: pass.name, works: pass.works },
          company: pass.company === null ? null : { name: pass.company, colour: pass.colour ?? '#ffffff' },
        })),
        visits: expected.map(v => visitView(deps, v)),
        recent: recent.map(entryView),
        conflicts: odd.map(entryView),
      }
    },
  )
  app.get(
    '/api/v1/gate-list',
    {
      config,
      schema: {
        tags,
        summary:
          'All that a gate needs to judge by itself while it is cut off, signed with the key of `pass-key`. No number of a card and no ID is in it.',
        querystring: of,
        response: { 200: gateTakeAway },
      },
    },
    async request => gate.list(request.query.gate),
  )
  app.post(
    '/api/v1/gate-scans',
    {
      config,
      schema: {
        tags,
        summary: 'What a guard has scanned or typed: may he pass, who is it, what is to be done. Put on record.',
        body: gateScan,
        response: { 200: gateAnswer },
      },
    },
    async (request): Promise<GateAnswer> => {
      const { gate: id, text, direction } = request.body
      const found = gate.scan(id, text, direction ?? null, who(request).actor)
      const { decision, credential, person } = found
      // Under duress nobody on the spot may see it.
      const outcome = decision === null || decision.outcome === 'granted-duress' ? null : decision.outcome
      const now = deps.clock.now()
      const expected =
        person === null
          ? found.visits
          : visits.open().filter(v => v.person === person.id && v.validFrom <= now && now < v.validTo)
      return {
        ...{ verdict: found.verdict, outcome, at: iso(now), event: found.event, direction: found.direction },
        text: decision && outcome !== null ? outcomeText(deps, { outcome, facts: decision.facts }) : null,
        todo: found.verdict === 'no' && outcome !== null ? whatToDo(outcome) : null,
        ...{ typed: found.typed, slot: found.slot },
        pass: credential && person ? passView(credential, person) : null,
        visit: found.visit && visitView(deps, found.visit),
        visits: expected.map(v => visitView(deps, v)),
        choices: found.choices.map(c => passView(c.credential, c.person)),
      }
    },
  )
  app.post(
    '/api/v1/gate-entries',
    {
      config,
      schema: {
        tags,
        summary:
          'Who came in and went out, as a gate has put it down, also while it was cut off. Sent again it changes nothing; what does not fit is answered as a conflict.',
        body: gateEntries,
        response: { 200: gateTaken },
      },
    },
    async request => {
      const { gate: id, post, entries } = request.body
      const { actor } = who(request)
      const items = entries.map(({ at, ...e }) => {
        const { result, entry } = gate.take({ ...e, gate: id, post, at: Date.parse(at) }, actor)
        return { n: e.n, result, conflict: entry.conflict, text: conflictText(entry.conflict) }
      })
      return { items, next: null }
    },
  )
}
