import { common } from './words.ts'

/** So many pieces make a password that is not among the first that somebody tries. */
const LEAST_PIECES = 5
/** Only digits: telephones, birthdays and ID numbers are no secrets, and a machine tries all short ones. */
const LEAST_DIGITS = 16
const SHORTEST_PIECE = 3
const LONGEST_PIECE = 20
/** What is behind does not make it easier. */
const LOOKED_AT = 64

/** Rows and columns of keyboards and number pads, the alphabet: who follows them has chosen nothing. */
const paths =
  `1234567890-= qwertyuiop[] asdfghjkl;' zxcvbnm,./ azertyuiop qwertzuiop qsdfghjklm abcdefghijklmnopqrstuvwxyz 01234567890
  1qaz 2wsx 3edc 4rfv 5tgb 6yhn 7ujm 8ik, 9ol. 0p;/ 147 258 369 159 357 789 456 123 7410 8520 9630 1357 13579 2468 24680 5201314 1314520
  1029384756 0192837465`.split(/\s+/)
const walks = new Set(
  paths
    .flatMap(path => [path, [...path].reverse().join('')])
    .flatMap(path => Array.from(path, (_, from) => path.slice(from)))
    .flatMap(end => Array.from(end, (_, length) => end.slice(0, length + 1))),
)

/** Letters as digits and signs, such as p4ssw0rd. */
const SIGNS: Readonly<Record<string, string>> = {
  ...{ '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't' },
  ...{ '@': 'a', $: 's', '!': 'i', '|': 'l', '+': 't' },
}
const unsigned = (text: string): string => [...text].map(c => SIGNS[c] ?? c).join('')

/**
 * Whether a password is among those that are tried first: of a common word or two with digits, a path over the keyboard, the same
 * again, digits alone, the user's name or that of the site [ASVS 5.0, 6.1.2 and 6.2.11]. Long sentences pass whatever their words.
 * @param names of the user, the site and the product, as they are written; in any letters
 */
export function easyPassword(password: string, names: readonly string[]): boolean {
  const text = password.normalize('NFKC').toLowerCase().slice(0, LOOKED_AT)
  if (/^\d+$/.test(text) && text.length < LEAST_DIGITS) return true
  const known = new Set(names.flatMap(wordsOf))
  const bare = text.replaceAll(/[\s._\-/]+/g, '')
  const halves = [0, 1].map(odd => [...bare].filter((_, i) => i % 2 === odd).join(''))
  const least = Math.min(
    ...[text, bare, unsigned(bare)].map(one => pieces(one, known)),
    // 1q2w3e4r5t: two paths, one letter of each in turn.
    halves.reduce((sum, half) => sum + pieces(half, known), 0),
  )
  return least < LEAST_PIECES
}

/** A name whole, without blanks, and each of its words. */
function wordsOf(name: string): string[] {
  const text = name.normalize('NFKC').toLowerCase()
  const parts = text.split(/[\s._\-/]+/)
  return [text, parts.join(''), ...parts].filter(word => word.length >= 2)
}

/** The fewest pieces that a text is made of: a word, a path, a year or a repetition is one, whatever is left counts by letters. */
function pieces(text: string, known: ReadonlySet<string>): number {
  const fewest = [0]
  for (let end = 1; end <= text.length; end++) {
    let least = fewest[end - 1]! + (/\d/.test(text[end - 1]!) ? 0.5 : 1)
    for (let from = end - 2; from >= Math.max(0, end - LONGEST_PIECE); from--)
      if (isPiece(text, from, end, known)) least = Math.min(least, fewest[from]! + 1)
    fewest.push(least)
  }
  return fewest[text.length]!
}

function isPiece(text: string, from: number, end: number, known: ReadonlySet<string>): boolean {
  const piece = text.slice(from, end)
  const length = end - from
  if (known.has(piece)) return true
  // The same as just before it.
  if (length >= 2 && from >= length && text.slice(from - length, from) === piece) return true
  if (length < SHORTEST_PIECE) return false
  if (common.has(piece) || walks.has(piece)) return true
  if (/^(.)\1+$/u.test(piece)) return true
  // A year, or a day as 19990131, 990131, 31011999.
  return /^((19|20)\d\d|(19|20)?\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])|(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])(19|20)\d\d)$/.test(
    piece,
  )
}
