import { fromBase45, toBase45 } from './base45.ts'

/**
 * Passes as a QR code. A **static** pass is 48 bytes and the site's Ed25519 signature over them: it is checked with the
 * public key alone, without a network. A photo of it is as good as the pass, so it is for gates where somebody looks.
 * A **dynamic** one adds the holder's key, the 30 s in which it was shown, and the holder's signature over both: a
 * screenshot dies within a minute, and the same 30 s are taken once at each reader.
 *
 * Body, big-endian: 0 version, 1 flags (bit 0: dynamic only), 2 site key id (4), 6 pass number (6), 12 place in the status
 * list (4), 16 hash of the person (8), 24 from, 28 to (UTC s, 4 each), 32 door groups (8, bit n: group n of the site's
 * list), 40 hash of the holder's key (8). Nothing here knows a key or a clock: both are handed in.
 */
export interface PassBody {
  readonly siteKey: number
  readonly passNo: number
  readonly statusIndex: number
  readonly personHash: Uint8Array
  /** UTC s. */
  readonly notBefore: number
  readonly notAfter: number
  readonly groups: bigint
  /** All zero: anybody may show it, it is static. */
  readonly holderHash: Uint8Array
  /** It counts only with the holder's signature of the moment. */
  readonly dynamicOnly: boolean
}

const VERSION = 1
const BODY = 48
const SIGNATURE = 64
const KEY = 32
const STATIC = BODY + SIGNATURE
const DYNAMIC = STATIC + KEY + 4 + SIGNATURE
/** How long one code of a dynamic pass is shown. */
export const STEP_MS = 30_000
/** By how many steps the clocks of the phone and of the reader may differ. */
export const SKEW_STEPS = 1

export const stepAt = (at: number): number => Math.floor(at / STEP_MS)

export function encodeBody(pass: PassBody): Uint8Array {
  const bytes = new Uint8Array(BODY)
  const view = new DataView(bytes.buffer)
  view.setUint8(0, VERSION)
  view.setUint8(1, pass.dynamicOnly ? 1 : 0)
  view.setUint32(2, pass.siteKey)
  view.setUint16(6, Math.floor(pass.passNo / 2 ** 32))
  view.setUint32(8, pass.passNo % 2 ** 32)
  view.setUint32(12, pass.statusIndex)
  bytes.set(pass.personHash.subarray(0, 8), 16)
  view.setUint32(24, pass.notBefore)
  view.setUint32(28, pass.notAfter)
  view.setBigUint64(32, pass.groups)
  bytes.set(pass.holderHash.subarray(0, 8), 40)
  return bytes
}

function decodeBody(bytes: Uint8Array): PassBody | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, BODY)
  if (view.getUint8(0) !== VERSION) return null
  return {
    dynamicOnly: (view.getUint8(1) & 1) === 1,
    siteKey: view.getUint32(2),
    passNo: view.getUint16(6) * 2 ** 32 + view.getUint32(8),
    statusIndex: view.getUint32(12),
    personHash: bytes.slice(16, 24),
    notBefore: view.getUint32(24),
    notAfter: view.getUint32(28),
    groups: view.getBigUint64(32),
    holderHash: bytes.slice(40, 48),
  }
}

export type Sign = (bytes: Uint8Array) => Uint8Array
/** @param sign with the site's key; 64 bytes */
export function makePass(pass: PassBody, sign: Sign): Uint8Array {
  const body = encodeBody(pass)
  return join(body, sign(body))
}
/** What stands in the QR code of a static pass. */
export const staticCode = (pass: Uint8Array): string => toBase45(pass)

/** What the holder's phone shows in these 30 s. @param sign with the holder's own key */
export function dynamicCode(pass: Uint8Array, holderKey: Uint8Array, at: number, sign: Sign): string {
  const step = new Uint8Array(4)
  new DataView(step.buffer).setUint32(0, stepAt(at))
  const shown = join(pass, holderKey, step)
  return toBase45(join(shown, sign(shown)))
}

/** The holder's key in what was shown; null: it is no dynamic pass. */
export const holderKeyOf = (shown: Uint8Array): Uint8Array | null =>
  shown.length === DYNAMIC ? shown.subarray(STATIC, STATIC + KEY) : null

export interface PassRead {
  readonly pass: PassBody
  /** The step in which it was shown; null: it is static. */
  readonly step: number | null
}
export type PassRefusal = 'format' | 'signature' | 'not-yet-valid' | 'expired' | 'skew' | 'replay'
export interface PassCheck {
  /** Whether this is the site's signature; the id says which of its keys. */
  readonly bySite: (keyId: number, bytes: Uint8Array, signature: Uint8Array) => boolean
  readonly byHolder: (key: Uint8Array, bytes: Uint8Array, signature: Uint8Array) => boolean
  /** The first 8 bytes of SHA-256. */
  readonly hash8: (bytes: Uint8Array) => Uint8Array
  readonly seen: SeenCodes
  readonly reader: string
  readonly now: number
}

/**
 * Whether a code is a pass of this site, now, for the first time. Signatures come first: what is not signed says nothing,
 * not even when it ends.
 */
export function checkPass(
  text: string,
  check: PassCheck,
): { readonly ok: true; readonly read: PassRead } | { readonly ok: false; readonly why: PassRefusal } {
  const refuse = (why: PassRefusal) => ({ ok: false, why }) as const
  const bytes = fromBase45(text)
  if (!bytes || (bytes.length !== STATIC && bytes.length !== DYNAMIC)) return refuse('format')
  const body = bytes.subarray(0, BODY)
  const pass = decodeBody(body)
  if (!pass) return refuse('format')
  if (!check.bySite(pass.siteKey, body, bytes.subarray(BODY, STATIC))) return refuse('signature')
  let step: number | null = null
  if (bytes.length === DYNAMIC) {
    const key = bytes.subarray(STATIC, STATIC + KEY)
    const shown = bytes.subarray(0, DYNAMIC - SIGNATURE)
    if (!same(check.hash8(key), pass.holderHash)) return refuse('signature')
    if (!check.byHolder(key, shown, bytes.subarray(DYNAMIC - SIGNATURE))) return refuse('signature')
    step = new DataView(bytes.buffer, bytes.byteOffset).getUint32(STATIC + KEY)
  } else if (pass.dynamicOnly) return refuse('signature')
  if (check.now < pass.notBefore * 1000) return refuse('not-yet-valid')
  if (check.now >= pass.notAfter * 1000) return refuse('expired')
  if (step !== null) {
    if (Math.abs(step - stepAt(check.now)) > SKEW_STEPS) return refuse('skew')
    if (!check.seen.first(`${check.reader} ${pass.passNo} ${step}`)) return refuse('replay')
  }
  return { ok: true, read: { pass, step } }
}

export interface SeenCodes {
  /** True once for each key. */
  first(key: string): boolean
  readonly size: number
}
/**
 * Bounded by number, not by time: a clock that is set forth and back must not make one forget what was shown. To push a
 * code out one would have to show that many others that the site has signed.
 */
export function createSeen(most = 10_000): SeenCodes {
  const keys = new Set<string>()
  return {
    first(key) {
      if (keys.has(key)) return false
      keys.add(key)
      if (keys.size > most) keys.delete(keys.values().next().value!)
      return true
    },
    get size() {
      return keys.size
    },
  }
}

const join = (...parts: readonly Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(parts.reduce((n, part) => n + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
const same = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i])
