import type { PointId, Text } from '../../drivers/point.ts'
import {
  capacityOf,
  indexOf,
  type MeterMedium,
  MOST_DIGITS,
  meterMedia,
  microOf,
  type PointRole,
  type PointUse,
  pointRoles,
  pointUses,
  type RegisterCode,
  registerCodes,
} from './book.ts'

/**
 * A list of meters as property firms keep it [抄表登记 F29], row by row: one register of one meter, or a service point that
 * has none. Pure: what is known of the site is handed in.
 */
const columns = {
  point: ['计量点', '计量点编号', 'service point', 'point'],
  unit: ['单元', '房号', '铺位', '户号', 'unit'],
  medium: ['介质', '类型', 'medium'],
  parent: ['上级', '上级计量点', 'parent'],
  role: ['角色', 'role'],
  use: ['用途', 'use'],
  serial: ['表号', '出厂编号', 'meter', 'serial', 'meter no'],
  register: ['寄存器', '费率', 'register'],
  digits: ['整数位', '整数位数', 'digits'],
  decimals: ['小数位', '小数位数', 'decimals'],
  most: ['每小时最大', 'most per hour'],
  source: ['点位', '数据点', 'data point', 'source'],
  frozen: ['冻结点', '表内冻结点', 'frozen point', 'frozen'],
  balance: ['余额点', '剩余金额点', 'balance point', 'balance'],
  multiplier: ['倍率', 'multiplier'],
  opening: ['起码', '底数', '安装底数', 'opening'],
  from: ['安装日期', '启用日期', 'installed', 'from'],
  maker: ['厂家', 'maker'],
  model: ['型号', 'model'],
  accuracy: ['精度', '准确度等级', 'accuracy'],
  seal: ['封印号', '封印', 'seal'],
} as const
export type BookColumn = keyof typeof columns
const needed: readonly BookColumn[] = ['point', 'unit', 'medium']
/** The head of a list to begin with. */
export const bookHead = (language: 'zh-CN' | 'en'): string[] =>
  Object.values(columns).map(names => (language === 'zh-CN' ? names[0] : names.find(name => /^[a-z ]+$/.test(name))!))

const plain = (text: string): string =>
  text
    .normalize('NFKC')
    .replaceAll(/[\s*(].*$/g, '')
    .trim()
    .toLowerCase()
const heading = (text: string): string =>
  text
    .normalize('NFKC')
    .replaceAll(/[*(].*$/g, '')
    .trim()
    .toLowerCase()
const words = <W extends string>(
  all: readonly W[],
  other: Readonly<Record<string, W>>,
): Readonly<Record<string, W>> => ({
  ...(Object.fromEntries(all.map(w => [w, w])) as Record<string, W>),
  ...other,
})
const mediumWords = words<MeterMedium>(meterMedia, {
  ...{ 电: 'electricity', 电表: 'electricity', 水: 'water', 水表: 'water' },
  ...{ 气: 'gas', 燃气: 'gas', 燃气表: 'gas', 热: 'heat', 热量: 'heat' },
})
const roleWords = words<PointRole>(pointRoles, { '': 'sub', 总表: 'main', 分表: 'sub', 考核表: 'check', 考核: 'check' })
const useWords = words<PointUse>(pointUses, {
  ...{ '': 'shop', 住宅: 'home', 商铺: 'shop', 商业: 'shop', 办公: 'office', 公共: 'public', 公区: 'public' },
  ...{ 施工: 'works', 装修: 'works' },
})
const registerWords = words<RegisterCode>(registerCodes, {
  ...{ '': 'total', 总: 'total', 尖: 'sharp', 峰: 'peak', 平: 'flat', 谷: 'valley', 反向: 'reverse' },
})
const unitOf: Readonly<Record<MeterMedium, string>> = { electricity: 'kW.h', water: 'm3', gas: 'm3', heat: 'kW.h' }
/**
 * The most an hour can bring where the list does not say it, in the unit: a three-phase meter of 100 A, a pipe of 50 mm,
 * a commercial gas meter, a heat meter of a floor. Too small a number shows as `too-much`, never as a wrong bill.
 */
export const usualMost: Readonly<Record<MeterMedium, number>> = { electricity: 66, water: 30, gas: 25, heat: 300 }

const t = (zh: string, en: string): Text => ({ 'zh-CN': zh, en })
export const bookRowProblems = {
  'no-column': t('缺少列“{column}”', 'The column "{column}" is missing'),
  'no-point': t('没有计量点编号', 'The service point is missing'),
  'no-unit': t('没有单元', 'The unit is missing'),
  'word-unknown': t('“{column}”不认识“{word}”', '"{word}" is not known in "{column}"'),
  'digits-form': t('位数须为 1 至 9 位整数、0 至 6 位小数', '1 to 9 digits and 0 to 6 decimals'),
  'opening-form': t('起码“{index}”不在表的位数之内', 'The opening index "{index}" is not on this register'),
  'opening-missing': t('没有起码', 'The opening index is missing'),
  'multiplier-form': t('倍率“{multiplier}”不是正数', 'The multiplier "{multiplier}" is no number above nought'),
  'most-form': t('每小时最大“{most}”不是正数', 'Most per hour, "{most}", is no number above nought'),
  'date-form': t('日期“{date}”不对', 'The date "{date}" is none'),
  'date-ahead': t('安装日期 {date} 在将来', 'Installed on {date}: that is to come'),
  'accuracy-form': t('精度“{accuracy}”不是等级', 'The accuracy "{accuracy}" is none'),
  'source-unknown': t('项目中没有点“{source}”', 'The site has no point "{source}"'),
  'source-unit': t('点“{source}”的单位是 {unit}，应为 {wanted}', 'Point "{source}" is in {unit}, not in {wanted}'),
  'source-taken': t('点“{source}”已用于第 {line} 行', 'Point "{source}" is that of line {line}'),
  'source-multiplied': t(
    '点“{source}”按变比 {ratio} 相乘，与倍率 {multiplier} 不一致',
    'Point "{source}" is multiplied by {ratio}, not by {multiplier}',
  ),
  'twice-in-list': t('与第 {line} 行重复', 'The same as line {line}'),
  'point-differs': t('与第 {line} 行的计量点信息不一致', 'Says otherwise of the service point than line {line}'),
  'other-meter': t(
    '台账中此点装的是表 {meter}：换表请用“换表”办理',
    'The book has meter {meter} here: an exchange is made as one, not by a list',
  ),
  'meter-elsewhere': t('表 {meter} 装在 {point}', 'Meter {meter} is at {point}'),
  'parent-unknown': t('上级“{parent}”不在列表和台账中', 'The parent "{parent}" is in neither list nor book'),
  'parent-loop': t('上级关系成环', 'It is behind itself'),
  'parent-medium': t('与上级“{parent}”的介质不同', 'Its parent "{parent}" counts another medium'),
} as const satisfies Record<string, Text>
export type BookRowProblem = keyof typeof bookRowProblems
export interface RowProblem {
  readonly code: BookRowProblem
  readonly params: Readonly<Record<string, string | number>>
}
export interface BookRow {
  readonly line: number
  readonly point: string
  readonly unit: string
  readonly medium: MeterMedium
  readonly parent: string | null
  readonly role: PointRole
  readonly use: PointUse
  /** Null: nothing hangs there yet. */
  readonly meter: {
    readonly serial: string
    readonly maker: string
    readonly model: string
    readonly accuracy: number | null
    readonly seal: string
    readonly register: RegisterCode
    readonly digits: number
    readonly decimals: number
    readonly unit: string
    readonly maxPerHour: number
    readonly source: PointId | null
    readonly frozen: PointId | null
    readonly balance: PointId | null
    readonly opening: number
    readonly from: number
    readonly micro: number
  } | null
  readonly problems: readonly RowProblem[]
}
export interface BookAsk {
  readonly rows: readonly { readonly cells: readonly string[]; readonly line: number }[]
  /** What the book has of a service point: its medium, parent, and the meter that hangs there. */
  readonly known: (point: string) => { medium: MeterMedium; parent: string | null; meter: string | null } | null
  /** Where a meter hangs now; null: nowhere. */
  readonly where: (serial: string) => string | null
  /** A point of the site; null: it has none of this name. */
  readonly source: (id: string) => { unit: string | null; multiplier: number } | null
  /** The start of a calendar day `2026-12-31` at the site, ms; null: it is no day. */
  readonly dayAt: (date: string) => number | null
  readonly now: number
}

/** What stands in a list, and what is wrong with each row. A list without its columns has no rows. */
export function readBook(ask: BookAsk): {
  readonly rows: readonly BookRow[]
  readonly problems: readonly RowProblem[]
} {
  const [head, ...body] = ask.rows
  const at = {} as Record<BookColumn, number>
  for (const column of Object.keys(columns) as BookColumn[])
    at[column] = (head?.cells ?? []).findIndex(cell => (columns[column] as readonly string[]).includes(heading(cell)))
  const missing = needed.filter(column => at[column] < 0)
  if (missing.length > 0)
    return { rows: [], problems: missing.map(c => ({ code: 'no-column', params: { column: columns[c][0] } })) }

  const points = new Map<string, BookRow>()
  const registers = new Map<string, number>()
  const sources = new Map<string, number>()
  const places = new Map<string, string>()
  const rows = body.map(({ cells, line }): BookRow => {
    const problems: RowProblem[] = []
    const wrong = (code: BookRowProblem, params: RowProblem['params'] = {}) => problems.push({ code, params })
    // Spreadsheets put an apostrophe before a number that is text.
    const cell = (column: BookColumn) =>
      at[column] < 0 ? '' : (cells[at[column]] ?? '').normalize('NFKC').replace(/^'/, '').trim()
    const word = <W extends string>(column: BookColumn, known: Readonly<Record<string, W>>, otherwise: W): W => {
      const found = known[plain(cell(column))]
      if (found === undefined) wrong('word-unknown', { column: columns[column][0], word: cell(column) })
      return found ?? otherwise
    }
    const [point, unit, parent] = [cell('point'), cell('unit'), cell('parent')]
    if (point === '') wrong('no-point')
    if (unit === '') wrong('no-unit')
    const medium = word('medium', mediumWords, 'electricity')
    const facts = { point, unit, medium, parent: parent === '' ? null : parent }
    const kind = { role: word('role', roleWords, 'sub'), use: word('use', useWords, 'shop') }
    const row: Omit<BookRow, 'meter'> = { line, ...facts, ...kind, problems }
    const before = points.get(point)
    if (before && (['unit', 'medium', 'parent', 'role', 'use'] as const).some(f => before[f] !== row[f]))
      wrong('point-differs', { line: before.line })
    const serial = cell('serial')
    const done: BookRow = { ...row, meter: serial === '' ? null : meterOf(serial) }
    const key = `${point} ${serial} ${done.meter?.register ?? ''}`
    const same = registers.get(key)
    if (point !== '' && same !== undefined) wrong('twice-in-list', { line: same })
    else registers.set(key, line)
    if (point !== '' && !before) points.set(point, done)
    return done

    function meterOf(serial: string): BookRow['meter'] {
      const register = word('register', registerWords, 'total')
      const [digits, decimals] = [Number(cell('digits') || 6), Number(cell('decimals') || 2)]
      const onPlate = { digits, decimals }
      const whole = Number.isInteger(digits) && Number.isInteger(decimals)
      if (!whole || digits < 1 || digits > 9 || decimals < 0 || decimals > 6 || digits + decimals > MOST_DIGITS)
        wrong('digits-form')
      const opening = indexOf(cell('opening'), onPlate)
      if (cell('opening') === '') wrong('opening-missing')
      else if (opening === null) wrong('opening-form', { index: cell('opening') })
      // What the gateway multiplies by already is what a step of the plate is worth.
      const ratio = ask.source(cell('source'))?.multiplier ?? 1
      const micro = microOf(cell('multiplier') || String(ratio))
      if (micro === null) wrong('multiplier-form', { multiplier: cell('multiplier') })
      const most = Number(cell('most') || usualMost[medium])
      if (!(most > 0) || !Number.isFinite(most)) wrong('most-form', { most: cell('most') })
      const accuracy = cell('accuracy') === '' ? null : Number(cell('accuracy').replace(/[级%]$/, ''))
      if (accuracy !== null && !(accuracy > 0 && accuracy < 10)) wrong('accuracy-form', { accuracy: cell('accuracy') })
      const from = dateOf(cell('from'))
      const source = sourceOf(cell('source'))
      const frozen = sourceOf(cell('frozen'))
      const balance = cell('balance') === '' || ask.source(cell('balance')) ? cell('balance') : ''
      if (balance !== cell('balance')) wrong('source-unknown', { source: cell('balance') })
      if (source !== null && ratio !== 1 && micro !== microOf(String(ratio)))
        wrong('source-multiplied', { source, ratio, multiplier: cell('multiplier') })
      const there = ask.known(point)?.meter ?? null
      if (there !== null && there !== serial) wrong('other-meter', { meter: there })
      const elsewhere = places.get(serial) ?? ask.where(serial)
      if (elsewhere !== null && elsewhere !== point) wrong('meter-elsewhere', { meter: serial, point: elsewhere })
      else places.set(serial, point)
      return {
        ...{ serial, maker: cell('maker'), model: cell('model'), accuracy, seal: cell('seal'), register },
        ...{ ...onPlate, unit: unitOf[medium], source, opening: opening ?? 0, from, micro: micro ?? 1_000_000 },
        ...{ frozen, balance: balance === '' ? null : (balance as PointId) },
        maxPerHour: Math.min(Math.ceil(most * 10 ** decimals), whole ? capacityOf(onPlate) : 1),
      }
    }
    function dateOf(date: string): number {
      if (date === '') return ask.now
      const found = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(date)
      const day = found && `${found[1]}-${found[2]!.padStart(2, '0')}-${found[3]!.padStart(2, '0')}`
      const begins = day ? ask.dayAt(day) : null
      if (begins === null) wrong('date-form', { date })
      else if (begins > ask.now) wrong('date-ahead', { date: day! })
      return begins ?? ask.now
    }
    function sourceOf(id: string): PointId | null {
      if (id === '') return null
      const known = ask.source(id)
      const line = sources.get(id)
      if (!known) wrong('source-unknown', { source: id })
      else if (known.unit !== unitOf[medium])
        wrong('source-unit', { source: id, unit: known.unit ?? '-', wanted: unitOf[medium] })
      if (line !== undefined) wrong('source-taken', { source: id, line })
      else sources.set(id, row.line)
      return known ? (id as PointId) : null
    }
  })
  return { rows: rows.map(row => ({ ...row, problems: [...row.problems, ...above(row)] })), problems: [] }

  function above({ point, parent, medium }: BookRow): RowProblem[] {
    if (parent === null) return []
    const known = points.get(parent) ?? ask.known(parent)
    if (!known) return [{ code: 'parent-unknown', params: { parent } }]
    if (known.medium !== medium) return [{ code: 'parent-medium', params: { parent } }]
    const seen = new Set<string>()
    for (let up: string | null = parent; up !== null && !seen.has(up); ) {
      if (up === point) return [{ code: 'parent-loop', params: {} }]
      seen.add(up)
      up = (points.get(up) ?? ask.known(up))?.parent ?? null
    }
    return []
  }
}
