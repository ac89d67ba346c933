import { goBehind } from '../core/behind.ts'
import { type BundleDeps, makeBundle } from './bundle.ts'

/**
 * The process that makes a bundle for a gateway: it counts rows, asks the system and forces a file to the disk, for which
 * nothing that polls may wait. It goes behind the gateway where both want to run.
 */
export type Made = { readonly ok: true; readonly bytes: Uint8Array } | { readonly ok: false; readonly message: string }

goBehind()
// Without its gateway nobody waits for it.
process.on('disconnect', () => process.exit(1))
process.once('message', (asked: Omit<BundleDeps, 'env'>) => {
  void makeBundle({ ...asked, env: process.env })
    .then(
      (bytes): Made => ({ ok: true, bytes }),
      (error: Error): Made => ({ ok: false, message: error.message }),
    )
    .then(answer => process.send!(answer, () => process.disconnect()))
})
