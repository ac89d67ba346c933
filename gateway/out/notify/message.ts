import type { Text } from '../../../drivers/point.ts'
import type { Severity } from '../../../rules/rule.ts'

export const toldEvents = ['raised', 'cleared', 'acknowledged', 'escalated', 'outage', 'test', 'digest'] as const
export type ToldEvent = (typeof toldEvents)[number]

/** What is told of an alarm, an order or an outage, before a channel gives it its form. */
export interface Told {
  /** The id of the alarm; of an order or a notice to customers, its own. */
  readonly alarm: string
  readonly severity: Severity
  readonly event: ToldEvent
  readonly text: Text
  readonly equipmentName: Text
  readonly space: Text | null
  /** UTC ms. */
  readonly at: number
  readonly site: Text
  readonly timezone: string
  readonly seq: number
  /** Which level of the ladder, from 1; of an order how much of its clock is used, per cent. */
  readonly level?: number
  /** The number of the order. */
  readonly order?: string
  /** Neither an alarm nor an order: a complaint, a late step of a runbook, a shift that nobody takes over. `clock`: what of it runs out. */
  readonly about?: {
    readonly kind: 'complaint' | 'runbook' | 'permit' | 'handover' | 'billing-batch'
    readonly no: string
    readonly clock: string
    /** What stands before the text. */
    readonly head: Text
  }
  /** In words of its own, such as a notice to customers: nothing is added to it. */
  readonly whole?: { readonly [language in Language]: { readonly title: string; readonly body: string } }
  /** Only a test of the alarm: whoever reads it must not run. */
  readonly test?: boolean
  /** Who reports it up, and what he says. */
  readonly said?: string
  /** What a notice of an outage says, for programs. */
  readonly outage?: Outage & {
    readonly run: string
    readonly no: string
    readonly kind: string
    readonly what: string | null
  }
  /** Where the one who is told can acknowledge; a link for him alone. */
  readonly link?: string
  /** In place of many that came in a flood. */
  readonly digest?: Digest
}
/** Scope, reason and times of an outage; null: nobody has said it. Times are ISO 8601. */
export interface Outage {
  readonly scope: Text
  readonly reason: string | null
  readonly since: string
  readonly expectedEnd: string | null
  readonly restoredAt: string | null
}
/** Many notices in one: how many of which cause, and where. */
export interface Digest {
  /** UTC ms. */
  readonly from: number
  readonly to: number
  readonly count: number
  /** The most pressing first, then the most. */
  readonly groups: readonly DigestGroup[]
}
export interface DigestGroup {
  readonly severity: Severity
  readonly event: ToldEvent
  readonly text: Text
  readonly space: Text | null
  readonly count: number
}

export type Language = keyof Text
const words: Record<ToldEvent, Text> = {
  raised: { 'zh-CN': '报警', en: 'ALARM' },
  cleared: { 'zh-CN': '恢复', en: 'CLEARED' },
  acknowledged: { 'zh-CN': '已确认', en: 'ACKNOWLEDGED' },
  escalated: { 'zh-CN': '升级', en: 'ESCALATED' },
  outage: { 'zh-CN': '通知', en: 'NOTICE' },
  test: { 'zh-CN': '测试', en: 'TEST' },
  digest: { 'zh-CN': '报警汇总', en: 'DIGEST' },
}
const severityWords: Record<Severity, Text> = {
  life: { 'zh-CN': '生命', en: 'life' },
  high: { 'zh-CN': '高', en: 'high' },
  medium: { 'zh-CN': '中', en: 'medium' },
  low: { 'zh-CN': '低', en: 'low' },
  journal: { 'zh-CN': '记录', en: 'log' },
}

export const formatAt = (at: number, language: Language, timeZone: string): string =>
  new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'zh-CN', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'medium',
    hourCycle: 'h23',
  }).format(at)

const whereOf = (told: Told, language: Language): string =>
  [told.space?.[language], told.equipmentName[language]].filter(Boolean).join(' ')

/** `[升级 2·高]`, of an order `[工单 WO-… 100%·高]`. */
function headOf(told: Told, language: Language): string {
  const severity = severityWords[told.severity][language]
  if (told.event === 'escalated' && told.order !== undefined)
    return language === 'en'
      ? `[ORDER ${told.order} ${told.level} %·${severity}]`
      : `[工单 ${told.order} 已用时 ${told.level}%·${severity}]`
  if (told.about) return `[${told.about.head[language]}·${severity}]`
  const word = told.test ? `${words.test[language]} ${words[told.event][language]}` : words[told.event][language]
  return told.level === undefined ? `[${word}·${severity}]` : `[${word} ${told.level}·${severity}]`
}
const linkOf = (told: Told, language: Language): string =>
  told.link === undefined ? '' : language === 'en' ? ` Acknowledge: ${told.link}` : ` 点此确认：${told.link}`

/** So many groups fit into a text message; a letter has room for more. */
const SHOWN_GROUPS = { line: 6, letter: 60 }

/** `12:02 至 12:07 共 37 条`, then each group: `中 温度过高 12 层 8 条`. */
function digestWords({ digest, timezone }: Told, language: Language, most: number): readonly string[] {
  if (!digest) return []
  const zh = language === 'zh-CN'
  const time = (at: number) =>
    new Intl.DateTimeFormat('en-GB', { timeZone: timezone, timeStyle: 'short', hourCycle: 'h23' }).format(at)
  const [from, to] = [time(digest.from), time(digest.to)]
  const shown = digest.groups.slice(0, most)
  const rest = digest.groups.slice(most).reduce((n, g) => n + g.count, 0)
  return [
    zh ? `${from} 至 ${to} 共 ${digest.count} 条` : `${digest.count} notices from ${from} to ${to}`,
    ...shown.map(g => {
      const event = g.event === 'raised' ? '' : words[g.event][language]
      const what = [severityWords[g.severity][language], event, g.text[language], g.space?.[language] ?? '']
      return `${what.filter(Boolean).join(' ')} ${zh ? `${g.count} 条` : `× ${g.count}`}`
    }),
    ...(rest === 0 ? [] : [zh ? `其他 ${rest} 条` : `others × ${rest}`]),
  ]
}

/** One line for a telephone: the most pressing words first. */
export function lineOf(told: Told, language: Language): string {
  if (told.whole) return `${told.whole[language].title}\n${told.whole[language].body}`
  if (told.digest) {
    const parts = digestWords(told, language, SHOWN_GROUPS.line).join(language === 'zh-CN' ? '；' : '; ')
    return `${headOf(told, language)} ${parts} ${told.site[language]}`
  }
  const at = formatAt(told.at, language, told.timezone)
  const line = [
    headOf(told, language),
    told.text[language],
    whereOf(told, language),
    told.said,
    at,
    told.site[language],
  ]
  return `${line.filter(Boolean).join(' ')}${linkOf(told, language)}`
}

/** Subject and text of a letter. */
export function letterOf(told: Told, language: Language): { readonly subject: string; readonly text: string } {
  const site = told.site[language]
  if (told.whole) return { subject: `${told.whole[language].title} · ${site}`, text: told.whole[language].body }
  if (told.digest) {
    const [sum = '', ...groups] = digestWords(told, language, SHOWN_GROUPS.letter)
    return { subject: `${headOf(told, language)} ${sum} · ${site}`, text: [sum, '', ...groups, '', site].join('\n') }
  }
  const zh = language === 'zh-CN'
  const subject = `${headOf(told, language)} ${told.text[language]} ${whereOf(told, language)}`.trim()
  const line = (nameZh: string, nameEn: string, value: string) => (zh ? `${nameZh}：${value}` : `${nameEn}: ${value}`)
  const lines = [
    told.text[language],
    '',
    line('位置', 'Where', whereOf(told, language)),
    line('级别', 'Priority', severityWords[told.severity][language]),
    line('时间', 'Time', `${formatAt(told.at, language, told.timezone)} (${told.timezone})`),
    line('项目', 'Site', site),
    ...(told.order === undefined ? [] : [line('工单', 'Order', told.order)]),
    ...(told.about ? [line('编号', 'Number', told.about.no)] : []),
    ...(told.said === undefined ? [] : [line('上报', 'Reported', told.said)]),
  ]
  const link = told.link && [
    '',
    zh
      ? '打开下面的链接并按“确认”，表示您已知道并会处理。链接只供您本人使用：'
      : 'Open this link and press "Acknowledge" to say that you know and see to it. It is for you alone:',
    told.link,
  ]
  return { subject, text: [...lines, ...(link || [])].join('\n') }
}
