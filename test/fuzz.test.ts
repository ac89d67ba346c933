import { readdirSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { drivers, profiles } from '../drivers/index.ts'
import { checkSite } from '../gateway/site/site.ts'
import { readXlsx } from '../gateway/xlsxread.ts'
import { attacked, inside, outside, proveFuzz } from './prove/fuzz/all.ts'
import { type Bed, startBed } from './prove/fuzz/bed.ts'
import { uncaught } from './prove/fuzz/kit.ts'
import { SHEET, zipOf } from './prove/fuzz/tables.ts'
import { opcuaNonsense } from './prove/fuzz/wires.ts'
import { lookInside } from './prove/soak/inside.ts'
import { account, join } from './support/mqtt.ts'
import { openScreen } from './support/screen.ts'
import { quietSite } from './support/sites.ts'
import { until } from './support/wait.ts'

/** Short form of `npm run prove -- fuzz`. */
const SEED = 7
const CASES = 60

describe(`${CASES} damaged inputs of each kind`, () => {
  for (const [name, fuzz] of inside)
    it(name, async () => {
      const watch = uncaught()
      const seen = await fuzz(CASES, SEED)
      watch.end()
      expect([seen.wrong.slice(0, 3), watch.seen]).toEqual([[], []])
      expect(seen.cases).toBe(CASES)
    })

  describe('to the real gateway', () => {
    let bed: Bed
    beforeAll(async () => {
      bed = await startBed()
    })
    afterAll(() => bed.stop())
    for (const [name, fuzz] of outside)
      it(name, async () => {
        const seen = await attacked(bed, 0, () => fuzz(bed, CASES, SEED))
        expect(seen.wrong.slice(0, 3)).toEqual([])
        expect(seen.grewMb).toBeLessThan(250)
      })
    it('one packet of nonsense ends the connection it came by, and not the OPC UA server', async () => {
      const address = await bed.opcua()
      await opcuaNonsense(address)
      // One that ended is missed at once; the word of it takes a moment.
      await new Promise(resolve => setTimeout(resolve, 1000))
      expect(bed.output()).not.toContain('worker ended')
    })
    /** Short form of `npm run prove -- soak`. */
    it('screens, programs and people who come and go leave no file open and no timer behind; what is left behind is seen', async () => {
      const inside = await lookInside(bed.output())
      // A process that is being looked into does not end.
      onTestFinished(inside.end)
      const headers = { authorization: `Bearer ${bed.token}` }
      const password = await account(bed.admin, 'passer-by', ['gatehouse/#'])
      let came = 0
      const comesAndGoes = async () => {
        const screen = await openScreen(bed.url, headers)
        const client = await join(bed.mqtt, 'passer-by', password)
        await client.subscribe('gatehouse/#')
        const made = await bed.admin.post('/api/v1/tokens', { name: 'passer-by' })
        expect(made.status).toBe(201)
        await bed.admin.post(`/api/v1/tokens/${made.body.id}/revoke`, {})
        screen.close()
        await client.end()
        came++
      }
      /** The least of a few looks: what is open for a moment is open for a moment. */
      const least = async () => {
        const looks = []
        for (let i = 0; i < 5; i++)
          looks.push([await inside.timers(), readdirSync(`/proc/${bed.pid}/fd`).length] as const)
        return looks.reduce(([a, b], [x, y]) => [Math.min(a, x), Math.min(b, y)])
      }
      await comesAndGoes()
      const before = await least()
      for (let i = 0; i < 10; i++) await Promise.all([comesAndGoes(), comesAndGoes()])
      let after = before
      await until(
        () => `as few timers and files as before: ${before}, not ${after}`,
        async () => {
          after = await least()
          return after[0] <= before[0] && after[1] <= before[1]
        },
      )
      expect(came).toBe(21)
      await inside.evaluate(
        `globalThis.left = Array.from({ length: 40 }, () => [setTimeout(() => {}, 2 ** 30), process.getBuiltinModule('fs').openSync('/dev/null')]), 0`,
      )
      const [timers, files] = await least()
      expect([timers > after[0] + 20, files > after[1] + 20]).toEqual([true, true])
      await inside.evaluate(
        `for (const [timer, file] of globalThis.left) clearTimeout(timer), process.getBuiltinModule('fs').closeSync(file)`,
      )
    })
    it('the same process goes on, polls its good device, and has logged no fault of its own', async () => {
      await bed.evenness()
      await until('it is polled', async () => (await bed.evenness()).polls > 0)
      expect([await bed.trouble(), bed.complaints(), await bed.sample('calm-1/a')]).toMatchObject([
        null,
        [],
        { quality: 'good', value: 42 },
      ])
    })
  })
})

it('a kind that there is not is not tried, and nothing is said to hold', () =>
  expect(proveFuzz(CASES, ['mqqt'])).rejects.toThrow(/parts of .*MQTT packets.*; not mqqt/))

/** Each of these was found by the runs above, and stopped or ended something. */
describe('found and repaired', () => {
  const text = JSON.stringify(quietSite)
  const codes = (source: string) => {
    const { site, problems } = checkSite(source, drivers, profiles)
    return [site, [...new Set(problems.map(p => p.code))], problems[0]?.line ?? null]
  }
  it.each([
    ['brackets without end', '['.repeat(200_000)],
    ['brackets within a word', `{"site":${'['.repeat(5000)}${']'.repeat(5000)}}`],
    ['objects', `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`],
  ])('a site file of %s is refused at its line, not by running out of stack', (_, source) =>
    expect(codes(source)).toEqual([null, ['site-deep'], 1]),
  )
  it('brackets in a text are no brackets', () =>
    expect(codes(text.replace('"Pump"', `"${'[{'.repeat(70)}\\"${'['.repeat(40)}"`))).toEqual([
      expect.anything(),
      [],
      null,
    ]))
  it('a site file of 12,000 unknown words is refused in a moment, with the first ten thousand', () => {
    const words = Array.from({ length: 12_000 }, (_, i) => `"w${i}":1`).join()
    const before = process.cpuUsage()
    const { site, problems } = checkSite(`{"site":{${words}}}`, drivers, profiles)
    expect([site, problems.length, problems.at(-1)!.code, problems.at(-1)!.level]).toEqual([
      ...[null, 10_001, 'problems-more', 'error'],
    ])
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(12_000)
  })
  it('a name with a NUL or half of a character is refused at its place', () => {
    for (const sign of ['\\u0000', '\\ud800', '\\udc00x'])
      expect(codes(text.replace('"Pump"', `"a${sign}"`))).toEqual([null, ['site-sign'], 1])
  })

  const strings = (xml: string) => zipOf({ [SHEET]: '<row><c t="s"><v>0</v></c></row>', 'xl/sharedStrings.xml': xml })
  const styles = (xml: string) => zipOf({ [SHEET]: '<row><c s="0"><v>1e300</v></c></row>', 'xl/styles.xml': xml })
  const books: readonly [what: string, book: Buffer, rows: unknown][] = [
    ['rows without end', zipOf({ [SHEET]: '<row>'.repeat(300_000) }), []],
    ['cells without end', zipOf({ [SHEET]: `<row>${'<c>'.repeat(300_000)}</row>` }), []],
    ['texts without end', strings('<si>'.repeat(300_000)), []],
    ['readings without end', strings(`<si><t>a</t>${'<rPh>'.repeat(300_000)}</si>`), [{ cells: ['a'], line: 1 }]],
    ['formats without end', styles('<numFmt numFmtId="1" '.repeat(100_000)), [{ cells: ['1e300'], line: 1 }]],
    [
      'a format of brackets',
      styles(`<numFmt numFmtId="200" formatCode="${'['.repeat(300_000)}"/>`),
      [{ cells: ['1e300'], line: 1 }],
    ],
    ['a date after the end of time', styles('<cellXfs><xf numFmtId="14"/></cellXfs>'), [{ cells: ['1e300'], line: 1 }]],
    ['wide rows that fill the memory', zipOf({ [SHEET]: '<row><c r="IU1"><v>1</v></c></row>'.repeat(100_000) }), null],
    ['more than all of it may be', zipOf({ [SHEET]: Buffer.alloc(30_100_000, 0x20) }), null],
    [
      'a bomb in each of its parts',
      zipOf({
        [SHEET]: '<row/>',
        'xl/sharedStrings.xml': Buffer.alloc(29_000_000),
        'xl/styles.xml': Buffer.alloc(29_000_000),
      }),
      null,
    ],
    [
      'lengths that point outside',
      cut(zipOf({ [SHEET]: '<row/>' }), bytes => bytes.fill(0xff, bytes.length - 6, bytes.length - 2)),
      null,
    ],
    [
      'an entry that does not unpack',
      cut(zipOf({ [SHEET]: '<row/>' }), bytes => bytes.fill(0x77, 30 + SHEET.length, 32 + SHEET.length)),
      null,
    ],
  ]
  it.each(books)('a workbook of %s is read or refused at once, and nothing is thrown', (_, book, rows) => {
    const from = performance.now()
    expect(readXlsx(book)).toEqual(rows)
    expect(performance.now() - from).toBeLessThan(5000)
  })
})

function cut(book: Buffer, harm: (bytes: Buffer) => void): Buffer {
  harm(book)
  return book
}
