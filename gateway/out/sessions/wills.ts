import type { Behind, Loaded } from './behind.ts'

export interface Will {
  readonly topic: string
  readonly payload: Buffer
  readonly qos: 0 | 1 | 2
  readonly retain: boolean
}
interface Owner {
  readonly id: string
  readonly closed: boolean
}

/**
 * Wills of connected clients, on the disk before CONNACK [MQTT-3.1.2-8]. Those that are there at a start are of clients
 * whose connection ended with the gateway and without DISCONNECT: they are owed, and published after the restart
 * [MQTT 3.1.1, 3.1.2.5]. Published and taken away is one commit, so a will that is retained or queued is there once.
 * @param say publishes it, if the account may still speak there
 */
export function createWills(behind: Behind, loaded: Loaded, say: (client: string, will: Will) => void) {
  const held = new Map<string, { readonly owner: Owner; readonly will: Will }>()
  const owed = new Map<string, Will>()
  for (const { id, topic, payload, qos, retain } of loaded.wills)
    owed.set(id, { topic, payload: Buffer.from(payload), qos: qos as Will['qos'], retain: retain === 1 })

  const forget = (id: string) => behind.put('will', id, null)
  function pay(id: string): void {
    const will = owed.get(id)
    if (!will) return
    owed.delete(id)
    say(id, will)
    forget(id)
  }

  return {
    /** The disk may be full: then it is in memory only, and written when there is room. */
    async put(owner: Owner, { topic, payload, qos, retain }: Will): Promise<void> {
      const will = { topic, payload: Buffer.from(payload), qos, retain }
      held.set(owner.id, { owner, will })
      behind.put('will', owner.id, [owner.id, topic, qos, retain ? 1 : 0, will.payload])
      await behind.committed().catch(() => {})
    },
    get: (id: string): Will | undefined => held.get(id)?.will,
    /** A connection of this id has ended, and its will was published or deleted. A newer connection keeps its own. */
    ended(id: string): void {
      if (held.get(id)?.owner.closed !== true) return
      held.delete(id)
      forget(id)
    },
    /** All connections have ended in good order: what is still noted of them is being published. */
    allEnded(): void {
      for (const [id, { owner }] of held) if (owner.closed) forget(id)
    },
    /** What is owed for this id, before it is connected again: what it says of itself then comes after its will. */
    pay,
    /** Everybody else's. */
    payAll(): void {
      for (const id of [...owed.keys()]) pay(id)
    },
    stats: () => ({ wills: held.size, owed: owed.size }),
  }
}
export type Wills = ReturnType<typeof createWills>
