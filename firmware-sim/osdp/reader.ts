import { randomBytes } from 'node:crypto'
import { BROADCAST, COMMAND, createScanner, encode, type Frame, MARK, NAK, REPLY, SCS } from './frame.ts'
import type { Session, SessionKeys } from './secure.ts'
import { cryptogram, DEFAULT_KEY, firstMac, isSealed, openSession, sameBytes, sessionKeys } from './secure.ts'
import type { Capability, ReaderId } from './words.ts'
import { capabilityBytes, cardBytes, clientId, idBytes, keypadBytes, readKeyset } from './words.ts'

export interface ReaderOptions {
  readonly address: number
  readonly id: ReaderId
  readonly capabilities: readonly Capability[]
  /** 16 bytes; null: it has none yet. */
  readonly key: Buffer | null
  /** It takes the key of the standard until it gets one of its own. */
  readonly install?: boolean
  /** It also speaks in clear text, as readers of old do. */
  readonly clear?: boolean
  /** A fault of some: what it says is signed, and can be read by all. */
  readonly unsealed?: boolean
  readonly send: (bytes: Buffer) => void
  /** ms, never set back. */
  readonly now: () => number
  readonly random?: (bytes: number) => Buffer
}
export type OsdpReader = ReturnType<typeof createReader>

/** Without a word from the panel for so long, a session is over [libosdp's OSDP_PD_SC_TIMEOUT_MS]. */
const SESSION_MS = 8000
/** A frame whose bytes stop coming is none. */
const GAP_MS = 100
/** A card that nobody fetched in time opens nothing later. */
const STALE_MS = 5000

/** A card reader that speaks OSDP. No socket: bytes come in, bytes go out. */
export function createReader(options: ReaderOptions) {
  const { id, capabilities, send, now, random = randomBytes } = options
  let { address } = options
  let key = options.key
  let install = options.install === true
  let session: Session | null = null
  /** Between the two steps of the handshake. */
  let shaking: { readonly keys: SessionKeys; readonly panel: Buffer; readonly own: Buffer } | null = null
  let last: { readonly command: Buffer; readonly reply: Buffer; readonly sequence: number } | null = null
  let heardAt = now()
  let bytesAt = now()
  let waiting: { readonly code: number; readonly data: Buffer; readonly at: number }[] = []
  let local = { tamper: false, power: false, told: true }
  const shown: { readonly code: number; readonly data: Buffer }[] = []
  const scanner = createScanner()

  interface Answer {
    readonly code: number
    readonly data?: Uint8Array
    readonly block?: Uint8Array
    readonly after?: () => void
  }
  const refuse = (why: number): Answer => ({ code: REPLY.nak, data: Buffer.from([why]) })
  const ack: Answer = { code: REPLY.ack }

  function take(frame: Frame): void {
    if (frame.reply || (frame.address !== address && frame.address !== BROADCAST)) return
    if (frame.sequence === 0) {
      session = null
      last = null
    } else if (last && frame.sequence === last.sequence && frame.bytes.equals(last.command)) {
      // Our answer was lost. The same one goes out again: a new one would be another link of the chain.
      send(last.reply)
      return
    }
    if (now() - heardAt > SESSION_MS) session = null
    heardAt = now()
    const { block = null, code, data = Buffer.alloc(0), after } = answerTo(frame)
    const { address: to, crc, sequence } = frame
    const head = { address: to, reply: true, sequence, crc }
    const bytes =
      session !== null && block === null
        ? session.seal(head, code, data, options.unsealed)
        : encode({ ...head, block }, code, data)
    const whole = Buffer.concat([Buffer.from([MARK]), bytes])
    last = { command: frame.bytes, reply: whole, sequence }
    send(whole)
    after?.()
  }
  function answerTo(frame: Frame): Answer {
    const next = last === null ? 0 : (last.sequence % 3) + 1
    if (frame.sequence !== next) {
      session = null
      return refuse(NAK.sequence)
    }
    const type = frame.block?.[0] ?? null
    if (frame.code === COMMAND.chlng) return challenged(frame)
    if (frame.code === COMMAND.scrypt) return proved(frame)
    if (session) {
      const data = session.open(frame)
      // Clear text in a session, or a message that is not the next one of it: whoever sends that is not our panel.
      if (data === null) {
        session = null
        return refuse(NAK.secureCondition)
      }
      return obey(frame.code, data, isSealed(frame))
    }
    if (type !== null) return refuse(NAK.secureCondition)
    const open = frame.code === COMMAND.id || frame.code === COMMAND.cap || options.clear === true
    return open ? obey(frame.code, frame.data, false) : refuse(NAK.secureCondition)
  }
  function challenged({ data, block }: Frame): Answer {
    session = null
    shaking = null
    const index = block?.[1]
    const base = index === 0 ? (install ? DEFAULT_KEY : null) : key
    if (block?.[0] !== SCS.chlng) return refuse(NAK.secureCondition)
    if (data.length !== 8) return refuse(NAK.length)
    if (base === null || index === undefined) return refuse(NAK.noSecure)
    const panel = Buffer.from(data)
    const own = random(8)
    const keys = sessionKeys(base, panel)
    shaking = { keys, panel, own }
    const proof = cryptogram(keys, panel, own)
    return {
      ...{ code: REPLY.ccrypt, data: Buffer.concat([clientId(id), own, proof]) },
      block: Buffer.from([SCS.ccrypt, index]),
    }
  }
  function proved({ data, block }: Frame): Answer {
    const had = shaking
    shaking = null
    session = null
    if (had === null || block?.[0] !== SCS.scrypt) return refuse(NAK.secureCondition)
    if (!sameBytes(data, cryptogram(had.keys, had.own, had.panel))) return refuse(NAK.noSecure)
    const first = firstMac(had.keys, data)
    session = openSession(had.keys, first)
    return { code: REPLY.rmac, data: first, block: Buffer.from([SCS.rmac, 1]) }
  }
  function obey(code: number, data: Buffer, secure: boolean): Answer {
    switch (code) {
      case COMMAND.poll:
        return polled()
      case COMMAND.id:
        return { code: REPLY.pdid, data: idBytes(id) }
      case COMMAND.cap:
        return { code: REPLY.pdcap, data: capabilityBytes(capabilities) }
      case COMMAND.lstat:
        return status()
      case COMMAND.out:
      case COMMAND.led:
      case COMMAND.buz:
        shown.push({ code, data: Buffer.from(data) })
        return ack
      case COMMAND.comset: {
        if (data.length !== 5 || data[0]! >= BROADCAST) return refuse(NAK.length)
        // It answers as it was, and is reached by the new address from then on.
        return { code: REPLY.com, data: Buffer.from(data), after: () => (address = data[0]!) }
      }
      case COMMAND.keyset: {
        if (!secure) return refuse(NAK.secureCondition)
        const given = readKeyset(data)
        if (given === null) return refuse(NAK.length)
        if (sameBytes(given, DEFAULT_KEY)) return refuse(NAK.record)
        key = given
        install = false
        return { ...ack, after: () => (session = null) }
      }
      default:
        return refuse(NAK.unknown)
    }
  }
  function status(): Answer {
    local = { ...local, told: true }
    return { code: REPLY.lstatr, data: Buffer.from([local.tamper ? 1 : 0, local.power ? 1 : 0]) }
  }
  function polled(): Answer {
    if (!local.told) return status()
    waiting = waiting.filter(one => now() - one.at < STALE_MS)
    // It is told once: should the answer be lost for good, the person shows his card again.
    const one = waiting.shift()
    return one ?? ack
  }

  return {
    receive(bytes: Uint8Array): void {
      if (now() - bytesAt > GAP_MS) scanner.reset()
      bytesAt = now()
      for (const frame of scanner.take(bytes)) take(frame)
    },
    card: (bits: string) => void waiting.push({ code: REPLY.raw, data: cardBytes(bits), at: now() }),
    keys: (keys: string) => void waiting.push({ code: REPLY.keypad, data: keypadBytes(keys), at: now() }),
    setLocal(tamper: boolean, power: boolean): void {
      local = { tamper, power, told: false }
    },
    /** As if it was switched off and on. */
    reboot(): void {
      session = null
      shaking = null
      last = null
      waiting = []
    },
    /** What it was told to show and to switch. */
    shown,
    key: () => key,
    inSession: () => session !== null,
  }
}
