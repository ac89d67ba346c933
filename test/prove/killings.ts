import { killBatches } from '../support/batchkilling.ts'
import { killBroker } from '../support/brokerkilling.ts'
import { killInFire } from '../support/firekilling.ts'
import { killMany, seeded } from '../support/killing.ts'
import { type Short, shortOfBatches, shortOfFires, shortOfKills } from './enough.ts'
import type { Proven } from './proof.ts'

const say = (line: string) => console.log(line)
/** Why it proves nothing, where it does; behind the figure. */
const told = (short: Short) => (short.length === 0 ? '' : `; TOO LITTLE: ${short.join(', ')}`)
const newSeed = () => Date.now() % 1_000_000

/** The gateway killed under mixed load; a client and a witness at the broker remember what they were told. */
export async function proveKill(count = 500): Promise<Proven> {
  const seed = newSeed()
  const seen = await killMany(count, seeded(seed), say)
  console.log(seen)
  const { lost, doubled, disorder } = seen.broker ?? { lost: ['the witness'], doubled: [], disorder: [] }
  const wrong = seen.lost.length + seen.doubled.length + lost.length + doubled.length + disorder.length
  const short = shortOfKills(count, seen)
  const chain = seen.chainBroken === null ? 'whole' : `broken at ${seen.chainBroken}`
  return {
    holds: short.length === 0 && wrong === 0 && seen.chainBroken === null,
    figure: `${seen.kills} kills, ${seen.acknowledged} acknowledged, ${wrong} lost or doubled, the chain is ${chain}; slowest start ${seen.slowestStartMs} ms; seed ${seed}${told(short)}`,
  }
}

/** The gateway killed in fires: doors stay open until the panel is reset and a person says so. */
export async function proveFire(count = 100): Promise<Proven> {
  const seed = newSeed()
  const seen = await killInFire(count, 5, seeded(seed), say)
  console.log(seen)
  const short = shortOfFires(count, seen)
  return {
    holds: seen.wrong.length === 0 && short.length === 0 && seen.locksRefused === seen.locksTried,
    figure: `${seen.kills} kills in ${seen.fires} fires, ${seen.wrong.length} wrong, ${seen.locksRefused} of ${seen.locksTried} locks refused; slowest release ${seen.slowestReleaseMs} ms; seed ${seed}${told(short)}`,
  }
}

/** The gateway killed while batches for billing are made, sent and answered. */
export async function proveBatches(count = 60): Promise<Proven> {
  const seed = newSeed()
  const seen = await killBatches(count, seeded(seed), say)
  console.log(seen)
  const short = shortOfBatches(count, seen)
  return {
    holds: seen.wrong.length === 0 && seen.chainBroken === null && short.length === 0,
    figure: `${seen.kills} kills, ${seen.acknowledged} acknowledged, ${seen.issued} batches issued, ${seen.wrong.length} wrong; seed ${seed}${told(short)}`,
  }
}

/** The broker alone, which starts in a moment; `npm test` kills the whole gateway with the same witness. */
export async function proveBroker(count = 200): Promise<Proven> {
  const seed = newSeed()
  const seen = await killBroker(count, seeded(seed), say)
  console.log(seen)
  const wrong = seen.lost.length + seen.doubled.length + seen.disorder.length
  const acknowledged = seen.acknowledged[1] + seen.acknowledged[2]
  return {
    holds: wrong === 0 && seen.integrity === 'ok' && acknowledged > count * 5,
    figure: `${count} kills, ${acknowledged} acknowledged, ${wrong} lost, doubled or out of order; integrity ${seen.integrity}; seed ${seed}`,
  }
}
