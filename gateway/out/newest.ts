import type { Broker } from './broker.ts'

/** Messages of this outbox that the broker has and has not yet handed out. */
const UNDER_WAY = 500
/** Topics that may wait; the gateway has fewer points than that. */
const MOST_WAITING = 200_000

/**
 * An outbox for values of which only the newest counts: while the broker is busy, a newer value of a topic takes the
 * place of the one that waits. So what waits is never more than one message per topic, however fast values come.
 */
export function createNewest(
  broker: Pick<Broker, 'publish'>,
  failed: (error: unknown) => void,
  most: number = MOST_WAITING,
) {
  const waiting = new Map<string, string | Buffer>()
  const counted = { offered: 0, sent: 0, coalesced: 0, dropped: 0 }
  let underWay = 0
  const done = () => {
    underWay--
    send()
  }
  const wrong = (error: unknown) => {
    failed(error)
    done()
  }
  /** Goes on where it was: from its beginning, a map is searched through all that was taken out of it. */
  let next = waiting.entries()
  function send(): void {
    while (underWay < UNDER_WAY && waiting.size > 0) {
      const { value } = next.next()
      if (!value) {
        next = waiting.entries()
        continue
      }
      const [topic, payload] = value
      waiting.delete(topic)
      underWay++
      counted.sent++
      broker.publish(topic, payload, { retain: true }).then(done, wrong)
    }
  }
  return {
    offer(topic: string, payload: string | Buffer): void {
      counted.offered++
      if (waiting.has(topic)) counted.coalesced++
      else if (waiting.size >= most) {
        counted.dropped++
        return
      }
      // In its place: who waits longest goes first, with what is newest.
      waiting.set(topic, payload)
      if (underWay < UNDER_WAY) send()
    },
    /** Nothing of what waits is said any more. */
    clear: () => waiting.clear(),
    stats: () => ({ ...counted, waiting: waiting.size }),
  }
}
