import { expect, it } from 'vitest'
import { qrCode } from '../../rules/qrcode.ts'

/** Reads a picture as a telephone does, from the standard and not from the code that drew it. */
function read(picture: readonly (readonly boolean[])[]): { text: string; wrong: number } {
  const size = picture.length
  const version = (size - 17) / 4
  const at = (x: number, y: number) => picture[y]![x]!
  const mask = [2, 3, 4].reduce((sum, x) => sum * 2 + (at(x, 8) ? 1 : 0), 0) ^ 0b101
  const flips: ((x: number, y: number) => number)[] = [
    (x, y) => (x + y) % 2,
    (_, y) => y % 2,
    x => x % 3,
    (x, y) => (x + y) % 3,
    (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2,
    (x, y) => ((x * y) % 2) + ((x * y) % 3),
    (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2,
    (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2,
  ]
  const centres: Record<number, number[]> = {
    1: [],
    2: [6, 18],
    3: [6, 22],
    4: [6, 26],
    5: [6, 30],
    6: [6, 34],
    7: [6, 22, 38],
    8: [6, 24, 42],
    9: [6, 26, 46],
    10: [6, 28, 50],
  }
  const corner = (x: number, y: number) => (x < 9 && y < 9) || (x < 9 && y > size - 9) || (x > size - 9 && y < 9)
  const near = (x: number, y: number) =>
    centres[version]!.some(cx =>
      centres[version]!.some(cy => Math.abs(x - cx) <= 2 && Math.abs(y - cy) <= 2 && !corner(cx, cy)),
    )
  const versionInfo = (x: number, y: number) => version >= 7 && ((x > size - 12 && y < 6) || (y > size - 12 && x < 6))
  const bits: number[] = []
  let up = true
  for (let right = size - 1; right > 0; right -= 2) {
    if (right === 6) right--
    for (let i = 0; i < size; i++)
      for (const x of [right, right - 1]) {
        const y = up ? size - 1 - i : i
        if (corner(x, y) || x === 6 || y === 6 || near(x, y) || versionInfo(x, y)) continue
        bits.push((at(x, y) ? 1 : 0) ^ (flips[mask]!(x, y) === 0 ? 1 : 0))
      }
    up = !up
  }
  const bytes = Array.from({ length: Math.floor(bits.length / 8) }, (_, i) =>
    bits.slice(i * 8, i * 8 + 8).reduce((sum, b) => sum * 2 + b, 0),
  )
  const [check, blocks] = [
    [10, 1],
    [16, 1],
    [26, 1],
    [18, 2],
    [24, 2],
    [16, 4],
    [18, 4],
    [22, 4],
    [22, 5],
    [26, 5],
  ][version - 1]!
  const data = bytes.length - check! * blocks!
  const parts: number[][] = Array.from({ length: blocks! }, () => [])
  const short = Math.floor(data / blocks!)
  let n = 0
  for (let i = 0; i <= short; i++)
    for (let b = 0; b < blocks!; b++) if (i < short || b >= blocks! - (data % blocks!)) parts[b]!.push(bytes[n++]!)
  const lengths = parts.map(p => p.length)
  for (let i = 0; i < check!; i++) for (const part of parts) part.push(bytes[n++]!)
  // A block is whole when it is 0 at every root of the generator; logarithms, unlike in the code that made it.
  const exp: number[] = [1]
  for (let i = 1; i < 255; i++) exp.push(exp[i - 1]! * 2 < 256 ? exp[i - 1]! * 2 : (exp[i - 1]! * 2) ^ 0x11d)
  const log = new Map(exp.map((value, i) => [value, i]))
  const times = (a: number, b: number) => (a && b ? exp[(log.get(a)! + log.get(b)!) % 255]! : 0)
  let wrong = 0
  for (const part of parts)
    for (let root = 0; root < check!; root++)
      if (part.reduce((sum, byte) => times(sum, exp[root]!) ^ byte, 0) !== 0) wrong++
  const all = parts.flatMap((part, b) => part.slice(0, lengths[b]))
  const stream = all.flatMap(byte => Array.from({ length: 8 }, (_, i) => (byte >> (7 - i)) & 1))
  const take = (count: number) => stream.splice(0, count).reduce((sum, b) => sum * 2 + b, 0)
  expect(take(4)).toBe(4)
  const length = take(version < 10 ? 8 : 16)
  const text = new TextDecoder().decode(Uint8Array.from({ length }, () => take(8)))
  return { text, wrong }
}

it('is read back by whoever goes by the standard, in every size, with every check right', () => {
  const sizes = new Set<number>()
  for (let n = 1; n <= 213; n += 6) {
    const text = `http://gatehouse.example/report/${'泵pump-b1-01.'.repeat(20)}`.slice(0, n)
    if (new TextEncoder().encode(text).length > 213) break
    const picture = qrCode(text)
    sizes.add(picture.length)
    expect(read(picture)).toEqual({ text, wrong: 0 })
  }
  for (let n = 150; n <= 213; n += 7) {
    const picture = qrCode('x'.repeat(n))
    sizes.add(picture.length)
    expect(read(picture)).toEqual({ text: 'x'.repeat(n), wrong: 0 })
  }
  expect([...sizes].map(size => (size - 17) / 4).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
})
it('has its three corners and its timing', () => {
  const picture = qrCode('http://10.0.0.2:8080/report/pump-1.AAAAAAAAAAAAAAAA')
  const line = (y: number, from: number) =>
    picture[y]!.slice(from, from + 7)
      .map(is => (is ? '#' : '.'))
      .join('')
  const size = picture.length
  for (const [x, y] of [
    [0, 0],
    [size - 7, 0],
    [0, size - 7],
  ] as const)
    expect([line(y, x), line(y + 1, x), line(y + 3, x)]).toEqual(['#######', '#.....#', '#.###.#'])
  expect(picture[6]!.slice(8, size - 8).every((is, i) => is === (i % 2 === 0))).toBe(true)
})
it('says when the text is too long', () => {
  expect(() => qrCode('x'.repeat(214))).toThrow('213')
})
