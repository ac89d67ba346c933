import type { Text } from '../drivers/point.ts'
import type { Around, Field, Given, Item, Values } from './register.ts'

const why = (zh: string, en: string) => ({ why: { 'zh-CN': zh, en } as Text })
export const MOST_TEXT = 100
export const MOST_LONG = 1000
export const MOST_NUMBER = 1_000_000
export const MOST_ITEMS = 30
export const MOST_PICTURES = 6

/** Whether there is such a day. */
export const isDate = (text: string): boolean => {
  if (!/^(19|20|21)\d\d-\d\d-\d\d$/.test(text)) return false
  const at = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text)
}
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What was given for one field, as it is kept; null where nothing was; or what is wrong with it, in words. */
export function refusedField(
  field: Field,
  given: unknown,
  had: Values,
  around: Pick<Around, 'entry' | 'knows'>,
): { readonly value: Given } | { readonly why: Text } {
  const value = typeof given === 'string' ? given.trim() : given
  const nothing = value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
  if (field.kind === 'tick') {
    if (!nothing && typeof value !== 'boolean') return why('应为是或否', 'has to be yes or no')
    if (field.required && value !== true) return why('必须确认', 'has to be confirmed')
    return { value: value === true }
  }
  if (nothing) return field.required ? why('必填', 'is needed') : { value: null }
  switch (field.kind) {
    case 'text':
    case 'long': {
      const most = field.most ?? (field.kind === 'text' ? MOST_TEXT : MOST_LONG)
      if (typeof value !== 'string') return why('应为文字', 'has to be text')
      return value.length > most ? why(`最多 ${most} 个字`, `has at most ${most} characters`) : { value }
    }
    case 'whole': {
      const most = field.most ?? MOST_NUMBER
      if (!Number.isInteger(value) || (value as number) < 0 || (value as number) > most)
        return why(`应为 0 至 ${most} 的整数`, `has to be a whole number from 0 to ${most}`)
      return { value: value as number }
    }
    case 'money': {
      const ok = typeof value === 'number' && value >= 0 && value <= 1e8 && Math.round(value * 100) / 100 === value
      return ok ? { value } : why('应为金额，至多两位小数', 'has to be an amount with at most two decimals')
    }
    case 'date':
      if (typeof value !== 'string' || !isDate(value))
        return why('应为日期，如 2027-05-31', 'has to be a day like 2027-05-31')
      return { value }
    case 'choice':
      if (typeof value !== 'string' || !Object.hasOwn(field.choices ?? {}, value))
        return why('不在可选项内', 'is none of the choices')
      return { value }
    case 'space':
    case 'equipment':
      if (typeof value !== 'string' || value.length > 64 || !around.knows(field.kind, value))
        return why('项目里没有', 'is not known on this site')
      return { value }
    case 'record':
      if (typeof value !== 'string' || value.length > 40 || !around.entry(field.of!, value))
        return why('没有这个编号', 'is no number that there is')
      return { value }
    case 'items':
      return takenItems(value, field.most ?? MOST_ITEMS)
    case 'counts': {
      const items = (had[field.of!] ?? []) as readonly Item[]
      const fits =
        Array.isArray(value) &&
        value.length === items.length &&
        value.every((n, i) => Number.isInteger(n) && n >= 0 && n <= items[i]!.quantity - items[i]!.passed)
      if (!fits) return why('数量超过还没有放行的', 'is more than what is left, or not a number for each line')
      return value.some(n => n > 0) ? { value: value as number[] } : why('没有要放行的', 'lets nothing through')
    }
    case 'photos':
      return why('照片须单独上传', 'is not given like this: photos are sent by themselves')
  }
}

function takenItems(value: unknown, most: number): { readonly value: Given } | { readonly why: Text } {
  if (!Array.isArray(value) || value.length > most)
    return why(`应为清单，最多 ${most} 行`, `has to be a list of at most ${most} lines`)
  const items: Item[] = []
  for (const one of value) {
    if (!isObject(one)) return why('清单的每一行须有名称和数量', 'needs a name and a number on each line')
    const { name, quantity, unit = '' } = one
    const named = typeof name === 'string' && name.trim() !== '' && name.length <= MOST_TEXT
    const counted = Number.isInteger(quantity) && (quantity as number) > 0 && (quantity as number) <= MOST_NUMBER
    if (!named || !counted || typeof unit !== 'string' || unit.length > 10)
      return why('清单的每一行须有名称和数量', 'needs a name and a number on each line')
    items.push({ name: name.trim(), quantity: quantity as number, unit: unit.trim(), passed: 0 })
  }
  return { value: items }
}
