import type { Permission } from '../permission.ts'

/** What is found, and who may read it: the one table for the gateway, which answers no more, and for the screens. */
export const found = {
  equipment: 'plant.read',
  alarm: 'alarm.read',
  order: 'workorder.read',
  place: 'plant.read',
  person: 'pass.read',
  pass: 'pass.read',
  visit: 'visit.read',
  permit: 'permit.read',
  meter: 'reading.read',
  complaint: 'complaint.read',
  register: 'register.read',
  entry: 'register.read',
  runbook: 'runbook.read',
  point: 'plant.read',
} as const satisfies Record<string, Permission>
/** What the gateway finds; pages and settings the screen finds itself. Of equals the earlier kind comes first. */
export type FoundKind = keyof typeof found
export const foundKinds = Object.keys(found) as FoundKind[]

export interface Ranked {
  readonly rank: number
  /** Place of its kind among the kinds. */
  readonly order: number
  /** When it came about, UTC ms; null: it is not of one time. */
  readonly at: number | null
  readonly name: string
}
/** The better fit, then the kind, then the newest, then the shorter name: it says less beside what was typed. */
export const betterFirst = (a: Ranked, b: Ranked): number =>
  a.rank - b.rank ||
  a.order - b.order ||
  (b.at ?? 0) - (a.at ?? 0) ||
  a.name.length - b.name.length ||
  (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)
