/** In a thread of its own: an OPC UA server that is well; what a client hears of it is damaged on the way. */
import { parentPort } from 'node:worker_threads'
import { startElevator } from '../../../firmware-sim/elevator.ts'

const lift = await startElevator()
parentPort!.on('message', async (word: 'restart' | 'stop') => {
  if (word === 'stop') await lift.stop()
  else {
    await lift.drop()
    await lift.restore()
  }
  parentPort!.postMessage({ done: word })
})
parentPort!.postMessage({ port: lift.port })
