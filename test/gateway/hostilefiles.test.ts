import { generateKeyPairSync, sign } from 'node:crypto'
import pino from 'pino'
import { describe, expect, it } from 'vitest'
import { batchCsv, batchJson, batchXlsx, canonicalOf, hashOf, readBatch } from '../../gateway/billing/batchfile.ts'
import { parseCsv } from '../../gateway/csv.ts'
import { attachment } from '../../gateway/http/documents.ts'
import { sendLetter } from '../../gateway/out/notify/email.ts'
import { id } from '../../gateway/site/words.ts'
import {
  type Batch,
  batchName,
  columnNames,
  type Head,
  headNames,
  numberColumns,
  type Row,
  totalsOf,
} from '../../rules/billing/batch.ts'
import { hostileNames } from '../support/hostilenames.ts'
import { mailServer } from '../support/smtp.ts'

/** What leaves the house with names in it: nothing in a name ends what it stands in. Screens: test/screens/hostilenames.test.ts. */
const names = hostileNames
/** What a spreadsheet would take for a formula [OWASP CSV injection]; a number is none. */
const isFormula = (cell: string) => /^[=+\-@\t\r＝＋－＠]/.test(cell) && !/^[-+]?[\d.]+(e[-+]?\d+)?$/i.test(cell)

describe(`${names.length} hostile names`, () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const texts = columnNames.filter(name => !numberColumns.has(name))
  const rows = names.map(
    (name, i) =>
      Object.fromEntries(columnNames.map(word => [word, texts.includes(word) ? `${name}` : String(i)])) as Row,
  )
  const head = Object.fromEntries(headNames.map((word, i) => [word, names[i * 9]!])) as Head
  const waived = names.map(name => ({ line: name, unit: name, by: name, reason: name }))
  const batch: Batch = { head, rows, totals: totalsOf(rows.slice(0, 1)), waived }
  const seal = {
    sha256: hashOf(batch),
    signature: sign(null, canonicalOf(batch), privateKey).toString('base64url'),
    key: publicKey.export({ format: 'jwk' }).x!,
  }
  it('of tenants, units, meters and people in a batch for billing: the same in all three files, and no formula', async () => {
    const csv = batchCsv({ batch, seal })
    const xlsx = await batchXlsx({ batch, seal })
    const cells = parseCsv(csv.toString('utf8').replace(/^\uFEFF/, '')).rows.flatMap(r => r.cells)
    expect([cells.filter(isFormula), cells.length > names.length * columnNames.length]).toEqual([[], true])
    expect(xlsx.includes('<f>')).toBe(false)
    expect(readBatch(csv)).toMatchObject({ batch, seal })
    expect(readBatch(batchJson({ batch, seal }))).toMatchObject({ batch, seal })
    // XML does not have all signs.
    expect(readBatch(xlsx)!.batch.rows).toHaveLength(names.length)
  })
  it('as an id, of which file names and topics are made: refused, or a plain word', () => {
    const taken = names.filter(name => id.safeParse(name).success)
    expect(taken.filter(name => !/^[A-Za-z0-9][\w-]*$/.test(name))).toEqual([])
    expect([taken.length > 5, taken.length < 40]).toEqual([true, true])
    for (const name of taken) expect(batchName(name, '2026-11', name, 1)).toMatch(/^[A-Za-z0-9][\w-]+$/)
  })
  it('of an attachment: one plain file name in one header', () => {
    for (const name of names) {
      const said = attachment(name, 'pdf')
      expect(said, name).toMatch(/^attachment; filename="document\.pdf"; filename\*=UTF-8''[\w.!~*%-]+\.pdf$/)
      const file = decodeURIComponent(said.split("''")[1]!)
      expect([name, /[/\\:*?"<>|\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(file)]).toEqual([name, false])
      expect([name, /^(\.|\s|con\.|nul\.|aux\.|com1\.|lpt9\.)/i.test(file)]).toEqual([name, false])
    }
  })
  it('in the heads of letters: no head of their own, and no address but the ones given', async () => {
    const server = await mailServer()
    const options = { host: '127.0.0.1', port: server.port, security: 'none', from: 'gate@house.example' } as never
    const at = (i: number) => names[i % names.length]!
    for (let i = 0; i < names.length; i += 4) {
      const letter = {
        ...{
          subject: at(i),
          text: names.join('\n'),
          sender: at(i + 1),
          to: { name: at(i + 2), email: 'li@house.example' },
        },
        ...{ id: `<${i}@house.example>`, at: 0, attachments: [{ filename: at(i + 3), content: Buffer.from('x') }] },
      }
      expect(await sendLetter(options, letter, AbortSignal.timeout(10_000)), JSON.stringify(letter)).toMatchObject({
        why: null,
      })
    }
    await server.stop()
    expect(server.letters).toHaveLength(names.length / 4)
    const allowed =
      /^(from|to|subject|date|message-id|mime-version|content-type|content-transfer-encoding|auto-submitted)$/i
    for (const { from, to, raw } of server.letters) {
      expect([from, to]).toEqual(['gate@house.example', ['li@house.example']])
      const heads = raw
        .split('\r\n\r\n')[0]!
        .split(/\r\n(?![ \t])/)
        .map(line => line.split(':')[0]!)
      expect(heads.filter(word => !allowed.test(word))).toEqual([])
      // Bare ends of line would be smuggled past servers that take them for one.
      expect(/[^\r]\n|\r[^\n]/.test(raw)).toBe(false)
    }
  })
  it('in a line of the log: one line each, that is JSON', () => {
    const lines: string[] = []
    const log = pino({}, { write: line => void lines.push(line) })
    for (const name of names) log.warn({ account: name, topic: name }, name)
    expect(lines.filter(line => line.indexOf('\n') !== line.length - 1)).toEqual([])
    expect(lines.map(line => (JSON.parse(line) as { msg: string; topic: string }).topic)).toEqual(names)
  })
})
