import type { PointId } from '../../drivers/point.ts'
import { agrees, type Proof } from '../../rules/orderwork.ts'
import { fail } from '../core/errors.ts'
import type { Workorder } from '../records/workorders.ts'
import type { Site } from '../site/site.ts'
import type { Deps } from './deps.ts'

type Asked = { readonly code: string } | { readonly point: string; readonly value: string }

/**
 * Whether what was scanned or read proves that somebody is where the order is. A code proves its own equipment and its room;
 * a checkpoint its room; a value the equipment that shows it. Throws `proof-unknown`, `proof-elsewhere`, `proof-no-place`,
 * `proof-no-value`, `proof-disagrees`.
 */
export function proofOf(deps: Deps, order: Workorder, asked: Asked): Omit<Proof, 'by' | 'at'> {
  const plant = deps.plant()
  const site = plant?.site ?? fail('not-found', { what: '' })
  const own = site.equipment.find(e => e.id === order.equipment)
  const place = order.space ?? own?.space ?? null
  if (own === undefined && place === null) return fail('proof-no-place', { no: order.no })
  const here = (space: string | null, equipment: string | null) => {
    if (own !== undefined && equipment === own.id) return
    if (space === null || place === null || !within(site, space, place))
      fail('proof-elsewhere', { no: order.no, place: nameOf(site, space) ?? equipment ?? '' })
  }
  if ('code' in asked) {
    // A scanner gives the whole address of the page that the code opens.
    const token = asked.code.split('/').at(-1) ?? ''
    const equipment = site.equipment.find(e => e.id === deps.intake.equipmentOf(decoded(token)))
    if (equipment) {
      here(equipment.space, equipment.id)
      return { kind: 'code', of: equipment.id, said: null, read: null }
    }
    const checkpoint = site.routes
      .flatMap(r => r.checkpoints)
      .find(c => (c.kind === 'qr' || c.kind === 'nfc') && c.tag === asked.code)
    if (!checkpoint) return fail('proof-unknown')
    here(checkpoint.space, null)
    return { kind: 'checkpoint', of: checkpoint.id, said: null, read: null }
  }
  const equipment = site.equipment.find(e => e.id === asked.point.slice(0, asked.point.indexOf('/')))
  const sample = plant?.latest.get(asked.point as PointId)
  if (!equipment || !sample) return fail('not-found', { what: asked.point })
  here(equipment.space, equipment.id)
  if (sample.quality !== 'good' || typeof sample.value !== 'number') fail('proof-no-value', { point: asked.point })
  const read = Number(sample.value)
  if (!agrees(asked.value, read)) fail('proof-disagrees', { said: asked.value })
  return { kind: 'value', of: asked.point, said: Number(asked.value), read }
}

const decoded = (token: string): string => {
  try {
    return decodeURIComponent(token)
  } catch {
    return token
  }
}
/** Whether a space is this one or lies within it. */
function within(site: Site, space: string, place: string): boolean {
  let at: string | null = space
  for (let hops = 0; at !== null && hops < 20; hops++) {
    if (at === place) return true
    at = site.spaces.get(at)?.parent ?? null
  }
  return false
}
const nameOf = (site: Site, space: string | null): string | null =>
  (space !== null && site.spaces.get(space)?.name['zh-CN']) || null
