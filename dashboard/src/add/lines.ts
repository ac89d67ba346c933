import type { LineAsk } from '../../../gateway/http/contract.ts'
import { idOf } from '../../../rules/newsite.ts'
import type { Edit } from './edit.ts'
import { namesOf } from './names.ts'

/** What becomes of a device that was looked at: the changes of site.json. Pure. */

export interface NewDevice {
  readonly line: LineAsk
  readonly unit: number
  readonly kind: string
  readonly zh: string
  readonly en: string
  readonly profile: string | null
  readonly points: readonly object[]
  /** An id of a space; null: none, or a new one by its name. */
  readonly space: string | null
  readonly newSpace: string
  /** Rules by place to switch on. */
  readonly packs: readonly string[]
}
type Named = { readonly id?: unknown }
/** A list of site.json, whatever is in it. */
export const listOf = (site: Readonly<Record<string, unknown>>, word: string): readonly Named[] => {
  const list = site[word]
  return Array.isArray(list) ? (list as readonly Named[]) : []
}
export const idsOf = (site: Readonly<Record<string, unknown>>, word: string): ReadonlySet<string> =>
  new Set(listOf(site, word).map(one => String(one?.id)))

/** The id that a device of this name gets. */
export const deviceId = (site: Readonly<Record<string, unknown>>, kind: string, name: { en: string }): string =>
  idOf(name.en, kind, idsOf(site, 'equipment'))

/** @returns the edits, and the ids that they make */
export function editsOf(site: Readonly<Record<string, unknown>>, device: NewDevice) {
  const edits: Edit[] = []
  const add = (word: string, value: unknown) => edits.push([[word, -1], value])
  const name = namesOf(device)
  let channel: string
  if ('channel' in device.line) channel = device.line.channel
  else {
    channel = idOf('', device.line.protocol === 'modbus-rtu' ? 'bus-1' : 'net-1', idsOf(site, 'channels'))
    add('channels', { id: channel, ...device.line })
  }
  let space = device.space
  if (space === null && device.newSpace.trim() !== '') {
    const called = device.newSpace.trim()
    space = idOf(called, 'room', idsOf(site, 'spaces'))
    add('spaces', { id: space, kind: 'room', name: { 'zh-CN': called, en: called } })
  }
  const id = deviceId(site, device.kind, name)
  add('equipment', {
    ...{ id, kind: device.kind, name },
    ...(space !== null && { space }),
    ...{ channel, unit: device.unit },
    ...(device.profile !== null && { profile: device.profile }),
    ...(device.points.length > 0 && { points: device.points }),
  })
  const used = new Set(
    listOf(site, 'packs').map(one => (typeof one === 'string' ? one : (one as { pack?: string }).pack)),
  )
  for (const pack of device.packs) if (!used.has(pack)) add('packs', pack)
  return { edits, id, channel }
}
