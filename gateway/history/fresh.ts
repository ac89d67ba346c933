/** A block of minutes in the file, without its bytes. */
export interface Fresh {
  readonly id: number
  readonly day: number
  /** The newest row of the journal that it has. */
  readonly seq: number
}
export type FreshIndex = ReturnType<typeof freshIndex>

const PER_PAGE = 1024
/** Of a place that holds none. */
const FREE = -0x8000_0000

/** Blocks with ids that follow each other. */
interface Page {
  readonly days: Int32Array
  readonly seqs: Uint32Array
  /** How far back the next older one of the same point is, in ids; 0: there is none. */
  readonly back: Uint32Array
  left: number
}
const newPage = (): Page => ({
  days: new Int32Array(PER_PAGE).fill(FREE),
  seqs: new Uint32Array(PER_PAGE),
  back: new Uint32Array(PER_PAGE),
  left: 0,
})

/**
 * The blocks of minutes by point, in order of their ids. Ten thousand points make one to three million of them until their
 * day is put together: as objects in lists two million are 130 MB, as columns with a chain through each point's own 25. Their
 * ids say where they are; a page goes when its last one does, so that one that stays for years costs no more than a page.
 */
export function freshIndex() {
  const pages = new Map<number, Page>()
  /** By point; 0: there is none. */
  let newest = new Float64Array(1024)
  let size = 0

  const pageOf = (id: number): Page => pages.get(Math.floor(id / PER_PAGE))!
  const at = (id: number): Fresh => {
    const page = pageOf(id)
    return { id, day: page.days[id % PER_PAGE]!, seq: page.seqs[id % PER_PAGE]! }
  }
  const headOf = (point: number): number => newest[point] ?? 0
  /** The next older one of its point; 0: there is none. */
  function olderThan(id: number): number {
    const back = pageOf(id).back[id % PER_PAGE]!
    return back > 0 ? id - back : 0
  }
  function drop(id: number): void {
    const page = pageOf(id)
    page.days[id % PER_PAGE] = FREE
    size--
    if (--page.left === 0) pages.delete(Math.floor(id / PER_PAGE))
  }

  return {
    /** The newest of its point, and of all: ids are never used twice. */
    add(point: number, { id, day, seq }: Fresh): void {
      if (point >= newest.length) {
        const larger = new Float64Array(Math.max(point + 1, 2 * newest.length))
        larger.set(newest)
        newest = larger
      }
      const key = Math.floor(id / PER_PAGE)
      const page = pages.get(key) ?? newPage()
      if (page.left === 0) pages.set(key, page)
      const place = id % PER_PAGE
      page.days[place] = day
      page.seqs[place] = seq
      page.back[place] = headOf(point) > 0 ? id - headOf(point) : 0
      page.left++
      newest[point] = id
      size++
    },
    /** Oldest first. */
    of(point: number): Fresh[] {
      const list: Fresh[] = []
      for (let id = headOf(point); id > 0; id = olderThan(id)) list.push(at(id))
      return list.reverse()
    },
    newestOf(point: number): Fresh | undefined {
      const head = headOf(point)
      return head > 0 ? at(head) : undefined
    },
    /** Those with these ids, if they are there. */
    remove(point: number, gone: ReadonlySet<number>): void {
      let younger = 0
      for (let id = headOf(point); id > 0; ) {
        const older = olderThan(id)
        if (!gone.has(id)) {
          younger = id
          id = older
          continue
        }
        if (younger === 0) newest[point] = older
        else pageOf(younger).back[younger % PER_PAGE] = older > 0 ? younger - older : 0
        drop(id)
        id = older
      }
    },
    /** The oldest day before `day` with one that has only rows of the journal before `seq`; null: there is none. */
    oldestDay(day: number, seq: number): number | null {
      let oldest = day
      for (const { days, seqs } of pages.values())
        for (let i = 0; i < PER_PAGE; i++)
          if (days[i]! < oldest && days[i] !== FREE && seqs[i]! < seq) oldest = days[i]!
      return oldest < day ? oldest : null
    },
    /** Points with one of the day that has only rows of the journal before `seq`, ascending. */
    pointsOf(day: number, seq: number): number[] {
      const points: number[] = []
      for (let point = 0; point < newest.length; point++)
        for (let id = headOf(point); id > 0; id = olderThan(id)) {
          const one = at(id)
          if (one.day !== day || one.seq >= seq) continue
          points.push(point)
          break
        }
      return points
    },
    /** By point, the newest row of the journal that its blocks have. */
    watermarks(): Map<number, number> {
      const marks = new Map<number, number>()
      for (let point = 0; point < newest.length; point++)
        for (let id = headOf(point); id > 0; id = olderThan(id))
          marks.set(point, Math.max(marks.get(point) ?? 0, at(id).seq))
      return marks
    },
    size: (): number => size,
    /** For tests: so many are kept for. */
    pages: (): number => pages.size,
  }
}
