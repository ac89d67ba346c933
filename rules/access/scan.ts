import { wiegandBits } from './wiegand.ts'

/** What a scanner, a card reader at the USB port or a guard has put into one line, and what it can mean. */
export type Scan =
  | { readonly kind: 'code'; readonly code: string }
  | { readonly kind: 'no'; readonly no: string }
  | { readonly kind: 'visit'; readonly no: string }
  /** A goods exit slip. */
  | { readonly kind: 'slip'; readonly no: string }
  | { readonly kind: 'plate'; readonly plate: string }
  /** Readers say the same card in several ways: what it may be, the likeliest first. */
  | { readonly kind: 'card'; readonly tries: readonly ({ readonly uid: string } | { readonly bits: string })[] }
  | { readonly kind: 'name'; readonly words: string }

const reversed = (hex: string): string => hex.match(/../g)!.reverse().join('')

/**
 * A signed pass has 168 Base45 characters or more, a card 8, 14 or 20 hexadecimal digits, or 10 decimal ones (the 32 bits of
 * its number, as readers for 125 kHz type them), or facility and number (`042,04711`). The rest is a name.
 */
export function scanOf(line: string): Scan {
  const text = line.normalize('NFKC').trim()
  const upper = text.toUpperCase()
  if (upper.length >= 100 && /^[0-9A-Z $%*+\-./:]+$/.test(upper)) return { kind: 'code', code: upper }
  const no = /^([CV])-?(\d{8})-?(\d{3,6})$/.exec(upper)
  if (no) return { kind: no[1] === 'C' ? 'no' : 'visit', no: `${no[1]}-${no[2]}-${no[3]}` }
  const slip = /^G-?(\d{8})-?(\d{3,6})$/.exec(upper)
  if (slip) return { kind: 'slip', no: `G-${slip[1]}-${slip[2]}` }
  if (/^\p{Script=Han}[A-Z][A-Z0-9·.-]{5,7}\p{Script=Han}?$/u.test(upper)) return { kind: 'plate', plate: upper }
  const pair = /^(\d{1,3})[,:/ ](\d{1,5})$/.exec(upper)
  if (pair) {
    const bits = wiegandBits('w26', Number(pair[1]), Number(pair[2]))
    if (bits !== null) return { kind: 'card', tries: [{ bits }] }
  }
  if (/^\d{10}$/.test(upper) && Number(upper) < 2 ** 32) {
    const number = Number(upper)
    const hex = number.toString(16).toUpperCase().padStart(8, '0')
    const bits = number < 2 ** 24 ? wiegandBits('w26', number >>> 16, number & 0xffff) : null
    return { kind: 'card', tries: [...(bits === null ? [] : [{ bits }]), { uid: hex }, { uid: reversed(hex) }] }
  }
  const hex = upper.replaceAll(/[\s:-]/g, '')
  if (/^([0-9A-F]{8}|[0-9A-F]{14}|[0-9A-F]{20})$/.test(hex))
    return { kind: 'card', tries: [{ uid: hex }, { uid: reversed(hex) }] }
  return { kind: 'name', words: text }
}

/** With an input method for Chinese the browser does not say which character it was: the keys of a US keyboard do. */
const shifted: Readonly<Record<string, string>> = {
  ...{ Digit4: '$', Digit5: '%', Digit8: '*', Equal: '+', Semicolon: ':', Minus: '_', Period: '>', Slash: '?' },
}
const plainKeys: Readonly<Record<string, string>> = {
  ...{ Space: ' ', Minus: '-', Period: '.', Slash: '/', Comma: ',', Semicolon: ';', Equal: '=' },
  ...{ NumpadAdd: '+', NumpadSubtract: '-', NumpadMultiply: '*', NumpadDivide: '/', NumpadDecimal: '.' },
}
export interface Key {
  readonly key: string
  readonly code: string
  readonly shift: boolean
}
/** The character of a key that was pressed; null: it types none. */
export function charOf({ key, code, shift }: Key): string | null {
  if (key.length === 1) return key
  if (key !== 'Process' && key !== 'Unidentified') return null
  const letter = /^Key([A-Z])$/.exec(code)?.[1]
  if (letter) return letter
  if (shift && shifted[code]) return shifted[code]
  return /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1] ?? plainKeys[code] ?? null
}

/** A reader types faster than any hand. */
const MOST_GAP_MS = 50
const FEWEST = 6
/**
 * Tells a reader that types from a person who does. `press` takes every key with the time of its event, ms; at an Enter it
 * gives the line when it was typed faster than a hand can, else null.
 */
export function createWedge() {
  let line = ''
  let last = Number.NEGATIVE_INFINITY
  return {
    press(key: Key, at: number): string | null {
      const near = at - last <= MOST_GAP_MS
      if (key.key === 'Enter' || ((key.key === 'Process' || key.key === 'Tab') && key.code === 'Enter')) {
        const whole = near && line.length >= FEWEST ? line : null
        line = ''
        last = Number.NEGATIVE_INFINITY
        return whole
      }
      const char = charOf(key)
      // Shift comes between the characters of a reader.
      if (char === null) return null
      line = near ? line + char : char
      last = at
      return null
    },
    /** What came fast so far: more than one character is no hand. */
    get length() {
      return line.length
    },
    isFast: (at: number): boolean => line.length > 1 && at - last <= MOST_GAP_MS,
  }
}

const SHORTEST_CODE = 168
const isPart = (line: string): boolean =>
  scanOf(line).kind === 'name' || (line.length >= 100 && line.length < SHORTEST_CODE)
/**
 * What a reader typed that faltered on its way: only the end of it came fast, and that alone is nobody's. When all that stands
 * in the field is a code, a number or a card, that was meant. @param field what was typed into it, the line too
 */
export const meantOf = (line: string, field: string): string =>
  field.endsWith(line) && isPart(line) && !isPart(field) ? field : line
