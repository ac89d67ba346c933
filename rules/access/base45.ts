/** Base45 [RFC 9285]: bytes as the letters that a QR code packs most tightly. */

const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'

export function toBase45(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 2) {
    const two = i + 1 < bytes.length
    let n = two ? bytes[i]! * 256 + bytes[i + 1]! : bytes[i]!
    for (let k = 0; k < (two ? 3 : 2); k++) {
      text += LETTERS[n % 45]
      n = Math.floor(n / 45)
    }
  }
  return text
}

/** Null when it is not Base45: a wrong letter, a length that cannot be, a group that is too large [RFC 9285 6]. */
export function fromBase45(text: string): Uint8Array | null {
  if (text.length % 3 === 1) return null
  const bytes: number[] = []
  for (let i = 0; i < text.length; i += 3) {
    const group = [...text.slice(i, i + 3)].map(letter => LETTERS.indexOf(letter))
    if (group.includes(-1)) return null
    const n = group.reduce((sum, digit, k) => sum + digit * 45 ** k, 0)
    if (group.length === 3) {
      if (n > 0xffff) return null
      bytes.push(n >> 8, n & 0xff)
    } else {
      if (n > 0xff) return null
      bytes.push(n)
    }
  }
  return Uint8Array.from(bytes)
}
