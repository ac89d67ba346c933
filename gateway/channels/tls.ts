import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundleOf } from '../../drivers/certificates.ts'
import { TLS_FILES } from '../../drivers/modbus/trust.ts'
import type { StagedFile } from '../site/staged.ts'

/** What a channel with TLS needs: the authority of its server, and what it shows of itself. All PEM. */
export interface ChannelTls {
  readonly ca?: string | undefined
  readonly clientCertificate?: { readonly certificate: string; readonly key: string } | undefined
}
export const tlsKinds = ['ca', 'clientCertificate'] as const satisfies readonly (keyof ChannelTls)[]

/** Files of their own, so that they may be put there by hand as well; mode 0600, in the folder of the channel's keys. */
export function openChannelTls(secrets: string) {
  const folderOf = (channel: string) => join(secrets, 'pki', channel)
  const files = { ca: [TLS_FILES.ca], clientCertificate: [TLS_FILES.certificate, TLS_FILES.key] } as const
  const there = (file: string): boolean => {
    try {
      return readFileSync(file).length > 0
    } catch {
      return false
    }
  }
  return {
    folderOf,
    kinds: (channel: string): readonly (keyof ChannelTls)[] =>
      tlsKinds.filter(kind => files[kind].every(name => there(join(folderOf(channel), name)))),
    /** The files as they are to be. null takes it away; undefined leaves it as it is. */
    files(channel: string, change: { readonly [K in keyof ChannelTls]: ChannelTls[K] | null }): readonly StagedFile[] {
      const { ca, clientCertificate: own } = change
      const file = (name: string, text: string | null | undefined): readonly StagedFile[] =>
        text === undefined
          ? []
          : [{ path: join(folderOf(channel), name), text: text === null ? null : `${text.trim()}\n` }]
      return [
        ...file(TLS_FILES.ca, ca),
        ...file(TLS_FILES.key, own === null ? null : own?.key),
        ...file(TLS_FILES.certificate, own === null ? null : own?.certificate),
      ]
    },
    /** Whether there are only certificates in it, and at least one. */
    isBundle: (pem: string): boolean => bundleOf(pem) !== null,
  }
}
