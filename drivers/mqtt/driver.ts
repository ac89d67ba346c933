import { z } from 'zod'
import type { Driver, Problem } from '../driver.ts'
import { address, kindOf, type MqttAddress, pointProblems } from './address.ts'
import { mqttLink } from './link.ts'

const channel = {
  /** Name and password do not stand in it: it is shown. */
  url: z.string().regex(/^mqtts?:\/\/(\[[0-9a-fA-F:]+\]|[^\s/?#@:[\]]+)(:\d{1,5})?\/?$/),
  /** Name to sign in with; its password is a secret and comes by `deps`. */
  username: z.string().min(1).max(256).optional(),
  clientId: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/)
    .optional(),
  qos: z.union([z.literal(0), z.literal(1)]).default(0),
  /** A broker that is silent so long is lost. */
  keepaliveS: z.int().min(3).max(600).default(20),
  /** For the connection, and for the first message of a topic that is read. */
  timeoutMs: z.int().min(500).max(60_000).default(5000),
  /** mqtts: PEM of the authority that signed the broker's certificate, when it is none of the public ones. */
  ca: z.string().startsWith('-----BEGIN CERTIFICATE-----').optional(),
}
export type MqttOptions = z.input<z.ZodObject<typeof channel>>

/** Devices that publish by themselves to a broker of the building: sensors, Zigbee and LoRaWAN gateways, door readers. */
export const mqtt: Driver<MqttOptions, MqttAddress> = {
  protocol: 'mqtt',
  channel,
  address,
  units: false,
  kindOf,

  check(options, points): Problem[] {
    const problems: Problem[] = []
    if (options?.ca !== undefined && !String(options.url).startsWith('mqtts:'))
      problems.push({ path: 'ca', code: 'mqtt-ca-needs-mqtts' })
    for (const [i, point] of points.entries()) problems.push(...pointProblems(point, `points[${i}]`))
    return problems
  },

  open(given, deps) {
    return mqttLink(z.object(channel).parse(given), deps)
  },
}
