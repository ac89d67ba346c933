import { createCipheriv, createDecipheriv, timingSafeEqual } from 'node:crypto'
import { encode, type Frame, type Head, SCS } from './frame.ts'

/**
 * The secure channel of OSDP [SIA OSDP 2.2 annex D]: AES-128, session keys of a base key and the panel's random number, a
 * MAC that each message takes from the one before it, so that none can be left out, doubled or put in.
 */
export interface SessionKeys {
  readonly enc: Buffer
  readonly mac1: Buffer
  readonly mac2: Buffer
}
export type Session = ReturnType<typeof openSession>

/** The key that stands in the standard (SCBK-D): everybody has it. Only for the minutes in which a reader gets its own. */
export const DEFAULT_KEY = Buffer.from('303132333435363738393a3b3c3d3e3f', 'hex')
/** Another than the one that everybody has. */
export function freshKey(random: (bytes: number) => Buffer): Buffer {
  const key = random(16)
  return key.equals(DEFAULT_KEY) ? freshKey(random) : key
}
const BLOCK = 16
const END = 0x80

const aes = (key: Uint8Array, block: Uint8Array): Buffer =>
  createCipheriv('aes-128-ecb', key, null).setAutoPadding(false).update(block)
const xor = (a: Uint8Array, b: Uint8Array): Buffer => Buffer.from(a.map((byte, i) => byte ^ b[i]!))
const not = (a: Uint8Array): Buffer => Buffer.from(a.map(byte => ~byte))
const same = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && timingSafeEqual(a, b)

export { same as sameBytes }

/** @param random the panel's, 8 bytes, of which six are used */
export function sessionKeys(key: Uint8Array, random: Uint8Array): SessionKeys {
  const of = (a: number, b: number) => aes(key, Buffer.from([a, b, ...random.subarray(0, 6), ...Array(8).fill(0)]))
  return { enc: of(1, 0x82), mac1: of(1, 1), mac2: of(1, 2) }
}
/** Proves that a side has the key. The reader puts the panel's number first, the panel the reader's. */
export const cryptogram = ({ enc }: SessionKeys, first: Uint8Array, second: Uint8Array): Buffer =>
  aes(enc, Buffer.concat([first, second]))
/** RMAC-I: what the first MAC is chained to. */
export const firstMac = ({ mac1, mac2 }: SessionKeys, panelCryptogram: Uint8Array): Buffer =>
  aes(mac2, aes(mac1, panelCryptogram))

const padded = (bytes: Uint8Array): Buffer =>
  Buffer.concat([bytes, Buffer.from([END]), Buffer.alloc(BLOCK - 1 - (bytes.length % BLOCK))])
/** CBC over all blocks with S-MAC1, over the last with S-MAC2; what is no whole block ends with 80h and noughts. */
export function macOf({ mac1, mac2 }: SessionKeys, iv: Uint8Array, bytes: Uint8Array): Buffer {
  const whole: Uint8Array = bytes.length > 0 && bytes.length % BLOCK === 0 ? bytes : padded(bytes)
  const before = whole.subarray(0, -BLOCK)
  const cbc = createCipheriv('aes-128-cbc', mac1, iv).setAutoPadding(false)
  const chained = before.length > 0 ? cbc.update(before).subarray(-BLOCK) : iv
  return aes(mac2, xor(whole.subarray(-BLOCK), chained))
}

/** Not only signed: nobody on the line could read it. */
export const isSealed = ({ block }: Pick<Frame, 'block'>): boolean =>
  block?.[0] === SCS.sealedCommand || block?.[0] === SCS.sealedReply

/** Both sides hold one of these; it moves on with each message that is sealed and each that was opened. */
export function openSession(keys: SessionKeys, first: Uint8Array) {
  // Of the last command, and of the last reply.
  let command: Uint8Array = Buffer.alloc(BLOCK)
  let reply: Uint8Array = first
  const chain = (isReply: boolean) => (isReply ? command : reply)
  const moved = (isReply: boolean, mac: Uint8Array) => {
    if (isReply) reply = mac
    else command = mac
  }
  return {
    /** A frame with its MAC; encrypted where it has data, as a MAC alone where it has none. @param open never encrypted */
    seal(head: Omit<Head, 'block'>, code: number, data: Uint8Array, open = false): Buffer {
      const of = head.reply
      const hides = data.length > 0 && !open
      const cipher = createCipheriv('aes-128-cbc', keys.enc, not(chain(of))).setAutoPadding(false)
      const sealed = hides ? cipher.update(padded(data)) : data
      const plain = of ? SCS.reply : SCS.command
      const block = Buffer.from([hides ? plain + 2 : plain])
      return encode({ ...head, block }, code, sealed, covered => {
        const mac = macOf(keys, chain(of), covered)
        moved(of, mac)
        return mac
      })
    },
    /** @returns its data; null: not made with these keys, or not the next one. Then nothing has moved. */
    open(frame: Frame): Buffer | null {
      // Which way it goes stands in the address, under the MAC: a type of the other way is let pass, as some send it.
      const type = frame.block?.[0]
      if (frame.mac === null || type === undefined || type > SCS.sealedReply) return null
      const mac = macOf(keys, chain(frame.reply), frame.covered)
      if (!same(mac.subarray(0, frame.mac.length), frame.mac)) return null
      const data = !isSealed(frame) ? frame.data : unsealed(keys.enc, not(chain(frame.reply)), frame.data)
      if (data) moved(frame.reply, mac)
      return data
    },
  }
}
function unsealed(key: Buffer, iv: Buffer, bytes: Buffer): Buffer | null {
  if (bytes.length % BLOCK !== 0) return null
  const open = createDecipheriv('aes-128-cbc', key, iv).setAutoPadding(false).update(bytes)
  const end = open.lastIndexOf(END)
  const clean = end >= 0 && open.subarray(end + 1).every(byte => byte === 0)
  return bytes.length === 0 ? bytes : clean ? open.subarray(0, end) : null
}
