import { badBatch } from '../../drivers/batch.ts'
import type { Link } from '../../drivers/driver.ts'
import { bad } from '../../drivers/point.ts'

export type PausableLink = Link & {
  /** Gives the line free for somebody else. @returns resume; what is read meanwhile waits for it */
  pause(): Promise<() => void>
  readonly paused: () => boolean
}

/**
 * A link that can let go of its line for a while. Reads that come meanwhile, or are under way, wait: nobody asked the
 * device, so nothing is said of it, and its values grow stale by themselves. A write is refused: it was certainly not sent.
 */
export function pausable(open: () => Link): PausableLink {
  let link = open()
  let gate: { readonly opened: Promise<void>; open(): void } | null = null
  let closed = false

  const through = (signal: AbortSignal): Promise<void> =>
    gate === null || signal.aborted
      ? Promise.resolve()
      : Promise.race([
          gate.opened,
          new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true })),
        ])

  async function held<T>(signal: AbortSignal, ask: (link: Link) => Promise<T>, otherwise: () => T): Promise<T> {
    for (;;) {
      if (gate !== null) await through(signal)
      if (signal.aborted || closed) return otherwise()
      const mine = link
      const answer = await ask(mine)
      // Cut off by a pause: that is no sign of the device. It is asked again when the line is ours.
      if ((mine === link && gate === null) || signal.aborted || closed) return answer
    }
  }

  const own: Pick<PausableLink, 'read' | 'pause' | 'paused' | 'close'> & Pick<Link, 'write'> = {
    read: (points, signal, urgent) =>
      held(
        signal,
        mine => mine.read(points, signal, urgent),
        () => points.map(p => bad(p.id, 'offline', Date.now())),
      ),
    async write(point, value, signal) {
      if (gate !== null || !link.write) return { ok: false, reason: 'refused' }
      return link.write(point, value, signal)
    },
    async pause() {
      if (gate !== null) throw new Error('this line is paused already')
      let opened = () => {}
      const promise = new Promise<void>(resolve => {
        opened = resolve
      })
      const mine = { opened: promise, open: opened }
      gate = mine
      await link.close()
      return () => {
        if (gate !== mine) return
        gate = null
        if (!closed) link = open()
        mine.open()
      }
    },
    paused: () => gate !== null,
    async close() {
      closed = true
      gate?.open()
      gate = null
      await link.close()
    },
  }
  // What else such a link can do is done by the one that is open now; nobody is asked while the line is somebody else's.
  return {
    ...own,
    ...(link.scan && {
      scan: (points, signal) =>
        held(
          signal,
          mine => mine.scan!(points, signal),
          () => [
            badBatch(
              points.map(p => p.id),
              'offline',
              Date.now(),
            ),
          ],
        ),
    }),
    ...(link.away && { away: points => (gate === null ? link.away?.(points) : undefined) }),
    ...(link.report && { report: () => link.report!() }),
    ...(link.overloaded && { overloaded: () => link.overloaded!() }),
    ...(link.status && { status: () => link.status!() }),
    ...(link.reconnect && {
      reconnect() {
        if (gate === null) link.reconnect!()
      },
    }),
    // The files are the truth, whichever link reads them.
    ...(link.certificates && { certificates: link.certificates }),
    ...(link.peek && {
      peek: async (place, signal, urgent) =>
        gate === null ? link.peek!(place, signal, urgent) : { ok: false, reason: 'offline', exception: undefined },
    }),
  } as PausableLink
}
