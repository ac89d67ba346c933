/** `npm run bench -- <name> [--json] [--quick]`: what was measured, beside its target. Misses are shown, never hidden. */
import { cpus, totalmem } from 'node:os'
import { modbus } from './modbus.ts'
import { path } from './path.ts'

export interface Measured {
  readonly figures: Readonly<Record<string, number>>
  readonly ratios: Readonly<Record<string, number>>
  /** Rivals that ran beside us in this call, with their versions. */
  readonly against: Readonly<Record<string, string>>
  /** Key -> the most it may be. */
  readonly targets: Readonly<Record<string, number>>
}
export type Bench = (quick: boolean, say: (line: string) => void) => Promise<Measured>

const benches: Readonly<Record<string, Bench>> = { modbus, path }

const args = process.argv.slice(2)
const name = args.find(a => !a.startsWith('--')) ?? ''
const json = args.includes('--json')
const bench = benches[name]
if (!bench) {
  console.error(`Known benches: ${Object.keys(benches).join(', ')}. Example: npm run bench -- path --quick`)
  process.exit(2)
}
const say = (line: string) => void process.stderr.write(`${line}\n`)
const { figures, ratios, against, targets } = await bench(args.includes('--quick'), say)
const machine = `${cpus()[0]?.model.trim()} x${cpus().length}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`
let misses = 0
const rows = Object.entries({ ...figures, ...ratios }).map(([key, value]) => {
  const target = targets[key]
  const missed = target !== undefined && value > target
  if (missed) misses++
  return { key, value, 'at most': target ?? '', '': target === undefined ? '' : missed ? 'MISSED' : 'met' }
})
console.log(`bench ${name} on ${machine}`)
console.table(rows)
if (misses > 0) console.log(`${misses} of ${Object.keys(targets).length} targets missed`)
if (json) console.log(JSON.stringify({ name, at: new Date().toISOString(), machine, figures, ratios, against }))
process.exit(0)
