import { lookup } from 'node:dns/promises'
import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'
import { wordsOf } from './address.ts'
import { http, https } from './plainhttp.ts'
import { refuse } from './refusal.ts'

/** Where a name leads, so that the connection goes to the very address that was judged. */
export interface Reached {
  readonly address: string
  readonly family: 4 | 6
}
/** Judges a host right before each connection. Rejects with Inward, or with the error of the resolver. */
export type Reach = (host: string) => Promise<Reached>

/** What was named leads inside. */
export class Inward extends Error {
  readonly code = 'EINWARD'
}

/**
 * Never anybody's service: this host, link-local (where clouds keep the keys of a machine), multicast, reserved; and the
 * addresses of clouds' metadata that are elsewhere (Alibaba, Oracle, AWS and Google over IPv6). [RFC 6890]
 */
const NEVER = [
  ...['0.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4', '240.0.0.0/4', '100.100.100.200/32', '192.0.0.192/32'],
  ...['::/128', 'fe80::/10', 'fec0::/10', 'ff00::/8', 'fd00:ec2::254/128', 'fd20:ce::254/128'],
]
/** Inside: only where the site allows it. */
const INSIDE = [
  ...['127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '192.0.0.0/24', '198.18.0.0/15'],
  ...['::1/128', 'fc00::/7'],
]

function blockList(networks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', bits = isIPv4(address) ? '32' : '128'] = network.split('/')
    list.addSubnet(address, Number(bits), isIPv4(address) ? 'ipv4' : 'ipv6')
  }
  return list
}
const isIn = (list: BlockList, address: string): boolean => list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6')

/** The IPv4 address that an IPv6 address only wraps: mapped, NAT64 [RFC 6052], 6to4 [RFC 3056]; others as they are. */
export function unwrapped(address: string): string {
  if (!isIPv6(address)) return address
  const w = wordsOf(address.split('%')[0]!)
  const v4 = (a: number, b: number) => [a >> 8, a & 255, b >> 8, b & 255].join('.')
  const zeros = (n: number) => w.slice(0, n).every(word => word === 0)
  if (zeros(5) && w[5] === 0xffff) return v4(w[6]!, w[7]!)
  if (zeros(6) && (w[6] !== 0 || w[7]! > 1)) return v4(w[6]!, w[7]!)
  if (w[0] === 0x64 && w[1] === 0xff9b) return v4(w[6]!, w[7]!)
  if (w[0] === 0x2002) return v4(w[1]!, w[2]!)
  return address
}

/** Networks of a text with commas. Throws Refusal with an example when one is none. */
export function networksOf(text: string): readonly string[] {
  const networks = text.split(/[\s,，]+/).filter(one => one !== '')
  for (const one of networks) {
    const [address = '', bits, ...more] = one.split('/')
    const most = isIPv4(address) ? 32 : 128
    if (
      isIP(address) === 0 ||
      more.length > 0 ||
      (bits !== undefined && !(/^\d{1,3}$/.test(bits) && Number(bits) <= most))
    )
      refuse(
        `GATEHOUSE_OUTGOING 中的“${one}”不是网段，例如 192.168.10.0/24`,
        `"${one}" of GATEHOUSE_OUTGOING is no network, such as 192.168.10.0/24`,
      )
  }
  return networks
}

/** The networks that this machine is in, whatever their numbers. */
const ownNetworks = (): readonly string[] =>
  Object.values(networkInterfaces()).flatMap(list => (list ?? []).flatMap(a => a.cidr ?? []))

/** Whether one may connect to this address. `allowed`: networks inside that the site wants reached; `own`: its own. */
export function mayReach(address: string, allowed: readonly string[], own: readonly string[] = []): boolean {
  const to = unwrapped(address)
  if (isIn(blockList(NEVER), to)) return false
  return isIn(blockList(allowed), to) || !(isIn(blockList(INSIDE), to) || isIn(blockList(own), to))
}

/**
 * Judges where a name leads at the moment of the connection, and gives out the address that was judged: a name that leads
 * elsewhere a moment later (DNS rebinding) changes nothing.
 * @param allowed networks inside that may be reached
 */
export function createReach(
  allowed: readonly string[],
  resolve: (host: string) => Promise<readonly { readonly address: string }[]> = host => lookup(host, { all: true }),
  own: () => readonly string[] = ownNetworks,
): Reach {
  return async host => {
    const name = host.replace(/^\[|\]$/g, '')
    const found = isIP(name) === 0 ? (await resolve(name)).map(a => a.address) : [name]
    const now = own()
    const address = found.find(one => mayReach(one, allowed, now))
    if (address === undefined)
      throw new Inward(
        `EINWARD ${name} leads to ${found.join(', ') || 'nowhere'}, which GATEHOUSE_OUTGOING does not allow`,
      )
    return { address, family: isIPv4(address) ? 4 : 6 }
  }
}

/** Wherever the name leads: for what is not told where to send by people, as in tests of a single sink. */
export const anywhere: Reach = createReach(['0.0.0.0/0', '::/0'])

/** `lookup` of a connection that goes where it was judged. */
export const pinned =
  (to: Reached) =>
  (
    _: string,
    options: { readonly all?: boolean | undefined },
    done: (error: null, address: string | Reached[], family?: number) => void,
  ): void =>
    options.all ? done(null, [to]) : done(null, to.address, to.family)

const MOST_ANSWER = 65_536

/**
 * One request over a connection of its own; redirections are not followed. Rejects with AbortError or TimeoutError when
 * `signal` says so, with Inward, or with the system's error.
 * @returns status, and the beginning of what was answered
 */
export async function requestOut(
  reach: Reach,
  url: string,
  {
    method,
    headers = {},
    body,
    signal,
  }: {
    readonly method: string
    readonly headers?: Readonly<Record<string, string>> | undefined
    readonly body?: string | undefined
    readonly signal: AbortSignal
  },
): Promise<{ readonly status: number; readonly text: string }> {
  const to = new URL(url)
  const host = to.hostname.replace(/^\[|\]$/g, '')
  const reached = await reach(host)
  signal.throwIfAborted()
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  return new Promise((resolve, reject) => {
    // What it was ended for, not only that it was.
    const failed = (error: unknown) => reject(signal.aborted ? signal.reason : error)
    const request = (to.protocol === 'https:' ? https : http).request(
      {
        ...{ agent: false, host, path: `${to.pathname}${to.search}`, method, signal, lookup: pinned(reached) as never },
        headers: { ...headers, ...length },
        ...(to.port !== '' && { port: Number(to.port) }),
        ...(to.username !== '' && { auth: `${decodeURIComponent(to.username)}:${decodeURIComponent(to.password)}` }),
      },
      response => {
        const parts: Buffer[] = []
        let size = 0
        const done = () => {
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString('utf8') })
          request.destroy()
        }
        response.on('data', (part: Buffer) => {
          size += part.length
          parts.push(part)
          // Nonsense without an end must not fill our memory.
          if (size > MOST_ANSWER) done()
        })
        response.on('end', done)
        response.on('error', failed)
      },
    )
    request.on('error', failed)
    request.end(body)
  })
}
