import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Position } from '../../gateway/history/position.ts'
import { firstNeeded } from '../../gateway/history/position.ts'
import { deliver } from '../../gateway/out/reader/deliver.ts'
import { LONGEST_WAIT_MS, runReader, waitAfter } from '../../gateway/out/reader/reader.ts'
import type { Aside, Row, Sink, Stream, Verdict } from '../../gateway/out/reader/row.ts'
import { recordStream, type Shape, telemetryStreams } from '../../gateway/out/reader/streams.ts'
import { forgetCursors, openCursor } from '../../gateway/records/cursor.ts'
import { migrations, openDb } from '../../gateway/records/db.ts'
import { manualClock, settled } from '../support/clock.ts'
import { tempFolder } from '../support/gateway.ts'
import { journal } from '../support/journal.ts'
import { seeded } from '../support/killing.ts'

const row = (seq: number, text = String(seq)): Row => ({
  seq,
  id: `x-${seq}`,
  at: seq * 1000,
  samples: 1,
  topic: 't',
  text,
})
const rows = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => row(from + i))
const away = { kind: 'away', why: { code: 'unreachable', detail: 'ECONNREFUSED' } } as const
const no: Verdict = { kind: 'refused', why: { code: 'refused', detail: '400' } }

/** All that is written is there to be read. */
function list(name = 'records') {
  const all: Row[] = []
  let seq = 1
  const stream: Stream = {
    name,
    limited: () => false,
    async take() {
      const some = all.filter(r => r.seq >= seq).slice(0, 10)
      return some.length > 0 ? { rows: some, next: some.at(-1)!.seq + 1 } : null
    },
    done: upTo => {
      seq = upTo
    },
  }
  return { stream, add: (...more: readonly Row[]) => void all.push(...more), at: () => seq }
}
/** A far end that answers by a script, then takes everything; it notes what came. */
function scripted(script: (Verdict | 'hang' | 'throw' | 'nonsense')[], poison: readonly string[] = []) {
  const clock = manualClock()
  const t0 = clock.now()
  const diary: string[] = []
  const got: string[] = []
  const aside: Aside[] = []
  const sink: Sink = {
    async send(sent, signal) {
      const names = sent.map(r => r.text).join(' ')
      const said = script.shift()
      diary.push(
        `${(clock.now() - t0) / 1000} s ${names}: ${typeof said === 'string' ? said : (said?.kind ?? 'taken')}`,
      )
      if (said === 'throw') throw new Error('broken\nline')
      if (said === 'hang') return new Promise(resolve => signal.addEventListener('abort', () => resolve(away)))
      if (said === 'nonsense') return { kind: 'away', why: away.why, taken: 99 }
      if (said?.kind === 'away') got.push(...sent.slice(0, said.taken ?? 0).map(r => r.text))
      if (said) return said
      if (sent.some(r => poison.includes(r.text))) return no
      got.push(...sent.map(r => r.text))
      return { kind: 'taken' }
    },
    close: async () => {},
  }
  const run = (streams: readonly Stream[]) =>
    runReader({ clock, sink, streams, catchUpPerS: 1000, setAside: (_, a) => void aside.push(...a), random: () => 1 })
  return { clock, diary, got, aside, run }
}

describe('a far end in trouble', () => {
  it('is tried again, ever more slowly, whatever its trouble; nothing is lost, the order is kept', async () => {
    const { clock, diary, got, aside, run } = scripted([
      away,
      'hang',
      'throw',
      'nonsense',
      { kind: 'away', why: away.why, taken: 2 },
      away,
    ])
    const source = list()
    const reader = run([source.stream])
    source.add(...rows(1, 5))
    reader.wake()
    await clock.pass(2500)
    expect(reader.report()).toMatchObject({ state: 'away', trouble: { why: { code: 'unreachable' }, tries: 1 } })
    await clock.pass(600_000)
    expect(diary).toEqual([
      '0 s 1 2 3 4: away',
      '1 s 1 2 3 4: hang',
      // 30 s for an answer, then 2 s.
      '33 s 1 2 3 4: throw',
      '37 s 1 2 3 4: nonsense',
      '45 s 1 2 3 4: away',
      // Half of it was taken: the rest follows.
      '60 s 3 4: away',
      '75 s 3 4: taken',
    ])
    expect(got).toEqual(['1', '2', '3', '4'])
    expect([aside, source.at()]).toEqual([[], 5])
    expect(reader.report()).toMatchObject({ state: 'up', trouble: null, rows: 4 })
    source.add(row(5))
    reader.wake()
    await settled()
    expect(got.at(-1)).toBe('5')
    await reader.stop()
  })
  it('news do not hurry it, a person does; stopped while it hangs, it ends', async () => {
    const { clock, diary, run } = scripted([away, away, away, away, 'hang'])
    const source = list()
    source.add(row(1))
    const reader = run([source.stream])
    await clock.pass(7500)
    source.add(row(2))
    reader.wake()
    await clock.pass(100)
    expect(diary.length).toBe(4)
    reader.tryNow()
    await settled()
    expect(diary.at(-1)).toBe('7.6 s 1 2: hang')
    await reader.stop()
    expect(source.at()).toBe(1)
    expect(clock.timers()).toBe(0)
  })
  it('waits twice as long each time, to a quarter of a minute, and not all at the same moment', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 50].map(n => waitAfter(n, 1))).toEqual([
      ...[1000, 2000, 4000, 8000],
      ...[LONGEST_WAIT_MS, LONGEST_WAIT_MS, LONGEST_WAIT_MS, LONGEST_WAIT_MS],
    ])
    expect(waitAfter(3, 0)).toBe(2000)
  })
})

describe('a row that the far end will not have', () => {
  it('is found among others, set aside with the reason, and the rest goes on in order', async () => {
    const { clock, got, aside, run } = scripted([], ['4', '7'])
    const source = list()
    source.add(...rows(1, 31))
    const reader = run([source.stream])
    await clock.pass(1000)
    expect(got).toEqual(
      rows(1, 31)
        .map(r => r.text)
        .filter(t => t !== '4' && t !== '7'),
    )
    expect(aside.map(a => [a.row.id, a.why.detail])).toEqual([
      ['x-4', '400'],
      ['x-7', '400'],
    ])
    expect(source.at()).toBe(31)
    await reader.stop()
  })
  it('alone it waits for another that is taken: a far end that refuses everything is not believed', async () => {
    const { clock, got, aside, run } = scripted([], ['1'])
    const source = list()
    source.add(row(1))
    const reader = run([source.stream])
    await clock.pass(3_600_000)
    expect([got, aside]).toEqual([[], []])
    expect(reader.report()).toMatchObject({ state: 'refused', trouble: { why: { code: 'refused' } } })
    source.add(row(2))
    await clock.pass(LONGEST_WAIT_MS)
    expect([got, aside.map(a => a.row.text)]).toEqual([['2'], ['1']])
    expect(reader.report().state).toBe('up')
    await reader.stop()
  })
  it('of one stream does not stop the others; taken by them again and again, it is believed', async () => {
    const { clock, got, aside, run } = scripted([], ['1'])
    const [records, telemetry] = [list(), list('telemetry')]
    records.add(row(1))
    const reader = run([records.stream, telemetry.stream])
    const others: string[] = []
    for (let i = 0; i < 300; i++) {
      telemetry.add({ ...row(i + 1), text: `t${i}` })
      others.push(`t${i}`)
      reader.wake()
      await clock.pass(1000)
    }
    expect(got).toEqual(others)
    expect(aside.map(a => a.row.text)).toEqual(['1'])
    await reader.stop()
  })
  it('when everything is refused, few are tried and none is set aside', async () => {
    let asked = 0
    const result = await deliver(rows(0, 5000), async () => {
      asked++
      return no
    })
    expect(result).toMatchObject({ upTo: 0, aside: [], refusedAll: true })
    expect(asked).toBeLessThan(50)
  })
  it('any mixture of poison, half-taking and absence: each row is taken or aside at the end, in order', async () => {
    let cases = 0
    for (let seed = 1; seed <= 200; seed++) {
      const random = seeded(seed)
      const all = rows(0, 1 + Math.floor(60 * random()))
      const poison = new Set(all.filter(() => random() < 0.1).map(r => r.id))
      if (poison.size === all.length) continue
      const got: string[] = []
      const aside: string[] = []
      let from = 0
      for (let tries = 0; from < all.length && tries < 500; tries++) {
        const { upTo, aside: some } = await deliver(
          all.slice(from),
          async sent => {
            if (random() < 0.1) {
              const taken = Math.min(sent.length - 1, Math.floor(random() * sent.length))
              const cut = sent.slice(0, taken).findIndex(r => poison.has(r.id))
              const n = cut < 0 ? taken : cut
              got.push(...sent.slice(0, n).map(r => r.id))
              return { ...away, taken: n } as Verdict
            }
            if (random() < 0.5) {
              const refused = sent.flatMap((r, i) => (poison.has(r.id) ? [i] : []))
              got.push(...sent.filter(r => !poison.has(r.id)).map(r => r.id))
              return refused.length > 0 ? { kind: 'refused', why: away.why, rows: refused } : { kind: 'taken' }
            }
            if (sent.some(r => poison.has(r.id))) return no
            got.push(...sent.map(r => r.id))
            return { kind: 'taken' }
          },
          true,
        )
        aside.push(...some.map(a => a.row.id))
        from += upTo
      }
      const once = [...new Set(got)]
      expect(once, `seed ${seed}`).toEqual(all.map(r => r.id).filter(id => !poison.has(id)))
      expect(aside, `seed ${seed}`).toEqual(all.map(r => r.id).filter(id => poison.has(id)))
      cases++
    }
    expect(cases).toBeGreaterThan(150)
  })
})

const shape: Shape = (seq, tick, named, historical) =>
  [...tick.points].map((point, i) => ({
    seq,
    id: `${seq}-${i}`,
    at: tick.times[i]!,
    samples: 1,
    topic: `${historical ? 'history' : 'live'} ${named(point)!.name}`,
    text: String(tick.values[i]),
  }))

describe('catching up', () => {
  it('an hour away: what is new goes first and on time, the rest follows at its rate, each stream in order, nothing twice', async () => {
    const clock = manualClock()
    const log = journal(20)
    let up = true
    const got: { readonly at: number; readonly row: Row }[] = []
    const sink: Sink = {
      async send(sent) {
        if (!up) return away
        got.push(...sent.map(row => ({ at: clock.now(), row })))
        return { kind: 'taken' }
      },
      close: async () => {},
    }
    const begin = () => {
      const telemetry = telemetryStreams({
        ...{ id: 'x', readers: log.readers, position: log.kept.position, head: log.head(), shape, liveFirst: true },
      })
      const { streams } = telemetry
      return {
        telemetry,
        reader: runReader({ clock, sink, streams, catchUpPerS: 2000, setAside: () => {}, random: () => 1 }),
      }
    }
    let { telemetry, reader } = begin()
    const live = async (seconds: number) => {
      for (let i = 0; i < seconds; i++) {
        log.add(clock.now())
        telemetry.committed(log.head())
        reader.wake()
        await clock.pass(1000)
      }
    }
    await live(60)
    up = false
    await live(1800)
    // A restart in between is nothing to it.
    await reader.stop()
    ;({ telemetry, reader } = begin())
    await live(1800)
    up = true
    const back = clock.now()
    // Some seconds until it is tried again.
    await live(200)
    expect(telemetry.position()).toEqual({ live: 3861, gaps: [] })
    expect(new Set(got.map(g => g.row.id)).size).toBe(20 * 3860)
    expect(got.length).toBe(20 * 3860)
    const inTime = (some: typeof got) => some.every((g, i) => i === 0 || g.row.seq >= some[i - 1]!.row.seq)
    const [fresh, late] = [
      got.filter(g => g.row.topic.startsWith('live')),
      got.filter(g => g.row.topic.startsWith('history')),
    ]
    expect([inTime(fresh), inTime(late), late.length > 20 * 3500]).toEqual([true, true, true])
    const after = fresh.filter(g => g.at > back + LONGEST_WAIT_MS)
    expect(Math.max(...after.map(g => g.at - g.row.at))).toBeLessThan(1000)
    const tookS = (late.at(-1)!.at - late[0]!.at) / 1000
    expect(late.length / tookS).toBeLessThan(2300)
    expect(late.length / tookS).toBeGreaterThan(1500)
    await reader.stop()
  })

  it('killed at any moment, what comes twice has the same id, and nothing is missing', async () => {
    let doubles = 0
    for (let seed = 1; seed <= 40; seed++) {
      const random = seeded(seed)
      const clock = manualClock()
      const log = journal(3)
      const got: Row[] = []
      for (let life = 0; life < 6; life++) {
        let dead = false
        const readers = {
          ...log.readers,
          // What it says after its death is not written; and the last second may be lost.
          moved: async (id: string, p: Position) => (dead || random() < 0.3 ? null : log.readers.moved(id, p)),
        }
        const telemetry = telemetryStreams({
          ...{ id: 'x', readers, position: log.kept.position, head: log.head(), shape, liveFirst: random() < 0.7 },
        })
        const reader = runReader({
          clock,
          streams: telemetry.streams,
          catchUpPerS: 50,
          setAside: () => {},
          random,
          sink: {
            async send(sent) {
              if (random() < 0.2) return away
              got.push(...sent)
              // Taken, but the answer is lost.
              return random() < 0.1 ? away : { kind: 'taken' }
            },
            close: async () => {},
          },
        })
        for (let i = 0; i < 20; i++) {
          log.add(clock.now())
          telemetry.committed(log.head())
          reader.wake()
          await clock.pass(1000)
        }
        if (life === 5) {
          await clock.pass(600_000)
          expect([seed, log.kept.position.gaps, firstNeeded(telemetry.position())]).toEqual([
            seed,
            expect.anything(),
            121,
          ])
        }
        dead = life < 5
        await reader.stop()
      }
      const once = new Set(got.map(r => `${r.id}=${r.text}`))
      doubles += got.length - once.size
      expect([seed, once.size]).toEqual([seed, 120 * 3])
    }
    expect(doubles).toBeGreaterThan(100)
  })
})

describe('records', () => {
  it('an output that was taken away and comes back is new', () => {
    const folder = tempFolder()
    const db = openDb(join(folder.path, 'records.db'), migrations)
    for (const name of ['output a', 'output b', 'callback']) openCursor(db, name).set(7)
    forgetCursors(db, 'output ', ['b', 'c'])
    expect(['output a', 'output b', 'callback'].map(name => openCursor(db, name).get())).toEqual([null, 7, 7])
    db.close()
    folder.remove()
  })
  it('in the order of the trail, from when the output was new; over a restart none is missing', async () => {
    const clock = manualClock()
    const trail = Array.from({ length: 50 }, (_, i) => ({
      ...{ seq: i + 1, time: clock.now(), actor: 'a', role: 'r', kind: i % 3 === 0 ? 'user' : 'alarm', id: `i${i}` },
      ...{ action: 'raised', data: {} },
    }))
    let kept: number | null = null
    const cursor = {
      get: () => kept,
      set(seq: number) {
        kept = seq
      },
    }
    const make = () =>
      recordStream({
        cursor,
        after: (seq, limit) => trail.filter(e => e.seq > seq).slice(0, limit),
        head: () => trail.length,
        shape: e => (e.kind === 'alarm' ? [{ ...row(e.seq), at: e.time }] : []),
      })
    expect([make().state(), kept]).toEqual([{ seq: 50, waiting: 0, oldestAt: null, lost: 0 }, 50])
    for (let i = 50; i < 60; i++) trail.push({ ...trail[0]!, seq: i + 1, kind: i % 3 === 0 ? 'user' : 'alarm' })
    const { got, run } = scripted([])
    const before = make()
    expect(before.state()).toMatchObject({ waiting: 7 })
    const reader = run([before.stream])
    await clock.pass(10)
    await reader.stop()
    expect([got, kept]).toEqual([['51', '53', '54', '56', '57', '59', '60'], 60])
    const again = run([make().stream])
    await clock.pass(10)
    await again.stop()
    expect(got.length).toBe(7)
  })
})
