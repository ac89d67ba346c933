import { createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { Link } from '../../drivers/driver.ts'
import type { Point, Sample } from '../../drivers/point.ts'
import { type PointSpec, pointsOf } from '../../drivers/profile.ts'
import { textTcp } from '../../drivers/textstream/driver.ts'
import { createFramer, type Ending } from '../../drivers/textstream/frames.ts'
import { MOST_WAYS, patternOf } from '../../drivers/textstream/pattern.ts'
import { encodeGbk } from '../../firmware-sim/gbk.ts'
import { until } from '../support/wait.ts'
import { driverSuite } from './driver.suite.ts'

const when = String.raw`(?<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)`
const grammar = {
  lines: [
    {
      match: String.raw`^${when} (?<loop>\d{3})回路 (?<number>\d{3})号 (?<type>感烟探测器|感温探测器|手动报警按钮) (?<event>火警|故障|恢复|屏蔽|解除屏蔽) (?<place>\S+)$`,
    },
    { match: `^${when} (?<event>复位|消音|主电故障|主电恢复|备电故障|备电恢复)$` },
    { match: `^${when} 系统自检 正常$`, event: '自检' },
  ],
}
const twelve = { loop: '001', number: ['049', '050', '051', '052', '053', '054'] }
const specs: readonly PointSpec[] = [
  { key: 'alarm', fields: twelve, on: ['火警'], clear: ['复位'] },
  { key: 'alarms', fields: twelve, on: ['火警'], clear: ['复位'], count: true },
  { key: 'fault', fields: twelve, on: ['故障'], off: ['恢复'] },
  { key: 'mains-fault', on: ['主电故障'], off: ['主电恢复'] },
  { key: 'test', on: ['自检'], show: 'time' },
  { key: 'last', show: 'line' },
]
const deps = { now: Date.now, log: () => {} }
const stamp = '2026-11-21 14:03:22'
const fire = (number: number, event = '火警') => `${stamp} 001回路 0${number}号 感烟探测器 ${event} A座12层走廊`

const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

/** A printer port; `greeting` is what a panel says to whoever connects, as some do. */
async function startPanel(greeting: readonly string[] = []) {
  const sockets = new Set<Socket>()
  let dead = false
  const server = createServer({ noDelay: true }, socket => {
    if (dead) return void socket.resetAndDestroy()
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    socket.resume()
    for (const line of greeting) socket.write(encodeGbk(`${line}\r\n`))
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const cut = () => {
    for (const socket of sockets) socket.resetAndDestroy()
  }
  return {
    port: (server.address() as { port: number }).port,
    connections: () => sockets.size,
    say: (bytes: Uint8Array) => void [...sockets].map(s => s.write(bytes)),
    print: (line: string) => void [...sockets].map(s => s.write(encodeGbk(`${line}\r\n`))),
    cut,
    setDead(on: boolean) {
      dead = on
      if (on) cut()
    },
    stop: () =>
      new Promise<void>(done => {
        cut()
        server.close(() => done())
      }),
  }
}
const pointsFor = (some: readonly PointSpec[] = specs) => pointsOf('panel', some, textTcp as never)
const word = (s: Sample) =>
  s.quality === 'good' ? String(s.value) : `${s.value ?? ''} ${s.quality} ${s.reason}`.trim()
/** What each point was told, one after the other. */
function listen(link: Link, points: readonly Point[]) {
  const diary = new Map<string, string[]>()
  const last = new Map<string, Sample>()
  link.watch!(points, samples => {
    for (const s of samples) {
      const key = s.point.split('/')[1]!
      const lines = diary.get(key) ?? []
      diary.set(key, lines)
      if (lines.at(-1) !== word(s)) lines.push(word(s))
      last.set(key, s)
    }
  })
  const now = (key: string) => diary.get(key)?.at(-1)
  return {
    diary,
    last,
    now,
    is: (key: string, what: string) => until(`${key} is ${what}, not ${now(key)}`, () => now(key) === what),
  }
}
async function opened(more: object = {}, greeting: readonly string[] = [], now = Date.now) {
  const panel = await startPanel(greeting)
  const link = textTcp.open({ host: '127.0.0.1', port: panel.port, grammar, ...more }, { ...deps, now }) as Link
  ends.push(panel.stop, () => link.close())
  const heard = listen(link, pointsFor())
  await until('a connection', () => link.status!().state === 'up' && panel.connections() === 1)
  return { panel, link, ...heard }
}

describe('text-tcp', () => {
  driverSuite(async () => {
    const panel = await startPanel([`${stamp} 复位`, fire(49), `${stamp} 主电故障`, `${stamp} 系统自检 正常`])
    const link = textTcp.open({ host: '127.0.0.1', port: panel.port, grammar }, deps)
    const truth: Record<string, unknown> = {
      alarm: true,
      alarms: 1,
      'mains-fault': true,
      test: stamp,
      last: `${stamp} 系统自检 正常`,
    }
    return {
      driver: textTcp as never,
      link,
      points: pointsFor(specs.filter(s => s.key in truth)),
      isTrue: s => s.value === truth[s.point.split('/')[1]!],
      connections: panel.connections,
      async goSilent() {
        panel.setDead(true)
        await until('the loss', () => link.status!().state === 'down')
      },
      comeBack: () => panel.setDead(false),
      drop: panel.cut,
      stop: panel.stop,
    }
  })
})

describe('what a panel says', () => {
  it('nothing is known before it said so; a reset makes it known; devices of a zone are kept apart', async () => {
    const { panel, diary, is } = await opened()
    await is('alarm', 'bad never-read')
    panel.print(fire(49))
    await is('alarm', 'true')
    // One at least: nobody heard the panel from its reset on.
    await is('alarms', '1 uncertain uncertain')
    panel.print(fire(50, '故障'))
    await is('fault', 'true')
    panel.print(fire(51, '故障'))
    panel.print(fire(50, '恢复'))
    panel.print(`${stamp} 复位`)
    await is('alarm', 'false')
    panel.print(fire(49))
    panel.print(fire(50))
    panel.print(fire(50))
    panel.print(fire(60))
    panel.print(fire(51, '恢复'))
    await is('alarms', '2')
    // 049, 052 and the others have never said how they are.
    await is('fault', 'bad never-read')
    for (const n of [49, 52, 53, 54]) panel.print(fire(n, '恢复'))
    await is('fault', 'false')
    expect(diary.get('alarm')).toEqual(['bad never-read', 'true', 'false', 'true'])
    expect(diary.get('mains-fault')).toEqual(['bad never-read'])
  })

  it('what was known before the line was lost is doubtful until it is told again', { timeout: 120_000 }, async () => {
    const { panel, diary, is, link } = await opened()
    panel.print(`${stamp} 复位`)
    await is('alarm', 'false')
    panel.print(fire(49))
    await is('alarm', 'true')
    panel.cut()
    await is('alarm', 'bad offline')
    await is('alarm', 'true uncertain stale')
    await until('up', () => link.status!().state === 'up' && panel.connections() === 1)
    panel.print(`${stamp} 复位`)
    await is('alarm', 'false')
    expect(diary.get('alarms')).toEqual(['bad never-read', '0', '1', 'bad offline', '1 uncertain stale', '0'])
  })

  it('its time counts in its own zone, and not when it cannot be true', async () => {
    const now = Date.UTC(2026, 10, 21, 6, 3, 30)
    const { panel, last, is } = await opened({ utcOffset: '+08:00' }, [], () => now)
    panel.print(`${stamp} 主电故障`)
    await is('mains-fault', 'true')
    expect([last.get('mains-fault')!.at, last.get('mains-fault')!.seen]).toEqual([now - 8000, now])
    panel.print('1999-01-01 00:00:00 主电恢复')
    await is('mains-fault', 'false')
    expect(last.get('mains-fault')!.at).toBe(now)
  })

  it('a panel that says nothing for too long is silent, and heard again with its next line', async () => {
    const { panel, link, is } = await opened({ silentAfterS: 2 })
    panel.print(`${stamp} 复位`)
    await is('alarm', 'false')
    await is('alarm', 'bad timeout')
    expect(link.status!().trouble).toBe('silent')
    panel.print(`${stamp} 系统自检 正常`)
    await is('alarm', 'false')
  })
})

describe('a hostile line', () => {
  const good = encodeGbk(fire(49))
  const cases: [what: string, bytes: (Uint8Array | number)[], unknown: string[], alarm: boolean][] = [
    ['line feeds of every kind', ['\n', '\r', '\f', '\v', '\r\n\r\n'].flatMap(end => [good, encodeGbk(end)]), [], true],
    ['cut in the middle of a character', [good.subarray(0, 31), 400, good.subarray(31), encodeGbk('\r\n')], [], true],
    ['byte by byte', [...[...good].map(b => Uint8Array.of(b)), encodeGbk('\n')], [], true],
    ['a line that never ended, then a whole one', [good.subarray(0, 24), 400, good, encodeGbk('\r\n')], ['cut'], true],
    [
      'printer commands between',
      [Buffer.from('1b401b64051c26', 'hex'), good, Buffer.from('1b640d0a', 'hex')],
      [],
      true,
    ],
    ['a line feed as the number of a command', [Buffer.from('1b640a', 'hex'), good, encodeGbk('\r\n')], [], true],
    ['noise without an end', [Buffer.alloc(600, 0xff), encodeGbk('\r\n'), good, encodeGbk('\r\n')], ['overlong'], true],
    ['zeros and idle marks', [Buffer.alloc(50), good, Buffer.alloc(9), encodeGbk('\r\n')], [], true],
    ['half a character', [Buffer.from([0xb0]), encodeGbk('\r\n')], ['undecodable'], false],
    ['UTF-8 in place of GBK', [Buffer.from(`${fire(49)}\r\n`, 'utf8')], ['undecodable'], false],
    ['a word nobody knows', [encodeGbk(`${fire(49, '联动')}\r\n`)], ['no-match'], false],
    ['an alarm with more behind it', [encodeGbk(`${fire(49)} 撤销\r\n`)], ['no-match'], false],
    ['two lines in one', [good, good, encodeGbk('\r\n')], ['no-match'], false],
    ['a number too long', [encodeGbk(`${fire(49).replace('049', '0490')}\r\n`)], ['no-match'], false],
  ]
  it.each(cases)('%s', async (_, parts, unknown, alarm) => {
    const { panel, link, diary, is } = await opened()
    for (const part of parts)
      if (typeof part === 'number') await new Promise(resolve => setTimeout(resolve, part))
      else {
        panel.say(part)
        await new Promise(resolve => setTimeout(resolve, 1))
      }
    // What comes after it is understood all the same.
    panel.print(`${stamp} 主电故障`)
    await is('mains-fault', 'true')
    expect(
      link.lines!()
        .last.map(l => l.why)
        .filter((w, i, all) => w !== 'no-match' || all.indexOf(w) === i),
    ).toEqual(unknown)
    expect(diary.get('alarm')!.includes('true')).toBe(alarm)
  })

  it('is counted, and the last ones are kept as they came', async () => {
    const { panel, link, is } = await opened()
    for (let i = 0; i < 30; i++) panel.print(`第 ${i} 行`)
    panel.print(`${stamp} 主电故障`)
    await is('mains-fault', 'true')
    const report = link.lines!()
    expect([report.lines, report.unknown, report.unknownLately, report.last.length]).toEqual([31, 30, 30, 20])
    expect(report.last[0]).toMatchObject({ why: 'no-match', text: '第 29 行' })
  })

  it('random bytes for a while are never an alarm and never end the link', async () => {
    const { panel, link, diary, is } = await opened()
    let seed = 7
    const noise = () => {
      seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff
      return seed >> 16
    }
    for (let i = 0; i < 50; i++) panel.say(Buffer.from(Array.from({ length: 4000 }, () => noise() & 0xff)))
    panel.say(encodeGbk('\r\n'))
    panel.print(`${stamp} 主电故障`)
    await is('mains-fault', 'true')
    expect(diary.get('alarm')).toEqual(['bad never-read'])
    expect(link.lines!().lines).toBeGreaterThan(500)
  })
})

it('a panel that feeds before the line: a pause ends it, and a line without its end is not waited for', () => {
  const heard: string[] = []
  const taken: Ending[] = []
  const framer = createFramer({ maxBytes: 64, ends: 'before', pauseMs: 100 }, (bytes, ending) => {
    taken.push(ending)
    heard.push(bytes.toString())
    return bytes.toString().endsWith('.')
  })
  framer.push(Buffer.from('\r\nfire at 4'), 0)
  framer.tick(50)
  framer.tick(150)
  framer.push(Buffer.from('9.'), 200)
  framer.tick(350)
  framer.push(Buffer.from('\r\nhalf'), 400)
  framer.tick(6000)
  expect(heard).toEqual(['fire at 4', 'fire at 49.', 'half'])
  expect(taken).toEqual(['paused', 'paused', 'cut'])
})

it('what an idle line makes of itself for days is not kept', () => {
  const gaps: (readonly number[])[] = []
  const framer = createFramer({ maxBytes: 64, ends: 'after', pauseMs: 100 }, (_, __, where) => gaps.push(where) > 0)
  framer.push(Buffer.from('ab'), 0)
  const bytes = [...Buffer.alloc(10_000), ...Buffer.from('cdefghijklmnop\n')]
  for (const [i, byte] of bytes.entries()) framer.push(Buffer.from([byte]), (i + 1) * 1000)
  expect(gaps).toEqual([[9, 10, 11, 12, 13, 14, 15, 16]])
})

describe('patterns', () => {
  const refused: [source: string, code: string][] = [
    ['(a+)+', 'text-pattern-wrong'],
    ['(a|a)*', 'text-pattern-wrong'],
    ['(?=a)a', 'text-pattern-wrong'],
    ['(?<!a)a', 'text-pattern-wrong'],
    [String.raw`(a)\1`, 'text-pattern-wrong'],
    [String.raw`\bfire\b`, 'text-pattern-wrong'],
    ['a{2', 'text-pattern-wrong'],
    ['(a', 'text-pattern-wrong'],
    ['a)', 'text-pattern-wrong'],
    ['a**', 'text-pattern-wrong'],
    ['.*.*.*', 'text-pattern-costly'],
    [String.raw`\s*\s*\s*x`, 'text-pattern-costly'],
    ['a?'.repeat(20), 'text-pattern-costly'],
    ['(a|b|c)'.repeat(12), 'text-pattern-costly'],
  ]
  it.each(refused)('%s is refused', (source, code) => {
    expect(patternOf(source, 256)).toMatchObject({ code })
  })

  it('the dearest that are taken do not hold up the gateway, whatever the line', () => {
    const taken = [
      '.*.*x',
      String.raw`\s*\S+ (?<event>a|b)?`,
      `${'a?'.repeat(17)}${'a'.repeat(17)}x`,
      '(a|a|a)(a|a|a)(a|a|a)(a|a|a)(a|a|a)(a|a|a)(a|a|a)(a|a|a)(a|a|a)(a|a|a)x',
    ]
    let tried = 0
    for (const source of taken) {
      const made = patternOf(source, 256)
      expect(made, source).toHaveProperty('regex')
      for (const line of ['a'.repeat(256), ' '.repeat(256), 'ab'.repeat(128)]) {
        const began = performance.now()
        if ('regex' in made) expect(made.regex.test(line)).toBe(false)
        expect(performance.now() - began).toBeLessThan(200)
        tried++
      }
    }
    expect([tried, MOST_WAYS]).toEqual([12, 200_000])
  })

  it('what is wrong with a channel or a point is said where it stands', () => {
    const problems = textTcp.check(
      { grammar: { lines: [{ match: '(a+)+' }, { match: 'b' }] } } as never,
      pointsFor([{ key: 'a', fields: { x: '1' } }]),
    )
    expect(problems.map(p => [p.path, p.code])).toEqual([
      ['grammar.lines[0].match', 'text-pattern-wrong'],
      ['grammar.lines[1].match', 'text-pattern-no-event'],
      ['points[0]', 'text-no-event'],
    ])
    const odd: PointSpec[] = [
      { key: 'a', fields: { x: '1' }, on: ['火警'] },
      { key: 'b', on: ['火警'], clear: ['火警'] },
      { key: 'c', show: 'place', clear: ['复位'] },
      { key: 'd', on: ['火警'], writable: true, kind: 'number' },
    ]
    expect(textTcp.check({ grammar } as never, pointsFor(odd)).map(p => [p.path, p.code])).toEqual([
      ['points[0]', 'text-unknown-field'],
      ['points[1]', 'text-on-and-off'],
      ['points[2]', 'text-show-alone'],
      ['points[3]', 'text-kind'],
      ['points[3]', 'text-read-only'],
    ])
  })
})
