import { crc32, createDeflateRaw } from 'node:zlib'

/**
 * A workbook as it is sent, row by row: nothing of it is held in memory [ECMA-376 part 1, 18.3; ZIP: APPNOTE 4.3.9, sizes
 * follow each entry]. Texts are inline and never formulas. A sheet that is full goes on in the next.
 */
/** `decimal`: a number with each of its digits, `12.50`. */
export type Cell = string | number | boolean | null | { readonly wallMs: number } | { readonly decimal: string }

/** Excel's sheets end at 1,048,576. */
const ROWS_PER_SHEET = 1_000_000
const DAY_MS = 86_400_000
/** The day number of 1970-01-01 in Excel's calendar. */
const EPOCH = 25_569
const HEAD_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const REL = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006'
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml'

/**
 * @param head the first row of each sheet
 * @param widths of the columns, in characters
 * @param pages rows by the page; `wallMs` is a time as the wall shows it, ms as if that were UTC
 */
export async function* xlsxOf(
  name: string,
  head: readonly string[],
  widths: readonly number[],
  pages: AsyncIterable<readonly (readonly Cell[])[]>,
  rowsPerSheet = ROWS_PER_SHEET,
): AsyncGenerator<Uint8Array> {
  const zip = zipOf()
  const rows = pages[Symbol.asyncIterator]()
  let left: readonly (readonly Cell[])[] = []
  let ended = false
  let sheets = 0

  /** The XML of one sheet, in pieces. */
  async function* sheet(): AsyncGenerator<string> {
    let row = 1
    yield `${HEAD_XML}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${widths
      .map((width, i) => `<col min="${i + 1}" max="${i + 1}" width="${width}" customWidth="1"/>`)
      .join('')}</cols><sheetData>${rowXml(row, head, ' s="2"')}`
    while (row < rowsPerSheet + 1) {
      if (left.length === 0) {
        const next = await rows.next()
        if (next.done) {
          ended = true
          break
        }
        left = next.value
        continue
      }
      const some = left.slice(0, rowsPerSheet + 1 - row)
      left = left.slice(some.length)
      let text = ''
      for (const cells of some) text += rowXml(++row, cells)
      yield text
    }
    yield '</sheetData></worksheet>'
  }

  do {
    sheets++
    yield* zip.deflated(`xl/worksheets/sheet${sheets}.xml`, sheet())
    // Whether there is another sheet is known when another row has come.
    while (!ended && left.length === 0) {
      const next = await rows.next()
      if (next.done) ended = true
      else left = next.value
    }
  } while (!ended || left.length > 0)

  const each = <T>(make: (n: number) => T) => Array.from({ length: sheets }, (_, i) => make(i + 1))
  yield zip.stored(
    'xl/styles.xml',
    `<styleSheet xmlns="${MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss.000"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs></styleSheet>`,
  )
  yield zip.stored(
    'xl/workbook.xml',
    `<workbook xmlns="${MAIN}" xmlns:r="${REL}"><sheets>${each(n => `<sheet name="${escaped(n === 1 ? name : `${name} ${n}`)}" sheetId="${n}" r:id="rId${n}"/>`).join('')}</sheets></workbook>`,
  )
  yield zip.stored(
    'xl/_rels/workbook.xml.rels',
    `<Relationships xmlns="${PACKAGE}/relationships">${each(n => `<Relationship Id="rId${n}" Type="${REL}/worksheet" Target="worksheets/sheet${n}.xml"/>`).join('')}<Relationship Id="rId${sheets + 1}" Type="${REL}/styles" Target="styles.xml"/></Relationships>`,
  )
  yield zip.stored(
    '_rels/.rels',
    `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  )
  yield zip.stored(
    '[Content_Types].xml',
    `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${TYPE}.styles+xml"/>${each(n => `<Override PartName="/xl/worksheets/sheet${n}.xml" ContentType="${TYPE}.worksheet+xml"/>`).join('')}</Types>`,
  )
  yield zip.end()
}

function rowXml(row: number, cells: readonly Cell[], style = ''): string {
  let text = `<row r="${row}">`
  for (const [i, cell] of cells.entries()) {
    if (cell === null || cell === '' || (typeof cell === 'number' && !Number.isFinite(cell))) continue
    const at = `r="${String.fromCharCode(65 + i)}${row}"${style}`
    if (typeof cell === 'number') text += `<c ${at}><v>${cell}</v></c>`
    else if (typeof cell === 'boolean') text += `<c ${at} t="b"><v>${cell ? 1 : 0}</v></c>`
    else if (typeof cell === 'string')
      text += `<c ${at} t="inlineStr"><is><t xml:space="preserve">${escaped(cell)}</t></is></c>`
    else if ('decimal' in cell) text += `<c ${at}><v>${cell.decimal}</v></c>`
    else text += `<c ${at} s="1"><v>${cell.wallMs / DAY_MS + EPOCH}</v></c>`
  }
  return `${text}</row>`
}
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (text: string): string =>
  text
    .replace(/[&<>"]/g, char => ENTITIES[char]!)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 has no way to write them
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')

/** 1980-01-01 00:00: the same rows give the same bytes. */
const DOS_DATE = 0x21
const UTF8_NAME = 0x0800
const SIZES_FOLLOW = 0x0008

/** A ZIP archive, entry by entry. */
export function zipOf() {
  const central: Buffer[] = []
  let offset = 0
  const add = (name: string, flags: number, method: number, crc: number, packed: number, size: number, at: number) => {
    const bytes = Buffer.from(name)
    const head = Buffer.alloc(46)
    head.writeUInt32LE(0x02014b50, 0)
    head.writeUInt16LE(20, 4)
    head.writeUInt16LE(20, 6)
    head.writeUInt16LE(flags, 8)
    head.writeUInt16LE(method, 10)
    head.writeUInt16LE(DOS_DATE, 14)
    head.writeUInt32LE(crc, 16)
    head.writeUInt32LE(packed, 20)
    head.writeUInt32LE(size, 24)
    head.writeUInt16LE(bytes.length, 28)
    head.writeUInt32LE(at, 42)
    central.push(head, bytes)
  }
  const local = (name: string, flags: number, method: number, crc: number, size: number): Buffer => {
    const bytes = Buffer.from(name)
    const head = Buffer.alloc(30)
    head.writeUInt32LE(0x04034b50, 0)
    head.writeUInt16LE(20, 4)
    head.writeUInt16LE(flags, 6)
    head.writeUInt16LE(method, 8)
    head.writeUInt16LE(DOS_DATE, 12)
    head.writeUInt32LE(crc, 14)
    head.writeUInt32LE(size, 18)
    head.writeUInt32LE(size, 22)
    head.writeUInt16LE(bytes.length, 26)
    return Buffer.concat([head, bytes])
  }
  return {
    /** A file as it is, not made smaller. */
    file(name: string, body: Buffer): Buffer {
      const crc = crc32(body)
      const all = Buffer.concat([local(name, UTF8_NAME, 0, crc, body.length), body])
      add(name, UTF8_NAME, 0, crc, body.length, body.length, offset)
      offset += all.length
      return all
    },
    stored(name: string, xml: string): Buffer {
      return this.file(name, Buffer.from(HEAD_XML + xml))
    },
    async *deflated(name: string, pieces: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
      const at = offset
      const flags = UTF8_NAME | SIZES_FOLLOW
      const head = local(name, flags, 8, 0, 0)
      offset += head.length
      yield head
      let crc = 0
      let size = 0
      let packed = 0
      const deflate = createDeflateRaw()
      const fed = feed()
      async function feed() {
        try {
          for await (const piece of pieces) {
            const bytes = Buffer.from(piece)
            crc = crc32(bytes, crc)
            size += bytes.length
            if (!deflate.write(bytes)) await new Promise(resolve => deflate.once('drain', resolve))
          }
          deflate.end()
        } catch (error) {
          deflate.destroy(error as Error)
        }
      }
      for await (const chunk of deflate) {
        packed += (chunk as Buffer).length
        yield chunk as Buffer
      }
      await fed
      const tail = Buffer.alloc(16)
      tail.writeUInt32LE(0x08074b50, 0)
      tail.writeUInt32LE(crc, 4)
      tail.writeUInt32LE(packed, 8)
      tail.writeUInt32LE(size, 12)
      offset += packed + tail.length
      add(name, flags, 8, crc, packed, size, at)
      yield tail
    },
    end(): Buffer {
      const list = Buffer.concat(central)
      const tail = Buffer.alloc(22)
      tail.writeUInt32LE(0x06054b50, 0)
      tail.writeUInt16LE(central.length / 2, 8)
      tail.writeUInt16LE(central.length / 2, 10)
      tail.writeUInt32LE(list.length, 12)
      tail.writeUInt32LE(offset, 16)
      return Buffer.concat([list, tail])
    },
  }
}
