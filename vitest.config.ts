import { defineConfig } from 'vitest/config'

const report = process.env.GATEHOUSE_TEST_REPORT

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'setup/dashboard.mjs',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Two cores: more workers only make each other's clocks late.
    maxWorkers: 2,
    pool: 'forks',
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
  },
})
