/**
 * Reads a QR code of the model 2, level M, versions 1 to 12, from its modules [ISO/IEC 18004:2015, 7 and 12]: written from
 * the standard and not from what draws them, so that it can prove that wrong. A code with a single wrong codeword is null.
 */
export function readQr(dark: readonly (readonly boolean[])[]): string | null {
  const n = dark.length
  const version = (n - 17) / 4
  const at = (x: number, y: number) => dark[y]?.[x] === true
  // Format, beside the upper left finder: level and mask, each bit from its own place.
  const places = Array.from({ length: 15 }, (_, i) =>
    i < 6 ? [8, i] : i === 6 ? [8, 7] : i === 7 ? [8, 8] : i === 8 ? [7, 8] : [14 - i, 8],
  )
  const format = places.reduce((bits, [x, y], i) => bits | (Number(at(x!, y!)) << i), 0) ^ 0x5412
  const mask = masks[(format >> 10) & 7]!
  if (format >> 13 !== 0 || !Number.isInteger(version) || version < 1 || version > 12) return null
  const fixed = fixedIn(n, version)
  const bits: number[] = []
  for (let right = n - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5
    for (let step = 0; step < n; step++)
      for (const x of [right, right - 1]) {
        const y = ((right + 1) & 2) === 0 ? n - 1 - step : step
        if (!fixed(x, y)) bits.push(Number(at(x, y) !== (mask(x, y) === 0)))
      }
  }
  const words = Array.from({ length: Math.floor(bits.length / 8) }, (_, i) =>
    Number.parseInt(bits.slice(i * 8, i * 8 + 8).join(''), 2),
  )
  const data = dataOf(words, version)
  return data && textOf(data, version)
}

const masks: readonly ((x: number, y: number) => number)[] = [
  (x, y) => (x + y) % 2,
  (_, y) => y % 2,
  x => x % 3,
  (x, y) => (x + y) % 3,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2,
  (x, y) => ((x * y) % 2) + ((x * y) % 3),
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2,
]
/** Where something stands that is no data: finders, timing, alignment, format and version. */
function fixedIn(n: number, version: number) {
  const middle = { 7: 22, 8: 24, 9: 26, 10: 28, 11: 30, 12: 32 }[version]
  const centres = version === 1 ? [] : [6, ...(middle === undefined ? [] : [middle]), n - 7]
  const near = (x: number, y: number) =>
    centres.some(cx =>
      centres.some(cy => {
        const corner = (cx === 6 && cy === 6) || (cx === 6 && cy === n - 7) || (cx === n - 7 && cy === 6)
        return !corner && Math.abs(x - cx) <= 2 && Math.abs(y - cy) <= 2
      }),
    )
  return (x: number, y: number) =>
    x === 6 ||
    y === 6 ||
    (x < 9 && y < 9) ||
    (x >= n - 8 && y < 9) ||
    (x < 9 && y >= n - 8) ||
    (version >= 7 && ((x >= n - 11 && y < 6) || (y >= n - 11 && x < 6))) ||
    near(x, y)
}

/** Level M: check words of a block, and blocks, by version [table 9]. */
const checks = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22]
const blocks = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8]
/** Null: a block is not what it was written as. */
function dataOf(words: readonly number[], version: number): number[] | null {
  const [check, count] = [checks[version - 1]!, blocks[version - 1]!]
  const short = Math.floor(words.length / count)
  const longs = words.length % count
  const parts: number[][] = Array.from({ length: count }, () => [])
  let next = 0
  for (let i = 0; i <= short - check; i++)
    parts.forEach((part, b) => {
      if (i < short - check || b >= count - longs) part.push(words[next++]!)
    })
  const data = parts.flatMap(part => [...part])
  for (let i = 0; i < check; i++) for (const part of parts) part.push(words[next++]!)
  const whole = parts.every(part =>
    Array.from({ length: check }, (_, power) => part.reduce((sum, word) => times(sum, root(power)) ^ word, 0)).every(
      rest => rest === 0,
    ),
  )
  return whole ? data : null
}
/** In GF(2^8) modulo x^8 + x^4 + x^3 + x^2 + 1. */
function times(a: number, b: number): number {
  let sum = 0
  for (let bit = 7; bit >= 0; bit--) sum = (sum << 1) ^ ((sum >> 7) * 0x11d) ^ (((b >> bit) & 1) * a)
  return sum
}
const root = (power: number): number => (power === 0 ? 1 : times(root(power - 1), 2))

const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'
/** Segments of letters and of bytes; what is none of them is not read. */
function textOf(data: readonly number[], version: number): string | null {
  const bits = data.map(word => word.toString(2).padStart(8, '0')).join('')
  let from = 0
  function take(count: number): number {
    from += count
    return Number.parseInt(bits.slice(from - count, from), 2)
  }
  let text = ''
  while (from + 4 <= bits.length) {
    const mode = take(4)
    if (mode === 0) return text
    if (mode !== 2 && mode !== 4) return null
    let left = take(mode === 2 ? (version < 10 ? 9 : 11) : version < 10 ? 8 : 16)
    for (; mode === 4 && left > 0; left--) text += String.fromCharCode(take(8))
    for (; left > 1; left -= 2) {
      const pair = take(11)
      text += LETTERS[Math.floor(pair / 45)]! + LETTERS[pair % 45]!
    }
    if (left === 1) text += LETTERS[take(6)]!
  }
  return text
}
