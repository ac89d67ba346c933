import { z } from 'zod'
import type { Text } from '../../drivers/point.ts'
import { type RoomPolicy, usualRoom } from '../../rules/access/visit.ts'
import { roles } from '../../rules/flow.ts'
import { id, text } from './words.ts'

/** What site.json says of gates with a guard and of rooms that are visited by a register. */
export const gateSchema = z.strictObject({
  id,
  name: text.optional(),
  /** Where somebody is who came in here; left out: the gate moves nobody from area to area. */
  area: id.optional(),
})
export const roomSchema = z.strictObject({
  space: id,
  /** Of each list one has to agree: [["manager"], ["engineer"]]. */
  approvals: z
    .array(z.array(z.enum(roles)).min(1).max(8))
    .max(4)
    .default(usualRoom.approvals.map(list => [...list])),
  escort: z.boolean().default(true),
  noPhotos: z.boolean().default(true),
})
export interface SiteGate {
  readonly id: string
  readonly name: Text
  readonly area: string | null
}
export interface SiteRooms {
  /** One at least: a site without any has the gate `gate`. */
  readonly gates: ReadonlyMap<string, SiteGate>
  /** By space. */
  readonly rooms: ReadonlyMap<string, RoomPolicy>
}
const only: SiteGate = { id: 'gate', name: { 'zh-CN': '门岗', en: 'Gate post' }, area: null }

export function roomsOf(raw: {
  readonly gates: readonly z.infer<typeof gateSchema>[]
  readonly rooms: readonly z.infer<typeof roomSchema>[]
}): SiteRooms {
  const gates = raw.gates.map(
    (g): SiteGate => ({ id: g.id, name: g.name ?? { 'zh-CN': g.id, en: g.id }, area: g.area ?? null }),
  )
  return {
    gates: new Map((gates.length === 0 ? [only] : gates).map(g => [g.id, g])),
    rooms: new Map(raw.rooms.map(({ space, ...policy }) => [space, policy])),
  }
}
