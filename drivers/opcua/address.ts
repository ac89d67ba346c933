import { z } from 'zod'
import type { Problem } from '../driver.ts'
import type { Kind, Point } from '../point.ts'
import type { Condition, Target } from './protocol.ts'

/** Built-in types that a value can be written as [OPC 10000-6 5.1.2]. */
const numericTypes = ['SByte', 'Byte', 'Int16', 'UInt16', 'Int32', 'UInt32', 'Float', 'Double'] as const
export const modes = ['subscribe', 'poll'] as const

export interface NodeAddress {
  /** `ns=2;s=Pump1.Speed` [OPC 10000-6 5.3.1.10] */
  readonly node?: string | undefined
  /** Instead of a node: an alarm or condition of the server. */
  readonly condition?: Condition | undefined
  /** Type of the variable; needed to write numbers. */
  readonly type?: 'Boolean' | 'String' | (typeof numericTypes)[number] | undefined
  readonly mode?: (typeof modes)[number] | undefined
  readonly queue?: number | undefined
  readonly deadbandPercent?: number | undefined
}

export const address = {
  node: z.string().min(1).optional(),
  condition: z
    .strictObject({
      source: z.string().min(1),
      name: z.string().min(1).max(200).optional(),
      show: z.enum(['active', 'severity', 'message']).optional(),
    })
    .optional(),
  type: z.enum(['Boolean', 'String', ...numericTypes]).optional(),
  /** Read at the pace of scanMs instead of by subscription. */
  mode: z.enum(modes).optional(),
  /** Values that the server keeps for us between two notifications. */
  queue: z.int().min(1).max(1000).optional(),
  deadbandPercent: z.number().positive().max(100).optional(),
}

export const kindOf = ({ type, condition }: NodeAddress): Kind =>
  condition
    ? ({ active: 'boolean', severity: 'number', message: 'text' } as const)[condition.show ?? 'active']
    : type === 'Boolean'
      ? 'boolean'
      : type === 'String'
        ? 'text'
        : 'number'

export const targetOf = (point: Point): Target => {
  const { node, condition } = point.address as NodeAddress
  return condition ? { condition } : { node: node ?? '' }
}

const wellFormed = (node: unknown): boolean =>
  typeof node === 'string' && /^(ns=\d+;)?([sb]=.+|i=\d+|g=[0-9a-fA-F-]{36})$/.test(node)

export function pointProblems(point: Point, path: string): Problem[] {
  const given = (point.address ?? {}) as Partial<NodeAddress>
  const { node, type, condition, mode, deadbandPercent } = given
  const problems: Problem[] = []
  const add = (field: string, code: string, params?: Problem['params']) =>
    problems.push({ path: `${path}.${field}`, code, ...(params && { params }) })
  if (condition !== undefined) {
    const said = { type, mode, deadbandPercent, queue: given.queue, node, writable: point.writable || undefined }
    const odd = Object.entries(said).find(([, value]) => value !== undefined)
    if (odd) add(odd[0], 'opcua-not-for-conditions', { field: odd[0] })
    if (!wellFormed(condition?.source)) add('condition.source', 'opcua-node-malformed')
    if (condition !== null && typeof condition === 'object' && point.kind !== kindOf({ condition }))
      add('kind', 'opcua-kind-does-not-fit', { kind: point.kind, type: condition.show ?? 'active' })
    return problems
  }
  if (!wellFormed(node)) add('node', node === undefined ? 'opcua-node-or-condition' : 'opcua-node-malformed')
  if (type !== undefined && point.kind !== kindOf({ type }))
    add('kind', 'opcua-kind-does-not-fit', { kind: point.kind, type })
  if (point.writable && point.kind === 'number' && type === undefined) add('type', 'opcua-write-needs-type')
  if (deadbandPercent !== undefined && (point.deadband !== undefined || point.kind !== 'number'))
    add('deadbandPercent', point.kind === 'number' ? 'opcua-two-deadbands' : 'opcua-deadband-needs-number')
  return problems
}
