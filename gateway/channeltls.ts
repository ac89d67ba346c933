import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { bundleOf } from '../drivers/certificates.ts'
import { TLS_FILES } from '../drivers/modbus/trust.ts'
import { writeDurably } from './sitefile.ts'

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
    /** null takes it away; undefined leaves it as it is. */
    write(channel: string, change: { readonly [K in keyof ChannelTls]: ChannelTls[K] | null }) {
      const folder = folderOf(channel)
      const { ca, clientCertificate: own } = change
      const put = (name: string, text: string | null | undefined) => {
        if (text === undefined) return
        if (text === null) return rmSync(join(folder, name), { force: true })
        mkdirSync(folder, { recursive: true, mode: 0o700 })
        writeDurably(join(folder, name), `${text.trim()}\n`, 0o600)
      }
      put(TLS_FILES.ca, ca)
      put(TLS_FILES.key, own === null ? null : own?.key)
      put(TLS_FILES.certificate, own === null ? null : own?.certificate)
    },
    /** Whether there are only certificates in it, and at least one. */
    isBundle: (pem: string): boolean => bundleOf(pem) !== null,
  }
}
