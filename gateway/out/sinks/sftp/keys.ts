import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** Names of files in the folder of an output's keys; ssh is started there, so that no path has to be quoted. */
export const KEY_FILES = {
  own: 'id_ed25519',
  known: 'known_hosts',
  offered: 'offered_hosts',
  askpass: 'askpass',
} as const
/** By this name the host stands in the file of known hosts, whatever its address is. */
export const HOST = 'gatehouse'
/** The one that is shown, where a host has several. */
const TYPES = ['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521', 'ssh-rsa'] as const
const SCAN_S = 10
const run = promisify(execFile)

/** What the gateway signs in with, whom it trusts, and who was there instead. */
export interface SshView {
  /** To be put into `authorized_keys` over there; null: not made yet. */
  readonly publicKey: string | null
  /** SHA256 fingerprint of the host that is trusted, as ssh writes it. */
  readonly hostKey: string | null
  /** Of the host that answered and is not the trusted one. */
  readonly offered: string | null
}

/** `SHA256:…` of a line of known hosts; null: it is none. */
export function fingerprintOf(line: string): string | null {
  const [, type = '', blob = ''] = line.trim().split(/\s+/)
  if (!(TYPES as readonly string[]).includes(type) || !/^[A-Za-z0-9+/]+=*$/.test(blob)) return null
  return `SHA256:${createHash('sha256').update(Buffer.from(blob, 'base64')).digest('base64').replace(/=+$/, '')}`
}

/** The keys of one output, in a folder of its own below the secrets. */
export function sshKeys(folder: string) {
  const read = (name: string): string | null => {
    try {
      const text = readFileSync(join(folder, name), 'utf8').trim()
      return text === '' ? null : text
    } catch {
      return null
    }
  }
  const write = (name: string, text: string, mode = 0o600) => {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const pending = join(folder, `${name}.new`)
    writeFileSync(pending, text, { mode })
    chmodSync(pending, mode)
    renameSync(pending, join(folder, name))
  }
  const printOf = (name: string): string | null => {
    const line = read(name)
    return line === null ? null : fingerprintOf(line)
  }
  return {
    folder,
    view(): SshView {
      const [hostKey, offered] = [printOf(KEY_FILES.known), printOf(KEY_FILES.offered)]
      return { publicKey: read(`${KEY_FILES.own}.pub`), hostKey, offered: offered === hostKey ? null : offered }
    },
    /** A pair of its own, made once. @throws ENOENT: there is no ssh-keygen */
    async own(comment: string): Promise<void> {
      if (existsSync(join(folder, KEY_FILES.own))) return
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', KEY_FILES.own], { cwd: folder })
    },
    /** What ssh calls for a password: it hands on what is in the environment, so that it is on no command line. */
    askpass: () => write(KEY_FILES.askpass, '#!/bin/sh\nprintf \'%s\\n\' "$SFTP_PASSWORD"\n', 0o700),
    /**
     * Asks a host for its key, and keeps it for a person to look at; nothing is trusted by it.
     * @returns its fingerprint; null: it has none that we know
     */
    async look(host: string, port: number, signal: AbortSignal): Promise<string | null> {
      const args = ['-T', String(SCAN_S), '-p', String(port), '-t', 'ed25519,ecdsa,rsa', host]
      const said = await run('ssh-keyscan', args, { signal, timeout: 4 * SCAN_S * 1000 })
      const lines = said.stdout.split('\n').map(line => line.trim().split(/\s+/))
      const found = TYPES.flatMap(type => lines.find(([, is]) => is === type) ?? [])
      const [, type, blob] = found
      if (type === undefined || blob === undefined) return null
      const line = `${HOST} ${type} ${blob}`
      const print = fingerprintOf(line)
      if (print !== null) write(KEY_FILES.offered, `${line}\n`)
      return print
    },
    /** A person has compared it. @returns false: it is not the one that was offered last */
    trust(fingerprint: string): boolean {
      const line = read(KEY_FILES.offered)
      if (line === null || fingerprintOf(line) !== fingerprint) return false
      write(KEY_FILES.known, `${line}\n`)
      return true
    },
  }
}
export type SshKeys = ReturnType<typeof sshKeys>
