import { randomBytes } from 'node:crypto'
import { COMMAND, encode, type Frame, NAK, REPLY, SCS } from './frame.ts'
import type { Asked, LinkOptions, Refusal, Speaks } from './linkwords.ts'
import { AGAIN_MS, AWAY_MS, INSTALL_MS, MOST_REST_MS, POLL_MS, REST_MS, TOLD_MS } from './linkwords.ts'
import type { Session, SessionKeys } from './secure.ts'
import { cryptogram, DEFAULT_KEY, firstMac, freshKey, isSealed, openSession, sameBytes, sessionKeys } from './secure.ts'
import { clientIdOf, keysetBytes, readCard, readId, readKeypad } from './words.ts'

export type OsdpLink = ReturnType<typeof createLink>

const NOTHING = Buffer.alloc(0)

/** One reader as its panel sees it. Time and frames come in; `command` says what is to go out. Nothing falls back. */
export function createLink(options: LinkOptions) {
  const { address, kept, save, tell, doorClass, random = randomBytes } = options
  type Step = 'challenge' | 'scrypt' | 'id' | 'capabilities' | 'local' | 'online'
  let step: Step = options.speaks === 'clear' ? 'id' : 'challenge'
  let session: Session | null = null
  let shaking: { readonly keys: SessionKeys; readonly panel: Buffer; readonly proof: Buffer } | null = null
  let panel: Buffer = NOTHING
  let pending: Asked | null = null
  let sequence = 0
  let notBefore = 0
  let rest = REST_MS
  let refused: Refusal | null = null
  let changed = false
  let attackedAt: number | null = null
  let local = { tamper: false, power: false }
  let installSince: number | null = null
  let installMs = INSTALL_MS
  /** Clear text that was not taken, since it was switched on. */
  let clearText = 0
  let asOf = { words: '', at: 0 }
  /** Since when it stands on the key that everybody has. */
  let defaultSince: number | null = null
  let tryNext = kept.next !== null // whether the key to be tried is the one under way
  let id = ''
  const told = new Map<string, number>()
  const queue: { readonly code: number; readonly data: Buffer }[] = []
  const speaks = (): Speaks => (installSince !== null ? 'default-key' : options.speaks)
  const allowed = () => speaks() === 'secure' || installSince !== null || doorClass() === 'low'
  const baseKey = (): Buffer | null => {
    if (speaks() === 'default-key') return DEFAULT_KEY
    const hex = tryNext ? (kept.next ?? kept.key) : (kept.key ?? kept.next)
    return hex === null ? null : Buffer.from(hex, 'hex')
  }
  const index = () => (speaks() === 'default-key' ? 0 : 1)

  function begin(now: number, waitMs = 0): void {
    session = null
    shaking = null
    pending = null
    sequence = 0
    defaultSince = speaks() === 'default-key' ? defaultSince : null
    notBefore = now + waitMs
    step = speaks() === 'clear' ? 'id' : 'challenge'
    queue.length = 0
    tell({ kind: 'state' })
  }
  function attacked(why: Refusal | 'clear-text' | 'forged', now: number): void {
    attackedAt = now
    if (why === 'clear-text' || why === 'no-secure') clearText++
    if (now - (told.get(why) ?? Number.NEGATIVE_INFINITY) < TOLD_MS) return
    told.set(why, now)
    tell({ kind: 'downgrade', why })
  }
  function refuse(why: Refusal, now: number) {
    refused = why
    if (why !== 'install-over') attacked(why, now)
    begin(now, rest)
    rest = Math.min(rest * 2, MOST_REST_MS)
  }
  /** With the key under way it did not work: perhaps it has the old one still. Only its own two are tried. */
  function wrongKey(now: number) {
    if (speaks() === 'secure' && tryNext && kept.key !== null) {
      tryNext = false
      return begin(now)
    }
    tryNext = kept.next !== null
    refuse('wrong-key', now)
  }

  function send(now: number, code: number, data: Buffer, block: Buffer | null = null): Buffer {
    const head = { address, reply: false, sequence, crc: true }
    const bytes = session && block === null ? session.seal(head, code, data) : encode({ ...head, block }, code, data)
    pending = { bytes, code, sequence, since: now }
    return bytes
  }
  function next(now: number): Buffer | null {
    switch (step) {
      case 'challenge':
        if (baseKey() === null) return null
        panel = random(8)
        return send(now, COMMAND.chlng, panel, Buffer.from([SCS.chlng, index()]))
      case 'scrypt':
        return send(now, COMMAND.scrypt, shaking!.proof, Buffer.from([SCS.scrypt, index()]))
      case 'id':
        return send(now, COMMAND.id, Buffer.from([0]))
      case 'capabilities':
        return send(now, COMMAND.cap, Buffer.from([0]))
      case 'local':
        return send(now, COMMAND.lstat, NOTHING)
      default: {
        const asked = queue.shift()
        return asked ? send(now, asked.code, asked.data) : send(now, COMMAND.poll, NOTHING)
      }
    }
  }

  /** Of the handshake, in clear text as it has to be. */
  function shake(frame: Frame, now: number) {
    const [type, word] = frame.block ?? []
    if (frame.code === REPLY.nak) {
      const why = frame.data[0]
      if (why === NAK.sequence || why === NAK.check) return begin(now, AGAIN_MS)
      // It has the key that was sent, and only its word for it was lost.
      if (installSince !== null && kept.next !== null) {
        installSince = null
        return begin(now)
      }
      return step === 'scrypt' ? wrongKey(now) : refuse('no-secure', now)
    }
    if (step === 'challenge' && frame.code === REPLY.ccrypt && type === SCS.ccrypt && frame.data.length === 32) {
      if (word !== index()) return refuse('default-key', now)
      id = frame.data.subarray(0, 8).toString('hex')
      const own = frame.data.subarray(8, 16)
      const keys = sessionKeys(baseKey()!, panel)
      if (!sameBytes(frame.data.subarray(16), cryptogram(keys, panel, own)))
        return kept.pinned !== null && clientIdOf(kept.pinned.id) !== id ? refuse('swapped', now) : wrongKey(now)
      shaking = { keys, panel, proof: cryptogram(keys, own, panel) }
      step = 'scrypt'
    } else if (step === 'scrypt' && frame.code === REPLY.rmac && type === SCS.rmac) {
      const first = firstMac(shaking!.keys, shaking!.proof)
      // Whoever has the key comes to the same.
      if (!sameBytes(frame.data, first)) return wrongKey(now)
      session = openSession(shaking!.keys, first)
      if (speaks() === 'default-key') defaultSince ??= now
      else if (kept.next !== null) {
        // It has shown which of the two it has; the other is none any more.
        if (tryNext || kept.key === null) {
          kept.key = kept.next
          tell({ kind: 'key-set' })
        }
        kept.next = null
        save()
      }
      tryNext = false
      step = 'id'
    } else return attacked('clear-text', now)
    done(now)
  }
  function done(now: number): void {
    pending = null
    sequence = (sequence % 3) + 1
    notBefore = step === 'online' ? now + POLL_MS : now
  }

  function hear(frame: Frame, now: number) {
    if (step === 'challenge' || step === 'scrypt') return shake(frame, now)
    if (!session) {
      // A number that it does not expect: it was switched off, or is another.
      const lost = step !== 'online' || frame.data[0] === NAK.sequence
      if (frame.code === REPLY.nak && lost) return begin(now, AGAIN_MS)
      if (frame.block === null) answered(frame, frame.data, now)
      return
    }
    // A reader that was switched off knows of no session: from the beginning, as securely as before.
    if (frame.block === null && frame.code === REPLY.nak) return begin(now, POLL_MS)
    const data = session.open(frame)
    if (data === null) return attacked('forged', now)
    // Signed by the reader, and yet to be read by all: it is the reader that is not to be trusted.
    const secret = frame.code === REPLY.raw || frame.code === REPLY.keypad
    if (secret && !isSealed(frame)) return refuse('no-secure', now)
    answered(frame, data, now)
  }
  function answered({ code }: Frame, data: Buffer, now: number) {
    const asked = pending!.code
    const before = step
    if (step === 'id') {
      if (code !== REPLY.pdid || readId(data) === null) return begin(now, AGAIN_MS)
      id = data.toString('hex')
      // Its firmware may be newer; maker, model, version and serial may not be others.
      if (kept.pinned !== null && kept.pinned.id.slice(0, 18) !== id.slice(0, 18) && installSince === null)
        return refuse('swapped', now)
      step = 'capabilities'
    } else if (step === 'capabilities') {
      if (code !== REPLY.pdcap) return begin(now, AGAIN_MS)
      const capabilities = data.toString('hex')
      if (kept.pinned === null || installSince !== null) {
        kept.pinned = { id, capabilities }
        save()
      }
      const other = kept.pinned.capabilities !== capabilities
      if (other && !changed) tell({ kind: 'changed' })
      changed = other
      step = 'local'
    } else if (step === 'local') {
      if (code === REPLY.lstatr) readLocal(data)
      step = 'online'
      if (installSince !== null) offerKey()
    } else if (asked === COMMAND.keyset) {
      // With the new key from the beginning: so it is known to be there.
      if (code !== REPLY.ack) return begin(now, AGAIN_MS)
      installSince = null
      return begin(now)
    } else heardOnline(code, data)
    done(now)
    if (before !== 'online' && step === 'online') {
      refused = null
      rest = REST_MS
      tell({ kind: 'state' })
    }
  }
  function heardOnline(code: number, data: Buffer): void {
    if (code === REPLY.lstatr && readLocal(data)) tell({ kind: 'state' })
    // Until it has a key of its own nobody comes in by it.
    if (installSince !== null) return
    const card = code === REPLY.raw ? readCard(data) : null
    const keys = code === REPLY.keypad ? readKeypad(data) : null
    if (card) tell({ kind: 'card', bits: card.bits })
    if (keys) tell({ kind: 'keys', keys })
  }
  function readLocal(data: Buffer): boolean {
    if (data.length !== 2) return false
    local = { tamper: data[0] !== 0, power: data[1] !== 0 }
    return true
  }
  function offerKey(): void {
    kept.next = freshKey(random).toString('hex')
    tryNext = true
    save()
    queue.push({ code: COMMAND.keyset, data: keysetBytes(Buffer.from(kept.next, 'hex')) })
  }

  return {
    address,
    /** What is to be sent now, the same again while no answer came; null: nothing yet. */
    command(now: number): Buffer | null {
      if (installSince !== null && now - installSince >= installMs) {
        installSince = null
        tell({ kind: 'install-over' })
        if ((kept.key ?? kept.next) === null) refuse('install-over', now)
        else begin(now)
      }
      if (!allowed()) {
        if (doorClass() === null) return null
        if (now >= notBefore || session !== null || step === 'online') refuse('not-allowed', now)
        return null
      }
      if (pending && now - pending.since > AWAY_MS) begin(now, AGAIN_MS)
      if (now < notBefore) return null
      return pending ? pending.bytes : next(now)
    },
    /** @returns whether it was the answer to what was asked, or puts an end to the question */
    heard(frame: Frame, now: number): boolean {
      // Asked with CRC, it answers with CRC: of damaged frames one in 256 would pass for one with a checksum.
      if (!frame.reply || !frame.crc || frame.address !== address) return false
      // Inside its session it would not say it so, asked or not.
      const clear = frame.block === null && frame.code !== REPLY.nak && frame.code !== REPLY.busy
      if (session && clear) attacked('clear-text', now)
      const asked = session && clear ? null : pending
      if (!asked) return false
      // It asks for time; it may say so outside of the session, for it says nothing else.
      if (frame.code === REPLY.busy && frame.block === null) {
        notBefore = now + POLL_MS
        return true
      }
      if (frame.sequence === asked.sequence) hear(frame, now)
      return pending !== asked
    },
    /** A person has looked at it: what it says of itself from now on is as it should be. */
    accept(now: number): void {
      kept.pinned = null
      changed = false
      save()
      begin(now)
    },
    /** A person begins: the reader gets a key of its own, within 30 min at most. Nobody comes in by it meanwhile. */
    install(now: number, ms = INSTALL_MS): void {
      installSince = now
      installMs = Math.min(ms, INSTALL_MS)
      defaultSince = null
      refused = null
      begin(now)
    },
    /** A new key, inside the secure channel only. @returns whether it is under way */
    rotate(): boolean {
      if (session === null || step !== 'online' || speaks() !== 'secure') return false
      offerKey()
      return true
    },
    /** For its lamp, its buzzer, its outputs. */
    show(code: number, data: Buffer): void {
      if (step === 'online') queue.push({ code, data })
    },
    view(now: number) {
      const security: Speaks | 'offline' = step === 'online' ? speaks() : 'offline'
      const since = installSince ?? defaultSince
      const words = `${security} ${refused}`
      if (words !== asOf.words) asOf = { words, at: now }
      return {
        ...{ address, security, refused, changed, ...local, clearText },
        /** For how long it is as it is, s. */
        sinceS: Math.floor((now - asOf.at) / 1000),
        /** Install mode ends by itself in so many s; null: it is not open. */
        installLeftS: installSince === null ? null : Math.ceil((installMs - (now - installSince)) / 1000),
        attacked: attackedAt !== null && now - attackedAt < TOLD_MS,
        /** s; null: it is on no key that everybody has, nor to be. */
        installS: since === null ? null : Math.floor((now - since) / 1000),
      }
    },
  }
}
