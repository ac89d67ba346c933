import { z } from 'zod'

/** `opcuaServer` of site.json: without it nothing of OPC UA is offered. */
export const opcuaServer = z.strictObject({
  /** Where it listens. Only this machine, unless the site says otherwise. */
  host: z.string().min(1).max(255).default('127.0.0.1'),
  port: z.int().min(0).max(65_535).default(4840),
  /** The name by which clients reach it, when that is not `host`. */
  hostname: z.string().min(1).max(255).optional(),
  security: z
    .array(z.enum(['None', 'Sign', 'SignAndEncrypt']))
    .min(1)
    .max(3)
    .default(['Sign', 'SignAndEncrypt']),
  /** Everybody who gets through to it may read. */
  anonymous: z.boolean().default(false),
  /** Of names; OPC UA has room for one. */
  language: z.enum(['zh-CN', 'en']).default('zh-CN'),
})
export type OpcuaServerOptions = z.output<typeof opcuaServer>

const LOOPBACK = /^(127\.|localhost$|::1$)/
/** What a person should know who opens it that far. */
export const opensWide = ({ host, security, anonymous }: OpcuaServerOptions): boolean =>
  !LOOPBACK.test(host) && (anonymous || security.includes('None'))
