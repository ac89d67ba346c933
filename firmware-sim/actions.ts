import type { Fault } from './modbus.ts'
import type { Body } from './part.ts'

export type { Action, Body } from './part.ts'

/** The sender's mistake, in words for him. */
export class BodyError extends Error {}

/** @throws BodyError when it is no number, or outside the limits; `absent` stands for one that is not given */
export function numberOf(body: Body, name: string, absent?: number, least = -Infinity, most = Infinity): number {
  const value = body[name] ?? absent
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new BodyError(`${name} must be a number`)
  if (value < least || value > most) throw new BodyError(`${name} must be ${least} to ${most}`)
  return value
}

/** @throws BodyError when it is neither true nor false */
export function flagOf(body: Body, name: string): boolean {
  const value = body[name]
  if (typeof value !== 'boolean') throw new BodyError(`${name} must be true or false`)
  return value
}

/** @throws BodyError when it is none of `known` */
export function wordOf(body: Body, name: string, known: readonly string[]): string {
  const value = body[name]
  if (typeof value !== 'string' || !known.includes(value))
    throw new BodyError(`${name} must be one of ${known.join(', ')}`)
  return value
}

/** What is wrong with a Modbus device from now on; null: nothing. @throws BodyError */
export function faultOf(body: Body): Fault | null {
  switch (body.kind) {
    case null:
      return null
    case 'mute':
    case 'garbage':
    case 'drop':
      return { kind: body.kind }
    case 'slow':
    case 'late':
      return { kind: body.kind, ms: numberOf(body, 'ms', 3000, 0, 600_000) }
    case 'refuse':
      return { kind: 'refuse', code: numberOf(body, 'code', 4, 1, 255) }
    default:
      throw new BodyError('kind must be mute, slow, late, refuse, garbage, drop or null')
  }
}
