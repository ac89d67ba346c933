/**
 * Text as a Chinese printer port sends it: GBK, one byte for ASCII, two for everything else. Node only decodes it, so
 * the table is turned round once.
 * @throws RangeError for a character that GBK does not have: a simulator that guesses proves nothing
 */
export function encodeGbk(text: string): Buffer {
  const codes = table()
  const bytes: number[] = []
  for (const character of text) {
    const point = character.codePointAt(0)!
    if (point < 0x80) bytes.push(point)
    else {
      const code = codes.get(character)
      if (code === undefined) throw new RangeError(`GBK has no "${character}"`)
      bytes.push(code >> 8, code & 0xff)
    }
  }
  return Buffer.from(bytes)
}

/** The two bytes of a character beyond ASCII; undefined: GBK does not have it. */
export const gbkPair = (character: string): number | undefined => table().get(character)

let turned: Map<string, number> | undefined

/** Lead byte 81 to FE, second byte 40 to FE without 7F. */
function table(): Map<string, number> {
  if (turned) return turned
  turned = new Map()
  const decoder = new TextDecoder('gbk')
  for (let lead = 0x81; lead <= 0xfe; lead++)
    for (let second = 0x40; second <= 0xfe; second++) {
      const character = decoder.decode(Uint8Array.of(lead, second))
      // Two characters: no such pair, and the second byte stood for itself.
      if ([...character].length !== 1 || character === '\ufffd' || turned.has(character)) continue
      turned.set(character, (lead << 8) | second)
    }
  return turned
}
