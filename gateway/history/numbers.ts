/**
 * A number as a whole one, so that what changes little costs few bits. Pure; every mode gives back exactly what went in.
 * Modes 0 to 9: so many decimals (230.1 is 2301 in mode 1). F32: what a device sent as a 32-bit float, as its bits in
 * numeric order. F64: no whole number fits; eight bytes.
 */
export const F32 = 10
export const F64 = 11
const DECIMALS = 9
const TENS = Array.from({ length: DECIMALS + 1 }, (_, i) => 10 ** i)
/** Twice the difference of two of them is still an exact whole number: zigzag needs it. */
const LARGEST = 2 ** 51
const float = new Float32Array(1)
const bits = new Int32Array(float.buffer)

/** The whole number of a value in a mode below F64; NaN when it would not come back exactly. */
export function toInt(value: number, mode: number): number {
  if (mode < F32) {
    const ten = TENS[mode]!
    const whole = Math.floor(value * ten + 0.5)
    return whole / ten === value && whole < LARGEST && whole > -LARGEST && (whole !== 0 || 1 / value > 0)
      ? whole
      : Number.NaN
  }
  float[0] = value
  if (float[0] !== value) return Number.NaN
  const b = bits[0]!
  return b < 0 ? -2147483649 - b : b
}

export function fromInt(whole: number, mode: number): number {
  if (mode < F32) return whole / TENS[mode]!
  bits[0] = whole < 0 ? -2147483649 - whole : whole
  return float[0]!
}

/** The cheapest mode for a value, from `least` decimals on. */
export function modeOf(value: number, least = 0): number {
  for (let mode = least; mode <= DECIMALS; mode++) if (!Number.isNaN(toInt(value, mode))) return mode
  return Number.isNaN(toInt(value, F32)) ? F64 : F32
}

/** A mode in which each of these comes back exactly. */
export function modeOfAll(values: Iterable<number>): number {
  let decimals = 0
  let single = true
  for (const value of values) {
    if (decimals <= DECIMALS && Number.isNaN(toInt(value, decimals))) {
      const mode = modeOf(value, decimals)
      decimals = mode <= DECIMALS ? mode : DECIMALS + 1
    }
    single &&= Math.fround(value) === value
    if (decimals > DECIMALS && !single) return F64
  }
  if (decimals > DECIMALS) return F32
  // More decimals may be too large a number for an earlier value: only a look at all of them tells.
  for (const value of values) if (Number.isNaN(toInt(value, decimals))) return single ? F32 : F64
  return decimals
}

/** Small numbers of either sign as small numbers: 0, -1, 1, -2 are 0, 1, 2, 3. Up to 2^52. */
export const zigzag = (n: number): number =>
  n < 0x40000000 && n >= -0x40000000 ? (n << 1) ^ (n >> 31) : n < 0 ? -2 * n - 1 : 2 * n
export const unzigzag = (n: number): number =>
  n < 0x80000000 ? (n >>> 1) ^ -(n & 1) : n % 2 === 1 ? -(n + 1) / 2 : n / 2
