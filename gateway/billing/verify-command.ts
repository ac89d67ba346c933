import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type BatchFault, batchFaults, verifyBatch } from './verify.ts'

/**
 * `npm run verify-batch -- <file> [--key <public key>]`: whether a batch (CSV, XLSX or JSON) is as the site issued it, for
 * whoever receives it. Ends with 0: it is; 1: it is not; 2: it cannot be read.
 */
const { values, positionals } = parseArgs({ allowPositionals: true, options: { key: { type: 'string' } } })
const [file, ...more] = positionals
if (file === undefined || more.length > 0) {
  console.error('用法：npm run verify-batch -- <文件> [--key 站点公钥]')
  console.error('Usage: npm run verify-batch -- <file> [--key <public key of the site>]')
  process.exit(2)
}
const textOf = ({ code, line = '', n = 0 }: BatchFault): string => {
  const fill = (text: string) => text.replace('{line}', line).replace('{n}', String(n))
  return `${fill(batchFaults[code]['zh-CN'])} ${fill(batchFaults[code].en)}`
}
let bytes: Buffer
try {
  bytes = readFileSync(file)
} catch (error) {
  console.error(`读不到文件 cannot read ${file}: ${(error as Error).message}`)
  process.exit(2)
}
const { found, faults, keyKnown } = verifyBatch(bytes, values.key?.trim() ?? null)
if (found) {
  const { head, rows, totals } = found.batch
  console.log(`${head.batch}  ${head.site}  ${head.period}  ${head.kind}`)
  for (const t of totals) console.log(`  ${t.medium} ${t.register}: ${t.lines} × = ${t.consumption} ${t.uom}`)
  console.log(`  ${rows.length} 行 lines, SHA-256 ${found.seal.sha256}`)
}
for (const fault of faults) console.log(`✗ ${textOf(fault)}`)
if (faults.length === 0) {
  console.log('✓ 与签发时一致。 As it was issued.')
  if (!keyKnown && found)
    console.log(
      `  签名密钥 ${found.seal.key}：请与站点提供的公钥核对（--key）。 Compare this key with the one the site gave you (--key).`,
    )
}
process.exit(faults.length === 0 ? 0 : 1)
