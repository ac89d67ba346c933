import { once } from 'node:events'
import { type MessagePort, workerData } from 'node:worker_threads'
import { type DemoPoint, type DemoSpan, demoBlocks } from './history.ts'

/** Makes the demo's history on a thread of its own, a few points at a time: the next ones when these are on the disk. */
const { points, span, port } = workerData as { points: readonly DemoPoint[]; span: DemoSpan; port: MessagePort }
const AT_ONCE = 8

for (let i = 0; i <= points.length; i += AT_ONCE) {
  const last = i + AT_ONCE > points.length
  const batch = points.slice(i, i + AT_ONCE).flatMap(p => demoBlocks(p, span))
  if (batch.length > 0) {
    port.postMessage(batch)
    const [answer] = (await once(port, 'message')) as [{ failed: string | null }]
    // A disk that is full: what is there stays, the rest is tried at the next start.
    if (answer.failed !== null) throw new Error(answer.failed)
  }
  if (last) {
    port.postMessage('end')
    await once(port, 'message')
  }
}
port.close()
