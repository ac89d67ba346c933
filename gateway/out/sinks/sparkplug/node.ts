import type { Kind, Sample } from '../../../../drivers/point.ts'
import type { Row } from '../../reader/row.ts'
import { type Asked, BOOLEAN, DOUBLE, encodePayload, INT64, type Metric, quality, STRING } from './payload.ts'
import { type RowSaid, recordOf, rowOf } from './shape.ts'

/** A point of a piece of equipment, with what is known of it now. */
export interface PointNow {
  readonly key: string
  readonly kind: Kind
  readonly unit?: string | undefined
  readonly sample: Sample | undefined
}
export interface NodeDeps {
  readonly group: string
  readonly node: string
  readonly now: () => number
  /** Equipment that is told of, each a device. */
  readonly devices: readonly string[]
  readonly points: (device: string) => readonly PointNow[]
  /** False: it does not answer. */
  readonly online: (device: string) => boolean | null
  /** Kinds of records that are told. */
  readonly records: readonly string[]
  readonly commands: boolean
  readonly publish: (topic: string, payload: Buffer) => void
}
export type EdgeNode = ReturnType<typeof edgeNode>

export const REBIRTH = 'Node Control/Rebirth'
const RESULT = 'Command Result'
const recordName = (kind: string) => `Records/${kind}`
const typeOf = (kind: Kind) => (kind === 'number' ? DOUBLE : kind === 'boolean' ? BOOLEAN : STRING)

interface Known {
  readonly alias: number
  readonly type: ReturnType<typeof typeOf>
  /** What its birth told is as new as this, ms; what is older is history. */
  since: number
  /** It was told last that it is good. */
  good: boolean
  /** Of points that are none of the equipment (the gateway's own, a channel's): what was told last. */
  last: Pick<Sample, 'at' | 'value' | 'quality'> | null
}

/**
 * What one edge node says, in the order in which it has to be said: birth, devices, data, deaths, each with its number
 * [Sparkplug 3.0.0, 6.4]. Publishes in the order of the calls; no clock, no socket.
 */
export function edgeNode(deps: NodeDeps) {
  const { group, node, now, records, commands } = deps
  const devices = new Set(deps.devices)
  let seq = 0
  let aliases = 0
  let bdSeq = 0
  /** By device and key; kept over births, so that an alias means the same as long as this node lives. */
  const metrics = new Map<string, Map<string, Known>>()
  const names = new Map<number, readonly [device: string, key: string]>()
  const ofNode = new Map<string, number>()
  /** Devices that were born and did not die. */
  const alive = new Set<string>()

  const topicOf = (verb: string, device?: string) =>
    `spBv1.0/${group}/${verb}/${node}${device === undefined ? '' : `/${device}`}`
  const say = (verb: string, device: string | undefined, told: readonly Metric[], at = now()) => {
    deps.publish(topicOf(verb, device), encodePayload({ at, seq, metrics: told }))
    seq = (seq + 1) % 256
  }
  const aliasOf = (name: string): number => {
    const had = ofNode.get(name)
    if (had !== undefined) return had
    ofNode.set(name, ++aliases)
    return aliases
  }
  function knownOf(device: string, key: string, kind: Kind): Known {
    const all = metrics.get(device) ?? new Map<string, Known>()
    metrics.set(device, all)
    const had = all.get(key)
    if (had) return had
    const made: Known = { alias: ++aliases, type: typeOf(kind), since: 0, good: true, last: null }
    all.set(key, made)
    names.set(made.alias, [device, key])
    return made
  }

  function bearNode() {
    const at = now()
    seq = 0
    const empty = { at, type: STRING, value: null } as const
    const texts = [...records.map(recordName), ...(commands ? [RESULT] : [])]
    say('NBIRTH', undefined, [
      { name: 'bdSeq', at, type: INT64, value: bdSeq },
      { name: REBIRTH, at, type: BOOLEAN, value: false },
      ...texts.map(name => ({ ...empty, name, alias: aliasOf(name) })),
    ])
  }
  function bear(device: string) {
    const at = now()
    const points = new Map(deps.points(device).map(p => [p.key, p]))
    for (const { key, kind } of points.values()) knownOf(device, key, kind)
    const told = [...(metrics.get(device) ?? [])].map(([key, known]): Metric => {
      const point = points.get(key)
      const sample = point ? point.sample : known.last
      known.since = sample ? Math.min(sample.at, at) : 0
      known.good = sample?.quality === 'good'
      return {
        ...{ name: key, alias: known.alias, at: sample?.at ?? at, type: known.type, value: sample?.value ?? null },
        quality: quality[sample?.quality ?? 'bad'],
        ...(point?.unit !== undefined && { unit: point.unit }),
      }
    })
    say('DBIRTH', device, told)
    alive.add(device)
  }
  function die(device: string) {
    if (alive.delete(device)) say('DDEATH', device, [])
  }
  /** Whether it is to be told of by itself; what only comes up in what is caught up lives no longer than that. */
  const lives = (device: string): boolean =>
    devices.has(device)
      ? deps.online(device) !== false
      : [...(metrics.get(device)?.values() ?? [])].some(({ last }) => last !== null)
  function bearAll() {
    bearNode()
    alive.clear()
    look()
  }
  function look() {
    for (const device of alive) if (!lives(device)) die(device)
    for (const device of [...devices, ...metrics.keys()]) if (!alive.has(device) && lives(device)) bear(device)
  }

  /** @returns false: it has a value of another type than was announced */
  function data({ equipment, at, values, historical: late }: RowSaid): boolean {
    // Of a point that nobody knows, and that has no value, not even its type can be said.
    const told = values.filter(({ key, value }) => value !== null || metrics.get(equipment)?.has(key))
    const news = told.some(({ key }) => !metrics.get(equipment)?.has(key))
    // That a dead one has no values is what its death has said.
    if (told.length === 0 || (!alive.has(equipment) && told.every(({ value }) => value === null))) return true
    for (const { key, kind } of told) knownOf(equipment, key, kind)
    const all = metrics.get(equipment)!
    if (told.some(({ key, value }) => !fits(all.get(key)!.type, value))) return false
    if (news || !alive.has(equipment)) bear(equipment)
    const data = told.map(({ key, value, good }): Metric => {
      const mine = all.get(key)!
      const historical = late || at < mine.since
      const shown = good ? quality.good : value === null ? quality.bad : quality.uncertain
      const said = good && mine.good ? {} : { quality: shown }
      if (!historical) {
        mine.good = good
        mine.last = { at, value, quality: good ? 'good' : value === null ? 'bad' : 'uncertain' } as Known['last']
      }
      return { alias: mine.alias, at, type: mine.type, value, ...(historical && { historical }), ...said }
    })
    say('DDATA', equipment, data)
    return true
  }
  const textOf = (name: string, text: string, at: number) => {
    const alias = ofNode.get(name)
    if (alias !== undefined) say('NDATA', undefined, [{ alias, at, type: STRING, value: text }])
  }

  /** Of the node, without a number [6.4.25]. */
  const death = (): { readonly topic: string; readonly payload: Buffer } => {
    const at = now()
    const metrics = [{ name: 'bdSeq', at, type: INT64, value: bdSeq }] as const
    return { topic: topicOf('NDEATH'), payload: encodePayload({ at, metrics }) }
  }

  return {
    topicOf,
    death,
    /** The last will of the connection that is about to be made, and has this number. */
    will(next: number) {
      bdSeq = next
      return death()
    },
    /** At the beginning of a session, and whenever a host asks for it. */
    birth: bearAll,
    /** Devices that came or went since. */
    look,
    /** @returns false: it cannot be said, see `data` */
    send(row: Row): boolean {
      const said = rowOf(row)
      if (said) return data(said)
      textOf(recordName(recordOf(row)), row.text, row.at)
      return true
    },
    /** What became of a command. */
    answer: (text: string) => textOf(RESULT, text, now()),
    /** The point that a command names; null: none of this device. */
    pointOf(device: string, { name, alias }: Asked): string | null {
      const named = alias === null ? undefined : names.get(alias)
      const key = named?.[0] === device ? named[1] : alias === null ? name : null
      return key !== null && metrics.get(device)?.has(key) ? key : null
    },
  }
}

const fits = (type: Known['type'], value: Metric['value']): boolean =>
  value === null || typeof value === (type === DOUBLE ? 'number' : type === BOOLEAN ? 'boolean' : 'string')
