import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NOT_RECORDED } from '../../gateway/history/codes.ts'
import { type Fresh, freshIndex } from '../../gateway/history/fresh.ts'
import { queries } from '../../gateway/history/query.ts'
import type { ClassStats } from '../../gateway/history/retention.ts'
import { DAY_MS, HOUR_MS } from '../../gateway/history/schema.ts'
import { openStore, type StoreOptions } from '../../gateway/history/store.ts'
import type { Named, Tick } from '../../gateway/history/tick.ts'
import { tempFolder } from '../support/gateway.ts'
import { seeded } from '../support/killing.ts'

const T0 = Date.UTC(2026, 10, 20, 22)
const roomy: StoreOptions = { rawDays: 90, hourDays: 3650, mostBytes: 2 ** 40 }
const named = (id: number, kind: Named['kind'] = 'number'): Named => ({ id, name: `e/p${id}`, kind, periodMs: 1000 })
type Given = readonly [point: number, at: number, value: number | string | null, code?: number]
const tickOf = (now: number, list: readonly Given[]): Tick => ({
  now,
  points: Int32Array.from(list, e => e[0]),
  times: Float64Array.from(list, e => e[1]),
  codes: Uint8Array.from(list, e => e[3] ?? (e[2] === null ? 3 : 0)),
  values: Float64Array.from(list, e => (e[2] === null ? Number.NaN : typeof e[2] === 'string' ? 0 : e[2])),
  texts: list.flatMap((e, i) => (typeof e[2] === 'string' ? [[i, e[2]] as const] : [])),
})

let folder: ReturnType<typeof tempFolder>
let path: string
beforeEach(() => {
  folder = tempFolder()
  path = join(folder.path, 'history.db')
})
afterEach(() => folder.remove())

/** What a question for everything gives, as rows. */
function all(store: ReturnType<typeof openStore>, point: number, from = T0 - HOUR_MS, to = T0 + 40 * DAY_MS) {
  const { n, times, codes, values, texts, kind } = queries(store).raw(point, from, to, 10_000_000)
  return Array.from({ length: n }, (_, i) => [
    times[i]! - T0,
    Number.isNaN(values[i]!) ? null : kind === 'text' ? texts[values[i]!] : values[i],
    codes[i],
  ])
}
const expected = (given: readonly Given[], point: number) =>
  given
    .filter(e => e[0] === point)
    .map(e => [e[1] - T0, e[2], e[3] ?? (e[2] === null ? 3 : 0)])
    .map((row, i) => ({ row, i }))
    .sort((a, b) => (a.row[0] as number) - (b.row[0] as number) || a.i - b.i)
    .map(({ row }) => row)

const points = [named(1), named(2), named(3, 'boolean'), named(4, 'text'), named(5)]
/** A site's hours: steady, noisy, switched, worded, and one that comes late and out of order. */
function load(seconds: number, each: (tick: Tick, list: Given[]) => void, from = 0) {
  const random = seeded(7)
  const given: Given[] = []
  for (let s = from; s < from + seconds; s += 5) {
    const at = T0 + s * 1000
    const jitter = Math.floor(4 * random())
    const list: Given[] = [
      [1, at + jitter, Math.round(20_000 + 4000 * random()) / 100],
      [2, at + jitter, Math.fround(230 + random())],
    ]
    if (s % 60 === 0) list.push([3, at, Math.floor(s / 60) % 2])
    if (s % 90 === 0) list.push([4, at, ['运行', 'stopped', '故障 "7"'][Math.floor(s / 90) % 3]!])
    if (s % 100 === 25) list.push([1, at + 10, null], [1, at + 20, 5, 73])
    if (random() < 0.3) list.push([5, at - Math.floor(90_000 * random()), s])
    given.push(...list)
    each(tickOf(at + 999, list), list)
  }
  return given
}
const settle = (store: ReturnType<typeof openStore>, now: number) => {
  let slices = 0
  while (store.tidy(now)) slices++
  return slices
}

describe('compaction', () => {
  it('what went in comes out, whether it is in memory, in the journal, in blocks of minutes or of days', () => {
    const store = openStore(path, roomy)
    // From 22:00 to 03:00 UTC: over the end of a day.
    const given = load(5 * 3600, tick => {
      store.commit(tick, points)
      store.tidy(tick.now)
    })
    const end = T0 + 5 * HOUR_MS
    for (const { id } of points) expect(all(store, id)).toEqual(expected(given, id))
    const before = store.stats()
    expect(before.samples).toBe(given.length)
    expect(before.fresh).toBeGreaterThan(10)
    expect(before.late).toBeGreaterThan(100)
    // The journal keeps what is not in blocks yet, here no more than an hour and an eighth, and a key row.
    expect(before.journal).toBeLessThan(900)
    // Two days on: everything is in blocks of a day.
    for (let i = 0; i < 32; i++) store.commit(tickOf(end + 2 * DAY_MS + i * 1000, []), [])
    for (let i = 0; i < 32; i++) store.commit(tickOf(end + 2 * DAY_MS + 1_000_000 + i * 1000, []), [])
    expect(settle(store, end + 2 * DAY_MS + 1_100_000)).toBeGreaterThan(0)
    const after = store.stats()
    expect([after.fresh, after.open]).toEqual([0, 0])
    expect(store.db.prepare('SELECT count(*) AS n FROM block WHERE id % 64 = 0').get()!.n).toBe(2 * points.length)
    for (const { id } of points) expect(all(store, id)).toEqual(expected(given, id))
    store.close()
    const again = openStore(path, roomy)
    for (const { id } of points) expect(all(again, id)).toEqual(expected(given, id))
    again.close()
  })

  it('a sample that comes when its day is already one block is put into it', () => {
    const store = openStore(path, roomy)
    store.commit(
      tickOf(T0, [
        [1, T0, 1],
        [1, T0 + 2000, 3],
      ]),
      points,
    )
    const later = T0 + 2 * DAY_MS
    const pass = (from: number) => {
      for (let i = 0; i < 100; i++) store.commit(tickOf(from + i * 45_000, []), [])
      settle(store, from + 4_500_000)
    }
    pass(later)
    expect(store.stats().fresh).toBe(0)
    store.commit(tickOf(later + 4_600_000, [[1, T0 + 1000, 2]]), points)
    expect(all(store, 1).map(row => row[1])).toEqual([1, 2, 3])
    pass(later + 4_700_000)
    expect(store.stats().fresh).toBe(0)
    expect(all(store, 1).map(row => row[1])).toEqual([1, 2, 3])
    store.close()
  })
})

describe('blocks of minutes', () => {
  it('are closed the sooner the more comes: what a start has to read again is bounded, and little is not cut into pieces', () => {
    const rows = ([60, 1e9] as const).map(mostJournalled => {
      const at = join(folder.path, `${mostJournalled}.db`)
      const store = openStore(at, { ...roomy, mostJournalled })
      let most = 0
      for (let s = 0; s < 3 * 3600; s += 30) {
        const time = T0 + 2 * HOUR_MS + s * 1000
        store.commit(
          tickOf(
            time,
            [1, 2, 5].map(id => [id, time, s] as const),
          ),
          points,
        )
        if (s % 300 === 0) most = Math.max(most, store.stats().journal)
      }
      const { fresh } = store.stats()
      store.close()
      const again = openStore(at, { ...roomy, mostJournalled })
      // And that nothing was recorded since.
      expect(all(again, 1)).toHaveLength(360 + 1)
      again.close()
      return { mostJournalled, most, fresh }
    })
    expect(rows).toEqual([
      { mostJournalled: 60, most: 91, fresh: 53 },
      { mostJournalled: 1e9, most: 181, fresh: 8 },
    ])
  })
  it('are written before their time when noise has filled what memory they have; those with little in them stay', () => {
    const mostOpenBytes = 64 * 1024
    const store = openStore(path, { ...roomy, mostOpenBytes })
    const random = seeded(5)
    const noisy = Array.from({ length: 100 }, (_, i) => i + 1)
    const calm = Array.from({ length: 100 }, (_, i) => i + 101)
    const given: Given[] = []
    let most = 0
    for (let s = 0; s < 400; s++) {
      const at = T0 + s * 1000
      const list: Given[] = noisy.map(p => [p, at, Math.floor(1e6 * random())])
      if (s % 100 === 0) for (const p of calm) list.push([p, at, p])
      given.push(...list)
      store.commit(tickOf(at, list), s === 0 ? [...noisy, ...calm].map(id => named(id)) : [])
      most = Math.max(most, store.openBytes())
    }
    // What a minute may bring lies about until it is sorted into blocks.
    expect(most).toBeLessThan(1.5 * mostOpenBytes)
    const { fresh } = store.stats()
    expect([
      fresh > 50,
      calm.every(p => store.freshOf(p).length === 0),
      noisy.every(p => all(store, p).length === 400),
    ]).toEqual([true, true, true])
    for (const p of [1, 50, 100, 101, 200]) expect(all(store, p)).toEqual(expected(given, p))
    store.close()
    const again = openStore(path, { ...roomy, mostOpenBytes })
    for (const p of [1, 50, 100, 101, 200])
      expect(all(again, p).filter(([, , code]) => code !== NOT_RECORDED)).toEqual(expected(given, p))
    again.close()
  })

  it('are known by point, in order, and leave room for others when they go', () => {
    const index = freshIndex()
    const known = new Map<number, Fresh[]>()
    const random = seeded(11)
    let removed = 0
    for (let id = 1; id <= 5000; id++) {
      const point = 1 + Math.floor(40 * random())
      const one = { id, day: 20_000 + Math.floor(id / 1000), seq: id * 3 }
      index.add(point, one)
      known.set(point, [...(known.get(point) ?? []), one])
      if (id % 50 > 0) continue
      const of = 1 + Math.floor(40 * random())
      const mine = known.get(of) ?? []
      const gone = new Set(mine.filter(() => random() < 0.7).map(f => f.id))
      index.remove(of, gone)
      removed += gone.size
      known.set(
        of,
        mine.filter(f => !gone.has(f.id)),
      )
    }
    for (let point = 0; point <= 41; point++) {
      const mine = known.get(point) ?? []
      expect([index.of(point), index.newestOf(point)]).toEqual([mine, mine.at(-1)])
    }
    const left = [...known.values()].flat()
    expect([index.size(), removed > 1000]).toEqual([left.length, true])
    expect(index.watermarks()).toEqual(
      new Map([...known].filter(([, list]) => list.length > 0).map(([p, list]) => [p, list.at(-1)!.seq])),
    )
    for (const [day, seq] of [
      [20_000, 1e9],
      [20_003, 1e9],
      [20_009, 1e9],
      [20_009, 30],
      [20_009, 1],
    ] as const) {
      const before = left.filter(f => f.day < day && f.seq < seq).map(f => f.day)
      const oldest = before.length > 0 ? Math.min(...before) : null
      expect([day, seq, index.oldestDay(day, seq)]).toEqual([day, seq, oldest])
      const of = [...known].filter(([, list]) => list.some(f => f.day === oldest && f.seq < seq)).map(([p]) => p)
      if (oldest !== null) expect(index.pointsOf(oldest, seq)).toEqual(of.sort((a, b) => a - b))
    }
  })

  it('that one of them stays for years keeps no room for all that went', () => {
    const index = freshIndex()
    index.add(7, { id: 1, day: 30_000, seq: 1 })
    let most = 0
    for (let id = 2; id <= 200_000; id++) {
      const point = 1 + (id % 50)
      index.add(point, { id, day: 20_000 + Math.floor(id / 1000), seq: id })
      if (id % 500 > 0) continue
      for (let p = 1; p <= 50; p++)
        index.remove(
          p,
          new Set(
            index
              .of(p)
              .filter(f => f.id > 1 && f.id <= id - 400)
              .map(f => f.id),
          ),
        )
      most = Math.max(most, index.pages())
    }
    expect([index.of(7)[0], most < 5]).toEqual([{ id: 1, day: 30_000, seq: 1 }, true])
  })
})

describe('a crash', () => {
  it.each([
    ['with room for open blocks', roomy, 0],
    ['with so little that blocks are written early', { ...roomy, mostOpenBytes: 1 }, 8],
  ])('at any moment, %s: every committed sample is there once, and the time away is a gap', (_, options, early) => {
    // A crash is: no close. What is on the disk is what the other connection sees.
    let crashes = 0
    let blocks = 0
    let stored: Given[] = []
    let store = openStore(path, options)
    const random = seeded(11)
    const cut: number[] = []
    const given = load(3 * 3600, (tick, list) => {
      store.commit(tick, points)
      stored = list
      for (let i = 0; i < 3; i++) store.tidy(tick.now)
      if (random() < 0.004) {
        crashes++
        cut.push(tick.now + 1)
        store.close()
        store = openStore(path, options)
      }
      blocks = Math.max(blocks, store.freshOf(2).length)
    })
    expect(crashes).toBeGreaterThan(4)
    expect(blocks).toBeGreaterThan(early)
    expect(stored.length).toBeGreaterThan(0)
    for (const { id } of points) {
      const rows = all(store, id)
      expect(rows.filter(row => row[2] !== NOT_RECORDED)).toEqual(expected(given, id))
      if (id === 1) expect(rows.filter(row => row[2] === NOT_RECORDED).map(row => (row[0] as number) + T0)).toEqual(cut)
    }
    store.close()
  })

  it('of a row that fills a block and goes over midnight: what was divided is there once', () => {
    const midnight = T0 + 2 * HOUR_MS
    const burst = (from: number, n: number): Given[] =>
      Array.from({ length: n }, (_, i) => [1, from + i * 10, (from % 9973) + i])
    const given = [
      burst(midnight - 60_000, 900),
      burst(midnight - 45_000, 900),
      // Over midnight, and back, in one row.
      [...burst(midnight - 20_000, 3000), ...burst(midnight - 500, 100), ...burst(midnight + 11_000, 50)],
    ]
    for (let crashAfter = 1; crashAfter <= 60; crashAfter += 7) {
      const name = join(folder.path, `burst-${crashAfter}.db`)
      let store = openStore(name, roomy)
      for (const [i, list] of given.entries()) store.commit(tickOf(midnight + i, list), points)
      // Rows in which nothing comes, until blocks are written one after the other.
      for (let i = 0; i < crashAfter; i++) store.commit(tickOf(midnight + 20_000 * i, []), [])
      store.close()
      store = openStore(name, roomy)
      expect(all(store, 1).filter(r => r[2] !== NOT_RECORDED)).toEqual(expected(given.flat(), 1))
      store.close()
    }
  })

  it('of two that begin while the same rows are sorted, the journal is kept from the one that needs it most', () => {
    const store = openStore(path, roomy)
    const late: Given[] = [[1, T0 + 60_000, 61]]
    const early: Given[] = [[2, T0 + 49_000, 50]]
    const rows = [...Array.from({ length: 49 }, () => []), early, ...Array.from({ length: 10 }, () => []), late]
    for (const [i, list] of rows.entries()) store.commit(tickOf(T0 + i * 1000, list), i === 0 ? points : [])
    expect([store.stats().open, store.head()]).toEqual([2, 61])
    // Long enough for the journal to be shortened, not for a block to be written.
    for (let i = 61; i < 200; i++) store.commit(tickOf(T0 + i * 1000, []), [])
    store.close()
    const again = openStore(path, roomy)
    for (const [point, given] of [
      [1, late],
      [2, early],
    ] as const)
      expect(all(again, point).filter(([, , code]) => code !== NOT_RECORDED)).toEqual(expected(given, point))
    again.close()
  })

  it('between putting a day together and deleting its parts: nothing is there twice', () => {
    let store = openStore(path, roomy)
    const given = load(3 * 3600, tick => store.commit(tick, points))
    for (let i = 0; i < 100; i++) store.commit(tickOf(T0 + DAY_MS + i * 20_000, []), [])
    const now = T0 + DAY_MS + 2_000_000
    const count = () =>
      store.db.prepare('SELECT (SELECT count(*) FROM block) AS b, (SELECT count(*) FROM fresh) AS f').get()!
    while ((count().b as number) === 0) expect(store.tidy(now)).toBe(true)
    expect(count().f).toBeGreaterThan(0)
    const check = () => {
      for (const { id } of points)
        expect(all(store, id).filter(r => r[2] !== NOT_RECORDED)).toEqual(expected(given, id))
    }
    check()
    store.close()
    store = openStore(path, roomy)
    check()
    settle(store, now)
    check()
    store.close()
  })
})

describe('the clock', () => {
  it('set back by an hour: both passes are kept, in order of time; nothing is lost or stops', () => {
    const store = openStore(path, roomy)
    const given: Given[] = []
    const one = (at: number, value: number) => {
      given.push([1, at, value])
      store.commit(tickOf(at, [[1, at, value]]), points)
    }
    for (let s = 0; s < 3600; s += 10) one(T0 + s * 1000, s)
    for (let s = 0; s < 7200; s += 10) one(T0 + s * 1000 + 5, 10_000 + s)
    expect(all(store, 1)).toEqual(expected(given, 1))
    expect(store.stats().late).toBe(359)
    for (let i = 0; i < 100; i++) store.commit(tickOf(T0 + 2 * DAY_MS + i * 20_000, []), [])
    settle(store, T0 + 2 * DAY_MS + 2_000_000)
    expect(store.stats().fresh).toBe(0)
    expect(all(store, 1)).toEqual(expected(given, 1))
    store.close()
  })
  it('begins in 1970, then is right: both are there', () => {
    const store = openStore(path, roomy)
    store.commit(tickOf(5000, [[1, 5000, 1]]), points)
    store.commit(tickOf(T0, [[1, T0, 2]]), points)
    expect(all(store, 1, 0, T0 + DAY_MS).map(r => r[1])).toEqual([1, 2])
    store.close()
  })
})

describe('a full disk', () => {
  it('a tick that has no room is refused whole; with room it goes on, and all that was taken is there', () => {
    const store = openStore(path, roomy)
    let given: Given[] = []
    let refused = 0
    const pages = store.db.prepare('PRAGMA page_count').get()!.page_count as number
    store.db.prepare(`PRAGMA max_page_count = ${pages + 1}`).get()
    load(6000, (tick, list) => {
      if (refused === 20) store.db.prepare('PRAGMA max_page_count = 1073741823').get()
      try {
        store.commit(tick, points)
        given = [...given, ...list]
      } catch (error) {
        expect(String(error)).toMatch(/full/)
        refused++
      }
    })
    expect(refused).toBe(20)
    for (const { id } of points) expect(all(store, id)).toEqual(expected(given, id))
    store.close()
    const again = openStore(path, roomy)
    for (const { id } of points) expect(all(again, id).filter(r => r[2] !== NOT_RECORDED)).toEqual(expected(given, id))
    again.close()
  })
})

describe('retention', () => {
  it('raw days go first and are counted; sums stay; a size that is too much takes the oldest day', () => {
    const store = openStore(path, { rawDays: 5, hourDays: 20, mostBytes: 2 ** 40 })
    for (let d = 0; d < 30; d++) {
      for (let i = 0; i < 24; i++)
        store.commit(tickOf(T0 + d * DAY_MS + i * HOUR_MS, [[1, T0 + d * DAY_MS + i * HOUR_MS, d]]), points)
      for (let i = 0; i < 40; i++) store.commit(tickOf(T0 + (d + 1) * DAY_MS - 1000 + i, []), [])
      settle(store, T0 + (d + 1) * DAY_MS)
      settle(store, T0 + (d + 1) * DAY_MS + 130_000)
    }
    const days = (table: string) => store.db.prepare(`SELECT count(*) AS n FROM ${table}`).get()!.n as number
    expect(days('block')).toBeLessThan(8)
    expect(days('block')).toBeGreaterThan(3)
    expect(days('hour')).toBeLessThan(23)
    expect(days('hour')).toBeGreaterThan(15)
    const { droppedRaw, droppedHours } = store.stats()
    expect(droppedRaw).toBeGreaterThan(22 * 24)
    expect(droppedHours).toBeGreaterThan(7 * 24)
    store.close()
    const small = openStore(path, { rawDays: 5, hourDays: 20, mostBytes: 1 })
    settle(small, T0 + 31 * DAY_MS)
    expect(small.db.prepare('SELECT count(*) AS n FROM block').get()!.n).toBe(0)
    expect(small.stats().droppedRaw).toBeGreaterThan(droppedRaw)
    small.close()
  })

  it('by a clock that was set ten years ahead nothing is too old; when it is believed, what is too old goes', () => {
    const store = openStore(path, { rawDays: 5, hourDays: 20, mostBytes: 2 ** 40 })
    for (let d = 0; d < 3; d++)
      for (let i = 0; i < 24; i++)
        store.commit(tickOf(T0 + d * DAY_MS + i * HOUR_MS, [[1, T0 + d * DAY_MS + i * HOUR_MS, d]]), points)
    const ahead = T0 + 3650 * DAY_MS
    const tidied = (safe: boolean, now: number) => {
      while (store.tidy(now, safe)) {}
      const { droppedRaw, droppedHours } = store.stats()
      return [droppedRaw, droppedHours]
    }
    // One at the wrong time ends the day that is open, and the minutes after it put the days together.
    for (let i = 0; i < 40; i++) store.commit(tickOf(ahead + i * 60_000, []), [])
    expect(tidied(false, ahead + 3_000_000)).toEqual([0, 0])
    expect(tidied(false, ahead + 6_000_000)).toEqual([0, 0])
    expect(all(store, 1).filter(([, , code]) => code !== NOT_RECORDED)).toHaveLength(72)
    expect(tidied(true, ahead + 9_000_000)[0]).toBeGreaterThan(40)
    store.close()
  })

  it('of days whose samples were dropped the sums of hours answer finer and other questions too, and it is said', () => {
    const store = openStore(path, roomy)
    const start = Math.ceil(T0 / DAY_MS) * DAY_MS
    // A counter of 12 per hour, and nothing known in the third hour.
    for (let m = 0; m < 24 * 60; m += 5)
      store.commit(tickOf(start + m * 60_000, [[1, start + m * 60_000, m >= 120 && m < 180 ? null : m / 5]]), points)
    store.commit(tickOf(start + DAY_MS, [[1, start + DAY_MS, null]]), points)
    // What waits is taken over by a first look, and then written.
    settle(store, start + 2 * DAY_MS)
    for (let i = 0; i < 100; i++) store.commit(tickOf(start + 2 * DAY_MS + i * 45_000, []), [])
    settle(store, start + 2 * DAY_MS + 8_000_000)
    expect(store.stats().fresh).toBe(0)
    const { steps, raw } = queries(store)
    const now = start + 3 * DAY_MS
    // A day of a zone that is half an hour beside UTC, and a quarter of an hour.
    const day = Float64Array.of(start - HOUR_MS / 2, start + DAY_MS - HOUR_MS / 2)
    const quarters = Float64Array.from({ length: 17 }, (_, i) => start + (i * HOUR_MS) / 4)
    const exact = steps(1, day, now)
    store.limit({ ...roomy, rawDays: 2 })
    settle(store, start + 10 * DAY_MS)
    expect(store.db.prepare('SELECT count(*) AS n FROM block').get()!.n).toBe(0)
    const left = steps(1, day, now)
    // Of the hour that the edge cuts it is the whole hour's.
    expect([left.min[0], left.max[0], exact.max[0]]).toEqual([0, 287, 281])
    expect(left.goodMs[0]).toBe(22.5 * HOUR_MS)
    expect(Math.abs(left.rise[0]! - exact.rise[0]!)).toBeLessThan(1)
    expect(left.coarse).toEqual([{ from: start + 23 * HOUR_MS, to: start + 23.5 * HOUR_MS }])
    const fine = steps(1, quarters, now)
    expect([...fine.goodMs].map(ms => ms / 60_000)).toEqual([
      ...Array(8).fill(15),
      ...Array(4).fill(0),
      ...Array(4).fill(15),
    ])
    expect([fine.min[0], fine.max[3], fine.mean[8]]).toEqual([0, 11, Number.NaN])
    expect(fine.rise.slice(4, 8).reduce((sum, r) => sum + r, 0)).toBeCloseTo(12, 6)
    expect(fine.coarse).toEqual([{ from: start, to: start + 4 * HOUR_MS }])
    // Whole hours are exact: nothing is said.
    expect(steps(1, Float64Array.of(start, start + HOUR_MS), now).coarse).toEqual([])
    expect(raw(1, start, start + DAY_MS, 10)).toMatchObject({ n: 0, coarse: [{ from: start, to: start + DAY_MS }] })
    store.close()
  })

  it('each class has a limit of its own; what had to go before its time is counted apart, and the count outlives a restart', () => {
    const store = openStore(path, roomy)
    for (let d = 0; d < 12; d++) {
      const random = seeded(d)
      const list = Array.from({ length: 200 }, (_, i): Given => [1, T0 + d * DAY_MS + i * 1000, random()])
      store.commit(tickOf(T0 + d * DAY_MS + 200_000, list), points)
      for (let i = 0; i < 40; i++) store.commit(tickOf(T0 + (d + 1) * DAY_MS - 1000 + i, []), [])
      settle(store, T0 + (d + 1) * DAY_MS)
    }
    const [raw, hours] = store.stats().classes as [ClassStats, ClassStats]
    expect([raw.dropped, hours.dropped]).toEqual([0, 0])
    const { block, hour } = store.sizes()
    // Without the heads of rows.
    expect([raw.bytes < block && raw.bytes > 0.9 * block, hours.bytes < hour && hours.bytes > 0.5 * hour]).toEqual([
      true,
      true,
    ])
    store.limit({ ...roomy, rawBytes: raw.bytes / 2, hourDays: 3 })
    settle(store, T0 + 12 * DAY_MS)
    const [less, few] = store.stats().classes as [ClassStats, ClassStats]
    expect(less.bytes).toBeLessThanOrEqual(raw.bytes / 2)
    expect(less.bytes).toBeGreaterThan(raw.bytes / 4)
    expect(less.dropped).toBeGreaterThan(1000)
    expect(less.droppedForRoom).toBe(less.dropped)
    expect(few.dropped).toBeGreaterThan(5 * 24)
    expect([few.droppedForRoom, few.oldest! >= T0 + 8 * DAY_MS, less.oldest! > raw.oldest!]).toEqual([0, true, true])
    store.close()
    const again = openStore(path, roomy)
    expect(again.stats().classes.map(one => [one.bytes, one.dropped])).toEqual([
      [less.bytes, less.dropped],
      [few.bytes, few.dropped],
    ])
    again.close()
  })
})

describe('sums', () => {
  it('are the same from raw samples and from packed hours, and know what was not recorded', () => {
    const store = openStore(path, roomy)
    const start = Math.ceil(T0 / DAY_MS) * DAY_MS
    const give = (at: number, value: number | null, code?: number) =>
      store.commit(tickOf(at, [code === undefined ? [1, at, value] : [1, at, value, code]]), points)
    // A counter: 0.5 per minute for 20 hours, two hours unknown, an exchange at hour 15.
    for (let m = 0; m < 20 * 60; m++) {
      if (m === 600) give(start + m * 60_000, null)
      if (m >= 600 && m < 720) continue
      give(start + m * 60_000, m < 900 ? 1000 + m / 2 : m / 2)
    }
    give(start + 20 * HOUR_MS, null, NOT_RECORDED)
    const { steps } = queries(store)
    const hourly = Float64Array.from({ length: 25 }, (_, i) => start + i * HOUR_MS)
    const raw = steps(1, hourly, start + 2 * DAY_MS)
    expect([...raw.goodMs].map(ms => ms / HOUR_MS)).toEqual([
      ...Array(10).fill(1),
      0,
      0,
      ...Array(8).fill(1),
      0,
      0,
      0,
      0,
    ])
    expect([raw.min[1], raw.max[1], raw.last[1], raw.rise[1]]).toEqual([1030, 1059.5, 1059.5, 30])
    expect(raw.mean[1]).toBeCloseTo((1030 + 1059.5) / 2, 6)
    expect([raw.min[10], raw.mean[10], raw.last[10]]).toEqual([Number.NaN, Number.NaN, Number.NaN])
    // What was counted while nobody looked is counted when it is seen; an exchange is no consumption.
    expect(raw.rise[12]).toBe(29.5 + 60.5)
    expect([raw.rise[15], [...raw.rise].every(r => r >= 0)]).toEqual([29.5, true])
    for (let i = 0; i < 100; i++) store.commit(tickOf(start + 2 * DAY_MS + i * 45_000, []), [])
    settle(store, start + 2 * DAY_MS + 8_000_000)
    expect(store.stats().fresh).toBe(0)
    const packed = steps(1, hourly, start + 2 * DAY_MS)
    for (const key of ['goodMs', 'min', 'max', 'last', 'rise'] as const)
      expect([key, ...packed[key]]).toEqual([key, ...raw[key]])
    for (let i = 0; i < 24; i++) if (raw.goodMs[i]! > 0) expect(packed.mean[i]! / raw.mean[i]!).toBeCloseTo(1, 6)
    // Daily from hours, and half-hourly from raw.
    const daily = steps(1, Float64Array.of(start, start + DAY_MS), start + 2 * DAY_MS)
    expect([daily.goodMs[0], daily.min[0], daily.max[0], daily.last[0]]).toEqual([18 * HOUR_MS, 450, 1449.5, 599.5])
    const half = steps(
      1,
      Float64Array.from({ length: 49 }, (_, i) => start + (i * HOUR_MS) / 2),
      start + 2 * DAY_MS,
    )
    expect(half.rise.reduce((a, b) => a + b)).toBeCloseTo(daily.rise[0]!, 9)
    store.close()
  })
})

it('ticks give their memory back as soon as they are in blocks, and what they said is there', () => {
  const store = openStore(path, roomy)
  const ticks = Array.from({ length: 130 }, (_, s) => tickOf(T0 + 1000 * s + 999, [[1, T0 + 1000 * s, s]]))
  for (const tick of ticks) store.commit(tick, [named(1)])
  // They are taken over sixty at a time; the last ten still wait.
  expect(ticks.map(({ points, times }) => points.length + times.length)).toEqual(ticks.map((_, s) => (s < 120 ? 0 : 2)))
  expect(all(store, 1).map(([, value]) => value)).toEqual(ticks.map((_, s) => s))
  expect(store.stats().samples).toBe(130)
  store.close()
})
