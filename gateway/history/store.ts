import { diskTrouble } from '../core/disk.ts'
import { openDb } from '../records/db.ts'
import { append, appendAll, finish, kinds, read, type Series, textNumber, type Writer } from './block.ts'
import { blocksOf } from './blocks.ts'
import { bytes } from './bytes.ts'
import { hasValue, NOT_RECORDED } from './codes.ts'
import { compactor } from './compact.ts'
import { type Fresh, freshIndex } from './fresh.ts'
import { openBlocks } from './open.ts'
import { PIECE_BYTES } from './pieces.ts'
import { readersOf } from './readers.ts'
import { type Limits, retention } from './retention.ts'
import { DAY_MS, dayOf, migrations, rowId } from './schema.ts'
import { type Sorted, type Staged, sorter } from './sorted.ts'
import { type Chain, chainOf, decodeTick, encodeTick, forget, letGo, type Named, type Tick } from './tick.ts'
import type { DemoBlock } from './wire.ts'

/** A block is closed when it has so many samples, or is so old. */
const MOST_SAMPLES = 1024
const OPEN_MS = 450_000
/** Where little comes, it may be older: a block of a few samples takes more room than they do. */
const LONGEST_OPEN_MS = 3_600_000
/** As many samples come at 10,000 a second while a block is open: what a start may have to read again is twice that. */
const MOST_JOURNALLED = 4_500_000
/** Rows of the journal from one that needs no earlier one to the next. */
const KEY_EVERY = 60
const PRUNE_EVERY = 30
const MOST_STAGED = 48_000
/**
 * Memory for blocks that stand open. What is noise fills it long before their time; then those that have enough for a block are
 * written, the oldest first, and not all in one commit.
 */
const MOST_OPEN_BYTES = 4 * 2 ** 20
const WORTH_BYTES = 4 * PIECE_BYTES
const MOST_AT_ONCE = 500
const MOST_STAGED_TICKS = 60

/** A row of the journal that needs no earlier one. */
interface Key {
  readonly seq: number
  /** UTC ms */
  readonly at: number
  /** Samples that came before it, since the file was opened or the journal begins. */
  readonly samples: number
}

export interface StoreOptions extends Limits {
  /** For tests: as if the disk had room for so many pages. */
  readonly mostPages?: number | undefined
  /** For tests: instead of `MOST_JOURNALLED`. */
  readonly mostJournalled?: number | undefined
  /** For tests: instead of `MOST_OPEN_BYTES`. */
  readonly mostOpenBytes?: number | undefined
}

export type Store = ReturnType<typeof openStore>

/**
 * history.db: what came within a second is one row of a journal; in memory the samples of each point grow into a block, and
 * when that is full it takes the place of its part of the journal, in one transaction. After a crash the journal is read
 * again from the oldest row that no block has, and what a block has is passed over: each sample is there once.
 */
export function openStore(path: string, options: StoreOptions) {
  const db = openDb(path, migrations)
  if (options.mostPages !== undefined) db.prepare(`PRAGMA max_page_count = ${options.mostPages}`).get()
  db.prepare('PRAGMA cache_size = -1000').get()
  const getMeta = db.prepare('SELECT value FROM meta WHERE key = ?')
  const putMeta = db.prepare('INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value')
  const points = new Map<number, Named>()
  for (const row of db.prepare('SELECT id, name, kind, period_ms AS periodMs FROM point').all())
    points.set(row.id as number, { ...row } as unknown as Named)
  const open = openBlocks()
  /** Ended by a new day or by being full, and not written yet: their places in `open`. */
  let closed: number[] = []
  const fresh = freshIndex()
  for (const { id, point, day, seq } of db.prepare('SELECT id, point, day, seq FROM fresh ORDER BY id').iterate())
    fresh.add(point as number, { id: id as number, day: day as number, seq: seq as number })

  const addPoint = db.prepare('INSERT INTO point VALUES (?, ?, ?, ?)')
  const addRow = db.prepare('INSERT INTO journal VALUES (?, ?, ?, ?, ?)')
  const addBlock = db.prepare('INSERT INTO fresh VALUES (?, ?, ?, ?, ?, ?)')
  const freshBody = db.prepare('SELECT body FROM fresh WHERE id = ?')

  let limits: Limits = options
  const kept = retention({ db, limits: () => limits, meta, setMeta })
  const blocks = blocksOf(db, by => kept.grew('raw', by))
  const readers = readersOf(db)
  /** Rows of the journal before it are kept for readers only. */
  let ownFrom = meta('journal-from')
  const putHour = db.prepare('INSERT OR REPLACE INTO hour VALUES (?, ?)')
  const hourBytes = db.prepare('SELECT length(body) AS bytes FROM hour WHERE id = ?')
  const putHours = (id: number, hours: Uint8Array) => {
    kept.grew('hours', hours.length - ((hourBytes.get(id)?.bytes as number | undefined) ?? 0))
    putHour.run(id, hours)
  }

  const chain: Chain = chainOf()
  /** Rows and blocks are written here: on their own they would lie about until the collector comes to this thread, megabytes later. */
  const rowBytes = bytes()
  const blockBytes = bytes(4096)
  let keys: Key[] = []
  /** Samples in the journal, since `keys` begins. */
  let journalled = 0
  let seq = 0
  let lastAt = 0
  let nextFresh = ((db.prepare('SELECT max(id) AS id FROM fresh').get()?.id as number | null) ?? 0) + 1
  // Ids of blocks that were compacted away must not come back: a day's block says up to which it has them.
  nextFresh = Math.max(nextFresh, meta('fresh') + 1)
  let sinceKey = KEY_EVERY
  let sincePrune = 0
  /** When the first sample was written. */
  let began = meta('began')
  const counts = { samples: 0, rows: 0, late: 0 }
  /** The newest time of each point. */
  let newest = new Float64Array(1024)

  /** Most sites have none, and each question would look for it each day. */
  let demoThere = meta('demo') === 1 || meta('demo-there') === 1
  function meta(key: string): number {
    return (getMeta.get(key)?.value as number | undefined) ?? 0
  }
  function setMeta(key: string, value: number) {
    putMeta.run(key, value)
  }

  /**
   * Ticks wait here and are taken over together, point by point: ten thousand writers, each touched once a second, would
   * be ten thousand times a cache that has forgotten them.
   */
  let staged: Staged[] = []
  let stagedSamples = 0
  const sort = sorter()
  function stage(tick: Tick, at: number): void {
    lastAt = Math.max(lastAt, tick.now)
    if (tick.points.length === 0) return
    staged.push({ seq: at, tick })
    stagedSamples += tick.points.length
    if (stagedSamples >= MOST_STAGED || staged.length >= MOST_STAGED_TICKS) drain()
  }
  /** Into the blocks in memory. */
  function drain(watermark?: ReadonlyMap<number, number>): void {
    if (staged.length === 0) return
    const sorted = sort(staged, stagedSamples)
    const { ends, rows } = sorted
    let from = 0
    for (let id = 0; id < ends.length; id++) {
      const to = ends[id]!
      if (from === to) continue
      const had = watermark?.get(id) ?? 0
      while (from < to && staged[rows[from]!]!.seq <= had) from++
      while (from < to) from = takeOver(id, sorted, from, to)
      from = to
    }
    for (const { tick } of staged) letGo(tick)
    staged = []
    stagedSamples = 0
  }
  /** Of one point as many samples as its block can take. @returns the first that it could not */
  function takeOver(id: number, sorted: Sorted, from: number, to: number): number {
    const { times, codes, values, rows, texts } = sorted
    const first = staged[rows[from]!]!
    let at = open.of(id)
    if (
      at >= 0 &&
      ((open.countOf(at) >= MOST_SAMPLES && open.lastSeqOf(at) !== first.seq) || dayOf(times[from]!) !== open.dayOf(at))
    ) {
      closed.push(at)
      open.end(at)
      at = -1
    }
    const point = points.get(id)
    if (!point) return to
    if (at < 0) at = open.begin(id, dayOf(times[from]!), first.seq, first.tick.now)
    if (id >= newest.length) newest = grown(newest, id + 1)
    let newestTime = newest[id]!
    let lastSeq = open.lastSeqOf(at)
    const begins = open.dayOf(at) * DAY_MS
    let n = open.countOf(at)
    let until = from
    for (; until < to; until++, n++) {
      const { seq: row } = staged[rows[until]!]!
      const time = times[until]!
      // What is in one row is never divided between two blocks.
      if ((n >= MOST_SAMPLES && row !== lastSeq) || time < begins || time >= begins + DAY_MS) break
      lastSeq = row
      if (time < newestTime) counts.late++
      else newestTime = time
    }
    newest[id] = newestTime
    const block = open.load(at, point.kind, point.periodMs)
    if (point.kind === 'text') {
      for (let i = from; i < until; i++) {
        const text = texts.get(i)
        append(block, times[i]!, codes[i]!, text === undefined ? 0 : textNumber(block, text))
      }
    } else appendAll(block, times, codes, values, from, until)
    open.save(at, block)
    open.used(at, lastSeq)
    return until
  }
  /** So long that the journal does not grow beyond what a start can read again. */
  function longestOpen(now: number): number {
    const first = keys[0]
    if (!first) return OPEN_MS
    const perMs = (journalled - first.samples) / Math.max(now - first.at, 1000)
    return Math.min(Math.max((options.mostJournalled ?? MOST_JOURNALLED) / perMs, OPEN_MS), LONGEST_OPEN_MS)
  }
  /** Spread evenly: each second its share of the blocks that are old enough. @returns their places */
  function due(now: number): ReadonlySet<number> {
    // What is replayed goes by the newest row that a point's blocks have. So its older block is never written after its
    // newer one, and when a row was divided between two of them, they are written together.
    const taken = new Set(closed)
    for (const at of closed) {
      const next = open.of(open.pointOf(at))
      if (next >= 0 && open.firstSeqOf(next) <= open.lastSeqOf(at)) taken.add(next)
    }
    let share = Math.ceil(open.size() / (OPEN_MS / 1000)) + 1
    const openMs = longestOpen(now)
    for (let at = open.oldest(); at >= 0; at = open.after(at)) {
      const age = now - open.openedAtOf(at)
      // A clock that was set back must not keep a block open for ever.
      if (age >= 0 && (age < openMs || (share <= 0 && age < openMs + OPEN_MS))) break
      if (share-- <= -MOST_AT_ONCE) break
      taken.add(at)
    }
    let excess = open.bytes() - (options.mostOpenBytes ?? MOST_OPEN_BYTES)
    for (const at of taken) excess -= open.lengthOf(at)
    // In order of opening: whose rows the journal has had for the longest.
    for (let at = excess > 0 ? open.oldest() : -1; at >= 0; at = open.after(at)) {
      if (excess <= 0 || taken.size >= MOST_AT_ONCE) break
      const length = open.lengthOf(at)
      if (length < WORTH_BYTES || taken.has(at)) continue
      taken.add(at)
      excess -= length
    }
    return taken
  }

  /** The key row from which on the journal is still needed when these blocks are written. */
  function neededFrom(written: ReadonlySet<number>): number {
    let least = seq + 1
    // All of them: those that begin while the same rows are sorted into blocks begin in order of their points.
    for (let at = open.oldest(); at >= 0; at = open.after(at))
      if (!written.has(at)) least = Math.min(least, open.firstSeqOf(at))
    for (const at of closed) if (!written.has(at)) least = Math.min(least, open.firstSeqOf(at))
    if (staged.length > 0) least = Math.min(least, staged[0]!.seq)
    return keys.findLast(key => key.seq <= least)?.seq ?? 0
  }

  /**
   * One transaction: new points, one row, and the blocks whose turn it is. Keeps the tick, and empties its columns later on.
   * @throws when the disk can't be written: then nothing has changed
   */
  function commit(tick: Tick, named: readonly Named[]): void {
    const key = sinceKey >= KEY_EVERY
    if (key) forget(chain)
    const body = encodeTick(tick, chain, rowBytes)
    const writing = due(tick.now)
    const at = seq + 1
    const pruning = sincePrune >= PRUNE_EVERY
    const from = pruning ? neededFrom(writing) : ownFrom
    let pruned = () => {}
    try {
      db.tx(() => {
        for (const p of named) if (!points.has(p.id)) addPoint.run(p.id, p.name, p.kind, p.periodMs)
        addRow.run(at, key ? 1 : 0, tick.now, tick.points.length, body)
        let id = nextFresh
        for (const one of writing) {
          const point = open.pointOf(one)
          addBlock.run(
            id++,
            point,
            open.dayOf(one),
            open.countOf(one),
            open.lastSeqOf(one),
            finish(blockAt(one), blockBytes),
          )
        }
        readers.write()
        if (pruning) {
          pruned = readers.prune(ownFrom, from)
          setMeta('journal-from', from)
        }
        if (began === 0 && tick.points.length > 0) setMeta('began', tick.now)
      })
    } catch (error) {
      // The chain has run ahead of what is on the disk.
      sinceKey = KEY_EVERY
      throw error
    }
    if (began === 0 && tick.points.length > 0) began = tick.now
    seq = at
    sinceKey = key ? 1 : sinceKey + 1
    if (key) keys.push({ seq: at, at: tick.now, samples: journalled })
    journalled += tick.points.length
    pruned()
    readers.written(tick.points.length)
    if (pruning) {
      ownFrom = from
      keys = keys.filter(k => k.seq >= from)
      sincePrune = 0
    } else sincePrune++
    // Each message of the other thread brings texts of its own; there are three kinds.
    for (const p of named) points.set(p.id, { ...p, kind: kinds.find(kind => kind === p.kind)! })
    if (closed.length > 0) closed = closed.filter(one => !writing.has(one))
    for (const one of writing) {
      const point = open.pointOf(one)
      fresh.add(point, { id: nextFresh++, day: open.dayOf(one), seq: open.lastSeqOf(one) })
      if (open.of(point) === one) open.end(one)
      open.forget(one)
    }
    counts.samples += tick.points.length
    counts.rows++
    stage(tick, at)
  }

  /** Reads the journal into memory. What nobody recorded since is a gap, for every point that was being recorded. */
  function recover(): void {
    const watermark = fresh.watermarks()
    const rows: Chain = chainOf()
    for (const row of db
      .prepare('SELECT seq, is_key, at, body FROM journal WHERE seq >= ? ORDER BY seq')
      .iterate(ownFrom)) {
      if (row.is_key) {
        forget(rows)
        keys.push({ seq: row.seq as number, at: row.at as number, samples: journalled })
      }
      seq = row.seq as number
      const tick = decodeTick(row.at as number, row.body as Uint8Array, rows)
      journalled += tick.points.length
      lastAt = Math.max(lastAt, tick.now)
      staged.push({ seq, tick })
      stagedSamples += tick.points.length
      if (stagedSamples >= MOST_STAGED) drain(watermark)
    }
    drain(watermark)
    readers.opened(seq, ownFrom)
    const cut = [...points.keys()].filter(id => {
      const code = lastCodeOf(id)
      return code !== undefined && hasValue(code)
    })
    if (cut.length === 0 || lastAt === 0) return
    const at = lastAt + 1
    const gap = {
      now: at,
      points: Int32Array.from(cut),
      times: new Float64Array(cut.length).fill(at),
      codes: new Uint8Array(cut.length).fill(NOT_RECORDED),
      values: new Float64Array(cut.length).fill(Number.NaN),
      texts: [],
    }
    try {
      commit(gap, [])
    } catch (error) {
      // A full disk: the gap has no mark then, but what is there stays readable.
      if (!diskTrouble(error)) throw error
    }
  }
  /** Where a point has something that is in no block of the file, oldest first. */
  function placesOf(id: number): number[] {
    const list = closed.filter(at => open.pointOf(at) === id)
    const mine = open.of(id)
    return mine < 0 ? list : [...list, mine]
  }
  function blockAt(at: number): Writer {
    const { kind, periodMs } = points.get(open.pointOf(at))!
    return open.load(at, kind, periodMs)
  }
  /** The quality of the newest sample that was recorded of a point before the last end. */
  function lastCodeOf(id: number): number | undefined {
    const mine = placesOf(id).at(-1)
    if (mine !== undefined) return open.codeOf(mine)
    const newest = fresh.newestOf(id)
    if (!newest || newest.day < dayOf(lastAt) - 1) return undefined
    return bodyOf(newest).codes.at(-1)
  }
  const bodyOf = (one: Fresh): Series => read(freshBody.get(one.id)!.body as Uint8Array)

  recover()
  const compact = compactor({
    db,
    blocks,
    points,
    fresh,
    retention: kept,
    putHours,
    bodyOf,
    /** Rows of the journal up to this one are gone: nothing is replayed from them. */
    journalFrom: () => keys[0]?.seq ?? seq + 1,
    drain,
    isOpen: (point, day) => placesOf(point).some(at => open.dayOf(at) === day),
    setMeta,
    gone(rows) {
      for (const [point, mine] of Map.groupBy(rows, row => row.point))
        fresh.remove(point, new Set(mine.map(row => row.id)))
    },
    meta,
  })
  return {
    commit,
    points,
    /** A slice of the work that is due, of some ms. @returns whether there is more */
    tidy: compact.slice,
    /** From now on these hold. */
    limit(next: Limits): void {
      limits = next
      compact.again()
    },
    /** What is in memory only, oldest first. */
    openOf(id: number): Writer[] {
      drain()
      const point = points.get(id)
      return point ? placesOf(id).map(at => open.copy(at, point.kind, point.periodMs)) : []
    },
    freshOf: fresh.of,
    /** Of the blocks that stand open, in memory. */
    openBytes: open.bytes,
    bodyOf,
    db,
    blocks,
    meta,
    /** Whether there may be made-up history. */
    hasDemo: () => demoThere,
    /** Days of the demo's history. @returns how many samples they have */
    takeDemo(batch: readonly DemoBlock[], named: readonly Named[], last: boolean): number {
      db.tx(() => {
        for (const p of named) if (!points.has(p.id)) addPoint.run(p.id, p.name, p.kind, p.periodMs)
        for (const { point, day, n, block, hours } of batch) {
          blocks.put(day, true, point, n, 0, block)
          if (hours) putHours(rowId(day, true, point), hours)
        }
        kept.note()
        if (last) setMeta('demo', 1)
        setMeta('demo-there', 1)
      })
      demoThere = true
      for (const p of named) points.set(p.id, p)
      return batch.reduce((sum, one) => sum + one.n, 0)
    },
    /** @returns how many blocks it had */
    forgetDemo: (): number =>
      db.tx(() => {
        const removed = kept.forgetDemo()
        setMeta('demo', 2)
        setMeta('demo-there', 0)
        demoThere = false
        return removed
      }),
    stats() {
      drain()
      const page = db.prepare('PRAGMA page_count').get()!.page_count as number
      const free = db.prepare('PRAGMA freelist_count').get()!.freelist_count as number
      const size = db.prepare('PRAGMA page_size').get()!.page_size as number
      return {
        bytes: (page - free) * size,
        fileBytes: page * size,
        points: points.size,
        open: open.size() + closed.length,
        fresh: fresh.size(),
        journal: keys.length > 0 ? seq - keys[0]!.seq + 1 : 0,
        began: began || null,
        mostBytes: limits.mostBytes,
        classes: kept.stats(),
        droppedRaw: meta('dropped-raw'),
        droppedHours: meta('dropped-hours'),
        ...counts,
      }
    },
    /** How many bytes each table holds, row heads included. Looks at every row. */
    sizes(): Readonly<Record<'journal' | 'fresh' | 'block' | 'hour', number>> {
      const of = (table: string) =>
        db.prepare(`SELECT coalesce(sum(length(body)) + 16 * count(*), 0) AS n FROM ${table}`).get()!.n as number
      return { journal: of('journal'), fresh: of('fresh'), block: of('block'), hour: of('hour') }
    },
    readers,
    /** The newest row of the journal. */
    head: () => seq,
    close() {
      try {
        if (readers.waits()) db.tx(readers.write)
      } catch (error) {
        // Told a little twice after the next start.
        if (!diskTrouble(error)) throw error
      }
      db.close()
    },
  }
}

function grown(had: Float64Array<ArrayBuffer>, least: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(Math.max(least, 2 * had.length))
  larger.set(had)
  return larger
}
