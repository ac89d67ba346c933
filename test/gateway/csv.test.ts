import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { drivers, profiles } from '../../drivers/index.ts'
import { decodeCsv, guarded, parseCsv, unguarded, writeCsv } from '../../gateway/csv.ts'
import { demoSite } from '../../gateway/demo/site.ts'
import { exportCsv, type RawSite } from '../../gateway/site/csv.ts'
import { importCsv } from '../../gateway/site/import.ts'
import { checkSite } from '../../gateway/site/site.ts'
import { demoLines } from '../support/demolines.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { pumpSite } from '../support/pumpsite.ts'
import { quietSite } from '../support/sites.ts'

const cells = (text: string) => parseCsv(text).rows.map(r => r.cells)

describe('the table itself [RFC 4180]', () => {
  it.each<[string, string, string[][]]>([
    [
      'plain',
      'a,b\r\n1,2\r\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'without a last line end',
      'a,b\n1,2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'old Mac line ends',
      'a,b\r1,2\r',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'semicolons, as Excel writes in half of Europe',
      'a;b\n1,5;2\n',
      [
        ['a', 'b'],
        ['1,5', '2'],
      ],
    ],
    [
      'tabs',
      'a\tb\n1\t2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'quotes, separators and lines in a cell',
      'a,b\n"x ""y"", z","1\r\n2"\n',
      [
        ['a', 'b'],
        ['x "y", z', '1\r\n2'],
      ],
    ],
    [
      'a separator in a quoted head',
      '"a;b;c",d\n1,2\n',
      [
        ['a;b;c', 'd'],
        ['1', '2'],
      ],
    ],
    [
      'empty cells and trailing columns',
      'a,b,,\n1,,,\n',
      [
        ['a', 'b', '', ''],
        ['1', '', '', ''],
      ],
    ],
    [
      'empty lines are no rows',
      'a,b\n\n,\n1,2\n\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'a quote in the middle is itself',
      'a,b\n5" pipe,2\n',
      [
        ['a', 'b'],
        ['5" pipe', '2'],
      ],
    ],
    [
      'a separator at the end of the file',
      'a,b\n1,',
      [
        ['a', 'b'],
        ['1', ''],
      ],
    ],
  ])('%s', (_, text, rows) => expect(cells(text)).toEqual(rows))

  it('says in which line a row starts and where a quote was never closed', () => {
    const csv = parseCsv('a,b\n"1\n2",x\n3,"4\n5')
    expect(csv.rows.map(r => r.line)).toEqual([1, 2, 4])
    expect(csv.unclosed).toBe(4)
  })

  it('whatever is written is read back, with every separator and dangerous cell', () => {
    const cell = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '=1+2',
        '=cmd|x',
        '+1',
        '-5',
        '-x',
        '@a',
        "'=a",
        "''",
        ' b ',
        '"',
        '\r\n',
        ',',
        ';',
        '\t=1',
        '测点',
      ),
    )
    let seen = 0
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 5 }), { minLength: 1, maxLength: 5 }), rows => {
        const head = ['a', 'b', 'c', 'd', 'e']
        const safe = rows.map(row => row.map(guarded))
        for (const one of safe.flat()) expect(one).not.toMatch(/^[=@\t\r]|^[-+](?!\d+(\.\d+)?(e[-+]?\d+)?$)/i)
        const read = parseCsv(writeCsv([head, ...safe]))
        const filled = rows.filter(row => row.some(c => c !== ''))
        expect(read.rows.slice(1).map(r => r.cells.map(unguarded))).toEqual(filled)
        seen++
      }),
      { numRuns: 500 },
    )
    expect(seen).toBe(500)
  })

  it('knows UTF-8 with and without a mark, GBK and UTF-16', () => {
    const text = 'equipment,name.zh-CN\nx-1,水泵房'
    const gbk = Buffer.from([0xcb, 0xae, 0xb1, 0xc3, 0xb7, 0xbf])
    expect(decodeCsv(Buffer.from(text)).encoding).toBe('utf-8')
    expect(decodeCsv(Buffer.from(`\uFEFF${text}`)).text).toBe(text)
    expect(decodeCsv(gbk)).toEqual({ text: '水泵房', encoding: 'gb18030', damaged: false })
    expect(decodeCsv(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')])).text).toBe(text)
    expect(decodeCsv(Buffer.from([0x61, 0xff, 0xff, 0xff])).damaged).toBe(true)
  })
})

const site = JSON.stringify(pumpSite(502))
const lay = (csv: string, over = site) => importCsv(over, Buffer.from(csv), drivers, profiles)
const said = (csv: string) => lay(csv).problems.map(p => [p.row, p.column, p.code])

describe('a table laid over a site', () => {
  it('what was exported changes nothing, for every site that we know', () => {
    const sites = [demoSite(demoLines), pumpSite(502), quietSite]
    for (const one of sites) {
      const csv = exportCsv(one as unknown as RawSite, drivers)
      expect(csv.startsWith('\uFEFFequipment 设备编号,')).toBe(true)
      const result = lay(csv, JSON.stringify(one))
      expect(result.problems.filter(p => p.level === 'error')).toEqual([])
      expect(result.changes.filter(c => c.what !== 'same')).toEqual([])
      expect(result.changes.length).toBe(
        one.equipment.length + one.equipment.reduce((sum, e) => sum + (('points' in e && e.points?.length) || 0), 0),
      )
      expect(JSON.parse(result.text)).toEqual(JSON.parse(JSON.stringify(one)))
    }
    expect(sites.length).toBe(3)
  })

  it('adds, changes and leaves; columns that are not there leave their words alone', () => {
    const { changes, left, problems, text } = lay(
      'equipment,kind,channel,unit,point,table,address,type,scale\n' +
        'p,,,,level,input,7,uint16,0.1\n' +
        'new-1,meter,bus,9,power,input,12,float32,\n' +
        'new-1,,,,volts,input,"1,000",uint16,0.1\n',
    )
    // The first row of `p` empties its kind and channel: that is said, not guessed.
    expect(problems.map(p => [p.row, p.column, p.code])).toEqual([
      [2, 'kind', 'csv-missing'],
      [2, 'channel', 'csv-missing'],
    ])
    expect(changes.map(c => [c.row, c.equipment, c.point, c.what])).toEqual([
      [2, 'p', null, 'changed'],
      [2, 'p', 'level', 'changed'],
      [3, 'new-1', null, 'added'],
      [3, 'new-1', 'power', 'added'],
      [4, 'new-1', 'volts', 'added'],
    ])
    expect(left).toEqual({ equipment: 0, points: 5 })
    const [, made] = (JSON.parse(text) as { equipment: { points: { address: number }[] }[] }).equipment
    expect(made!.points[1]!.address).toBe(1000)
  })

  it('changes a point and says which words', () => {
    const { changes, problems, text } = lay('equipment;point;address;scale\np;level;7;0,5\n')
    expect(problems).toEqual([])
    expect(changes).toEqual([
      { row: 2, equipment: 'p', point: null, what: 'same', fields: [] },
      { row: 2, equipment: 'p', point: 'level', what: 'changed', fields: ['address', 'scale'] },
    ])
    const { points } = (JSON.parse(text) as { equipment: { points: object[] }[] }).equipment[0]!
    expect(points[0]).toEqual({
      key: 'level',
      table: 'input',
      address: 7,
      type: 'uint16',
      scale: 0.5,
      unit: '%',
      scanMs: 100,
    })
    expect(points.length).toBe(6)
    expect(checkSite(text, drivers, profiles).problems).toEqual([])
  })

  it('lists every problem with its row and its column, all at once', () => {
    expect(
      said(
        'equipment 设备编号,kind,channel,unit,point,table,address,type,bit,range.min,colour,,\n' +
          'a-1,meter,bus,2,v,input,70000,uint16,,,,,\n' +
          'a-1,meter,bus,2,w,inputs,1,uint16,,,,,\n' +
          'a-1,meter,bus,3,x,input,1,uint16,17,,,,\n' +
          'a-1,meter,bus,2,v,input,1,uint16,,,,,\n' +
          ',meter,bus,2,y,input,1,uint16,,,,,\n' +
          'a-1,meter,bus,2,,input,1,,,,,,\n' +
          'a-1,meter,bus,2,z,input,1,uint16,,5,,,stray\n' +
          'b 2,meter,bus,2,z,input,1,uint16,,,,,\n' +
          'b-3,meter,nowhere,2,z,input,1,uint16,,,,,\n' +
          'b-4,,bus,300,z,input,1,uint16,,,,,\n',
      ),
    ).toEqual([
      [1, 'colour', 'csv-unknown-column'],
      [2, 'address', 'schema'],
      [3, 'table', 'schema'],
      [4, 'unit', 'csv-equipment-differs'],
      [4, 'bit', 'modbus-bit-out-of-range'],
      [5, 'point', 'csv-point-twice'],
      [6, 'equipment', 'csv-no-equipment'],
      [7, 'point', 'csv-no-point'],
      [8, null, 'csv-cell-without-column'],
      [8, 'range.max', 'csv-range-half'],
      [9, 'equipment', 'schema'],
      [10, 'channel', 'unknown-channel'],
      [11, 'unit', 'schema'],
      [11, 'kind', 'csv-missing'],
    ])
    for (const { text } of lay('equipment,point,unit\np,level,x\n').problems) {
      expect(text['zh-CN']).toMatch(/\p{Script=Han}/u)
      expect(text.en).not.toMatch(/\p{Script=Han}/u)
    }
  })

  it.each([
    [
      '',
      [
        [null, null, 'csv-empty'],
        [1, 'equipment', 'csv-no-id-column'],
      ].slice(0, 1),
    ],
    ['kind,channel\nx,y\n', [[1, 'equipment', 'csv-no-id-column']]],
    ['equipment,equipment\np,p\n', [[1, 'equipment', 'csv-column-twice']]],
    ['equipment;point;scale\np;level;1,000\n', [[2, 'scale', 'csv-number-ambiguous']]],
    ['equipment,point,point.name.en\np,level,Level\n', [[2, 'point.name.en', 'csv-name-in-both']]],
    ['equipment,point\n"p,level\n', [[2, null, 'csv-quote-open']]],
  ])('%j', (csv, problems) => {
    const found = said(csv)
    expect(found.slice(0, problems.length)).toEqual(problems)
  })

  it('a name that a spreadsheet would run is exported as a text, and comes back as it was', () => {
    const evil = { ...pumpSite(502) }
    evil.equipment[0]!.name = { 'zh-CN': '=cmd|"/c calc"!A1', en: '@SUM(1)' }
    const csv = exportCsv(evil as unknown as RawSite, drivers)
    expect(csv).toContain(`"'=cmd|""/c calc""!A1"`)
    expect(csv).not.toMatch(/(^|,)"?[=@]/m)
    expect(JSON.parse(lay(csv, JSON.stringify(evil)).text)).toEqual(JSON.parse(JSON.stringify(evil)))
  })
})

describe('over the API', () => {
  let g: TestGateway
  afterEach(() => g.stop())
  const base64 = (text: string | Buffer) => Buffer.from(text as string).toString('base64')

  it('a dry run changes nothing; applied it runs, with a backup and a line on the trail; GBK as it comes from Excel', async () => {
    g = await startGateway({ site: quietSite })
    const people = await g.people()
    const file = join(g.data, 'site.json')
    const before = readFileSync(file, 'utf8')
    const exported = await people.engineer.get('/api/v1/site/export.csv')
    expect(exported.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(exported.text).toContain('pump-1,')
    // 水泵 in GBK
    const csv = Buffer.concat([
      Buffer.from(
        'equipment,kind,name.en,channel,unit,point,table,address,type,name.zh-CN\nm-2,meter,Meter,bus,2,power,input,12,float32,',
      ),
      Buffer.from([0xcb, 0xae, 0xb1, 0xc3, 0x0d, 0x0a]),
    ])
    const dry = await people.admin.post('/api/v1/site/import', { csv: base64(csv), dryRun: true })
    expect([dry.status, dry.body.applied, dry.body.encoding, dry.body.problems]).toEqual([200, false, 'gb18030', []])
    expect(dry.body.left).toEqual({ equipment: 1, points: 2 })
    expect(readFileSync(file, 'utf8')).toBe(before)
    expect((await people.engineer.post('/api/v1/site/import', { csv: base64(csv) })).status).toBe(403)

    const bad = await people.admin.post('/api/v1/site/import', {
      csv: base64('equipment,point,table\npump-1,tripped,x\n'),
      dryRun: false,
    })
    expect([bad.status, bad.body.code]).toEqual([422, 'import-invalid'])
    expect((bad.body.problems as { row: number }[]).map(p => p.row)).toEqual([2])
    expect(readFileSync(file, 'utf8')).toBe(before)

    const done = await people.admin.send('POST', '/api/v1/site/import?dryRun=false', csv, {
      'content-type': 'text/csv',
    })
    expect([done.status, done.body.applied]).toEqual([200, true])
    const made = g.deps.plant()!.site.equipment.find(e => e.id === 'm-2')!
    expect(made.name).toEqual({ 'zh-CN': '水泵', en: 'Meter' })
    expect(g.deps.trail.before(1e9, 3).map(e => [e.kind, e.action, e.actor])).toContainEqual(['site', 'saved', 'admin'])
    expect(readFileSync(join(g.data, 'backups', 'site-000001.json'), 'utf8')).toBe(before)
  })

  it('without a site there is nothing to lay it over, and that is said', async () => {
    g = await startGateway({ site: null })
    const admin = await g.admin()
    const answer = await admin.post('/api/v1/site/import', { csv: base64('equipment\nx\n') })
    expect([answer.status, answer.body.code]).toEqual([422, 'site-invalid'])
    expect((await admin.get('/api/v1/site/export.csv')).status).toBe(422)
  })
})
