/** A machine that does three things at once is three times as slow; what never comes is found all the same. */
const PATIENCE = 3

/**
 * Waits for a fact instead of for a time.
 * @returns the first result that is neither undefined, null nor false
 * @throws when it did not become true within three times `limitMs`, saying what was waited for
 */
export async function until<T>(
  what: string | (() => string),
  look: () => T | Promise<T>,
  limitMs = 20_000,
): Promise<Exclude<T, undefined | null | false>> {
  const end = Date.now() + limitMs * PATIENCE
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== null && found !== false) return found as never
    if (Date.now() > end)
      throw new Error(`waited ${limitMs * PATIENCE} ms for: ${typeof what === 'string' ? what : what()}`)
    await pause(10)
  }
}

/** For what can't be seen: that something does NOT happen. */
export const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

/** Like `pause`, in steps: a stalled process runs what was due at each of them, not all of it in one moment. */
export async function steps(count: number, ms: number): Promise<void> {
  for (let i = 0; i < count; i++) await pause(ms)
}
