import { createHmac } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { iso } from '../../gateway/core/clock.ts'
import { UNCERTAIN } from '../../gateway/history/codes.ts'
import type { Tick } from '../../gateway/history/tick.ts'
import { deliver } from '../../gateway/out/reader/deliver.ts'
import type { Row } from '../../gateway/out/reader/row.ts'
import { filesSink } from '../../gateway/out/sinks/files.ts'
import { influxSink } from '../../gateway/out/sinks/influx.ts'
import { influxRecord, influxShape } from '../../gateway/out/sinks/lines.ts'
import { csvShape, mqttRecord, mqttShape } from '../../gateway/out/sinks/messages.ts'
import { webhookSink } from '../../gateway/out/sinks/webhook.ts'
import { tempFolder } from '../support/gateway.ts'
import { influxd } from '../support/service.ts'

const T0 = Date.UTC(2026, 10, 22, 0, 30)
const all = () => true
const kinds = ['number', 'boolean', 'text', 'number', 'number'] as const
const names = ['em-1/voltage', 'pump-1/running', 'panel/line', 'em 2,=/a b', 'lift/speed']
const named = (id: number) => ({ id, name: names[id - 1]!, kind: kinds[id - 1]!, periodMs: 1000 })
/** One of each kind: good, a text, without a value, doubtful. */
const tick: Tick = {
  now: T0 + 900,
  points: Int32Array.of(1, 2, 3, 4, 5),
  times: Float64Array.of(T0, T0, T0 + 5, T0, T0),
  codes: Uint8Array.of(0, 0, 0, 3, UNCERTAIN + 9),
  values: Float64Array.of(230.125, 1, 0, Number.NaN, -0.5),
  texts: [[2, '火警 "3F"\\ a\nb']],
}
const signal = new AbortController().signal
const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

describe('what goes out', () => {
  it('as line protocol: types never change, names cannot end a line, the time is that of the sample', () => {
    const rows = influxShape('plaza', 'gate house', all, 'x')(7, tick, named, false)
    const ns = (ms: number) => `${T0 + ms}000000`
    expect(rows.map(r => r.text)).toEqual([
      `gate\\ house,equipment=em-1,point=voltage,site=plaza value=230.125,good=true,quality="good" ${ns(0)}`,
      `gate\\ house,equipment=pump-1,point=running,site=plaza value=1,good=true,quality="good" ${ns(0)}`,
      `gate\\ house,equipment=panel,point=line,site=plaza text="火警 \\"3F\\"\\\\ a\nb",good=true,quality="good" ${ns(5)}`,
      `gate\\ house,equipment=em\\ 2\\,\\=,point=a\\ b,site=plaza good=false,quality="bad",reason="timeout" ${ns(0)}`,
      `gate\\ house,equipment=lift,point=speed,site=plaza value=-0.5,good=false,quality="uncertain",reason="stale" ${ns(0)}`,
    ])
    expect(rows.map(r => r.id)).toEqual(['x-7-0', 'x-7-1', 'x-7-2', 'x-7-3', 'x-7-4'])
    const record = { seq: 12, at: T0, kind: 'alarm', id: 'a 1', action: 'raised', view: { a: '"' }, open: true }
    expect(influxRecord('plaza', 'g', record, 't-12').text).toBe(
      `g_records,action=raised,kind=alarm,site=plaza id="a 1",seq=12i,data="{\\"a\\":\\"\\\\\\"\\"}" ${T0}000012`,
    )
  })
  it('as messages: one for each equipment and moment, in order of time; late ones have a topic of their own', () => {
    const rows = mqttShape('r', all, 'x')(7, tick, named, false)
    expect(rows.map(r => [r.topic, JSON.parse(r.text)])).toEqual([
      ['r/telemetry/em-1', { id: 'x-7-0', t: '2026-11-22T00:30:00.000Z', v: { voltage: 230.125 }, q: {} }],
      ['r/telemetry/pump-1', { id: 'x-7-1', t: '2026-11-22T00:30:00.000Z', v: { running: true }, q: {} }],
      [
        'r/telemetry/em 2,=',
        { id: 'x-7-2', t: '2026-11-22T00:30:00.000Z', v: { 'a b': null }, q: { 'a b': 'timeout' } },
      ],
      ['r/telemetry/lift', { id: 'x-7-3', t: '2026-11-22T00:30:00.000Z', v: { speed: -0.5 }, q: { speed: 'stale' } }],
      ['r/telemetry/panel', { id: 'x-7-4', t: '2026-11-22T00:30:00.005Z', v: { line: '火警 "3F"\\ a\nb' }, q: {} }],
    ])
    const late = mqttShape('r', point => point === 'em-1/voltage', 'x')(7, tick, named, true)
    expect(late.map(r => [r.topic, JSON.parse(r.text).historical])).toEqual([['r/history/em-1', true]])
    const alarm = { seq: 12, at: T0, kind: 'alarm', id: 'a', action: 'cleared', view: { id: 'a', s: 1 }, open: false }
    expect(mqttRecord('r', alarm, 't-12').map(r => [r.topic, r.text.length > 0])).toEqual([
      ['r/records/alarm/a', true],
      ['r/alarms/a', false],
    ])
  })
  it('as CSV: a line each, nothing that a spreadsheet would run', () => {
    const evil = { ...tick, texts: [[2, '=cmd()\r\n"x"']] as const }
    expect(csvShape(all, 'x')(7, evil, named, false).map(r => r.text)).toEqual([
      'x-7-0,2026-11-22T00:30:00.900Z,2026-11-22T00:30:00.000Z,em-1/voltage,230.125,good,',
      'x-7-1,2026-11-22T00:30:00.900Z,2026-11-22T00:30:00.000Z,pump-1/running,true,good,',
      `x-7-2,2026-11-22T00:30:00.900Z,2026-11-22T00:30:00.005Z,panel/line,"'=cmd() ""x""",good,`,
      'x-7-3,2026-11-22T00:30:00.900Z,2026-11-22T00:30:00.000Z,"em 2,=/a b",,bad,timeout',
      'x-7-4,2026-11-22T00:30:00.900Z,2026-11-22T00:30:00.000Z,lift/speed,-0.5,uncertain,stale',
    ])
  })
})

/** A server that answers as it is told. */
async function server(answer: (body: string, url: string) => { status: number; body?: string } | 'drip' | 'cut') {
  const got: { url: string; headers: Record<string, unknown>; body: string }[] = []
  const http: Server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', part => parts.push(part))
    request.on('end', () => {
      const bytes = Buffer.concat(parts)
      const body = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString('utf8')
      got.push({ url: request.url!, headers: request.headers, body })
      const said = answer(body, request.url!)
      if (said === 'cut') return request.socket.destroy()
      if (said === 'drip') {
        response.writeHead(200)
        const timer = setInterval(() => response.write('x'.repeat(4000)), 1)
        response.on('close', () => clearInterval(timer))
        return
      }
      response.writeHead(said.status).end(said.body ?? '')
    })
  })
  await new Promise<void>(ready => http.listen(0, '127.0.0.1', ready))
  closing.push(() => {
    http.closeAllConnections()
    http.close()
  })
  return { got, url: `http://127.0.0.1:${(http.address() as AddressInfo).port}` }
}
const rows = (n: number): Row[] =>
  Array.from({ length: n }, (_, i) => ({
    ...{ seq: i, id: `x-${i}-0`, at: T0 + i, samples: 1, topic: 'telemetry', text: `m v=${i} ${T0 + i}000000` },
  }))

describe('InfluxDB by line protocol', () => {
  it('says by its answer what becomes of the rows', async () => {
    const cases: readonly (readonly [status: number, body: string, kind: string, code: string | null])[] = [
      [204, '', 'taken', null],
      [200, '<html>Please sign in to the Wi-Fi</html>', 'away', 'nonsense'],
      [302, '', 'away', 'nonsense'],
      [400, '{"error":"partial write: field type conflict dropped=1"}', 'refused', 'refused'],
      [401, '{"error":"authorization failed"}', 'away', 'sign-in-refused'],
      [404, '{"error":"database not found: \\"site\\""}', 'away', 'not-found'],
      [413, '', 'refused', 'too-large'],
      [429, '', 'away', 'overloaded'],
      [500, '{"error":"timeout"}', 'away', 'server-error'],
      [503, '', 'away', 'overloaded'],
    ]
    let now = 0
    const far = await server(() => ({ status: cases[now]![0], body: cases[now]![1] }))
    const sink = influxSink({ url: `${far.url}/base/`, api: 1, database: 'a b', username: 'u', secret: 'p', tls: {} })
    closing.push(() => sink.close())
    for (; now < cases.length; now++) {
      const [status, , kind, code] = cases[now]!
      const verdict = await sink.send(rows(2), signal)
      expect([status, verdict.kind, 'why' in verdict ? verdict.why.code : null]).toEqual([status, kind, code])
    }
    expect(far.got.length).toBe(cases.length)
    expect(far.got[0]).toMatchObject({
      url: '/base/write?db=a+b&precision=ns',
      headers: { authorization: `Basic ${Buffer.from('u:p').toString('base64')}` },
      body: `m v=0 ${T0}000000\nm v=1 ${T0 + 1}000000`,
    })
  })
  it('2 and 3 by bucket and token, packed when it is worth it; what drips, cuts or is not there is away', async () => {
    let how: 'drip' | 'cut' | { status: number } = { status: 204 }
    const far = await server(() => how)
    const sink = influxSink({ url: far.url, api: 2, org: 'o', bucket: 'b', secret: 't', tls: {} })
    closing.push(() => sink.close())
    expect(await sink.send(rows(500), signal)).toEqual({ kind: 'taken' })
    expect(far.got[0]!.url).toBe('/api/v2/write?org=o&bucket=b&precision=ns')
    expect(far.got[0]!.headers).toMatchObject({ authorization: 'Token t', 'content-encoding': 'gzip' })
    expect(far.got[0]!.body.split('\n').length).toBe(500)
    how = 'drip'
    expect(await sink.send(rows(1), signal)).toMatchObject({ kind: 'away', why: { code: 'nonsense' } })
    how = 'cut'
    expect(await sink.send(rows(1), signal)).toMatchObject({ kind: 'away', why: { code: 'unreachable' } })
    const nobody = influxSink({ url: 'http://127.0.0.1:1', api: 1, database: 'x', tls: {} })
    expect(await nobody.send(rows(1), signal)).toMatchObject({ kind: 'away', why: { code: 'unreachable' } })
  })
  it('Debian’s InfluxDB 1: what it takes is there once though sent twice; a line of another type is found, killed it comes back', async () => {
    const folder = tempFolder()
    closing.push(() => folder.remove())
    const influx = await influxd(folder.path)
    let service = await influx.start()
    closing.push(() => service.kill())
    const sink = influxSink({ url: influx.url, api: 1, database: 'site', tls: {} })
    closing.push(() => sink.close())
    const shape = influxShape('plaza', 'gatehouse', all, 'x')
    const first = shape(7, tick, named, false)
    expect(await sink.send(first, signal)).toMatchObject({ kind: 'away', why: { code: 'not-found' } })
    await influx.ask('CREATE DATABASE site', 'POST')
    expect(await sink.send(first, signal)).toEqual({ kind: 'taken' })
    expect(await sink.send(first, signal)).toEqual({ kind: 'taken' })
    expect(await influx.ask('SELECT count(quality) FROM gatehouse')).toEqual([[0, 5]])
    expect(await influx.ask(`SELECT text, quality FROM gatehouse WHERE equipment = 'panel'`)).toEqual([
      [T0 + 5, '火警 "3F"\\ a\nb', 'good'],
    ])
    expect(await influx.ask(`SELECT value, reason FROM gatehouse WHERE equipment = 'lift'`)).toEqual([
      [T0, -0.5, 'stale'],
    ])
    const more = rows(40).map(r => ({ ...r, text: r.text.replace('v=', 'v=1') }))
    const poison = more.map((r, i) => (i === 17 ? { ...r, text: `m v="text" ${T0 + 17}000000` } : r))
    expect(await deliver(poison, sent => sink.send(sent, signal))).toMatchObject({ upTo: 40, why: null })
    const { aside } = await deliver(poison, sent => sink.send(sent, signal))
    expect(aside.map(a => [a.row.id, a.why.code, a.why.detail.includes('type conflict')])).toEqual([
      ['x-17-0', 'refused', true],
    ])
    expect(await influx.ask('SELECT count(v) FROM m')).toEqual([[0, 39]])
    await service.kill()
    expect(await sink.send(first, signal)).toMatchObject({ kind: 'away', why: { code: 'unreachable' } })
    service = await influx.start()
    expect(await sink.send(shape(8, { ...tick, times: tick.times.map(t => t + 1000) }, named, false), signal)).toEqual({
      kind: 'taken',
    })
    expect(await influx.ask('SELECT count(quality) FROM gatehouse')).toEqual([[0, 10]])
  })
})

describe('webhook', () => {
  it('one record after the other, signed, with an id that stays; what it will not have is named', async () => {
    let broken = false
    const far = await server(body => ({ status: body === 'r1' ? 422 : broken && body === 'r3' ? 500 : 201 }))
    const sink = webhookSink({ url: `${far.url}/hook?a=1`, secret: 'geheim', tls: {}, now: () => T0 })
    closing.push(() => sink.close())
    const four = rows(4).map((r, i) => ({ ...r, text: `r${i}` }))
    expect(await sink.send(four, signal)).toMatchObject({ kind: 'refused', rows: [1], why: { code: 'refused' } })
    broken = true
    expect(await sink.send(four.slice(2), signal)).toMatchObject({ kind: 'away', taken: 1 })
    expect(far.got.map(g => [g.body, g.headers['idempotency-key']])).toEqual([
      ...[0, 1, 2, 3].map(i => [`r${i}`, `x-${i}-0`]),
      ...[2, 3].map(i => [`r${i}`, `x-${i}-0`]),
    ])
    const t = T0 / 1000
    const hash = createHmac('sha256', 'geheim').update(`${t}.r0`).digest('hex')
    expect(far.got[0]).toMatchObject({ url: '/hook?a=1', headers: { 'gatehouse-signature': `t=${t},v1=${hash}` } })
  })
})

describe('files', () => {
  const line = (seq: number, at: number): Row => ({
    ...{ seq, id: `x-${seq}-0`, at, samples: 1, topic: 'telemetry', text: `x-${seq}-0,a,b` },
  })
  function drop(timezone = 'Asia/Shanghai', every: 'hour' | 'day' = 'hour') {
    const folder = tempFolder()
    closing.push(() => folder.remove())
    let now = T0
    const make = () =>
      filesSink({ folder: join(folder.path, 'drop'), prefix: 'plaza', every, timezone, now: () => now })
    const list = () => readdirSync(join(folder.path, 'drop')).sort()
    const lines = (name: string) =>
      readFileSync(join(folder.path, 'drop', name), 'utf8')
        .trim()
        .split('\r\n')
        .slice(1)
    return {
      make,
      list,
      lines,
      path: join(folder.path, 'drop'),
      at: (to: number) => {
        now = to
      },
    }
  }
  it('appear whole when their hour is over; what comes twice is there once', async () => {
    const { make, list, lines, at } = drop()
    const sink = make()
    expect(await sink.send([line(1, T0), line(2, T0 + 60_000)], signal)).toEqual({ kind: 'taken' })
    expect(list()).toEqual(['.plaza-telemetry-20261122-0800+0800.part'])
    await sink.send([line(2, T0 + 60_000), line(3, T0 + 1_800_000)], signal)
    expect(list()).toEqual(['.plaza-telemetry-20261122-0900+0800.part', 'plaza-telemetry-20261122-0800+0800.csv'])
    expect(lines('plaza-telemetry-20261122-0800+0800.csv')).toEqual(['x-1-0,a,b', 'x-2-0,a,b'])
    // Nothing more comes: time alone finishes it.
    at(T0 + 5_420_000)
    sink.beat!(T0 + 5_420_000)
    expect(list()).toEqual(['plaza-telemetry-20261122-0800+0800.csv', 'plaza-telemetry-20261122-0900+0800.csv'])
    await sink.close()
  })
  it('cut off in the middle of a line and started again: each is there once and whole', async () => {
    const { make, list, lines, path, at } = drop()
    const first = make()
    await first.send(
      [1, 2, 3].map(s => line(s, T0)),
      signal,
    )
    await first.close()
    const part = join(path, list()[0]!)
    writeFileSync(part, `${readFileSync(part, 'utf8')}x-4-0,a`)
    const second = make()
    await second.send(
      [2, 3, 4, 5].map(s => line(s, T0)),
      signal,
    )
    await second.close()
    // Away for hours: what was left is finished by itself.
    at(T0 + 8 * 3_600_000)
    const third = make()
    await third.send([line(6, T0 + 8 * 3_600_000)], signal)
    expect(lines('plaza-telemetry-20261122-0800+0800.csv')).toEqual([1, 2, 3, 4, 5].map(s => `x-${s}-0,a,b`))
    await third.close()
  })
  it('the hour that comes twice has two names, a clock set back writes over nothing, another history begins anew', async () => {
    const { make, list, lines } = drop('Europe/Berlin')
    const fold = Date.UTC(2026, 9, 25, 0, 30)
    const sink = make()
    for (let h = 0; h < 3; h++) await sink.send([line(h + 1, fold + h * 3_600_000)], signal)
    expect(list()).toEqual([
      '.plaza-telemetry-20261025-0300+0100.part',
      'plaza-telemetry-20261025-0200+0100.csv',
      'plaza-telemetry-20261025-0200+0200.csv',
    ])
    await sink.send([line(4, fold)], signal)
    await sink.send([{ ...line(1, fold + 2 * 3_600_000), id: 'y-1-0', text: 'y-1-0,a,b' }], signal)
    await sink.close()
    const left = list().find(name => name.startsWith('.'))!
    expect(lines(left)).toEqual(['x-3-0,a,b', 'x-4-0,a,b', 'y-1-0,a,b'])
  })
  it('stopped between one file and the next, no row is in both; another history that begins anew is', async () => {
    const { make, list, lines } = drop()
    const written = (seq: number, at: number): Row => ({ ...line(seq, at), text: `x-${seq}-0,${iso(at)},b` })
    const two = [written(1, T0), written(2, T0 + 1_700_000)]
    const first = make()
    await first.send(two, signal)
    first.beat!(T0 + 1_900_000)
    await first.close()
    expect(list()).toEqual(['plaza-telemetry-20261122-0800+0800.csv'])
    // What it does not know to have been written comes once more; and then a copy from before begins to count again.
    const second = make()
    await second.send([...two, written(3, T0 + 1_800_000), written(2, T0 + 1_900_000)], signal)
    await second.close()
    expect(list()).toEqual(['.plaza-telemetry-20261122-0900+0800.part', 'plaza-telemetry-20261122-0800+0800.csv'])
    expect(list().map(name => lines(name).map(text => text.split(',')[0]))).toEqual([
      ['x-3-0', 'x-2-0'],
      ['x-1-0', 'x-2-0'],
    ])
  })
  it('a folder that cannot be written to is away, and comes back', async () => {
    const { make, path } = drop()
    writeFileSync(path, 'a file')
    const sink = make()
    expect(await sink.send([line(1, T0)], signal)).toMatchObject({ kind: 'away', why: { code: 'disk' } })
  })
})
