import { allFields, type Entry, type Field, type Given, type Item, type Register } from '../../rules/register.ts'
import type { Language } from '../core/errors.ts'

const HEAD = {
  'zh-CN': ['编号', '状态', '登记时间', '登记人', '到期', '来源'],
  en: ['number', 'state', 'put down', 'by', 'due', 'source'],
} as const
const WORDS = {
  'zh-CN': { yes: '是', no: '否', demo: '演示数据', made: '登记' },
  en: { yes: 'yes', no: 'no', demo: 'demo data', made: 'put down' },
} as const

/** A field as people read it. */
export function written({ kind, choices }: Field, value: Given | undefined, language: Language): string {
  if (value === null || value === undefined) return ''
  if (kind === 'choice') return choices?.[String(value)]?.[language] ?? String(value)
  if (kind === 'tick') return WORDS[language][value === true ? 'yes' : 'no']
  if (kind === 'items')
    return (value as readonly Item[]).map(i => `${i.name} ${i.passed}/${i.quantity} ${i.unit}`.trim()).join('; ')
  if (kind === 'photos') return String((value as readonly string[]).length)
  return Array.isArray(value) ? value.join(', ') : String(value)
}

/** A register as a table: times by the clock of the site, made-up entries marked. */
export function registerRows(
  register: Register,
  entries: readonly Entry[],
  language: Language,
  zone: string,
): readonly (readonly string[])[] {
  const fields = allFields(register).filter(f => f.kind !== 'counts')
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' })
  const named = (f: Field) => (f.unit ? `${f.name[language]} (${f.unit[language]})` : f.name[language])
  return [
    [...HEAD[language], ...fields.map(named)],
    ...entries.map(({ no, phase, at, by, dueAt, demo, values }) => [
      ...[no, register.phases[phase]?.[language] ?? phase, format.format(at), by],
      ...[dueAt === null ? '' : format.format(dueAt), WORDS[language][demo ? 'demo' : 'made']],
      ...fields.map(f => written(f, values[f.key], language)),
    ]),
  ]
}
