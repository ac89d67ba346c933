/** Turns at something that takes only so many at a time. First come, first served; the urgent go before the rest. */
export interface Turns {
  /** @returns the function that ends the turn, or undefined if the signal gave up waiting or the turns were closed */
  take(signal: AbortSignal, urgent?: boolean): Promise<(() => void) | undefined>
  /** Nobody gets a turn any more; who waits is told so at once. */
  close(): void
}

interface Waiting {
  readonly urgent: boolean
  go(granted: boolean): void
}

export function turns(most: number): Turns {
  const queue: Waiting[] = []
  let free = most
  let closed = false

  const grant = (): (() => void) => {
    free--
    let ended = false
    return () => {
      if (ended) return
      ended = true
      free++
      queue.shift()?.go(true)
    }
  }

  return {
    take(signal, urgent = false) {
      if (closed || signal.aborted) return Promise.resolve(undefined)
      if (free > 0) return Promise.resolve(grant())
      return new Promise(resolve => {
        const give = () => {
          queue.splice(queue.indexOf(me), 1)
          resolve(undefined)
        }
        const me: Waiting = {
          urgent,
          go(granted) {
            signal.removeEventListener('abort', give)
            resolve(granted ? grant() : undefined)
          },
        }
        signal.addEventListener('abort', give, { once: true })
        const behind = urgent ? queue.findIndex(w => !w.urgent) : -1
        queue.splice(behind < 0 ? queue.length : behind, 0, me)
      })
    },
    close() {
      closed = true
      for (const waiting of queue.splice(0)) waiting.go(false)
    },
  }
}
