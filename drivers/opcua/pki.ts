import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { readCertificate, trustFolder } from '../certificates.ts'
import type { Certificates } from '../driver.ts'

/** Where node-opcua keeps its own certificate [OPC 10000-12 F.1]. */
const OWN = { client: 'own/certs/client_certificate.pem', server: 'own/certs/certificate.pem' } as const

/** The trust list of one link or server. Nothing is kept in memory, so a file that was moved by hand counts as well. */
export function pkiOf(
  folder: string,
  who: keyof typeof OWN = 'client',
): Certificates & { prune(): void; unlock(): void } {
  const certificate = OWN[who]
  const { trusted, rejected, decide, prune } = trustFolder(folder)
  return {
    list: () => ({
      own: readCertificate(join(folder, certificate)),
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
      const locks = ['mutex', 'mutex.lock', `${certificate}.mutex`, `${certificate}.mutex.lock`]
      for (const lock of locks) rmSync(join(folder, lock), { recursive: true, force: true })
    },
  }
}
