import { type ConstantStatusCode, makeEUInformation, StatusCodes } from 'node-opcua'
import type { EngineeringUnit } from '../../../drivers/opcua/units.ts'

/** @param name of a status code; an unknown one would be a fault of ours, so it is bad */
export const statusNamed = (name: string): ConstantStatusCode =>
  (StatusCodes as unknown as Record<string, ConstantStatusCode>)[name] ?? StatusCodes.Bad

/** A 64-bit integer as the stack has it. */
export const toInt64 = (value: number): [high: number, low: number] => [Math.floor(value / 2 ** 32) >>> 0, value >>> 0]

export const euInformation = ({ namespaceUri, unitId, word }: EngineeringUnit): object =>
  Object.assign(makeEUInformation('C62', word, word), { namespaceUri, unitId })
