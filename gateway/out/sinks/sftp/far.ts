import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { extname, join } from 'node:path'
import type { Clock } from '../../../core/clock.ts'
import type { Why } from '../../reader/row.ts'
import { HOST, KEY_FILES, type SshKeys } from './keys.ts'
import { Ended, openSession, type Session } from './session.ts'
import type { FarFolder } from './ship.ts'
import { whyNot } from './words.ts'

export interface SftpFolderOptions {
  readonly host: string
  readonly port: number
  readonly username: string
  /** Over there; `.` is where a sign-in begins. */
  readonly folder: string
  /** Where the files lie here. */
  readonly local: string
  readonly keys: SshKeys
  /** Of this output of this gateway alone: in the name of what is under way. */
  readonly token: string
  readonly comment: string
  readonly password?: string | undefined
  readonly clock: Pick<Clock, 'after'>
  /** How long a step may take, and how slow a line may be. */
  readonly patience?: { readonly stepMs: number; readonly bytesPerS: number }
}
const PATIENCE = { stepMs: 60_000, bytesPerS: 8192 }
const CONNECT_S = 15

/** In quotes of sftp's own: no pattern is looked for in it. The schema allows no control characters. */
const quoted = (path: string): string => `"${path.replace(/["\\]/g, '\\$&')}"`
/** A line of `ls -ln`: size and name. */
const LISTED = /^\S{10}\S?\s+\S+\s+\S+\s+\S+\s+(\d+)\s+\S+\s+\S+\s+\S+\s+(\S+)$/gm

/**
 * A folder at a host that speaks SFTP, by OpenSSH's own program. A file is written under a name that begins with a dot, its size
 * is looked up, and it is renamed by the way that never takes the place of another (link, then unlink).
 */
export function sftpFolder(options: SftpFolderOptions): FarFolder {
  const { host, port, username, folder, local, keys, token, password, clock } = options
  const { stepMs, bytesPerS } = options.patience ?? PATIENCE

  function open(): Session {
    const authentications = password === undefined ? 'publickey' : 'publickey,password,keyboard-interactive'
    const settings = [
      // Before -b, which would forbid the password.
      ...['BatchMode=no', 'LogLevel=ERROR', `HostKeyAlias=${HOST}`, `UserKnownHostsFile=${KEY_FILES.known}`],
      ...['GlobalKnownHostsFile=/dev/null', 'StrictHostKeyChecking=yes', 'UpdateHostKeys=no', 'CheckHostIP=no'],
      ...['IdentitiesOnly=yes', 'IdentityAgent=none', `PreferredAuthentications=${authentications}`],
      ...['NumberOfPasswordPrompts=1', `ConnectTimeout=${CONNECT_S}`, 'ServerAliveInterval=10'],
      ...['ServerAliveCountMax=3', 'ControlPath=none', 'PermitLocalCommand=no', 'ClearAllForwardings=yes'],
    ]
    if (password !== undefined) keys.askpass()
    const { PATH, HOME } = process.env
    const env = {
      ...{ PATH, HOME, LC_ALL: 'C' },
      ...(password !== undefined && {
        ...{ SSH_ASKPASS: join(keys.folder, KEY_FILES.askpass), SSH_ASKPASS_REQUIRE: 'force' },
        SFTP_PASSWORD: password,
      }),
    }
    const args = [
      ...['-F', 'none', ...settings.map(one => `-o${one}`), '-i', KEY_FILES.own],
      ...['-P', String(port), '-b', '-', '--', `${username}@${host.includes(':') ? `[${host}]` : host}`],
    ]
    return openSession(args, { cwd: keys.folder, env, clock })
  }

  return {
    async put(files, done, signal): Promise<Why | null> {
      let session: Session | null = null
      const cut = () => session?.kill({ code: 'other', detail: 'stopped' })
      signal.addEventListener('abort', cut, { once: true })
      try {
        await keys.own(options.comment)
        if (!existsSync(join(keys.folder, KEY_FILES.known))) {
          const print = await keys.look(host, port, signal)
          return print === null
            ? { code: 'unreachable', detail: `${host}:${port}` }
            : { code: 'host-key-unknown', detail: print }
        }
        session = open()
        await putAll(session, files, done, signal)
        return null
      } catch (error) {
        const why = error instanceof Ended ? error.why : whyNot(error)
        // Who is it, then? For a person to compare.
        if (why.code === 'host-key-changed' && !signal.aborted) await keys.look(host, port, signal).catch(() => null)
        return why
      } finally {
        await session?.end()
        signal.removeEventListener('abort', cut)
      }
    },
  }

  async function putAll(
    session: Session,
    files: Parameters<FarFolder['put']>[0],
    done: (name: string) => void,
    signal: AbortSignal,
  ) {
    await session.ask(`lcd ${quoted(local)}\ncd ${quoted(folder)}`, stepMs + 3 * CONNECT_S * 1000)
    const list = async (pattern: string) =>
      new Map([...(await session.ask(`-ls -lan ${pattern}`, stepMs)).matchAll(LISTED)].map(m => [m[2]!, Number(m[1])]))
    // Left by one of us that was cut off. Only ours: the token is of this output alone.
    for (const name of (await list(`.*.${token}-*.part`)).keys()) await session.ask(`-rm ${name}`, stepMs)
    for (const file of files) {
      if (signal.aborted) return
      const name = await freeName(file, list)
      if (name !== null) {
        const pending = `.${name}.${token}-${randomBytes(4).toString('hex')}.part`
        // -f: on the disk over there before it is answered, where the server can.
        await session.ask(`put -f ${file.local} ${pending}`, stepMs + (file.bytes / bytesPerS) * 1000)
        const size = (await list(pending)).get(pending)
        if (size !== file.bytes)
          throw new Ended({ code: 'far-full', detail: `${size ?? 0} of ${file.bytes} bytes arrived` })
        await session.ask(`rename -l ${pending} ${name}`, stepMs)
      }
      done(file.local)
    }
  }
}

/** @returns null: it is there already. Another one by this name stays as it is. */
async function freeName(
  { name, bytes, only = false }: Parameters<FarFolder['put']>[0][number],
  list: (pattern: string) => Promise<ReadonlyMap<string, number>>,
): Promise<string | null> {
  const ending = extname(name)
  const stem = name.slice(0, -ending.length)
  const there = await list(only ? name : `${stem}*${ending}`)
  for (let i = 1; ; i++) {
    const one = i === 1 ? name : `${stem}-${i}${ending}`
    const size = there.get(one)
    if (size === undefined) return one
    if (size === bytes) return null
    if (only) throw new Ended({ code: 'name-taken', detail: name })
  }
}
