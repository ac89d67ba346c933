import { iso } from '../../core/clock.ts'
import { qualityOf, reasonOf } from '../../history/codes.ts'
import type { Tick } from '../../history/tick.ts'
import type { Row } from '../reader/row.ts'
import type { Shape } from '../reader/streams.ts'
import { type RecordSaid, saidOf, type Wanted } from './lines.ts'

/** As inside: one message per equipment and moment. What comes later than it was measured has a topic of its own. */
export function mqttShape(root: string, wanted: Wanted, epoch: string): Shape {
  return (seq: number, tick: Tick, named, historical) => {
    const messages = new Map<string, { equipment: string; at: number; v: string; q: string; samples: number }>()
    for (const { equipment, key, at, code, value } of saidOf(tick, named, wanted)) {
      const of = `${equipment} ${at}`
      const message = messages.get(of) ?? { equipment, at, v: '', q: '', samples: 0 }
      messages.set(of, message)
      const json = JSON.stringify(key)
      message.v += `${message.v && ','}${json}:${JSON.stringify(value)}`
      if (qualityOf(code) !== 'good') message.q += `${message.q && ','}${json}:"${reasonOf(code)}"`
      message.samples++
    }
    return [...messages.values()]
      .sort((a, b) => a.at - b.at)
      .map(({ equipment, at, v, q, samples }, i): Row => {
        const id = `${epoch}-${seq}-${i}`
        const late = historical ? ',"historical":true' : ''
        const topic = `${root}/${historical ? 'history' : 'telemetry'}/${equipment}`
        return { seq, id, at, samples, topic, text: `{"id":"${id}","t":"${iso(at)}","v":{${v}},"q":{${q}}${late}}` }
      })
  }
}

/** A change of a record as inside; of an alarm also the retained message, which is taken away when it is normal. */
export function mqttRecord(root: string, r: RecordSaid, id: string): Row[] {
  const one = { seq: r.seq, at: r.at, samples: 1 }
  const text = JSON.stringify({ id: r.id, ...r.view, message: id, t: iso(r.at), action: r.action, seq: r.seq })
  const rows: Row[] = [{ ...one, id, topic: `${root}/records/${r.kind}/${r.id}`, text }]
  if (r.kind === 'alarm')
    rows.push({ ...one, id: `${id}-r`, topic: `${root}/alarms/${r.id}`, text: r.open ? JSON.stringify(r.view) : '' })
  return rows
}

/** What a webhook gets of a record. */
export function webhookRecord(site: string, r: RecordSaid, id: string): Row {
  const { seq, at, kind, action } = r
  const text = JSON.stringify({ message: id, site, seq, t: iso(at), kind, action, id: r.id, record: r.view })
  return { seq, id, at, samples: 1, topic: kind, text }
}

// One line each, and nothing that a spreadsheet would run.
const cell = (text: string): string => {
  const line = text.replace(/[\r\n]+/g, ' ')
  const safe = /^[=+\-@\t]/.test(line) && !/^-?[\d.]+(e[+-]?\d+)?$/i.test(line) ? `'${line}` : line
  return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
const csvLine = (cells: readonly string[]): string => cells.map(cell).join(',')

/** Columns: id,written,time,point,value,quality,reason. A row belongs to the file of the time at which it was written. */
export function csvShape(wanted: Wanted, epoch: string): Shape {
  return (seq, tick, named) =>
    saidOf(tick, named, wanted).map(({ equipment, key, at, code, value, index }): Row => {
      const id = `${epoch}-${seq}-${index}`
      const words = [value === null ? '' : String(value), qualityOf(code), reasonOf(code) ?? '']
      const text = csvLine([id, iso(tick.now), iso(at), `${equipment}/${key}`, ...words])
      return { seq, id, at: tick.now, samples: 1, topic: 'telemetry', text }
    })
}

/** Columns: id,written,time,kind,record,action,data. */
export function csvRecord(r: RecordSaid, id: string): Row {
  const text = csvLine([id, iso(r.at), iso(r.at), r.kind, r.id, r.action, JSON.stringify(r.view)])
  return { seq: r.seq, id, at: r.at, samples: 1, topic: 'records', text }
}
