import { isIP } from 'node:net'
import { checkServerIdentity, connect, type PeerCertificate, type SecureContext, type TLSSocket } from 'node:tls'
import { z } from 'zod'
import { fingerprintOf } from '../certificates.ts'
import type { LinkStatus } from '../driver.ts'
import { type Ears, type Open, READ_BYTES, type Stream } from './line.ts'
import { type TlsTrust, tlsTrust } from './trust.ts'

/** Modbus over TLS [MODBUS/TCP Security, MB-TCP-Security-v36]: version 1.2 or later, both sides may show a certificate. */
export const tlsOptions = z.strictObject({
  /** The name that must stand in the server's certificate, where that is not `host`. */
  servername: z.string().min(1).max(253).optional(),
  minVersion: z.enum(['TLSv1.2', 'TLSv1.3']).default('TLSv1.2'),
  /** This certificate and no other, whoever has signed it and whatever its name. */
  fingerprint256: z
    .string()
    .regex(/^([0-9a-fA-F]{2}:?){31}[0-9a-fA-F]{2}$/)
    .optional(),
})
export type TlsOptions = z.infer<typeof tlsOptions>

/** Why there is no encrypted connection: a code that the screens translate. */
export const tlsTroubles = [
  'unreachable',
  'server-not-trusted',
  'certificate-expired',
  'certificate-name',
  'certificate-wrong',
  'gateway-not-trusted',
  'handshake-refused',
  'no-tls',
  'hung-up',
  'own-files',
  'lost',
  'other',
] as const
export type TlsTrouble = (typeof tlsTroubles)[number]

/** A microcontroller takes seconds for the arithmetic of a handshake. */
const HANDSHAKE_MS = 5000

/** First match counts. Codes of the system, of OpenSSL, and of X.509 verification [RFC 5280 6.1]. */
const words: readonly (readonly [RegExp, TlsTrouble])[] = [
  [/CERT_HAS_EXPIRED|CERT_NOT_YET_VALID/, 'certificate-expired'],
  [/ALTNAME_INVALID/, 'certificate-name'],
  [/SELF_SIGNED|UNABLE_TO_(GET_ISSUER|VERIFY_LEAF)|CERT_UNTRUSTED/, 'server-not-trusted'],
  [
    /ALERT_(BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|CERTIFICATE_\w+|NO_CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED)/,
    'gateway-not-trusted',
  ],
  [/ALERT_|UNSUPPORTED_PROTOCOL|NO_PROTOCOLS|DH_KEY_TOO_SMALL|LEGACY_/, 'handshake-refused'],
  [/WRONG_VERSION_NUMBER|HTTP_REQUEST|PACKET_LENGTH|UNKNOWN_PROTOCOL|UNEXPECTED_MESSAGE|RECORD_LAYER/, 'no-tls'],
  [/CERT|CRL|INVALID_(CA|PURPOSE)|PATH_LENGTH/, 'certificate-wrong'],
  [/ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN/, 'unreachable'],
]
export const tlsTroubleOf = (code: string): TlsTrouble | undefined => words.find(([word]) => word.test(code))?.[1]

/** What the log and the status say: the code for the screens, and the other side's or the stack's own words. */
class Refused extends Error {
  readonly trouble: TlsTrouble
  constructor(trouble: TlsTrouble, why: string) {
    super(`${trouble}: ${why}`)
    this.trouble = trouble
  }
}

export interface TlsPeer {
  readonly open: Open
  readonly trust: TlsTrust
  status(): LinkStatus
}

export interface TlsAddress {
  readonly host: string
  readonly port: number
  /** For the TCP connection; the handshake has 5 s when this is less. */
  readonly timeoutMs: number
  readonly tls: TlsOptions
}

/** The other end of an encrypted line. It is refused unless it proves who it is; nothing is sent before that. */
export function tlsPeer({ host, port, timeoutMs, tls }: TlsAddress, folder: string | undefined): TlsPeer {
  const trust = tlsTrust(folder)
  const name = tls.servername ?? host
  const pin = tls.fingerprint256?.replaceAll(':', '').toLowerCase()
  let state: LinkStatus['state'] = 'idle'
  let trouble: TlsTrouble | null = null
  let why: string | null = null
  const down = (error: Refused) => {
    state = 'down'
    trouble = error.trouble
    why = error.message.slice(0, 300)
    return error
  }

  /** Why this server is none of ours; undefined: it is. */
  function objection(socket: TLSSocket): Refused | undefined {
    const shown = socket.getPeerX509Certificate()
    if (!shown) return new Refused('certificate-wrong', 'the server shows no certificate')
    const fingerprint = fingerprintOf(shown)
    const pinned = fingerprint === pin || trust.trusts(fingerprint)
    if (!pinned && pin === undefined && socket.authorized) return undefined
    const now = Date.now()
    if (pinned && now >= shown.validFromDate.getTime() && now <= shown.validToDate.getTime()) return undefined
    const code = pinned
      ? 'CERT_HAS_EXPIRED'
      : pin === undefined
        ? String(socket.authorizationError)
        : 'another certificate than fingerprint256 says: CERT_UNTRUSTED'
    if (!pinned) trust.meet(shown)
    const who = `${shown.subject.replaceAll('\n', ', ')} (SHA-256 ${fingerprint})`.slice(0, 200)
    return new Refused(tlsTroubleOf(code) ?? 'certificate-wrong', `${code}; ${who}`)
  }

  function open(ears: Ears, signal?: AbortSignal): Promise<Stream> {
    let context: SecureContext
    try {
      context = trust.context(tls.minVersion)
    } catch (error) {
      return Promise.reject(down(new Refused('own-files', (error as Error).message)))
    }
    if (state !== 'down') state = 'connecting'
    return new Promise((resolve, reject) => {
      let accepted = false
      let heard = false
      let given = false
      let stage: 'tcp' | 'handshake' | 'open' = 'tcp'
      // One small buffer per connection, as without TLS.
      const onread = {
        buffer: Buffer.allocUnsafe(READ_BYTES),
        callback(size: number, bytes: Uint8Array) {
          // What comes before we know from whom is nobody's.
          if (!accepted) return true
          if (!heard) {
            heard = true
            state = 'up'
            trouble = why = null
          }
          ears.data(Buffer.from(bytes.subarray(0, size)))
          return true
        },
      }
      const options = {
        host,
        port,
        secureContext: context,
        minVersion: tls.minVersion,
        // No server name indication for addresses [RFC 6066 3].
        servername: isIP(name) ? '' : name,
        checkServerIdentity: (_: string, certificate: PeerCertificate) => checkServerIdentity(name, certificate),
        // Decided in `objection`, once the certificate is known: a person is to see what was refused.
        rejectUnauthorized: false,
        onread,
      }
      const socket = connect(options)
      socket.setNoDelay(true)
      socket.setKeepAlive(true, 10_000)
      let failed: Refused | undefined
      const gone = new Promise<void>(done => socket.once('close', () => done()))
      const give = () => {
        given = true
        socket.destroy()
      }
      signal?.addEventListener('abort', give, { once: true })
      const refuse = (reason: Refused) => {
        failed ??= reason
        socket.destroy()
      }
      let late = setTimeout(() => refuse(new Refused('unreachable', 'connect timeout')), timeoutMs)
      socket.once('connect', () => {
        stage = 'handshake'
        clearTimeout(late)
        late = setTimeout(
          () => refuse(new Refused('no-tls', 'no answer to the handshake')),
          Math.max(timeoutMs, HANDSHAKE_MS),
        )
      })
      socket.on('error', (error: NodeJS.ErrnoException) => {
        const code = `${error.code ?? ''} ${error.message}`
        const otherwise = stage === 'tcp' ? 'unreachable' : stage === 'handshake' ? 'no-tls' : 'lost'
        failed ??= new Refused(tlsTroubleOf(code) ?? otherwise, error.message)
      })
      // The peer's half-close is the end: no answer can follow it.
      socket.once('end', () => socket.destroy())
      socket.once('close', () => {
        clearTimeout(late)
        signal?.removeEventListener('abort', give)
        const closed =
          stage !== 'open'
            ? new Refused('no-tls', 'closed during the handshake')
            : heard
              ? new Refused('lost', 'closed by the peer')
              : new Refused('hung-up', 'closed by the peer before it said anything')
        const error = failed ?? closed
        if (!given) down(error)
        else state = 'connecting'
        reject(error)
        ears.end(error.message)
      })
      socket.once('secureConnect', () => {
        clearTimeout(late)
        const no = objection(socket)
        if (no) return refuse(no)
        stage = 'open'
        accepted = true
        // One that ends each connection without a word is not up: then the trouble stays until something is heard.
        if (trouble !== 'hung-up' && trouble !== 'gateway-not-trusted') {
          state = 'up'
          trouble = why = null
        }
        resolve({
          write: bytes => socket.write(bytes),
          close: () => {
            given = true
            socket.destroy()
            return gone
          },
        })
      })
    })
  }

  return { open, trust, status: () => ({ state, trouble, why, dropped: 0 }) }
}
