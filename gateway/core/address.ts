import { refuse } from './refusal.ts'

/** `host:port` or `[v6]:port` in two. Throws with an example when it is neither. */
export function hostPort(text: string): { host: string; port: number } {
  const m = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text)
  if (!m || Number(m[3]) > 65535)
    return refuse(`“${text}”不是 主机:端口，例如 127.0.0.1:8080`, `"${text}" is not host:port, such as 127.0.0.1:8080`)
  return { host: m[1] ?? m[2]!, port: Number(m[3]) }
}

/** On this machine: nobody listens on the way. */
export const isNear = (host: string): boolean => /^((::ffff:)?127(\.\d{1,3}){3}|::1|\[::1\]|localhost)$/.test(host)

/** `host:port`, that of IPv6 in brackets. */
export const showAddress = ({ address, port }: { readonly address: string; readonly port: number }): string =>
  `${address.includes(':') ? `[${address}]` : address}:${port}`

/** The eight words of an IPv6 address. */
export function wordsOf(text: string): readonly number[] {
  // URL writes out a dotted end, and in one way only.
  const [head = '', tail] = new URL(`http://[${text}]`).hostname.slice(1, -1).split('::')
  const words = (part: string) => (part === '' ? [] : part.split(':').map(word => Number.parseInt(word, 16)))
  const [first, last] = [words(head), words(tail ?? '')]
  return [...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last]
}
