import type { Text } from '../../drivers/point.ts'
import { indexOf, type Register, type RegisterCode, registerCodes } from './book.ts'
import { type UnreadReason, unreadReasons } from './special.ts'

/**
 * The list of the walk as it goes out to a notebook or a spreadsheet and comes back [F29]: where the meters hang, and what
 * they showed. Pure: what is known of the book is handed in.
 */
export const walkColumns = {
  position: ['序号', 'number'],
  point: ['计量点', 'service point'],
  unit: ['房号', 'unit'],
  place: ['位置', 'place'],
  medium: ['介质', 'medium'],
  meter: ['表号', 'meter'],
  register: ['费率', 'register'],
  before: ['上次表码', 'last index'],
  beforeAt: ['上次时间', 'last time'],
  index: ['本次表码', 'index'],
  at: ['抄表时间', 'read at'],
  unread: ['未抄原因', 'not read'],
  remark: ['备注', 'remark'],
  photo: ['拍照', 'photo'],
  code: ['编码', 'code'],
} as const
export type WalkColumn = keyof typeof walkColumns
export const walkHead = (language: 'zh-CN' | 'en'): string[] =>
  Object.values(walkColumns).map(([zh, en]) => (language === 'zh-CN' ? zh : en))

const registerWords: Readonly<Record<string, RegisterCode>> = {
  ...Object.fromEntries(registerCodes.map(c => [c, c])),
  ...{ '': 'total', 总: 'total', 尖: 'sharp', 峰: 'peak', 平: 'flat', 谷: 'valley', 反向: 'reverse' },
}
const unreadWords: Readonly<Record<string, UnreadReason>> = {
  ...Object.fromEntries(unreadReasons.map(r => [r, r])),
  ...{ 门锁: 'locked', 锁门: 'locked', 看不清: 'unreadable', 坏: 'damaged', 损坏: 'damaged' },
}
const photoWords: Readonly<Record<string, boolean>> = { '': false, 否: false, no: false, 是: true, yes: true, 要: true }

const t = (zh: string, en: string): Text => ({ 'zh-CN': zh, en })
export const walkRowProblems = {
  'no-column': t('缺少列“{column}”', 'The column "{column}" is missing'),
  'no-point': t('没有计量点编号', 'The service point is missing'),
  'point-unknown': t('台账中没有计量点“{point}”', 'The book has no service point "{point}"'),
  'meter-none': t('计量点“{point}”没有装表', 'No meter is at "{point}"'),
  'meter-differs': t('表号“{meter}”与台账的 {known} 不符', 'Meter "{meter}" is not that of the book, {known}'),
  'register-unknown': t('该表没有费率“{register}”', 'The meter has no register "{register}"'),
  'index-form': t('表码“{index}”不在表的位数之内', 'The index "{index}" is not on this register'),
  'time-missing': t('有表码而没有抄表时间', 'An index without the time at which it was read'),
  'time-form': t('抄表时间“{time}”不对', 'The time "{time}" is none'),
  'time-ahead': t('抄表时间“{time}”在将来', 'The time "{time}" is to come'),
  'position-form': t('序号“{position}”不是整数', 'The number "{position}" is no whole number'),
  'word-unknown': t('“{column}”不认识“{word}”', '"{word}" is not known in "{column}"'),
  'twice-in-list': t('与第 {line} 行重复', 'The same as line {line}'),
} as const satisfies Record<string, Text>
export type WalkRowProblem = keyof typeof walkRowProblems

export interface WalkRow {
  readonly line: number
  readonly point: string
  readonly register: RegisterCode
  readonly meter: string
  readonly position: number | null
  readonly place: string | null
  readonly code: string | null
  readonly photo: boolean | null
  /** Null: nothing was read; with a reason, somebody was there. */
  readonly index: string | null
  readonly at: number | null
  readonly unread: UnreadReason | null
  readonly remark: string
  readonly problems: readonly {
    readonly code: WalkRowProblem
    readonly params: Readonly<Record<string, string | number>>
  }[]
}
export interface WalkAsk {
  readonly rows: readonly { readonly cells: readonly string[]; readonly line: number }[]
  /** What hangs at a service point; null: nothing; undefined: the book does not know it. */
  readonly known: (
    point: string,
  ) => { readonly meter: string; readonly registers: readonly Register[] } | null | undefined
  /** `2026-11-01 09:30` by the clocks of the site, ms; a day alone is its noon. Null: it is no time. */
  readonly timeOf: (text: string) => number | null
  readonly now: number
}

const heading = (text: string): string =>
  text
    .normalize('NFKC')
    .replaceAll(/[*(].*$/g, '')
    .trim()
    .toLowerCase()

/** What stands in a list of the walk, and what is wrong with each row. A list without its columns has no rows. */
export function readWalk({ rows: [head, ...body], known, timeOf, now }: WalkAsk): {
  readonly rows: readonly WalkRow[]
  readonly problems: WalkRow['problems']
} {
  const at = Object.fromEntries(
    Object.entries(walkColumns).map(([column, names]) => [
      column,
      (head?.cells ?? []).findIndex(
        cell => (names as readonly string[]).includes(heading(cell)) || heading(cell) === column,
      ),
    ]),
  ) as Record<WalkColumn, number>
  if (at.point < 0) return { rows: [], problems: [{ code: 'no-column', params: { column: walkColumns.point[0] } }] }
  const seen = new Map<string, number>()
  const rows = body.map(({ cells, line }): WalkRow => {
    const problems: WalkRow['problems'][number][] = []
    const wrong = (code: WalkRowProblem, params: Record<string, string | number> = {}) =>
      problems.push({ code, params })
    const cell = (column: WalkColumn) =>
      at[column] < 0 ? '' : (cells[at[column]] ?? '').normalize('NFKC').replace(/^'/, '').trim()
    const there = (column: WalkColumn) => at[column] >= 0
    const point = cell('point')
    const here = point === '' ? undefined : known(point)
    if (point === '') wrong('no-point')
    else if (here === undefined) wrong('point-unknown', { point })
    else if (here === null) wrong('meter-none', { point })
    const meter = cell('meter')
    if (here && meter !== '' && meter !== here.meter) wrong('meter-differs', { meter, known: here.meter })
    const code = registerWords[cell('register')]
    const register = here?.registers.find(r => r.code === code)
    if (here && !register) wrong('register-unknown', { register: cell('register') })
    const key = `${point} ${code ?? ''}`
    const before = seen.get(key)
    if (point !== '' && before !== undefined) wrong('twice-in-list', { line: before })
    else seen.set(key, line)
    const index = cell('index') === '' ? null : cell('index')
    if (index !== null && register && indexOf(index, register) === null) wrong('index-form', { index })
    const unread = cell('unread') === '' ? null : (unreadWords[cell('unread').toLowerCase()] ?? null)
    if (cell('unread') !== '' && unread === null)
      wrong('word-unknown', { column: walkColumns.unread[0], word: cell('unread') })
    const time = cell('at') === '' ? null : timeOf(cell('at'))
    if (cell('at') !== '' && time === null) wrong('time-form', { time: cell('at') })
    else if (time !== null && time > now) wrong('time-ahead', { time: cell('at') })
    else if (time === null && (index !== null || unread !== null)) wrong('time-missing')
    const position = cell('position') === '' ? null : Number(cell('position'))
    if (position !== null && (!Number.isInteger(position) || position < 0 || position > 1_000_000))
      wrong('position-form', { position: cell('position') })
    const photo = there('photo') ? photoWords[cell('photo').toLowerCase()] : null
    if (photo === undefined) wrong('word-unknown', { column: walkColumns.photo[0], word: cell('photo') })
    return {
      ...{ line, point, register: code ?? 'total', meter: here?.meter ?? meter, position, photo: photo ?? null },
      ...{ place: there('place') ? cell('place') : null, code: there('code') ? cell('code') : null },
      ...{ index, at: time, unread: index === null ? unread : null, remark: cell('remark'), problems },
    }
  })
  return { rows, problems: [] }
}
