import { z } from 'zod'
import { text, time, when } from './common.ts'

export const backupItem = z.object({
  name: z.string(),
  bytes: z.number().int(),
  /** null: it cannot be read. */
  madeAt: when,
  version: z.string().nullable(),
  site: z.string().nullable(),
  /** Whether it holds the secrets, closed with a passphrase. */
  secrets: z.boolean(),
  scheduled: z.boolean(),
})
export const backupState = z.object({
  running: z.object({ since: time, by: z.string() }).nullable(),
  lastGoodAt: when,
  /** Of the last attempt; null when it was a good one, or there was none. */
  failed: z.object({ at: time, why: text }).nullable(),
  /** null: none are scheduled. */
  nextAt: when,
})
export const backupList = z.object({
  items: z.array(backupItem),
  next: z.string().nullable(),
  state: backupState,
})
/** At least 12 characters; without one, the secrets are left out. */
const passphrase = z.string().trim().min(12).max(200)
export const newBackup = z.strictObject({ passphrase: passphrase.optional() })
const settings = {
  on: z.boolean(),
  /** On the gateway's own machine; null: `backups` in the data folder. */
  folder: z.string().trim().min(1).max(500).nullable(),
  /** By the site's own clock. */
  at: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/),
  /** How many scheduled ones stay. */
  keep: z.number().int().min(1).max(1000),
}
export const backupSettings = z.object({ ...settings, secrets: z.boolean(), shown: z.string() })
export const changedBackupSettings = z.strictObject({
  ...settings,
  /** For the secrets of scheduled backups; null takes it away, without it it stays as it is. */
  passphrase: passphrase.nullable().optional(),
})
export type BackupItem = z.infer<typeof backupItem>
export type BackupList = z.infer<typeof backupList>
export type BackupSettingsView = z.infer<typeof backupSettings>
