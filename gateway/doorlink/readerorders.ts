import { INSTALL_MIN, type ReaderMove } from '../../rules/access/readermove.ts'
import type { Clock } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import type { ReaderState } from './readers.ts'

/** What nobody has done by then was not understood, or is done by hand. */
const FORGET_MS = 30 * 60_000

export interface AskedOfReader {
  readonly what: ReaderMove
  readonly at: number
  /** As it was then: done is what has changed since. */
  readonly keyAt: number | null
}
/** @throws why this makes no sense of a reader that is as it has said; an open install mode is not opened twice */
export function checkMove(reader: ReaderState, what: ReaderMove): void {
  if (what === 'install' && reader.installLeftS !== null) fail('reader-installing')
  if (what === 'rotate' && reader.security !== 'secure') fail('reader-not-secure')
  if (what === 'accept' && !reader.changed && reader.refused !== 'swapped') fail('reader-as-known')
}
const isDone = (asked: AskedOfReader, reader: ReaderState): boolean =>
  asked.what === 'accept'
    ? !reader.changed && reader.refused !== 'swapped'
    : reader.keyAt !== asked.keyAt || (asked.what === 'install' && reader.installLeftS !== null)

/** What was asked of readers and that they have not shown yet: an order that was sent is none that was obeyed. */
export function readerOrders(clock: Pick<Clock, 'now'>) {
  const asked = new Map<string, AskedOfReader>()
  let order = 0
  return {
    /** The body of the order. @param id of controller and reader */
    body(id: string, reader: ReaderState, what: ReaderMove, minutes: number): object {
      const at = clock.now()
      asked.set(id, { what, at, keyAt: reader.keyAt })
      order = Math.max(order + 1, at)
      const seconds = Math.min(minutes, INSTALL_MIN) * 60
      return { type: 'reader', order, reader: reader.id, do: what, ...(what === 'install' && { seconds }) }
    },
    look(id: string, reader: ReaderState): AskedOfReader | null {
      const had = asked.get(id)
      if (had && (isDone(had, reader) || Math.abs(clock.now() - had.at) > FORGET_MS)) asked.delete(id)
      return asked.get(id) ?? null
    },
  }
}
