/** `npm run prove -- <name> [count]`: the promises at full figure, which take too long for `npm test`; each has a short form there. */
import { killBatches } from '../support/batchkilling.ts'
import { killBroker } from '../support/brokerkilling.ts'
import { killInFire } from '../support/firekilling.ts'
import { killMany, seeded } from '../support/killing.ts'
import { proveAccess } from './access.ts'
import { proveBackup } from './backup.ts'
import { proveBadDays } from './baddays.ts'
import { proveCentre } from './centre.ts'
import { proveFuzz } from './fuzz/all.ts'
import { hostileLine } from './hostile-line.ts'
import { proveInstall } from './install.ts'
import { proveNames } from './names.ts'
import { proveScenarios } from './scenarios.ts'
import { proveSlow } from './slow.ts'
import { proveTls } from './tls.ts'
import { proveTrail } from './trail.ts'

const proofs: Record<string, (count: number | undefined) => Promise<boolean>> = {
  async kill(count = 500) {
    const seed = Date.now() % 1_000_000
    const seen = await killMany(count, seeded(seed), line => console.log(line))
    console.log(`seed ${seed}`, seen)
    const { lost, doubled, disorder } = seen.broker ?? { lost: ['the witness'], doubled: [], disorder: [] }
    const wrong = seen.lost.length + seen.doubled.length + lost.length + doubled.length + disorder.length
    return wrong === 0 && seen.chainBroken === null
  },
  access: proveAccess,
  /** The gateway killed in fires: doors stay open until the panel is reset and a person says so. */
  async fire(count = 100) {
    const seed = Date.now() % 1_000_000
    const seen = await killInFire(count, 5, seeded(seed), line => console.log(line))
    console.log(`seed ${seed}`, seen)
    return seen.wrong.length === 0 && seen.locksTried > count && seen.locksRefused === seen.locksTried
  },
  /** The gateway killed while batches for billing are made, sent and answered. */
  async batches(count = 60) {
    const seed = Date.now() % 1_000_000
    const seen = await killBatches(count, seeded(seed), line => console.log(line))
    console.log(`seed ${seed}`, seen)
    return seen.wrong.length === 0 && seen.chainBroken === null && seen.issued > count / 4
  },
  backup: proveBackup,
  baddays: proveBadDays,
  /** The broker alone, which starts in a moment; `npm test` kills the whole gateway with the same witness. */
  async broker(count = 200) {
    const seed = Date.now() % 1_000_000
    const seen = await killBroker(count, seeded(seed), line => console.log(line))
    console.log(`seed ${seed}`, seen)
    const wrong = seen.lost.length + seen.doubled.length + seen.disorder.length
    return wrong === 0 && seen.integrity === 'ok' && seen.acknowledged[1] + seen.acknowledged[2] > count * 5
  },
  fuzz: count => proveFuzz(count, process.argv.slice(4)),
  'hostile-line': hostileLine,
  install: proveInstall,
  centre: proveCentre,
  names: proveNames,
  slow: proveSlow,
  tls: proveTls,
  trail: proveTrail,
  /** `npm run prove -- scenarios [--only <id> ...]` */
  scenarios: () => proveScenarios(process.argv.slice(3).filter(word => word !== '--only')),
}

const [name = '', count] = process.argv.slice(2)
const proof = proofs[name]
if (!proof) {
  console.error(`Known proofs: ${Object.keys(proofs).join(', ')}. Example: npm run prove -- kill 100`)
  process.exit(2)
}
// Whatever ends it before it has said so does not hold.
process.exitCode = 1
const holds = await proof(count === undefined ? undefined : Number(count))
console.log(holds ? 'holds' : 'DOES NOT HOLD')
process.exit(holds ? 0 : 1)
