import { setTimeout as pause } from 'node:timers/promises'
import { Misasked, NotRun } from '../proof.ts'
import { type Bed, SCAN_MS, startBed } from './bed.ts'
import { type Evenness, judgeEven } from './even.ts'
import { fuzzHttp, fuzzHttpBytes } from './http.ts'
import { type Fuzzed, progress, uncaught } from './kit.ts'
import { fuzzModbusRtu, fuzzModbusTcp, fuzzTextLines } from './lines.ts'
import { growthOf, isLook, type Look, settledMb } from './memory.ts'
import { fuzzOpcuaAnswers } from './opcuaanswers.ts'
import { fuzzSiteFiles } from './sitefile.ts'
import { fuzzTables } from './tables.ts'
import { fuzzMqtt, fuzzOpcuaClients, fuzzPeers, fuzzWebSocket } from './wires.ts'

/** Readers and decoders, in this process, which what nobody caught would end; those of OPC UA in processes of their own, as always. */
export const inside: readonly (readonly [name: string, fuzz: (cases: number, seed: number) => Promise<Fuzzed>])[] = [
  ['Modbus TCP answers', fuzzModbusTcp],
  ['Modbus RTU answers', fuzzModbusRtu],
  ['text lines of panels', fuzzTextLines],
  ['OPC UA answers', fuzzOpcuaAnswers],
  ['site files', fuzzSiteFiles],
  ['CSV and XLSX', fuzzTables],
]
/** Over real connections, against the real gateway. */
export const outside: readonly (readonly [
  name: string,
  fuzz: (bed: Bed, cases: number, seed: number) => Promise<Fuzzed>,
])[] = [
  ['HTTP bodies', fuzzHttp],
  ['HTTP bytes', fuzzHttpBytes],
  ['MQTT packets', fuzzMqtt],
  ['WebSocket frames', fuzzWebSocket],
  ['OPC UA clients', fuzzOpcuaClients],
]

export interface Disturbed {
  readonly calm: Evenness
  readonly under: Evenness
  readonly grewMb: number
}
/** How much the gateway's memory may grow in one kind; what clients made it store is in it. */
const MOST_MB = 150
/** What is in use after a forced collection may grow so much over a whole kind [P4]. */
const MOST_GROWTH_MB = 50
const PEERS_MS = 900_000
const CALM_MS = 20_000
const PEERS = 'peers over the wire'

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

interface Row {
  readonly kind: string
  readonly cases: number
  readonly wrong: number
  readonly seconds: number
  readonly heapGrewMb: number | string
  readonly calmP99Ms?: number
  readonly underP99Ms?: number
  readonly rssGrewMb?: number
}

/**
 * `npm run prove -- fuzz [n] [part of a kind's name ...]`: n damaged inputs of each kind. The gateway is the same process
 * afterwards, nothing went uncaught, a good device was asked as evenly as before (99 of 100 polls at most twice as far apart as
 * in the calm stretch right before; not judged, and said, on a machine that has other work), memory after forced collections does not grow, and peers that turn good are right again.
 */
export async function proveFuzz(cases = 100_000, only: readonly string[] = []): Promise<boolean> {
  const kinds = [...[...inside, ...outside].map(([name]) => name), PEERS]
  const has = (name: string, part: string) => name.toLowerCase().includes(part.toLowerCase())
  const unknown = only.filter(part => !kinds.some(name => has(name, part)))
  if (unknown.length > 0) throw new Misasked(`parts of ${kinds.join(', ')}; not ${unknown.join(', ')}`)
  const seed = Date.now() % 1_000_000
  console.log(`seed ${seed}`)
  const watch = uncaught()
  const wanted = (name: string) => only.length === 0 || only.some(part => has(name, part))
  const rows: Row[] = []
  let holds = true
  const busy: string[] = []
  /** Runs one kind, with what is in use looked at along the way. */
  const measured = async <S extends Fuzzed>(of: number, mb: () => number | Promise<number>, run: () => Promise<S>) => {
    const looks: Look[] = []
    let looking = Promise.resolve()
    progress.look = done => {
      if (!isLook(done, of)) return
      const look = async () => {
        looks.push([done, await mb()])
      }
      looking = looking.then(look)
    }
    const began = Date.now()
    // A kind that throws is a fault to be told, not the end of the others.
    const seen: S | Fuzzed = await run().catch(error => ({
      ...{ name: `kind ${rows.length + 1}`, cases: 0, figures: {} },
      wrong: [`it came to no end: ${(error as Error).stack ?? String(error)}`],
    }))
    progress.look = () => {}
    await looking
    return { seen, grew: growthOf(looks, of), seconds: Math.round((Date.now() - began) / 1000) }
  }
  const row = (
    { seen, grew, seconds }: { seen: Fuzzed; grew: number | null; seconds: number },
    more: Partial<Row> = {},
  ) => {
    const { name: kind, cases: tried, wrong, figures } = seen
    console.log(`${kind}: ${tried} cases, ${wrong.length} wrong, ${seconds} s`, figures, more)
    for (const one of wrong.slice(0, 5)) console.log(`  ${one}`)
    const heapGrewMb = grew === null ? '-' : Math.round(grew * 10) / 10
    rows.push({ ...{ kind, cases: tried, wrong: wrong.length, seconds, heapGrewMb }, ...more })
    holds &&= wrong.length === 0 && (grew ?? 0) <= MOST_GROWTH_MB
  }
  for (const [name, fuzz] of inside) if (wanted(name)) row(await measured(cases, settledMb, () => fuzz(cases, seed)))
  const attacks = [
    ...outside.map(([name, fuzz]) => [name, cases, (bed: Bed) => fuzz(bed, cases, seed)] as const),
    [PEERS, cases, (bed: Bed) => fuzzPeers(bed, cases, seed, PEERS_MS)] as const,
  ].filter(([name]) => wanted(name))
  if (attacks.length > 0) {
    const bed = await startBed()
    try {
      for (const [, of, attack] of attacks) {
        const took = await measured(of, bed.settledMb, () => attacked(bed, CALM_MS, () => attack(bed)))
        if (!('calm' in took.seen)) {
          row({ ...took, seen: took.seen })
          continue
        }
        const { calm, under, grewMb } = took.seen
        row(took, { calmP99Ms: calm.p99Ms, underP99Ms: under.p99Ms, rssGrewMb: grewMb })
        console.log(
          `  good device: ${under.polls} polls, ${Math.round(100 * under.share)} % of those due, at worst ${under.mostMs} ms apart`,
        )
        const even = judgeEven(calm, under, SCAN_MS)
        if (even === 'busy') busy.push(took.seen.name)
        holds &&= even !== 'uneven'
        holds &&= grewMb <= MOST_MB
      }
      const complaints = bed.complaints()
      console.log(`gateway ${bed.pid}, the same process; faults in its log: ${complaints.length}`)
      for (const one of complaints.slice(0, 5)) console.log(`  ${one.slice(0, 600)}`)
      holds &&= complaints.length === 0
    } finally {
      await bed.stop()
    }
  }
  watch.end()
  console.table(rows)
  console.log(`uncaught here: ${watch.seen.length}`, ...watch.seen.slice(0, 3))
  holds &&= watch.seen.length === 0
  // What could not be judged is never held; the rest of it is above.
  if (holds && busy.length > 0)
    throw new NotRun(`how even the polls are needs a machine of its own (${busy.join(', ')}); all the rest holds`)
  return holds
}
