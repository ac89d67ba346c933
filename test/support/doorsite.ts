import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { ofSamples } from '../../drivers/batch.ts'
import { drivers, profiles } from '../../drivers/index.ts'
import type { PointId, Sample, Value } from '../../drivers/point.ts'
import { openDoors } from '../../gateway/access/wiring.ts'
import { createBus } from '../../gateway/core/bus.ts'
import type { Clock } from '../../gateway/core/clock.ts'
import type { Actor, Events } from '../../gateway/core/events.ts'
import { migrations, openDb } from '../../gateway/records/db.ts'
import type { NewPerson } from '../../gateway/records/people.ts'
import { openTrail } from '../../gateway/records/trail.ts'
import { checkSite, type Site } from '../../gateway/site/site.ts'
import type { CredentialAction } from '../../rules/access/credential.ts'
import type { Role } from '../../rules/flow.ts'
import { both, quietSite } from './sites.ts'

/** Doors with people and passes on a records.db of their own, without a gateway around them. */

const HOUR = 3_600_000
type By = Actor & { readonly role: Role }
export const desk: By = { name: 'chen', role: 'desk' }
export const manager: By = { name: 'wang', role: 'manager' }

/** A door as equipment of its own, with its contact and what a fire has released. */
export const doorEquipment = (id: string, unit: number) => ({
  ...{ id, kind: 'door', name: both(id), space: 'b1', channel: 'bus', unit },
  points: ['open', 'unlocked', 'lockdown', 'fire'].map((key, address) => ({
    ...{ key, table: 'discrete', address, type: 'bool', scanMs: HOUR },
  })),
})
/** A site as it is checked at the start. @throws when it has errors: the test is wrong then */
export function siteOf(doors: readonly string[], more: object): Site {
  const text = JSON.stringify({
    ...quietSite,
    equipment: [...quietSite.equipment, ...doors.map((id, i) => doorEquipment(id, 2 + i))],
    ...more,
  })
  const { site, problems } = checkSite(text, drivers, profiles)
  const errors = problems.filter(p => p.level === 'error')
  if (errors.length > 0 || !site) throw new Error(JSON.stringify(errors.slice(0, 5)))
  return site
}

/** @param data a folder of its own; its records and keys are taken over when it has some, as at a restart */
export function openDoorSite(
  data: string,
  site: Site,
  clock: Clock,
  careful = true,
  tell: ((samples: readonly Sample[]) => void) | null = null,
) {
  const path = join(data, 'records.db')
  const db = openDb(path, migrations)
  // Nobody pulls the plug in a test of what is decided.
  if (!careful) db.prepare('PRAGMA synchronous=OFF').run()
  const bus = createBus<Events>(error => {
    throw error
  })
  const trail = openTrail(db, clock.now, entry => bus.emit('record', entry))
  const values = new Map<PointId, Sample>()
  const failed: unknown[] = []
  const opened = openDoors({
    ...{ db, clock, trail, bus, secrets: data, site: () => site },
    photos: { drop: () => {} },
    get: point => values.get(point),
    day: at => new Date(at).toISOString().slice(0, 10).replaceAll('-', ''),
    failed: error => failed.push(error),
    ...(tell && { tell }),
  })
  const { people, credentials, enrol } = opened
  const someone = (more: Partial<NewPerson> & Pick<NewPerson, 'name'>): NewPerson => ({
    ...{ kind: 'staff', company: null, trade: '', phone: '', level: 1, roles: [], account: null, certificates: [] },
    ...{ idKind: null, idNumber: null },
    ...more,
  })
  return {
    ...opened,
    ...{ db, bus, trail, failed },
    person: (more: Parameters<typeof someone>[0]) =>
      trail.change(desk, note => people.add(note, someone(more), clock.now())),
    /** A card that is asked for by the desk; it opens nothing yet. */
    card(person: string, uid: string, levels: readonly string[], validTo: number, validFrom = clock.now()) {
      const { lookup, shown, secret } = enrol({ class: 'uid', number: uid })
      const seal = (id: string) => (secret === null ? null : opened.accessKeys.seal(secret, id))
      const asked = { class: 'uid' as const, shown, lookup, levels, validFrom, validTo, seal }
      return trail.change(desk, note =>
        credentials.request(
          note,
          people.one(person),
          null,
          { ...asked, deposit: null, receipt: null, link: null },
          desk,
          clock.now(),
        ),
      )
    },
    /** A code of the moment on the holder's phone. */
    pass(person: string, levels: readonly string[], validTo: number, validFrom = clock.now()) {
      const { shown, secret } = enrol({ class: 'qr-dynamic' })
      const seal = (id: string) => opened.accessKeys.seal(secret!, id)
      const asked = { class: 'qr-dynamic' as const, shown, lookup: null, levels, validFrom, validTo, seal }
      return trail.change(desk, note =>
        credentials.request(
          note,
          people.one(person),
          null,
          { ...asked, deposit: null, receipt: null, link: null },
          desk,
          clock.now(),
        ),
      )
    },
    /** @returns null, or the code of the refusal */
    move(id: string, action: CredentialAction, by: By = manager): string | null {
      try {
        trail.change(by, note =>
          credentials.move(note, id, people.one(credentials.one(id).person), action, 'test', by, clock.now()),
        )
        return null
      } catch (error) {
        return (error as { code?: string }).code ?? String(error)
      }
    },
    /** A point has this value, as if a driver had read it. */
    tell(point: string, value: Value | null): void {
      const at = clock.now()
      const id = point as PointId
      const sample: Sample =
        value === null
          ? { point: id, at, seen: at, quality: 'bad', value: null, reason: 'offline' }
          : { point: id, at, seen: at, quality: 'good', value }
      values.set(id, sample)
      bus.emit('readings', ofSamples([sample]))
    },
    stop() {
      opened.access.stop()
      db.close()
    },
    remove: () => rmSync(data, { recursive: true, force: true }),
  }
}
export type DoorSite = ReturnType<typeof openDoorSite>
