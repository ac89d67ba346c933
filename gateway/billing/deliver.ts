import {
  type BatchFormat,
  type Delivery,
  dueOf,
  hurried,
  isFor,
  isStuck,
  type Outcome,
  queued,
  tried,
} from '../../rules/billing/delivery.ts'
import type { Clock } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import { GATEWAY } from '../core/events.ts'
import type { Billing, KeptBatch } from '../records/billing.ts'
import type { Deliveries } from '../records/deliveries.ts'
import type { Note, Trail } from '../records/trail.ts'
import type { BatchFile, Ways } from './ways.ts'

const LOOK_EVERY_MS = 5000

export interface DeliverDeps {
  readonly clock: Clock
  readonly trail: Trail
  readonly billing: Billing
  readonly deliveries: Deliveries
  readonly ways: Ways
  readonly file: (name: string, format: BatchFormat) => Promise<Buffer>
  readonly failed: (error: unknown) => void
}
export type Deliverer = ReturnType<typeof openDeliverer>

/**
 * Brings issued batches to where they go, and keeps trying, over restarts too. A row is there from the change that issues the
 * batch on, so that none leaves before, and none is forgotten after it. [M03]
 */
export function openDeliverer({ clock, trail, billing, deliveries, ways, file, failed }: DeliverDeps) {
  const stop = new AbortController()
  const running = new Map<string, Promise<void>>()
  let stopLooking = () => {}

  const keep = (d: Delivery) => trail.change(GATEWAY, () => deliveries.put(d))
  async function deliver(had: Delivery): Promise<void> {
    const batch = billing.get(had.batch)
    const done = [...had.done]
    // One after the other: a large batch is not held three times.
    const files: BatchFile[] = []
    for (const format of had.formats)
      files.push({ name: `${had.batch}.${format}`, bytes: await file(had.batch, format) })
    const outcome: Outcome = await ways.go({
      ...{ delivery: had, batch, files, signal: stop.signal },
      done(what) {
        done.push(what)
        keep({ ...had, done: [...done] })
      },
    })
    if (stop.signal.aborted && outcome.kind !== 'sent') return
    // A person may have changed it meanwhile.
    const now = deliveries.find(had.batch, had.to) ?? had
    const made = tried(now, outcome, done, clock.now())
    trail.change(GATEWAY, note => {
      deliveries.put(made)
      if (made.state === 'sent') deliveries.note(note, made, 'delivered')
      // One line for a trouble, not one for each try; another trouble is another line.
      else if (had.why?.code !== made.why?.code || made.state !== had.state)
        deliveries.note(note, made, 'delivery-failed')
    })
  }
  function look(): void {
    if (stop.signal.aborted) return
    const open = deliveries.open()
    const now = clock.now()
    for (const d of open.filter(one => isStuck(one, now)))
      trail.change(GATEWAY, note => {
        const told = deliveries.put({ ...d, told: true })
        deliveries.note(note, told, 'delivery-stuck')
      })
    for (const d of dueOf(open, now)) {
      if (running.has(d.to)) continue
      const work = deliver(d)
        .catch(failed)
        .finally(() => {
          running.delete(d.to)
        })
      running.set(d.to, work)
    }
  }
  const safely = () => {
    try {
      look()
    } catch (error) {
      failed(error)
    }
  }

  return {
    places: ways.places,
    of: deliveries.of,
    /** Inside the change that issues the batch. */
    queue(batch: KeptBatch, now: number): void {
      if (!batch.issued) return
      const { sequence } = batch.issued
      for (const place of ways.open())
        if (isFor(place, batch.group)) deliveries.put(queued({ name: batch.name, sequence }, place, now))
    },
    /** Inside a change: a person wants it to go now, also to places that were set up since. Throws `batch-draft`, `batch-no-place`. */
    again(note: Note, name: string): KeptBatch {
      const batch = billing.get(name)
      if (!batch.issued) return fail('batch-draft')
      const now = clock.now()
      const places = ways.open().filter(p => isFor(p, batch.group))
      const had = deliveries.of(name)
      for (const d of had.filter(one => one.state !== 'sent'))
        deliveries.note(
          note,
          deliveries.put(
            hurried(
              d,
              now,
              places.find(p => p.id === d.to),
            ),
          ),
          'delivery-again',
        )
      const fresh = places.filter(p => !had.some(d => d.to === p.id))
      if (had.length + fresh.length === 0) fail('batch-no-place')
      for (const place of fresh) {
        const d = queued({ name, sequence: batch.issued.sequence }, place, now)
        deliveries.note(note, deliveries.put(d), 'delivery-again')
      }
      return batch
    },
    /** From now on; again at once when something was queued. */
    start(): void {
      stopLooking = clock.every(LOOK_EVERY_MS, safely)
      safely()
    },
    look: safely,
    /** Nothing is under way. */
    async idle(): Promise<void> {
      while (running.size > 0) await Promise.all(running.values())
    },
    async stop(): Promise<void> {
      stopLooking()
      stop.abort()
      await Promise.all(running.values())
    },
  }
}
