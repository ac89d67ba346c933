/** Comma-separated values as RFC 4180 has them, and as Excel writes and reads them. Pure. */

export interface CsvRow {
  readonly cells: readonly string[]
  /** Line of the file where the row starts, from 1. */
  readonly line: number
}
export interface Csv {
  readonly separator: Separator
  readonly rows: readonly CsvRow[]
  /** Line where a quote was opened that is never closed; what follows it is one cell. */
  readonly unclosed: number | null
}
export type Separator = ',' | ';' | '\t'

/**
 * Quoted cells may hold separators, quotes (doubled) and line ends; line ends are CRLF, LF or CR. A line without any
 * text is no row. A quote in the middle of a cell is itself, as Excel takes it.
 */
export function parseCsv(text: string, separator: Separator = separatorOf(text)): Csv {
  const rows: CsvRow[] = []
  let unclosed: number | null = null
  let at = 0
  let line = 1
  while (at < text.length) {
    const cells: string[] = []
    const startLine = line
    for (;;) {
      let cell = ''
      if (text[at] === '"') {
        const opened = line
        at++
        for (;;) {
          const close = text.indexOf('"', at)
          if (close < 0) {
            cell += text.slice(at)
            at = text.length
            unclosed ??= opened
            break
          }
          cell += text.slice(at, close)
          at = close + 1
          if (text[at] !== '"') break
          cell += '"'
          at++
        }
        line += linesIn(cell)
      }
      const from = at
      while (at < text.length && text[at] !== separator && text[at] !== '\n' && text[at] !== '\r') at++
      cells.push(cell + text.slice(from, at))
      if (text[at] !== separator) break
      at++
      // A separator at the very end opens a last, empty cell.
      if (at >= text.length) {
        cells.push('')
        break
      }
    }
    if (text[at] === '\r' && text[at + 1] === '\n') at++
    if (at < text.length) at++
    line++
    if (cells.some(cell => cell !== '')) rows.push({ cells, line: startLine })
  }
  return { separator, rows, unclosed }
}

const linesIn = (cell: string): number => cell.match(/\r\n|\r|\n/g)?.length ?? 0

/** The separator that stands most often in the first line, outside of quotes. */
export function separatorOf(text: string): Separator {
  let quoted = false
  const counts = { ',': 0, ';': 0, '\t': 0 }
  for (const c of text) {
    if (c === '"') quoted = !quoted
    else if (!quoted && (c === '\n' || c === '\r')) break
    else if (!quoted && c in counts) counts[c as Separator]++
  }
  return (Object.keys(counts) as Separator[]).reduce((a, b) => (counts[b] > counts[a] ? b : a))
}

/** With CRLF, as RFC 4180 and Excel want it. */
export const writeCsv = (rows: readonly (readonly string[])[]): string =>
  rows.map(cells => `${cells.map(quoted).join(',')}\r\n`).join('')

const quoted = (cell: string): string =>
  /[",;\t\r\n]/.test(cell) || cell !== cell.trim() ? `"${cell.replaceAll('"', '""')}"` : cell

const NUMBER = /^[-+]?\d+(\.\d+)?(e[-+]?\d+)?$/i

/**
 * A spreadsheet runs what begins like a formula: a name of `=cmd|...` must not be one. Such cells get an apostrophe
 * before them; `unguarded` takes it off again.
 */
export const guarded = (cell: string): string =>
  /^'*[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/.test(cell) && !NUMBER.test(cell) ? `'${cell}` : cell
export const unguarded = (cell: string): string =>
  /^'+[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/.test(cell) ? cell.slice(1) : cell

export interface Decoded {
  readonly text: string
  readonly encoding: 'utf-8' | 'utf-16le' | 'gb18030'
  /** Some bytes are no text in it. */
  readonly damaged: boolean
}

/** Excel saves "CSV UTF-8" with a byte order mark, plain "CSV" in the machine's own code (GBK in China), "Unicode text" as UTF-16. */
export function decodeCsv(bytes: Uint8Array): Decoded {
  if (bytes[0] === 0xff && bytes[1] === 0xfe)
    return { text: new TextDecoder('utf-16le').decode(bytes), encoding: 'utf-16le', damaged: false }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), encoding: 'utf-8', damaged: false }
  } catch {
    const text = new TextDecoder('gb18030').decode(bytes)
    return { text, encoding: 'gb18030', damaged: text.includes('\uFFFD') }
  }
}
