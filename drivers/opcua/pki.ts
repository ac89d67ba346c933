import { X509Certificate } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Certificate, CertificateDecision, Certificates } from '../driver.ts'

/** The folders in which node-opcua keeps its certificates [OPC 10000-12 F.1]. */
const OWN = 'own/certs/client_certificate.pem'
const TRUSTED = 'trusted/certs'
const REJECTED = 'rejected'
const LOCKS = ['mutex', 'mutex.lock', `${OWN}.mutex`, `${OWN}.mutex.lock`]
/** A server that shows a new certificate at each connect must not fill the disk. */
const MOST_REJECTED = 50

interface Found extends Certificate {
  readonly file: string
}

/** The trust list of one link. Nothing is kept in memory, so a file that was moved by hand counts as well. */
export function pkiOf(folder: string): Certificates & { prune(): void; unlock(): void } {
  const all = () => [...inFolder(join(folder, REJECTED)), ...inFolder(join(folder, TRUSTED))]
  return {
    list() {
      const rejected = once(inFolder(join(folder, REJECTED)))
      return { own: read(join(folder, OWN)), trusted: once(inFolder(join(folder, TRUSTED))), rejected }
    },
    decide(fingerprint: string, decision: CertificateDecision) {
      const mine = all().filter(c => c.fingerprint === fingerprint)
      if (mine.length === 0) return false
      const [first, ...doubles] = mine
      for (const { file } of doubles) rmSync(file, { force: true })
      if (decision === 'remove') rmSync(first!.file, { force: true })
      else {
        const to = join(folder, decision === 'trust' ? TRUSTED : REJECTED)
        mkdirSync(to, { recursive: true })
        renameSync(first!.file, join(to, `${fingerprint}.pem`))
      }
      return true
    },
    /**
     * Before a worker begins: its predecessor may have been ended while it held node-opcua's lock on the folder, which
     * the next one would respect for two minutes. One process at a time uses the folder, so that lock is nobody's.
     */
    unlock() {
      for (const lock of LOCKS) rmSync(join(folder, lock), { recursive: true, force: true })
    },
    /** Keeps the newest of what was rejected. */
    prune() {
      const old = namesIn(join(folder, REJECTED))
        .map(name => join(folder, REJECTED, name))
        .map(file => ({ file, at: statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
        .sort((a, b) => b.at - a.at)
        .slice(MOST_REJECTED)
      for (const { file } of old) rmSync(file, { force: true })
    },
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter(name => /\.(pem|der|crt|cer)$/i.test(name))
  } catch {
    return []
  }
}
const inFolder = (folder: string): Found[] => namesIn(folder).flatMap(name => read(join(folder, name)) ?? [])

const once = (list: readonly Found[]): Found[] => [...new Map(list.map(c => [c.fingerprint, c])).values()]

/** null: not there, or no certificate. */
function read(file: string): Found | null {
  try {
    // Of a chain the first is the server itself.
    const c = new X509Certificate(readFileSync(file))
    return {
      file,
      fingerprint: c.fingerprint256.replaceAll(':', '').toLowerCase(),
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
