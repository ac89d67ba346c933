import { setTimeout as pause } from 'node:timers/promises'
import type { Proven } from '../proof.ts'
import { type Bed, type Evenness, startBed } from './bed.ts'
import { fuzzHttp, fuzzHttpBytes } from './http.ts'
import { type Fuzzed, uncaught } from './kit.ts'
import { fuzzModbusRtu, fuzzModbusTcp, fuzzTextLines } from './lines.ts'
import { fuzzSiteFiles } from './sitefile.ts'
import { fuzzTables } from './tables.ts'
import { fuzzMqtt, fuzzOpcuaClients, fuzzPeers, fuzzWebSocket } from './wires.ts'

/** Readers and decoders, in this process: what nobody caught would end it. */
export const inside: readonly ((cases: number, seed: number) => Promise<Fuzzed>)[] = [
  fuzzModbusTcp,
  fuzzModbusRtu,
  fuzzTextLines,
  fuzzSiteFiles,
  fuzzTables,
]
/** Over real connections, against the real gateway. */
export const outside: readonly ((bed: Bed, cases: number, seed: number) => Promise<Fuzzed>)[] = [
  fuzzHttp,
  fuzzHttpBytes,
  fuzzMqtt,
  fuzzWebSocket,
  fuzzOpcuaClients,
]

export interface Disturbed {
  readonly calm: Evenness
  readonly under: Evenness
  readonly grewMb: number
}
/** How much the gateway's memory may grow in one kind; what clients made it store is in it. */
const MOST_MB = 150
const PEERS_MS = 120_000

/** One kind against the running gateway, and what its good device and its memory had of it. */
export async function attacked(bed: Bed, calmMs: number, attack: () => Promise<Fuzzed>): Promise<Fuzzed & Disturbed> {
  await bed.evenness()
  await pause(calmMs)
  const calm = await bed.evenness()
  const before = bed.rssMb()
  const seen = await attack()
  const under = await bed.evenness()
  const trouble = await bed.trouble()
  const wrong = [...seen.wrong, ...(trouble ? [trouble] : [])]
  return { ...seen, wrong, calm, under, grewMb: Math.round(bed.rssMb() - before) }
}

/**
 * `npm run prove -- fuzz [n]`: n damaged inputs of each kind. The gateway is the same process afterwards, nothing went
 * uncaught, a good device was asked as evenly as before (99 of 100 polls at most twice as far apart), memory stays
 * bounded, and peers that turn good are right again.
 */
export async function proveFuzz(cases = 100_000): Promise<Proven> {
  const seed = Date.now() % 1_000_000
  console.log(`seed ${seed}`)
  const watch = uncaught()
  let holds = true
  let kinds = 0
  let wrongs = 0
  let mostMb = 0
  const row = (seen: Fuzzed, more: object = {}) => {
    console.log(`${seen.name}: ${seen.cases} cases, ${seen.wrong.length} wrong`, { ...seen.figures, ...more })
    for (const one of seen.wrong.slice(0, 5)) console.log(`  ${one}`)
    kinds++
    wrongs += seen.wrong.length
    holds &&= seen.wrong.length === 0
  }
  for (const fuzz of inside) row(await fuzz(cases, seed))
  const bed = await startBed()
  try {
    const attacks = [
      ...outside.map(fuzz => () => fuzz(bed, cases, seed)),
      () => fuzzPeers(bed, Math.min(cases, 5000), seed, PEERS_MS),
    ]
    for (const attack of attacks) {
      const seen = await attacked(bed, 10_000, attack)
      const { calm, under, grewMb } = seen
      mostMb = Math.max(mostMb, grewMb)
      row(seen, { calmP99Ms: calm.p99Ms, underP99Ms: under.p99Ms, worstMs: under.mostMs, polls: under.polls, grewMb })
      holds &&= under.p99Ms <= 2 * calm.p99Ms && grewMb <= MOST_MB
    }
    const complaints = bed.complaints()
    console.log(`gateway ${bed.pid}, the same process; faults in its log: ${complaints.length}`)
    for (const one of complaints.slice(0, 5)) console.log(`  ${one.slice(0, 600)}`)
    holds &&= complaints.length === 0
  } finally {
    await bed.stop()
    watch.end()
  }
  console.log(`uncaught here: ${watch.seen.length}`, ...watch.seen.slice(0, 3))
  return {
    holds: holds && watch.seen.length === 0,
    figure: `${kinds} kinds of ${cases} cases, ${wrongs} wrong, ${watch.seen.length} uncaught; memory grew ${mostMb} MB at most; seed ${seed}`,
  }
}
