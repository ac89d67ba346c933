/**
 * `npm run prove -- <name> [count]`: the promises at full figure, which take too long for `npm test`; each has a short form
 * there. `npm run prove -- all [--quick | <count>]`: all of them, and one table.
 */
import { proveAll } from './all.ts'
import { CODES, codeOf, type Ended, lastLine, Misasked, NotRun, type Proof } from './proof.ts'
import { proofs } from './proofs.ts'

const [name = '', ...words] = process.argv.slice(2)
if (name === 'all') process.exit(codeOf(await proveAll(words)))
const proof = Object.hasOwn(proofs, name) ? proofs[name] : undefined
if (!proof) {
  console.error(`Known proofs: all, ${Object.keys(proofs).join(', ')}. Example: npm run prove -- kill 100`)
  process.exit(2)
}
// One that ends early, for want of anything to wait for, does not hold.
process.exitCode = 1
const { ended, figure } = await one(proof, words)
console.log(lastLine(ended, figure))
process.exit(CODES[ended])

async function one(proof: Proof, words: readonly string[]): Promise<{ ended: Ended; figure: string }> {
  try {
    const { holds, figure } = await proof.run(words)
    return { ended: holds ? 'held' : 'NOT HELD', figure }
  } catch (error) {
    if (error instanceof Misasked) {
      console.error(`${name} takes ${error.message}`)
      process.exit(2)
    }
    if (error instanceof NotRun) return { ended: 'not run', figure: error.message }
    console.log(error)
    return { ended: 'NOT HELD', figure: String(error) }
  }
}
