import { join } from 'node:path'
import { certificateOf } from '../../drivers/certificates.ts'
import type { Certificate } from '../../drivers/driver.ts'
import type { BrokerSettings } from '../broker/schema.ts'
import { ownNames, ownPair } from '../channels/ownpair.ts'
import type { KeyPair } from '../channels/selfmade.ts'
import type { Log } from '../core/log.ts'
import type { Broker } from '../out/broker.ts'
import type { Listener } from '../out/brokerlisteners.ts'

type Kind = 'tls' | 'websocket'
export interface DoorView {
  readonly kind: 'plain' | Kind
  readonly state: 'up' | 'down'
  /** `mqtt://`, `mqtts://`, `ws://` or `wss://`. */
  readonly address: string
  /** Why it cannot listen, in the words of the system. */
  readonly why: string | null
}
export type BrokerStats = ReturnType<Broker['stats']>
export type BrokerDoors = ReturnType<typeof openBrokerDoors>

const AGAIN_MS = 5000

/** The listeners of the broker that a site asks for, and the certificate that they show. */
export function openBrokerDoors(deps: {
  readonly broker: Pick<Broker, 'listen' | 'address'>
  readonly secrets: string
  readonly log: Log
  readonly now: () => number
}) {
  const { broker, log } = deps
  const files = ownPair(join(deps.secrets, 'pki', '@broker'))
  let settings: BrokerSettings = {}
  let open: { readonly kind: Kind; readonly key: string; view: DoorView; listener: Listener | null }[] = []
  let again: NodeJS.Timeout | undefined
  let working = Promise.resolve()

  /** The site's own, or one made here and kept, so that its fingerprint stays the same. */
  const pairNow = (): KeyPair => files.given() ?? files.made() ?? files.make(ownNames(), deps.now())

  const schemes = { tls: () => 'mqtts', websocket: (s: BrokerSettings) => (s.websocket?.tls ? 'wss' : 'ws') }
  const at = (host: string) => (host.includes(':') ? `[${host}]` : host)
  async function start(kind: Kind): Promise<void> {
    const where = settings[kind]!
    const key = JSON.stringify(where)
    const path = kind === 'websocket' ? settings.websocket!.path : undefined
    const scheme = schemes[kind](settings)
    const address = (port: number) => `${scheme}://${at(where.host)}:${port}${path ?? ''}`
    const before = open.find(o => o.kind === kind)
    try {
      const secure = kind === 'tls' || settings.websocket!.tls
      const listener = await broker.listen({
        ...{ host: where.host, port: where.port, path },
        ...(secure && { tls: pairNow() }),
      })
      const view: DoorView = { kind, state: 'up', address: address(listener.address.port), why: null }
      open = [...open.filter(o => o.kind !== kind), { kind, key, view, listener }]
    } catch (error) {
      const why = (error as Error).message
      if (before?.view.why !== why) log.error({ error, kind }, 'the broker cannot listen there')
      const view: DoorView = { kind, state: 'down', address: address(where.port), why }
      open = [...open.filter(o => o.kind !== kind), { kind, key, view, listener: null }]
    }
  }
  async function adapt(): Promise<void> {
    clearTimeout(again)
    for (const one of open) {
      const wanted = settings[one.kind]
      if (wanted && one.listener && JSON.stringify(wanted) === one.key) continue
      await one.listener?.close()
      if (!wanted) open = open.filter(o => o !== one)
      else one.listener = null
    }
    for (const kind of ['tls', 'websocket'] as const)
      if (settings[kind] && !open.find(o => o.kind === kind)?.listener) await start(kind)
    if (open.some(o => !o.listener)) again = setTimeout(() => void use(settings), AGAIN_MS).unref()
  }
  /** The settings of the site that runs now. One that stays as it is keeps its clients. */
  function use(next: BrokerSettings): Promise<void> {
    working = working.then(() => {
      settings = next
      return adapt()
    })
    return working
  }
  const renew = () => {
    const pair = pairNow()
    for (const { kind, listener } of open) if (kind === 'tls' || settings.websocket?.tls) listener?.renew(pair)
  }

  return {
    use,
    view: (): readonly DoorView[] => [
      {
        ...{ kind: 'plain', state: 'up', why: null },
        address: `mqtt://${at(broker.address.address)}:${broker.address.port}`,
      },
      ...open.map(o => o.view),
    ],
    /** What TLS clients are shown; made when it is asked for the first time. */
    certificate: (): Certificate & { readonly selfMade: boolean } => ({
      ...certificateOf(pairNow().certificate)!,
      selfMade: files.given() === null,
    }),
    /** The site's own certificate with its chain; null: back to the self-made one. */
    setCertificate(pair: KeyPair | null): void {
      files.give(pair)
      renew()
    },
    async stop(): Promise<void> {
      clearTimeout(again)
      await use({})
    },
  }
}
