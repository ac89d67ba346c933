/** Bytes of one room that memory is taken from. */
export interface MemoryRoom {
  readonly used: number
  readonly limit: number
}

/** What this process may take, and has taken. */
export interface MemoryFacts {
  /** Of V8: at its limit the process ends. */
  readonly heap: MemoryRoom
  /** Control groups with a limit, from the own one upwards, without what the kernel would give back of files: at the limit it ends a process of the group. */
  readonly groups: readonly MemoryRoom[]
  /** Of the whole machine; null: it does not say. */
  readonly machine: { readonly available: number; readonly total: number } | null
}

/** From here on nothing large is begun any more, and below the other it is again; percent. */
export const SHORT_AT = 90
export const ENOUGH_AT = 80
/** A machine of 64 GB is not short with 6 GB left: its last gigabyte is what is looked at. */
const LAST = 1 << 30

/**
 * How near the end of its memory the gateway is: the fullest of heap, groups and machine. @returns percent, whole, 0..100
 */
export function memoryUsed({ heap, groups, machine }: MemoryFacts): number {
  const shares = [heap, ...groups].filter(room => room.limit > 0).map(({ used, limit }) => used / limit)
  if (machine && machine.total > 0) shares.push(1 - machine.available / Math.min(machine.total, LAST))
  return Math.round(100 * Math.min(1, Math.max(0, ...shares)))
}

/** Whether memory is short now, once it was or was not: between the two marks it stays as it is. */
export const memoryShort = (was: boolean, percent: number): boolean =>
  percent >= SHORT_AT || (was && percent >= ENOUGH_AT)
