import type { Kind } from '../../../../drivers/point.ts'
import type { Row } from '../../reader/row.ts'
import type { Shape } from '../../reader/streams.ts'
import type { RecordSaid, Wanted } from '../lines.ts'
import { mqttShape } from '../messages.ts'

/** What waits, and what is set aside, is text that a person can read; numbers and aliases are of the moment it is sent. */
export interface RowSaid {
  readonly equipment: string
  readonly at: number
  readonly historical: boolean
  readonly values: readonly {
    readonly key: string
    readonly kind: Kind
    readonly value: number | boolean | string | null
    readonly good: boolean
  }[]
}

const TELEMETRY = '/telemetry/'
const HISTORY = '/history/'

export const sparkplugShape = (root: string, wanted: Wanted, epoch: string): Shape => mqttShape(root, wanted, epoch)

/** A change of a record: a text of the node, in the form of every other broker. */
export function sparkplugRecord(root: string, r: RecordSaid, id: string): Row {
  const text = JSON.stringify({
    id: r.id,
    ...r.view,
    message: id,
    t: new Date(r.at).toISOString(),
    action: r.action,
    seq: r.seq,
  })
  return { seq: r.seq, id, at: r.at, samples: 1, topic: `${root}/records/${r.kind}`, text }
}

/** What a row says. @returns null: it is a record, see `recordOf` */
export function rowOf(row: Row): RowSaid | null {
  const historical = row.topic.includes(HISTORY)
  const word = historical ? HISTORY : TELEMETRY
  const from = row.topic.lastIndexOf(word)
  if (from < 0) return null
  const { v, q } = JSON.parse(row.text) as {
    readonly v: Readonly<Record<string, number | boolean | string | null>>
    readonly q: Readonly<Record<string, string>>
  }
  return {
    equipment: row.topic.slice(from + word.length),
    at: row.at,
    historical,
    values: Object.entries(v).map(([key, value]) => ({
      ...{ key, value, good: q[key] === undefined },
      kind: typeof value === 'boolean' ? 'boolean' : typeof value === 'string' ? 'text' : 'number',
    })),
  }
}
export const recordOf = (row: Row): string => row.topic.slice(row.topic.lastIndexOf('/') + 1)
