import { createCipheriv, createHmac, createPublicKey, randomBytes, verify } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import mqtt from 'mqtt'
import { type ControllerDeps, createController, type DoorControllerSim, type ReaderState } from './controller.ts'

/** What the gateway hands out once, when the controller is enrolled. */
export interface Enrolment {
  readonly account: string
  readonly password: string
  /** 32 bytes, base64url. */
  readonly key: string
  /** Raw Ed25519, base64url. */
  readonly publicKey: string
  readonly topic: string
  readonly controller: string
}
export interface DoorClientOptions {
  /** `mqtt://host:port`, `mqtts://host:port`. */
  readonly url: string
  /** PEM: who has signed for the gateway; with `mqtts` nobody else is believed. */
  readonly ca?: string
  readonly enrolment: Enrolment
  readonly doors: readonly string[]
  /** Where it keeps what must outlive a power cut; null: nowhere. */
  readonly file: string | null
  readonly wall?: () => number
  readonly readers?: (door: string) => readonly ReaderState[]
  readonly readerOrder?: ControllerDeps['readerOrder']
  /** How long it waits for the gateway before it decides by itself, ms. */
  readonly answerMs?: number
  /** A controller that is there already, at the doors of a building; it is told how to send. */
  readonly wired?: { readonly controller: DoorControllerSim; bind(wire: Pick<ControllerDeps, 'send' | 'bySite'>): void }
}
/** What is shown at a reader: a card, a code, a PIN, or a PIN beside one of them. */
export type Shown =
  | { readonly kind: 'bits' | 'uid' | 'plate'; readonly value: string; readonly pin?: string }
  | { readonly kind: 'code'; readonly value: string; readonly pin?: string }
  | { readonly kind: 'pin'; readonly pin: string }
export interface Answer {
  readonly outcome: string
  readonly unlock: boolean
  readonly by: 'gateway' | 'table'
}
export type DoorClient = Awaited<ReturnType<typeof startDoorClient>>

const TICK_MS = 3000
const TIME_EVERY = 20

/** A door controller on the wire: its signatures, its connection, its disk. */
export async function startDoorClient(options: DoorClientOptions) {
  const { url, ca, enrolment, doors, file, readers, readerOrder, wall = Date.now, answerMs = 250 } = options
  const key = Buffer.from(enrolment.key, 'base64url')
  const site = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: enrolment.publicKey }, format: 'jwk' })
  const waiting = new Map<string, (answer: Answer) => void>()
  let memory: string | null = null
  const disk = {
    read() {
      if (file === null) return memory
      try {
        return readFileSync(file, 'utf8')
      } catch {
        return null
      }
    },
    write(text: string) {
      if (file === null) memory = text
      else {
        writeFileSync(`${file}.new`, text)
        renameSync(`${file}.new`, file)
      }
    },
  }
  const client = mqtt.connect(url, {
    ...{ username: enrolment.account, password: enrolment.password, clientId: enrolment.controller },
    ...{ reconnectPeriod: 200, connectTimeout: 2000, queueQoSZero: false },
    ...(ca !== undefined && { ca, rejectUnauthorized: true }),
  })
  client.on('error', () => {})
  const send = (word: string, body: object) => {
    if (client.connected) client.publish(`${enrolment.topic}/up/${word}`, JSON.stringify(body), { qos: 1 })
  }
  const bySite = (body: Uint8Array, signature: Uint8Array) => verify(null, body, site, signature)
  const { wired } = options
  wired?.bind({ send, bySite })
  const controller =
    wired?.controller ??
    createController({
      ...{ doors, wall, disk, send, bySite },
      ...(readers && { readers }),
      ...(readerOrder && { readerOrder }),
    })

  client.on('message', (_, payload) => {
    const opened = openEnvelope(payload.toString('utf8'))
    if (!opened) return controller.forged()
    if (opened.type !== 'answer') return controller.receive(opened)
    const { nonce, unlock, outcome } = opened
    const answer = waiting.get(String(nonce))
    waiting.delete(String(nonce))
    answer?.({ outcome: String(outcome), unlock: unlock === true, by: 'gateway' })
  })
  /** Null: not signed by the site for this controller. */
  function openEnvelope(text: string): Record<string, unknown> | null {
    try {
      const { body, signature } = JSON.parse(text) as { body: string; signature: string }
      const signed = Buffer.from(`gatehouse-door/1 ${enrolment.controller}\n${body}`)
      return verify(null, signed, site, Buffer.from(signature, 'base64url')) ? JSON.parse(body) : null
    } catch {
      return null
    }
  }
  client.on('connect', () => client.subscribe(`${enrolment.topic}/down/+`, { qos: 1 }, () => controller.hello()))
  let ticks = 0
  const timer = setInterval(() => {
    controller.tick()
    if (++ticks % TIME_EVERY === 0) controller.askTime()
  }, TICK_MS)

  const keyOf = (kind: 'bits' | 'uid' | 'plate', value: string) =>
    createHmac('sha256', key).update(`${kind}\0${value}`).digest('base64url')
  function seal(pin: string, nonce: string): string {
    const iv = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(nonce))
    const bytes = Buffer.concat([cipher.update(pin, 'utf8'), cipher.final()])
    return Buffer.concat([iv, cipher.getAuthTag(), bytes]).toString('base64url')
  }

  return {
    controller,
    connected: () => client.connected,
    /** Somebody shows something: the gateway is asked, and where it does not answer in time the table. */
    async present(
      door: string,
      shown: Shown,
      direction: 'in' | 'out' = 'in',
      nonce = randomBytes(12).toString('base64url'),
    ): Promise<Answer> {
      const card = shown.kind === 'code' || shown.kind === 'pin' ? undefined : keyOf(shown.kind, shown.value)
      const code = shown.kind === 'code' ? shown.value : undefined
      const repeated = !controller.heard(door, nonce)
      const pin = shown.pin && seal(shown.pin, nonce)
      const answer = client.connected
        ? await new Promise<Answer | null>(resolve => {
            const late = setTimeout(() => {
              waiting.delete(nonce)
              resolve(null)
            }, answerMs)
            waiting.set(nonce, got => {
              clearTimeout(late)
              resolve(got)
            })
            send('read', {
              nonce,
              door,
              direction,
              ...(card && { key: card }),
              ...(code && { code }),
              ...(pin && { pin }),
            })
          })
        : null
      if (answer) {
        controller.asked(door, card, code)
        if (answer.unlock) controller.granted(door, direction)
        return answer
      }
      const beside = { code, pin: shown.pin !== undefined, repeated }
      const { outcome, unlock } = controller.alone(door, direction, card ?? null, beside)
      return { outcome, unlock, by: 'table' }
    },
    /** As if it had been pulled off the wall: no word of farewell. */
    async cut(): Promise<void> {
      clearInterval(timer)
      client.stream?.destroy()
      await client.endAsync(true)
    },
  }
}
