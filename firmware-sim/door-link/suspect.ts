import { createHash } from 'node:crypto'
import type { Table } from './table.ts'

/**
 * What a controller remembers so that it refuses, and tells, what somebody tries while the gateway is away. On its disk, so
 * that a power cut makes it forget nothing. Bounded by number, the oldest first.
 */
export interface Remembered {
  /** Messages of readers, and codes, that were heard. */
  messages: string[]
  codes: string[]
  /** PINs that nobody could check, UTC ms. */
  pins: { readonly door: string; readonly key: string | null; readonly at: number }[]
  /** Where each card was shown last: credential, door, UTC ms. */
  last: (readonly [credential: string, door: string, at: number])[]
}
export const nothing = (): Remembered => ({ messages: [], codes: [], pins: [], last: [] })

const MOST = 500
/** One card, 5 tries in 15 min; one door, 10 in 10 min [GB 50396-2007: an alarm after 5 wrong tries at most]. */
const PIN_TRIES = 5
const PIN_WINDOW_MS = 15 * 60_000
const SPRAY_TRIES = 10
const SPRAY_WINDOW_MS = 10 * 60_000

/** True once for each text. */
export function first(list: string[], text: string): boolean {
  if (list.includes(text)) return false
  list.push(text)
  while (list.length > MOST) list.shift()
  return true
}

/** A PIN was typed that only the gateway can check. @returns whether these are too many of that door, or of that card */
export function tooManyPins(mind: Remembered, door: string, key: string | null, at: number): boolean {
  // One that lies ahead is of before the clock was set back: it is still a try.
  const within = (ms: number) => mind.pins.filter(pin => at - pin.at < ms)
  const ofCard = key === null ? 0 : within(PIN_WINDOW_MS).filter(pin => pin.key === key).length
  const ofDoor = within(SPRAY_WINDOW_MS).filter(pin => pin.door === door).length
  mind.pins.push({ door, key, at })
  while (mind.pins.length > MOST) mind.pins.shift()
  return ofCard >= PIN_TRIES || ofDoor >= SPRAY_TRIES - 1
}

/** A card was shown. @returns whether it was at another door so shortly before that there must be two of it */
export function tooFar(mind: Remembered, table: Table, credential: string, door: string, at: number): boolean {
  const had = mind.last.find(([one]) => one === credential)
  mind.last = [...mind.last.filter(one => one !== had), [credential, door, at] as const].slice(-MOST)
  if (!had || had[1] === door || had[2] > at) return false
  const spec = (id: string) => table.doors.find(d => d.id === id)
  const [here, there] = [spec(door), spec(had[1])]
  if (!here || !there) return false
  const near = [here.area, here.from].some(area => area !== 'outside' && (area === there.area || area === there.from))
  return !near && at - had[2] < (table.travelS ?? 0) * 1000
}

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'
/** Base45 [RFC 9285]; null: it is none. */
function bytesOf(text: string): Buffer | null {
  const bytes: number[] = []
  for (let i = 0; i < text.length; i += 3) {
    const digits = [...text.slice(i, i + 3)].map(char => ALPHABET.indexOf(char))
    if (digits.includes(-1) || digits.length === 1) return null
    const value = digits.reduce((sum, digit, n) => sum + digit * 45 ** n, 0)
    if (value > (digits.length === 3 ? 0xffff : 0xff)) return null
    bytes.push(...(digits.length === 3 ? [value >> 8, value & 0xff] : [value]))
  }
  return Buffer.from(bytes)
}

const BODY = 48
const STATIC = 112
const DYNAMIC = 212
const STEP_MS = 30_000

/**
 * What a code comes to where only the gateway can say whether it was revoked: it opens nothing, but one that was shown at
 * this door before, or is older than its 30 s and the next, is called a replay. Bytes as docs/doors.md and the pass say.
 * @param bySite whether the site has signed these 48 bytes
 * @param at UTC ms; null: the clock cannot be believed
 */
export function weighCode(
  mind: Remembered,
  text: string,
  door: string,
  at: number | null,
  bySite: (body: Uint8Array, signature: Uint8Array) => boolean,
): string {
  const bytes = bytesOf(text.trim())
  if (!bytes || (bytes.length !== STATIC && bytes.length !== DYNAMIC)) return 'denied-format'
  if (!bySite(bytes.subarray(0, BODY), bytes.subarray(BODY, STATIC))) return 'denied-signature'
  if (bytes.length !== DYNAMIC) return 'denied-offline'
  const step = bytes.readUInt32BE(STATIC + 32)
  if (at !== null && Math.abs(Math.floor(at / STEP_MS) - step) > 1) return 'denied-replay'
  return first(mind.codes, hashOf(`${door} ${text}`)) ? 'denied-offline' : 'denied-replay'
}
export const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 22)
