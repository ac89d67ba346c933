import type { AlarmView, WorkorderView } from '../../gateway/http/contract.ts'

/** What came within so long goes into the cache together: the longer drawing it takes, the longer. ms */
const LEAST_GATHER_MS = 40
const MOST_GATHER_MS = 400

/**
 * What the live link tells of alarms and orders, gathered for a moment: in a flood the lists are made anew once, not once
 * for each.
 * @param putAlarms and putOrder: into the cache
 */
export function openGathering(
  putAlarms: (alarms: readonly AlarmView[]) => void,
  putOrder: (order: WorkorderView) => void,
) {
  let gatherMs = LEAST_GATHER_MS
  let pouredAt = 0
  let gathered: { alarms: AlarmView[]; orders: WorkorderView[] } | null = null
  /** Alarms first: what an alarm says of its order was true when it was sent, and an order that came after it knows better. */
  function pour(): void {
    const now = gathered
    const began = performance.now()
    gathered = null
    pouredAt = began
    putAlarms(now?.alarms ?? [])
    for (const order of now?.orders ?? []) putOrder(order)
    setTimeout(() => {
      gatherMs = Math.max(LEAST_GATHER_MS, Math.min(MOST_GATHER_MS, 2 * (performance.now() - began)))
    })
  }
  function gather(): NonNullable<typeof gathered> {
    if (gathered === null) {
      gathered = { alarms: [], orders: [] }
      setTimeout(pour, gatherMs)
    }
    return gathered
  }
  return {
    alarm(alarm: AlarmView): void {
      gather().alarms.push(alarm)
      // Whoever is in danger does not wait for the others, unless there are many of them.
      const urgent = alarm.severity === 'life' || alarm.severity === 'high'
      if (urgent && performance.now() - pouredAt > LEAST_GATHER_MS) pour()
    },
    order(order: WorkorderView): void {
      gather().orders.push(order)
    },
    /**
     * The answer to a step of an order. What was told before goes in before it: gathered, it would come after it, and the
     * order would fall back for a moment, and close the dialog that was just opened for its next step.
     */
    answered(order: WorkorderView): void {
      if (gathered !== null) pour()
      putOrder(order)
    },
  }
}
