import type { Readings } from '../../drivers/batch.ts'

/** Who does it: a person, also when a program uses one of that person's tokens, or `gateway`. */
export interface Actor {
  readonly name: string
  readonly role: string
}
export const GATEWAY: Actor = { name: 'gateway', role: 'gateway' }

/** One line of the trail: what was changed, by whom. `data` holds what the change needs to be understood later. */
export interface Entry {
  readonly seq: number
  /** UTC ms. */
  readonly time: number
  readonly actor: string
  readonly role: string
  readonly kind: string
  readonly id: string
  readonly action: string
  readonly data: Readonly<Record<string, unknown>>
}

/** Everything that travels inside the gateway. */
export interface Events {
  /** What a link has just brought, judged. */
  readings: Readings
  /** A change of a record that is on the disk. Never sent before the commit. */
  record: Entry
  /** Another site runs: equipment, points and rules may all be different. */
  site: null
}
