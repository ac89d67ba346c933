import { describe, expect, it } from 'vitest'
import type { Sample } from '../../drivers/point.ts'
import { UNCERTAIN } from '../../gateway/history/codes.ts'
import type { Tick } from '../../gateway/history/tick.ts'
import { edgeNode, type PointNow } from '../../gateway/out/sinks/sparkplug/node.ts'
import {
  BOOLEAN,
  DOUBLE,
  decodeCommand,
  encodePayload,
  INT64,
  STRING,
} from '../../gateway/out/sinks/sparkplug/payload.ts'
import { sparkplugRecord, sparkplugShape } from '../../gateway/out/sinks/sparkplug/shape.ts'
import { decoded, encoded, type SaidMetric } from '../support/sparkplug.ts'

const T0 = Date.UTC(2026, 10, 22, 0, 30)

describe('payloads of Sparkplug B, read and written by protoc', () => {
  it('have the numbers and types of the schema', () => {
    const at = T0
    const payload = encodePayload({
      ...{ at, seq: 255 },
      metrics: [
        { name: 'bdSeq', at, type: INT64, value: 200 },
        { name: '电压', alias: 300, at, type: DOUBLE, value: -230.125, quality: 192, unit: 'V' },
        { alias: 2 ** 40, at: at + 1, type: BOOLEAN, value: false, historical: true },
        { alias: 3, at, type: STRING, value: '火警 "3F"\\', quality: 500 },
        { alias: 4, at, type: DOUBLE, value: null, quality: 0 },
      ],
    })
    expect(decoded(payload)).toEqual({
      ...{ timestamp: at, seq: 255 },
      metrics: [
        { name: 'bdSeq', timestamp: at, datatype: 4, long_value: 200 },
        {
          ...{ name: '电压', alias: 300, timestamp: at, datatype: 10, double_value: -230.125 },
          properties: { Quality: { type: 3, int_value: 192 }, engUnit: { type: 12, string_value: 'V' } },
        },
        { alias: 2 ** 40, timestamp: at + 1, datatype: 11, is_historical: true, boolean_value: false },
        {
          ...{ alias: 3, timestamp: at, datatype: 12, string_value: '火警 "3F"\\' },
          properties: { Quality: { type: 3, int_value: 500 } },
        },
        {
          ...{ alias: 4, timestamp: at, datatype: 10, is_null: true },
          properties: { Quality: { type: 3, int_value: 0 } },
        },
      ],
    })
  })
  it('of commands are understood in each type that a host may use', () => {
    const body = encoded(`timestamp: ${T0} seq: 3
metrics { name: "a" datatype: 10 double_value: 21.5 }
metrics { alias: 7 timestamp: ${T0 + 5} datatype: 3 int_value: 4294967295 }
metrics { alias: 8 datatype: 4 long_value: 18446744073709551615 }
metrics { alias: 9 datatype: 7 int_value: 4294967295 }
metrics { alias: 10 datatype: 9 float_value: 0.5 }
metrics { name: "b" boolean_value: true properties { keys: "x" values { type: 12 string_value: "y" } } }
metrics { name: "c" string_value: "开" }
metrics { name: "d" is_null: true datatype: 10 }`)
    expect(decodeCommand(body).map(({ name, alias, at, value }) => [name ?? alias, at, value])).toEqual([
      ['a', T0, 21.5],
      [7, T0 + 5, -1],
      [8, T0, -1],
      [9, T0, 4294967295],
      [10, T0, 0.5],
      ['b', T0, true],
      ['c', T0, '开'],
      ['d', T0, null],
    ])
    let broken = 0
    for (let cut = 1; cut < body.length; cut++) {
      try {
        decodeCommand(body.subarray(0, cut))
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError)
        broken++
      }
    }
    expect(broken).toBeGreaterThan(body.length / 2)
    expect(() => decodeCommand(Buffer.alloc(20, 0xff))).toThrow(RangeError)
  })
})

/** The number at the end of a payload: too many of them to ask protoc. */
const seqOf = (bytes: Buffer): number =>
  bytes.at(-2) === 0x18 ? bytes.at(-1)! : bytes.at(-2)! - 128 + 128 * bytes.at(-1)!

/** A node of two devices, and a diary of what it says, as a host reads it. */
function ground() {
  let now = T0
  const samples = new Map<string, Sample>()
  const online = new Map<string, boolean | null>()
  const say = (point: `${string}/${string}`, at: number, value: number | boolean | string | null) =>
    samples.set(
      point,
      value === null
        ? { point, at, seen: at, quality: 'bad', value, reason: 'timeout' }
        : { point, at, seen: at, quality: 'good', value },
    )
  const points: Record<string, readonly PointNow[]> = {
    'em-1': [{ key: 'voltage', kind: 'number', unit: 'V', sample: undefined }],
    'pump-1': [
      { key: 'running', kind: 'boolean', sample: undefined },
      { key: 'line', kind: 'text', sample: undefined },
    ],
  }
  const diary: [string, Buffer][] = []
  const names = new Map<number, string>()
  const seqs: number[] = []
  const short = (m: SaidMetric): string => {
    if (m.name !== undefined && m.alias !== undefined) names.set(m.alias, m.name)
    const value = m.is_null ? 'null' : (m.double_value ?? m.boolean_value ?? m.string_value ?? m.long_value)
    const quality = (m.properties as { Quality?: { int_value: number } } | undefined)?.Quality?.int_value
    const words = [m.name ?? names.get(m.alias!) ?? `?${m.alias}`, '=', value]
    return `${words.join('')}${quality === undefined ? '' : ` q${quality}`}${m.is_historical ? ' late' : ''}`
  }
  const node = edgeNode({
    ...{ group: 'Plaza', node: 'gate-1', now: () => now, records: ['alarm'], commands: false },
    devices: Object.keys(points),
    points: device => (points[device] ?? []).map(p => ({ ...p, sample: samples.get(`${device}/${p.key}`) })),
    online: device => online.get(device) ?? null,
    publish(topic, bytes) {
      seqs.push(seqOf(bytes))
      diary.push([topic.replace('spBv1.0/Plaza/', ''), bytes])
    },
  })
  const row = (device: string, at: number, v: object, q: object = {}, late = false) => ({
    ...{ seq: 1, id: 'x-1-0', at, samples: 1, topic: `Plaza/gate-1/${late ? 'history' : 'telemetry'}/${device}` },
    text: JSON.stringify({ v, q }),
  })
  return {
    ...{ node, say, online, points, row, seqs, names },
    at: (to: number) => {
      now = to
    },
    said: () =>
      diary.splice(0).map(([topic, bytes]) => {
        const { seq, metrics } = decoded(bytes)
        expect(seqOf(bytes)).toBe(seq)
        return [topic, ...metrics.map(short)].join(' · ')
      }),
  }
}

describe('an edge node', () => {
  it('is born with its devices, tells, and says what is late, doubtful, without a value or gone', () => {
    const { node, say, online, row, said, at } = ground()
    say('em-1/voltage', T0 - 1000, 230)
    say('pump-1/line', T0 - 500, null)
    expect(decoded(node.will(7).payload)).toEqual({
      timestamp: T0,
      metrics: [{ name: 'bdSeq', timestamp: T0, datatype: 4, long_value: 7 }],
    })
    node.birth()
    expect(said()).toEqual([
      'NBIRTH/gate-1 · bdSeq=7 · Node Control/Rebirth=false · Records/alarm=null',
      'DBIRTH/gate-1/em-1 · voltage=230 q192',
      'DBIRTH/gate-1/pump-1 · running=null q0 · line=null q0',
    ])
    at(T0 + 1000)
    // Recorded before it was born, sent after: it must not take the place of what the birth has told.
    node.send(row('em-1', T0 - 2000, { voltage: 229 }))
    node.send(row('em-1', T0 + 900, { voltage: 231 }))
    node.send(row('pump-1', T0 + 900, { running: true, line: '启动' }))
    node.send(row('pump-1', T0 + 950, { running: true }, { running: 'stale' }))
    node.send(row('pump-1', T0 + 960, { line: null }, { line: 'timeout' }))
    node.send(row('pump-1', T0 + 970, { running: false }))
    node.send(row('pump-1', T0 + 980, { running: true }))
    node.send(row('em-1', T0 - 9000, { voltage: 228 }, {}, true))
    const alarm = { seq: 12, at: T0, kind: 'alarm', id: 'a', action: 'raised', view: { s: 1 }, open: true }
    node.send(sparkplugRecord('Plaza/gate-1', alarm, 't-12'))
    expect(said()).toEqual([
      'DDATA/gate-1/em-1 · voltage=229 late',
      'DDATA/gate-1/em-1 · voltage=231',
      'DDATA/gate-1/pump-1 · running=true q192 · line=启动 q192',
      'DDATA/gate-1/pump-1 · running=true q500',
      'DDATA/gate-1/pump-1 · line=null q0',
      'DDATA/gate-1/pump-1 · running=false q192',
      'DDATA/gate-1/pump-1 · running=true',
      'DDATA/gate-1/em-1 · voltage=228 late',
      'NDATA/gate-1 · Records/alarm={"id":"a","s":1,"message":"t-12","t":"2026-11-22T00:30:00.000Z","action":"raised","seq":12}',
    ])
    online.set('em-1', false)
    node.look()
    node.look()
    // It has no values: its death has said so. What it measured before is told all the same.
    node.send(row('em-1', T0 + 2000, { voltage: null }, { voltage: 'timeout' }))
    say('em-1/voltage', T0 + 2000, null)
    node.send(row('em-1', T0 - 8000, { voltage: 227 }, {}, true))
    node.look()
    online.set('em-1', true)
    say('em-1/voltage', T0 + 5000, 232)
    node.look()
    expect(said()).toEqual([
      'DDEATH/gate-1/em-1',
      'DBIRTH/gate-1/em-1 · voltage=null q0',
      'DDATA/gate-1/em-1 · voltage=227 q192 late',
      'DDEATH/gate-1/em-1',
      'DBIRTH/gate-1/em-1 · voltage=232 q192',
    ])
    // Points that are none of the equipment live as long as there is news of them; of what was taken away only history comes.
    node.send(row('gatehouse', T0 + 1000, { clock: true }))
    node.send(row('old-1', T0 - 1000, { flow: 1 }, {}, true))
    node.look()
    node.birth()
    expect(said().filter(line => !/em-1|pump-1/.test(line))).toEqual([
      'DBIRTH/gate-1/gatehouse · clock=null q0',
      'DDATA/gate-1/gatehouse · clock=true q192',
      'DBIRTH/gate-1/old-1 · flow=null q0',
      'DDATA/gate-1/old-1 · flow=1 q192 late',
      'DDEATH/gate-1/old-1',
      'NBIRTH/gate-1 · bdSeq=7 · Node Control/Rebirth=false · Records/alarm=null',
      'DBIRTH/gate-1/gatehouse · clock=true q192',
    ])
  })
  it('numbers what it says from 0 to 255 and again, and keeps the alias of a metric over births', () => {
    const { node, row, seqs, names, said } = ground()
    node.will(0)
    node.birth()
    said()
    const before = new Map(names)
    // A point of the site as it was before, with a value and without.
    expect(node.send(row('old-1', T0, { flow: 1 }))).toBe(true)
    expect(node.send(row('old-1', T0, { word: null }, { word: 'timeout' }))).toBe(true)
    expect(node.send(row('old-1', T0, { flow: 'text' }))).toBe(false)
    while (seqs.length < 520) node.send(row('em-1', T0 + seqs.length, { voltage: seqs.length }))
    expect(seqs).toEqual(seqs.map((_, i) => i % 256))
    node.birth()
    expect(seqs.slice(520)).toEqual([0, 1, 2, 3])
    expect(before.size).toBe(4)
    for (const [alias, name] of before) expect([alias, names.get(alias)]).toEqual([alias, name])
    expect(node.pointOf('em-1', { name: 'voltage', alias: null, at: T0, value: 1 })).toBe('voltage')
    const alias = [...names].find(([, name]) => name === 'voltage')![0]
    expect(node.pointOf('em-1', { name: null, alias, at: T0, value: 1 })).toBe('voltage')
    expect(node.pointOf('pump-1', { name: null, alias, at: T0, value: 1 })).toBe(null)
    expect(node.pointOf('em-1', { name: 'toString', alias: null, at: T0, value: 1 })).toBe(null)
  })
  it('gets a second of the journal as a row for each device and moment', () => {
    const names = ['em-1/voltage', 'pump-1/running', 'pump-1/line'] as const
    const kinds = ['number', 'boolean', 'text'] as const
    const tick: Tick = {
      now: T0 + 900,
      points: Int32Array.of(1, 2, 3),
      times: Float64Array.of(T0 + 800, T0 + 800, T0 + 800),
      codes: Uint8Array.of(3, UNCERTAIN + 9, 0),
      values: Float64Array.of(Number.NaN, 1, 0),
      texts: [[2, '火警']],
    }
    const named = (id: number) => ({ id, name: names[id - 1]!, kind: kinds[id - 1]!, periodMs: 1000 })
    const shape = sparkplugShape('Plaza/gate-1', () => true, 'j')
    const { node, said } = ground()
    node.birth()
    said()
    for (const late of [false, true]) for (const one of shape(4, tick, named, late)) node.send(one)
    expect(said()).toEqual([
      'DDATA/gate-1/em-1 · voltage=null q0',
      'DDATA/gate-1/pump-1 · running=true q500 · line=火警 q192',
      'DDATA/gate-1/em-1 · voltage=null q0 late',
      'DDATA/gate-1/pump-1 · running=true q500 late · line=火警 late',
    ])
  })
})
