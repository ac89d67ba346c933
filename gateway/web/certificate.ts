import { join } from 'node:path'
import { createSecureContext } from 'node:tls'
import { certificateOf } from '../../drivers/certificates.ts'
import type { Certificate } from '../../drivers/driver.ts'
import { ownNames, ownPair } from '../channels/ownpair.ts'
import { certificateFits } from '../channels/secrets.ts'
import type { KeyPair } from '../channels/selfmade.ts'
import { strictTls } from '../core/ciphers.ts'
import type { Clock } from '../core/clock.ts'
import type { Log } from '../core/log.ts'

const DAY_MS = 86_400_000
/** What iPhones take at most of a certificate that somebody trusts by hand. */
const SELF_MADE_DAYS = 820
/** An alarm, or a new self-made one, so long before the end. */
const AHEAD_MS = 30 * DAY_MS
const LOOK_MS = 10_000

export interface WebCertificate extends Certificate {
  readonly selfMade: boolean
}

/**
 * The certificate of the pages and the API: `certificate.pem` with its chain and `key.pem` of `secrets/pki/@web`, else one made
 * here. Files that change are taken up within ten seconds; such as cannot be used leave the one before in use.
 */
export function openWebCertificate(deps: {
  readonly secrets: string
  readonly clock: Pick<Clock, 'now' | 'every'>
  readonly log: Log
  /** No HTTPS is wanted: nothing is made, nothing is looked at. */
  readonly wanted: boolean
  readonly names?: () => readonly string[]
}) {
  const { clock, log, names = ownNames } = deps
  const files = ownPair(join(deps.secrets, 'pki', '@web'))
  let changed: (pair: KeyPair) => void = () => {}
  let shown: { readonly pair: KeyPair; readonly own: WebCertificate } | null = null
  /** The site's files are there and cannot be used. */
  let unusable = false

  const ends = (pair: KeyPair): number => certificateOf(pair.certificate)?.validTo ?? 0
  function made(): KeyPair {
    const now = clock.now()
    const kept = files.made()
    if (kept && usable(kept) && ends(kept) - now > AHEAD_MS) return kept
    try {
      return files.make(names(), now, SELF_MADE_DAYS)
    } catch (error) {
      // A full disk: the one that ends soon is better than none.
      if (!kept || !usable(kept)) throw error
      log.error({ error }, 'a new certificate could not be stored')
      return kept
    }
  }
  function look(): void {
    const given = files.given()
    const bad = files.half() || (given !== null && !usable(given))
    if (bad && !unusable)
      log.error('secrets/pki/@web: certificate.pem and key.pem cannot be used; the one before stays')
    unusable = bad
    if (bad && shown) return
    const pair = given && !bad ? given : made()
    if (pair.certificate === shown?.pair.certificate && pair.key === shown.pair.key) return
    shown = { pair, own: { ...certificateOf(pair.certificate)!, selfMade: pair !== given } }
    changed(pair)
  }
  if (deps.wanted) look()
  const stop = deps.wanted
    ? clock.every(LOOK_MS, () => {
        try {
          look()
        } catch (error) {
          log.error({ error }, 'the certificate of the pages could not be looked at')
        }
      })
    : () => {}
  const certificate = (): WebCertificate | null => shown?.own ?? null

  return {
    /** What servers show now. Null: no HTTPS is wanted. */
    pair: (): KeyPair | null => shown?.pair ?? null,
    certificate,
    /** Files of the site that cannot be used. */
    unusable: (): boolean => unusable,
    /** It ends within 30 days, has ended, or that of the site cannot be used. */
    failing(): boolean {
      const now = certificate()
      return now !== null && (unusable || now.validTo - clock.now() < AHEAD_MS)
    },
    /**
     * Whether browsers may be told to use nothing but HTTPS [RFC 6797]: with a certificate that an authority gave and that
     * is valid. A self-made one they could then never be talked into.
     */
    hsts(): boolean {
      if (!shown) return false
      const { selfMade, subject, issuer, validFrom, validTo } = shown.own
      const now = clock.now()
      return !selfMade && subject !== issuer && validFrom <= now && now < validTo
    },
    /** The site's own with its chain; null: back to the self-made one. */
    give(pair: KeyPair | null): void {
      files.give(pair)
      if (deps.wanted) look()
    },
    onChange(tell: (pair: KeyPair) => void): void {
      changed = tell
    },
    stop,
  }
}
export type WebCertificateFiles = ReturnType<typeof openWebCertificate>

/** Whether it can be shown: a key of its own, and of a strength that TLS takes. */
function usable(pair: KeyPair): boolean {
  try {
    createSecureContext({ cert: pair.certificate, key: pair.key, ...strictTls })
    return certificateFits(pair)
  } catch {
    return false
  }
}
