import { generateKeyPairSync, sign } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  batchCsv,
  batchJson,
  batchXlsx,
  canonicalOf,
  hashOf,
  readBatch,
  type Sealed,
} from '../../../gateway/billing/batchfile.ts'
import { verifyBatch } from '../../../gateway/billing/verify.ts'
import { readXlsx } from '../../../gateway/xlsxread.ts'
import {
  type Batch,
  columnNames,
  type Head,
  headNames,
  numberColumns,
  type Row,
  totalsOf,
} from '../../../rules/billing/batch.ts'

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const key = publicKey.export({ format: 'jwk' }).x!
const seal = (batch: Batch, by = privateKey, x = key): Sealed => ({
  batch,
  seal: { sha256: hashOf(batch), signature: sign(null, canonicalOf(batch), by).toString('base64url'), key: x },
})
const row = (line: string, more: Partial<Row> = {}): Row => ({
  ...(Object.fromEntries(columnNames.map(name => [name, ''])) as Row),
  ...{
    line,
    unit: '商铺 101',
    point: line,
    medium: 'electricity',
    register: 'total',
    use: 'shop',
    meters: '00012',
    uom: 'kW.h',
  },
  ...{ previous: '100.0', current: '190.50', consumption: '90.5', multiplier: '1', quality: 'actual', ...more },
})
const batchOf = (rows: readonly Row[]): Batch => ({
  head: {
    ...(Object.fromEntries(headNames.map(n => [n, n])) as Head),
    batch: 'demo-2026-11-all-v1',
    site: '示范广场 Demo Plaza',
  },
  rows,
  totals: totalsOf(rows),
  waived: [{ line: 'N1/total', unit: '=cmd()', by: 'chen', reason: '未装表, "no meter"' }],
})
const rows = [
  row('S1/total'),
  row('S2/total', { consumption: '1600', amount: '12.50' }),
  row('S3/total', { consumption: '0.000001', difference: '-2' }),
]
const sealed = seal(batchOf(rows))
const kinds = [
  ['CSV', async (s: Sealed) => batchCsv(s)],
  ['XLSX', batchXlsx],
  ['JSON', async (s: Sealed) => batchJson(s)],
] as const

describe.each(kinds)('a batch as %s', (kind, make) => {
  it('holds every text, and the same bytes again', async () => {
    const bytes = await make(sealed)
    expect(readBatch(bytes)).toMatchObject(sealed)
    expect(verifyBatch(bytes, key)).toMatchObject({ faults: [], keyKnown: true })
    expect((await make(seal(batchOf(rows)))).equals(bytes)).toBe(true)
  })
  it('any name that a person or a device can have comes back as it was', async () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.constantFrom(
        '=cmd|x',
        "'=1+1",
        '@SUM(A1)',
        '-1+2',
        '+86',
        '\u202etxt',
        'a,b"c',
        '00012',
        '1e5',
        '  x ',
        '合计 Total',
        '封签 Seal',
        '</v>&lt;',
      ),
    )
    let seen = 0
    await fc.assert(
      fc.asyncProperty(hostile, hostile, async (unit, meters) => {
        // Control characters cannot be in a workbook at all, and no name in the book has one.
        const clean = (text: string) => text.replace(/[\p{Cc}\ufffe\uffff]/gu, '')
        const mine = seal(batchOf([row('S1/total', { unit: clean(unit), meters: clean(meters) })]))
        const bytes = await make(mine)
        expect(readBatch(bytes)!.batch.rows).toEqual(mine.batch.rows)
        expect(verifyBatch(bytes, key).faults).toEqual([])
        seen++
      }),
      { numRuns: 60 },
    )
    console.log(`${seen} names through ${kind}`)
  })
})

it('no cell of the CSV begins a formula, and numbers stay numbers', () => {
  const text = batchCsv(seal(batchOf([row('S1/total', { unit: '=HYPERLINK("x")', difference: '-2' })]))).toString(
    'utf8',
  )
  expect(text).toContain(`"'=HYPERLINK(""x"")"`)
  expect(text).toContain(',-2,')
  expect(text).toContain(",'=cmd(),")
})

it('CSV and XLSX agree to the digit, and the numbers of the workbook are numbers', async () => {
  const cells = readXlsx(await batchXlsx(sealed))!
  const at = headNames.length + 1
  for (const [i, one] of rows.entries())
    expect(cells[at + i]!.cells.slice(0, columnNames.length)).toEqual(columnNames.map(n => one[n]))
  const numbers = columnNames.filter(name => numberColumns.has(name))
  expect(numbers).toContain('consumption')
})

describe('what somebody did to it on the way is found', () => {
  const table = (edit: (batch: Batch) => Batch, other = sealed.seal): readonly string[] =>
    verifyBatch(batchJson({ batch: edit(sealed.batch), seal: other }), key).faults.map(f => f.code)
  const text = batchCsv(sealed).toString('utf8')
  const csv = (edited: string): readonly string[] => verifyBatch(Buffer.from(edited), key).faults.map(f => f.code)
  it.each([
    [
      'a consumption',
      () => csv(text.replace(',1600,', ',1500,')),
      ['line-altered', 'total-differs', 'hash-differs', 'signature-wrong'],
    ],
    ['a name', () => csv(text.replace('商铺 101', '商铺 102')), ['line-altered', 'hash-differs', 'signature-wrong']],
    [
      'a line taken out',
      () => table(b => ({ ...b, rows: b.rows.slice(1) })),
      ['total-differs', 'hash-differs', 'signature-wrong'],
    ],
    [
      'a line twice',
      () => table(b => ({ ...b, rows: [...b.rows, b.rows[0]!] })),
      ['line-twice', 'total-differs', 'hash-differs', 'signature-wrong'],
    ],
    [
      'lines in another order',
      () => table(b => ({ ...b, rows: b.rows.toReversed() })),
      ['hash-differs', 'signature-wrong'],
    ],
    [
      'the period',
      () => table(b => ({ ...b, head: { ...b.head, period: '2026-10' } })),
      ['hash-differs', 'signature-wrong'],
    ],
    ['what was left out', () => table(b => ({ ...b, waived: [] })), ['hash-differs', 'signature-wrong']],
    ['cut off', () => csv(text.slice(0, text.indexOf('合计'))), ['not-a-batch']],
    ['another file', () => csv('time,value\r\n1,2\r\n'), ['not-a-batch']],
    ['JSON that is none', () => verifyBatch(Buffer.from('{"a":'), key).faults.map(f => f.code), ['not-a-batch']],
  ] as const)('%s', (_, codes, faults) => expect(codes()).toEqual(faults))
  it('the altered line is named', () => {
    const verdict = verifyBatch(Buffer.from(text.replace(',1600,', ',1500,')), key)
    expect(verdict.faults[0]).toEqual({ code: 'line-altered', line: 'S2/total', n: 2 })
  })
  it('a forger with a key of his own is found by whoever has ours, and nobody else is told that the key is known', () => {
    const other = generateKeyPairSync('ed25519')
    const forged = batchJson(
      seal(
        batchOf([row('S1/total', { consumption: '1' })]),
        other.privateKey,
        other.publicKey.export({ format: 'jwk' }).x!,
      ),
    )
    expect(verifyBatch(forged, key).faults.map(f => f.code)).toEqual(['key-differs'])
    expect(verifyBatch(forged, null)).toMatchObject({ faults: [], keyKnown: false })
  })
})
