import { amount, freeFor, milli, type PartMove, reservedOf, type Stock, stocked, toBuy } from '../../rules/parts.ts'
import { fail } from '../core/errors.ts'
import type { Db } from './db.ts'
import type { Note } from './trail.ts'

/** A part as it is kept. Quantities in units, as people say them. */
export interface Part {
  readonly id: string
  readonly name: string
  readonly unit: string
  /** Of one unit, in hundredths; null: not said. */
  readonly priceCents: number | null
  /** There should always be so many. */
  readonly least: number
  /** Where it lies. */
  readonly place: string
  /** Not bought any more; what is left can be used up. */
  readonly retired: boolean
  readonly onHand: number
  /** Held for open orders. */
  readonly reserved: number
  /** What nobody has a claim on. */
  readonly free: number
  /** How many to buy to have the least again; 0: enough. */
  readonly buy: number
  readonly reservations: readonly { readonly workorder: string; readonly quantity: number }[]
}
export interface PartFacts {
  readonly name: string
  readonly unit: string
  readonly priceCents: number | null
  readonly least: number
  readonly place: string
  readonly retired: boolean
}
export type Parts = ReturnType<typeof openParts>

interface Row {
  readonly id: string
  readonly name: string
  readonly unit: string
  readonly price_cents: number | null
  readonly least: number
  readonly place: string
  readonly on_hand: number
  readonly retired: number
}

/** The store of parts. What happened to each stands on the trail. */
export function openParts(db: Db) {
  const get = db.prepare('SELECT * FROM part WHERE id = ?')
  const all = db.prepare('SELECT * FROM part ORDER BY id')
  const put = db.prepare(
    `INSERT INTO part (id, name, unit, price_cents, least, place, on_hand, retired) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, unit = excluded.unit, price_cents = excluded.price_cents,
     least = excluded.least, place = excluded.place, on_hand = excluded.on_hand, retired = excluded.retired`,
  )
  const nextNo = db.prepare(
    "INSERT INTO number (kind, day, last) VALUES ('part', '', 1) ON CONFLICT DO UPDATE SET last = last + 1 RETURNING last",
  )
  // An order that has ended holds nothing any more.
  const holds = db.prepare(
    `SELECT r.workorder, r.quantity FROM part_reserved r JOIN workorder w ON w.id = r.workorder
     WHERE r.part = ? AND w.phase NOT IN ('closed', 'cancelled', 'merged') ORDER BY r.workorder`,
  )
  const hold = db.prepare(
    `INSERT INTO part_reserved (part, workorder, quantity) VALUES (?, ?, ?)
     ON CONFLICT (part, workorder) DO UPDATE SET quantity = excluded.quantity`,
  )
  const letGo = db.prepare('DELETE FROM part_reserved WHERE part = ? AND workorder = ?')
  const ofOrder = db.prepare('SELECT part, quantity FROM part_reserved WHERE workorder = ? ORDER BY part')

  const row = (id: string): Row => (get.get(id) as Row | undefined) ?? fail('not-found', { what: id })
  const stockOf = ({ id, on_hand: onHand }: Row): Stock => ({
    onHand,
    reserved: new Map(
      holds.all(id).map(r => [(r as { workorder: string }).workorder, (r as { quantity: number }).quantity]),
    ),
  })
  const view = (r: Row): Part => {
    const stock = stockOf(r)
    return {
      id: r.id,
      name: r.name,
      unit: r.unit,
      priceCents: r.price_cents,
      least: amount(r.least),
      place: r.place,
      retired: r.retired === 1,
      onHand: amount(stock.onHand),
      reserved: amount(reservedOf(stock)),
      free: amount(freeFor(stock, null)),
      buy: r.retired === 1 ? 0 : amount(toBuy(stock, r.least)),
      reservations: [...stock.reserved].map(([workorder, quantity]) => ({ workorder, quantity: amount(quantity) })),
    }
  }
  const store = (id: string, f: PartFacts, onHand: number) =>
    put.run(id, f.name, f.unit, f.priceCents, milli(f.least), f.place, onHand, f.retired ? 1 : 0)

  return {
    /** Inside a change: a part of which there is none yet. */
    create(note: Note, facts: PartFacts): Part {
      const { last } = nextNo.get() as { last: number }
      const id = `P-${String(last).padStart(4, '0')}`
      store(id, facts, 0)
      note('part', id, 'created', { ...facts })
      return view(row(id))
    },
    /** Inside a change: its name, price and least; never how much there is. */
    change(note: Note, id: string, facts: PartFacts): Part {
      const had = row(id)
      store(id, facts, had.on_hand)
      note('part', id, 'changed', { ...facts })
      return view(row(id))
    },
    /**
     * Inside a change: what comes, goes or is held. Throws `part-short`, `part-too-many`.
     * @param order whose it is; of receive and count null
     */
    move(
      note: Note,
      id: string,
      move: PartMove,
      quantity: number,
      order: { readonly id: string; readonly no: string } | null,
      remark = '',
    ): Part {
      const had = row(id)
      const stock = stockOf(had)
      const done = stocked(stock, move, milli(quantity), order?.id ?? null)
      if ('refused' in done)
        return fail(done.refused, {
          part: had.name,
          there: amount(had.on_hand),
          free: amount(Math.max(0, freeFor(stock, order?.id ?? null))),
          unit: had.unit,
        })
      put.run(had.id, had.name, had.unit, had.price_cents, had.least, had.place, done.stock.onHand, had.retired)
      const held = order === null ? undefined : done.stock.reserved.get(order.id)
      if (order !== null && held === undefined) letGo.run(id, order.id)
      else if (order !== null && held !== undefined) hold.run(id, order.id, held)
      const onHand = amount(done.stock.onHand)
      note('part', id, move, {
        quantity,
        onHand,
        ...(move === 'count' && { was: amount(had.on_hand) }),
        ...(order && { order: order.no }),
        ...(remark !== '' && { remark }),
      })
      return view(row(id))
    },
    get: (id: string): Part => view(row(id)),
    list: (): Part[] => all.all().map(r => view(r as unknown as Row)),
    /** What is held for an order. */
    heldFor: (workorder: string) =>
      ofOrder.all(workorder).map(r => {
        const { part, quantity } = r as { part: string; quantity: number }
        const { name, unit } = row(part)
        return { part, name, unit, quantity: amount(quantity) }
      }),
  }
}
