import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { readCertificate, trustFolder } from '../certificates.ts'
import type { Certificates } from '../driver.ts'

/** Where node-opcua keeps its own certificate [OPC 10000-12 F.1]. */
const OWN = 'own/certs/client_certificate.pem'
const LOCKS = ['mutex', 'mutex.lock', `${OWN}.mutex`, `${OWN}.mutex.lock`]

/** The trust list of one link. Nothing is kept in memory, so a file that was moved by hand counts as well. */
export function pkiOf(folder: string): Certificates & { prune(): void; unlock(): void } {
  const { trusted, rejected, decide, prune } = trustFolder(folder)
  return {
    list: () => ({
      own: readCertificate(join(folder, OWN)),
      authorities: [],
      trusted: trusted(),
      rejected: rejected(),
    }),
    decide,
    prune,
    /**
     * Before a worker begins: its predecessor may have been ended while it held node-opcua's lock on the folder, which
     * the next one would respect for two minutes. One process at a time uses the folder, so that lock is nobody's.
     */
    unlock() {
      for (const lock of LOCKS) rmSync(join(folder, lock), { recursive: true, force: true })
    },
  }
}
