import { type Body, BodyError } from '../actions.ts'

/** What a request to do something must say. Each throws BodyError, in words for its sender. */

/** @param absent what it is when not said; without it, it has to be said */
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

export function wordIn<W extends string>(body: Body, name: string, words: readonly W[], absent?: W): W {
  const value = words.find(word => word === (body[name] ?? absent))
  if (value === undefined) throw new BodyError(`${name} must be one of ${words.join(', ')}`)
  return value
}

/** null gives something back to physics. */
export const numberOrNull = (body: Body, name: string, least: number, most: number): number | null =>
  body[name] === null ? null : numberIn(body, name, least, most)
