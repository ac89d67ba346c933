import { createLine } from '../../firmware-sim/osdp/line.ts'
import { createLink } from '../../firmware-sim/osdp/link.ts'
import type { Kept, LinkNews, LinkOptions } from '../../firmware-sim/osdp/linkwords.ts'
import { createReader, type ReaderOptions } from '../../firmware-sim/osdp/reader.ts'

/** A reader and its panel on a line without a wire: time passes by hand, and whoever wants may sit in between. */
export const KEY = Buffer.from('c1d2e3f405162738495a6b7c8d9eafb0', 'hex')
export const ID = { vendor: 0x5a4b3c, model: 7, version: 2, serial: 0x01020304, firmware: [1, 4, 2] } as const
export const CAPABILITIES = [
  ...[
    { code: 3, level: 1, items: 1 },
    { code: 4, level: 1, items: 1 },
    { code: 5, level: 1, items: 1 },
  ],
  ...[
    { code: 8, level: 1, items: 0 },
    { code: 9, level: 1, items: 1 },
    { code: 13, level: 0, items: 1 },
  ],
]
/** Bytes as they pass -> as they arrive; null: they do not. */
export type Between = (bytes: Buffer, toPanel: boolean) => Buffer | null
export const kept = (more: Partial<Kept> = {}): Kept => ({
  key: KEY.toString('hex'),
  next: null,
  pinned: null,
  ...more,
})

/** A small generator of numbers below 1, the same each time [mulberry32]. */
export function seeded(seed: number): () => number {
  let a = seed
  return () => {
    a = (a + 0x6d2b79f5) | 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

export function osdpWorld({
  link: l = {},
  reader: r = {},
}: {
  readonly link?: Partial<LinkOptions>
  readonly reader?: Partial<ReaderOptions>
} = {}) {
  let now = 0
  const news: LinkNews[] = []
  const wire: { readonly toPanel: boolean; readonly bytes: Buffer }[] = []
  const waiting: { readonly toPanel: boolean; readonly bytes: Buffer }[] = []
  let between: Between = bytes => bytes
  const put = (toPanel: boolean) => (bytes: Buffer) => {
    wire.push({ toPanel, bytes })
    const arrives = between(bytes, toPanel)
    if (arrives) waiting.push({ toPanel, bytes: arrives })
  }
  const random = (count: number) => Buffer.from(Array.from({ length: count }, () => Math.floor(next() * 256)))
  const next = seeded(42)
  const make = (more: Partial<ReaderOptions> = {}) =>
    createReader({
      ...{ address: 5, id: ID, capabilities: CAPABILITIES, key: KEY, send: put(true), now: () => now, random },
      ...more,
    })
  let reader = make(r)
  const store = l.kept ?? kept()
  const link = createLink({
    ...{ address: 5, speaks: 'secure', doorClass: () => 'medium', kept: store, save: () => {}, random },
    tell: one => news.push(one),
    ...l,
  })
  const line = createLine([link], put(false))
  function pass(ms: number, done = () => false): void {
    for (const end = now + ms; now < end && !done(); now += 10) {
      line.tick(now)
      while (waiting.length > 0) {
        const { toPanel, bytes } = waiting.shift()!
        if (toPanel) line.receive(bytes, now)
        else reader.receive(bytes)
      }
    }
  }
  return {
    ...{ link, line, news, wire, store, pass },
    /** Time passes until it is secure, 100 s at most. */
    secure: () => pass(100_000, () => link.view(now).security === 'secure'),
    reader: () => reader,
    make: (more: Partial<ReaderOptions>) => (reader = make(more)),
    now: () => now,
    between: (how: Between) => (between = how),
    /** Somebody on the line speaks. */
    inject: (bytes: Buffer, toPanel: boolean) => waiting.push({ toPanel, bytes }),
    view: () => link.view(now),
    cards: () => news.flatMap(one => (one.kind === 'card' ? [one.bits] : [])),
    downgrades: () => news.flatMap(one => (one.kind === 'downgrade' ? [one.why] : [])),
  }
}
