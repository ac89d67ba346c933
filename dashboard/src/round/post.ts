import type { PatrolWalk } from '../../../gateway/http/contract.ts'
import type { Method } from '../../../rules/patrol/words.ts'
import { newKey } from '../api.ts'

/** What the page of a round keeps on its own device: a whole round goes on without a network, also opened anew. */
export interface Item {
  readonly id: string
  readonly ok: boolean
  readonly note: string
  readonly permit?: 'shown' | 'none'
}
export interface Queued {
  readonly n: number
  /** By the clock of this device; the gateway corrects it. */
  readonly at: string
  /** `<route>/<point>` */
  readonly point: string
  readonly tag?: string
  readonly method: Exclude<Method, 'door' | 'stick'>
  readonly items: readonly Item[]
  readonly note: string
  readonly said: string
  readonly person: string
  /** A picture as a data URL; once it is with the gateway, its name there. */
  readonly photo: string | null
}
export interface Signed {
  readonly name: string
  readonly timezone: string
}

const PREFIX = 'gatehouse.round.'
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

/** The name of this device for ever: with `n` it makes each visit one, however often it is sent. */
export function deviceId(): string {
  const had = read<string>('device', '')
  if (had !== '') return had
  const made = `phone-${newKey()}`
  write('device', made)
  return made
}
/** The next number, on the disk before anybody uses it. One that is left out looks as if a record had been deleted. */
export function nextNumber(): number {
  const n = read('n', 0) + 1
  write('n', n)
  return n
}
export const kept = {
  queue: {
    get: () => read<readonly Queued[]>('queue', []),
    /** @throws when the device has no room left */
    set: (queue: readonly Queued[]) => write('queue', queue),
  },
  walk: { get: () => read<PatrolWalk | null>('walk', null), set: (walk: PatrolWalk | null) => write('walk', walk) },
  signed: { get: () => read<Signed | null>('signed', null), set: (signed: Signed | null) => write('signed', signed) },
  /** By how much the gateway's clock is ahead of ours, ms; only for what is shown. */
  offset: { get: () => read('offset', 0), set: (ms: number) => write('offset', Math.round(ms)) },
  route: { get: () => read('route', ''), set: (route: string) => write('route', route) },
}
/** Whoever signs out takes the routes along. What was not sent yet stays: it has to be told. */
export function forgetWalk(): void {
  kept.walk.set(null)
  kept.signed.set(null)
}

const SHELL = 'gatehouse-round'
/** Keeps the page itself for the time without a network. False: this browser or connection cannot (HTTPS is needed). */
export async function install(): Promise<boolean> {
  if (!('serviceWorker' in navigator) || !('caches' in window)) return false
  await navigator.serviceWorker.register('/round-sw.js', { scope: '/round' })
  await navigator.serviceWorker.ready
  const loaded = performance
    .getEntriesByType('resource')
    .map(entry => new URL(entry.name))
    .filter(url => url.origin === location.origin && /^\/(assets\/|theme\.js|favicon)/.test(url.pathname))
    .map(url => url.pathname)
  const wanted = new Set(['/round', '/round.webmanifest', ...loaded])
  const shell = await caches.open(SHELL)
  for (const had of await shell.keys()) if (!wanted.has(new URL(had.url).pathname)) await shell.delete(had)
  await Promise.all(
    [...wanted].map(async path => {
      // The page itself changes under the same name; assets never do.
      if (path === '/round') await shell.put(path, await wholeOf(path))
      else if ((await shell.match(path)) === undefined) await shell.add(path)
    }),
  )
  return true
}

/** All of it is here before it takes the place of the one that is kept: a network that breaks off must not cost that one. */
async function wholeOf(path: string): Promise<Response> {
  const answer = await fetch(path)
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`)
  const headers = new Headers(answer.headers)
  // What is here has been unpacked.
  for (const name of ['content-encoding', 'content-length']) headers.delete(name)
  return new Response(await answer.blob(), { headers })
}

const PHOTO_SIDE = 900
/** A photo small enough to be kept until there is a network. */
export async function smallPhoto(file: Blob): Promise<string> {
  const picture = await createImageBitmap(file)
  const scale = Math.min(1, PHOTO_SIDE / Math.max(picture.width, picture.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(picture.width * scale))
  canvas.height = Math.max(1, Math.round(picture.height * scale))
  canvas.getContext('2d')!.drawImage(picture, 0, 0, canvas.width, canvas.height)
  return canvas.toDataURL('image/jpeg', 0.7)
}
export function blobOf(dataUrl: string): Blob {
  const bytes = Uint8Array.from(atob(dataUrl.slice(dataUrl.indexOf(',') + 1)), char => char.charCodeAt(0))
  return new Blob([bytes], { type: 'image/jpeg' })
}
