/** JSON put together as bytes: a message of a hundred numbers is not made as text first, and turned into bytes after. */
export interface JsonText {
  clear(): void
  /** Characters of ASCII, as they are. */
  ascii(text: string): void
  /** Bytes, as they are. */
  bytes(bytes: Uint8Array): void
  /** A finite number, as JSON.stringify would write it. */
  number(value: number): void
  text(text: string): void
  readonly length: number
  /** A copy of what was put together. */
  taken(): Buffer
}

export function jsonText(): JsonText {
  let to = Buffer.allocUnsafeSlow(4096)
  let n = 0
  function room(more: number): void {
    if (n + more <= to.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(2 * to.length, n + more))
    to.copy(larger, 0, 0, n)
    to = larger
  }
  function ascii(text: string): void {
    room(text.length)
    const b = to
    const from = n
    for (let i = 0; i < text.length; i++) b[from + i] = text.charCodeAt(i)
    n = from + text.length
  }
  return {
    clear() {
      n = 0
    },
    ascii,
    bytes(bytes) {
      room(bytes.length)
      const b = to
      const from = n
      for (let i = 0; i < bytes.length; i++) b[from + i] = bytes[i]!
      n = from + bytes.length
    },
    number(value) {
      // Whole numbers of registers; others are left to the engine, which knows the shortest form.
      if (value < 0 || value > 0x7fffffff || value !== (value | 0)) return ascii(String(value))
      room(10)
      let rest = value | 0
      let digits = rest < 10 ? 1 : rest < 100 ? 2 : rest < 1000 ? 3 : rest < 10_000 ? 4 : 5
      for (let most = 100_000; digits >= 5 && digits < 10 && rest >= most; most *= 10) digits++
      n += digits
      const b = to
      let at = n
      do {
        const less = (rest / 10) | 0
        b[--at] = 48 + rest - less * 10
        rest = less
      } while (rest > 0)
    },
    text(text) {
      room(3 * text.length)
      n += to.write(text, n)
    },
    get length() {
      return n
    },
    taken: () => Buffer.from(to.subarray(0, n)),
  }
}
