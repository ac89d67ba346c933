import { createPrivateKey, X509Certificate } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type Decided, stagedFiles } from '../site/staged.ts'
import { type ChannelTls, openChannelTls } from './tls.ts'

/** What a channel signs in with. */
export interface ChannelSecret {
  readonly password?: string | undefined
  /** Both PEM. */
  readonly userCertificate?: { readonly certificate: string; readonly key: string } | undefined
}
/** Everything of a channel that is kept in the folder of secrets. */
type Kept = ChannelSecret & ChannelTls
export type ChannelSecrets = ReturnType<typeof openChannelSecrets>

/**
 * One file per channel, mode 0600, in the folder of secrets. What is in it leaves it only towards the channel's driver.
 * A change of it stands or falls with its line on the trail.
 */
export function openChannelSecrets(secrets: string, decided: Decided) {
  const folder = join(secrets, 'channels')
  const tls = openChannelTls(secrets)
  const stage = stagedFiles(
    `${basename(secrets)}/channels`,
    [folder, ...foldersIn(dirname(tls.folderOf('x')))],
    decided,
  )
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
    /**
     * null takes it away; undefined leaves it as it is.
     * @param note makes the change of the trail, and calls `decide` in it
     */
    write(
      channel: string,
      all: { readonly [K in keyof Kept]: Kept[K] | null },
      note: (decide: () => void) => void,
    ): void {
      const { ca, clientCertificate, ...change } = all
      const files = [...tls.files(channel, { ca, clientCertificate })]
      if (Object.keys(dropUndefined(change)).length > 0) {
        const kept = Object.entries({ ...read(channel), ...dropUndefined(change) }).filter(
          ([, value]) => value !== null,
        )
        const text = kept.length === 0 ? null : `${JSON.stringify(Object.fromEntries(kept))}\n`
        files.push({ path: fileOf(channel), text })
      }
      for (const { path } of files) mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
      stage(files, note)
    },
  }
}

const foldersIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap(e => (e.isDirectory() ? [join(folder, e.name)] : []))
  } catch {
    return []
  }
}

const dropUndefined = (object: object): object =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined))

/** Whether this is a certificate with its own key. */
/** Whether the key is that of the certificate; both PEM. */
export function certificateFits({ certificate, key }: { certificate: string; key: string }): boolean {
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key))
  } catch {
    return false
  }
}
