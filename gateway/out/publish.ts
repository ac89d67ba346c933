import type { Batch, Readings } from '../../drivers/batch.ts'
import type { Point, PointId, Reason, Sample, Value } from '../../drivers/point.ts'
import { type Clock, iso } from '../core/clock.ts'
import { byList, inOrder } from '../core/inorder.ts'
import type { Broker } from './broker.ts'
import { jsonText } from './jsontext.ts'
import { splitPoint, type topics } from './topics.ts'

const REFRESH_MS = 60_000

/** What goes out of one equipment. */
interface Outgoing {
  readonly topic: string
  readonly said: Said[]
  /** Those with something to tell: the first `waiting` of them. The list is used again and again. */
  readonly news: Said[]
  waiting: number
  busy: boolean
}
interface Said {
  /** The key with its colon, as it stands in the message. */
  readonly json: Uint8Array
  readonly out: Outgoing
  readonly deadband: number | undefined
  /** Where its newest sample is: at `index` of a list's newest batch, or else in `own`; null: there was none yet. */
  list: List | null
  index: number
  own: Word | null
  /** What the outside has heard of it: a good number, or else anything; NaN and null: nothing. */
  number: number
  told: Told | null
  news: boolean
}
/** The fields of a sample; the sample itself is not kept, see live/latest. */
interface Told {
  value: Value | null
  reason: Reason | undefined
}
interface Word extends Told {
  seen: number
}
/** Points that come together. */
interface List {
  readonly all: readonly (Said | undefined)[]
  batch: Batch
  /** Every point of it has its newest sample here. */
  whole: boolean
  /** A point with a deadband of 0 is told each time. */
  readonly always: boolean
}

/**
 * Telemetry: one message per equipment and scan with what has changed, everything once a minute.
 * While the broker is still busy with an equipment's last message, its news gather to the newest value; nothing queues.
 */
export function publishTelemetry(
  points: readonly Point[],
  broker: Pick<Broker, 'publish'>,
  topic: ReturnType<typeof topics>,
  clock: Clock,
  failed: (error: unknown) => void,
) {
  const all = new Map<string, Outgoing>()
  const said = new Map<PointId, Said>()
  /** Devices of one kind have the same keys. */
  const keys = new Map<string, Uint8Array>()
  for (const { id, deadband } of points) {
    const [equipment, key] = splitPoint(id)
    const json = keys.get(key) ?? Buffer.from(`${JSON.stringify(key)}:`)
    keys.set(key, json)
    const out = all.get(equipment) ?? { topic: topic.telemetry(equipment), said: [], news: [], waiting: 0, busy: false }
    all.set(equipment, out)
    const one: Said = {
      json,
      out,
      deadband,
      list: null,
      index: 0,
      own: null,
      number: Number.NaN,
      told: null,
      news: false,
    }
    out.said.push(one)
    said.set(id, one)
  }
  const saidOf = inOrder(point => said.get(point))
  const listOf = byList((list): { found: List | null; readonly all: readonly (Said | undefined)[] } => ({
    found: null,
    all: list.map(point => said.get(point)),
  }))
  const counted = { messages: 0, coalesced: 0 }
  const text = jsonText()

  const changed = (one: Said, value: Value | null, reason: Reason | undefined): boolean => {
    const { told, number, deadband } = one
    if (told === null) {
      // A number that was told, or nothing yet.
      if (reason !== undefined || typeof value !== 'number') return true
      return deadband === undefined ? value !== number : !(Math.abs(value - number) < deadband)
    }
    if (told.reason !== reason || (told.value === null) !== (value === null)) return true
    if (deadband !== undefined && typeof told.value === 'number' && typeof value === 'number')
      return Math.abs(value - told.value) >= deadband
    return told.value !== value
  }

  /** Adds the newest of a point to the message. */
  function write(one: Said, first: boolean): void {
    const { list, index, own } = one
    const value = list ? list.batch.values[index]! : own!.value
    const reason = list ? list.batch.reasons?.[index] : own!.reason
    if (!first) text.ascii(',')
    text.bytes(one.json)
    // A number of a sample is finite, and then its text is its JSON.
    if (typeof value === 'number') text.number(value)
    else text.text(JSON.stringify(value))
    if (reason === undefined && typeof value === 'number') {
      one.number = value
      one.told = null
    } else {
      one.number = Number.NaN
      one.told = { value, reason }
    }
  }

  let lastSeen = Number.NaN
  let lastIso = ''
  /** Devices of one scan have the same time, and to write it costs as much as thirty numbers. */
  const timeOf = (seen: number): string => {
    if (seen !== lastSeen) lastIso = iso(seen)
    lastSeen = seen
    return lastIso
  }

  function message(out: Outgoing): Buffer {
    const { news, waiting } = out
    out.waiting = 0
    let seen = 0
    let doubtful = 0
    for (let i = 0; i < waiting; i++) {
      const { list, own } = news[i]!
      seen = Math.max(seen, list ? list.batch.seen : own!.seen)
    }
    text.clear()
    text.ascii(`{"t":"${timeOf(seen)}","v":{`)
    for (let i = 0; i < waiting; i++) {
      const one = news[i]!
      one.news = false
      write(one, i === 0)
      if (one.told?.reason) doubtful++
    }
    text.ascii('},"q":{')
    for (let i = 0; doubtful > 0 && i < waiting; i++) {
      const { json, told } = news[i]!
      if (!told?.reason) continue
      text.bytes(json)
      text.ascii(`"${told.reason}"`)
      if (--doubtful > 0) text.ascii(',')
    }
    text.ascii('}}')
    return text.taken()
  }

  async function send(out: Outgoing) {
    out.busy = true
    while (out.waiting > 0) {
      const payload = message(out)
      counted.messages++
      try {
        await broker.publish(out.topic, payload)
      } catch (error) {
        failed(error)
      }
    }
    out.busy = false
  }

  const stopRefresh = clock.every(REFRESH_MS, () => {
    for (const out of all.values()) {
      out.waiting = 0
      for (const one of out.said) if (one.list || one.own) tell(one)
      if (!out.busy) void send(out)
    }
  })

  function tell(one: Said): void {
    one.news = true
    one.out.news[one.out.waiting++] = one
  }
  function look(one: Said, value: Value | null, reason: Reason | undefined, touched: Set<Outgoing>): void {
    if (one.news) counted.coalesced++
    else if (changed(one, value, reason)) {
      tell(one)
      touched.add(one.out)
    }
  }

  function takeSample(one: Said, { value, reason, seen }: Sample, touched: Set<Outgoing>): void {
    if (one.list) {
      one.list.whole = false
      one.list = null
    }
    if (one.own) Object.assign(one.own, { value, reason, seen })
    else one.own = { value, reason, seen }
    look(one, value, reason, touched)
  }

  function takeBatch(batch: Batch, touched: Set<Outgoing>): void {
    const known = listOf(batch.points)!
    const { values, reasons } = batch
    const had = known.found
    if (had?.whole) {
      const before = had.batch
      had.batch = batch
      // What was looked at the last time, and is neither told nor to be told, is not so now.
      if (values === before.values && reasons === before.reasons && !had.always && !had.all.some(one => one?.news))
        return
    } else {
      const list: List = had ?? {
        all: known.all,
        batch,
        whole: true,
        always: known.all.some(one => one?.deadband === 0),
      }
      known.found = list
      list.batch = batch
      list.whole = true
      for (const [index, one] of known.all.entries()) {
        if (!one || one.list === list) continue
        if (one.list) one.list.whole = false
        one.list = list
        one.index = index
        one.own = null
      }
    }
    for (let i = 0; i < values.length; i++) {
      const one = known.all[i]
      if (one) look(one, values[i]!, reasons?.[i], touched)
    }
  }

  function take({ samples, batches }: Readings): void {
    const touched = new Set<Outgoing>()
    const ones = saidOf(samples)
    for (let i = 0; i < samples.length; i++) if (ones[i]) takeSample(ones[i]!, samples[i]!, touched)
    for (const batch of batches) takeBatch(batch, touched)
    for (const out of touched) if (!out.busy) void send(out)
  }

  return {
    take,
    samples: (samples: readonly Sample[]): void => take({ samples, batches: [] }),
    stats: () => counted,
    stop: () => stopRefresh(),
  }
}
