import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { Link } from '../../drivers/driver.ts'
import { mqtt } from '../../drivers/mqtt/driver.ts'
import type { Point, Sample } from '../../drivers/point.ts'
import { type PointSpec, pointsOf } from '../../drivers/profile.ts'
import { type MqttDevices, startMqttDevices } from '../../firmware-sim/mqtt.ts'
import type { MqttMessage } from '../../firmware-sim/part.ts'
import { until } from '../support/wait.ts'
import { driverSuite, soon } from './driver.suite.ts'

const account = { name: 'gatehouse', password: 'kept in secrets' }
const deps = { now: Date.now, log: () => {}, password: account.password }

const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

async function brokerWith(messages: readonly MqttMessage[] = []): Promise<MqttDevices> {
  const broker = await startMqttDevices({ messages }, { account })
  ends.push(broker.stop)
  return broker
}
function open(port: number, options: object = {}, more: object = {}): Link {
  const given = { url: `mqtt://127.0.0.1:${port}`, username: account.name, timeoutMs: 2000, ...options }
  const link = mqtt.open(given, { ...deps, ...more })
  ends.push(() => link.close())
  return link
}
const pointsFor = (specs: readonly PointSpec[], equipment = 'room') => pointsOf(equipment, specs, mqtt as never)

/** A diary of what a watch was told: a line for each change, and the last word on each point. */
function listen(link: Link, points: readonly Point[]) {
  const last = new Map<string, Sample>()
  const diary: string[] = []
  link.watch!(points, samples => {
    for (const s of samples) {
      const line = `${s.point.split('/')[1]} ${s.quality === 'good' ? s.value : `${s.quality} ${s.reason} ${s.value}`}`
      const before = last.get(s.point)
      last.set(s.point, s)
      if (!before || before.quality !== s.quality || before.value !== s.value || before.reason !== s.reason)
        diary.push(line)
    }
  })
  const said = (line: string) => until(`${line}; so far: ${diary.join(', ')}`, () => diary.includes(line))
  return { last, diary, said }
}
/** Until the broker gives this link what it asked for: a subscription that is answered after all others proves them. */
async function subscribed(link: Link, broker: MqttDevices): Promise<void> {
  const probe = `probe/${Math.random()}`
  await until('a connection', () => link.status?.().state === 'up')
  const w = listen(link, pointsFor([{ key: 'probe', topic: probe }]))
  await until('subscribed', () => {
    void broker.say(probe, '1')
    return w.diary.length > 0
  })
}

const truth = { temperature: 21.5, door: 'ON', name: '3 层西侧' }
const specs: readonly PointSpec[] = [
  { key: 'temperature', topic: 'lora/room/up', path: '/data/temperature' },
  { key: 'door', topic: 'lora/room/up', path: '/data/door', map: { ON: true, OFF: false } },
  { key: 'name', kind: 'text', topic: 'lora/room/up', path: '/name' },
]

describe('mqtt', () => {
  driverSuite(async () => {
    const { name, ...data } = truth
    const broker = await startMqttDevices(
      { messages: [{ topic: 'lora/room/up', everyS: 1, payload: () => ({ name, data }) }] },
      { account },
    )
    const link = mqtt.open({ url: `mqtt://127.0.0.1:${broker.port}`, username: account.name }, deps)
    const expected: Record<string, unknown> = { ...truth, door: true }
    return {
      driver: mqtt as never,
      link,
      points: pointsFor(specs),
      isTrue: s => s.value === expected[s.point.split('/')[1]!],
      connections: broker.connections,
      async goSilent() {
        await broker.setFault({ kind: 'drop' })
        await until('the loss', () => link.status!().state === 'down')
      },
      comeBack: () => broker.setFault(null),
      async drop() {
        await broker.setFault({ kind: 'drop' })
        await broker.setFault(null)
      },
      stop: broker.stop,
    }
  })
})

describe('what a payload says', () => {
  const cases: [spec: object, payload: string | Buffer, is: string][] = [
    [{}, '21.5', '21.5'],
    [{}, ' -3e2 ', '-300'],
    [{ scale: 0.1, offset: -40 }, '635', '23.5'],
    [{ path: '/a/1/b~1c~0d' }, '{"a":[0,{"b/c~d":7}]}', '7'],
    [{ path: '' }, '8', '8'],
    [{ path: '/t' }, '{"t":"19.25"}', '19.25'],
    [{ path: '/t', range: [0, 50] }, '{"t":51}', 'bad out-of-range'],
    [{ path: '/t' }, '{"t":null}', 'bad no-value'],
    [{ path: '/t' }, '{"u":1}', 'bad undecodable'],
    [{ path: '/t' }, '{"t":true}', 'bad undecodable'],
    [{ path: '/t' }, '{"t":[21]}', 'bad undecodable'],
    [{ path: '/t' }, '{"t":1e999}', 'bad undecodable'],
    [{ path: '/t' }, '{"t":', 'bad undecodable'],
    [{ path: '/__proto__/t' }, '{}', 'bad undecodable'],
    [{ path: '/length' }, '"abc"', 'bad undecodable'],
    [{ path: '/01' }, '[1,2]', 'bad undecodable'],
    [{}, '0x10', 'bad undecodable'],
    [{}, 'NaN', 'bad undecodable'],
    [{}, '', 'bad no-value'],
    [{}, '[['.repeat(20_000), 'bad undecodable'],
    [{ kind: 'boolean' }, 'true', 'true'],
    [{ kind: 'boolean' }, '1', 'bad undecodable'],
    [{ map: { ON: true, OFF: false } }, 'OFF', 'false'],
    [{ map: { ON: true, OFF: false } }, 'on', 'bad undecodable'],
    [{ map: { ON: true, OFF: false } }, 'constructor', 'bad undecodable'],
    [{ map: { open: 1, closed: 0, unknown: null } }, 'unknown', 'bad no-value'],
    [{ path: '/s', map: { '2': 'open', true: 'ajar' } }, '{"s":2}', 'open'],
    [{ path: '/s', map: { '2': 'open', true: 'ajar' } }, '{"s":true}', 'ajar'],
    [{ kind: 'text' }, Buffer.from([0xce, 0xc2, 0xb6, 0xc8]), 'bad undecodable'], // 温度 in GBK
    [{ kind: 'text', path: '/card' }, '{"card":12345678901234567890}', 'bad undecodable'],
    [{ kind: 'text', path: '/card' }, '{"card":9007199254740991}', '9007199254740991'],
    [{ kind: 'text' }, 'x'.repeat(4097), 'bad undecodable'],
    [{ kind: 'text' }, 'x'.repeat(1_048_576), 'bad undecodable'],
    [{ path: '/t' }, `{"t":1,"x":"${'x'.repeat(1_048_576)}"}`, 'bad undecodable'],
  ]
  it(`${cases.length} of them, on one connection that none of them ends`, { timeout: 120_000 }, async () => {
    const broker = await brokerWith()
    const points = pointsFor(cases.map(([spec], i) => ({ key: `p${i}`, topic: `t/${i}`, ...spec }) as PointSpec))
    expect(mqtt.check({ url: '' }, points)).toEqual([])
    const link = open(broker.port)
    const w = listen(link, points)
    await subscribed(link, broker)
    for (const [i, [, payload]] of cases.entries()) await broker.say(`t/${i}`, payload)
    await until('all told', () => w.last.size === cases.length)
    expect(
      points
        .map(p => w.last.get(p.id)!)
        .map(s => (s.quality === 'good' ? String(s.value) : `${s.quality} ${s.reason}`)),
    ).toEqual(cases.map(([, , is]) => is))
    expect([link.status!().state, broker.connections()]).toEqual(['up', 1])
  })

  it('its own time counts if it can be true; a time without zone, from the future or from 1970 does not', async () => {
    const now = Date.UTC(2026, 10, 21, 12)
    const times: [unknown, number][] = [
      ['2026-11-21T11:59:30Z', now - 30_000],
      ['2026-11-21T19:59:30.250+08:00', now - 29_750],
      [(now - 5000) / 1000, now - 5000],
      [now - 5000, now - 5000],
      [String(now - 5000), now - 5000],
      ['2026-11-21T11:59:30', now],
      ['yesterday', now],
      [now + 3_600_000, now],
      [now + 30_000, now],
      [12_345, now],
      [null, now],
    ]
    const broker = await brokerWith()
    const points = pointsFor(times.map((_, i) => ({ key: `p${i}`, topic: `t/${i}`, path: '/v', time: '/t' })))
    const link = open(broker.port, {}, { now: () => now })
    const w = listen(link, points)
    await subscribed(link, broker)
    for (const [i, [t]] of times.entries()) await broker.say(`t/${i}`, JSON.stringify({ v: i, t }))
    await until('all told', () => w.last.size === times.length)
    expect(points.map(p => [w.last.get(p.id)!.value, w.last.get(p.id)!.at, w.last.get(p.id)!.seen])).toEqual(
      times.map(([, at], i) => [i, at, now]),
    )
  })
})

describe('how fresh it is', () => {
  it('a retained value is doubtful until a live one comes, unless it says itself that it is new', async () => {
    const broker = await brokerWith()
    const now = Date.now()
    await broker.say('plain', '21', true)
    await broker.say('dated', JSON.stringify({ v: 22, t: now - 2000 }), true)
    await broker.say('old', JSON.stringify({ v: 23, t: now - 3_600_000 }), true)
    const points = pointsFor([
      { key: 'plain', topic: 'plain', expectS: 60 },
      { key: 'dated', topic: 'dated', path: '/v', time: '/t', expectS: 60 },
      { key: 'old', topic: 'old', path: '/v', time: '/t', expectS: 60 },
    ])
    const link = open(broker.port)
    const w = listen(link, points)
    await until('all told', () => w.last.size === 3)
    expect([...w.diary].sort()).toEqual(['dated 22', 'old uncertain stale 23', 'plain uncertain stale 21'])
    expect([w.last.get('room/dated')!.at, w.last.get('room/old')!.at]).toEqual([now - 2000, now - 3_600_000])
    await broker.say('plain', '21')
    await w.said('plain 21')
  })

  it('who is silent for longer than expected has no value; his neighbour on the same device keeps his, seen when it was', {
    timeout: 120_000,
  }, async () => {
    const broker = await brokerWith()
    const points = pointsFor([
      { key: 'quick', topic: 'quick', expectS: 1 },
      { key: 'slow', topic: 'slow', expectS: 60 },
      { key: 'never', topic: 'never', expectS: 2 },
      { key: 'lazy', topic: 'lazy' },
    ])
    const batches: (readonly Sample[])[] = []
    const link = open(broker.port)
    const w = listen(link, points)
    link.watch!(points, batch => batches.push(batch))
    await subscribed(link, broker)
    for (const topic of ['quick', 'slow', 'lazy']) await broker.say(topic, '5')
    await until('values', () => w.last.size === 3)
    const seen = w.last.get('room/slow')!.seen
    await w.said('quick bad timeout null')
    await w.said('never bad timeout null')
    expect(w.last.get('room/slow')).toMatchObject({ value: 5, quality: 'good', seen })
    // A device is offline when all that is told of it is silence: that must not be what is told here.
    const silent = batches.filter(b => b.every(s => s.reason === 'timeout'))
    expect([batches.length > 3, silent]).toEqual([true, []])
    await broker.say('quick', '6')
    await w.said('quick 6')
  })

  it('a device that is away says so, in the words of Zigbee2MQTT and Home Assistant', async () => {
    const broker = await brokerWith()
    await broker.say('z2m/bridge', '{"state":"online"}', true)
    const points = pointsFor(
      [
        {
          key: 'leak',
          topic: 'z2m/{equipment}',
          path: '/leak',
          kind: 'boolean',
          availability: ['z2m/bridge', 'z2m/{equipment}/availability'],
        },
        {
          key: 'light',
          topic: 'ha/light',
          map: { ON: true, OFF: false },
          availability: { topic: 'ha/there', online: 'yes', offline: 'no' },
        },
      ],
      'cellar-1',
    )
    const link = open(broker.port)
    const w = listen(link, points)
    await subscribed(link, broker)
    await broker.say('z2m/cellar-1', '{"leak":false}')
    await broker.say('ha/light', 'ON')
    await until('values', () => w.last.size === 2)
    await broker.say('z2m/cellar-1/availability', 'offline', true)
    await w.said('leak bad offline null')
    await broker.say('ha/there', 'no', true)
    await w.said('light bad offline null')
    await broker.say('z2m/cellar-1/availability', 'online', true)
    await w.said('leak uncertain stale false')
    await broker.say('z2m/cellar-1', '{"leak":true}')
    await w.said('leak true')
    await broker.say('z2m/bridge', '{"state":"offline"}', true)
    await until('away again', () => w.diary.at(-1) === 'leak bad offline null')
    expect(w.diary.filter(line => line.startsWith('leak'))).toEqual([
      'leak false',
      'leak bad offline null',
      'leak uncertain stale false',
      'leak true',
      'leak bad offline null',
    ])
  })

  it('the broker dies: offline at once; back, what was known is old until the device speaks again', async () => {
    const broker = await brokerWith()
    const points = pointsFor([{ key: 'value', topic: 'value', expectS: 600 }])
    const link = open(broker.port)
    const w = listen(link, points)
    await subscribed(link, broker)
    await broker.say('value', '7')
    await w.said('value 7')
    const { seen } = w.last.get('room/value')!
    await broker.setFault({ kind: 'drop' })
    await w.said('value bad offline null')
    await broker.setFault(null)
    await w.said('value uncertain stale 7')
    expect(w.last.get('room/value')!.seen).toBe(seen)
    await subscribed(link, broker)
    await broker.say('value', '8')
    await w.said('value 8')
    expect(w.diary).toEqual(['value 7', 'value bad offline null', 'value uncertain stale 7', 'value 8'])
  })

  it('a broker that only stops answering is lost within the keep-alive', { timeout: 120_000 }, async () => {
    const broker = await brokerWith()
    const sockets: Socket[] = []
    const relay = createServer(near => {
      const far = connect(broker.port, '127.0.0.1')
      sockets.push(near, far)
      for (const socket of [near, far]) socket.on('error', () => {})
      near.pipe(far).pipe(near)
    })
    await new Promise<void>(resolve => relay.listen(0, '127.0.0.1', resolve))
    ends.push(async () => {
      for (const socket of sockets) socket.destroy()
      relay.close()
    })
    const points = pointsFor([{ key: 'value', topic: 'value', expectS: 600 }])
    const link = open((relay.address() as AddressInfo).port, { keepaliveS: 3 })
    const w = listen(link, points)
    await subscribed(link, broker)
    await broker.say('value', '7')
    await w.said('value 7')
    const frozen = performance.now()
    for (const socket of sockets) socket.unpipe().pause()
    await w.said('value bad offline null')
    expect(performance.now() - frozen).toBeLessThan(3500)
  })

  it('what is heard once an hour is told again and again, as old as it is: its device is there all the time', {
    timeout: 120_000,
  }, async () => {
    const broker = await brokerWith()
    const points = pointsFor([{ key: 'hourly', topic: 'hourly', expectS: 7200, scanMs: 3_600_000 }])
    const told: Sample[] = []
    const link = open(broker.port)
    link.watch!(points, batch => told.push(...batch))
    await subscribed(link, broker)
    await broker.say('hourly', '5')
    await until('told again', () => told.length === 2, 25_000)
    expect([told[1]!.value, told[1]!.quality, told[1]!.seen]).toEqual([5, 'good', told[0]!.seen])
  })

  it('a flood of one topic costs old values, which are counted; its newest and all others come', async () => {
    const broker = await brokerWith()
    const points = pointsFor([
      { key: 'mad', topic: 'mad' },
      { key: 'calm', topic: 'calm' },
    ])
    const link = open(broker.port)
    let told = 0
    const w = listen(link, points)
    link.watch!(points.slice(0, 1), batch => {
      told += batch.length
    })
    await subscribed(link, broker)
    for (let i = 1; i <= 5000; i++) await broker.say('mad', String(i))
    await broker.say('calm', '1')
    await w.said('calm 1')
    await w.said('mad 5000')
    expect(told).toBeLessThan(600)
    expect(link.status!().dropped).toBeGreaterThan(4000)
  })
})

describe('a command', () => {
  const lamp: PointSpec = {
    key: 'lamp',
    topic: 'lamp/state',
    path: '/state',
    map: { ON: true, OFF: false },
    writable: true,
    set: { topic: 'lamp/set', template: '{"state":"{value}"}' },
  }
  it('goes out in the words of the device, and only what comes after it tells what became of it', async () => {
    const broker = await brokerWith()
    const heard: string[] = []
    let obey = true
    broker.onMessage((topic, payload) => {
      if (topic.startsWith('$')) return
      heard.push(`${topic} ${payload.toString()}`)
      if (obey && topic === 'lamp/set') void broker.say('lamp/state', payload, true)
    })
    const points = pointsFor([
      lamp,
      { key: 'level', topic: 'level', scale: 0.5, offset: 10, writable: true, set: { topic: 'level/set' } },
      {
        key: 'text',
        kind: 'text',
        topic: 'text',
        writable: true,
        set: { topic: 'text/set', template: '{"say":"{value}"}' },
      },
    ])
    const [on, level, text] = points
    const link = open(broker.port)
    const w = listen(link, [on!])
    await subscribed(link, broker)
    await broker.say('lamp/state', '{"state":"OFF"}')
    await w.said('lamp false')
    expect(await link.write!(on!, true, soon())).toEqual({ ok: true })
    expect((await link.read([on!], soon()))[0]).toMatchObject({ value: true, quality: 'good' })
    obey = false
    // It says the same as before because nothing came: that confirms nothing.
    expect(await link.write!(on!, true, soon())).toEqual({ ok: true })
    expect((await link.read([on!], soon()))[0]).toMatchObject({ value: null, reason: 'timeout' })
    expect(await link.write!(level!, 22, soon())).toEqual({ ok: true })
    expect(await link.write!(text!, 'a"b', soon())).toEqual({ ok: true })
    expect(await link.write!(on!, 'ON', soon())).toEqual({ ok: false, reason: 'refused' })
    expect(await link.write!({ ...on!, writable: false }, true, soon())).toEqual({ ok: false, reason: 'read-only' })
    expect(heard).toEqual([
      'lamp/set {"state":"ON"}',
      'lamp/set {"state":"ON"}',
      'level/set 24',
      'text/set {"say":"a\\"b"}',
    ])
    await broker.setFault({ kind: 'drop' })
    await until('the loss', () => link.status!().state === 'down')
    expect(await link.write!(on!, true, soon())).toEqual({ ok: false, reason: 'offline' })
  })
})

describe('whatever answers instead of a broker', () => {
  const answers: [what: string, bytes: Buffer][] = [
    ['HTTP', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['a refusal', Buffer.from([0x20, 2, 0, 5])],
    ['a length that never ends', Buffer.from([0x20, 0xff, 0xff, 0xff, 0xff, 0xff])],
    ['a message before it said yes', Buffer.from([0x30, 5, 0, 1, 0x61, 0x31, 0x32])],
    [
      'a message longer than it is, then nothing',
      Buffer.from([0x20, 2, 0, 0, 0x30, 0xff, 0xff, 0xff, 0x7f, 0, 1, 0x61]),
    ],
    ['an acknowledgement of nothing', Buffer.from([0x20, 2, 0, 0, 0x90, 3, 0, 9, 0, 0x40, 2, 0, 9])],
    ['a topic that is no UTF-8', Buffer.from([0x20, 2, 0, 0, 0x30, 4, 0, 2, 0xff, 0xfe])],
    ['noise', Buffer.from(Array.from({ length: 4000 }, (_, i) => (i * 7919) & 0xff))],
  ]
  it.each(answers)('%s: no value, no crash, and it goes on trying', { timeout: 120_000 }, async (_, bytes) => {
    const sockets = new Set<Socket>()
    let served = 0
    const server = createServer(socket => {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.once('data', () => {
        served++
        socket.end(bytes)
      })
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    ends.push(async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    })
    const link = open((server.address() as AddressInfo).port, { timeoutMs: 500 })
    const points = pointsFor([{ key: 'v', topic: 'a' }])
    const w = listen(link, points)
    await until('a second try', () => served >= 2)
    expect([...w.last.values()].filter(s => s.quality === 'good')).toEqual([])
    expect((await link.read(points, soon()))[0]!.value).toBe(null)
  })
})

describe('who may', () => {
  it('a wrong password is said as such, and a new one is used at once', async () => {
    const broker = await brokerWith([{ topic: 'v', everyS: 1, payload: () => [1] }])
    const secret = { password: 'old' }
    const points = pointsFor([{ key: 'v', topic: 'v', path: '/0' }])
    const link = mqtt.open(
      { url: `mqtt://127.0.0.1:${broker.port}`, username: account.name },
      {
        now: Date.now,
        log: () => {},
        get password() {
          return secret.password
        },
      },
    )
    ends.push(() => link.close())
    const w = listen(link, points)
    await w.said('v bad refused null')
    expect(link.status!()).toMatchObject({ state: 'down', trouble: 'sign-in-refused' })
    secret.password = account.password
    link.reconnect!()
    await w.said('v 1')
  })
})

describe('what a schema cannot tell', () => {
  const cases: [object, string[]][] = [
    [{ topic: 'a/{equipment}' }, []],
    [{ topic: 'a/+/b' }, ['points[0].topic mqtt-topic-malformed']],
    [{ topic: 'a', path: 'data' }, ['points[0].path mqtt-pointer-malformed']],
    [{ topic: 'a', time: '/a~2' }, ['points[0].time mqtt-pointer-malformed']],
    [{ topic: 'a', availability: ['b', '#'] }, ['points[0].availability mqtt-topic-malformed']],
    [{ topic: 'a', map: { ON: true, OFF: 0 }, kind: 'boolean' }, ['points[0].map mqtt-map-kind']],
    [{ topic: 'a', scale: 0 }, ['points[0].scale mqtt-scale-zero']],
    [{ topic: 'a', scale: 2, map: { ON: true } }, ['points[0].scale mqtt-needs-number']],
    [{ topic: 'a', writable: true }, ['points[0].set mqtt-writable-needs-set']],
    [{ topic: 'a', set: { topic: 'b' } }, ['points[0].set mqtt-set-needs-writable']],
    [
      { topic: 'a', writable: true, set: { topic: 'b', template: 'ON' } },
      ['points[0].set.template mqtt-template-without-value'],
    ],
  ]
  it(`${cases.length} points`, () => {
    const codes = (spec: object) =>
      mqtt.check({ url: 'mqtt://x' }, pointsFor([{ key: 'k', ...spec } as PointSpec])).map(p => `${p.path} ${p.code}`)
    expect(cases.map(([spec]) => codes(spec))).toEqual(cases.map(([, problems]) => problems))
    expect(mqtt.check({ url: 'mqtt://x', ca: 'x' }, []).map(p => p.code)).toEqual(['mqtt-ca-needs-mqtts'])
  })
})
