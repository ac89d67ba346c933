import { createServer, type Server, type Socket } from 'node:net'
import { Aedes } from 'aedes'
import type { LineSpec, MqttMessage } from './part.ts'

export interface MqttOptions {
  /** Default 127.0.0.1. */
  readonly host?: string
  /** 0, the default: any free one. */
  readonly port?: number
  /** Who may sign in; without it anybody. */
  readonly account?: { readonly name: string; readonly password: string }
}
/** mute: nobody publishes any more. garbage: what is published is no text. drop: the broker is gone. */
export type MqttFault = { readonly kind: 'mute' | 'garbage' | 'drop' }
export interface MqttDevices {
  readonly port: number
  /** Clients that are signed in. */
  connections(): number
  /** Publishes something beside what the line's devices say, as if one of them had. */
  say(topic: string, payload: string | Buffer, retain?: boolean): Promise<void>
  /** Says at once what has changed; it looks by itself once a second. */
  show(): void
  /** What somebody published: commands. */
  onMessage(listen: (topic: string, payload: Buffer) => void): void
  /** null: all is well again, on the same port. */
  setFault(fault: MqttFault | null): Promise<void>
  fault(): MqttFault | null
  stop(): Promise<void>
}

const LOOK_EVERY_MS = 1000
/** 温度 in GBK: no UTF-8. */
const garbage = Buffer.from([0xce, 0xc2, 0xb6, 0xc8, 0xff, 0x00])

/**
 * An IoT gateway of the building: a small MQTT 3.1.1 broker, and the devices behind it that publish to it.
 * @throws the error of the socket when the port is taken
 */
export async function startMqttDevices(
  line: Pick<Extract<LineSpec, { protocol: 'mqtt' }>, 'messages'>,
  { host = '127.0.0.1', port = 0, account }: MqttOptions = {},
): Promise<MqttDevices> {
  let fault: MqttFault | null = null
  let broker: Aedes | undefined
  let server: Server | undefined
  let at = port
  const sockets = new Set<Socket>()
  let listen: (topic: string, payload: Buffer) => void = () => {}
  const last = new Map<MqttMessage, { readonly text: string; readonly when: number }>()

  async function open(): Promise<void> {
    const aedes = await Aedes.createBroker({
      authenticate(_client, name, password, done) {
        if (!account || (name === account.name && password?.toString() === account.password)) return done(null, true)
        done(Object.assign(new Error('bad user name or password'), { returnCode: 4 }), false)
      },
    })
    aedes.on('publish', (packet, client) => {
      if (client) listen(packet.topic, packet.payload as Buffer)
    })
    // Who has just begun to listen need not wait an hour for a device that reports once an hour.
    aedes.on('subscribe', () => last.clear())
    const opened = createServer(socket => {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
      aedes.handle(socket)
    })
    await new Promise<void>((resolve, reject) => {
      opened.once('error', reject)
      opened.listen(at, host, resolve)
    })
    const address = opened.address()
    if (typeof address === 'object' && address) at = address.port
    broker = aedes
    server = opened
    // A new broker has kept nothing: everybody speaks at once.
    last.clear()
    tick()
  }
  async function close(): Promise<void> {
    const [aedes, opened] = [broker, server]
    broker = undefined
    server = undefined
    if (!aedes || !opened) return
    const closed = new Promise(resolve => opened.close(resolve))
    for (const socket of sockets) socket.destroy()
    await closed
    await new Promise<void>(resolve => aedes.close(() => resolve()))
  }

  // One after the other: aedes stores a retained message before it hands it out, and drops one that was overtaken
  // meanwhile as if it were a duplicate.
  let sending = Promise.resolve()
  const send = (topic: string, payload: string | Buffer, retain: boolean): Promise<void> => {
    sending = sending.then(
      () =>
        new Promise<void>(resolve => {
          if (!broker) return resolve()
          broker.publish({ cmd: 'publish', topic, payload, qos: 0, retain, dup: false }, () => resolve())
        }),
    )
    return sending
  }

  function tick(): void {
    if (!broker || fault?.kind === 'mute') return
    const now = performance.now()
    for (const message of line.messages) {
      const said = message.payload()
      if (said === null) continue
      const body = Buffer.isBuffer(said) ? said : JSON.stringify(said)
      const text = body.toString('latin1')
      const before = last.get(message)
      // A hundred ms less, because this is looked at every second and a bit.
      if (before?.text === text && now - before.when < message.everyS * 1000 - 100) continue
      last.set(message, { text, when: now })
      void send(message.topic, fault?.kind === 'garbage' ? garbage : body, message.retain ?? false)
    }
  }

  await open()
  const timer = setInterval(tick, LOOK_EVERY_MS)
  return {
    get port() {
      return at
    },
    show: tick,
    connections: () => broker?.connectedClients ?? 0,
    say: (topic, payload, retain = false) => send(topic, payload, retain),
    onMessage(listener) {
      listen = listener
    },
    async setFault(next) {
      const was = fault
      fault = next
      last.clear()
      if (next?.kind === 'drop') await close()
      else if (was?.kind === 'drop') await open()
    },
    fault: () => fault,
    async stop() {
      clearInterval(timer)
      await close()
    },
  }
}
