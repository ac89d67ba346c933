/** Reads a QR code as it is drawn, without damage: enough to know what a telephone would see [ISO/IEC 18004]. */

const perBlock = {
  L: [7, 10, 15, 20, 26, 18, 20, 24, 30],
  M: [10, 16, 26, 18, 24, 16, 18, 22, 22],
  Q: [13, 22, 18, 26, 18, 24, 18, 22, 20],
  H: [17, 28, 22, 16, 22, 28, 26, 26, 24],
}
const blocksOf = {
  L: [1, 1, 1, 1, 1, 2, 2, 2, 2],
  M: [1, 1, 1, 2, 2, 4, 4, 4, 5],
  Q: [1, 1, 2, 2, 4, 4, 6, 6, 8],
  H: [1, 1, 2, 4, 4, 4, 5, 6, 8],
}
const masks: ((x: number, y: number) => number)[] = [
  (x, y) => (x + y) % 2,
  (_, y) => y % 2,
  x => x % 3,
  (x, y) => (x + y) % 3,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2,
  (x, y) => ((x * y) % 2) + ((x * y) % 3),
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2,
]

/** @param path `M<x> <y>h1v1h-1z` for each dark module. @param drawn modules of a side, with a quiet zone of four each */
export function readCode(path: string, drawn: number): string {
  const size = drawn - 8
  const version = (size - 17) / 4
  if (!Number.isInteger(version) || version < 1 || version > 9) throw new Error(`no code of ${size} modules`)
  const marks = new Set([...path.matchAll(/M(\d+) (\d+)h1v1h-1z/g)].map(m => `${Number(m[1]) - 4} ${Number(m[2]) - 4}`))
  const dark = (x: number, y: number): number => (marks.has(`${x} ${y}`) ? 1 : 0)
  const format =
    Array.from({ length: 15 }, (_, i) =>
      i < 6 ? dark(8, i) : i < 8 ? dark(8, i + 1) : i === 8 ? dark(7, 8) : dark(14 - i, 8),
    ).reduce((bits, bit, i) => bits | (bit << i), 0) ^ 0x5412
  const level = (['M', 'L', 'H', 'Q'] as const)[format >> 13]!
  const mask = masks[(format >> 10) & 7]!
  const align = version === 1 ? [] : version < 7 ? [6, size - 7] : [6, 2 * version + 8, size - 7]
  const last = size - 7
  const isFixed = (x: number, y: number): boolean =>
    (x < 9 && y < 9) ||
    (x >= size - 8 && y < 9) ||
    (x < 9 && y >= size - 8) ||
    x === 6 ||
    y === 6 ||
    (version >= 7 && ((x >= size - 11 && y < 6) || (y >= size - 11 && x < 6))) ||
    align.some(cx =>
      align.some(
        cy =>
          !((cx === 6 && (cy === 6 || cy === last)) || (cx === last && cy === 6)) &&
          Math.abs(x - cx) <= 2 &&
          Math.abs(y - cy) <= 2,
      ),
    )
  const bits: number[] = []
  for (let right = size - 1, up = true; right > 0; right -= 2, up = !up) {
    if (right === 6) right = 5
    for (let i = 0; i < size; i++)
      for (const x of [right, right - 1]) {
        const y = up ? size - 1 - i : i
        if (!isFixed(x, y)) bits.push(dark(x, y) ^ (mask(x, y) === 0 ? 1 : 0))
      }
  }
  const bytes = Array.from({ length: bits.length >> 3 }, (_, i) =>
    bits.slice(i * 8, i * 8 + 8).reduce((value, bit) => value * 2 + bit, 0),
  )
  // Blocks take turns; the first ones may be one byte shorter.
  const blocks = blocksOf[level][version - 1]!
  const short = Math.floor(bytes.length / blocks) - perBlock[level][version - 1]!
  const longer = bytes.length % blocks
  const data: number[][] = Array.from({ length: blocks }, () => [])
  let at = 0
  for (let i = 0; i <= short; i++)
    for (let block = 0; block < blocks; block++)
      if (i < short || block >= blocks - longer) data[block]!.push(bytes[at++]!)
  const stream = data.flat().flatMap(byte => Array.from({ length: 8 }, (_, i) => (byte >> (7 - i)) & 1))
  const take = (from: number, n: number) => stream.slice(from, from + n).reduce((value, bit) => value * 2 + bit, 0)
  if (take(0, 4) !== 4) throw new Error(`mode ${take(0, 4)} is not of bytes`)
  return new TextDecoder('utf-8', { fatal: true }).decode(
    Uint8Array.from({ length: take(4, 8) }, (_, i) => take(12 + i * 8, 8)),
  )
}
