import fc from 'fast-check'
import { type Damage, damaged, damages, endless } from './kit.ts'
import {
  all,
  BROWSE,
  BROWSE_NEXT,
  browsed,
  FAULT,
  PUBLISH,
  published,
  READ,
  rarely,
  read,
  status,
  u32,
} from './opcuawords.ts'

/** What becomes of one message of a server on its way to the client. */

/** What is asked again and again; all else is said once in a session, and with it the session begins or does not. */
const ASKED = [READ, BROWSE, BROWSE_NEXT, PUBLISH]

export type Attack = {
  readonly how: 'made' | 'body' | 'frame' | 'other' | 'ends' | 'piled'
  readonly damages: readonly Damage[]
  readonly service: Buffer
  readonly keepId: boolean
  readonly type: number
}
export const attack: fc.Arbitrary<Attack> = fc.record({
  how: fc.oneof(
    { weight: 500, arbitrary: fc.constant('made' as const) },
    ...(['body', 'body', 'other', 'frame', 'ends', 'piled'] as const).map(how => fc.constant(how)),
  ),
  damages: damages(3),
  service: rarely(fc.constant(u32(0)), status),
  keepId: fc.boolean(),
  type: fc.constantFrom(READ, BROWSE, BROWSE_NEXT, PUBLISH, FAULT, 676, 715, 557, 754, 0, 65_535),
})

/** Type, 'F', length, channel, token, sequence, request; then the number of the type of what follows. */
const HEAD = 24
const typeOf = (message: Buffer): number =>
  message.length >= HEAD + 28 && message.toString('latin1', 0, 4) === 'MSGF' && message[HEAD] === 1
    ? message.readUInt16LE(HEAD + 2)
    : -1
function framed(message: Buffer, body: Buffer): Buffer {
  const whole = all(message.subarray(0, HEAD), body)
  whole.writeUInt32LE(whole.length, 4)
  return whole
}
/** Time, handle, result, nothing more [OPC 10000-4, 7.33]. */
function answered(message: Buffer, type: number, service: Buffer, body: Buffer): Buffer {
  const at = HEAD + 4
  const number = Buffer.from([1, 0, type & 255, type >> 8])
  const head = all(message.subarray(at, at + 12), service, Buffer.from([0]), u32(0), Buffer.from([0, 0, 0]))
  return framed(message, all(number, head, body))
}
/** The server's own state, which is asked for each second and ends the session when it is not said, is one value. */
export const isVital = (message: Buffer): boolean =>
  !ASKED.includes(typeOf(message)) || (typeOf(message) === READ && message.readUInt32LE(HEAD + 28) === 1)
/** What is made up, each kind in its own order. */
export const madeUp = (seed: number) => ({
  read: endless(read, seed),
  browsed: endless(browsed, seed),
  published: endless(published, seed),
})
/** Null: the connection ends instead. */
export function attacked(message: Buffer, one: Attack, made: ReturnType<typeof madeUp>): readonly Buffer[] | null {
  const type = typeOf(message)
  switch (one.how) {
    case 'ends':
      return null
    case 'frame':
      return [damaged(message, one.damages)]
    case 'piled':
      return [message, message, damaged(message, one.damages)]
    case 'body':
      return [type < 0 ? damaged(message, one.damages) : framed(message, damaged(message.subarray(HEAD), one.damages))]
    case 'other':
      return type < 0 ? [message] : [answered(message, one.type, one.service, message.subarray(HEAD + 28))]
    case 'made':
      if (type === READ) return [answered(message, type, one.service, made.read.next().value)]
      if (type === BROWSE || type === BROWSE_NEXT)
        return [answered(message, type, one.service, made.browsed.next().value)]
      if (type === PUBLISH) {
        const { id, rest } = made.published.next().value
        const its = one.keepId ? message.subarray(HEAD + 28, HEAD + 32) : id
        return [answered(message, type, one.service, all(its, rest))]
      }
      return type < 0 ? [message] : [answered(message, FAULT, one.service, Buffer.alloc(0))]
  }
}
