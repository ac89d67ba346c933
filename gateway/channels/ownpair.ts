import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { hostname, networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { writeDurably } from '../site/file.ts'
import { type KeyPair, selfMade } from './selfmade.ts'

const FILES = { given: ['certificate.pem', 'key.pem'], made: ['selfmade.pem', 'selfmade-key.pem'] } as const
type Kind = keyof typeof FILES

/** Names that stand in a certificate made here: of this machine, and every address by which it can be reached now. */
export function ownNames(): readonly string[] {
  const addresses = Object.values(networkInterfaces()).flatMap(list => list ?? [])
  // A link-local address is another one at each interface, and no browser takes one with its zone.
  const reached = addresses.filter(a => !a.internal && !a.address.startsWith('fe80:')).map(a => a.address)
  return [...new Set(['localhost', hostname(), '127.0.0.1', '::1', ...reached])].filter(name => /^[\w.:-]+$/.test(name))
}

/** The certificate of a server of ours in a folder of its own: that of the site, or one made here and kept. Mode 0600. */
export function ownPair(folder: string) {
  const read = (kind: Kind): KeyPair | null => {
    const [certificate, key] = FILES[kind]
    try {
      return {
        certificate: readFileSync(join(folder, certificate), 'utf8'),
        key: readFileSync(join(folder, key), 'utf8'),
      }
    } catch {
      return null
    }
  }
  const put = (kind: Kind, pair: KeyPair) => {
    const [certificate, key] = FILES[kind]
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    writeDurably(join(folder, key), pair.key, 0o600)
    writeDurably(join(folder, certificate), pair.certificate, 0o600)
  }
  return {
    given: (): KeyPair | null => read('given'),
    /** One file of the site without the other. */
    half: (): boolean => FILES.given.filter(file => existsSync(join(folder, file))).length === 1,
    made: (): KeyPair | null => read('made'),
    /** A new self-made one in the place of the old; its fingerprint is another. */
    make(names: readonly string[], now: number, days?: number): KeyPair {
      const made = selfMade('Gatehouse', names, now, days)
      put('made', made)
      return made
    },
    /** The site's own with its chain; null: takes it away. */
    give(pair: KeyPair | null): void {
      if (pair) put('given', pair)
      else for (const file of FILES.given) rmSync(join(folder, file), { force: true })
    },
  }
}
