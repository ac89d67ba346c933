/** Loads that follow the hour. The plaza is at UTC+8 all year. */

const hourMs = 3_600_000
export const localHour = (at: number): number => (at / hourMs + 8) % 24
/** 0..366, from local New Year on. */
export function dayOfYear(at: number): number {
  const local = new Date(at + 8 * hourMs)
  return (local.getTime() - Date.UTC(local.getUTCFullYear(), 0, 1)) / (24 * hourMs)
}
/** 0 Sunday .. 6 Saturday. */
export const weekday = (at: number): number => new Date(at + 8 * hourMs).getUTCDay()

/** 24 values, one per full hour; between them a straight line. */
export function byHour(shape: readonly number[], at: number): number {
  const hour = localHour(at)
  const before = shape[Math.floor(hour)] ?? 0
  return before + ((shape[(Math.floor(hour) + 1) % 24] ?? 0) - before) * (hour % 1)
}

/** -1..1: slow waves instead of chance, so that one moment has one value however often it is asked for. */
export const wave = (at: number, seed: number): number =>
  0.5 * Math.sin(at / 47_000 + seed * 2.1) +
  0.3 * Math.sin(at / 13_000 + seed) +
  0.2 * Math.sin(at / 291_000 + seed * 3.7)
