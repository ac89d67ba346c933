import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createSecureContext, getCACertificates, type SecureContext, type SecureVersion } from 'node:tls'
import { bundleOf, readCertificate, trustFolder } from '../certificates.ts'
import type { Certificates } from '../driver.ts'

/** In the folder of secrets of the channel; all PEM. */
export const TLS_FILES = { ca: 'ca.pem', certificate: 'cert.pem', key: 'key.pem' } as const

/** Whom a channel with TLS trusts, and what it shows of itself. The files are read at each connect. */
export interface TlsTrust extends Certificates {
  /** @throws when one of the files is there and of no use */
  context(minVersion: SecureVersion): SecureContext
  /** A person has decided for this very certificate. */
  trusts(fingerprint: string): boolean
  meet: ReturnType<typeof trustFolder>['meet']
}

/** @param folder undefined: no files, so the authorities of this machine decide */
export function tlsTrust(folder: string | undefined): TlsTrust {
  const pins = trustFolder(folder ?? '')
  const read = (file: string): string | undefined => {
    try {
      return folder === undefined ? undefined : readFileSync(join(folder, file), 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  }
  let made: { readonly of: string; readonly context: SecureContext } | undefined
  return {
    list() {
      if (folder === undefined) return { own: null, authorities: [], trusted: [], rejected: [] }
      let authorities: ReturnType<typeof bundleOf> = null
      try {
        authorities = bundleOf(read(TLS_FILES.ca) ?? '')
      } catch {}
      return {
        own: readCertificate(join(folder, TLS_FILES.certificate)),
        authorities: authorities ?? [],
        trusted: pins.trusted(),
        rejected: pins.rejected(),
      }
    },
    decide: (fingerprint, decision) => folder !== undefined && pins.decide(fingerprint, decision),
    trusts: fingerprint => folder !== undefined && pins.trusted().some(c => c.fingerprint === fingerprint),
    meet(certificate) {
      if (folder !== undefined) pins.meet(certificate)
    },
    context(minVersion) {
      const [ca, cert, key] = [read(TLS_FILES.ca), read(TLS_FILES.certificate), read(TLS_FILES.key)]
      if (ca !== undefined && !bundleOf(ca)) throw new Error(`${TLS_FILES.ca} holds no certificate`)
      if ((cert === undefined) !== (key === undefined))
        throw new Error(`${TLS_FILES.certificate} and ${TLS_FILES.key} go together`)
      const of = JSON.stringify([minVersion, ca, cert, key])
      // The authorities of a machine are some hundred certificates, which take a while to load.
      if (made?.of !== of) {
        const own = cert === undefined ? {} : { cert, key: key! }
        made = { of, context: createSecureContext({ minVersion, ca: ca ?? getCACertificates('system'), ...own }) }
      }
      return made.context
    },
  }
}
