import { BodyError } from '../actions.ts'
import type { Body } from '../part.ts'

/** What an action was told, or what it should have been told. All throw BodyError. */

export function numberIn(body: Body, name: string, least: number, most: number, absent?: number): number {
  const value = body[name] ?? absent
  if (typeof value !== 'number' || !(value >= least && value <= most))
    throw new BodyError(`${name} must be a number from ${least} to ${most}`)
  return value
}
export function flagIn(body: Body, name: string, absent?: boolean): boolean {
  const value = body[name] ?? absent
  if (typeof value !== 'boolean') throw new BodyError(`${name} must be true or false`)
  return value
}
export function oneIn<T extends string | number>(body: Body, name: string, all: readonly T[], absent?: T): T {
  const value = body[name] ?? absent
  const found = all.find(one => one === value)
  if (found === undefined) throw new BodyError(`${name} must be one of ${all.join(', ')}`)
  return found
}
