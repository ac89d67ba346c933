/**
 * The log of a reader on the wall, as it says it each time with what it has read last, newest first: 30 characters for each
 * reading, hexadecimal: its number (8), its time by the reader's clock, UTC s (8), the UID of the badge (14). What was lost
 * on the way comes again with the next, and what comes twice has the same number.
 */
export interface ReaderEntry {
  readonly n: number
  /** UTC ms. */
  readonly at: number
  readonly uid: string
}
const LENGTH = 30
/** @returns in the order of their numbers; null: it is no such log */
export function readerLog(text: string): ReaderEntry[] | null {
  const entries: ReaderEntry[] = []
  const all = text.trimEnd()
  if (all.length % LENGTH !== 0 || !/^[0-9A-Fa-f]*$/.test(all)) return null
  for (let at = 0; at < all.length; at += LENGTH) {
    const n = Number.parseInt(all.slice(at, at + 8), 16)
    const seconds = Number.parseInt(all.slice(at + 8, at + 16), 16)
    if (n === 0 || seconds === 0) continue
    entries.push({ n, at: seconds * 1000, uid: all.slice(at + 16, at + LENGTH).toUpperCase() })
  }
  return entries.sort((a, b) => a.n - b.n)
}
