import type { Delivery } from '../../rules/billing/delivery.ts'
import type { Db } from './db.ts'
import type { Note } from './trail.ts'

export type Deliveries = ReturnType<typeof openDeliveries>

/** Where each issued batch goes, and what became of it; and which batches were prepared by the calendar. [M03, N80, N81] */
export function openDeliveries(db: Db) {
  const all = db.prepare('SELECT facts FROM billing_delivery WHERE batch = ? ORDER BY target')
  const one = db.prepare('SELECT facts FROM billing_delivery WHERE batch = ? AND target = ?')
  const open = db.prepare("SELECT facts FROM billing_delivery WHERE state <> 'sent' ORDER BY sequence")
  const put = db.prepare(
    `INSERT INTO billing_delivery (batch, target, sequence, state, facts) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (batch, target) DO UPDATE SET state = excluded.state, facts = excluded.facts`,
  )
  const made = db.prepare('SELECT 1 FROM billing_schedule WHERE grp = ? AND period = ?')
  const make = db.prepare('INSERT INTO billing_schedule (grp, period, at, batch) VALUES (?, ?, ?, ?)')
  const since = db.prepare("SELECT at FROM billing_schedule WHERE grp = ? AND period = ''")
  const groups = db.prepare("SELECT grp FROM billing_schedule WHERE period = ''")
  const see = db.prepare(
    "INSERT INTO billing_schedule (grp, period, at, batch) VALUES (?, '', ?, '') ON CONFLICT (grp, period) DO UPDATE SET at = excluded.at",
  )
  const unsee = db.prepare("DELETE FROM billing_schedule WHERE grp = ? AND period = ''")
  const deliveryOf = (row: unknown): Delivery => JSON.parse((row as { facts: string }).facts) as Delivery

  return {
    of: (batch: string): Delivery[] => all.all(batch).map(deliveryOf),
    find(batch: string, to: string): Delivery | undefined {
      const row = one.get(batch, to)
      return row ? deliveryOf(row) : undefined
    },
    /** What has not arrived, in the order of the sequence numbers. */
    open: (): Delivery[] => open.all().map(deliveryOf),
    /** Inside a change. */
    put(d: Delivery): Delivery {
      put.run(d.batch, d.to, d.sequence, d.state, JSON.stringify(d))
      return d
    },
    /** Inside a change: what people should find on the trail. */
    note(note: Note, d: Delivery, action: 'delivered' | 'delivery-failed' | 'delivery-stuck' | 'delivery-again'): void {
      note('billing-batch', d.batch, action, {
        ...{ to: d.to, where: d.where, tries: d.tries, done: d.done },
        ...(d.why && { why: d.why.code, detail: d.why.detail }),
      })
    },
    /** A group that is prepared by the calendar. */
    schedule: {
      since: (group: string): number | null => (since.get(group) as { at: number } | undefined)?.at ?? null,
      /** Groups that were asked for when it was looked last. */
      groups: (): string[] => groups.all().map(row => (row as { grp: string }).grp),
      /** Inside a change: it is asked for since then. */
      see: (group: string, at: number): void => void see.run(group, at),
      /** Inside a change: nobody asks for it any more. */
      forget: (group: string): void => void unsee.run(group),
      made: (group: string, period: string): boolean => made.get(group, period) !== undefined,
      /** Inside a change, once. `batch` empty: there was nothing to bill. */
      make: (group: string, period: string, at: number, batch: string): void => void make.run(group, period, at, batch),
    },
  }
}
