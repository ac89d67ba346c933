import { deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { drivers, profiles } from '../../../drivers/index.ts'
import { encodeGbk } from '../../../firmware-sim/gbk.ts'
import { readBatch } from '../../../gateway/billing/batchfile.ts'
import { decodeCsv, guarded, parseCsv, unguarded, writeCsv } from '../../../gateway/csv.ts'
import { importCsv } from '../../../gateway/site/import.ts'
import { readXlsx } from '../../../gateway/xlsxread.ts'
import { quietSite } from '../../support/sites.ts'
import { busyMs, type Damage, damaged, damages, drawn, type Fuzzed, nastyText, shown } from './kit.ts'
import { settledMb } from './memory.ts'

const LONGEST_MS = 3000
const MOST_MB = 400

/** A ZIP archive; what it says of itself can be a lie. */
export function zipOf(files: Readonly<Record<string, string | Buffer>>, stored = false): Buffer {
  const parts: Buffer[] = []
  const list: Buffer[] = []
  let at = 0
  for (const [name, text] of Object.entries(files)) {
    const raw = Buffer.from(text)
    const body = stored ? raw : deflateRawSync(raw)
    const called = Buffer.from(name)
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50, 0)
    local.writeUInt16LE(stored ? 0 : 8, 8)
    local.writeUInt32LE(body.length, 18)
    local.writeUInt32LE(raw.length, 22)
    local.writeUInt16LE(called.length, 26)
    const entry = Buffer.alloc(46)
    entry.writeUInt32LE(0x02014b50, 0)
    entry.writeUInt16LE(stored ? 0 : 8, 10)
    entry.writeUInt32LE(body.length, 20)
    entry.writeUInt32LE(raw.length, 24)
    entry.writeUInt16LE(called.length, 28)
    entry.writeUInt32LE(at, 42)
    parts.push(local, called, body)
    list.push(entry, called)
    at += 30 + called.length + body.length
  }
  const folder = Buffer.concat(list)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(Object.keys(files).length, 8)
  end.writeUInt16LE(Object.keys(files).length, 10)
  end.writeUInt32LE(folder.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...parts, folder, end])
}

export const SHEET = 'xl/worksheets/sheet1.xml'
const STRINGS = 'xl/sharedStrings.xml'
const STYLES = 'xl/styles.xml'

type Table =
  | {
      readonly kind: 'csv'
      readonly rows: readonly string[][]
      readonly code: 'utf8' | 'gbk' | 'utf16'
      readonly damages: readonly Damage[]
    }
  | {
      readonly kind: 'xlsx'
      readonly words: readonly string[]
      readonly stored: boolean
      readonly damages: readonly Damage[]
    }
  | { readonly kind: 'many'; readonly word: string; readonly file: string; readonly count: number }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }

const words = [
  ...[
    '<row>',
    '<row r="1">',
    '</row>',
    '<c>',
    '<c r="A1" t="s">',
    '<c r="IV9" t="inlineStr">',
    '<c r="ZZZ1" s="1"/>',
    '</c>',
    '<v>',
  ],
  ...[
    '0',
    '1e300',
    '46348.5',
    '-1',
    '999999999999999999999',
    '</v>',
    '<is>',
    '</is>',
    '<t>',
    '<t xml:space="preserve">',
    '</t>',
    '<si>',
  ],
  ...[
    '</si>',
    '<si/>',
    '<rPh>',
    '</rPh>',
    '&#x110000;',
    '&#xd800;',
    '&lt;',
    '&amp;#60;',
    '&x',
    '中文',
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
  ],
  ...[
    '<!DOCTYPE x [<!ENTITY a "aaaa">]>',
    '&a;',
    '<numFmt numFmtId="200" formatCode="yyyy',
    '"/>',
    '<cellXfs>',
    '<xf numFmtId="14"/>',
    '</cellXfs>',
    '[',
  ],
]
const table: fc.Arbitrary<Table> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('csv' as const),
      rows: fc.array(
        fc.array(fc.oneof(nastyText, fc.constantFrom('"', '""', ',', ';', '\t', '\n', '\r\n', '=1+1', '张三')), {
          maxLength: 6,
        }),
        {
          maxLength: 8,
        },
      ),
      code: fc.constantFrom('utf8' as const, 'gbk' as const, 'utf16' as const),
      damages: fc.oneof(fc.constant([]), damages(3)),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('xlsx' as const),
      words: fc.array(fc.constantFrom(...words), { maxLength: 60 }),
      stored: fc.boolean(),
      damages: fc.oneof(fc.constant([]), damages(2)),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('many' as const),
      word: fc.constantFrom(...words),
      file: fc.constantFrom(SHEET, STRINGS, STYLES),
      count: fc.constantFrom(100, 5000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('bytes' as const), bytes: fc.uint8Array({ maxLength: 400 }) }),
  },
)

function bytesOf(one: Table): Buffer {
  switch (one.kind) {
    case 'bytes':
      return Buffer.concat([Buffer.from('PK\u0005\u0006'), Buffer.from(one.bytes)])
    case 'many': {
      const files = { [SHEET]: '<row>', [one.file]: `<row><si><cellXfs>${one.word.repeat(one.count)}` }
      return zipOf(files)
    }
    case 'xlsx': {
      const text = one.words.join('')
      const files = {
        [STRINGS]: `<si><t>a</t></si>${text}`,
        [STYLES]: text,
        [SHEET]: `<row r="1"><c r="A1" t="s"><v>0</v></c>${text}</row>`,
      }
      return damaged(zipOf(files, one.stored), one.damages)
    }
    case 'csv': {
      const text = one.rows.map(cells => cells.join(',')).join('\r\n')
      const bytes =
        one.code === 'utf16'
          ? Buffer.from(`\uFEFF${text}`, 'utf16le')
          : one.code === 'gbk'
            ? gbk(text)
            : Buffer.from(text)
      return damaged(bytes, one.damages)
    }
  }
}
function gbk(text: string): Buffer {
  try {
    return Buffer.from(encodeGbk(text))
  } catch {
    // A sign that GBK does not have.
    return Buffer.from(text, 'latin1')
  }
}

const site = JSON.stringify(quietSite)
/** Everything that reads a table, as the routes do. @throws what a route would answer 500 to */
function readAll(bytes: Buffer): void {
  const rows = readXlsx(bytes)
  for (const { cells, line } of rows ?? [])
    if (!Number.isInteger(line) || cells.some(c => typeof c !== 'string')) throw new Error('a row that is none')
  readBatch(bytes)
  const { text } = decodeCsv(bytes)
  const { rows: lines } = parseCsv(text.replace(/^\uFEFF/, ''))
  const cells = lines.map(r => r.cells.map(unguarded))
  // What we write again is what we read, and nothing in it is a formula.
  const again = parseCsv(writeCsv(cells.map(r => r.map(guarded))), ',')
  const back = again.rows.map(r => r.cells.map(unguarded))
  const full = cells.filter(r => r.some(c => c !== ''))
  if (again.unclosed === null && JSON.stringify(back) !== JSON.stringify(full))
    throw new Error('written and read again it is another')
  importCsv(site, bytes, drivers, profiles)
}

/** CSV and XLSX files as they come out of nowhere: cut, lying about themselves, in GBK, with quotes, as bombs. */
export async function fuzzTables(cases: number, seed: number): Promise<Fuzzed> {
  const wrong: string[] = []
  const counts: Record<string, number> = {}
  let [slowestMs, n] = [0, 0]
  const before = process.memoryUsage.rss()
  let mostMb = 0
  for (const one of drawn(table, cases, seed)) {
    const bytes = bytesOf(one)
    counts[one.kind] = (counts[one.kind] ?? 0) + 1
    const from = process.cpuUsage()
    try {
      readAll(bytes)
    } catch (error) {
      wrong.push(`thrown: ${(error as Error).stack?.slice(0, 400)}: ${shown(JSON.stringify(one))}`)
    }
    const tookMs = busyMs(from)
    slowestMs = Math.max(slowestMs, tookMs)
    // What waits for a collection is no memory that it needs.
    if (++n % 1000 === 0) settledMb()
    mostMb = Math.max(mostMb, (process.memoryUsage.rss() - before) / 1e6)
    if (tookMs > LONGEST_MS) wrong.push(`took ${Math.round(tookMs)} ms: ${shown(JSON.stringify(one))}`)
  }
  if (mostMb > MOST_MB) wrong.push(`memory grew by ${Math.round(mostMb)} MB`)
  return {
    name: 'CSV and XLSX',
    cases,
    wrong,
    figures: { ...counts, slowestMs: Math.round(slowestMs), mostMb: Math.round(mostMb) },
  }
}
