/** `npm run bench -- <name> [--json] [--quick]`: what was measured, beside its target. Misses are shown, never hidden. */
import { cpus, totalmem } from 'node:os'
import { access } from './access.ts'
import { alarms } from './alarms.ts'
import { away } from './away.ts'
import { broker } from './broker.ts'
import { building } from './building.ts'
import { freeze } from './freeze.ts'
import { history } from './history.ts'
import { modbus } from './modbus.ts'
import { modbusDead } from './modbus-dead.ts'
import { path } from './path.ts'
import { rtu } from './rtu.ts'
import { scan } from './scan.ts'
import { screens } from './screens.ts'

export interface Measured {
  readonly figures: Readonly<Record<string, number>>
  readonly ratios: Readonly<Record<string, number>>
  /** Rivals that ran beside us in this call, with their versions. */
  readonly against: Readonly<Record<string, string>>
  /** Key -> the most it may be. */
  readonly targets: Readonly<Record<string, number>>
  /** Key -> the least it may be. */
  readonly floors?: Readonly<Record<string, number>>
}
export type Bench = (quick: boolean, say: (line: string) => void) => Promise<Measured>

const benches: Readonly<Record<string, Bench>> = {
  access,
  alarms,
  away,
  broker,
  building,
  freeze,
  history,
  modbus,
  'modbus-dead': modbusDead,
  path,
  rtu,
  scan,
  screens,
}

const args = process.argv.slice(2)
const name = args.find(a => !a.startsWith('--')) ?? ''
const json = args.includes('--json')
const bench = benches[name]
if (!bench) {
  console.error(`Known benches: ${Object.keys(benches).join(', ')}. Example: npm run bench -- path --quick`)
  process.exit(2)
}
const say = (line: string) => void process.stderr.write(`${line}\n`)
const { figures, ratios, against, targets, floors = {} } = await bench(args.includes('--quick'), say)
const machine = `${cpus()[0]?.model.trim()} x${cpus().length}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`
let misses = 0
const rows = Object.entries({ ...figures, ...ratios }).map(([key, value]) => {
  const target = targets[key]
  const floor = floors[key]
  const missed = (target !== undefined && value > target) || (floor !== undefined && value < floor)
  if (missed) misses++
  const said = target === undefined && floor === undefined ? '' : missed ? 'MISSED' : 'met'
  return { key, value, 'at most': target ?? '', 'at least': floor ?? '', '': said }
})
console.log(`bench ${name} on ${machine}`)
console.table(rows)
if (misses > 0) console.log(`${misses} of ${Object.keys({ ...targets, ...floors }).length} targets missed`)
if (json) console.log(JSON.stringify({ name, at: new Date().toISOString(), machine, figures, ratios, against }))
process.exit(0)
