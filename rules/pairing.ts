/**
 * How a screen on a wall is let in: it shows a code, somebody who may types the code at his own desk, and the screen is
 * signed in. Pure.
 */

/** Without what is mistaken for something else from three metres: 0 O, 1 I L, 2 Z, 5 S, 8 B, U V. */
const LETTERS = 'ACDEFGHJKMNPQRTWXY34679'
/** 23^8 is 78 thousand million: nobody guesses one within its ten minutes. */
const LENGTH = 8
/** A code on a wall is read by whoever passes: it is good for so long, and once. */
export const PAIRING_MS = 600_000
/** Screens of one address that wait at once, and of all. */
export const PAIRINGS_MOST = { address: 3, all: 60 } as const

/** @param random numbers of 0..255, more than enough of them */
export function pairingCode(random: Iterable<number>): string {
  let code = ''
  // What would come round again makes some letters likelier than others: it is left out.
  const fair = 256 - (256 % LETTERS.length)
  for (const n of random) {
    if (code.length === LENGTH) break
    if (n < fair) code += LETTERS[n % LETTERS.length]
  }
  return code
}
/** As it is shown: two groups of four. */
export const shownCode = (code: string): string => `${code.slice(0, 4)}-${code.slice(4)}`
/** As somebody typed it: small letters, blanks and the line do not matter. */
export const typedCode = (text: string): string => text.toUpperCase().replace(/[^A-Z0-9]/g, '')

export interface Pairing {
  readonly code: string
  readonly address: string
  /** UTC ms. */
  readonly until: number
  /** The account it was given; null: nobody has typed the code yet. */
  readonly account: string | null
}

/** Those that still count, when one more comes from an address: its oldest make room. Null: there are too many of all. */
export function roomFor<P extends Pairing>(pairings: readonly P[], address: string, now: number): readonly P[] | null {
  const open = pairings.filter(p => p.until > now)
  const mine = open.filter(p => p.address === address && p.account === null)
  const gone = new Set(mine.slice(0, Math.max(0, mine.length - PAIRINGS_MOST.address + 1)))
  const left = open.filter(p => !gone.has(p))
  return left.length >= PAIRINGS_MOST.all ? null : left
}
