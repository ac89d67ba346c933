import { openBrokerFile } from '../../gateway/broker/file.ts'
import { createLog } from '../../gateway/core/log.ts'
import { startBroker } from '../../gateway/out/broker.ts'
import { createNewest } from '../../gateway/out/newest.ts'

/** The broker in a process of its own, as the gateway has it: `node brokerchild.ts <folder>`, told what to do over IPC. */
const account = { name: 'bench', publish: ['#'], subscribe: ['#'] }
const broker = await startBroker({
  ...{ host: '127.0.0.1', port: 0, log: createLog('error'), maxConnections: 1000 },
  file: openBrokerFile(process.argv[2]!, () => {}),
  check: async () => account,
  account: () => account,
})
export interface Ask {
  readonly what: 'closed-loop' | 'per-point'
  readonly seconds: number
  /** Messages a second; per-point only. */
  readonly offered: number
}
export interface Done {
  readonly published: number
  readonly coalesced: number
  readonly seconds: number
  readonly mostRssMb: number
}
const payload = Buffer.from(JSON.stringify({ t: '2026-11-21T08:00:00.000Z', v: 21.5, x: 'x'.repeat(58) }))
const POINTS = 10_000
const topics = Array.from({ length: POINTS }, (_, i) => `gatehouse/bench/points/d-${i % 100}/p${i}`)

async function measure({ what, seconds, offered }: Ask): Promise<Done> {
  let mostRssMb = 0
  const look = setInterval(() => {
    mostRssMb = Math.max(mostRssMb, process.memoryUsage.rss() / 2 ** 20)
  }, 200)
  const began = performance.now()
  const end = began + seconds * 1000
  let published = 0
  let coalesced = 0
  if (what === 'closed-loop') {
    const one = async () => {
      while (performance.now() < end) {
        await broker.publish('bench/in', payload)
        published++
      }
    }
    await Promise.all(Array.from({ length: 2000 }, one))
  } else {
    const newest = createNewest(broker, error => process.stderr.write(`${error}\n`))
    let made = 0
    while (performance.now() < end) {
      const due = Math.min(((performance.now() - began) / 1000) * offered, made + offered / 10)
      while (made < due) newest.offer(topics[made++ % POINTS]!, payload)
      await new Promise(resolve => setImmediate(resolve))
    }
    const stats = newest.stats()
    published = stats.sent
    coalesced = stats.coalesced + stats.dropped
  }
  clearInterval(look)
  return { published, coalesced, seconds: (performance.now() - began) / 1000, mostRssMb }
}
process.on('message', (ask: Ask) => void measure(ask).then(done => process.send!(done)))
process.send!({ port: broker.address.port })
