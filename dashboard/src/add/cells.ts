/** What a register may mean, in each way that devices use: pure. */

export const readings = ['uint16', 'int16', 'ABCD', 'CDAB', 'BADC', 'DCBA'] as const
export type CellReading = (typeof readings)[number]
export const orderReadings = ['ABCD', 'CDAB', 'BADC', 'DCBA'] as const

/** The four bytes of a register and the next, by the order of their names: A is the first on the wire in plain Modbus. */
function floatOf(high: number, low: number, order: (typeof orderReadings)[number]): number {
  const wire = [high >> 8, high & 0xff, low >> 8, low & 0xff]
  const view = new DataView(new ArrayBuffer(4))
  for (const [i, letter] of [...'ABCD'].entries()) view.setUint8(i, wire[order.indexOf(letter)] ?? 0)
  return view.getFloat32(0)
}

/** @returns null: there is no next register, or no number comes of it */
export function readingOf(words: readonly number[], i: number, reading: CellReading): number | null {
  const word = words[i]
  if (word === undefined) return null
  if (reading === 'uint16') return word
  if (reading === 'int16') return word > 0x7fff ? word - 0x10000 : word
  const next = words[i + 1]
  if (next === undefined) return null
  const value = floatOf(word, next, reading)
  return Number.isFinite(value) ? value : null
}

/** Numbers that a plant has: what is read in the wrong order is far too large or far too small. */
export const isLikely = (value: number | null): boolean =>
  value !== null && (value === 0 || (Math.abs(value) >= 1e-4 && Math.abs(value) < 1e9))

export const hexOf = (word: number): string => word.toString(16).padStart(4, '0').toUpperCase()
/** Highest bit first, in groups of four. */
export const bitsOf = (word: number): string =>
  word
    .toString(2)
    .padStart(16, '0')
    .replaceAll(/(.{4})(?=.)/g, '$1 ')

export type Draft = Readonly<Record<string, unknown>> & { readonly key: string }
/** A cell that somebody picked, as a point; the word order of plain Modbus is left out. */
export const draftOf = (table: string, address: number, reading: CellReading | 'bool'): Draft => ({
  key: `${table === 'input' ? 'i' : table === 'holding' ? 'h' : 'b'}${address}`,
  table,
  address,
  ...(reading === 'bool'
    ? { type: 'bool' }
    : reading === 'uint16' || reading === 'int16'
      ? { type: reading }
      : { type: 'float32', ...(reading !== 'ABCD' && { order: reading }) }),
})
