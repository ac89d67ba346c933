import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { refuse } from '../core/refusal.ts'
import { writeDurably } from '../site/file.ts'

/**
 * The key that batches are signed with, made at the first start and kept with the secrets: whoever has its public part can
 * check a batch without us. [Ed25519, RFC 8032]
 */
export function openBillingKey(secrets: string) {
  const path = join(secrets, 'billing-key.pem')
  if (!existsSync(path)) {
    const { privateKey } = generateKeyPairSync('ed25519')
    writeDurably(path, privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, 0o600)
  }
  const key = keyOf(path)
  return {
    /** Raw, base64url. */
    publicKey: createPublicKey(key).export({ format: 'jwk' }).x!,
    sign: (bytes: Uint8Array): string => sign(null, bytes, key).toString('base64url'),
  }
}
export type BillingKey = ReturnType<typeof openBillingKey>

function keyOf(path: string) {
  try {
    return createPrivateKey(readFileSync(path, 'utf8'))
  } catch {
    return refuse(
      `${path} 已损坏：请从备份恢复，否则收费部门无法核对新批次的签名`,
      `${path} is damaged: restore it from a backup, or billing cannot check the signatures of new batches`,
    )
  }
}
