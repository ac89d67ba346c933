import { fromBase45 } from '../../../rules/access/base45.ts'
import { type GateList, judgeOffline, type OfflineAnswer, withEntries } from '../../../rules/access/gate.ts'
import { checkPass, createSeen, holderKeyOf, type PassCheck } from '../../../rules/access/pass.ts'
import { scanOf } from '../../../rules/access/scan.ts'
import { localClock } from '../../../rules/schedule.ts'
import { type KeptList, kept } from './post.ts'

const bytesOf = (base64url: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64url.replaceAll('-', '+').replaceAll('_', '/')), char => char.charCodeAt(0))

/** Null: this browser or connection cannot check signatures. */
async function fits(key: Uint8Array, bytes: Uint8Array, signature: Uint8Array): Promise<boolean | null> {
  if (!globalThis.crypto?.subtle) return null
  try {
    const known = await crypto.subtle.importKey('raw', new Uint8Array(key), { name: 'Ed25519' }, false, ['verify'])
    return await crypto.subtle.verify('Ed25519', known, new Uint8Array(signature), new Uint8Array(bytes))
  } catch {
    return null
  }
}

/** Codes of dynamic passes are taken once, as at every reader. */
const seen = createSeen()
type Check = Omit<PassCheck, 'now' | 'reader'>

/**
 * The signatures of a code, checked beforehand: a browser checks them in its own time, the rule wants to know at once. The
 * rule is asked twice: first for what it would check, then with the answers.
 */
async function checkOf(text: string, now: number): Promise<Check | null> {
  const key = kept.key.get()
  const scan = scanOf(text)
  const bytes = scan.kind === 'code' ? fromBase45(scan.code) : null
  if (key === null || scan.kind !== 'code') return null
  const holder = bytes ? holderKeyOf(bytes) : null
  const hash = holder
    ? new Uint8Array(await crypto.subtle?.digest('SHA-256', new Uint8Array(holder)).catch(() => new ArrayBuffer(32)))
    : new Uint8Array(32)
  const asked: { readonly key: Uint8Array; readonly bytes: Uint8Array; readonly signature: Uint8Array }[] = []
  const hash8 = () => hash.subarray(0, 8)
  checkPass(scan.code, {
    ...{ hash8, seen: createSeen(), reader: 'gate', now },
    bySite: (_, body, signature) => asked.push({ key: bytesOf(key.publicKey), bytes: body, signature }) > 0,
    byHolder: (of, body, signature) => asked.push({ key: of, bytes: body, signature }) > 0,
  })
  const answers = await Promise.all(asked.map(one => fits(one.key, one.bytes, one.signature)))
  if (answers.includes(null)) return null
  const [bySite, byHolder] = answers
  return { hash8, seen, bySite: id => id === key.keyId && bySite === true, byHolder: () => byHolder === true }
}

let parsed: { readonly text: string; readonly list: GateList; readonly signed: boolean } | null = null
/** The list that is kept, and whether its signature holds. */
export async function listNow(): Promise<{ readonly list: GateList; readonly signed: boolean } | null> {
  const had: KeptList | null = kept.list.get()
  if (had === null) return null
  if (parsed?.text === had.text) return parsed
  const key = kept.key.get()
  const bytes = new TextEncoder().encode(had.text)
  const signed = key !== null && (await fits(bytesOf(key.publicKey), bytes, bytesOf(had.signature))) === true
  try {
    parsed = { text: had.text, list: JSON.parse(had.text) as GateList, signed }
  } catch {
    return null
  }
  return parsed
}

/** What this gate says by itself. @param now by the gateway's clock, as far as we know it */
export async function judgeHere(
  text: string,
  now: number,
): Promise<OfflineAnswer & { readonly list: GateList | null }> {
  const known = await listNow()
  const list = known && withEntries(known.list, kept.queue.get())
  const check = await checkOf(text, now)
  const local = localClock(list?.timezone ?? 'UTC')
  return { ...judgeOffline({ text, list, listSigned: known?.signed ?? false, check, local, now }), list }
}
