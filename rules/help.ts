import type { PointId } from '../drivers/point.ts'
import type { Rule } from './rule.ts'

/** Calls for help that come by telephone [requirements M53, S46]: the equipment whose points they are. */
export const HELP = 'gatehouse.help'
/** Of callers whose place nobody knows: each has one of its own, so that a second call is not lost in the first. */
export const HELP_SLOTS = 8
const slotOf = (n: number): PointId => `${HELP}/unknown.${n}`
const slots: readonly PointId[] = Array.from({ length: HELP_SLOTS }, (_, n) => slotOf(n + 1))

/** A call from a space is an alarm of that space, as that of a button there. */
export const helpPoints = (spaces: Iterable<string>): readonly PointId[] => [
  ...[...spaces].map((id): PointId => `${HELP}/${id}`),
  ...slots,
]
export const isHelp = (point: string): boolean => point.startsWith(`${HELP}/`)
/** The space of such a point; null for callers whose place nobody knows. */
export const helpSpace = (point: PointId): string | null =>
  isHelp(point) && !slots.includes(point) ? point.slice(HELP.length + 1) : null

/** @param taken the points of calls that have not ended */
export const helpPoint = (space: string | null, taken: ReadonlySet<PointId>): PointId =>
  space !== null ? `${HELP}/${space}` : (slots.find(s => !taken.has(s)) ?? slotOf(HELP_SLOTS))

/** What people say and write for one room: `A-1502`, `a 1502`, `A座1502室`. */
const plainly = (name: string): string =>
  name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\-_.·,，、#]|座|栋|幢|楼|号|室|户|房|tower|building|room|unit|flat|home|shop|office/g, '')

/**
 * The one space that a room means; null when none does, or several: a wrong door costs more than a question.
 * @param spaces with their names in both languages
 */
export function spaceOfRoom(
  room: string,
  spaces: Iterable<{ readonly id: string; readonly name: { readonly 'zh-CN': string; readonly en: string } }>,
): string | null {
  const wanted = plainly(room)
  if (wanted === '') return null
  const found = new Set<string>()
  for (const { id, name } of spaces) {
    if (id === room) return id
    if ([id, name['zh-CN'], name.en].some(word => plainly(word) === wanted)) found.add(id)
  }
  return found.size === 1 ? [...found][0]! : null
}

export const helpRule: Rule = {
  id: 'help-by-call',
  points: [`${HELP}/*`],
  when: { equals: true },
  severity: 'life',
  delayOnS: 0,
  delayOffS: 0,
  text: { 'zh-CN': '电话紧急求助', en: 'Call for help by telephone' },
  order: { class: 'life' },
  source: '紧急求助 S46',
}
