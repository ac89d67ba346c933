import type { Link } from '../../drivers/driver.ts'
import type { Point, PointId, Sample, Value } from '../../drivers/point.ts'
import { type CommandSpec, interlockStates, type Refusal } from '../../rules/command.ts'
import { onlineId } from './poller.ts'
import { unlessAborted } from './unless.ts'

export interface InterlockDeps {
  readonly points: ReadonlyMap<PointId, Point>
  readonly get: (point: PointId) => Sample | undefined
  readonly link: (equipment: string) => Link | undefined
  readonly take: (samples: readonly Sample[]) => void
}

const equipmentOf = (point: PointId): string => point.slice(0, point.indexOf('/'))

/** Reads what a command's interlocks rest on, right before it is written: what was polled may be a minute old. */
export function interlockReader({ points, get, link, take }: InterlockDeps) {
  /** Made once per command and value, because a driver plans its requests once per list. */
  const lists = new WeakMap<CommandSpec, Map<Value, readonly (readonly [equipment: string, readonly Point[]])[]>>()

  function listsOf(spec: CommandSpec, value: Value) {
    const mine = lists.get(spec) ?? new Map<Value, readonly (readonly [string, readonly Point[]])[]>()
    lists.set(spec, mine)
    const had = mine.get(value)
    if (had) return had
    // Whether a device is online is nothing that it can be asked; it was heard, or it will not answer now.
    const asked = spec.interlocks
      .filter(({ values, point }) => (values?.includes(value) ?? true) && point !== onlineId(equipmentOf(point)))
      .map(({ point }) => point)
    const found = [...new Set(asked)].flatMap(id => points.get(id) ?? [])
    const made = [...Map.groupBy(found, p => equipmentOf(p.id))]
    // A setpoint has many values and the same interlocks for most of them.
    if (mine.size < 100) mine.set(value, made)
    return made
  }

  /** Why it must not be written: an interlock does not hold, or nobody could tell in time. Undefined: it may. */
  return async (spec: CommandSpec, value: Value, signal: AbortSignal): Promise<Refusal | undefined> => {
    const fresh = new Map<PointId, Sample>()
    await Promise.all(
      listsOf(spec, value).map(async ([equipment, wanted]) => {
        const samples = await unlessAborted(signal, link(equipment)?.read(wanted, signal, true))
        // What comes when the time is over is no reading, but a call that was given up.
        if (signal.aborted || !samples) return
        take(samples)
        for (const sample of samples) fresh.set(sample.point, sample)
      }),
    )
    const seen = (id: PointId) => (id === onlineId(equipmentOf(id)) ? get(id) : fresh.get(id))
    const states = interlockStates(spec.interlocks, value, seen)
    const broken = states.find(s => s.holds === 'no') ?? states.find(s => s.holds === 'unknown')
    if (!broken) return undefined
    return { why: broken.holds === 'no' ? 'interlock' : 'interlock-unknown', text: broken.interlock.text }
  }
}
