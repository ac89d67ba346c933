/** A block of minutes in the file, without its bytes. */
export interface Fresh {
  readonly id: number
  readonly day: number
  /** The newest row of the journal that it has. */
  readonly seq: number
}
export type FreshIndex = ReturnType<typeof freshIndex>

const FIRST = 4096
const MOST_GROWN = 65_536
/** Of a place that holds none. */
const FREE = -0x8000_0000

/**
 * The blocks of minutes by point, in order of their ids. Ten thousand points make two million of them until their day is
 * put together: as objects in lists these are 130 MB, as columns with a chain through each point's own 40.
 */
export function freshIndex() {
  let ids = new Float64Array(FIRST)
  let seqs = new Float64Array(FIRST)
  let days = new Int32Array(FIRST).fill(FREE)
  /** The next older one of the same point, or of the free ones; one more than its place, 0: there is none. */
  let older = new Int32Array(FIRST)
  let newest = new Int32Array(1024)
  let free = 0
  /** Places that were used at least once. */
  let used = 0
  let size = 0

  function place(): number {
    if (free > 0) {
      const at = free - 1
      free = older[at]!
      return at
    }
    if (used === ids.length) {
      const length = ids.length + Math.min(ids.length, MOST_GROWN)
      ids = copyOf(ids, new Float64Array(length))
      seqs = copyOf(seqs, new Float64Array(length))
      days = copyOf(days, new Int32Array(length).fill(FREE, used))
      older = copyOf(older, new Int32Array(length))
    }
    return used++
  }
  const at = (i: number): Fresh => ({ id: ids[i]!, day: days[i]!, seq: seqs[i]! })
  const headOf = (point: number): number => newest[point] ?? 0

  return {
    /** The newest of its point. */
    add(point: number, { id, day, seq }: Fresh): void {
      if (point >= newest.length) newest = copyOf(newest, new Int32Array(Math.max(point + 1, 2 * newest.length)))
      const i = place()
      ids[i] = id
      days[i] = day
      seqs[i] = seq
      older[i] = newest[point]!
      newest[point] = i + 1
      size++
    },
    /** Oldest first. */
    of(point: number): Fresh[] {
      const list: Fresh[] = []
      for (let next = headOf(point); next > 0; next = older[next - 1]!) list.push(at(next - 1))
      return list.reverse()
    },
    newestOf(point: number): Fresh | undefined {
      const head = headOf(point)
      return head > 0 ? at(head - 1) : undefined
    },
    /** Those with these ids, if they are there. */
    remove(point: number, gone: ReadonlySet<number>): void {
      let younger = 0
      for (let next = headOf(point); next > 0; ) {
        const i = next - 1
        next = older[i]!
        if (!gone.has(ids[i]!)) {
          younger = i + 1
          continue
        }
        if (younger === 0) newest[point] = next
        else older[younger - 1] = next
        days[i] = FREE
        older[i] = free
        free = i + 1
        size--
      }
    },
    /** The oldest day before `day` with one that has only rows of the journal before `seq`; null: there is none. */
    oldestDay(day: number, seq: number): number | null {
      let oldest = day
      for (let i = 0; i < used; i++) if (days[i]! < oldest && days[i] !== FREE && seqs[i]! < seq) oldest = days[i]!
      return oldest < day ? oldest : null
    },
    /** Points with one of the day that has only rows of the journal before `seq`, ascending. */
    pointsOf(day: number, seq: number): number[] {
      const points: number[] = []
      for (let point = 0; point < newest.length; point++)
        for (let next = newest[point]!; next > 0; next = older[next - 1]!)
          if (days[next - 1] === day && seqs[next - 1]! < seq) {
            points.push(point)
            break
          }
      return points
    },
    /** By point, the newest row of the journal that its blocks have. */
    watermarks(): Map<number, number> {
      const marks = new Map<number, number>()
      for (let point = 0; point < newest.length; point++)
        for (let next = newest[point]!; next > 0; next = older[next - 1]!)
          marks.set(point, Math.max(marks.get(point) ?? 0, seqs[next - 1]!))
      return marks
    },
    size: (): number => size,
  }
}

function copyOf<T extends Float64Array | Int32Array>(had: T, larger: T): T {
  larger.set(had)
  return larger
}
