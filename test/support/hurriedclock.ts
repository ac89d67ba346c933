import { createClock } from '../../gateway/core/clock.ts'

/**
 * The clock of the machine, whose repeated work can be done at once: what looks every half minute need not be waited for.
 */
export function hurriedClock() {
  const clock = createClock()
  const works = new Set<{ readonly ms: number; readonly work: () => void }>()
  return {
    ...clock,
    every(ms: number, work: () => void) {
      const one = { ms, work }
      works.add(one)
      const stop = clock.every(ms, work)
      return () => {
        works.delete(one)
        stop()
      }
    },
    /** Does now what is done each so many ms. @returns how many works that were */
    beat(ms: number): number {
      const due = [...works].filter(one => one.ms === ms)
      for (const { work } of due) work()
      return due.length
    },
  }
}
export type HurriedClock = ReturnType<typeof hurriedClock>
