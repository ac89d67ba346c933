import { ulid } from 'ulid'
import type { Decision } from '../../rules/access/decide.ts'
import type { Layer } from '../../rules/access/doormode.ts'
import type { Outcome } from '../../rules/access/outcome.ts'
import { atHand } from './athand.ts'
import type { Db } from './db.ts'
import { headcount } from './headcount.ts'
import type { Note } from './trail.ts'

export interface StoredLayer extends Layer {
  readonly id: string
  readonly door: string
  readonly until: number
  readonly by: string
}
export interface Presence {
  readonly person: string
  /** Null: nobody knows. */
  readonly area: string | null
  readonly at: number
  readonly door: string | null
  readonly entered: Readonly<Record<string, number>>
  readonly forgivenUntil: number
}
export interface AccessEvent {
  readonly seq: number
  readonly at: number
  readonly door: string
  readonly direction: 'in' | 'out'
  readonly outcome: Outcome
  readonly rule: string
  readonly credential: string | null
  readonly person: string | null
  /** The door was really opened for it. */
  readonly entered: boolean
  readonly facts: Decision['facts']
  readonly looks: Decision['looks']
  readonly policyVersion: string
  readonly mode: string
}
type Told = Pick<AccessEvent, 'seq' | 'at' | 'door' | 'outcome'> & { readonly duress: boolean }
export type AccessRecords = ReturnType<typeof accessRecords>

/** Modes that people have set, where people are, and what happened at doors. */
export function accessRecords(db: Db) {
  const addLayer = db.prepare('INSERT INTO door_layer VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
  const layers = db.prepare('SELECT * FROM door_layer ORDER BY id')
  const dropLayer = db.prepare('DELETE FROM door_layer WHERE id = ?')
  const presence = db.prepare('SELECT * FROM presence WHERE person = ?')
  const putPresence = db.prepare(
    `INSERT INTO presence VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET area = excluded.area, at = excluded.at,
      door = excluded.door, entered = excluded.entered, forgiven_until = excluded.forgiven_until`,
  )
  const inside = db.prepare("SELECT * FROM presence WHERE area IS NULL OR area <> 'outside' ORDER BY at DESC")
  const unknown = db.prepare("UPDATE presence SET area = NULL WHERE area IS NOT NULL AND area <> 'outside'")
  const addEvent = db.prepare(
    `INSERT INTO access_event (at, door, direction, outcome, rule, credential, person, entered, data)
     VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?) RETURNING seq`,
  )
  const entered = db.prepare('UPDATE access_event SET entered = 1 WHERE seq = ?')
  const events = db.prepare(
    `SELECT * FROM access_event WHERE seq < ? AND (? IS NULL OR door = ?) AND (? IS NULL OR person = ?)
      AND (? = 0 OR outcome LIKE 'denied%') ORDER BY seq DESC LIMIT ?`,
  )
  const wrongPins = db.prepare(
    `SELECT count(*) AS n FROM access_event WHERE person = ? AND at > ? AND outcome = 'denied-pin-wrong' AND seq >
      coalesce((SELECT max(seq) FROM access_event WHERE person = ? AND outcome LIKE 'granted%' AND direction = 'in'), 0)`,
  )
  const wrongPinsAt = db.prepare(
    `SELECT count(*) AS n FROM access_event WHERE door = ? AND seq > coalesce((SELECT max(seq) FROM access_event) - 5000, 0)
      AND at > ? AND (outcome IN ('denied-pin-wrong', 'denied-pin-locked')
        OR (outcome = 'denied-unknown' AND json_extract(data, '$.facts.by') = 'pin'))`,
  )
  const lastOf = db.prepare(
    `SELECT at, door FROM access_event WHERE person = (SELECT person FROM credential WHERE id = ?) AND credential = ?
      ORDER BY seq DESC LIMIT 1`,
  )
  const after = db.prepare('SELECT seq, at, door, outcome, data FROM access_event WHERE seq > ? ORDER BY seq LIMIT ?')
  const lastSeq = db.prepare('SELECT coalesce(max(seq), 0) AS seq FROM access_event')
  const state = db.prepare('SELECT value FROM access_state WHERE key = ?')
  const putState = db.prepare('INSERT INTO access_state VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value')
  const layerOf = (row: unknown): StoredLayer => row as StoredLayer
  /** Read at every card: kept at hand. */
  let known: readonly StoredLayer[] = layers.all().map(layerOf)
  const again = () => {
    known = layers.all().map(layerOf)
  }
  const presenceOf = (row: unknown): Presence => {
    const { entered: at, forgiven_until, ...r } = row as Presence & { entered: string; forgiven_until: number }
    return { ...r, entered: JSON.parse(at as unknown as string), forgivenUntil: forgiven_until }
  }
  const { person: presenceAt } = atHand(db, 'presence', ['person'], {
    // Who was never seen is outside: that is kept as well.
    person(id): Presence {
      const row = presence.get(id)
      return row
        ? presenceOf(row)
        : { person: String(id), area: 'outside', at: 0, door: null, entered: {}, forgivenUntil: 0 }
    },
  })
  const where = (person: string): Presence => presenceAt(person)!
  const counted = headcount(db)
  const { credential: lastAt } = atHand(db, 'access_event', ['credential'], {
    credential: id => ({ last: (lastOf.get(id, id) as { at: number; door: string } | undefined) ?? null }),
  })
  const { key: stateOf } = atHand(db, 'access_state', ['key'], {
    key: key => state.get(key) as { value: number } | undefined,
  })
  const put = (p: Presence) =>
    putPresence.run(p.person, p.area, p.at, p.door, JSON.stringify(p.entered), p.forgivenUntil)

  return {
    layers: (): readonly StoredLayer[] => known,
    /** What a change that failed has left in memory is read anew from the disk. */
    reload: again,
    addLayer(note: Note, door: string, layer: Layer, now: number): StoredLayer {
      const stored: StoredLayer = { ...layer, id: ulid(now), door, until: layer.until!, by: layer.by! }
      const { mode, level, reason, since, until } = stored
      addLayer.run(stored.id, door, mode, level, stored.by, reason, since, until)
      note('door', door, `mode-${mode}`, { layer: stored.id, level, until, reason })
      again()
      return stored
    },
    endLayer(note: Note, layer: StoredLayer, how: 'ended' | 'expired', reason: string): void {
      dropLayer.run(layer.id)
      note('door', layer.door, `mode-${how}`, { mode: layer.mode, layer: layer.id, reason })
      again()
    },
    where,
    /** Everybody who is not known to be outside. */
    inside: (): Presence[] => inside.all().map(presenceOf),
    /** Who is known to be in an area, and whether that is the same as it was: asked at every card. */
    inArea: counted.inArea,
    enter(note: Note, person: string, area: string, door: string, seq: number, now: number): void {
      const was = where(person)
      put({ ...was, area, at: now, door, entered: { ...was.entered, [area]: now } })
      entered.run(seq)
      note('access', door, 'entered', { person, area, event: seq })
    },
    /** A controller tells later where somebody has gone. */
    moved(note: Note, person: string, area: string, door: string, at: number): void {
      const was = where(person)
      put({ ...was, area, at, door, entered: { ...was.entered, [area]: at } })
      note('access', door, 'entered', { person, area, at })
    },
    /** By the records he is where he is not: passback does not count until then. */
    forgive(note: Note, person: string, until: number, reason: string): void {
      put({ ...where(person), area: null, forgivenUntil: until })
      note('access', person, 'forgiven', { until, reason })
    },
    /** After a fire release nobody is outside because of it, and nobody is known to be inside either. */
    forgetAreas(note: Note, why: string): number {
      const n = Number(unknown.run().changes)
      note('access', 'areas', 'unknown', { people: n, why })
      return n
    },
    addEvent(
      note: Note,
      event: Pick<AccessEvent, 'at' | 'door' | 'direction' | 'credential' | 'person'>,
      decision: Decision,
    ): number {
      const { outcome, rule, facts, looks, policyVersion, mode, duress, notes } = decision
      const data = { facts, looks, policyVersion, mode: mode.mode, duress, notes }
      const { at, door, direction, credential, person } = event
      const { seq } = addEvent.get(at, door, direction, outcome, rule, credential, person, JSON.stringify(data)) as {
        seq: number
      }
      note('access', door, outcome, {
        event: seq,
        direction,
        credential,
        person,
        rule,
        policyVersion,
        ...(duress && { duress }),
      })
      return seq
    },
    /** Newest first. */
    events(
      filter: {
        readonly door?: string | undefined
        readonly person?: string | undefined
        readonly refused?: boolean | undefined
      },
      limit: number,
      before = Number.MAX_SAFE_INTEGER,
    ): AccessEvent[] {
      const [door, person] = [filter.door ?? null, filter.person ?? null]
      return events.all(before, door, door, person, person, filter.refused ? 1 : 0, limit).map(eventOf)
    },
    wrongPins: (person: string, since: number): number => (wrongPins.get(person, since, person) as { n: number }).n,
    /** Refused PINs at one door, whoever typed them. */
    wrongPinsAt: (door: string, since: number): number => (wrongPinsAt.get(door, since) as { n: number }).n,
    /** Where a credential was shown last. */
    lastOf: (credential: string): { readonly at: number; readonly door: string } | null => lastAt(credential)!.last,
    /** Events after `seq`, oldest first. */
    after: (seq: number, limit: number): Pick<Told, 'seq' | 'at' | 'door' | 'outcome' | 'duress'>[] =>
      after.all(seq, limit).map(row => {
        const { data, ...r } = row as unknown as Told & { data: string }
        return { ...r, duress: (JSON.parse(data) as { duress?: boolean }).duress === true }
      }),
    lastSeq: (): number => (lastSeq.get() as { seq: number }).seq,
    state: (key: 'version' | 'latest' | 'alarmed' | 'released'): number | null => stateOf(key)?.value ?? null,
    /** Up to this event the alarms know. */
    setAlarmed: (seq: number): void => void putState.run('alarmed', seq),
    /** Whether a fire holds doors open: whoever starts again knows that one stood open at the stop. */
    setReleased: (on: boolean): void => void putState.run('released', on ? 1 : 0),
    setLatest: (at: number): void => void putState.run('latest', at),
  }
}

export function eventOf(row: unknown): AccessEvent {
  const { data, entered, ...r } = row as Omit<AccessEvent, 'entered'> & { data: string; entered: number }
  return {
    ...r,
    entered: entered === 1,
    ...(JSON.parse(data) as Pick<AccessEvent, 'facts' | 'looks' | 'policyVersion' | 'mode'>),
  }
}
