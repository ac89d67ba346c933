import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  beginAt,
  delivered,
  drop,
  firstNeeded,
  gapDone,
  leaveBehind,
  liveDone,
  MOST_GAPS,
  type Position,
} from '../../gateway/history/position.ts'
import { openStore, type StoreOptions } from '../../gateway/history/store.ts'
import type { Tick } from '../../gateway/history/tick.ts'
import { tempFolder } from '../support/gateway.ts'
import { seeded } from '../support/killing.ts'

describe('position', () => {
  const steps: readonly (readonly [
    string,
    (p: Position) => Position,
    live: number,
    gaps: number[][],
    needed: number,
  ])[] = [
    ['delivers in order', p => liveDone(p, 20), 20, [], 20],
    ['was away until 50: what is new goes first', p => leaveBehind(p, 50), 50, [[20, 50]], 20],
    ['delivers what is new', p => liveDone(p, 55), 55, [[20, 50]], 20],
    ['and some of the old', p => gapDone(p, 30), 55, [[30, 50]], 30],
    [
      'away again',
      p => leaveBehind(p, 90),
      90,
      [
        [30, 50],
        [55, 90],
      ],
      30,
    ],
    [
      'away again at once: one stretch',
      p => leaveBehind(p, 95),
      95,
      [
        [30, 50],
        [55, 95],
      ],
      30,
    ],
    ['the first stretch is done', p => gapDone(p, 50), 95, [[55, 95]], 55],
    ['nothing goes back', p => liveDone(p, 3), 95, [[55, 95]], 55],
    ['rows before 60 are dropped', p => drop(p, 60).position, 95, [[60, 95]], 60],
    ['and everything before 100', p => drop(p, 100).position, 100, [], 100],
  ]
  it('moves as its diary says', () => {
    let p = beginAt(10)
    for (const [what, move, live, gaps, needed] of steps) {
      p = move(p)
      expect([what, p, firstNeeded(p)]).toEqual([what, { live, gaps }, needed])
    }
  })
  it('says what was lost, and what was delivered', () => {
    const p: Position = {
      live: 90,
      gaps: [
        [30, 50],
        [55, 80],
      ],
    }
    expect(drop(p, 60).lost).toEqual([
      [30, 50],
      [55, 60],
    ])
    expect(drop(p, 95).lost).toEqual([
      [30, 50],
      [55, 80],
      [90, 95],
    ])
    expect(drop(p, 20).lost).toEqual([])
    expect(delivered(p, { live: 97, gaps: [[40, 50]] })).toEqual([
      [30, 40],
      [55, 80],
      [90, 97],
    ])
    expect(delivered(p, { live: 120, gaps: [...p.gaps, [95, 110]] })).toEqual([
      [90, 95],
      [110, 120],
    ])
  })
  it('does not begin more stretches than it can keep', () => {
    let p = beginAt(0)
    for (let i = 1; i <= 100; i++) p = liveDone(leaveBehind(p, 10 * i), 10 * i + 1)
    expect(p.gaps.length).toBe(MOST_GAPS)
    expect(p.live).toBe(1001)
  })
})

const T0 = Date.UTC(2026, 10, 20, 22)
const roomy: StoreOptions = { rawDays: 90, hourDays: 3650, mostBytes: 2 ** 40 }
const named = [1, 2, 3].map(id => ({ id, name: `e/p${id}`, kind: 'number' as const, periodMs: 1000 }))
const random = seeded(3)
/** Second `s` of a site: three points whose value says where it belongs. */
const tick = (s: number): Tick => ({
  now: T0 + s * 1000,
  points: Int32Array.of(1, 2, 3),
  times: Float64Array.of(0, 1, 2).map(i => T0 + s * 1000 - i * Math.floor(300 * random())),
  codes: new Uint8Array(3),
  values: Float64Array.of(s, s / 10, -s),
  texts: [],
})

/** Thousands of commits: nobody cuts the power here. */
function quick(store: ReturnType<typeof openStore>) {
  store.db.prepare('PRAGMA synchronous=OFF').run()
  return store
}

describe('readers of the journal', () => {
  let folder: ReturnType<typeof tempFolder>
  let path: string
  beforeEach(() => {
    folder = tempFolder()
    path = join(folder.path, 'history.db')
  })
  afterEach(() => folder.remove())
  /** What a reader gets from `from` on, as seconds. */
  function read(
    store: ReturnType<typeof openStore>,
    id: string,
    from: number,
    to = Number.MAX_SAFE_INTEGER,
    most = 1000,
  ) {
    const got: number[] = []
    for (let at = from; ; ) {
      const { rows, next, head } = store.readers.read(id, 'live', at, to, most, store.head())
      for (const { seq, tick } of rows)
        if (tick.points.length === 3 && tick.codes.every(c => c === 0)) {
          expect([...tick.values], `row ${seq}`).toEqual([tick.values[0]!, tick.values[0]! / 10, -tick.values[0]!])
          got.push(tick.values[0]!)
        }
      at = next
      if (at > head || at >= to || rows.length === 0) return { got, next: at }
    }
  }
  const seconds = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)

  it('keeps for a reader that is away what the blocks have long had, also over a restart, and lets it go afterwards', () => {
    let store = quick(openStore(path, roomy))
    for (let s = 0; s < 100; s++) store.commit(tick(s), named)
    expect(store.readers.use(['influx', 'mqtt'], 2 ** 40, store.head())).toEqual(['influx', 'mqtt'])
    const from = store.head() + 1
    const later = 1500
    for (let s = 100; s < 100 + later; s++) {
      store.commit(tick(s), [])
      // One of them follows, the other is away.
      if (s % 10 === 0) store.readers.moved('mqtt', beginAt(store.head() + 1))
    }
    const states = Object.fromEntries(store.readers.states().map(r => [r.id, r]))
    expect(states.influx).toMatchObject({ samples: 3 * later, oldestAt: T0 + 100_000, lost: 0 })
    expect(states.mqtt!.samples).toBeLessThan(30)
    const before = store.sizes().journal
    store.close()
    store = quick(openStore(path, roomy))
    // What nobody recorded since is marked, in a row of its own.
    expect(Object.fromEntries(store.readers.states().map(r => [r.id, r.samples])).influx).toBe(3 * later + 3)
    expect(store.readers.use(['influx'], 2 ** 40, store.head())).toEqual([])
    const { got, next } = read(store, 'influx', from)
    expect(got).toEqual(seconds(100, 100 + later))
    // The middle of it, not from a key row on.
    expect(read(store, 'influx', from + 1234, from + 1300, 7).got).toEqual(seconds(1334, 1400))
    store.readers.moved('influx', beginAt(next))
    for (let s = later + 100; s < later + 1000; s++) {
      store.commit(tick(s), [])
      store.readers.moved('influx', beginAt(store.head() + 1))
    }
    expect(store.sizes().journal).toBeLessThan(before / 1.5)
    expect(store.readers.states()[0]!.samples).toBeLessThan(9)
    store.close()
  })

  it('drops the oldest when there is no more room, and counts what each reader lost by it', () => {
    const store = quick(openStore(path, roomy))
    store.commit(tick(0), named)
    const most = 12_000
    store.readers.use(['away', 'follows', 'half'], most, store.head())
    const from = store.head() + 1
    const later = 2400
    for (let s = 1; s <= later; s++) {
      store.commit(tick(s), [])
      store.readers.moved('follows', beginAt(store.head() + 1))
      // It sends what is new, and never comes to the first five minutes.
      store.readers.moved('half', {
        live: store.head() + 1,
        gaps: s <= 300 ? [[from, store.head() + 1]] : [[from, from + 300]],
      })
    }
    const states = Object.fromEntries(store.readers.states().map(r => [r.id, r]))
    const { got } = read(store, 'away', from)
    expect(got.at(-1)).toBe(later)
    expect(states.away!.lost).toBe(3 * (later - got.length))
    expect(states.away!.samples).toBe(3 * got.length)
    expect(states.away).toMatchObject({ lostFrom: T0 + 1000, lostTo: T0 + 1000 * (later - got.length) })
    expect(got.length).toBeGreaterThan(200)
    expect(states.half).toMatchObject({ lost: 3 * 300, samples: 0, lostTo: T0 + 300_000 })
    expect(states.follows).toMatchObject({ lost: 0, samples: 0, lostFrom: null })
    // Nothing is lost for the gateway itself.
    expect(store.stats().samples).toBe(3 * (later + 1))
    store.close()
    const again = openStore(path, roomy)
    expect(again.readers.states().find(r => r.id === 'away')!.lost).toBe(states.away!.lost)
    again.close()
  })
})
