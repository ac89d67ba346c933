import {
  DataType,
  type DataValue,
  type ISessionContext,
  type StatusCode,
  StatusCodes,
  type UAVariable,
  VariantArrayType,
} from 'node-opcua'
import type { Kind, Value } from '../../../drivers/point.ts'
import { statusNamed } from './stack.ts'

const numbers: readonly DataType[] = [
  DataType.Double,
  DataType.Float,
  DataType.SByte,
  DataType.Byte,
  DataType.Int16,
  DataType.UInt16,
  DataType.Int32,
  DataType.UInt32,
]
/** The value that a client wants to write; undefined: it is none of this kind. */
function wantedOf(kind: Kind, { value: variant }: DataValue): Value | undefined {
  if (variant?.arrayType !== VariantArrayType.Scalar) return undefined
  const value: unknown = variant.value
  if (kind === 'number' && numbers.includes(variant.dataType) && typeof value === 'number')
    // 5.1 as a float is 5.0999999: seven digits are what it can mean.
    return variant.dataType === DataType.Float ? Number(value.toPrecision(7)) : value
  if (kind === 'boolean' && variant.dataType === DataType.Boolean) return Boolean(value)
  return kind === 'text' && variant.dataType === DataType.String && typeof value === 'string' ? value : undefined
}

type Done = (error: Error | null, status: StatusCode) => void

/**
 * A write is a command: it goes to the gateway, and the variable shows what is read back, never what was written.
 * @param write asks the gateway. @returns the name of a status
 */
export function takeWrites(
  variable: UAVariable,
  kind: Kind,
  write: (context: ISessionContext, value: Value) => Promise<string>,
): void {
  // The stack's own way stores the client's value with the client's time.
  const taken = variable as unknown as {
    writeValue(context: ISessionContext, data: DataValue, ...more: unknown[]): void
  }
  taken.writeValue = (context, data, ...more) => {
    const done = more.at(-1) as Done
    const range = more.length > 1 ? (more[0] as { isEmpty?(): boolean } | null) : null
    if (range?.isEmpty?.() === false) return done(null, StatusCodes.BadIndexRangeInvalid)
    if (data.statusCode.isNotGood()) return done(null, StatusCodes.BadWriteNotSupported)
    const value = wantedOf(kind, data)
    if (value === undefined) return done(null, StatusCodes.BadTypeMismatch)
    write(context, value).then(
      status => done(null, statusNamed(status)),
      () => done(null, StatusCodes.BadInternalError),
    )
  }
}
