import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { exitCodeOf, languageOf, shown } from '../../rules/doctor/finding.ts'
import { bothOf } from '../core/refusal.ts'
import { examine } from './doctor.ts'

/**
 * `npm run doctor [-- --data folder] [--json]`: what is wrong with this machine and what to do, in the language of LANG. Ends
 * with 0 (all is well), 1 (something to look at) or 2 (something is wrong).
 */
async function main(): Promise<number> {
  const { values } = parseArgs({ options: { data: { type: 'string' }, json: { type: 'boolean', default: false } } })
  const data = resolve(values.data ?? (process.env.GATEHOUSE_DATA || 'data'))
  const findings = await examine(data, process.env)
  const text = values.json ? JSON.stringify({ data, findings }, null, 1) : shown(findings, languageOf(process.env))
  process.stdout.write(`${text}\n`)
  return exitCodeOf(findings)
}

main().then(
  code => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${bothOf(error).join('\n')}\n`)
    process.exit(2)
  },
)
