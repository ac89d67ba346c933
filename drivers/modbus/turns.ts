/** Turns at something that takes only so many at a time: who must be done first goes first. */
export interface Turns {
  /** @returns the function that ends the turn, or undefined if the signal gave up waiting or the turns were closed */
  take(signal: AbortSignal, who?: Claim): Promise<(() => void) | undefined>
  /** Nobody gets a turn any more; who waits is told so at once. */
  close(): void
  readonly waiting: number
}

export interface Claim {
  /** Before everybody who is not: a person waits for it. */
  readonly urgent?: boolean
  /** When it ought to be done, on any steady clock. Without one it has no hurry. */
  readonly deadline?: number
  /** Of those with the same deadline, the unit goes first that had its last turn the longest ago. */
  readonly unit?: number
}

interface Waiting extends Required<Claim> {
  readonly order: number
  go(granted: boolean): void
}

export function turns(most: number): Turns {
  const queue: Waiting[] = []
  const lastTurn = new Map<number, number>()
  let free = most
  let closed = false
  let count = 0

  const before = (a: Waiting, b: Waiting): boolean => {
    if (a.urgent !== b.urgent) return a.urgent
    // Commands in the order they were given: the second may rely on the first.
    if (a.urgent) return a.order < b.order
    if (a.deadline !== b.deadline) return a.deadline < b.deadline
    const [mine, theirs] = [lastTurn.get(a.unit) ?? 0, lastTurn.get(b.unit) ?? 0]
    return mine === theirs ? a.order < b.order : mine < theirs
  }

  function next(): void {
    let first = queue[0]
    for (const each of queue) if (first && before(each, first)) first = each
    if (!first) return
    queue.splice(queue.indexOf(first), 1)
    first.go(true)
  }

  const grant = (unit: number): (() => void) => {
    free--
    lastTurn.set(unit, ++count)
    let ended = false
    return () => {
      if (ended) return
      ended = true
      free++
      next()
    }
  }

  return {
    take(signal, { urgent = false, deadline = Number.POSITIVE_INFINITY, unit = -1 } = {}) {
      if (closed || signal.aborted) return Promise.resolve(undefined)
      if (free > 0) return Promise.resolve(grant(unit))
      return new Promise(resolve => {
        const give = () => {
          queue.splice(queue.indexOf(me), 1)
          resolve(undefined)
        }
        const me: Waiting = {
          urgent,
          deadline,
          unit,
          order: ++count,
          go(granted) {
            signal.removeEventListener('abort', give)
            resolve(granted ? grant(unit) : undefined)
          },
        }
        signal.addEventListener('abort', give, { once: true })
        queue.push(me)
      })
    },
    close() {
      closed = true
      for (const waiting of queue.splice(0)) waiting.go(false)
    },
    get waiting() {
      return queue.length
    },
  }
}

/**
 * Who waits for something until a signal says that nobody does. One listener for all that wait on the same signal: to add
 * and remove one for each request costs more than the request's frame. In a list: a Set that is filled and emptied all the
 * time leaves its old tables in the old heap.
 * @returns takes what to do then; returns how to stop waiting
 */
export function leavers(): (signal: AbortSignal, leave: () => void) => () => void {
  const bySignal = new WeakMap<AbortSignal, (() => void)[]>()
  return (signal, leave) => {
    const waiting = bySignal.get(signal) ?? []
    if (!bySignal.has(signal)) {
      bySignal.set(signal, waiting)
      signal.addEventListener('abort', () => [...waiting].forEach(each => void each()), { once: true })
    }
    waiting.push(leave)
    return () => {
      const at = waiting.indexOf(leave)
      if (at >= 0) waiting.splice(at, 1)
    }
  }
}
