import { expect, it } from 'vitest'
import { whyOf } from '../../gateway/out/sinks/mqtt.ts'
import { outputSchema } from '../../gateway/outputs/schema.ts'
import { needsSecret, withoutSecret } from '../../gateway/outputs/secret.ts'

it('which outputs can do nothing without a secret, and what a sign-in that was refused without one is called', async () => {
  const influx = { kind: 'influx', url: 'https://h' }
  const mqtt = { kind: 'mqtt', url: 'mqtts://h' }
  const cases: readonly (readonly [string, object, boolean])[] = [
    ['a webhook signs each message', { kind: 'webhook', url: 'https://h', records: ['alarm'] }, true],
    ['a user of InfluxDB 1', { ...influx, database: 'd', username: 'u' }, true],
    ['an InfluxDB 1 without users', { ...influx, database: 'd' }, false],
    ['an InfluxDB 2', { ...influx, api: 2, org: 'o', bucket: 'b' }, true],
    ['VictoriaMetrics', { ...influx, api: 2, bucket: 'b' }, false],
    ['a token as the user of a broker', { ...mqtt, username: 'token' }, false],
    ['a broker without accounts', mqtt, false],
    ['a folder', { kind: 'files', folder: 'a' }, false],
  ]
  for (const [what, output, needs] of cases)
    expect([what, needsSecret(outputSchema.parse({ id: 'x', ...output }))]).toEqual([what, needs])
  const refused = whyOf('Connection refused: Not authorized')
  const broker = { send: async () => ({ kind: 'away' as const, why: refused }), close: async () => {} }
  const { signal } = new AbortController()
  expect([refused.code, await withoutSecret(broker).send([], signal)]).toEqual([
    'sign-in-refused',
    { kind: 'away', why: { code: 'sign-in-without-secret', detail: refused.detail } },
  ])
})
