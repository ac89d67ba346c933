import { z } from 'zod'
import type { Driver, Problem } from '../driver.ts'
import { address, kindOf, modes, type NodeAddress, pointProblems } from './address.ts'
import { opcuaLink } from './link.ts'

const policies = ['None', 'Basic256Sha256', 'Aes128_Sha256_RsaOaep', 'Aes256_Sha256_RsaPss'] as const

const channel = {
  endpoint: z.string().regex(/^opc\.tcp:\/\/[^\s/]+/),
  securityMode: z.enum(['None', 'Sign', 'SignAndEncrypt']).default('None'),
  securityPolicy: z.enum(policies).default('None'),
  /** Name to sign in with; its password is a secret and comes by `deps`. Without it: anonymous. */
  user: z.string().min(1).optional(),
  /** Sign in with a certificate; it and its key are secrets and come by `deps`. */
  userCertificate: z.boolean().optional(),
  timeoutMs: z.int().min(500).max(60_000).default(5000),
  /** How often the server sends what has changed. */
  publishMs: z.int().min(50).max(60_000).default(500),
  /** Of all points that do not say it themselves. */
  mode: z.enum(modes).default('subscribe'),
}
export type OpcuaOptions = z.input<z.ZodObject<typeof channel>>

export const opcua: Driver<OpcuaOptions, NodeAddress> = {
  protocol: 'opcua',
  channel,
  address,
  units: false,
  kindOf,

  check(options, points): Problem[] {
    const problems: Problem[] = []
    const secure = options?.securityMode !== undefined && options.securityMode !== 'None'
    const policy = options?.securityPolicy !== undefined && options.securityPolicy !== 'None'
    if (secure !== policy) problems.push({ path: 'securityPolicy', code: 'opcua-mode-and-policy' })
    if (options?.user !== undefined && options.userCertificate)
      problems.push({ path: 'userCertificate', code: 'opcua-two-sign-ins' })
    for (const [i, point] of points.entries()) problems.push(...pointProblems(point, `points[${i}]`))
    return problems
  },

  open(given, deps) {
    return opcuaLink(z.object(channel).parse(given), deps)
  },
}
