import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Every worker and every gateway that a test starts would compile the same libraries anew. */
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/node')
const report = process.env.GATEHOUSE_TEST_REPORT
/** These compare times: beside others on two cores they would measure the others. */
const alone = [
  'test/bench.test.ts',
  'test/bench/rtu.test.ts',
  'test/bench/screens.test.ts',
  'test/drivers/modbus-dead.test.ts',
  'test/drivers/modbus.test.ts',
  'test/drivers/opcua-supervision.test.ts',
]
/** Each takes a minute or more, most of it waiting: begun last they would be waited for with an idle machine. Longest first. */
const long = [
  'start',
  'screens/scenarios',
  'drivers/opcua',
  'screens/screens',
  'firmware-sim/scenario-outcomes',
  'screens/channels',
  'screens/alarms',
  'gateway/commands',
  'gateway/mqtt',
  'screens/telling',
  'drivers/mqtt',
  'drivers/opcua-session',
  'firmware-sim/scenarios-wire',
  'screens/commands',
  'firmware-sim/control',
  'gateway/opcua-commands',
  'kill',
  'path',
].map(name => join(import.meta.dirname, 'test', `${name}.test.ts`))
/** A fresh clone has no memory of how long each file took. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = new Map(long.map((file, i) => [file, i - long.length]))
    const rankOf = (file: TestSpecification) => rank.get(file.moduleId) ?? 0
    return (await super.sort(files)).sort((a, b) => rankOf(a) - rankOf(b))
  }
}
/** These share a process: most of what a short test costs is loading what it tests. They leave nothing behind in it. */
const together = [
  'test/{rules,history,firmware-sim}/**/*.test.ts',
  // But not what looks at the garbage of its process, or loads a foreign library with much state of its own.
  'test/gateway/!(core|opcua)*.test.ts',
]

export default defineConfig({
  test: {
    globalSetup: 'setup/dashboard.mjs',
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    sequence: { sequencer: LongFirst },
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
    projects: [
      // Most of their time tests wait for what they started: with four, two cores stood still a third of the time.
      {
        extends: true,
        test: {
          name: 'all',
          include: ['test/**/*.test.ts'],
          exclude: [...alone, ...together],
          maxWorkers: 4,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'together', include: together, isolate: false, maxWorkers: 4, sequence: { groupOrder: 0 } },
      },
      { extends: true, test: { name: 'alone', include: alone, maxWorkers: 1, sequence: { groupOrder: 1 } } },
    ],
  },
})
