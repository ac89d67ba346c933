import { readings } from './pinyin.ts'

/**
 * How well what was typed fits a text: the whole of it, its start, a word or a part in it, its initials, initials or letters
 * further in. Smaller is better.
 */
export const ranks = { whole: 0, start: 1, word: 2, initials: 3, within: 4 } as const
export type Rank = (typeof ranks)[keyof typeof ranks]

/** A text as it is compared: no capitals, full width letters like others. */
export interface Findable {
  readonly low: string
  /** The first letters of its English words. */
  readonly initials: string
  /** A bit for each letter that a Chinese character in it may begin with, or an English word beside Chinese. */
  readonly letters: number
}

const bit = (char: string): number => {
  const n = char.charCodeAt(0) - 97
  // Digits share one bit.
  return n >= 0 && n < 26 ? 1 << n : 1 << 26
}
const alnum = (char: string | undefined): boolean => char !== undefined && /[a-z0-9]/.test(char)

export function findable(text: string): Findable {
  const low = text.normalize('NFKC').toLowerCase()
  const words = low.match(/[a-z0-9]+/g) ?? []
  let letters = 0
  let chinese = false
  for (const char of low)
    for (const syllable of readings(char)) {
      chinese = true
      letters |= bit(syllable)
    }
  if (chinese) for (const word of words) letters |= bit(word)
  return { low, initials: words.length > 1 ? words.map(word => word[0]).join('') : '', letters }
}

/**
 * How well things fit what was typed. Chinese is found by its characters, by pinyin without tones, whole or begun, and by
 * initials. Answers for the texts of one thing, and those of what is around it (the place, the equipment of a point): each
 * word has to fit one of them, at least one a text of its own, and the one that fits worst says how well. Null: it is not meant.
 */
export function matcher(typed: string) {
  const plain = typed.normalize('NFKC').toLowerCase().replaceAll("'", '').trim()
  const words = plain.split(/\s+/).filter(Boolean).map(rankOfWord)
  // A name of several words, typed whole, is the name all the same.
  const whole = words.length > 1 ? rankOfWord(plain.replaceAll(/\s+/g, ' ')) : null
  return (own: readonly Findable[], around: readonly Findable[] = []): Rank | null => {
    if (words.length === 0) return null
    const all = whole && best(whole, own)
    if (all !== null && all <= ranks.start) return all
    let worst: Rank = ranks.whole
    let named = false
    for (const word of words) {
      const mine = best(word, own)
      if (mine !== null) named = true
      const rank = mine ?? best(word, around)
      if (rank === null) return null
      if (rank > worst) worst = rank
    }
    if (!named) return null
    // One word of several is never the whole.
    return words.length > 1 && worst < ranks.word ? ranks.word : worst
  }
}

function best(word: (text: Findable) => Rank | null, texts: readonly Findable[]): Rank | null {
  let found: Rank | null = null
  for (const text of texts) {
    const rank = word(text)
    if (rank !== null && (found === null || rank < found)) found = rank
    if (found === ranks.whole) return found
  }
  return found
}

/** Texts that many things share are looked at once. */
function rankOfWord(word: string): (text: Findable) => Rank | null {
  const latin = /^[a-z0-9]*[a-z][a-z0-9]*$/.test(word)
  const first = bit(word[0] ?? '')
  const edge = alnum(word[0])
  const kept = new Map<Findable, Rank | null>()
  const rankIn = ({ low, initials, letters }: Findable): Rank | null => {
    const at = low.indexOf(word)
    if (at === 0) return low.length === word.length ? ranks.whole : ranks.start
    if (at > 0 && !(edge && alnum(low[at - 1]))) return ranks.word
    if (latin) {
      const spelt = (letters & first) === 0 ? null : spelled(word, low)
      if (spelt !== null) return spelt
      if (word.length > 1 && initials.startsWith(word)) return ranks.initials
    }
    // Letters in the middle of a word: only when there are enough of them to mean something.
    return at > 0 && word.length > 2 ? ranks.within : null
  }
  return text => {
    const had = kept.get(text)
    if (had !== undefined) return had
    const rank = rankIn(text)
    kept.set(text, rank)
    return rank
  }
}

/** By pinyin from some character on. */
function spelled(word: string, low: string): Rank | null {
  let found: Rank | null = null
  for (let i = 0; i < low.length; i++) {
    if (low.charCodeAt(i) < 0x3400 && (low[i] !== word[0] || (i > 0 && alnum(low[i - 1])))) continue
    const way = walk(low, i, word, 0, false)
    if (way === null) continue
    const rank = way.short ? (i === 0 ? ranks.initials : ranks.within) : rankAt(i, way.end === low.length)
    if (found === null || rank < found) found = rank
  }
  return found
}
const rankAt = (i: number, toTheEnd: boolean): Rank => (i > 0 ? ranks.word : toTheEnd ? ranks.whole : ranks.start)

interface Way {
  /** Where in the text the last typed letter was used up. */
  readonly end: number
  /** Some character was given by its first letters only. */
  readonly short: boolean
}

/** Uses up what was typed from letter `j` on, with the text from character `i` on; whole syllables before initials. */
function walk(low: string, i: number, word: string, j: number, short: boolean): Way | null {
  if (j === word.length) return { end: i, short }
  const char = low[i]
  if (char === undefined) return null
  const read = readings(char)
  if (read.length === 0) {
    if (char === word[j]) return walk(low, i + 1, word, j + 1, short)
    return alnum(char) || j === 0 ? null : walk(low, i + 1, word, j, short)
  }
  let found: Way | null = null
  for (const syllable of read) {
    const rest = word.length - j
    if (word.startsWith(syllable, j)) {
      const way = walk(low, i + 1, word, j + syllable.length, short)
      if (way !== null && !way.short) return way
      found ??= way
    } else if (rest < syllable.length && syllable.startsWith(word.slice(j))) {
      // The last syllable may be under way; a single letter alone is an initial.
      const way = { end: Number.POSITIVE_INFINITY, short: short || (j === 0 && rest === 1) }
      if (!way.short) return way
      found ??= way
    }
    if (found === null) {
      const two = /^[zcs]h/.test(syllable) && word.startsWith(syllable.slice(0, 2), j)
      if (two) found = walk(low, i + 1, word, j + 2, true)
      if (found === null && word[j] === syllable[0]) found = walk(low, i + 1, word, j + 1, true)
    }
  }
  return found
}
