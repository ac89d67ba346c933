import { verify } from 'node:crypto'
import { totalNames, totalsOf } from '../../rules/billing/batch.ts'
import { canonicalOf, checkOf, type FoundBatch, readBatch, sha256 } from './batchfile.ts'

/** What can be wrong with a batch that somebody was given; all of them mean: do not take it over. */
export const batchFaults = {
  'not-a-batch': { 'zh-CN': '不是批次文件，或文件不完整。', en: 'This is no batch, or it is not whole.' },
  'line-altered': { 'zh-CN': '第 {n} 行（{line}）被改动。', en: 'Line {n} ({line}) was altered.' },
  'line-twice': { 'zh-CN': '行号 {line} 出现不止一次。', en: 'Line {line} is there more than once.' },
  'total-differs': {
    'zh-CN': '控制合计不符（{line}）：有行被增删或改动。',
    en: 'A control total does not fit ({line}): lines were added, removed or altered.',
  },
  'hash-differs': { 'zh-CN': 'SHA-256 不符：内容被改动。', en: 'The SHA-256 does not fit: the content was altered.' },
  'signature-wrong': { 'zh-CN': '签名无效。', en: 'The signature is not valid.' },
  'key-differs': {
    'zh-CN': '签名密钥不是所给的站点密钥。',
    en: 'It is not signed by the key that was given for this site.',
  },
} as const satisfies Record<string, { 'zh-CN': string; en: string }>
export type BatchFaultCode = keyof typeof batchFaults
export interface BatchFault {
  readonly code: BatchFaultCode
  readonly line?: string
  /** Of the batch, from 1. */
  readonly n?: number
}
export interface Verdict {
  readonly found: FoundBatch | null
  /** Empty: it is as it was issued. */
  readonly faults: readonly BatchFault[]
  /** Whether the key was compared with one that the reader has from elsewhere: a forger signs with his own. */
  readonly keyKnown: boolean
}

/** @param key the site's public key (raw Ed25519, base64url) as it was got from the site itself; null: none is known */
export function verifyBatch(bytes: Buffer, key: string | null): Verdict {
  const found = readBatch(bytes)
  if (!found) return { found, faults: [{ code: 'not-a-batch' }], keyKnown: false }
  const { batch, seal, checks } = found
  const faults: BatchFault[] = []
  const seen = new Set<string>()
  for (const [i, row] of batch.rows.entries()) {
    if (checks[i] !== checkOf(batch.head.batch, row)) faults.push({ code: 'line-altered', line: row.line, n: i + 1 })
    if (seen.has(row.line)) faults.push({ code: 'line-twice', line: row.line })
    seen.add(row.line)
  }
  const totals = totalsOf(batch.rows)
  const names = Math.max(totals.length, batch.totals.length)
  for (let i = 0; i < names; i++) {
    const [ours, theirs] = [totals[i], batch.totals[i]]
    if (ours && theirs && totalNames.every(name => ours[name] === theirs[name])) continue
    const of = ours ?? theirs!
    faults.push({ code: 'total-differs', line: `${of.medium} ${of.register} ${of.uom}` })
  }
  const content = canonicalOf(batch)
  if (sha256(content) !== seal.sha256) faults.push({ code: 'hash-differs' })
  if (!fits(seal.key, content, seal.signature)) faults.push({ code: 'signature-wrong' })
  if (key !== null && key !== seal.key) faults.push({ code: 'key-differs' })
  return { found, faults, keyKnown: key !== null && key === seal.key }
}

function fits(x: string, bytes: Buffer, signature: string): boolean {
  try {
    const key = { key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' } as const
    return verify(null, bytes, key, Buffer.from(signature, 'base64url'))
  } catch {
    return false
  }
}
