import type { Reason, Text, Value } from '../../drivers/point.ts'
import type { RunCause, RunPhase } from '../../rules/runrecord/words.ts'
import type { Language } from '../core/errors.ts'
import type { RunColumnView, RunLineView, RunSheet } from './contract.ts'

const both = (zh: string, en: string): Text => ({ 'zh-CN': zh, en })
const words = {
  due: both('应抄时间', 'due'),
  cause: both('类别', 'kind'),
  state: both('状态', 'state'),
  readAt: both('抄录时间', 'values of'),
  late: both('迟抄（分）', 'late (min)'),
  by: both('抄表人', 'by'),
  confirmedAt: both('确认时间', 'confirmed'),
  typed: both('人工抄录', 'read by hand'),
  out: both('超出正常范围', 'out of range'),
  empty: both('无数值及原因', 'no value, why'),
  remark: both('备注', 'remark'),
  reason: both('更正、补录或漏抄原因', 'why corrected, entered or missed'),
  replaces: both('更正自', 'in place of'),
  id: both('编号', 'id'),
  source: both('来源', 'source'),
  demo: both('演示数据', 'demo data'),
  record: both('记录', 'record'),
  yes: both('是', 'yes'),
  no: both('否', 'no'),
  day: both('日期', 'day'),
  trail: both('审计链截至', 'trail up to'),
}
const causes: Readonly<Record<RunCause, Text>> = {
  plan: both('定时', 'by plan'),
  peak: both('高峰加抄', 'peak demand'),
  start: both('开机', 'start'),
  hour: both('运行每小时', 'hourly'),
  stop: both('停机', 'stop'),
  found: both('已在运行', 'already running'),
  extra: both('临时加抄', 'extra'),
}
const phases: Readonly<Record<RunPhase | 'replaced' | 'afterwards', Text>> = {
  ahead: both('未到时间', 'ahead'),
  open: both('待抄', 'due'),
  late: both('待抄（已迟）', 'due, late'),
  waiting: both('自动，待确认', 'automatic, not confirmed'),
  done: both('已抄', 'written'),
  missed: both('漏抄', 'missed'),
  replaced: both('已被更正', 'put right since'),
  afterwards: both('补录', 'entered afterwards'),
}
const reasons: Readonly<Record<Reason, Text>> = {
  'never-read': both('从未读到', 'never read'),
  offline: both('离线', 'offline'),
  timeout: both('超时', 'timed out'),
  refused: both('设备拒绝', 'refused by device'),
  undecodable: both('无法解读', 'not readable'),
  'no-value': both('设备无读数', 'device has no reading'),
  'out-of-range': both('超出量程', 'out of range'),
  'wrong-device': both('设备不符', 'wrong device'),
  stale: both('过期', 'stale'),
  uncertain: both('存疑', 'uncertain'),
}

/** A value as people read it: states and choices in words. */
export function cellText(column: RunColumnView, value: Value, language: Language): string {
  if (column.kind === 'choice') return column.choices.find(c => c.id === value)?.text[language] ?? String(value)
  const coded = column.codes?.[String(typeof value === 'boolean' ? Number(value) : value)]
  if (coded) return coded[language]
  if (typeof value === 'boolean') return words[value ? 'yes' : 'no'][language]
  return String(value)
}

/** A sheet as a table: hours as rows, columns of the form across, times by the clock of the site. */
export function runSheetRows(
  sheet: RunSheet,
  language: Language,
  { timezone, name }: { readonly timezone: string; readonly name: Text },
): readonly (readonly string[])[] {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short', timeStyle: 'medium' })
  const when = (time: string | null) => (time === null ? '' : format.format(Date.parse(time)))
  const say = (key: keyof typeof words) => words[key][language]
  const named = (c: RunColumnView) =>
    `${c.equipmentName ? `${c.equipmentName[language]} ` : ''}${c.name[language]}${c.unit ? ` (${c.unit})` : ''}`
  const stateOf = (l: RunLineView) =>
    phases[l.replacedBy !== null ? 'replaced' : l.afterwards ? 'afterwards' : l.phase][language]
  const of = (l: RunLineView, which: (c: RunLineView['cells'][string]) => boolean) =>
    sheet.columns.filter(c => l.cells[c.key] && which(l.cells[c.key]!))
  const list = (columns: readonly RunColumnView[]) => columns.map(c => named(c)).join('; ')
  return [
    [say('record'), sheet.name[language], name[language]],
    [say('day'), sheet.day],
    [
      ...[say('due'), say('cause'), say('state'), ...sheet.columns.map(named)],
      ...[say('readAt'), say('late'), say('by'), say('confirmedAt'), say('typed'), say('out'), say('empty')],
      ...[say('remark'), say('reason'), say('replaces'), say('id'), say('source')],
    ],
    ...sheet.lines.map(l => [
      ...[when(l.due), causes[l.cause][language], stateOf(l)],
      ...sheet.columns.map(c => {
        const value = l.cells[c.key]?.value ?? null
        return value === null ? '' : cellText(c, value, language)
      }),
      ...[when(l.readAt), l.lateMs > 0 ? String(Math.round(l.lateMs / 60_000)) : '', l.by, when(l.confirmedAt)],
      list(of(l, c => c.source === 'typed')),
      list(of(l, c => c.out !== null)),
      of(l, c => c.reason !== null && c.value === null)
        .map(c => `${named(c)}: ${reasons[l.cells[c.key]!.reason!][language]}`)
        .join('; '),
      ...[l.remark, [l.reason, l.reasonBy].filter(Boolean).join(' '), l.replaces ?? '', l.id],
      l.demo ? say('demo') : '',
    ]),
    [say('trail'), String(sheet.trail.seq), sheet.trail.hash, when(sheet.trail.at)],
  ]
}
