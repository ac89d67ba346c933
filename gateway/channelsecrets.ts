import { createPrivateKey, X509Certificate } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type ChannelTls, openChannelTls } from './channeltls.ts'
import { writeDurably } from './sitefile.ts'

/** What a channel signs in with. */
export interface ChannelSecret {
  readonly password?: string | undefined
  /** Both PEM. */
  readonly userCertificate?: { readonly certificate: string; readonly key: string } | undefined
}
/** Everything of a channel that is kept in the folder of secrets. */
type Kept = ChannelSecret & ChannelTls
export type ChannelSecrets = ReturnType<typeof openChannelSecrets>

/** One file per channel, mode 0600, in the folder of secrets. What is in it leaves it only towards the channel's driver. */
export function openChannelSecrets(secrets: string) {
  const folder = join(secrets, 'channels')
  const tls = openChannelTls(secrets)
  const fileOf = (channel: string) => join(folder, `${channel}.json`)
  const read = (channel: string): ChannelSecret => {
    try {
      return JSON.parse(readFileSync(fileOf(channel), 'utf8')) as ChannelSecret
    } catch {
      return {}
    }
  }
  return {
    read,
    fits: certificateFits,
    isBundle: tls.isBundle,
    /** Where the keys and the trusted certificates of a channel lie. */
    folderOf: tls.folderOf,
    /** Which kinds there are, for people to see. */
    kinds: (channel: string): readonly (keyof Kept)[] => [
      ...(['password', 'userCertificate'] as const).filter(kind => read(channel)[kind] !== undefined),
      ...tls.kinds(channel),
    ],
    /** null takes it away; undefined leaves it as it is. */
    write(channel: string, all: { readonly [K in keyof Kept]: Kept[K] | null }) {
      const { ca, clientCertificate, ...change } = all
      tls.write(channel, { ca, clientCertificate })
      if (Object.keys(dropUndefined(change)).length === 0) return
      const kept = Object.entries({ ...read(channel), ...dropUndefined(change) }).filter(([, value]) => value !== null)
      if (kept.length === 0) return rmSync(fileOf(channel), { force: true })
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      writeDurably(fileOf(channel), `${JSON.stringify(Object.fromEntries(kept))}\n`, 0o600)
    },
  }
}

const dropUndefined = (object: object): object =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined))

/** Whether this is a certificate with its own key. */
function certificateFits({ certificate, key }: { certificate: string; key: string }): boolean {
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key))
  } catch {
    return false
  }
}
