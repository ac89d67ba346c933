/** Wind as forces of Beaufort's scale [GB/T 28591-2012]. */

/** Metres per second at which each force begins, from force 1. */
const BEGINS = [0.3, 1.6, 3.4, 5.5, 8, 10.8, 13.9, 17.2, 20.8, 24.5, 28.5, 32.7] as const

/** From this force on nobody does hot work in the open; where it can't be put off the grade rises by one [GB 30871-2022 5.2]. */
export const WIND_LIMIT = 5
/** The force of a speed, m/s; null: no speed. */
export const windForce = (ms: number): number | null =>
  Number.isFinite(ms) && ms >= 0 ? BEGINS.filter(begins => ms >= begins).length : null
/** What an instrument says, by the unit of its point: a speed, or a force at once; null: neither. */
export const forceOf = (value: number, unit: string | undefined): number | null =>
  unit === 'm/s' ? windForce(value) : Number.isFinite(value) && value >= 0 && value <= 17 ? Math.floor(value) : null
