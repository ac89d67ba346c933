import { z } from 'zod'

/** What other systems see of the site over OPC UA. */
export const opcuaServerState = z.object({
  /** off: site.json has no opcuaServer. */
  state: z.enum(['off', 'starting', 'up', 'down']),
  endpoint: z.string().nullable(),
  /** Why it cannot listen, in the words of the system. */
  why: z.string().nullable(),
  /** Clients that are there. */
  sessions: z.number().int(),
  /** Alarms that there was no room for as conditions. */
  unshownAlarms: z.number().int(),
})
export type OpcuaServerStateView = z.infer<typeof opcuaServerState>
