import type { Text } from '../drivers/point.ts'
import { factOf, type Runbook, type RunState, restoredAt, stepsOf } from './runbook.ts'

type Language = keyof Text
export type NoticeKind = 'interrupted' | 'restored'

/** A run as notices and reports see it. */
export interface Incident extends RunState {
  readonly book: Runbook
  /** Where, as it was called when it happened. */
  readonly place: Text
  readonly endedAt: number | null
}

const interrupted: Record<NonNullable<Runbook['notice']>, Text> = {
  power: { 'zh-CN': '停电', en: 'Power outage' },
  water: { 'zh-CN': '停水', en: 'Water outage' },
  gas: { 'zh-CN': '停气', en: 'Gas outage' },
  lift: { 'zh-CN': '电梯停用', en: 'Lift out of service' },
}
const again: typeof interrupted = {
  power: { 'zh-CN': '恢复供电', en: 'Power restored' },
  water: { 'zh-CN': '恢复供水', en: 'Water restored' },
  gas: { 'zh-CN': '恢复供气', en: 'Gas restored' },
  lift: { 'zh-CN': '电梯恢复使用', en: 'Lift back in service' },
}
/** What nobody has said yet is shown as a blank: a notice never guesses. */
const blank: Text = { 'zh-CN': '（待填写）', en: '(to be filled in)' }
const asked: Text = { 'zh-CN': '正在核实', en: 'being looked into' }

export const formatMoment = (at: number, language: Language, timeZone: string): string =>
  new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'zh-CN', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(at)

const sinceOf = (run: Incident): number => {
  const said = factOf(run.book, run, 'since')
  return said === null ? run.startedAt : Date.parse(said)
}

/**
 * A draft of the notice to customers [F38]: scope, reason, start, expected end, restored; null for events that interrupt
 * nothing. Somebody reads it before it is sent.
 */
export function noticeOf(
  run: Incident,
  kind: NoticeKind,
  language: Language,
  timeZone: string,
): { readonly title: string; readonly body: string } | null {
  const { book } = run
  if (!book.notice) return null
  const time = (at: number | null) => (at === null ? blank[language] : formatMoment(at, language, timeZone))
  const end = factOf(book, run, 'expected-end')
  const scope = factOf(book, run, 'scope') ?? run.place[language]
  const reason = factOf(book, run, 'cause') ?? asked[language]
  const title = (kind === 'interrupted' ? interrupted : again)[book.notice][language]
  const zh = language === 'zh-CN'
  const line = (nameZh: string, nameEn: string, value: string) => (zh ? `${nameZh}：${value}` : `${nameEn}: ${value}`)
  const lines = [
    line('范围', 'Scope', scope),
    line('原因', 'Reason', reason),
    line('开始时间', 'Start', time(sinceOf(run))),
    kind === 'interrupted'
      ? line('预计恢复', 'Expected end', time(end === null ? null : Date.parse(end)))
      : line('恢复时间', 'Restored', time(restoredAt(book, run))),
  ]
  const opening = zh ? '尊敬的客户：' : 'Dear customers,'
  const closing = zh ? '不便之处，敬请谅解。' : 'We apologise for the inconvenience.'
  return {
    title: zh ? `${title}通知` : `Notice: ${title}`,
    body: [
      opening,
      ...lines,
      kind === 'interrupted' ? closing : zh ? '感谢您的配合。' : 'Thank you for your patience.',
    ].join('\n'),
  }
}

/** The parts of an incident report [F14]. Null: nobody has said it. */
export interface ReportDraft {
  readonly since: number
  readonly until: number | null
  readonly cause: string | null
  readonly place: string | null
  readonly handling: string | null
  readonly restoredAt: number | null
}

/** What the timeline says of each part of the report; a person completes and signs it. */
export function reportOf(run: Incident): ReportDraft {
  const { book } = run
  const handled = stepsOf(book, run).flatMap(step => {
    const said = (step.asks ?? []).find(one => one.fact === 'handling')
    const value = said && run.steps[step.id]?.values[said.key]
    return value ? [value] : []
  })
  return {
    since: sinceOf(run),
    until: run.endedAt,
    cause: factOf(book, run, 'cause'),
    place: factOf(book, run, 'place'),
    handling: handled.length > 0 ? handled.join('\n') : null,
    restoredAt: restoredAt(book, run),
  }
}

/** What is interrupted, as another program reads it [M51]; null: nobody has said it. */
export interface OutageFacts {
  /** What a person said, else the place. */
  readonly scope: Text
  readonly reason: string | null
  /** UTC ms. */
  readonly since: number
  readonly expectedEnd: number | null
  readonly restoredAt: number | null
}

export function outageFacts(run: Incident): OutageFacts {
  const { book } = run
  const scope = factOf(book, run, 'scope')
  const end = factOf(book, run, 'expected-end')
  return {
    scope: scope === null ? run.place : { 'zh-CN': scope, en: scope },
    reason: factOf(book, run, 'cause'),
    since: sinceOf(run),
    expectedEnd: end === null ? null : Date.parse(end),
    restoredAt: restoredAt(book, run),
  }
}
