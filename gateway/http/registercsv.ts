import type { Text } from '../../drivers/point.ts'
import {
  allFields,
  type Entry,
  type Field,
  type Given,
  type Item,
  type Register,
  type Values,
} from '../../rules/register.ts'
import { lastDay } from '../../rules/registerdays.ts'
import { type FormRow, formFields, type RegisterForm } from '../../rules/registerform.ts'
import { masked } from '../../rules/registerpersonal.ts'
import type { Language } from '../core/errors.ts'
import type { RegisterLine } from '../records/registers.ts'

const HEAD = {
  'zh-CN': ['编号', '状态', '登记时间', '登记人', '到期', '来源'],
  en: ['number', 'state', 'put down', 'by', 'due', 'source'],
} as const
const WORDS = {
  'zh-CN': { yes: '是', no: '否', demo: '演示数据', made: '登记' },
  en: { yes: 'yes', no: 'no', demo: 'demo data', made: 'put down' },
} as const

const BOOK = {
  'zh-CN': ['时间', '编号', '名称', '步骤', '经办人', '之后状态', '内容', '工单', '来源'],
  en: ['time', 'number', 'what', 'move', 'by', 'state after it', 'given', 'order', 'source'],
} as const
const OTHER: Readonly<Record<string, Text>> = {
  changed: { 'zh-CN': '修改内容', en: 'changed' },
  overdue: { 'zh-CN': '到期', en: 'due' },
}

/** A field as people read it. */
export function written(
  { kind, choices, masked: hidden }: Field,
  value: Given | undefined,
  language: Language,
): string {
  if (value === null || value === undefined) return ''
  if (kind === 'choice') return choices?.[String(value)]?.[language] ?? String(value)
  if (kind === 'tick') return WORDS[language][value === true ? 'yes' : 'no']
  if (kind === 'items')
    return (value as readonly Item[]).map(i => `${i.name} ${i.passed}/${i.quantity} ${i.unit}`.trim()).join('; ')
  if (kind === 'photos') return String((value as readonly string[]).length)
  return Array.isArray(value) ? value.join(', ') : hidden ? masked(String(value)) : String(value)
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
      ...[dueAt === null ? '' : lastDay(dueAt, zone), WORDS[language][demo ? 'demo' : 'made']],
      ...fields.map(f => written(f, values[f.key], language)),
    ]),
  ]
}

/** What happened in a register, line by line: the key-use register, the run of the tools. */
export function registerBook(
  register: Register,
  lines: readonly (RegisterLine & { readonly no: string; readonly title: string; readonly demo: boolean })[],
  language: Language,
  zone: string,
  orderNo: (id: string) => string,
): readonly (readonly string[])[] {
  const fields = new Map(allFields(register).map(f => [f.key, f]))
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' })
  const given = (values: RegisterLine['given']) =>
    Object.entries(values).flatMap(([key, value]) => {
      const field = fields.get(key)
      const text = field ? written(field, value, language) : ''
      return field && text !== '' ? [`${field.name[language]}: ${text}`] : []
    })
  return [
    [...BOOK[language]],
    ...lines.map(l => [
      ...[
        format.format(l.at),
        l.no,
        l.title,
        (register.moves[l.action]?.name ?? OTHER[l.action])?.[language] ?? l.action,
      ],
      ...[l.by, register.phases[l.phase]?.[language] ?? l.phase, given(l.given).join('; ')],
      ...[l.workorder === null ? '' : orderNo(l.workorder), WORDS[language][l.demo ? 'demo' : 'made']],
    ]),
  ]
}

const FORM = {
  'zh-CN': ['序号', '编号', '时间', '经办人', '经办人（结束）', '结束方式'],
  en: ['line', 'number', 'time', 'by', 'ended by', 'how it ended'],
} as const

/** The paper form: numbered lines, what it is, who and when, and how it ended. */
export function registerFormTable(
  register: Register,
  form: RegisterForm,
  rows: readonly FormRow[],
  language: Language,
  zone: string,
  spaceName: (id: string) => string,
): readonly (readonly string[])[] {
  const { facts, given, back } = formFields(register, form)
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' })
  const said = (f: Field, values: Values | undefined) => {
    const value = values?.[f.key]
    return f.kind === 'space' && typeof value === 'string' ? spaceName(value) : written(f, value, language)
  }
  const marked = language === 'zh-CN' ? `（${WORDS[language].demo}）` : ` (${WORDS[language].demo})`
  const numbered = ({ no: is, demo }: Entry) => (demo ? `${is}${marked}` : is)
  const [line, no, time, by, endedBy, how] = FORM[language]
  const ends = form.back === undefined ? [] : [form.backAt?.[language] ?? time, endedBy, how, ...names(back)]
  function names(fields: readonly Field[]): string[] {
    return fields.map(f => f.name[language])
  }
  return [
    [line, no, ...names(facts), ...names(given), time, by, ...ends],
    ...rows.map((row, i) => [
      ...[String(i + 1), numbered(row.entry), ...facts.map(f => said(f, row.entry.values))],
      ...[...given.map(f => said(f, row.given)), format.format(row.at), row.by],
      ...(form.back === undefined
        ? []
        : [
            ...[row.back ? format.format(row.back.at) : '', row.back?.by ?? ''],
            row.back ? (register.moves[row.back.action]?.name[language] ?? '') : '',
            ...back.map(f => said(f, row.back?.given)),
          ]),
    ]),
  ]
}
