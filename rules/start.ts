import type { Role } from './flow.ts'
import { may, type Permission } from './permission.ts'

/** Pages that somebody may have come up first, and who may read them [issue 10, item 3]. */
export const startPages = {
  alarms: 'alarm.read',
  fire: 'alarm.read',
  equipment: 'plant.read',
  plan: 'plant.read',
  orders: 'workorder.read',
  desk: 'complaint.read',
  runbooks: 'runbook.read',
  trends: 'plant.read',
  doors: 'door.read',
  passes: 'pass.read',
  visits: 'visit.read',
  permits: 'permit.read',
  registers: 'register.read',
  rounds: 'patrol.read',
  runrecords: 'run-record.read',
  handover: 'handover.read',
  month: 'month.read',
  consumption: 'consumption.read',
  readings: 'reading.read',
  batches: 'billing.read',
} as const satisfies Record<string, Permission>
export type StartPage = keyof typeof startPages
export const startPageNames = Object.keys(startPages) as StartPage[]

/** What of a site decides which pages have something on them. */
export interface Has {
  readonly patrols: boolean
  readonly runRecords: boolean
}
const isThere = (page: StartPage, has: Has): boolean =>
  page === 'rounds' ? has.patrols : page === 'runrecords' ? has.runRecords : true

/** What each role works on, the first thing first; the rest of the pages follow as they stand in the rail of everybody. */
const work: Record<Role, readonly StartPage[]> = {
  admin: ['alarms'],
  // The control room.
  operator: ['alarms', 'fire', 'plan', 'runbooks', 'orders', 'handover'],
  // The crew: what is to be repaired, and on what.
  engineer: ['orders', 'equipment', 'runrecords', 'trends', 'alarms', 'permits', 'handover'],
  guard: ['rounds', 'doors', 'visits', 'passes', 'alarms', 'registers', 'handover'],
  desk: ['desk', 'orders', 'visits', 'passes', 'registers'],
  billing: ['readings', 'batches', 'consumption'],
  manager: ['month', 'orders', 'desk', 'alarms', 'readings', 'registers'],
  viewer: ['alarms'],
}

/** The pages that a role works on, in the order of its work: those that it may read and that the site has something for. */
export const workOf = (role: Role, has: Has): readonly StartPage[] =>
  work[role].filter(page => may(role, startPages[page]) && isThere(page, has))

/**
 * Where somebody starts: what he has chosen, as long as he may read it, else the first page that his role works on, else the
 * equipment, which everybody may see.
 */
export function startOf(role: Role, has: Has, chosen: StartPage | null): StartPage {
  if (chosen !== null && may(role, startPages[chosen]) && isThere(chosen, has)) return chosen
  return workOf(role, has)[0] ?? 'equipment'
}

/** Entries of the rail in the order of a role's work; the others keep the order that everybody knows. */
export function inOrderOfWork<T extends string>(role: Role, entries: readonly T[]): readonly T[] {
  // Some pages stand behind an entry of the rail, not in it.
  const behind: Partial<Record<StartPage, string>> = { desk: 'orders', month: 'registers', batches: 'readings' }
  const first = [...new Set(work[role].map(page => behind[page] ?? page))]
  const place = (entry: T): number => {
    const at = first.indexOf(entry)
    return at < 0 ? first.length : at
  }
  return [...entries].sort((a, b) => place(a) - place(b))
}
