import { readdirSync, readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs'

/** Reads /proc; what this user may not see is left out. */
const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
const names = (folder: string): string[] => {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** The processes that have a file or socket open, by what their descriptors lead to, such as `socket:[4711]`. */
export function holdersOf(target: string): number[] {
  return names('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(pid =>
      names(`/proc/${pid}/fd`).some(fd => {
        try {
          return readlinkSync(`/proc/${pid}/fd/${fd}`) === target
        } catch {
          return false
        }
      }),
    )
    .map(Number)
}
const commandOf = (pid: number): string => read(`/proc/${pid}/comm`).trim() || 'process'

/** `/etc/passwd` and `/etc/group`: the name by the number; the number itself when there is none. */
const named = (file: string, id: number): string =>
  read(file)
    .split('\n')
    .map(line => line.split(':'))
    .find(([, , number]) => number === String(id))?.[0] ?? String(id)
export const userName = (uid: number): string => named('/etc/passwd', uid)
export const groupName = (gid: number): string => named('/etc/group', gid)

const LISTEN = '0A'
/**
 * Who listens on a port, as far as this user can see: the process, else the user it belongs to. null: nobody is seen.
 * [proc(5), /proc/net/tcp]
 */
export function listenerOf(port: number): string | null {
  const hex = port.toString(16).toUpperCase().padStart(4, '0')
  for (const line of `${read('/proc/net/tcp')}\n${read('/proc/net/tcp6')}`.split('\n')) {
    const [, local = '', , state, , , , uid, , inode] = line.trim().split(/\s+/)
    if (state !== LISTEN || !local.endsWith(`:${hex}`)) continue
    const [pid] = holdersOf(`socket:[${inode}]`)
    return pid === undefined ? userName(Number(uid)) : `${commandOf(pid)}, ${pid}`
  }
  return null
}

/** Another process than those given that has a device open, as `name, pid`; null: none that this user can see. */
export function otherHolder(path: string, own: readonly number[]): string | null {
  try {
    const device = realpathSync(path)
    if (!statSync(device).isCharacterDevice()) return null
    const pid = holdersOf(device).find(pid => !own.includes(pid))
    return pid === undefined ? null : `${commandOf(pid)}, ${pid}`
  } catch {
    return null
  }
}
