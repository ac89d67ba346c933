/** In a thread of its own: a well-behaved device that notes when it is asked, whatever the rest of the program is at. */
import { parentPort } from 'node:worker_threads'
import { startModbus } from '../../../firmware-sim/modbus.ts'

const times: number[] = []
const sim = await startModbus({
  framing: 'tcp',
  units: new Map([
    [
      1,
      {
        read: () => {
          times.push(performance.timeOrigin + performance.now())
          return 42
        },
      },
    ],
  ]),
})
parentPort!.on('message', () => parentPort!.postMessage({ times: times.splice(0) }))
parentPort!.postMessage({ port: sim.port })
