import { COMMAND } from '../osdp/frame.ts'
import { createLine } from '../osdp/line.ts'
import { createLink } from '../osdp/link.ts'
import type { Kept, LinkNews, Speaks } from '../osdp/linkwords.ts'
import { buzzerBytes, LED, ledBytes } from '../osdp/words.ts'
import type { DoorClient } from './client.ts'

export interface ReaderSpec {
  readonly id: string
  readonly door: string
  readonly direction: 'in' | 'out'
  /** On the line, 0..126. */
  readonly address: number
  /** Anything but `secure` is taken at doors of class low only. */
  readonly speaks?: Speaks
}
export interface ReadersDeps {
  readonly readers: readonly ReaderSpec[]
  /** Puts bytes on the line. */
  readonly send: (bytes: Buffer) => void
  /** ms, never set back. */
  readonly now: () => number
  /** UTC ms. */
  readonly wall?: () => number
  /** Keys and what was pinned, by reader: they outlive a power cut. */
  readonly disk: { read(): string | null; write(text: string): void }
  readonly client: () => Pick<DoorClient, 'present' | 'controller'> | null
}
/** A person's order, signed by the gateway. */
export interface ReaderOrder {
  readonly reader: string
  readonly do: 'install' | 'rotate' | 'accept'
  /** How long install mode stays open. */
  readonly seconds?: number
}
export type DoorReaders = ReturnType<typeof createReaders>

/** A PIN is typed before the card, ends with # and waits for it so long. */
const PIN_MS = 15_000
const SHOWN_TENTHS = 20
/** Silent is known after 8 s; the rest of what is said of a reader changes by itself within this. */
const LOOK_MS = 1000
/** What grows by itself is no news. */
const still = { installS: null, installLeftS: null, sinceS: null }
const eventOf: Partial<Record<LinkNews['kind'], string>> = {
  ...{ downgrade: 'reader-downgrade', changed: 'reader-changed', 'install-over': 'reader-install-over' },
  'key-set': 'reader-key-set',
}

/** The OSDP readers of a door controller on their line: a card that one of them reads is decided like any other. */
export function createReaders({ readers, send, now, wall = Date.now, disk, client }: ReadersDeps) {
  const store = JSON.parse(disk.read() ?? '{}') as Record<string, Kept>
  const save = () => disk.write(JSON.stringify(store))
  const all = readers.map(spec => {
    const kept = store[spec.id] ?? { key: null, next: null, pinned: null }
    store[spec.id] = kept
    let typed: { readonly keys: string; readonly at: number } = { keys: '', at: 0 }
    let tampered = false
    const link = createLink({
      ...{ address: spec.address, speaks: spec.speaks ?? 'secure', kept, save, tell },
      doorClass: () => client()?.controller.classOf(spec.door) ?? null,
    })
    function tell(news: LinkNews): void {
      const { door, id: reader } = spec
      if (news.kind === 'card') void card(news.bits)
      else if (news.kind === 'keys') type(news.keys)
      else {
        const why = news.kind === 'downgrade' ? { why: news.why } : {}
        if (news.kind === 'key-set') {
          kept.keyAt = Math.round(wall())
          save()
        }
        client()?.controller.readerNews(door, eventOf[news.kind] ?? null, { reader, ...why })
        const { tamper } = link.view(now())
        if (tamper && !tampered) client()?.controller.readerNews(door, 'tamper', { reader })
        tampered = tamper
      }
    }
    function type(keys: string): void {
      const before = now() - typed.at < PIN_MS && !typed.keys.endsWith('#') ? typed.keys : ''
      // What stands before a * was a slip.
      typed = { keys: `${before}${keys}`.replace(/^.*\*/, '').slice(-13), at: now() }
    }
    async function card(bits: string): Promise<void> {
      const pin = now() - typed.at < PIN_MS ? /^(\d+)#$/.exec(typed.keys)?.[1] : undefined
      typed = { keys: '', at: 0 }
      const answer = await client()?.present(
        spec.door,
        { kind: 'bits', value: bits, ...(pin !== undefined && { pin }) },
        spec.direction,
      )
      if (!answer) return
      link.show(COMMAND.led, ledBytes(answer.unlock ? LED.green : LED.red, SHOWN_TENTHS))
      link.show(COMMAND.buz, answer.unlock ? buzzerBytes(1, 1, 1) : buzzerBytes(2, 1, 3))
    }
    return { spec, link }
  })
  const line = createLine(
    all.map(one => one.link),
    send,
  )
  const look = (door: string) =>
    all.flatMap(({ spec, link }) =>
      spec.door === door ? [{ id: spec.id, ...link.view(now()), keyAt: store[spec.id]!.keyAt ?? null }] : [],
    )
  let told = ''
  let lookedAt = now()

  return {
    /** What the controller says of the readers of a door. */
    look,
    receive: (bytes: Uint8Array) => line.receive(bytes, now()),
    /** Each few ms. */
    tick(): void {
      line.tick(now())
      if (now() - lookedAt < LOOK_MS) return
      lookedAt = now()
      const news = JSON.stringify(all.map(({ link }) => ({ ...link.view(now()), ...still })))
      if (news !== told) for (const { spec } of all) client()?.controller.readerNews(spec.door, null)
      told = news
    },
    /** As a person at the gateway has said. What cannot be done is told, and nothing else happens. */
    order({ reader, do: what, seconds }: ReaderOrder): void {
      const one = all.find(r => r.spec.id === reader)
      if (!one) return
      const { link, spec } = one
      let done = true
      if (what === 'install') link.install(now(), (seconds ?? 0) * 1000)
      else if (what === 'accept') link.accept(now())
      else done = link.rotate()
      client()?.controller.readerNews(spec.door, done ? `reader-${what}` : 'reader-not-done', { reader, order: what })
    },
    /** By its id: to install, to rotate its key, to accept what it has become. */
    link: (id: string) => all.find(one => one.spec.id === id)?.link,
  }
}
