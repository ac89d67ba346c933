import { Readable } from 'node:stream'
import { z } from 'zod'
import { outcomes } from '../../rules/access/outcome.ts'
import { iso, isoOrNull } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import { wallOf } from '../history/edges.ts'
import type { AccessEvent } from '../records/access.ts'
import type { Held, LogFilter } from '../records/accesslog.ts'
import { accessReports, searching, time } from './contract.ts'
import type { App, Deps } from './deps.ts'
import { nameOfDoor, outcomeText } from './outcomewords.ts'

const PAGE = 1000
const MOST_OPENED = 200
const MONTH_MS = 30 * 86_400_000
const HEADS = {
  'zh-CN': '时间,时间（UTC）,门,门名称,方向,结果,说明,规则,姓名,人员编号,单位,证件编号,确已通过,门状态,策略版本',
  en: 'time,time (UTC),door,door name,direction,outcome,explanation,rule,name,person no.,company,pass no.,went through,door mode,policy version',
} as const

/** What was asked for, as the records take it. */
export const searched = <T extends { readonly from?: string | undefined; readonly to?: string | undefined }>(
  asked: T,
): Omit<T, 'from' | 'to'> & Pick<LogFilter, 'from' | 'to'> => ({
  ...asked,
  from: asked.from === undefined ? undefined : Date.parse(asked.from),
  to: asked.to === undefined ? undefined : Date.parse(asked.to),
})

/** Events of doors as a file, and what they come to. */
export function accessLogRoutes(app: App, deps: Deps) {
  const { accessLog, people, credentials } = deps
  const read = { access: 'pass.read' as const }
  const companyOf = (id: string | null) => (id === null ? null : (people.company(id)?.name ?? null))

  function rowOf(e: AccessEvent, lang: 'zh-CN' | 'en', zone: string): string[] {
    const person = e.person === null ? undefined : people.get(e.person)
    const local = new Date(wallOf(e.at, zone)).toISOString().slice(0, 19).replace('T', ' ')
    const words = lang === 'en' ? { in: 'in', out: 'out', yes: 'yes' } : { in: '进', out: '出', yes: '是' }
    return [
      ...[local, iso(e.at), e.door, nameOfDoor(deps, e.door)?.[lang] ?? '', words[e.direction], e.outcome],
      ...[outcomeText(deps, e)[lang], e.rule, person?.name ?? '', person?.no ?? ''],
      ...[
        companyOf(person?.company ?? null) ?? '',
        e.credential === null ? '' : (credentials.get(e.credential)?.no ?? ''),
      ],
      ...[e.entered ? words.yes : '', e.mode, e.policyVersion],
    ]
  }
  /** Newest first, read as it is sent. */
  function* rows(filter: LogFilter, lang: 'zh-CN' | 'en', zone: string): Generator<string> {
    // Excel takes a file without this mark for the machine's own code.
    yield `\uFEFF${deps.writeCsv([HEADS[lang].split(',')])}`
    for (let before: number | undefined; ; ) {
      const page = accessLog.search(filter, PAGE, before)
      yield deps.writeCsv(page.map(e => rowOf(e, lang, zone)))
      if (page.length < PAGE) return
      before = page.at(-1)!.seq
    }
  }
  app.get(
    '/api/v1/access-events/export',
    {
      config: read,
      schema: {
        tags: ['doors'],
        summary:
          'Events of doors as CSV in UTF-8 with its mark: times of the site’s wall and UTC, in Chinese or English',
        querystring: z.object({ ...searching, lang: z.enum(['zh-CN', 'en']).default('zh-CN') }),
      },
    },
    async (request, reply) => {
      const { lang, ...filter } = request.query
      const zone = deps.plant()?.site.timezone ?? 'UTC'
      return reply
        .header('content-type', 'text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="gatehouse-doors.csv"')
        .send(Readable.from(rows(searched(filter), lang, zone)))
    },
  )
  app.get(
    '/api/v1/access-reports',
    {
      config: read,
      schema: {
        tags: ['doors'],
        summary:
          'Who opened what, refusals by reason, passes that were not given back, deposits held; how long events are kept',
        querystring: z.object({ from: time.optional(), to: time.optional() }),
        response: { 200: accessReports },
      },
    },
    async request => {
      const now = deps.clock.now()
      const { from = now - MONTH_MS, to = now } = searched(request.query)
      if (!(from < to))
        fail('invalid-input', { where: 'from', why: { 'zh-CN': '须早于 to。', en: 'It must be before `to`.' } })
      const opened = accessLog.opened(from, to, MOST_OPENED + 1)
      const view = (h: Held) => ({
        ...{ credential: h.credential, no: h.no, person: h.person, name: h.name, company: companyOf(h.company) },
        ...{ works: h.works === null ? null : (people.works(h.works)?.no ?? h.works), phase: h.phase },
        ...{ validTo: iso(h.validTo), deposit: h.deposit, receipt: h.receipt },
      })
      const deposits = accessLog.deposits()
      const { since, dropped } = accessLog.kept()
      return {
        ...{ from: iso(from), to: iso(to) },
        opened: opened.slice(0, MOST_OPENED).map(o => {
          const person = people.get(o.person)
          const { door, times, entered, last } = o
          return {
            ...{ person: o.person, name: person?.name ?? o.person, company: companyOf(person?.company ?? null) },
            ...{ door, times, entered, last: iso(last) },
          }
        }),
        openedCut: opened.length > MOST_OPENED,
        refused: accessLog.refused(from, to).map(r => ({
          ...{ outcome: r.outcome, rule: r.rule, times: r.times, people: r.people, doors: r.doors },
          // Without the numbers of one case.
          text: { 'zh-CN': plainly(outcomes[r.outcome]['zh-CN']), en: plainly(outcomes[r.outcome].en) },
        })),
        unreturned: accessLog.unreturned(now).map(view),
        deposits: deposits.map(view),
        depositsTotal: sumOf(deposits.map(d => d.deposit!)),
        kept: {
          days: deps.plant()?.site.access.keepDays ?? 365,
          since: isoOrNull(since),
          dropped: dropped.map(d => ({ ...d, from: iso(d.from), to: iso(d.to) })),
        },
      }
    },
  )
}

const plainly = (text: string): string => text.replaceAll(/\{\w+\}/g, '…')
/** Decimal texts in whole cents: money is never a float. */
function sumOf(amounts: readonly string[]): string {
  const cents = amounts.reduce((sum, amount) => {
    const [yuan = '0', part = ''] = amount.split('.')
    return sum + BigInt(yuan) * 100n + BigInt(part.padEnd(2, '0'))
  }, 0n)
  return `${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`
}
