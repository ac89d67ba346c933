import { BodyError } from './actions.ts'
import type { Body } from './part.ts'

/**
 * @param absent what it is when it isn't said; without it, it must be
 * @throws BodyError
 */
export function whole(body: Body, name: string, least: number, most: number, absent?: number): number {
  const value = body[name] ?? absent
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most)
    throw new BodyError(`${name} must be a whole number, ${least} to ${most}`)
  return value
}

/** As `whole`, with fractions. */
export function real(body: Body, name: string, least: number, most: number, absent?: number): number {
  const value = body[name] ?? absent
  if (typeof value !== 'number' || !(value >= least && value <= most))
    throw new BodyError(`${name} must be a number, ${least} to ${most}`)
  return value
}

/** @throws BodyError */
export function flag(body: Body, name: string, absent?: boolean): boolean {
  const value = body[name] ?? absent
  if (typeof value !== 'boolean') throw new BodyError(`${name} must be true or false`)
  return value
}

/** @throws BodyError that lists the words */
export function oneOf<T extends string>(body: Body, name: string, words: readonly T[], absent?: T): T {
  const value = body[name] ?? absent
  const found = words.find(word => word === value)
  if (found === undefined) throw new BodyError(`${name} must be one of ${words.join(', ')}`)
  return found
}
