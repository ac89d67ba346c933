import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { isIPv4, isIPv6 } from 'node:net'
import { wordsOf } from '../core/address.ts'

/** PEM. */
export interface KeyPair {
  readonly certificate: string
  readonly key: string
}

// DER [X.690 8, 10]: tag, length, content.
const der = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts)
  const n = body.length
  const length = n < 0x80 ? [n] : n < 0x100 ? [0x81, n] : [0x82, n >> 8, n & 0xff]
  return Buffer.concat([Buffer.from([tag, ...length]), body])
}
const sequence = (...parts: readonly Uint8Array[]) => der(0x30, ...parts)
const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'))
const ECDSA_SHA256 = sequence(oid('2a8648ce3d040302'))
const commonName = (text: string) => sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(text)))))
const extension = (id: string, critical: boolean, value: Uint8Array) =>
  sequence(oid(id), ...(critical ? [der(0x01, Buffer.from([0xff]))] : []), der(0x04, value))
/** UTCTime until 2049, then GeneralizedTime [RFC 5280 4.1.2.5]. */
const timeOf = (at: number) => {
  const text = new Date(at).toISOString().replace(/[-:T]|\.\d+/g, '')
  return text < '2050' ? der(0x17, Buffer.from(text.slice(2))) : der(0x18, Buffer.from(text))
}
/** dNSName and iPAddress [RFC 5280 4.2.1.6]. */
const altName = (name: string) =>
  isIPv4(name)
    ? der(0x87, Buffer.from(name.split('.').map(Number)))
    : isIPv6(name)
      ? der(0x87, sixteen(name))
      : der(0x82, Buffer.from(name))
/** The bytes of an IPv6 address. */
const sixteen = (text: string): Buffer => Buffer.from(wordsOf(text).flatMap(word => [word >> 8, word & 0xff]))

const DAY_MS = 86_400_000

/**
 * A certificate of a server, signed by itself [RFC 5280], P-256: encrypts for whoever believes its fingerprint.
 * @param names DNS names, IPv4 and IPv6 addresses by which clients reach it
 */
export function selfMade(name: string, names: readonly string[], now: number, days = 3650): KeyPair {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    ECDSA_SHA256,
    commonName(name),
    // A clock that was not set yet must not make it one of the future.
    sequence(timeOf(now - DAY_MS), timeOf(now + days * DAY_MS)),
    commonName(name),
    pair.publicKey.export({ type: 'spki', format: 'der' }),
    der(
      0xa3,
      sequence(
        extension('551d13', true, sequence()),
        extension('551d25', false, sequence(oid('2b06010505070301'))),
        extension('551d11', false, sequence(...names.map(altName))),
      ),
    ),
  )
  const signature = der(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', body, pair.privateKey)]))
  const text = sequence(body, ECDSA_SHA256, signature)
    .toString('base64')
    .match(/.{1,64}/g)!
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${text.join('\n')}\n-----END CERTIFICATE-----\n`,
    key: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  }
}
