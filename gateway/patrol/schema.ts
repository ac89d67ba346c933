import { z } from 'zod'
import type { Params } from '../core/errors.ts'
import type { Path } from '../site/jsonproblems.ts'
import type { Route } from '../site/placeschema.ts'
import type { Outline } from '../site/schema.ts'
import { id, text } from '../site/words.ts'

/** Raw Ed25519 public key, 32 bytes as base64. */
const deviceKey = /^[A-Za-z0-9+/]{43}=$/

/** What site.json says of patrols beside its routes: the sticks [巡更棒] that are handed out. Phones need no entry. */
export const patrolSchema = z.strictObject({
  devices: z
    .array(
      z.strictObject({
        id,
        name: text,
        /** Who carries it, as its records name them; left out: anybody. */
        people: z.array(z.string().min(1).max(64)).min(1).max(50).optional(),
        /** Ed25519 public key of a stick that signs its batches: 32 bytes, base64. */
        key: z.string().regex(deviceKey).optional(),
      }),
    )
    .max(200)
    .default([]),
  /** Batches of sticks without a signature: `lower`, taken and graded lower; `refuse`, not taken. */
  unsigned: z.enum(['lower', 'refuse']).default('lower'),
})

export interface PatrolDevice {
  readonly id: string
  readonly name: z.infer<typeof text>
  readonly people: readonly string[] | null
  /** What its batches are signed with; null: it signs none. */
  readonly key: string | null
}
export interface SitePatrol {
  readonly devices: ReadonlyMap<string, PatrolDevice>
  readonly unsigned: 'lower' | 'refuse'
  /** Routes and points by their tag, as it is printed or written on it. */
  readonly byTag: ReadonlyMap<string, readonly { readonly route: Route; readonly checkpoint: string }[]>
}
type Add = (path: Path, code: string, params?: Params, level?: 'error' | 'warning') => void

/** Tags are written with and without colons, in small and capital letters. */
export const tagKey = (tag: string): string => tag.toUpperCase().replace(/[\s:-]/g, '')

/** Routes held against the devices and against each other; what does not fit goes to `add`. */
export function patrolOf(raw: Pick<Outline, 'patrol' | 'routes'>, add: Add): SitePatrol {
  const devices = new Map<string, PatrolDevice>()
  for (const [i, device] of (raw.patrol?.devices ?? []).entries()) {
    if (devices.has(device.id)) add(['patrol', 'devices', i, 'id'], 'duplicate-id', { id: device.id })
    devices.set(device.id, { ...device, people: device.people ?? null, key: device.key ?? null })
  }
  const byTag = new Map<string, { readonly route: Route; readonly checkpoint: string }[]>()
  const places = new Map<string, string>()
  for (const [i, route] of raw.routes.entries()) {
    if (!route) continue
    for (const [j, device] of route.devices?.entries() ?? [])
      if (!devices.has(device)) add(['routes', i, 'devices', j], 'unknown-patrol-device', { device })
    for (const [j, c] of route.checkpoints.entries()) {
      if (!('tag' in c)) continue
      const key = tagKey(c.tag)
      const space = places.get(key)
      if (space !== undefined && space !== c.space)
        add(['routes', i, 'checkpoints', j, 'tag'], 'tag-two-places', { tag: c.tag, space })
      places.set(key, c.space)
      byTag.set(key, [...(byTag.get(key) ?? []), { route, checkpoint: c.id }])
    }
  }
  return { devices, unsigned: raw.patrol?.unsigned ?? 'lower', byTag }
}
