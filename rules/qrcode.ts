/**
 * A QR code of a short text [ISO/IEC 18004]: byte mode, level M (15 % may be scratched off), versions 1 to 10, which hold
 * 213 bytes. `true` is dark. Without the quiet zone of four modules, which whoever draws it leaves around it.
 * @throws RangeError when the text is longer
 */
export function qrCode(text: string): readonly (readonly boolean[])[] {
  const bytes = new TextEncoder().encode(text)
  let version = 1
  while (version <= 10 && bytes.length + (version < 10 ? 2 : 3) > dataBytes(version)) version++
  if (version > 10) throw new RangeError(`a code holds 213 bytes, these are ${bytes.length}`)
  const words = interleaved(version, paddedWords(version, bytes))
  let best: boolean[][] = []
  let least = Number.POSITIVE_INFINITY
  for (let mask = 0; mask < 8; mask++) {
    const drawn = draw(version, words, mask)
    const cost = penalty(drawn)
    if (cost < least) {
      least = cost
      best = drawn
    }
  }
  return best
}

/** Level M, by version from 1 [table 9]. */
const CHECK_BYTES = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26]
const BLOCKS = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5]

function allBytes(version: number): number {
  let modules = (16 * version + 128) * version + 64
  if (version >= 2) {
    const n = Math.floor(version / 7) + 2
    modules -= (25 * n - 10) * n - 55
    if (version >= 7) modules -= 36
  }
  return Math.floor(modules / 8)
}
const dataBytes = (version: number): number => allBytes(version) - CHECK_BYTES[version - 1]! * BLOCKS[version - 1]!

/** Mode, length, text, end, and the filling [7.4]. */
function paddedWords(version: number, bytes: Uint8Array): number[] {
  const bits: number[] = []
  const put = (value: number, count: number) => {
    for (let i = count - 1; i >= 0; i--) bits.push((value >> i) & 1)
  }
  put(0b0100, 4)
  put(bytes.length, version < 10 ? 8 : 16)
  for (const byte of bytes) put(byte, 8)
  const room = dataBytes(version) * 8
  put(0, Math.min(4, room - bits.length))
  put(0, (8 - (bits.length % 8)) % 8)
  for (let filling = 0xec; bits.length < room; filling ^= 0xec ^ 0x11) put(filling, 8)
  const words: number[] = []
  for (let i = 0; i < bits.length; i += 8) words.push(bits.slice(i, i + 8).reduce((sum, bit) => sum * 2 + bit, 0))
  return words
}

/** Product in GF(2^8) modulo x^8 + x^4 + x^3 + x^2 + 1. */
function product(a: number, b: number): number {
  let z = 0
  for (let i = 7; i >= 0; i--) {
    z = (z << 1) ^ ((z >> 7) * 0x11d)
    z ^= ((b >> i) & 1) * a
  }
  return z
}
function checkOf(data: readonly number[], count: number): number[] {
  // The generator, without its leading 1: the product of (x - 2^i).
  const generator: number[] = new Array<number>(count).fill(0)
  generator[count - 1] = 1
  let root = 1
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) {
      generator[j] = product(generator[j]!, root)
      if (j + 1 < count) generator[j]! ^= generator[j + 1]!
    }
    root = product(root, 2)
  }
  const rest: number[] = new Array<number>(count).fill(0)
  for (const byte of data) {
    const factor = byte ^ rest.shift()!
    rest.push(0)
    for (let j = 0; j < count; j++) rest[j]! ^= product(generator[j]!, factor)
  }
  return rest
}

/** Blocks with their check bytes, taken in turns, so that a scratch hits each a little [7.6]. */
function interleaved(version: number, words: readonly number[]): number[] {
  const blocks = BLOCKS[version - 1]!
  const check = CHECK_BYTES[version - 1]!
  const short = Math.floor(words.length / blocks)
  const long = words.length % blocks
  const parts: { data: readonly number[]; check: readonly number[] }[] = []
  let at = 0
  for (let i = 0; i < blocks; i++) {
    const data = words.slice(at, at + short + (i < blocks - long ? 0 : 1))
    at += data.length
    parts.push({ data, check: checkOf(data, check) })
  }
  const out: number[] = []
  for (let i = 0; i <= short; i++) for (const { data } of parts) if (i < data.length) out.push(data[i]!)
  for (let i = 0; i < check; i++) for (const part of parts) out.push(part.check[i]!)
  return out
}

/** Centres of the alignment patterns along one side [annex E]. */
function alignments(version: number): number[] {
  if (version === 1) return []
  const n = Math.floor(version / 7) + 2
  const step = Math.ceil((version * 4 + 4) / (n * 2 - 2)) * 2
  const at = [6]
  for (let pos = version * 4 + 10; at.length < n; pos -= step) at.splice(1, 0, pos)
  return at
}

function draw(version: number, words: readonly number[], mask: number): boolean[][] {
  const size = version * 4 + 17
  const dark = Array.from({ length: size }, () => new Array<boolean>(size).fill(false))
  const taken = Array.from({ length: size }, () => new Array<boolean>(size).fill(false))
  const set = (x: number, y: number, is: boolean) => {
    if (x < 0 || y < 0 || x >= size || y >= size) return
    dark[y]![x] = is
    taken[y]![x] = true
  }
  for (let i = 0; i < size; i++) {
    set(6, i, i % 2 === 0)
    set(i, 6, i % 2 === 0)
  }
  for (const [cx, cy] of [
    [3, 3],
    [size - 4, 3],
    [3, size - 4],
  ] as const)
    for (let dy = -4; dy <= 4; dy++)
      for (let dx = -4; dx <= 4; dx++) {
        const ring = Math.max(Math.abs(dx), Math.abs(dy))
        set(cx + dx, cy + dy, ring !== 2 && ring !== 4)
      }
  const centres = alignments(version)
  const last = centres.length - 1
  for (const [i, cx] of centres.entries())
    for (const [j, cy] of centres.entries()) {
      if ((i === 0 && j === 0) || (i === 0 && j === last) || (i === last && j === 0)) continue
      for (let dy = -2; dy <= 2; dy++)
        for (let dx = -2; dx <= 2; dx++) set(cx + dx, cy + dy, Math.max(Math.abs(dx), Math.abs(dy)) !== 1)
    }
  // Format: level M is 00, then the mask; BCH(15,5) [7.9].
  let rest = mask
  for (let i = 0; i < 10; i++) rest = (rest << 1) ^ ((rest >> 9) * 0x537)
  const format = ((mask << 10) | rest) ^ 0x5412
  const bit = (value: number, i: number) => ((value >> i) & 1) === 1
  for (let i = 0; i <= 5; i++) set(8, i, bit(format, i))
  set(8, 7, bit(format, 6))
  set(8, 8, bit(format, 7))
  set(7, 8, bit(format, 8))
  for (let i = 9; i < 15; i++) set(14 - i, 8, bit(format, i))
  for (let i = 0; i < 8; i++) set(size - 1 - i, 8, bit(format, i))
  for (let i = 8; i < 15; i++) set(8, size - 15 + i, bit(format, i))
  set(8, size - 8, true)
  if (version >= 7) {
    // Version: BCH(18,6) [7.10].
    let more = version
    for (let i = 0; i < 12; i++) more = (more << 1) ^ ((more >> 11) * 0x1f25)
    const bits = (version << 12) | more
    for (let i = 0; i < 18; i++) {
      const a = size - 11 + (i % 3)
      const b = Math.floor(i / 3)
      set(a, b, bit(bits, i))
      set(b, a, bit(bits, i))
    }
  }
  // Upwards and downwards in columns of two, from the right; the timing column is left out [7.7.3].
  let at = 0
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5
    for (let step = 0; step < size; step++)
      for (const x of [right, right - 1]) {
        const y = ((right + 1) & 2) === 0 ? size - 1 - step : step
        if (taken[y]![x]) continue
        const is = at < words.length * 8 && ((words[at >> 3]! >> (7 - (at & 7))) & 1) === 1
        dark[y]![x] = is !== masked(mask, x, y)
        at++
      }
  }
  return dark
}

function masked(mask: number, x: number, y: number): boolean {
  switch (mask) {
    case 0:
      return (x + y) % 2 === 0
    case 1:
      return y % 2 === 0
    case 2:
      return x % 3 === 0
    case 3:
      return (x + y) % 3 === 0
    case 4:
      return (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0
    case 5:
      return ((x * y) % 2) + ((x * y) % 3) === 0
    case 6:
      return (((x * y) % 2) + ((x * y) % 3)) % 2 === 0
    default:
      return (((x + y) % 2) + ((x * y) % 3)) % 2 === 0
  }
}

/** What makes a picture hard to read: runs, blocks, what looks like a corner, too much of one colour [7.8.3]. */
function penalty(dark: readonly (readonly boolean[])[]): number {
  const size = dark.length
  const lines = [...dark, ...dark.map((_, x) => dark.map(row => row[x]!))]
  let cost = 0
  for (const line of lines) {
    let run = 1
    for (let i = 1; i <= size; i++) {
      if (i < size && line[i] === line[i - 1]) run++
      else {
        if (run >= 5) cost += run - 2
        run = 1
      }
    }
    const text = line.map(is => (is ? 1 : 0)).join('')
    for (const corner of ['10111010000', '00001011101'])
      for (let i = text.indexOf(corner); i >= 0; i = text.indexOf(corner, i + 1)) cost += 40
  }
  let all = 0
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const is = dark[y]![x]
      if (is) all++
      if (y > 0 && x > 0 && is === dark[y - 1]![x] && is === dark[y]![x - 1] && is === dark[y - 1]![x - 1]) cost += 3
    }
  return cost + Math.floor(Math.abs(all * 20 - size * size * 10) / (size * size)) * 10
}
