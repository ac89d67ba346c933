import type { MeterWalkView } from '../../../gateway/http/contract.ts'
import type { UnreadReason } from '../../../rules/readings/special.ts'
import { newKey } from '../api.ts'

/** What the page of the meter walk keeps on its own device: it goes on without a network, also opened anew. */
export interface Queued {
  /** Made here, so that it is taken once however often it is sent. */
  readonly id: string
  /** By the clock of this device; the gateway corrects it. */
  readonly at: string
  readonly point: string
  readonly register: MeterWalkView['items'][number]['register']
  /** The number on the plate, where it was scanned; null: it was compared by eye. */
  readonly meter: string | null
  readonly index: string | null
  readonly unread: UnreadReason | null
  /** A picture as a data URL; once it is with the gateway, its name there. */
  readonly photo: string | null
  readonly remark: string
}
export interface Signed {
  readonly name: string
  readonly timezone: string
}

const PREFIX = 'gatehouse.meters.'
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
export const newId = (): string => `phone-${newKey()}`
export const kept = {
  queue: {
    get: () => read<readonly Queued[]>('queue', []),
    /** @throws when the device has no room left */
    set: (queue: readonly Queued[]) => write('queue', queue),
  },
  walk: {
    get: () => read<MeterWalkView | null>('walk', null),
    set: (walk: MeterWalkView | null) => write('walk', walk),
  },
  signed: { get: () => read<Signed | null>('signed', null), set: (signed: Signed | null) => write('signed', signed) },
}
/** Whoever signs out takes the list along. What was not sent yet stays: it has to be told. */
export function forgetWalk(): void {
  kept.walk.set(null)
  kept.signed.set(null)
}

const SHELL = 'gatehouse-meters'
/** Keeps the page itself for the time without a network. False: this browser or connection cannot (HTTPS is needed). */
export async function install(): Promise<boolean> {
  if (!('serviceWorker' in navigator) || !('caches' in window)) return false
  await navigator.serviceWorker.register('/meters-sw.js', { scope: '/meters' })
  await navigator.serviceWorker.ready
  const loaded = performance
    .getEntriesByType('resource')
    .map(entry => new URL(entry.name))
    .filter(url => url.origin === location.origin && /^\/(assets\/|theme\.js|favicon)/.test(url.pathname))
    .map(url => url.pathname)
  const wanted = new Set(['/meters', '/meters.webmanifest', ...loaded])
  const shell = await caches.open(SHELL)
  for (const had of await shell.keys()) if (!wanted.has(new URL(had.url).pathname)) await shell.delete(had)
  await Promise.all(
    [...wanted].map(async path => {
      // The page itself changes under the same name; assets never do.
      if (path === '/meters' || (await shell.match(path)) === undefined) await shell.add(path)
    }),
  )
  return true
}
