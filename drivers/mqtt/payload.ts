import { judge, type Point, type Sample, type Value } from '../point.ts'
import type { Availability, MqttAddress } from './address.ts'

/** A message as it came, looked at once for all points that it feeds. */
export interface Message {
  /** Kept by the broker from before: nobody knows how old it is, unless it says so itself. */
  readonly retained: boolean
  /** UTC ms of its arrival. */
  readonly seen: number
  /** undefined: no text (not UTF-8), or too large to look at. */
  readonly text: string | undefined
  /** undefined: no JSON. */
  readonly json: { readonly value: unknown } | undefined
}

/** Larger ones are not looked into: what a device has to say fits in a thousandth. */
export const LARGEST_PAYLOAD = 65_536
const LONGEST_TEXT = 4096
/** A device's clock that is further ahead is wrong. */
const MOST_AHEAD_MS = 60_000
/** Before that, a device has lost its clock and counts from some epoch. */
const OLDEST = Date.UTC(2015, 0, 1)

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Never throws. @param payload the bytes; empty: the retained message was deleted */
export function messageOf(payload: Buffer, retained: boolean, seen: number): Message {
  if (payload.length > LARGEST_PAYLOAD) return { retained, seen, text: undefined, json: undefined }
  let text: string | undefined
  try {
    text = utf8.decode(payload)
    return { retained, seen, text, json: { value: JSON.parse(text) as unknown } }
  } catch {
    return { retained, seen, text, json: undefined }
  }
}

/** @returns undefined when there is nothing at this place [RFC 6901 4] */
export function at(value: unknown, pointer: string): unknown {
  let here = value
  for (const escaped of pointer.split('/').slice(1)) {
    const word = escaped.replaceAll('~1', '/').replaceAll('~0', '~')
    if (Array.isArray(here)) here = /^(0|[1-9]\d*)$/.test(word) ? here[Number(word)] : undefined
    else if (typeof here === 'object' && here !== null && Object.hasOwn(here, word))
      here = (here as Record<string, unknown>)[word]
    else return undefined
  }
  return here
}

/** The value that a message has for a point: undefined when it cannot be read, null when the device says that it has none. */
export function readingIn({ kind, address }: Point, { text, json }: Message): Value | null | undefined {
  const { path, map, scale = 1, offset = 0 } = address as MqttAddress
  if (text === '') return null
  const raw = path === undefined ? text?.trim() : json && at(json.value, path)
  if (map && (typeof raw === 'string' || typeof raw === 'number' || typeof raw === 'boolean')) {
    const word = String(raw)
    return Object.hasOwn(map, word) ? map[word] : undefined
  }
  if (raw === null) return null
  if (map) return undefined
  if (kind === 'text') return textOf(raw)
  if (kind === 'boolean')
    return typeof raw === 'boolean' ? raw : raw === 'true' ? true : raw === 'false' ? false : undefined
  const number = typeof raw === 'number' ? raw : typeof raw === 'string' ? numberIn(raw) : undefined
  if (number === undefined) return undefined
  // 15 digits: 235 x 0.1 is 23.5
  return scale === 1 && offset === 0 ? number : Number((number * scale + offset).toPrecision(15))
}

/** A number that JSON could not hold exactly is no text: a card's last digits would be others. */
function textOf(raw: unknown): string | undefined {
  if (typeof raw === 'string') return raw.length <= LONGEST_TEXT ? raw : undefined
  if (typeof raw === 'boolean') return String(raw)
  if (typeof raw !== 'number' || (Number.isInteger(raw) && !Number.isSafeInteger(raw))) return undefined
  return String(raw)
}

const numberIn = (text: string): number | undefined =>
  /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text.trim()) ? Number(text) : undefined

/**
 * The device's own time of a message, UTC ms; undefined when it sends none that can be true. A time without its zone
 * could be any of 24 hours, so it is none.
 */
export function timeOf({ address }: Point, { json, seen }: Message): number | undefined {
  const { time } = address as MqttAddress
  if (time === undefined || !json) return undefined
  const raw = at(json.value, time)
  const number = typeof raw === 'number' ? raw : typeof raw === 'string' ? numberIn(raw) : undefined
  let ms = Number.NaN
  if (number !== undefined) ms = number < 1e11 ? number * 1000 : number
  else if (typeof raw === 'string' && /^\d{4}-\d\d-\d\dT[\d:.,]+(Z|[+-]\d\d:?\d\d)$/.test(raw)) ms = Date.parse(raw)
  return ms >= OLDEST && ms <= seen + MOST_AHEAD_MS ? Math.round(ms) : undefined
}

/**
 * What one message says of a point.
 * @param freshMs a retained message that says itself to be older is no reading any more
 */
export function sampleOf(point: Point, message: Message, freshMs: number): Sample {
  const { seen, retained } = message
  const time = timeOf(point, message)
  // A clock a little ahead of ours: nothing is known from the future.
  const sample = judge(point, readingIn(point, message), seen, time === undefined ? seen : Math.min(time, seen))
  if (!retained || sample.quality !== 'good') return sample
  if (time !== undefined && seen - time <= freshMs) return sample
  return { ...sample, quality: 'uncertain', reason: 'stale' }
}

/** undefined: it says neither. */
export function isOnline(availability: Availability, message: Message): boolean | undefined {
  const { path, online = 'online', offline = 'offline' } = availability
  const said =
    path === undefined ? message.json && at(message.json.value, '/state') : message.json && at(message.json.value, path)
  const word = said === undefined ? (path === undefined ? message.text?.trim() : undefined) : String(said)
  return word === online ? true : word === offline ? false : undefined
}

/** What is sent for a value: the device's own word for it, in its template. undefined: it has no such value. */
export function payloadFor({ kind, address }: Point, value: Value): string | undefined {
  const { map, scale = 1, offset = 0, set } = address as MqttAddress
  if ((typeof value === 'string' ? 'text' : typeof value) !== kind) return undefined
  const word = map ? Object.entries(map).find(([, means]) => means === value)?.[0] : wordOf(value, scale, offset)
  if (word === undefined) return undefined
  const template = set?.template ?? '{value}'
  // Inside a template it must not end the text that it stands in.
  return template === '{value}' ? word : template.replaceAll('{value}', () => JSON.stringify(word).slice(1, -1))
}
const wordOf = (value: Value, scale: number, offset: number): string | undefined =>
  typeof value !== 'number'
    ? String(value)
    : Number.isFinite(value)
      ? String(Number(((value - offset) / scale).toPrecision(15)))
      : undefined
