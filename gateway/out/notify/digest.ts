import { rankOf } from '../../../rules/rule.ts'
import type { DigestGroup, Told } from './message.ts'

/** Something that is to be told, and of which entry of the trail it tells. */
export interface Gathered {
  readonly seq: number
  readonly told: Told
}

/**
 * One message for many: how many of which cause in which area. Whatever is put in is counted in it.
 * @param list at least one, oldest first
 */
export function digestOf(list: readonly Gathered[]): Told {
  const groups = new Map<string, DigestGroup>()
  for (const { told } of list) {
    const { severity, event, text, space, order = told.about?.no } = told
    // An order is a trouble of its own, whatever it is called.
    const key = JSON.stringify([severity, event, text.en, text['zh-CN'], space, order ?? null])
    const count = (groups.get(key)?.count ?? 0) + 1
    groups.set(key, { severity, event, text, space, count })
  }
  const sorted = [...groups.values()].sort((a, b) => rankOf(a.severity) - rankOf(b.severity) || b.count - a.count)
  const first = list[0]!
  const last = list.at(-1)!
  const times = list.map(g => g.told.at)
  const nothing = { 'zh-CN': '', en: '' }
  return {
    alarm: 'digest',
    severity: sorted[0]!.severity,
    event: 'digest',
    text: nothing,
    equipmentName: nothing,
    space: null,
    at: last.told.at,
    site: first.told.site,
    timezone: first.told.timezone,
    seq: last.seq,
    digest: {
      from: times.reduce((a, b) => Math.min(a, b)),
      to: times.reduce((a, b) => Math.max(a, b)),
      count: list.length,
      groups: sorted,
    },
  }
}
