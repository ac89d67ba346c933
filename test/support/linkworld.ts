import { createPublicKey, verify } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Sample } from '../../drivers/point.ts'
import { type ControllerDeps, createController } from '../../firmware-sim/door-link/controller.ts'
import type { Clock } from '../../gateway/core/clock.ts'
import { runDoorLink } from '../../gateway/doorlink/link.ts'
import { rootOf } from '../../gateway/doorlink/wire.ts'
import type { Site } from '../../gateway/site/site.ts'
import { manager, openDoorSite } from './doorsite.ts'

/** How the gateway is reached: by everything, by nothing, not at all for it is down, or only its broker is gone. */
export type Reach = 'up' | 'cut' | 'broker-away'
export interface Down {
  readonly controller: string
  readonly text: string
}

/**
 * The gateway's own doors, records, tables and link, and simulated controllers, with a wire between them that is a list:
 * what was said waits there until somebody hands it over, so that it can be lost, kept back, turned round or said again.
 * @param fire since when the linkage holds a door released, as the gateway has it on its disk
 */
export function linkWorld(site: Site, clock: Clock, fire: (door: string) => number | null = () => null) {
  const data = mkdtempSync(join(tmpdir(), 'gatehouse-link-'))
  /** Alarms of doors that were raised: `door/access-clone`. */
  const raised: string[] = []
  const tell = (samples: readonly Sample[]) => {
    for (const { point, value } of samples) if (value === true) raised.push(point)
  }
  const open = () => openDoorSite(data, site, clock, false, tell)
  let g = open()
  let link: ReturnType<typeof runDoorLink> | null = null
  let hears: ((topic: string, payload: Buffer) => void) | null = null
  let reach: Reach = 'up'
  const up: { readonly topic: string; readonly body: string }[] = []
  let down: Down[] = []
  const failed: unknown[] = []
  const { controllers: specs } = site.access
  const topicOf = new Map(specs.map(c => [rootOf(site.id, c.id), c.id]))
  const broker = {
    publish: async (topic: string, payload: string | Buffer) => {
      const id = topicOf.get(topic.slice(0, topic.lastIndexOf('/down/')))
      if (id && reach === 'up') down.push({ controller: id, text: String(payload) })
    },
    receive(_: string, take: (topic: string, payload: Buffer) => void) {
      hears = take
      return () => {
        hears = null
      }
    },
  }
  function begin(): void {
    link = runDoorLink({
      ...{ site, clock, bus: g.bus, trail: g.trail, broker, access: g.access, people: g.people },
      ...{ credentials: g.credentials, records: g.accessRecords, controllers: g.doorControllers, keys: g.accessKeys },
      ...{ released: fire, failed: error => void failed.push(error) },
    })
    g.doorsLate.released = fire
    g.doorsLate.link = link
  }
  g.trail.change(manager, note => {
    for (const { id } of specs) g.doorControllers.enrol(note, id, `account-${id}`, 'test', clock.now())
  })
  begin()

  const sitePublic = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(g.accessKeys.passPublicKey).toString('base64url') },
    format: 'jwk',
  })
  const bySite: ControllerDeps['bySite'] = (body, signature) => verify(null, body, sitePublic, signature)
  const disks = new Map<string, string>()
  const walls = new Map(specs.map(c => [c.id, 0]))
  const make = (id: string, doors: readonly string[]) =>
    createController({
      ...{ doors, bySite, wall: () => clock.now() + walls.get(id)! },
      disk: { read: () => disks.get(id) ?? null, write: text => void disks.set(id, text) },
      send(word, body) {
        if (reach === 'up' && hears) up.push({ topic: `${rootOf(site.id, id)}/up/${word}`, body: JSON.stringify(body) })
      },
    })
  const controllers = new Map(specs.map(c => [c.id, make(c.id, c.doors)]))
  const keyOf = (id: string, kind: string, value: string) =>
    g.accessKeys.cardKey(g.accessKeys.controllerKey(`account-${id}`), kind, value)

  /** A message from above: taken if the site has signed it for this controller. */
  function deliver({ controller, text }: Down): Record<string, unknown> | null {
    const { body, signature } = JSON.parse(text) as { body: string; signature: string }
    const signed = Buffer.from(`gatehouse-door/1 ${controller}\n${body}`)
    const c = controllers.get(controller)!
    if (!verify(null, signed, sitePublic, Buffer.from(signature, 'base64url'))) {
      c.forged()
      return null
    }
    const said = JSON.parse(body) as Record<string, unknown>
    if (said.type !== 'answer') c.receive(said)
    return said
  }
  /** Hands over whatever waits, in order, until nothing does. @returns what went down */
  async function settle(): Promise<Record<string, unknown>[]> {
    const said: Record<string, unknown>[] = []
    for (let quiet = 0; quiet < 2; ) {
      await new Promise(resolve => setImmediate(resolve))
      quiet = up.length + down.length === 0 ? quiet + 1 : 0
      for (const { topic, body } of up.splice(0)) hears?.(topic, Buffer.from(body))
      for (const one of down.splice(0)) said.push(deliver(one) ?? { type: 'forged' })
    }
    return said
  }
  return {
    get g() {
      return g
    },
    get link() {
      return link
    },
    controllers,
    up,
    failed,
    raised,
    settle,
    deliver,
    /** What waits to go down is taken out. */
    takeDown(): Down[] {
      const all = down
      down = []
      return all
    },
    keyOf,
    /** Its own clock beside the true one, ms. */
    setWall: (id: string, ms: number) => void walls.set(id, ms),
    /** Connected again, if anything can be reached. */
    hello(): void {
      for (const c of controllers.values()) c.hello()
    },
    async reach(next: Reach, settled = true): Promise<void> {
      reach = next
      if (next !== 'up') {
        up.length = 0
        down = []
      } else for (const c of controllers.values()) c.hello()
      if (settled) await settle()
    },
    /** What waits to go up is heard. False: nothing did. */
    handUp(): boolean {
      const all = up.splice(0)
      for (const { topic, body } of all) hears?.(topic, Buffer.from(body))
      return all.length > 0
    },
    get running() {
      return link !== null
    },
    /** The gateway ends, by a kill: what is not on the disk is gone. */
    stopGateway(): void {
      link?.stop()
      link = null
      g.stop()
      up.length = 0
      down = []
    },
    startGateway(): void {
      g = open()
      begin()
    },
    /** Power off and on. */
    restart(id: string): void {
      controllers.set(id, make(id, specs.find(c => c.id === id)!.doors))
    },
    forget(id: string): void {
      disks.delete(id)
    },
    end(): void {
      link?.stop()
      g.stop()
      g.remove()
    },
  }
}
export type LinkWorld = ReturnType<typeof linkWorld>
