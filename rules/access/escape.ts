import { type AccessDoor, type Interlock, OUTSIDE } from './policy.ts'

/** Why somebody could be trapped, and where. */
export interface Trap {
  readonly code:
    | 'access-trap'
    | 'access-exit-by-reader'
    | 'access-fail-secure'
    | 'access-no-fire-release'
    | 'access-interlock-exit'
  /** The area or the door. */
  readonly where: string
}

/**
 * Whether everybody gets out of everywhere, whatever the gateway, the power or another door do. Looked at before a
 * configuration is taken: a door that traps is refused, not watched.
 * - from each area a way leads outside through doors that open by themselves on that side;
 * - no way out is by a reader alone, and none is shut without power;
 * - a door that electronics hold is released by the fire linkage;
 * - no interlock of a controller holds the way out.
 */
export function traps(doors: readonly AccessDoor[], interlocks: readonly Interlock[]): Trap[] {
  const found: Trap[] = []
  for (const door of doors) {
    if (door.mechanicalExit) continue
    if (door.exit === 'reader') found.push({ code: 'access-exit-by-reader', where: door.id })
    if (door.lock === 'fail-secure') found.push({ code: 'access-fail-secure', where: door.id })
    else if (!door.fireRelease) found.push({ code: 'access-no-fire-release', where: door.id })
  }
  for (const interlock of interlocks)
    for (const id of interlock.holdsExit ? interlock.doors : [])
      if (!doors.find(d => d.id === id)?.mechanicalExit) found.push({ code: 'access-interlock-exit', where: id })
  const bad = new Set(found.map(f => f.where))
  // From the outside inwards: an area is free when a sound door leads from it to what is free.
  const free = new Set([OUTSIDE])
  for (let more = true; more; ) {
    more = false
    for (const door of doors)
      if (!bad.has(door.id) && free.has(door.from) && !free.has(door.area)) {
        free.add(door.area)
        more = true
      }
  }
  for (const area of new Set(doors.flatMap(d => [d.area, d.from])))
    if (!free.has(area)) found.push({ code: 'access-trap', where: area })
  return found
}
