import { createCipheriv, createDecipheriv, createHmac, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { fail } from '../core/errors.ts'
import { damaged } from './damaged.ts'

/** Cost of scrypt: 128 MiB and about half a second, once per backup [RFC 7914; OWASP password storage]. */
const COST = { n: 2 ** 17, r: 8, p: 1 } as const
/** What a foreign file may ask of us. */
const MOST_N = 2 ** 20
export const SHORTEST_PASSPHRASE = 12

/** How the keys come from the passphrase. No secret. */
export interface Derivation {
  readonly name: 'scrypt'
  readonly n: number
  readonly r: number
  readonly p: number
  /** base64 */
  readonly salt: string
}
export interface Keys {
  readonly derivation: Derivation
  readonly cipher: Buffer
  readonly mac: Buffer
}

export async function newKeys(passphrase: string): Promise<Keys> {
  return keysOf(passphrase, { name: 'scrypt', ...COST, salt: randomBytes(16).toString('base64') })
}

/** One key to close the secrets, one to sign the table of contents. */
export async function keysOf(passphrase: string, derivation: Derivation): Promise<Keys> {
  const { n, r, p, salt } = derivation
  if (n > MOST_N || r > 32 || p > 16) damaged('scrypt 参数大得不合理', 'scrypt asks for more than anybody would')
  const both = await new Promise<Buffer>((resolve, reject) =>
    scrypt(
      passphrase.normalize('NFKC'),
      Buffer.from(salt, 'base64'),
      64,
      { N: n, r, p, maxmem: 256 * n * r },
      (error, key) => (error ? reject(error) : resolve(key)),
    ),
  )
  return { derivation, cipher: both.subarray(0, 32), mac: both.subarray(32) }
}

/** AES-256-GCM: 12 bytes of nonce, 16 of tag, and what is closed [NIST SP 800-38D]. */
export function closed(keys: Keys, plain: Buffer): Buffer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', keys.cipher, nonce)
  const body = Buffer.concat([cipher.update(plain), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), body])
}
/** Throws `backup-passphrase` when it was closed with another, or is not what was closed. */
export function opened(keys: Keys, sealed: Buffer): Buffer {
  try {
    const decipher = createDecipheriv('aes-256-gcm', keys.cipher, sealed.subarray(0, 12))
    decipher.setAuthTag(sealed.subarray(12, 28))
    return Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()])
  } catch {
    return fail('backup-passphrase')
  }
}

export const macOf = (keys: Keys, text: Buffer): Buffer => createHmac('sha256', keys.mac).update(text).digest()
export const macFits = (keys: Keys, text: Buffer, mac: Buffer): boolean =>
  mac.length === 32 && timingSafeEqual(macOf(keys, text), mac)
