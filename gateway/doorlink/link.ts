import type { ReaderMove } from '../../rules/access/readermove.ts'
import type { Doors } from '../access/access.ts'
import type { AccessKeys } from '../access/keys.ts'
import type { SiteController } from '../access/schema.ts'
import type { DoorWord } from '../access/state.ts'
import type { Bus } from '../core/bus.ts'
import type { Clock } from '../core/clock.ts'
import { fail, GatehouseError } from '../core/errors.ts'
import type { Events } from '../core/events.ts'
import type { Broker } from '../out/broker.ts'
import type { AccessRecords } from '../records/access.ts'
import type { Credential, Credentials } from '../records/credentials.ts'
import type { DoorControllers, StoredController } from '../records/doorcontrollers.ts'
import type { People } from '../records/people.ts'
import type { Trail } from '../records/trail.ts'
import type { Site } from '../site/site.ts'
import { takeEvents } from './events.ts'
import { checkMove, readerOrders } from './readerorders.ts'
import { isReaderWord, readerAlarms, saidOfReaders } from './readers.ts'
import { type ControllerTable, controllerTable } from './table.ts'
import { type DoorState, openPin, rootOf, sealed, type Up, type UpWord, up } from './wire.ts'

export interface DoorLinkDeps {
  readonly site: Site
  readonly clock: Clock
  readonly bus: Bus<Events>
  readonly trail: Trail
  readonly broker: Pick<Broker, 'publish' | 'receive'>
  readonly access: Doors
  readonly people: People
  readonly credentials: Credentials
  readonly records: AccessRecords
  readonly controllers: DoorControllers
  readonly keys: AccessKeys
  /** Since when a fire holds a door released; null: none does. */
  readonly released: (door: string) => number | null
  readonly failed: (error: unknown) => void
}
export type DoorLink = ReturnType<typeof runDoorLink>

/** A controller says how it is each 10 s. */
const SILENT_MS = 30_000
const AGAIN_MS = 2000
/** A table that was sent and not acknowledged, to one that is heard all the same. */
const RESEND_MS = 10_000
const RENEW_LOOK_MS = 60_000
const whatChangesTables = new Set(['credential', 'person', 'company', 'works', 'door'])

interface Peer {
  readonly table: ControllerTable
  /** When it was begun to be listened for: nobody is missing before he could have said a word. */
  readonly since: number
  heard: number | null
  /** When all of its table was sent last, and that it has asked for it again since. */
  whole: number | null
  wants: boolean
  /** When anything of it was sent last. */
  sent: number
  /** Of what it has said that it holds. */
  acked: number
  doors: Readonly<Record<string, DoorState>>
  /** When it has said so. */
  doorsAt: number
  clockSafe: boolean | null
  fire: boolean
  /** Doors that the linkage holds released. */
  told: readonly string[]
  /** Doors whose release a person has ended, until the controller has taken it back. */
  readonly rearming: Set<string>
}

/** Speaks with the door controllers of a site: tables down, events up, readings answered, fires told. */
export function runDoorLink(deps: DoorLinkDeps) {
  const { site, clock, bus, broker, access, people, credentials, records, controllers, keys, released } = deps
  const peers = new Map<string, Peer>()
  const orders = readerOrders(clock)
  /** Each order is younger than the one before it, also after a restart: a controller takes none twice. */
  let order = 0
  const nextOrder = () => (order = Math.max(order + 1, clock.now()))

  function rawOf(c: Credential) {
    if (c.class === 'plate') return { kind: 'plate', value: c.shown }
    const kind = c.class === 'uid' ? 'uid' : /^w\d/.test(c.class) ? 'bits' : null
    const text = kind && credentials.sealed(c.id)
    const value = text ? keys.unseal(text, c.id) : null
    return kind && value !== null ? { kind, value } : null
  }
  /** While tables are made anew: each number is opened once, not once for each controller, and not kept. */
  let opened: Map<string, ReturnType<typeof rawOf>> | null = null
  function rawOnce(c: Credential) {
    if (!opened) return rawOf(c)
    if (!opened.has(c.id)) opened.set(c.id, rawOf(c))
    return opened.get(c.id)!
  }
  const tableDeps = { clock, people, records, controllers, keys, state: access.state, rawOf: rawOnce, released }
  function open(controller: SiteController, stored: StoredController): Peer {
    const table = controllerTable(tableDeps, site, controller, stored.account)
    table.sync(credentials.list(1_000_000).reverse(), true)
    return {
      table,
      since: clock.now(),
      heard: null,
      whole: null,
      wants: false,
      sent: 0,
      acked: stored.acked,
      doors: {},
      doorsAt: clock.now(),
      clockSafe: null,
      fire: false,
      told: [],
      rearming: new Set(),
    }
  }
  function refresh(): void {
    opened = new Map()
    try {
      for (const controller of site.access.controllers) {
        const stored = controllers.get(controller.id)
        const had = peers.get(controller.id)
        if (stored && had?.table.account !== stored.account) peers.set(controller.id, open(controller, stored))
      }
    } finally {
      opened = null
    }
  }
  refresh()

  const isHeard = ({ heard }: Peer) => heard !== null && Math.abs(clock.now() - heard) < SILENT_MS
  function send(peer: Peer, word: string, body: object): void {
    const { id } = peer.table.controller
    broker
      .publish(`${rootOf(site.id, id)}/down/${word}`, sealed(keys, id, { ...body, controller: id }), { qos: 1 })
      .catch(deps.failed)
  }
  function sendTable(peer: Peer, base: number | null): void {
    peer.sent = clock.now()
    for (const body of peer.table.messages(base)) send(peer, 'table', body)
  }

  /** All of it, but not again and again to one that cannot take it. */
  function sendWhole(peer: Peer): void {
    peer.wants = peer.whole !== null && Math.abs(clock.now() - peer.whole) < AGAIN_MS
    if (peer.wants) return
    peer.whole = clock.now()
    sendTable(peer, null)
  }

  /** A fire is told at once, again until it is obeyed, and to whoever comes back. Nothing that locks is ever said. */
  function sendFire(peer: Peer): void {
    const mine = peer.table.controller.doors
    const held = mine.filter(door => released(door) !== null)
    for (const door of peer.told) if (!held.includes(door)) peer.rearming.add(door)
    peer.told = held
    if (!isHeard(peer)) return
    const late = held.filter(door => peer.doors[door]?.released !== true)
    if (late.length > 0) send(peer, 'release', { type: 'release', order: nextOrder(), doors: held })
    // Only what a person has said to be over, and not while the panel's own wire says otherwise.
    for (const door of peer.rearming)
      if (released(door) !== null || peer.doors[door]?.released === false) peer.rearming.delete(door)
    const over = peer.fire ? [] : mine.filter(door => peer.rearming.has(door))
    if (over.length > 0) send(peer, 'rearm', { type: 'rearm', order: nextOrder(), doors: over })
  }
  function sendFires(): void {
    // First what opens: the table is stored before it is said, and the disk may be full.
    for (const peer of peers.values()) sendFire(peer)
    for (const peer of peers.values()) {
      if (peer.table.sync([], false) && isHeard(peer)) sendTable(peer, peer.acked > 0 ? peer.acked : null)
      if (!isHeard(peer)) continue
      const late = peer.table.behind(peer.acked) !== null && Math.abs(clock.now() - peer.sent) >= RESEND_MS
      if (peer.wants) sendWhole(peer)
      // What changed while it was not heard, and it did not have to connect again.
      else if (late) sendTable(peer, peer.acked > 0 ? peer.acked : null)
    }
  }

  async function read(peer: Peer, asked: Up<'read'>): Promise<void> {
    const { id } = peer.table.controller
    const pin = asked.pin === undefined ? undefined : openPin(peer.table.key, asked.nonce, asked.pin)
    const credential = asked.key === undefined ? undefined : (peer.table.ofKey(asked.key) ?? '')
    const shown = { credential, code: asked.code, pin: pin ?? (pin === null ? '' : undefined), message: asked.nonce }
    const { decision, event } = await access.read(asked.door, asked.direction, shown, {
      name: `door:${id}`,
      role: 'gateway',
    })
    const { outcome, unlock } = decision
    // Under duress nobody on the spot may see it.
    const said = outcome === 'granted-duress' ? 'granted' : outcome
    send(peer, 'answer', { type: 'answer', nonce: asked.nonce, door: asked.door, unlock, outcome: said, event })
  }

  const take: { readonly [W in UpWord]: (peer: Peer, said: Up<W>) => void } = {
    hello(peer, { version }) {
      const { table } = peer
      if (version > table.version()) table.jump(version)
      // What it had acknowledged may be younger than what it has now.
      sendTable(peer, version >= peer.acked && version > 0 ? version : null)
      peer.doors = {}
      sendFire(peer)
    },
    have(peer, { version, digest, expires }) {
      const { table } = peer
      if (version > table.version()) return table.jump(version)
      if (version === table.version() && digest !== table.digest()) return sendWhole(peer)
      peer.acked = version
      controllers.acked(table.controller.id, version, expires * 1000, clock.now())
      table.acked(version)
    },
    want: sendWhole,
    time: (peer, { nonce }) => send(peer, 'time', { type: 'time', nonce, now: clock.now() }),
    read: (peer, asked) =>
      // Without an answer it decides by its own table, as if we were not here: so it does when our disk is full.
      void read(peer, asked).catch(error => {
        if (!(error instanceof GatehouseError)) deps.failed(error)
      }),
    events: (peer, { epoch, events }) => events_(peer, epoch, events, null),
    lost: (peer, { epoch, from, to }) => events_(peer, epoch, [], { from, to }),
    state(peer, { doors, clockSafe, fire }) {
      const mine = new Set(peer.table.controller.doors)
      peer.doors = Object.fromEntries(Object.entries(doors).filter(([door]) => mine.has(door)))
      peer.doorsAt = clock.now()
      peer.clockSafe = clockSafe
      peer.fire = fire
      access.soon()
    },
  }
  function events_(
    peer: Peer,
    epoch: string,
    events: Up<'events'>['events'],
    lost: { readonly from: number; readonly to: number } | null,
  ): void {
    const { controller } = peer.table
    const mine = new Set(controller.doors)
    const own = events.map(e => ({ ...e, door: e.door !== null && mine.has(e.door) ? e.door : null }))
    const copies: string[] = []
    const eventDeps = {
      ...{ ...deps, doorOf: (id: string) => site.access.doors.get(id), now: clock.now },
      ...{ travelS: site.access.travelS, copied: (door: string) => void copies.push(door) },
    }
    const upTo = takeEvents(eventDeps, controller.id, epoch, own, lost)
    for (const e of own)
      if (e.door !== null && e.kind === 'lock-refused') access.alarms.pulse(e.door, 'access-fire-refused')
      else if (e.door !== null && Object.hasOwn(readerAlarms, e.kind))
        access.alarms.pulse(e.door, readerAlarms[e.kind]!)
    for (const door of copies) access.alarms.pulse(door, 'access-clone')
    access.alarms.tell()
    send(peer, 'events', { type: 'events', epoch, upTo })
  }

  let dirty = false
  const touched = new Set<string>()
  let all = false
  /** What has changed is said once the present work is done: of a closed works site a hundred passes at once. */
  function changed(kind: string, id: string): void {
    if (kind === 'credential') touched.add(id)
    else if (kind === 'person') for (const c of credentials.ofPerson(id)) touched.add(c.id)
    else if (kind === 'works') for (const c of credentials.ofWorks(id)) touched.add(c.id)
    else if (kind === 'company') all = true
    if (dirty) return
    dirty = true
    queueMicrotask(() => {
      dirty = false
      guarded(flush)
    })
  }
  function flush(): void {
    const list = all ? credentials.list(1_000_000).reverse() : [...touched].flatMap(id => credentials.get(id) ?? [])
    touched.clear()
    all = false
    for (const peer of peers.values())
      if (peer.table.sync(list, false) && isHeard(peer)) sendTable(peer, peer.acked > 0 ? peer.acked : null)
  }
  function guarded(work: () => void): void {
    try {
      work()
    } catch (error) {
      deps.failed(error)
    }
  }

  function lookAtFire(): void {
    for (const peer of peers.values()) {
      const held = peer.table.controller.doors.filter(door => released(door) !== null)
      if (held.join() !== peer.told.join()) guarded(() => sendFire(peer))
    }
  }
  const topic = `${rootOf(site.id, '+')}/up/+`
  const stops = [
    broker.receive(topic, (where, payload) => {
      const words = where.split('/')
      const peer = peers.get(words[3] ?? '')
      const word = words[5] as UpWord
      if (!peer || !Object.hasOwn(up, word)) return
      guarded(() => {
        const said = up[word].safeParse(JSON.parse(payload.toString('utf8')))
        if (!said.success) return
        peer.heard = clock.now()
        ;(take[word] as (peer: Peer, said: unknown) => void)(peer, said.data)
      })
    }),
    bus.on('record', ({ kind, id }) => {
      if (kind === 'door-controller') refresh()
      if (whatChangesTables.has(kind)) changed(kind, id)
      if (kind === 'linkage') guarded(sendFires)
    }),
    clock.every(AGAIN_MS, () => guarded(sendFires)),
    // Whoever was heard a moment ago is so though somebody sets the clock.
    clock.onJump(offsetMs => {
      for (const peer of peers.values())
        Object.assign(peer, {
          ...{ since: peer.since + offsetMs, doorsAt: peer.doorsAt + offsetMs },
          heard: peer.heard === null ? null : peer.heard + offsetMs,
        })
    }),
    // Also while the disk takes nothing and so nothing is told of it. Without controllers nothing is woken for it.
    ...(site.access.controllers.length === 0 ? [] : [clock.every(250, lookAtFire)]),
    clock.every(RENEW_LOOK_MS, () => {
      for (const peer of peers.values())
        if (peer.table.due()) {
          peer.table.renew()
          if (isHeard(peer)) sendTable(peer, peer.acked > 0 ? peer.acked : null)
        }
    }),
  ]

  return {
    /** What the controller of a door says of it now; a controller that is silent has no reader for us. */
    byController(door: string, word: DoorWord): boolean | null {
      for (const peer of peers.values()) {
        if (!peer.table.controller.doors.includes(door)) continue
        if (!isHeard(peer))
          return word === 'reader' && Math.abs(clock.now() - (peer.heard ?? peer.since)) >= SILENT_MS ? false : null
        const state = peer.doors[door]
        if (word === 'fire') return peer.fire
        if (!state || word === 'lockdown') return null
        if (isReaderWord(word)) return saidOfReaders(state.readers, word)
        return word === 'exit-button' ? state.exit : state[word]
      }
      return null
    },
    /** Whether a door's controller has said that a fire holds it open; null: it has none, or is silent. */
    isReleased(door: string): boolean | null {
      for (const peer of peers.values())
        if (peer.table.controller.doors.includes(door))
          return isHeard(peer) ? peer.doors[door]?.released === true : null
      return null
    },
    /**
     * A person ends a release that no fire of the linkage stands behind: one of the panel's own wire, or of before a
     * restart. @returns doors whose controllers are told so
     */
    rearm(doors: readonly string[]): string[] {
      const free = doors.filter(door => released(door) === null)
      for (const peer of peers.values()) {
        for (const door of free) if (peer.doors[door]?.released === true) peer.rearming.add(door)
        sendFire(peer)
      }
      return [...peers.values()].flatMap(peer => [...peer.rearming])
    },
    /**
     * A person has a reader set up, given another key, or taken as it has become. Shown as done is what the controller
     * then says of it. @param noted is written down before it is sent @returns its door @throws why it cannot be
     */
    orderReader(
      id: string,
      readerId: string,
      what: ReaderMove,
      minutes: number,
      noted: (door: string) => void,
    ): string {
      const peer = peers.get(id)
      if (!peer || !isHeard(peer)) return fail('controller-away')
      for (const [door, { readers }] of Object.entries(peer.doors)) {
        const reader = readers.find(one => one.id === readerId)
        if (!reader) continue
        checkMove(reader, what)
        noted(door)
        send(peer, 'reader', orders.body(`${id} ${readerId}`, reader, what, minutes))
        return door
      }
      return fail('not-found', { what: readerId })
    },
    /** Each controller of the site, enrolled or not. */
    views: () =>
      site.access.controllers.map(controller => {
        const peer = peers.get(controller.id)
        const stored = controllers.get(controller.id)
        const newest = stored?.epoch ? controllers.newest(controller.id, stored.epoch) : 0
        return {
          controller,
          enrolled: stored !== undefined,
          account: stored?.account ?? null,
          online: peer !== undefined && isHeard(peer),
          heard: peer?.heard ?? null,
          said: peer?.doorsAt ?? 0,
          version: peer?.table.version() ?? 0,
          acked: peer?.acked ?? 0,
          ackedAt: stored?.ackedAt ?? null,
          expires: stored && stored.expires > 0 ? stored.expires : null,
          clockSafe: peer?.clockSafe ?? null,
          behind: peer ? peer.table.behind(peer.acked) : null,
          events: { upTo: stored?.upTo ?? 0, missing: Math.max(0, newest - (stored?.upTo ?? 0)) },
          lost: controllers.lost(controller.id),
          // What a controller said that is silent now is no more known.
          readers: Object.entries(peer && isHeard(peer) ? peer.doors : {}).flatMap(([door, { readers }]) =>
            readers.map(reader => ({
              ...{ door, ...reader, asked: orders.look(`${controller.id} ${reader.id}`, reader) },
              since: reader.sinceS === null ? null : (peer?.doorsAt ?? 0) - reader.sinceS * 1000,
            })),
          ),
          needsGateway: peer?.table.needsGateway ?? new Set<string>(),
          released: peer ? controller.doors.filter(door => peer.doors[door]?.released === true) : [],
          fireInput: peer?.fire ?? false,
        }
      }),
    stop() {
      for (const stop of stops) stop()
    },
  }
}
