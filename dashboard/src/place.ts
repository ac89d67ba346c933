import type { EquipmentView, PlanView, SpaceView } from '../../gateway/http/contract.ts'

/** Where things are drawn. Pure. */
export type Spaces = ReadonlyMap<string, SpaceView>

/** From a space to the building it is in. A circle, which the gateway refuses, would end here all the same. */
export function* upwards(space: string | null | undefined, spaces: Spaces): Generator<string> {
  const seen = new Set<string>()
  for (let at = space ?? null; at !== null && !seen.has(at); at = spaces.get(at)?.parent ?? null) {
    seen.add(at)
    yield at
  }
}

/** The plan that shows a place, the smallest part of the site that does. */
const indexes = new WeakMap<readonly PlanView[], Map<string, string>>()
function indexOf(plans: readonly PlanView[], spaces: Spaces): Map<string, string> {
  const known = indexes.get(plans)
  if (known) return known
  const depth = (plan: PlanView) => [...upwards(plan.space, spaces)].length
  const index = new Map<string, string>()
  for (const plan of plans.toSorted((a, b) => depth(b) - depth(a)))
    for (const place of plan.drawn) if (!index.has(place)) index.set(place, plan.id)
  // Before the spaces are there nobody can tell which plan is the smaller part.
  if (spaces.size > 0) indexes.set(plans, index)
  return index
}

/** What of a plan a thing belongs to: its own mark, or the nearest space around it that is drawn; null: nothing. */
export function placeOn(plan: PlanView, thing: EquipmentView | SpaceView, spaces: Spaces): string | null {
  const drawn = new Set(plan.drawn)
  return candidates(thing, spaces).find(id => drawn.has(id)) ?? null
}
const candidates = (thing: EquipmentView | SpaceView, spaces: Spaces): string[] =>
  'channel' in thing ? [thing.id, ...upwards(thing.space?.id, spaces)] : [...upwards(thing.id, spaces)]

/** The plan to look at for a thing; null when nothing of it is drawn anywhere. */
export function planFor(thing: EquipmentView | SpaceView, plans: readonly PlanView[], spaces: Spaces): string | null {
  const index = indexOf(plans, spaces)
  for (const id of candidates(thing, spaces)) {
    const found = index.get(id)
    if (found !== undefined) return found
  }
  return null
}

/**
 * What the wall lights for an alarm: the room, as from three metres the mark of a machine is a dot; the mark where the room
 * itself is drawn nowhere, as on a scan. @param room where the alarm is; a help call is of a home, not of the desk of its board
 */
export function litFor(
  room: SpaceView | undefined,
  one: EquipmentView | undefined,
  plans: readonly PlanView[],
): EquipmentView | SpaceView | undefined {
  if (!room || !one) return room ?? one
  const isDrawn = (id: string) => plans.some(plan => plan.drawn.includes(id))
  return !isDrawn(room.id) && one.space?.id === room.id && isDrawn(one.id) ? one : room
}

/**
 * The equipment of each place of a plan. One with a mark of its own stands in its room, too. What is of this part of the
 * site and has no place on the drawing stands under null.
 */
export function equipmentOn(
  plan: PlanView,
  equipment: readonly EquipmentView[],
  spaces: Spaces,
): Map<string | null, EquipmentView[]> {
  const drawn = new Set(plan.drawn)
  const found = new Map<string | null, EquipmentView[]>()
  const put = (place: string | null, one: EquipmentView) => {
    const all = found.get(place)
    if (all) all.push(one)
    else found.set(place, [one])
  }
  for (const one of equipment) {
    if (drawn.has(one.id)) put(one.id, one)
    const around = [...upwards(one.space?.id, spaces)]
    const place = around.find(id => drawn.has(id))
    // A storey's own outline is drawn on its plan; on another's, what is of another storey is not.
    if (place !== undefined) put(place, one)
    else if (!drawn.has(one.id) && (plan.space === null || around.includes(plan.space))) put(null, one)
  }
  return found
}
