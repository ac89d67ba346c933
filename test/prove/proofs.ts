import { lacking } from '../support/badmachine.ts'
import { countOf, Misasked, NotRun, noWords, type Proof, type Proven } from './proof.ts'

/** Got only when it is run: each brings much with it. */
type Load<A extends readonly unknown[]> = () => Promise<(...given: A) => Promise<Proven>>

/** A proof that is told how often, at full figure and in short. */
const counted = (what: string, demanded: string, full: number, quick: number, load: Load<[count?: number]>): Proof => ({
  ...{ what, demanded, full: [String(full)], quick: [String(quick)] },
  async run(words) {
    const count = countOf(words)
    return (await load())(count)
  },
})
const once = (what: string, demanded: string, load: Load<[]>): Proof => ({
  ...{ what, demanded, full: [], quick: [] },
  async run(words) {
    noWords(words)
    return (await load())()
  },
})
/** One that says its figures as it goes. */
const told =
  (prove: (words: readonly string[]) => Promise<boolean>): Proof['run'] =>
  async words => {
    const holds = await prove(words)
    return { holds, figure: holds ? 'everything in the lines above' : 'WRONG, see the lines above' }
  }
const killings = () => import('./killings.ts')

/** Every promise that is proved at full figure; the quick ones first, so that much is known early. */
export const proofs: Readonly<Record<string, Proof>> = {
  names: once('hostile names through every field', '0 wrong', async () => (await import('./names.ts')).proveNames),
  trail: counted(
    'the trail changed, cut off, swapped, rewritten, put back',
    'all found, 0 false alarms, 1 M entries in 60 s',
    ...([10_000, 300] as const),
    async () => (await import('./trail.ts')).proveTrail,
  ),
  baddays: counted(
    'disk, power, memory, clock, two on one folder',
    'nothing acknowledged is lost',
    ...([10, 1] as const),
    async () => (await import('./baddays.ts')).proveBadDays,
  ),
  network: counted(
    'the network cut: devices, broker and screens half-open',
    'bad at once, nothing lost, back by itself',
    ...([5, 1] as const),
    async () => (await import('./network.ts')).proveNetwork,
  ),
  'hostile-line': counted(
    'a line that is late, damaged, answered by others',
    '0 wrong values',
    ...([10_000, 300] as const),
    async () => (await import('./hostile-line.ts')).hostileLine,
  ),
  access: counted(
    'cards, readers, partitions, clocks at random',
    '0 unsafe openings',
    ...([10_000, 300] as const),
    async () => (await import('./access.ts')).proveAccess,
  ),
  broker: counted('kill -9 of the broker', '0 lost, 0 doubled', 200, 10, async () => (await killings()).proveBroker),
  kill: counted('kill -9 under load', '0 lost, 0 doubled', 500, 8, async () => (await killings()).proveKill),
  fire: counted(
    'kill -9 in fires',
    'every escape door open, every lock refused',
    ...([100, 5] as const),
    async () => (await killings()).proveFire,
  ),
  batches: counted('kill -9 while batches are made', '0 wrong', 60, 8, async () => (await killings()).proveBatches),
  backup: counted(
    'backups under full load',
    'each whole; p99 20 ms, 0.1 % of scans lost',
    ...([50, 3] as const),
    async () => (await import('./backup.ts')).proveBackup,
  ),
  centre: counted(
    'three gateways, broker and InfluxDB killed',
    'no sample missing',
    ...([5, 1] as const),
    async () => (await import('./centre.ts')).proveCentre,
  ),
  slow: {
    ...{ what: 'slow and silent strangers at every door', demanded: 'each closed in time', full: [], quick: [] },
    run: told(async words => {
      noWords(words)
      return (await import('./slow.ts')).proveSlow()
    }),
  },
  tls: {
    ...{ what: 'testssl at every door with TLS', demanded: 'no finding from MEDIUM on', full: [], quick: [] },
    run: told(async words => {
      noWords(words)
      if (lacking(['testssl']).includes('testssl'))
        throw new NotRun('needs testssl (Debian: apt-get install testssl.sh)')
      return (await import('./tls.ts')).proveTls()
    }),
  },
  fuzz: {
    what: 'damaged input of every kind',
    demanded: '0 wrong, 0 uncaught, polls even, memory does not grow',
    ...{ full: ['100000'], quick: ['1000'] },
    run: told(async ([first, ...only]) => {
      const count = countOf(first === undefined ? [] : [first])
      return (await import('./fuzz/all.ts')).proveFuzz(count, only)
    }),
  },
  scenarios: {
    what: 'every scenario of the demo in Chromium',
    demanded: 'all lines right, both languages',
    ...{ full: [], quick: ['--only', 'lift-trapped'] },
    async run([only, ...ids]) {
      if (only !== undefined && (only !== '--only' || ids.length === 0))
        throw new Misasked(`--only and ids of scenarios, not ${[only, ...ids].join(' ')}`)
      return (await import('./scenarios.ts')).proveScenarios(ids)
    },
  },
  install: once(
    'a fresh Debian: installed, updated, restored, purged',
    'all steps hold',
    async () => (await import('./install.ts')).proveInstall,
  ),
  soak: counted(
    'the whole demo at work, minutes',
    'memory, handles, threads, timers, files, delay: no slope; a planted leak of each is seen',
    ...([480, 8] as const),
    async () => (await import('./soak/soak.ts')).proveSoak,
  ),
}
