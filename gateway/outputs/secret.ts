import type { Sink, Why } from '../out/reader/row.ts'
import type { Output } from './schema.ts'

/**
 * Whether an output can do nothing without its password or token, so that trying would only be refused: a webhook signs
 * each message; a user of InfluxDB 1 has a password; an organization is named for InfluxDB 2, which takes nothing
 * without a token [InfluxDB 2 API, authentication]. VictoriaMetrics and an InfluxDB 3 without accounts are named by their
 * bucket alone, and some brokers take a token as the user and no password [MQTT 5, 3.1.2.9]: these are asked.
 */
export function needsSecret(output: Output): boolean {
  if (output.kind === 'webhook') return true
  if (output.kind !== 'influx') return false
  return Boolean(output.api === 1 ? output.username : output.org)
}

/** A far end that was asked without a secret and wants one: the secret is what is missing, nothing else is wrong. */
export const withoutSecret = (sink: Sink): Sink => ({
  ...sink,
  async send(rows, signal) {
    const verdict = await sink.send(rows, signal)
    if (verdict.kind !== 'away' || verdict.why.code !== 'sign-in-refused') return verdict
    return { ...verdict, why: { ...verdict.why, code: 'sign-in-without-secret' } }
  },
})

/** Whether it goes on as soon as a person gives the secret. */
export const lacksSecret = ({ code }: Why): boolean => code === 'no-secret' || code === 'sign-in-without-secret'
