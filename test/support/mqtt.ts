import { type Socket, connect as tcp } from 'node:net'
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt'
import type { Api } from './api.ts'
import { until } from './wait.ts'

export interface Heard {
  readonly topic: string
  readonly body: Record<string, unknown>
  readonly text: string
  readonly retained: boolean
  readonly qos: number
  readonly dup: boolean
  /** Its packet identifier; QoS 0 has none. */
  readonly id: number | undefined
}
export type Client = Awaited<ReturnType<typeof join>>

/** Makes an account at the gateway; its password is shown once. */
export async function account(admin: Api, name: string, subscribe: string[], publish: string[] = []): Promise<string> {
  const answer = await admin.post('/api/v1/broker-accounts', { name, subscribe, publish })
  if (answer.status !== 201) throw new Error(answer.text)
  return answer.body.password as string
}

/** A client that signed in, or throws the broker's refusal. It does not come back by itself. */
export async function join(address: string, username?: string, password?: string, options: IClientOptions = {}) {
  const client: MqttClient = mqtt.connect(`mqtt://${address}`, {
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    reconnectPeriod: 0,
    connectTimeout: 5000,
    ...options,
  })
  const heard: Heard[] = []
  let closed = false
  let present = false
  client.on('message', (topic, payload, packet) => {
    const text = payload.toString('utf8')
    let body = {}
    try {
      body = text === '' ? {} : JSON.parse(text)
    } catch {
      // some tests send what is no JSON
    }
    const { retain: retained, qos, dup, messageId: id } = packet
    heard.push({ topic, text, body, retained, qos, dup, id })
  })
  client.on('close', () => {
    closed = true
  })
  await new Promise<void>((resolve, reject) => {
    client.once('connect', ack => {
      present = ack.sessionPresent
      resolve()
    })
    client.once('error', reject)
    client.once('close', () => reject(new Error('closed')))
  })
  client.on('error', () => {})
  return {
    client,
    heard,
    closed: () => closed,
    /** What CONNACK said of a session. */
    present: () => present,
    on: (topic: string) => heard.filter(h => h.topic === topic),
    /** Subscribes; false when it was refused [MQTT 3.1.1, 3.9.3: 0x80]. */
    async subscribe(filter: string, qos: 0 | 1 = 0): Promise<boolean> {
      try {
        const [granted] = await client.subscribeAsync(filter, { qos })
        return granted !== undefined && granted.qos !== 128
      } catch {
        return false
      }
    },
    say: (topic: string, body: unknown, qos: 0 | 1 = 0) =>
      client.publishAsync(topic, typeof body === 'string' ? body : JSON.stringify(body), { qos }),
    hears: (what: string, fits: (h: Heard) => boolean, limitMs?: number) =>
      until(what, () => heard.find(fits), limitMs),
    end: () => client.end(true),
  }
}

const field = (text: string) => Buffer.concat([Buffer.from([text.length >> 8, text.length & 255]), Buffer.from(text)])
/** A packet with its fixed header [MQTT 3.1.1, 2.2]. `claim` is the length it says it has. */
export function packet(type: number, body: Buffer, claim = body.length): Buffer {
  const length: number[] = []
  for (let rest = claim; ; ) {
    const more = rest >= 128
    length.push((rest % 128) | (more ? 128 : 0))
    rest = Math.floor(rest / 128)
    if (!more) return Buffer.concat([Buffer.from([type, ...length]), body])
  }
}
export const connectPacket = (id: string, name: string, password: string): Buffer =>
  packet(0x10, Buffer.concat([field('MQTT'), Buffer.from([4, 0xc2, 0, 0]), field(id), field(name), field(password)]))
export const subscribePacket = (filter: string): Buffer =>
  packet(0x82, Buffer.concat([Buffer.from([0, 1]), field(filter), Buffer.from([0])]))

/** A bare connection to the broker, for what no honest client does. */
export async function raw(address: string): Promise<{ socket: Socket; closed(): boolean; end(): void }> {
  const [host, port] = address.split(':') as [string, string]
  const socket = tcp(Number(port), host)
  let closed = false
  socket.on('close', () => {
    closed = true
  })
  socket.on('error', () => {})
  await new Promise(resolve => socket.once('connect', resolve))
  return { socket, closed: () => closed, end: () => socket.destroy() }
}
