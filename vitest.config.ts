import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

/** Every worker and every gateway that a test starts would compile the same libraries anew. */
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/node')
const report = process.env.GATEHOUSE_TEST_REPORT
/** These compare times: beside others on two cores they would measure the others. */
const alone = [
  'test/bench.test.ts',
  'test/bench/rtu.test.ts',
  'test/drivers/modbus-dead.test.ts',
  'test/drivers/modbus.test.ts',
  'test/drivers/opcua-supervision.test.ts',
]
const include = ['test/**/*.test.ts']

export default defineConfig({
  test: {
    globalSetup: 'setup/dashboard.mjs',
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
    projects: [
      // Most of their time tests wait for what they started: with three, two cores stood still four tenths of the time.
      { extends: true, test: { name: 'all', include, exclude: alone, maxWorkers: 4, sequence: { groupOrder: 0 } } },
      { extends: true, test: { name: 'alone', include: alone, maxWorkers: 1, sequence: { groupOrder: 1 } } },
    ],
  },
})
