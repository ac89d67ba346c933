import { X509Certificate } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Certificate, CertificateDecision } from './driver.ts'

/** The folders of a trust list [OPC 10000-12 F.1]. */
const TRUSTED = 'trusted/certs'
const REJECTED = 'rejected'
/** A server that shows a new certificate at each connect must not fill the disk. */
const MOST_REJECTED = 50

interface Found extends Certificate {
  readonly file: string
}

/** Certificates of others that a person decides about. Nothing is kept in memory, so a file moved by hand counts as well. */
export function trustFolder(folder: string) {
  const trusted = () => once(inFolder(join(folder, TRUSTED)))
  const rejected = () => once(inFolder(join(folder, REJECTED)))
  /** Keeps the newest of what was rejected. */
  function prune(): void {
    const old = namesIn(join(folder, REJECTED))
      .map(name => join(folder, REJECTED, name))
      .map(file => ({ file, at: statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
      .sort((a, b) => b.at - a.at)
      .slice(MOST_REJECTED)
    for (const { file } of old) rmSync(file, { force: true })
  }
  return {
    trusted,
    rejected,
    prune,
    /** @returns false when there is none with this fingerprint */
    decide(fingerprint: string, decision: CertificateDecision): boolean {
      const all = [...inFolder(join(folder, REJECTED)), ...inFolder(join(folder, TRUSTED))]
      const [first, ...doubles] = all.filter(c => c.fingerprint === fingerprint)
      if (!first) return false
      for (const { file } of doubles) rmSync(file, { force: true })
      if (decision === 'remove') rmSync(first.file, { force: true })
      else {
        const to = join(folder, decision === 'trust' ? TRUSTED : REJECTED)
        mkdirSync(to, { recursive: true })
        renameSync(first.file, join(to, `${fingerprint}.pem`))
      }
      return true
    },
    /** Puts down a certificate that was met and refused, for a person to decide about. */
    meet(certificate: X509Certificate): void {
      const file = join(folder, REJECTED, `${fingerprintOf(certificate)}.pem`)
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
      writeFileSync(file, certificate.toString())
      prune()
    },
  }
}

/** SHA-256 of the DER, 64 hex digits, lower case. */
export const fingerprintOf = (c: X509Certificate): string => c.fingerprint256.replaceAll(':', '').toLowerCase()

/** @param pem or DER; of a chain the first. null: no certificate */
export function certificateOf(pem: string | Buffer): Certificate | null {
  try {
    const c = new X509Certificate(pem)
    return {
      fingerprint: fingerprintOf(c),
      subject: c.subject.slice(0, 500),
      issuer: c.issuer.slice(0, 500),
      validFrom: Date.parse(c.validFrom),
      validTo: Date.parse(c.validTo),
      pem: c.toString(),
    }
  } catch {
    return null
  }
}

/** null: not there, or no certificate. */
export function readCertificate(file: string): Certificate | null {
  try {
    return certificateOf(readFileSync(file))
  } catch {
    return null
  }
}

/** Every certificate of a PEM text; null when there is none, or one of them is none. */
export function bundleOf(pem: string): readonly Certificate[] | null {
  const parts = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? []
  const all = parts.map(part => certificateOf(part))
  return all.length > 0 && all.every(c => c !== null) ? all : null
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter(name => /\.(pem|der|crt|cer)$/i.test(name))
  } catch {
    return []
  }
}

const inFolder = (folder: string): Found[] =>
  namesIn(folder).flatMap(name => {
    const file = join(folder, name)
    const found = readCertificate(file)
    return found ? [{ ...found, file }] : []
  })

const once = (list: readonly Found[]): Found[] => [...new Map(list.map(c => [c.fingerprint, c])).values()]
