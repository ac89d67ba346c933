import { inflateRawSync } from 'node:zlib'

/**
 * The first sheet of a workbook as rows of text [ECMA-376 part 1, 18.3; ZIP: APPNOTE 4.3]. Only what lists of people need:
 * texts, numbers as they stand, and dates as `2026-12-31`. Null: it is no workbook, or one that is locked.
 */
export function readXlsx(bytes: Buffer): { readonly cells: readonly string[]; readonly line: number }[] | null {
  const files = unzip(bytes)
  const sheetName = [...files.keys()].filter(name => /^xl\/worksheets\/sheet\d+\.xml$/.test(name)).sort(byNumber)[0]
  if (sheetName === undefined) return null
  const xml = (name: string) => files.get(name)?.().toString('utf8') ?? ''
  const shared = [...xml('xl/sharedStrings.xml').matchAll(/<si(?:\s[^>]*)?>([\s\S]*?)<\/si>|<si\s*\/>/g)].map(m =>
    textOf(m[1] ?? ''),
  )
  const dates = dateStyles(xml('xl/styles.xml'))
  const rows: { cells: string[]; line: number }[] = []
  for (const row of xml(sheetName).matchAll(/<row\b([^>]*)>([\s\S]*?)<\/row>/g)) {
    const cells: string[] = []
    for (const cell of row[2]!.matchAll(/<c\b([^>]*?)(?:\/>|>([\s\S]*?)<\/c>)/g)) {
      const ref = /\br="([A-Z]{1,3})\d+"/.exec(cell[1]!)?.[1]
      const at = ref === undefined ? cells.length : columnOf(ref)
      if (at > 255) continue
      while (cells.length < at) cells.push('')
      cells[at] = cellText(cell[1]!, cell[2] ?? '', shared, dates)
    }
    if (cells.some(cell => cell !== ''))
      rows.push({ cells, line: Number(/\br="(\d+)"/.exec(row[1]!)?.[1] ?? rows.length + 1) })
  }
  return rows
}

const byNumber = (a: string, b: string): number => Number(/\d+/.exec(a)) - Number(/\d+/.exec(b))
const columnOf = (letters: string): number => [...letters].reduce((n, c) => n * 26 + c.charCodeAt(0) - 64, 0) - 1
const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }
const unescaped = (text: string): string =>
  text.replaceAll(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, dec?: string, name?: string) =>
    name !== undefined
      ? (entities[name] ?? whole)
      : String.fromCodePoint(Math.min(0x10ffff, Number.parseInt(hex ?? dec!, hex === undefined ? 10 : 16))),
  )
/** The runs of a text, without the phonetic ones. */
const textOf = (xml: string): string =>
  unescaped(
    [...xml.replaceAll(/<rPh\b[\s\S]*?<\/rPh>/g, '').matchAll(/<t\b[^>]*>([\s\S]*?)<\/t>/g)].map(m => m[1]).join(''),
  )

function cellText(attributes: string, xml: string, shared: readonly string[], dates: ReadonlySet<number>): string {
  const type = /\bt="(\w+)"/.exec(attributes)?.[1]
  if (type === 'inlineStr') return textOf(xml)
  const value = unescaped(/<v>([\s\S]*?)<\/v>/.exec(xml)?.[1] ?? '')
  if (type === 's') return shared[Number(value)] ?? ''
  if (type === 'e') return ''
  if (type !== undefined && type !== 'n') return value
  const style = Number(/\bs="(\d+)"/.exec(attributes)?.[1] ?? -1)
  // Day 25,569 of Excel is 1970-01-01.
  if (dates.has(style) && Number(value) > 0)
    return new Date(Math.round((Number(value) - 25_569) * 86_400_000)).toISOString().slice(0, 10)
  // A long number that was not kept as text has lost digits: as it stands, so that whoever checks it refuses it.
  return value
}
/** Which styles of cells are dates: those built in, and those whose format has a year or a day. */
function dateStyles(xml: string): ReadonlySet<number> {
  const custom = new Set(
    [...xml.matchAll(/<numFmt\b[^>]*numFmtId="(\d+)"[^>]*formatCode="([^"]*)"/g)]
      .filter(m => /[yd]/i.test(unescaped(m[2]!).replaceAll(/"[^"]*"|\[[^\]]*\]/g, '')))
      .map(m => Number(m[1])),
  )
  const styles = /<cellXfs\b[^>]*>([\s\S]*?)<\/cellXfs>/.exec(xml)?.[1] ?? ''
  const isDate = (id: number) =>
    custom.has(id) || (id >= 14 && id <= 17) || id === 22 || (id >= 27 && id <= 36) || id === 57
  return new Set(
    [...styles.matchAll(/<xf\b[^>]*numFmtId="(\d+)"/g)].flatMap((m, i) => (isDate(Number(m[1])) ? [i] : [])),
  )
}

const MOST_BYTES = 30_000_000
/** By the list at its end. What would unpack to more than a list of people ever is, is not unpacked. */
function unzip(bytes: Buffer): Map<string, () => Buffer> {
  const files = new Map<string, () => Buffer>()
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]))
  if (end < 0 || end + 22 > bytes.length) return files
  let at = bytes.readUInt32LE(end + 16)
  for (let left = bytes.readUInt16LE(end + 10); left > 0 && at + 46 <= bytes.length; left--) {
    if (bytes.readUInt32LE(at) !== 0x02014b50) break
    const [method, packed] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20)]
    const [nameLength, extra, comment] = [28, 30, 32].map(o => bytes.readUInt16LE(at + o)) as [number, number, number]
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength)
    const local = bytes.readUInt32LE(at + 42)
    files.set(name, () => {
      const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
      const body = bytes.subarray(from, from + packed)
      return method === 0 ? body : inflateRawSync(body, { maxOutputLength: MOST_BYTES })
    })
    at += 46 + nameLength + extra + comment
  }
  return files
}
