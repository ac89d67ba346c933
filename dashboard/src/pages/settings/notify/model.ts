import { useState } from 'react'
import type { NotifySettings } from '../../../../../gateway/http/contract.ts'
import { noticeFields } from '../../../../../rules/notice.ts'
import type { Severity } from '../../../../../rules/rule.ts'
import type { DayType, Weekday } from '../../../../../rules/schedule.ts'
import { ApiError, call, queries, useMay } from '../../../api.ts'
import { useLinkBlock } from '../../../parts/Button.tsx'
import { useText } from '../../../text/index.ts'

/** In place of a secret; sent back as it is, it stands for what is kept. */
export const MASK = '••••••••'

export const kinds = ['wecom', 'dingtalk', 'feishu', 'sms', 'email', 'webhook'] as const
export type Kind = (typeof kinds)[number]
export const events = ['raised', 'cleared', 'acknowledged'] as const
export type Event = (typeof events)[number]
export const orderRoles = ['engineer', 'operator', 'manager', 'desk', 'admin'] as const
export type OrderRole = (typeof orderRoles)[number]
export type Day = Weekday | DayType

/** The file as it was written: what is left out has its default. */
export interface Times {
  readonly days?: readonly Day[]
  readonly from: string
  readonly to: string
}
export interface Channel {
  readonly id: string
  readonly kind: Kind
  readonly severities?: readonly Severity[]
  readonly events?: readonly Event[]
  readonly quiet?: readonly Times[]
  readonly roster?: string
  readonly options: Readonly<Record<string, unknown>>
}
export interface Person {
  readonly name: string
  readonly phone?: string
  readonly email?: string
  readonly language?: 'zh-CN' | 'en'
  readonly shifts?: readonly Times[]
}
export interface Roster {
  readonly id: string
  readonly people: readonly Person[]
}
export interface Level {
  readonly afterMin: number
  readonly roster: string
  readonly channels: readonly string[]
}
export interface Ladder {
  readonly id: string
  readonly severities?: readonly Severity[]
  readonly quiet?: readonly Times[]
  readonly levels: readonly Level[]
  readonly repeatMin?: number
}
export interface Group {
  readonly id: string
  readonly name: { readonly 'zh-CN': string; readonly en: string }
  readonly channels: readonly string[]
  readonly people?: readonly Person[]
}
export interface OrderNotices {
  readonly channels: readonly string[]
  readonly rosters: Readonly<Partial<Record<OrderRole, string>>>
  readonly quiet?: readonly Times[]
}
export interface File {
  readonly channels: readonly Channel[]
  readonly rosters?: readonly Roster[]
  readonly ladders?: readonly Ladder[]
  readonly orders?: OrderNotices
  readonly groups?: readonly Group[]
  readonly links?: { readonly hours?: number }
  readonly flood?: { readonly everyMin?: number }
  readonly heartbeat?: { readonly url: string; readonly method?: 'GET' | 'POST'; readonly everyS?: number }
}
export const pressing: readonly Severity[] = ['life', 'high']

/** The settings as the forms change them; null: they are not in order, so only their text can be changed. */
export function fileOf({ text, broken, hash }: Pick<NotifySettings, 'text' | 'broken' | 'hash'>): File | null {
  if (broken !== null) return null
  if (text.trim() === '') return hash === null ? { channels: [] } : null
  try {
    return JSON.parse(text) as File
  } catch {
    return null
  }
}

export type List = 'channels' | 'rosters' | 'ladders' | 'groups'
type Item = { readonly id: string }
/** With this in the place of what was called so; null: taken out; a new one goes to the end. */
export function withItem(file: File, list: List, id: string | null, item: Item | null): File {
  const had: readonly Item[] = file[list] ?? []
  const next = id === null ? [...had, item] : had.flatMap(one => (one.id !== id ? [one] : item ? [item] : []))
  return { ...file, [list]: next }
}

/** Where a channel or a roster is used, so that it can't just go: ids of ladders, groups and channels, `orders`. */
export function usesOf(file: File, list: List, id: string): readonly string[] {
  const { channels, ladders = [], groups = [], orders } = file
  if (list === 'channels')
    return [
      ...ladders.filter(l => l.levels.some(v => v.channels.includes(id))).map(l => l.id),
      ...groups.filter(g => g.channels.includes(id)).map(g => g.id),
      ...(orders?.channels.includes(id) ? ['orders'] : []),
    ]
  if (list === 'rosters')
    return [
      ...channels.filter(c => c.roster === id).map(c => c.id),
      ...ladders.filter(l => l.levels.some(v => v.roster === id)).map(l => l.id),
      ...(Object.values(orders?.rosters ?? {}).includes(id) ? ['orders'] : []),
    ]
  return []
}

export const isClock = (text: string): boolean => noticeFields.clock.test(text)
export const isPhone = (text: string): boolean => noticeFields.phone.test(text)
/** As much as can be said without asking the mailbox. */
export const isEmail = (text: string): boolean => /^[^\s@<>,;"]+@[^\s@<>,;".]+(\.[^\s@<>,;".]+)+$/.test(text)
export const timesWrong = (times: readonly Times[]): boolean =>
  times.some(one => !isClock(one.from) || !isClock(one.to) || one.days?.length === 0)
/** A whole number within; null: it is not. */
export const wholeOf = (text: string, least: number, most: number): number | null => {
  const n = Number(text)
  return /^\d{1,5}$/.test(text.trim()) && n >= least && n <= most ? n : null
}

/** What is wrong with an id; null: nothing. An id stays what it was: others name it. */
export function useIdWrong() {
  const { t } = useText()
  return (id: string, list: readonly Item[], had: string | null): string | null =>
    had !== null
      ? null
      : !noticeFields.id.test(id)
        ? t('notifyForm.idWrong')
        : list.some(one => one.id === id)
          ? t('notifyForm.idTaken')
          : null
}

/** Saves the whole file by the same road as the editor of its text: checked, on the trail, refused when somebody was quicker. */
export function useNotifyEdit(settings: NotifySettings) {
  const { t } = useText()
  const writes = useMay('site.write')
  const away = useLinkBlock()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const file = fileOf(settings)
  const save = async (next: File): Promise<boolean> => {
    if (busy) return false
    setBusy(true)
    setError(null)
    try {
      const body = { text: JSON.stringify(next, null, 2), hash: settings.hash }
      queries.setQueryData(['notify'], await call<NotifySettings>('notify', { method: 'PUT', body }))
      void queries.invalidateQueries({ queryKey: ['notify-preview'] })
      return true
    } catch (refused) {
      if (refused instanceof ApiError && refused.status === 409)
        void queries.invalidateQueries({ queryKey: ['notify'] })
      setError(refused)
      return false
    } finally {
      setBusy(false)
    }
  }
  return {
    file: file ?? { channels: [] },
    save,
    busy,
    error,
    forget: () => setError(null),
    blocked: away ?? (!writes ? t('notifyForm.readOnly') : file === null ? t('notifyForm.mendText') : null),
  }
}
export type NotifyEdit = ReturnType<typeof useNotifyEdit>
