/**
 * The store of parts: what is there, and for which orders it is held. Quantities are whole thousandths of a unit, so that
 * adding and taking never drifts. Pure: a stock and what happens go in, the next stock or why not comes out.
 */
export interface Stock {
  readonly onHand: number
  /** By order: held back for it. */
  readonly reserved: ReadonlyMap<string, number>
}
export const partMoves = ['receive', 'count', 'reserve', 'release', 'issue', 'return'] as const
export type PartMove = (typeof partMoves)[number]

/** Thousandths of a unit, from an amount of at most three decimals. */
export const milli = (quantity: number): number => Math.round(quantity * 1000)
export const amount = (thousandths: number): number => thousandths / 1000
/** More thousandths than any store has of one part. */
export const MOST_MILLI = 1_000_000_000

const sum = (values: Iterable<number>): number => [...values].reduce((a, b) => a + b, 0)
export const reservedOf = ({ reserved }: Stock): number => sum(reserved.values())
/** What an order may take: what is there and not held for another. */
export const freeFor = (stock: Stock, order: string | null): number =>
  stock.onHand - reservedOf(stock) + (order === null ? 0 : (stock.reserved.get(order) ?? 0))

export type PartRefusal = 'part-short' | 'part-too-many'

/**
 * @param order whose reservation it is; for reserve, release, issue and return
 * @returns `part-short`: there is not so much, or it is held for others
 */
export function stocked(
  stock: Stock,
  move: PartMove,
  quantity: number,
  order: string | null,
): { readonly stock: Stock } | { readonly refused: PartRefusal } {
  const held = order === null ? 0 : (stock.reserved.get(order) ?? 0)
  const hold = (to: number): Stock['reserved'] => {
    const reserved = new Map(stock.reserved)
    if (order !== null) reserved.delete(order)
    if (order !== null && to > 0) reserved.set(order, to)
    return reserved
  }
  switch (move) {
    case 'receive':
    case 'return': {
      const onHand = stock.onHand + quantity
      return onHand > MOST_MILLI ? { refused: 'part-too-many' } : { stock: { ...stock, onHand } }
    }
    case 'count':
      // What was counted is there, also when that is less than was promised: the shortage shows.
      return quantity > MOST_MILLI ? { refused: 'part-too-many' } : { stock: { ...stock, onHand: quantity } }
    case 'reserve':
      if (quantity > freeFor(stock, null)) return { refused: 'part-short' }
      return { stock: { ...stock, reserved: hold(held + quantity) } }
    case 'release':
      return { stock: { ...stock, reserved: hold(Math.max(0, held - quantity)) } }
    case 'issue':
      if (quantity > freeFor(stock, order) || quantity > stock.onHand) return { refused: 'part-short' }
      return { stock: { onHand: stock.onHand - quantity, reserved: hold(Math.max(0, held - quantity)) } }
  }
}

/** How much to buy so that the least is there again besides what is held for orders; 0: enough. */
export const toBuy = (stock: Stock, least: number): number => Math.max(0, least + reservedOf(stock) - stock.onHand)
