import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  hkdfSync,
  randomBytes,
  sign,
  verify,
} from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { refuse } from '../core/refusal.ts'
import { writeDurably } from '../site/file.ts'

/**
 * The keys of people and passes, in the folder of secrets and nowhere else. A copy of records.db gives neither a card
 * number nor an ID number: all 2^24 cards of 26 bits are tried in seconds where only a hash protects them.
 */
export function openAccessKeys(secrets: string) {
  const path = join(secrets, 'access.key')
  if (!existsSync(path)) writeDurably(path, randomBytes(32).toString('base64url'), 0o600)
  const master = Buffer.from(readFileSync(path, 'utf8').trim(), 'base64url')
  if (master.length !== 32)
    return refuse(
      `${path} 已损坏：请从备份恢复，否则所有卡都无法识别`,
      `${path} is damaged: restore it from a backup, or no card is known any more`,
    )
  const derived = (what: string) => Buffer.from(hkdfSync('sha256', master, '', `gatehouse ${what}`, 32))
  // As an object of its own: made anew of its bytes at each card, the key costs six times the hash.
  const lookup = createSecretKey(derived('lookup'))
  const seal = derived('seal')
  const passPath = join(secrets, 'pass-key.pem')
  if (!existsSync(passPath)) {
    const { privateKey } = generateKeyPairSync('ed25519')
    writeDurably(passPath, privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, 0o600)
  }
  const passKey = createPrivateKey(readFileSync(passPath, 'utf8'))
  const passPublic = createPublicKey(passKey)
  const publicKey = rawOf(passKey)
  const keyId = createHash('sha256').update(publicKey).digest().readUInt32BE(0)
  return {
    /** For finding it again: the same words give the same, and nothing leads back. `kind` keeps cards and IDs apart. */
    lookup: (kind: string, value: string): string =>
      createHmac('sha256', lookup).update(`${kind}\0${value}`).digest('base64url'),
    /** AES-256-GCM; `about` is bound to it, so that it cannot be moved to another record. */
    seal(plain: string, about: string): string {
      const iv = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', seal, iv).setAAD(Buffer.from(about))
      const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
      return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url')
    },
    /** Null: it was altered, moved, or sealed with another key. */
    unseal(sealed: string, about: string): string | null {
      try {
        const bytes = Buffer.from(sealed, 'base64url')
        const open = createDecipheriv('aes-256-gcm', seal, bytes.subarray(0, 12)).setAAD(Buffer.from(about))
        open.setAuthTag(bytes.subarray(12, 28))
        return Buffer.concat([open.update(bytes.subarray(28)), open.final()]).toString('utf8')
      } catch {
        return null
      }
    },
    /** What one door controller knows cards by, and what it seals PINs with; both end with its account. */
    controllerKey: (account: string): Buffer => derived(`controller ${account}`),
    /** A card as a controller's reader says it. */
    cardKey: (controllerKey: Uint8Array, kind: string, value: string): string =>
      createHmac('sha256', controllerKey).update(`${kind}\0${value}`).digest('base64url'),
    passKeyId: keyId,
    /** Raw Ed25519, 32 bytes: whoever has it can check passes without us. */
    passPublicKey: publicKey,
    signPass: (bytes: Uint8Array): Uint8Array => new Uint8Array(sign(null, bytes, passKey)),
    passFits: (id: number, bytes: Uint8Array, signature: Uint8Array): boolean =>
      id === keyId && verify(null, bytes, passPublic, signature),
    /** A holder's own pair: the private part as one line of text, to be sealed. */
    newHolder(): { readonly secret: string; readonly publicKey: Uint8Array } {
      const { privateKey } = generateKeyPairSync('ed25519')
      const secret = privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64url')
      return { secret, publicKey: rawOf(privateKey) }
    },
    holderOf(secret: string) {
      const key = createPrivateKey({ key: Buffer.from(secret, 'base64url'), type: 'pkcs8', format: 'der' })
      return { publicKey: rawOf(key), sign: (bytes: Uint8Array) => new Uint8Array(sign(null, bytes, key)) }
    },
    holderFits: (key: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean =>
      verify(
        null,
        bytes,
        { key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(key).toString('base64url') }, format: 'jwk' },
        signature,
      ),
    hash8: (bytes: Uint8Array): Uint8Array =>
      new Uint8Array(createHash('sha256').update(bytes).digest().subarray(0, 8)),
  }
}
export type AccessKeys = ReturnType<typeof openAccessKeys>

const rawOf = (key: Parameters<typeof createPublicKey>[0]): Uint8Array =>
  new Uint8Array(Buffer.from(createPublicKey(key).export({ format: 'jwk' }).x!, 'base64url'))
