/**
 * Waits for a fact instead of for a time.
 * @returns the first result that is neither undefined, null nor false
 * @throws when it did not become true within `limitMs`, saying what was waited for
 */
export async function until<T>(
  what: string | (() => string),
  look: () => T | Promise<T>,
  limitMs = 20_000,
): Promise<Exclude<T, undefined | null | false>> {
  const end = Date.now() + limitMs
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== null && found !== false) return found as never
    if (Date.now() > end) throw new Error(`waited ${limitMs} ms for: ${typeof what === 'string' ? what : what()}`)
    await pause(10)
  }
}

/** For what can't be seen: that something does NOT happen. */
export const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))
