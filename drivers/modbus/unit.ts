import type { Reason } from '../point.ts'
import { type Breaker, breaker } from './breaker.ts'
import { sizeOf, type Table } from './codec.ts'
import { type Measured, measureCost } from './cost.ts'
import type { Block, Cost } from './plan.ts'

/** What a link keeps of each unit on its line. */
export interface Unit {
  readonly measured: Measured
  readonly breaker: Breaker
  /** The shortest read it is known to be asked: what a probe costs least with. */
  readonly probe: { readonly table: Table; readonly start: number; readonly count: number } | undefined
  /** Remembers the shortest value of a block as the probe. */
  offer(block: Block<unknown>): void
  /** A place that somebody looks at: the probe of a unit that nothing else is known of. */
  look(place: NonNullable<Unit['probe']>): void
  /** A probe under way; all that want to ask meanwhile wait for it. */
  probing: Promise<Reason | undefined> | undefined
  /** Blocks that are refused whatever is asked, with the time from which it is worth finding out why again. */
  readonly hopeless: Map<string, { readonly until: number; readonly pauseMs: number }>
}

export function createUnit(cost: Cost, registerIsKnown: boolean): Unit {
  let probe: Unit['probe']
  return {
    measured: measureCost(cost, registerIsKnown),
    breaker: breaker(),
    hopeless: new Map(),
    probing: undefined,
    get probe() {
      return probe
    },
    look(place) {
      probe ??= place
    },
    offer(block) {
      for (const { register } of block.items) {
        const count = sizeOf(register)
        if (!probe || count < probe.count) probe = { table: block.table, start: register.address, count }
      }
    },
  }
}
