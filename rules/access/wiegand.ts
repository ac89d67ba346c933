/**
 * Card formats as bits on two wires. A reader only says how many bits there were: the length and the parity tell which
 * format it can be. The raw bits are kept whatever is read out of them, because a format that is guessed wrong loses
 * the facility code. Wiegand is clear text and can be recorded and replayed: it says who, it proves nothing.
 */

/** From the first bit (0) to before `to`. */
type Bits = readonly [from: number, to: number]
interface Parity {
  /** Where the parity bit stands. */
  readonly bit: number
  readonly over: Bits
  readonly even: boolean
}
export interface WiegandFormat {
  readonly id: string
  readonly bits: number
  readonly parity: readonly Parity[]
  /** Null: there is none, the number is all. */
  readonly facility: Bits | null
  readonly number: Bits
}

/** 26 bits as everybody has them; HID H10306 (34), H10304 and H10302 (37, with and without facility code). */
export const wiegandFormats: readonly WiegandFormat[] = [
  {
    id: 'w26',
    bits: 26,
    parity: [
      { bit: 0, over: [1, 13], even: true },
      { bit: 25, over: [13, 25], even: false },
    ],
    facility: [1, 9],
    number: [9, 25],
  },
  {
    id: 'w34',
    bits: 34,
    parity: [
      { bit: 0, over: [1, 17], even: true },
      { bit: 33, over: [17, 33], even: false },
    ],
    facility: [1, 17],
    number: [17, 33],
  },
  {
    id: 'w37-facility',
    bits: 37,
    parity: [
      { bit: 0, over: [1, 19], even: true },
      // Bit 18 is counted on both sides.
      { bit: 36, over: [18, 36], even: false },
    ],
    facility: [1, 17],
    number: [17, 36],
  },
  {
    id: 'w37',
    bits: 37,
    parity: [
      { bit: 0, over: [1, 19], even: true },
      { bit: 36, over: [18, 36], even: false },
    ],
    facility: null,
    number: [1, 36],
  },
]

export interface Decoded {
  readonly format: string
  readonly facility: number | null
  /** At most 35 bits: exact. */
  readonly number: number
}
/** `candidates` are more than one where formats of the same length differ only in what they call the bits. */
export type WiegandRead =
  | { readonly ok: true; readonly bits: string; readonly candidates: readonly Decoded[] }
  | { readonly ok: false; readonly bits: string; readonly why: 'format' | 'parity' }

const ones = (bits: string, [from, to]: Bits): number => {
  let n = 0
  for (let i = from; i < to; i++) if (bits[i] === '1') n++
  return n
}
const sound = (format: WiegandFormat, bits: string): boolean =>
  format.parity.every(p => (ones(bits, p.over) + Number(bits[p.bit])) % 2 === (p.even ? 0 : 1))
const numberAt = (bits: string, [from, to]: Bits): number => Number.parseInt(bits.slice(from, to), 2)

/** What a card said. @param bits as they came, `0` and `1` */
export function readWiegand(bits: string): WiegandRead {
  const formats = /^[01]+$/.test(bits) ? wiegandFormats.filter(f => f.bits === bits.length) : []
  if (formats.length === 0) return { ok: false, bits, why: 'format' }
  const right = formats.filter(format => sound(format, bits))
  if (right.length === 0) return { ok: false, bits, why: 'parity' }
  const candidates = right.map(f => ({
    format: f.id,
    facility: f.facility && numberAt(bits, f.facility),
    number: numberAt(bits, f.number),
  }))
  return { ok: true, bits, candidates }
}

/** The bits of a card by what is printed on it; null: it does not fit the format. */
export function wiegandBits(id: string, facility: number | null, number: number): string | null {
  const format = wiegandFormats.find(f => f.id === id)
  if (!format || (format.facility === null) !== (facility === null)) return null
  const bits: string[] = Array.from({ length: format.bits }, () => '0')
  const put = (value: number, [from, to]: Bits): boolean => {
    const text = value.toString(2)
    if (!Number.isSafeInteger(value) || value < 0 || text.length > to - from) return false
    for (const [i, bit] of [...text.padStart(to - from, '0')].entries()) bits[from + i] = bit
    return true
  }
  if (!put(number, format.number)) return null
  if (format.facility !== null && facility !== null && !put(facility, format.facility)) return null
  for (const p of format.parity) bits[p.bit] = (ones(bits.join(''), p.over) % 2 === 1) === p.even ? '1' : '0'
  return bits.join('')
}
