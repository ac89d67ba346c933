import type { Bits } from './bits.ts'

export const PIECE_BYTES = 128
/** They are cut from larger ones, that the system gives and takes by the page. */
const PER_SLAB = 2048
const SLAB_BITS = 11
/** Of a block that has no piece yet. */
export const NO_BYTES = new Uint8Array(0)
export type Pieces = ReturnType<typeof piecesOf>

/**
 * Memory of the blocks that stand open, in pieces of equal length: a block grows by one when its last one is full, and gives
 * all of them back when it is written. A buffer for each that doubles would be filled to three quarters at best, and its
 * former halves lie about where the next ones do not fit.
 */
export function piecesOf() {
  const slabs: Uint8Array[] = []
  /** The one before it of the same block, or of those that are free; -1: there is none. */
  let before = new Int32Array(0)
  /** How much of it was filled when the next one began. */
  let filled = new Uint8Array(0)
  let free = -1
  let inUse = 0

  function cut(): void {
    const first = slabs.length * PER_SLAB
    slabs.push(new Uint8Array(PER_SLAB * PIECE_BYTES))
    const had = { before, filled }
    before = new Int32Array(first + PER_SLAB)
    before.set(had.before)
    filled = new Uint8Array(first + PER_SLAB)
    filled.set(had.filled)
    for (let piece = first + PER_SLAB - 1; piece >= first; piece--) {
      before[piece] = free
      free = piece
    }
  }
  const startOf = (piece: number): number => (piece & (PER_SLAB - 1)) * PIECE_BYTES

  /** To the piece that it says. */
  function turnTo(to: Bits): void {
    to.bytes = to.piece < 0 ? NO_BYTES : slabs[to.piece >>> SLAB_BITS]!
    to.end = to.piece < 0 ? 0 : startOf(to.piece) + PIECE_BYTES
  }

  return {
    /** One more piece, into which it is written from now on. */
    grow(to: Bits): void {
      if (free < 0) cut()
      const piece = free
      free = before[piece]!
      before[piece] = to.piece
      if (to.piece >= 0) {
        filled[to.piece] = to.next - startOf(to.piece)
        to.earlier += filled[to.piece]!
      }
      to.piece = piece
      to.next = startOf(piece)
      turnTo(to)
      inUse++
    },
    turnTo,
    /** Whole bytes that were written. */
    lengthOf: (piece: number, next: number, earlier: number): number =>
      piece < 0 ? 0 : earlier + next - startOf(piece),
    /** Into `to`, from its beginning. */
    copy(from: Bits, to: Uint8Array): void {
      let [piece, end] = [from.piece, from.next]
      for (let at = from.earlier; piece >= 0; ) {
        const start = startOf(piece)
        to.set(slabs[piece >>> SLAB_BITS]!.subarray(start, end), at)
        piece = before[piece]!
        if (piece < 0) return
        at -= filled[piece]!
        end = startOf(piece) + filled[piece]!
      }
    },
    /** With all before it; nothing may be written or read there afterwards. */
    giveBack(last: number): void {
      for (let piece = last; piece >= 0; ) {
        const next = before[piece]!
        before[piece] = free
        free = piece
        piece = next
        inUse--
      }
    },
    /** Bytes of all that are in use, filled or not. */
    bytes: (): number => inUse * PIECE_BYTES,
  }
}
