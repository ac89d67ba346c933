import { z } from 'zod'
import type { Driver, Problem } from '../driver.ts'
import type { Kind, Point } from '../point.ts'
import { opcuaLink } from './link.ts'

const policies = ['None', 'Basic256Sha256', 'Aes128_Sha256_RsaOaep', 'Aes256_Sha256_RsaPss'] as const

const channel = {
  endpoint: z.string().regex(/^opc\.tcp:\/\/[^\s/]+/),
  securityMode: z.enum(['None', 'Sign', 'SignAndEncrypt']).default('None'),
  securityPolicy: z.enum(policies).default('None'),
  /** Name to sign in with; its password is a secret and comes by `deps`. Without it: anonymous. */
  user: z.string().min(1).optional(),
  timeoutMs: z.int().min(500).max(60_000).default(5000),
  /** How often the server sends what has changed. */
  publishMs: z.int().min(50).max(60_000).default(500),
}
export type OpcuaOptions = z.input<z.ZodObject<typeof channel>>

/** Built-in types that a value can be written as [OPC 10000-6 5.1.2]. */
const numericTypes = ['SByte', 'Byte', 'Int16', 'UInt16', 'Int32', 'UInt32', 'Float', 'Double'] as const

export interface NodeAddress {
  /** `ns=2;s=Pump1.Speed` [OPC 10000-6 5.3.1.10] */
  readonly node: string
  /** Type of the variable; needed to write numbers. */
  readonly type?: 'Boolean' | 'String' | (typeof numericTypes)[number] | undefined
}

const address = {
  node: z.string().min(1),
  type: z.enum(['Boolean', 'String', ...numericTypes]).optional(),
}

const kindOf = ({ type }: NodeAddress): Kind => (type === 'Boolean' ? 'boolean' : type === 'String' ? 'text' : 'number')

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
    for (const [i, point] of points.entries()) problems.push(...pointProblems(point, `points[${i}]`))
    return problems
  },

  open(given, deps) {
    return opcuaLink(z.object(channel).parse(given), deps)
  },
}

function pointProblems(point: Point, path: string): Problem[] {
  const { node, type } = (point.address ?? {}) as Partial<NodeAddress>
  const problems: Problem[] = []
  if (typeof node !== 'string' || !/^(ns=\d+;)?[isgb]=.+$/.test(node))
    problems.push({ path: `${path}.node`, code: 'opcua-node-malformed' })
  if (type !== undefined && point.kind !== kindOf({ node: '', type }))
    problems.push({ path: `${path}.kind`, code: 'opcua-kind-does-not-fit', params: { kind: point.kind, type } })
  if (point.writable && point.kind === 'number' && type === undefined)
    problems.push({ path: `${path}.type`, code: 'opcua-write-needs-type' })
  return problems
}
