import { z } from 'zod'
import type { DoorAlarmKey } from '../../rules/access/suspect.ts'

/** What a controller says of a reader that it is tied to by OSDP [SIA OSDP 2.2, IEC 60839-11-5]. */
export const readerSecurities = ['secure', 'default-key', 'clear', 'offline'] as const
export const readerRefusals = [
  'wrong-key',
  'no-secure',
  'default-key',
  'swapped',
  'not-allowed',
  'install-over',
] as const
const flag = z.boolean().default(false)
export const readerState = z.object({
  id: z.string().min(1).max(64),
  security: z.enum(readerSecurities),
  /** Why it is not taken; null: it is, or is only silent. */
  refused: z.enum(readerRefusals).nullable().default(null),
  /** Somebody has tried something on its line within the last minute. */
  attacked: flag,
  /** Its capabilities are not those it had when it was set up. */
  changed: flag,
  tamper: flag,
  power: flag,
  /** For how long it is on the key that everybody has, or to be set up with it, s; null: it is not. */
  installS: z.int().min(0).nullable().default(null),
  /** On its line. */
  address: z.int().min(0).max(126).nullable().default(null),
  /** For how long it has been as it is, s. */
  sinceS: z.int().min(0).nullable().default(null),
  /** Clear text of it, or in its place, that the controller has not taken since it was switched on. */
  clearText: z.int().min(0).nullable().default(null),
  /** Install mode ends by itself in so many s; null: it is not open. */
  installLeftS: z.int().min(0).nullable().default(null),
  /** When its key was written, UTC ms; null: with it, or nobody has said. */
  keyAt: z.int().min(0).nullable().default(null),
})
export type ReaderState = z.infer<typeof readerState>

/** Longer than this nobody needs to give a reader its key, s. */
export const INSTALL_S = 30 * 60
export type ReaderWord = 'reader-downgrade' | 'reader-changed' | 'reader-install'
const holds: Record<ReaderWord, (reader: ReaderState) => boolean> = {
  'reader-downgrade': r => r.attacked || (r.refused !== null && r.refused !== 'install-over'),
  'reader-changed': r => r.changed,
  'reader-install': r => r.refused === 'install-over' || (r.installS !== null && r.installS > INSTALL_S),
}
export const isReaderWord = (word: string): word is ReaderWord => Object.hasOwn(holds, word)
/** Null: the controller says nothing of readers at this door. */
export const saidOfReaders = (readers: readonly ReaderState[], word: ReaderWord): boolean | null =>
  readers.length === 0 ? null : readers.some(holds[word])

/** Events that are an alarm of their door, also where it was over before the controller was heard again. */
export const readerAlarms: Readonly<Record<string, DoorAlarmKey>> = {
  'reader-downgrade': 'access-downgrade',
  'reader-changed': 'access-capability',
  'reader-install-over': 'access-install',
}
