import type { GateEntryBody, GatePanel } from '../../../gateway/http/contract.ts'
import { newKey } from '../api.ts'

/** What the page of a gate keeps on its own device, so that it goes on when it is opened anew without a network. */
export interface Queued extends GateEntryBody {
  /** For the list of what just happened. */
  readonly name: string
  readonly no: string
}
export interface KeptList {
  readonly text: string
  readonly signature: string
}
export interface Key {
  readonly keyId: number
  readonly publicKey: string
}
export interface Signed {
  readonly name: string
  readonly timezone: string
}

const PREFIX = 'gatehouse.gate.'
function read<T>(key: string, otherwise: T): T {
  try {
    const text = localStorage.getItem(PREFIX + key)
    return text === null ? otherwise : (JSON.parse(text) as T)
  } catch {
    return otherwise
  }
}
const write = (key: string, value: unknown): void => {
  if (value === null) localStorage.removeItem(PREFIX + key)
  else localStorage.setItem(PREFIX + key, JSON.stringify(value))
}

/** The name of this page for ever: with `n` it makes each entry one, however often it is sent. */
export function postId(): string {
  const had = read<string>('post', '')
  if (had !== '') return had
  const made = newKey()
  write('post', made)
  return made
}
/** The next number, on the disk before anybody uses it: a number that was used twice would lose an entry. */
export function nextNumber(): number {
  const n = read('n', 0) + 1
  write('n', n)
  return n
}
export const kept = {
  queue: {
    get: () => read<readonly Queued[]>('queue', []),
    set: (queue: readonly Queued[]) => write('queue', queue),
  },
  list: { get: () => read<KeptList | null>('list', null), set: (list: KeptList | null) => write('list', list) },
  key: { get: () => read<Key | null>('key', null), set: (key: Key | null) => write('key', key) },
  gate: { get: () => read<string>('gate', ''), set: (gate: string) => write('gate', gate) },
  signed: { get: () => read<Signed | null>('signed', null), set: (signed: Signed | null) => write('signed', signed) },
  /** What was seen last of who is inside. */
  panel: {
    get: () => read<GatePanel | null>('panel', null),
    set: (panel: GatePanel | null) => write('panel', panel),
  },
  /** When the gateway answered last, by the clock of this device. */
  up: { get: () => read('up', 0), set: (at: number) => write('up', at) },
  /** By how much the gateway's clock is ahead of ours, ms. */
  offset: { get: () => read('offset', 0), set: (ms: number) => write('offset', Math.round(ms)) },
}

export const SHELL = 'gatehouse-gate'
export const PHOTOS = 'gatehouse-gate-photos'
/** Whoever signs out takes the names and photos from the device. What was not sent yet stays: it has to be told. */
export async function forgetPeople(): Promise<void> {
  kept.list.set(null)
  kept.panel.set(null)
  kept.signed.set(null)
  if ('caches' in window) await caches.delete(PHOTOS)
}

/** Keeps the page itself for the time without a network. False: this browser or connection cannot (HTTPS is needed). */
export async function install(): Promise<boolean> {
  if (!('serviceWorker' in navigator) || !('caches' in window)) return false
  await navigator.serviceWorker.register('/gate-sw.js', { scope: '/gate' })
  const loaded = performance
    .getEntriesByType('resource')
    .map(entry => new URL(entry.name))
    .filter(url => url.origin === location.origin && /^\/(assets\/|theme\.js|favicon)/.test(url.pathname))
    .map(url => url.pathname)
  const wanted = new Set(['/gate', '/gate.webmanifest', ...loaded])
  const shell = await caches.open(SHELL)
  for (const had of await shell.keys()) if (!wanted.has(new URL(had.url).pathname)) await shell.delete(had)
  await Promise.all(
    [...wanted].map(async path => {
      // The page itself changes under the same name; assets never do.
      if (path === '/gate' || (await shell.match(path)) === undefined) await shell.add(path)
    }),
  )
  return true
}
/** The photos of those who may come: most of them are small, and the guard compares them without a network, too. */
export async function keepPhotos(paths: readonly string[]): Promise<void> {
  if (!('caches' in window)) return
  const cache = await caches.open(PHOTOS)
  const wanted = new Set(paths.slice(0, 500))
  for (const had of await cache.keys()) if (!wanted.has(new URL(had.url).pathname)) await cache.delete(had)
  for (const path of wanted) if ((await cache.match(path)) === undefined) await cache.add(path).catch(() => {})
}
