import { goBehind } from '../core/behind.ts'
import { GatehouseError } from '../core/errors.ts'
import { type BackupOptions, makeBackup } from './write.ts'

/**
 * The process that makes a backup for a gateway: its memory and its open files are gone when it has ended, and it goes
 * behind the gateway where both want to run. The passphrase comes in a message, not on the command line.
 */
export type Asked = Omit<BackupOptions, 'freeBytes'>
export type Answered =
  | { readonly ok: true; readonly bytes: number; readonly sha256: string }
  | {
      readonly ok: false
      /** Of errors.ts; null: an error of the system. */
      readonly code: string | null
      readonly params: GatehouseError['params']
      readonly message: string
      readonly system: { readonly code?: string | undefined; readonly errcode?: number | undefined }
    }

goBehind()
// Without its gateway nobody waits for it; what it has written so far is cleared away by the next.
process.on('disconnect', () => process.exit(1))
process.once('message', (asked: Asked) => {
  void makeBackup(asked)
    .then(
      ({ bytes, sha256 }): Answered => ({ ok: true, bytes, sha256 }),
      (error: Error & { code?: string; errcode?: number }): Answered => {
        const ours = error instanceof GatehouseError
        return {
          ok: false,
          code: ours ? error.code : null,
          params: ours ? error.params : {},
          message: error.message,
          system: { code: error.code, errcode: error.errcode },
        }
      },
    )
    .then(answer => process.send!(answer, () => process.disconnect()))
})
