import type { Reason, Sample, Value } from '../../drivers/point.ts'

/**
 * Quality as it is stored, one byte. The numbers are part of the file format: never give one to another word.
 * 0: good. Below UNCERTAIN: no value, and why. From UNCERTAIN on: a value that is in doubt, and why.
 */
const numbers = {
  'never-read': 1,
  offline: 2,
  timeout: 3,
  refused: 4,
  undecodable: 5,
  'no-value': 6,
  'out-of-range': 7,
  'wrong-device': 8,
  stale: 9,
  uncertain: 10,
} as const satisfies Record<Reason, number>

export const GOOD = 0
export const UNCERTAIN = 64
/** Nobody wrote down what came: the gateway was down, the disk was full, or the point was not in the site. */
export const NOT_RECORDED = 63

/** Why a stored sample is not good: what a device can say, and what only history knows of. */
export type HistoryReason = Reason | 'not-recorded'
const words = new Map<number, Reason>(Object.entries(numbers).map(([word, n]) => [n, word as Reason]))

export const codeOf = ({ reason, value }: Sample): number => codeFor(reason, value)
/** @param value of a sample; null: it is bad */
export const codeFor = (reason: Reason | undefined, value: Value | null): number =>
  reason === undefined ? GOOD : value === null ? numbers[reason] : UNCERTAIN + numbers[reason]
export const hasValue = (code: number): boolean => code === GOOD || code >= UNCERTAIN
export const qualityOf = (code: number): Sample['quality'] =>
  code === GOOD ? 'good' : code >= UNCERTAIN ? 'uncertain' : 'bad'
/** Null for a good one. */
export const reasonOf = (code: number): HistoryReason | null =>
  code === GOOD ? null : code === NOT_RECORDED ? 'not-recorded' : (words.get(code % UNCERTAIN) ?? 'uncertain')
