import { readdirSync, readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'

/** A serial device of this machine. */
export interface SerialPortFound {
  /** What to write into the site: the name that stays the same when adapters are plugged in another order, where there is one. */
  readonly path: string
  /** As the kernel calls it now. */
  readonly device: string
  /** The adapter's own name. Null: the kernel has none. */
  readonly name: string | null
  readonly access: PortAccess
}
/** `forbidden`: this process may not open it; who is in `group` may. */
export interface PortAccess {
  readonly may: boolean
  readonly group: string
}
/** On whose behalf a port is opened. */
export interface Who {
  readonly uid: number
  readonly groups: readonly number[]
}
interface Owned {
  readonly mode: number
  readonly uid: number
  readonly gid: number
}

/** Adapters and boards: USB, CDC, and the UARTs of small computers. Others are typed. */
const PORT = /^tty(USB|ACM|AMA|SC|XRUSB|mxc|O)\d+$/

export const whoami = (): Who => ({ uid: process.getuid?.() ?? 0, groups: process.getgroups?.() ?? [] })

/** Whether somebody may read and write it, by the bits of its mode as the kernel weighs them. */
export function mayOpen({ mode, uid, gid }: Owned, who: Who): boolean {
  if (who.uid === 0) return true
  const shift = uid === who.uid ? 6 : who.groups.includes(gid) ? 3 : 0
  return ((mode >> shift) & 6) === 6
}

/** The name of a group; its number where the machine has no name for it. */
export function groupName(gid: number, file = '/etc/group'): string {
  try {
    const line = readFileSync(file, 'utf8')
      .split('\n')
      .find(one => one.split(':')[2] === String(gid))
    return line?.split(':')[0] || String(gid)
  } catch {
    return String(gid)
  }
}

/** Serial ports that are plugged in now. Opens none. */
export function serialPorts(dev = '/dev', who: Who = whoami()): SerialPortFound[] {
  const names = new Map<string, string>()
  for (const name of namesIn(join(dev, 'serial', 'by-id')))
    try {
      names.set(realpathSync(join(dev, 'serial', 'by-id', name)), name)
    } catch {
      // pulled out at this moment
    }
  return namesIn(dev)
    .filter(name => PORT.test(name))
    .sort(new Intl.Collator('en', { numeric: true }).compare)
    .flatMap(short => {
      const device = join(dev, short)
      try {
        const owned = statSync(device)
        const name = names.get(device) ?? null
        const access = { may: mayOpen(owned, who), group: groupName(owned.gid) }
        return [{ path: name === null ? device : join(dev, 'serial', 'by-id', name), device, name, access }]
      } catch {
        return []
      }
    })
}

const namesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/**
 * The other program that has a device open, as far as this process may look: its name and number, or null.
 * @param path real path of the device
 */
export function holderOf(path: string, proc = '/proc'): string | null {
  for (const pid of namesIn(proc)) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue
    for (const fd of namesIn(join(proc, pid, 'fd')))
      try {
        if (readlinkSync(join(proc, pid, 'fd', fd)) !== path) continue
        return `${readFileSync(join(proc, pid, 'comm'), 'utf8').trim()} (${basename(pid)})`
      } catch {
        // ended meanwhile, or not ours to look at
      }
  }
  return null
}
