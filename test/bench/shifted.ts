/**
 * The gateway as it is, a process of its own, with the clock of another day: `shifted.ts <UTC ms to begin with>`. A line
 * `freeze <ms>` on stdin lets time go by until then, reads all meters, and prints how long it took.
 */

import { join } from 'node:path'
import { createInterface } from 'node:readline'

const { program } = (await import(join(import.meta.dirname, '../../setup/program.mjs'))) as {
  program: () => string | null
}
const file = program()
const [{ start }, { createClock }, { sweeper }] = await Promise.all([
  import(file ?? '../../gateway/main.ts') as Promise<typeof import('../../gateway/main.ts')>,
  import('../../gateway/core/clock.ts'),
  import('../../gateway/core/sweep.ts'),
])
let offset = Number(process.argv[2]) - Date.now()
const { GATEHOUSE_DATA: data = '', GATEHOUSE_ADMIN_PASSWORD: adminPassword } = process.env
/** As if so much time had gone by: a clock that is set closes no day for an hour. */
let gone = 0
const clock = createClock(
  () => Date.now() + offset,
  () => performance.now() + gone,
)
const gateway = await start({
  ...{ data, http: '127.0.0.1:0', mqtt: '127.0.0.1:0', demo: false, logLevel: 'error', adminPassword },
  ...{ clock, resting: sweeper(), say: () => {} },
})
process.stdout.write(`${JSON.stringify({ http: gateway.http, program: file !== null })}\n`)
for await (const line of createInterface({ input: process.stdin })) {
  const next = Number(line.split(' ')[1]) - Date.now()
  gone += next - offset
  offset = next
  clock.look()
  const { freeze } = gateway.deps.readingKeeper
  const began = performance.now()
  freeze.look()
  await freeze.done()
  process.stdout.write(`${JSON.stringify({ ms: performance.now() - began })}\n`)
}
// Whoever started it has gone.
await gateway.stop()
process.exit(0)
