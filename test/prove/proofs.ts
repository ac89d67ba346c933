import { proveAccess } from './access.ts'
import { proveBackup } from './backup.ts'
import { proveBadDays } from './baddays.ts'
import { proveCentre } from './centre.ts'
import { proveFuzz } from './fuzz/all.ts'
import { hostileLine } from './hostile-line.ts'
import { proveInstall } from './install.ts'
import { proveBatches, proveBroker, proveFire, proveKill } from './killings.ts'
import { proveNames } from './names.ts'
import type { Proof, Proven } from './proof.ts'
import { proveScenarios } from './scenarios.ts'
import { proveTrail } from './trail.ts'

/** A proof that is told how often, at full figure and in short. */
const counted = (
  what: string,
  demanded: string,
  full: number,
  quick: number,
  prove: (count?: number) => Promise<Proven>,
): Proof => ({
  ...{ what, demanded, full: [String(full)], quick: [String(quick)] },
  run: ([count]) => prove(count === undefined ? undefined : Number(count)),
})
const once = (what: string, demanded: string, prove: () => Promise<Proven>): Proof => ({
  ...{ what, demanded, full: [], quick: [] },
  run: prove,
})

/** Every promise that is proved at full figure; the quick ones first, so that much is known early. */
export const proofs: Readonly<Record<string, Proof>> = {
  names: once('hostile names through every field', '0 wrong', proveNames),
  trail: counted(
    'the trail changed, cut off, swapped, rewritten, put back',
    'all found, 0 false alarms, 1 M entries in 60 s',
    ...([10_000, 300] as const),
    proveTrail,
  ),
  baddays: counted('disk, clock: days that go wrong', 'nothing acknowledged is lost', 10, 1, proveBadDays),
  'hostile-line': counted(
    'a line that is late, damaged, answered by others',
    '0 wrong values',
    10_000,
    300,
    hostileLine,
  ),
  access: counted('cards, readers, partitions, clocks at random', '0 unsafe openings', 10_000, 300, proveAccess),
  broker: counted('kill -9 of the broker', '0 lost, 0 doubled', 200, 10, proveBroker),
  kill: counted('kill -9 under load', '0 lost, 0 doubled, the chain whole', 500, 8, proveKill),
  fire: counted('kill -9 in fires', 'every escape door open, every lock refused', 100, 5, proveFire),
  batches: counted('kill -9 while batches are made', '0 wrong', 60, 8, proveBatches),
  backup: counted('backups under full load', 'each whole; p99 20 ms, 0.1 % of scans lost', 50, 3, proveBackup),
  centre: counted('three gateways, broker and InfluxDB killed', 'no sample missing', 5, 1, proveCentre),
  fuzz: counted('damaged input of every kind', '0 wrong, 0 uncaught, polls even, 150 MB', 100_000, 1000, proveFuzz),
  scenarios: {
    what: 'every scenario of the demo in Chromium',
    demanded: 'all lines right, both languages',
    ...{ full: [], quick: ['--only', 'lift-trapped'] },
    run: words => proveScenarios(words.filter(word => word !== '--only')),
  },
  install: once('a fresh Debian: installed, updated, restored, purged', 'all steps hold', proveInstall),
}
