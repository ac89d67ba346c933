import { randomBytes } from 'node:crypto'
import { first, hashOf, nothing, type Remembered, tooFar, tooManyPins, weighCode } from './suspect.ts'
import { applied, type Door, decideAlone, digestOf, type Table, type TableMessage, type Verdict } from './table.ts'

/**
 * A door controller that speaks the gateway's protocol: its table, its doors, its fire release and its events. No socket
 * and no clock: messages, contacts and the time come in, messages go out; what must outlive a power cut is on `disk`.
 */
export interface ControllerDeps {
  readonly doors: readonly string[]
  /** Its own clock, UTC ms; it may be wrong. */
  readonly wall: () => number
  readonly disk: { read(): string | null; write(text: string): void }
  readonly send: (word: string, body: object) => void
  /** What its OSDP readers at a door are like now. */
  readonly readers?: (door: string) => readonly ReaderState[]
  /** A person's order for one of them. */
  readonly readerOrder?: (order: ReaderOrder) => void
  /** Events that it keeps for the gateway [GB 50396-2007 5.2.2: 1000 at least]. */
  readonly keeps?: number
  /** Whether the site has signed this; left out: it knows no key, so no code is one of the site's. */
  readonly bySite?: (body: Uint8Array, signature: Uint8Array) => boolean
}
interface ReaderOrder {
  readonly reader: string
  readonly do: 'install' | 'rotate' | 'accept'
  readonly seconds?: number
}
export interface ReaderState {
  readonly id: string
  readonly security: 'secure' | 'default-key' | 'clear' | 'offline'
  readonly tamper: boolean
}
export interface LoggedEvent {
  readonly seq: number
  /** UTC ms. */
  readonly at: number
  readonly door: string | null
  readonly kind: string
  readonly data: Readonly<Record<string, string | number | boolean | null>>
}
interface Kept {
  epoch: string
  /** Of the newest event; all up to `upTo` are at the gateway. */
  seq: number
  upTo: number
  events: LoggedEvent[]
  /** Events that had to go before they were fetched. */
  lostTo: number
  table: Table | null
  /** The latest moment that it was sure of, UTC ms. */
  latest: number
  /** Of the youngest order about a fire. */
  order: number
  /** Of the youngest order about a reader: one that is sent once more is none. */
  readerOrder: number
  /** Doors that a fire holds open, by wire or by order. */
  released: string[]
  mind: Remembered
}
/** What was shown beside a card, or instead of one. */
export interface Beside {
  /** The text of a QR code. */
  readonly code?: string | undefined
  /** A PIN was typed; which one is nobody's business but the gateway's. */
  readonly pin?: boolean
  /** The reader has sent this message before. */
  readonly repeated?: boolean
}
export type DoorControllerSim = ReturnType<typeof createController>

const UNLOCK_MS = 5000
const BACK_MS = 60_000
const AHEAD_MS = 30 * 86_400_000
const BATCH = 100
const REMEMBERS_MS = 60_000

export function createController(deps: ControllerDeps) {
  const { doors: ids, wall, disk, send, readers, keeps = 1000, bySite = () => false } = deps
  const text = disk.read()
  const kept: Kept = {
    ...{ epoch: randomBytes(9).toString('base64url'), seq: 0, upTo: 0, events: [], lostTo: 0, table: null },
    ...{ latest: 0, order: 0, readerOrder: 0, released: [], mind: nothing() },
    ...(text && (JSON.parse(text) as Kept)),
  }
  const save = () => disk.write(JSON.stringify(kept))
  let offset = 0
  /** Told by the gateway since it was switched on. */
  let synced = false
  const doors = new Map(
    ids.map(id => [
      id,
      { open: false, unlockedUntil: 0, exitUntil: 0, tamper: false, reader: true, grant: null as Grant | null },
    ]),
  )
  interface Grant {
    readonly credential: string | null
    readonly direction: 'in' | 'out'
    readonly alone: boolean
  }
  let fire = false
  const parts = new Map<string, TableMessage[]>()
  const nonces = new Map<string, number>()

  const now = () => wall() + offset
  const safe = () => synced || (kept.latest > 0 && now() >= kept.latest - BACK_MS && now() <= kept.latest + AHEAD_MS)
  const specOf = (id: string): Door | undefined => kept.table?.doors.find(d => d.id === id)
  const escapes = (id: string) => specOf(id)?.fireRelease !== false
  const isReleased = (id: string) => kept.released.includes(id) || (fire && escapes(id))

  function log(kind: string, door: string | null = null, data: LoggedEvent['data'] = {}): void {
    kept.seq++
    kept.events.push({ seq: kept.seq, at: Math.max(0, Math.round(now())), door, kind, data })
    while (kept.events.length > keeps) kept.lostTo = kept.events.shift()!.seq
    save()
    upload()
  }
  function upload(): void {
    if (kept.lostTo > kept.upTo) send('lost', { epoch: kept.epoch, from: kept.upTo + 1, to: kept.lostTo })
    if (kept.events.length > 0) send('events', { epoch: kept.epoch, events: kept.events.slice(0, BATCH) })
  }
  const unlocked = (id: string): boolean => {
    const door = doors.get(id)!
    return isReleased(id) || wall() < door.unlockedUntil || wall() < door.exitUntil
  }
  const sendState = () =>
    send('state', {
      clockSafe: safe(),
      fire,
      doors: Object.fromEntries(
        [...doors].map(([id, d]) => {
          const osdp = readers?.(id) ?? []
          const reader = d.reader && osdp.every(r => r.security !== 'offline')
          const tamper = d.tamper || osdp.some(r => r.tamper)
          return [
            id,
            {
              ...{ open: d.open, unlocked: unlocked(id), exit: wall() < d.exitUntil, tamper, reader },
              ...{ released: isReleased(id), ...(osdp.length > 0 && { readers: osdp }) },
            },
          ]
        }),
      ),
    })
  const sendHave = () => {
    if (kept.table)
      send('have', { version: kept.table.version, digest: digestOf(kept.table.rows), expires: kept.table.expires })
  }
  function release(wanted: readonly string[], why: string): void {
    const fresh = wanted.filter(id => doors.has(id) && !kept.released.includes(id))
    if (fresh.length === 0) return
    kept.released.push(...fresh)
    // The locks let go first, then it is written down and told.
    for (const id of fresh) log('fire-release', id, { by: why })
    sendState()
  }
  function grant(id: string, given: Grant): void {
    const door = doors.get(id)!
    door.unlockedUntil = wall() + UNLOCK_MS
    door.grant = given
    sendState()
  }
  /** What looks like an attack is refused whatever the table says: it can only become narrower by it. */
  function suspected(id: string, key: string | null, beside: Beside, byTable: Verdict): Verdict {
    const { mind, table } = kept
    const no = (outcome: string): Verdict => ({ ...byTable, outcome, unlock: false })
    if (beside.repeated) return no('denied-repeated')
    if (beside.code !== undefined) return no(weighCode(mind, beside.code, id, safe() ? now() : null, bySite))
    if (byTable.credential !== null && tooFar(mind, table!, byTable.credential, id, now())) return no('denied-travel')
    // Where the card alone opens, whatever is typed beside it changes nothing.
    if (!beside.pin || byTable.unlock) return byTable
    return no(tooManyPins(mind, id, key, now()) ? 'denied-pin-locked' : 'denied-offline')
  }

  const take: Record<string, (body: Record<string, unknown>) => void> = {
    table(body) {
      const message = body as unknown as TableMessage
      const id = `${message.version} ${message.base} ${message.issued}`
      const all = [...(parts.get(id) ?? []).filter(p => p.part !== message.part), message]
      parts.set(id, all)
      if (all.length < message.parts) return
      parts.clear()
      const next = applied(kept.table, all)
      if (next) {
        kept.table = next
        kept.latest = Math.max(kept.latest, next.issued * 1000)
        save()
        release(
          next.doors.filter(d => d.released !== null).map(d => d.id),
          'table',
        )
        // A fire on the wire opens what the new table says to be a way out, too.
        if (fire) setFire(true)
      } else if (!kept.table || message.version > kept.table.version)
        return send('want', { version: kept.table?.version ?? 0 })
      sendHave()
    },
    time({ nonce, now: theirs }) {
      const asked = nonces.get(String(nonce))
      // One that was long under way is no time any more.
      if (asked === undefined || wall() - asked > 2000 || typeof theirs !== 'number') return
      nonces.delete(String(nonce))
      offset = theirs + (wall() - asked) / 2 - wall()
      synced = true
      kept.latest = Math.max(kept.latest, theirs)
      save()
    },
    events({ epoch, upTo }) {
      if (epoch !== kept.epoch || typeof upTo !== 'number' || upTo <= kept.upTo || upTo > kept.seq) return
      kept.upTo = upTo
      kept.events = kept.events.filter(e => e.seq > upTo)
      save()
      if (kept.events.length > 0) upload()
    },
    release({ order, doors: wanted }) {
      // Opening is never too old: whoever sends it once more opens what a fire has opened.
      if (!Array.isArray(wanted) || typeof order !== 'number' || order <= kept.order) return
      kept.order = order
      release(wanted as string[], 'order')
      sendState()
    },
    reader({ order, reader, do: what, seconds }) {
      if (typeof order !== 'number' || order <= kept.readerOrder || typeof reader !== 'string') return
      if (what !== 'install' && what !== 'rotate' && what !== 'accept') return
      // Install mode without an end is none.
      if (what === 'install' && !(typeof seconds === 'number' && seconds > 0 && seconds <= 1800)) return
      kept.readerOrder = order
      save()
      deps.readerOrder?.({ reader, do: what, ...(typeof seconds === 'number' && { seconds }) })
    },
    rearm({ order, doors: wanted }) {
      if (!Array.isArray(wanted) || typeof order !== 'number' || order <= kept.order) return
      kept.order = order
      if (fire) return void log('lock-refused', (wanted as string[])[0] ?? null, { why: 'fire' })
      const over = kept.released.filter(id => wanted.includes(id))
      kept.released = kept.released.filter(id => !wanted.includes(id))
      for (const id of over) log('fire-over', id)
      sendState()
    },
  }
  function setFire(on: boolean): void {
    fire = on
    if (on) release(ids.filter(escapes), 'wire')
    sendState()
  }

  save()
  return {
    /** A message whose signature was checked. What would lock during a fire is refused; what it does not know, too. */
    receive(body: Record<string, unknown>): void {
      const type = String(body.type)
      if (Object.hasOwn(take, type)) take[type]!(body)
      else if (/lock/.test(type) && kept.released.length > 0) log('lock-refused', null, { type: type.slice(0, 32) })
    },
    /** It is connected again: says who it is and what it has. */
    hello(): void {
      send('hello', { protocol: 1, version: kept.table?.version ?? 0, epoch: kept.epoch, firmware: 'sim 1' })
      askTime()
      sendState()
      upload()
    },
    /** Each few seconds: what the gateway has not confirmed is sent again. */
    tick(): void {
      if (safe()) kept.latest = Math.max(kept.latest, now())
      for (const [nonce, at] of nonces) if (wall() - at > REMEMBERS_MS) nonces.delete(nonce)
      save()
      sendState()
      upload()
    },
    askTime,
    /** A reader has sent this message. False: it has sent it before. */
    heard: (door: string, message: string): boolean => first(kept.mind.messages, hashOf(`${door} ${message}`)),
    /** What the gateway was asked about: a copy of it may be shown where the gateway is not heard any more. */
    asked(door: string, key: string | undefined, code: string | undefined): void {
      const row = kept.table?.rows.find(r => r.key === key)
      if (row) tooFar(kept.mind, kept.table!, row.credential, door, now())
      if (code !== undefined) weighCode(kept.mind, code, door, null, bySite)
    },
    /** By its own table. */
    alone(id: string, direction: 'in' | 'out', key: string | null, beside: Beside = {}): Verdict {
      const d = doors.get(id)!
      const open = isReleased(id) || wall() < d.exitUntil
      const at = { at: Math.floor(now() / 1000), latest: Math.floor(kept.latest / 1000), safe: safe(), open }
      const byTable = decideAlone(kept.table, id, direction, key, at)
      const verdict = direction === 'in' && byTable.outcome !== 'open' ? suspected(id, key, beside, byTable) : byTable
      if (verdict.unlock) grant(id, { credential: verdict.credential, direction, alone: true })
      const { outcome, unlock, credential } = verdict
      log('decision', id, { outcome, unlock, credential, direction, version: kept.table?.version ?? 0 })
      return verdict
    },
    /** As the gateway has answered. */
    granted: (id: string, direction: 'in' | 'out') => grant(id, { credential: null, direction, alone: false }),
    setOpen(id: string, open: boolean): void {
      const door = doors.get(id)!
      if (door.open === open) return
      const free = unlocked(id)
      door.open = open
      const { grant: given } = door
      if (open && given?.alone && given.credential !== null && wall() < door.unlockedUntil)
        log('entered', id, { credential: given.credential, direction: given.direction })
      door.grant = null
      log(open ? (free ? 'opened' : 'forced') : 'closed', id)
      sendState()
    },
    exit(id: string): void {
      doors.get(id)!.exitUntil = wall() + UNLOCK_MS
      sendState()
    },
    setFire,
    tamper(id: string, on: boolean): void {
      doors.get(id)!.tamper = on
      if (on) log('tamper', id)
      sendState()
    },
    setReader(id: string, on: boolean): void {
      doors.get(id)!.reader = on
      sendState()
    },
    /** Something about a reader is other than it was. @param event what is written down of it; null: only its state */
    readerNews(id: string, event: string | null, data: LoggedEvent['data'] = {}): void {
      if (event !== null) log(event, id, data)
      sendState()
    },
    classOf: (id: string) => specOf(id)?.class ?? null,
    /** Somebody sends what the site has not signed. */
    forged: () => log('bad-signature'),
    unlocked,
    isOpen: (id: string): boolean => doors.get(id)!.open,
    isReleased,
    state: () =>
      ({ ...kept, safe: safe(), fire, now: now() }) as Readonly<Kept> & { safe: boolean; fire: boolean; now: number },
  }
  function askTime(): void {
    const nonce = randomBytes(12).toString('base64url')
    nonces.set(nonce, wall())
    send('time', { nonce })
  }
}
