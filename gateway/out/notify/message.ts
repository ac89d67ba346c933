import type { Text } from '../../../drivers/point.ts'
import type { Severity } from '../../../rules/rule.ts'

/** What is told of an alarm, before a channel gives it its form. */
export interface Told {
  readonly alarm: string
  readonly severity: Severity
  readonly event: 'raised' | 'cleared' | 'acknowledged'
  readonly text: Text
  readonly equipmentName: Text
  readonly space: Text | null
  /** UTC ms. */
  readonly at: number
  readonly site: Text
  readonly timezone: string
  readonly seq: number
}

type Language = keyof Text
const words: Record<Told['event'], Text> = {
  raised: { 'zh-CN': '报警', en: 'ALARM' },
  cleared: { 'zh-CN': '恢复', en: 'CLEARED' },
  acknowledged: { 'zh-CN': '已确认', en: 'ACKNOWLEDGED' },
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

/** One line for a telephone: the most pressing words first. */
export function lineOf(told: Told, language: Language): string {
  const where = [told.space?.[language], told.equipmentName[language]].filter(Boolean).join(' ')
  const head = `[${words[told.event][language]}·${severityWords[told.severity][language]}]`
  return `${head} ${told.text[language]} ${where} ${formatAt(told.at, language, told.timezone)} ${told.site[language]}`
}
