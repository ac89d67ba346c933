import { z } from 'zod'

/** Only this machine, unless the site says otherwise. */
const host = z.string().min(1).max(255).default('127.0.0.1')
const port = z.int().min(0).max(65_535)

/** `broker` of site.json: where machines can connect beside the plain listener of GATEHOUSE_MQTT. */
export const brokerSchema = z.strictObject({
  tls: z.strictObject({ host, port: port.default(8883) }).optional(),
  websocket: z
    .strictObject({
      ...{ host, port: port.default(8083) },
      path: z
        .string()
        .max(100)
        .regex(/^\/[A-Za-z0-9/_.-]*$/)
        .default('/mqtt'),
      tls: z.boolean().default(false),
    })
    .optional(),
  /** A retained topic for each point, beside the telemetry of each equipment. */
  points: z.boolean().optional(),
})
export type BrokerSettings = z.output<typeof brokerSchema>

const LOOPBACK = /^(127\.|localhost$|::1$)/
/** Names and passwords of machines would be read along in that network. */
export const passwordsInTheOpen = ({ websocket }: BrokerSettings): boolean =>
  websocket !== undefined && !websocket.tls && !LOOPBACK.test(websocket.host)
