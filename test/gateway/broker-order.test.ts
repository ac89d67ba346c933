import { connectAsync } from 'mqtt'
import { expect, it } from 'vitest'
import { createLog } from '../../gateway/core/log.ts'
import { startBroker } from '../../gateway/out/broker.ts'
import { until } from '../support/wait.ts'

it('an alarm (QoS 1) and telemetry (QoS 0) of the same moment: both arrive, in order, whoever else publishes', async () => {
  const account = { name: 'outside', publish: ['other/#'], subscribe: ['#'] }
  const broker = await startBroker({
    host: '127.0.0.1',
    port: 0,
    check: async () => account,
    account: () => account,
    log: createLog('silent'),
  })
  const client = await connectAsync(`mqtt://127.0.0.1:${broker.address.port}`, { username: 'outside', password: 'x' })
  const heard: string[] = []
  client.on('message', (_, payload) => heard.push(payload.toString()))
  await client.subscribeAsync('#', { qos: 1 })
  const sent: string[] = []
  const rounds = 200
  for (let i = 0; i < rounds; i++) {
    client.publish('other/device', `device ${i}`, { qos: 1 })
    for (const [qos, retain, what] of [
      [1, true, 'alarm'],
      [1, false, 'record'],
      [0, false, 'telemetry'],
    ] as const) {
      sent.push(`${what} ${i}`)
      void broker.publish(`gatehouse/x/${what}`, `${what} ${i}`, { qos, retain })
    }
    if (i % 20 === 0) await new Promise(resolve => setImmediate(resolve))
  }
  await until('all messages', () => heard.length === 4 * rounds)
  expect(heard.filter(h => !h.startsWith('device'))).toEqual(sent)
  expect(new Set(heard.filter(h => h.startsWith('device'))).size).toBe(rounds)
  await client.endAsync(true)
  await broker.close()
})
