import { inflateRawSync } from 'node:zlib'

export interface XlsxRow {
  readonly cells: readonly string[]
  readonly line: number
}

/** All of a workbook that is unpacked, and all that its rows become: more than a list of people or meters ever is. */
const MOST_BYTES = 30_000_000
const MOST_CELLS = 3_000_000
const MOST_COLUMNS = 256

/**
 * The first sheet of a workbook as rows of text [ECMA-376 part 1, 18.3; ZIP: APPNOTE 4.3]. Only what lists of people need:
 * texts, numbers as they stand, and dates as `2026-12-31`. Takes a time that grows with the file and no faster, whatever is
 * in it; never throws. Null: it is no workbook, one that is locked or cut off, or one that would unpack to too much.
 */
export function readXlsx(bytes: Buffer): readonly XlsxRow[] | null {
  try {
    return sheetOf(unzip(bytes))
  } catch {
    // Lengths that point outside of the file, or what does not unpack.
    return null
  }
}

function sheetOf(files: ReadonlyMap<string, () => Buffer>): XlsxRow[] | null {
  const sheetName = [...files.keys()].filter(name => /^xl\/worksheets\/sheet\d+\.xml$/.test(name)).sort(byNumber)[0]
  if (sheetName === undefined) return null
  const xml = (name: string) => files.get(name)?.().toString('utf8') ?? ''
  const shared = elements(xml('xl/sharedStrings.xml'), 'si').map(si => textOf(si.inner))
  const dates = dateStyles(xml('xl/styles.xml'))
  const rows: XlsxRow[] = []
  let count = 0
  for (const row of elements(xml(sheetName), 'row')) {
    const cells: string[] = []
    for (const cell of elements(row.inner, 'c')) {
      const ref = /^([A-Z]{1,3})\d/.exec(attribute(cell.attributes, 'r') ?? '')?.[1]
      const at = ref === undefined ? cells.length : columnOf(ref)
      if (at >= MOST_COLUMNS) continue
      while (cells.length < at) cells.push('')
      cells[at] = cellText(cell.attributes, cell.inner, shared, dates)
    }
    count += cells.length
    if (count > MOST_CELLS) return null
    if (cells.some(cell => cell !== ''))
      rows.push({ cells, line: Number(/^\d{1,9}$/.exec(attribute(row.attributes, 'r') ?? '')?.[0] ?? rows.length + 1) })
  }
  return rows
}

interface Element {
  readonly attributes: string
  readonly inner: string
}
/**
 * The elements of this name, one behind the other. Nothing is looked at twice: a pattern that looks for the end of each
 * beginning stood still for hours on a file of beginnings without an end.
 */
function elements(xml: string, name: string): Element[] {
  const found: Element[] = []
  const [begin, end] = [`<${name}`, `</${name}>`]
  for (let at = xml.indexOf(begin); at >= 0; at = xml.indexOf(begin, at)) {
    const from = at + begin.length
    at = from
    if (!/[\s/>]/.test(xml.charAt(from))) continue
    const close = xml.indexOf('>', from)
    if (close < 0) break
    at = close + 1
    if (xml[close - 1] === '/') {
      found.push({ attributes: xml.slice(from, close - 1), inner: '' })
      continue
    }
    const last = xml.indexOf(end, at)
    if (last < 0) break
    found.push({ attributes: xml.slice(from, close), inner: xml.slice(at, last) })
    at = last + end.length
  }
  return found
}
function attribute(attributes: string, name: string): string | undefined {
  const mark = ` ${name}="`
  const at = attributes.replaceAll(/[\t\r\n]/g, ' ').indexOf(mark)
  if (at < 0) return undefined
  const end = attributes.indexOf('"', at + mark.length)
  return end < 0 ? undefined : attributes.slice(at + mark.length, end)
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
    elements(withoutPhonetic(xml), 't')
      .map(t => t.inner)
      .join(''),
  )
function withoutPhonetic(xml: string): string {
  const kept: string[] = []
  let at = 0
  for (let from = xml.indexOf('<rPh'); from >= 0; from = xml.indexOf('<rPh', at)) {
    const end = xml.indexOf('</rPh>', from)
    if (end < 0) break
    kept.push(xml.slice(at, from))
    at = end + '</rPh>'.length
  }
  return kept.join('') + xml.slice(at)
}

function cellText(attributes: string, xml: string, shared: readonly string[], dates: ReadonlySet<number>): string {
  const type = attribute(attributes, 't')
  if (type === 'inlineStr') return textOf(xml)
  const value = unescaped(elements(xml, 'v')[0]?.inner ?? '')
  if (type === 's') return shared[Number(value)] ?? ''
  if (type === 'e') return ''
  if (type !== undefined && type !== 'n') return value
  const style = Number(attribute(attributes, 's') ?? -1)
  // Day 25,569 of Excel is 1970-01-01, day 2,958,465 the last one it knows.
  if (dates.has(style) && Number(value) > 0 && Number(value) < 2_958_466)
    return new Date(Math.round((Number(value) - 25_569) * 86_400_000)).toISOString().slice(0, 10)
  // A long number that was not kept as text has lost digits: as it stands, so that whoever checks it refuses it.
  return value
}
/** Which styles of cells are dates: those built in, and those whose format has a year or a day. */
function dateStyles(xml: string): ReadonlySet<number> {
  const format = (attributes: string) =>
    // Excel takes formats of 255 signs at most.
    unescaped((attribute(attributes, 'formatCode') ?? '').slice(0, 300)).replaceAll(/"[^"]*"|\[[^\]]*\]/g, '')
  const custom = new Set(
    elements(xml, 'numFmt').flatMap(({ attributes }) =>
      /[yd]/i.test(format(attributes)) ? [Number(attribute(attributes, 'numFmtId'))] : [],
    ),
  )
  const styles = elements(xml, 'cellXfs')[0]?.inner ?? ''
  const isDate = (id: number) =>
    custom.has(id) || (id >= 14 && id <= 17) || id === 22 || (id >= 27 && id <= 36) || id === 57
  return new Set(
    elements(styles, 'xf').flatMap(({ attributes }, i) =>
      isDate(Number(attribute(attributes, 'numFmtId') ?? -1)) ? [i] : [],
    ),
  )
}

/** By the list at its end. @throws what does not unpack, or to more than all of it may */
function unzip(bytes: Buffer): Map<string, () => Buffer> {
  const files = new Map<string, () => Buffer>()
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]))
  if (end < 0 || end + 22 > bytes.length) return files
  let allowed = MOST_BYTES
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
      const whole = method === 0 ? body : inflateRawSync(body, { maxOutputLength: Math.max(1, allowed) })
      allowed -= whole.length
      return whole
    })
    at += 46 + nameLength + extra + comment
  }
  return files
}
