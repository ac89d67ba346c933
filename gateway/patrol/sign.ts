import { createPublicKey, verify } from 'node:crypto'
import { type SignedBatch, signedText } from '../../rules/patrol/signed.ts'
import type { PatrolDevice } from './schema.ts'

const batchSignature = /^[A-Za-z0-9+/]{86}==$/

/** Whether this batch is as its device signed it. A device without a key has signed nothing. */
export function isSignedBy(device: PatrolDevice | undefined, batch: SignedBatch, sig: string): boolean {
  if (!device?.key || !batchSignature.test(sig)) return false
  const x = Buffer.from(device.key, 'base64').toString('base64url')
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
  return verify(null, Buffer.from(signedText(batch)), key, Buffer.from(sig, 'base64'))
}
