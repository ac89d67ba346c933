/** What was seen at a point: each item is well or not; a flame needs a permit. */
export interface ItemSeen {
  readonly id: string
  readonly ok: boolean
  readonly note: string
  /** Of an open flame: what the guard was shown. */
  readonly permit?: 'shown' | 'none' | undefined
}
/**
 * Whether an item has failed. Of an open flame the register of permits has the last word; only where nobody can say it, the
 * paper that the guard was shown counts.
 * @param permitHere null: not known
 */
export function itemFails(flame: boolean, seen: ItemSeen, permitHere: boolean | null): boolean {
  if (seen.ok) return false
  if (!flame) return true
  return permitHere === null ? seen.permit !== 'shown' : !permitHere
}
