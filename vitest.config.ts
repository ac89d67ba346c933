import { defineConfig } from 'vitest/config'

const report = process.env.GATEHOUSE_TEST_REPORT

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'setup/dashboard.mjs',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Most of their time tests wait for what they started: three use two cores well, more make each other late.
    maxWorkers: 3,
    pool: 'forks',
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
  },
})
