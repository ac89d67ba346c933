import { hasValue, qualityOf, reasonOf } from '../../history/codes.ts'
import type { Named, Tick } from '../../history/tick.ts'
import type { Row } from '../reader/row.ts'
import type { Shape } from '../reader/streams.ts'
import { splitPoint } from '../topics.ts'

/** Which points an output gets. */
export type Wanted = (point: string) => boolean

/** One sample of a tick in words. */
export interface Said {
  readonly equipment: string
  readonly key: string
  readonly at: number
  readonly code: number
  readonly kind: Named['kind']
  /** Null: it has none, see the code. */
  readonly value: number | boolean | string | null
  readonly index: number
}

/** The samples of a second of the journal, those that are wanted. */
export function saidOf(tick: Tick, named: (point: number) => Named | undefined, wanted: Wanted): Said[] {
  const all: Said[] = []
  const texts = tick.texts.length > 0 ? new Map(tick.texts) : undefined
  for (let index = 0; index < tick.points.length; index++) {
    const point = named(tick.points[index]!)
    if (!point || !wanted(point.name)) continue
    const code = tick.codes[index]!
    const number = tick.values[index]!
    const { kind } = point
    const value = !hasValue(code)
      ? null
      : kind === 'text'
        ? (texts?.get(index) ?? '')
        : kind === 'boolean'
          ? number !== 0
          : number
    const [equipment, key] = splitPoint(point.name as `${string}/${string}`)
    all.push({ equipment, key, at: tick.times[index]!, code, kind, value, index })
  }
  return all
}

// What ends a line or a name can't be in one, escaped or not; a backslash before the end would escape the end.
const cleaned = (text: string): string => text.replace(/[\r\n\t]+/g, ' ').replace(/\\+$/, '')
export const measurementName = (text: string): string => cleaned(text).replace(/([, ])/g, '\\$1')
export const tagWord = (text: string): string => cleaned(text).replace(/([,= ])/g, '\\$1')
export const stringField = (text: string): string => `"${text.replace(/(["\\])/g, '\\$1')}"`

/** `,a=b,c=d`; what is empty is left out, as the protocol wants it. */
const tags = (all: Readonly<Record<string, string>>): string =>
  Object.entries(all)
    .map(([key, value]) => [key, tagWord(value)] as const)
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `,${key}=${value}`)
    .join('')

/**
 * Line protocol [InfluxDB line protocol reference], a line for each sample with its own time in ns: sent twice, it is the
 * same point. `value` is always a float, a boolean 0 or 1; texts are in `text`: the type of a field never changes.
 */
export function influxShape(site: string, measurement: string, wanted: Wanted, epoch: string): Shape {
  const names = new Map<string, string>()
  const seriesOf = (equipment: string, key: string): string => {
    const id = `${equipment}/${key}`
    const known = names.get(id)
    if (known !== undefined) return known
    const made = `${measurementName(measurement)}${tags({ equipment, point: key, site })}`
    names.set(id, made)
    return made
  }
  return (seq, tick, named) =>
    saidOf(tick, named, wanted).map(({ equipment, key, at, code, value, index }): Row => {
      const quality = qualityOf(code)
      const reason = reasonOf(code)
      const shown =
        value === null ? '' : typeof value === 'string' ? `text=${stringField(value)},` : `value=${Number(value)},`
      const why = reason === null ? '' : `,reason="${reason}"`
      const text = `${seriesOf(equipment, key)} ${shown}good=${quality === 'good'},quality="${quality}"${why} ${at}000000`
      return { seq, id: `${epoch}-${seq}-${index}`, at, samples: 1, topic: 'telemetry', text }
    })
}

/** A record: the ms of the trail and its number as ns, so that two of the same ms are two points. */
export function influxRecord(site: string, measurement: string, r: RecordSaid, id: string): Row {
  const name = `${measurementName(`${measurement}_records`)}${tags({ action: r.action, kind: r.kind, site })}`
  const body = stringField(JSON.stringify(r.view))
  const text = `${name} id=${stringField(r.id)},seq=${r.seq}i,data=${body} ${r.at}${String(r.seq % 1_000_000).padStart(6, '0')}`
  return { seq: r.seq, id, at: r.at, samples: 1, topic: r.kind, text }
}

/** A change of a record as the outside sees it. */
export interface RecordSaid {
  readonly seq: number
  readonly at: number
  readonly kind: string
  readonly id: string
  readonly action: string
  readonly view: object
  /** It belongs on the list of its kind. */
  readonly open: boolean
}
