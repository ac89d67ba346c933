import { inflateRawSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { type Cell, xlsxOf } from '../../gateway/http/xlsx.ts'

/** The files of an archive, read by its list at the end and not by our own code. */
function unzip(bytes: Buffer): Map<string, string> {
  const files = new Map<string, string>()
  const end = bytes.lastIndexOf(Buffer.from('PK\u0005\u0006'))
  let at = bytes.readUInt32LE(end + 16)
  for (let i = 0; i < bytes.readUInt16LE(end + 10); i++) {
    const [method, packed, size, nameLength] = [10, 20, 24]
      .map(o => bytes.readUInt32LE(at + o))
      .concat(bytes.readUInt16LE(at + 28)) as [number, number, number, number]
    const local = bytes.readUInt32LE(at + 42)
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength)
    const from = local + 30 + bytes.readUInt16LE(local + 26)
    const body = bytes.subarray(from, from + packed)
    const text = (method & 0xffff) === 8 ? inflateRawSync(body) : body
    expect([name, text.length]).toEqual([name, size])
    files.set(name, text.toString())
    at += 46 + nameLength
  }
  return files
}

it('a workbook goes on in a second sheet when one is full; texts are never formulas, times are those of the wall', async () => {
  const wallMs = Date.UTC(2026, 10, 22, 12)
  const rows: Cell[][] = Array.from({ length: 25 }, (_, i) => [
    { wallMs },
    i === 0 ? '=1+1' : `a<&>\u0001${i}`,
    i / 2,
    i % 2 === 0,
    null,
  ])
  async function* pages() {
    yield rows.slice(0, 12)
    yield []
    yield rows.slice(12)
  }
  const chunks: Uint8Array[] = []
  for await (const chunk of xlsxOf('历史 & co', ['时间', 'text', 'n', 'b', 'x'], [20, 20, 9, 9, 9], pages(), 10))
    chunks.push(chunk)
  const files = unzip(Buffer.concat(chunks))
  expect([...files.keys()].filter(name => name.includes('sheet'))).toEqual(
    [1, 2, 3].map(n => `xl/worksheets/sheet${n}.xml`),
  )
  expect(files.get('xl/workbook.xml')).toContain('name="历史 &amp; co 3" sheetId="3"')
  for (const n of [1, 2, 3]) expect(files.get('[Content_Types].xml')).toContain(`/xl/worksheets/sheet${n}.xml`)
  const sheets = [1, 2, 3].map(n => files.get(`xl/worksheets/sheet${n}.xml`)!)
  expect(sheets.map(sheet => sheet.match(/<row /g)!.length)).toEqual([11, 11, 6])
  expect(sheets[0]).toContain('<c r="B2" t="inlineStr"><is><t xml:space="preserve">=1+1</t></is></c>')
  expect(sheets.join('')).not.toContain('<f>')
  // 46348.5: noon of 2026-11-22 in the calendar of Excel.
  expect(sheets[0]).toContain('<c r="A2" s="1"><v>46348.5</v></c>')
  expect(sheets[0]).toContain('a&lt;&amp;&gt;\ufffd1')
})
it('without a row it has its head', async () => {
  const chunks: Uint8Array[] = []
  for await (const chunk of xlsxOf('h', ['a'], [9], (async function* () {})())) chunks.push(chunk)
  expect(unzip(Buffer.concat(chunks)).get('xl/worksheets/sheet1.xml')).toMatch(/<row r="1">.*<\/row><\/sheetData>/)
})
