import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { isIP } from 'node:net'

/** A certificate made on the spot, and what signs further ones with it. All PEM. */
export interface Issued {
  readonly certificate: string
  readonly key: string
  readonly name: string
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
const RSA_SHA256 = sequence(oid('2a864886f70d01010b'), der(0x05))
const nameOf = (cn: string) => sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(cn)))))
/** UTCTime; good to the second, until 2049. */
const timeOf = (at: number) => {
  const text = `${new Date(at)
    .toISOString()
    .replace(/[-:T]|\.\d+/g, '')
    .slice(2)}`
  return der(0x17, Buffer.from(text))
}
const extension = (id: string, critical: boolean, value: Uint8Array) =>
  sequence(oid(id), ...(critical ? [der(0x01, Buffer.from([0xff]))] : []), der(0x04, value))
/** dNSName, iPAddress and uniformResourceIdentifier [RFC 5280 4.2.1.6]. */
const altNames = (names: readonly string[]) =>
  sequence(
    ...names.map(n =>
      isIP(n)
        ? der(0x87, Buffer.from(n.split('.').map(Number)))
        : der(n.startsWith('urn:') ? 0x86 : 0x82, Buffer.from(n)),
    ),
  )
const pem = (body: Uint8Array) =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(body)
    .toString('base64')
    .match(/.{1,64}/g)!
    .join('\n')}\n-----END CERTIFICATE-----\n`

const DAY_MS = 86_400_000

/** @param by without it: signed by itself; `names`: DNS names, IPv4 addresses and URNs; `rsa`: as OPC UA wants it */
export function issue(
  name: string,
  {
    by,
    names = [],
    authority = false,
    rsa = false,
    from = Date.now() - DAY_MS,
    to = Date.now() + 365 * DAY_MS,
  }: { by?: Issued; names?: readonly string[]; authority?: boolean; rsa?: boolean; from?: number; to?: number } = {},
): Issued {
  const pair = rsa
    ? generateKeyPairSync('rsa', { modulusLength: 2048 })
    : generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const signer: KeyObject = by ? createPrivateKey(by.key) : pair.privateKey
  const algorithm = signer.asymmetricKeyType === 'rsa' ? RSA_SHA256 : ECDSA_SHA256
  const extensions = [
    extension('551d13', true, authority ? sequence(der(0x01, Buffer.from([0xff]))) : sequence()),
    ...(names.length > 0 ? [extension('551d11', false, altNames(names))] : []),
  ]
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    algorithm,
    nameOf(by?.name ?? name),
    sequence(timeOf(from), timeOf(to)),
    nameOf(name),
    pair.publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  )
  const signature = der(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', body, signer)]))
  return {
    name,
    certificate: pem(sequence(body, algorithm, signature)),
    key: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  }
}
