import type { Sample } from '../../drivers/point.ts'
import { createClock } from '../../gateway/core/clock.ts'
import { openHistory } from '../../gateway/history/history.ts'

/** Records what it counts, and says what it has counted: `node historychild.ts <folder> <first number>`. Ends when killed. */
const [folder = '', first = '1'] = process.argv.slice(2)
const clock = createClock()
const history = await openHistory(folder, clock)
const ids = Array.from({ length: 20 }, (_, i) => `e/p${i}` as const)
history.use(
  ids.map((id, i) => ({ id, key: `p${i}`, name: { 'zh-CN': id, en: id }, kind: 'number', scanMs: 10, address: null })),
)
let n = Number(first)
setInterval(() => {
  const now = clock.now()
  history.samples(ids.map((point): Sample => ({ point, at: now, seen: now, quality: 'good', value: n })))
  process.stdout.write(`${n++}\n`)
}, 10)
