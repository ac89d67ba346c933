import { realpathSync, statSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { openSerial, openTcp } from './line.ts'
import { groupName, holderOf, mayOpen, serialPorts, type Who, whoami } from './serialports.ts'

/** Why there is no connection on a line, as a person can mend it. Screens have the words. */
export const lineTroubles = [
  'port-missing',
  'port-forbidden',
  'port-busy',
  'port-fault',
  'host-unknown',
  'host-refused',
  'host-unreachable',
  'host-silent',
  'host-hangs-up',
] as const
export interface LineTrouble {
  readonly code: (typeof lineTroubles)[number]
  /** Group that may open it, other program, ports that there are, or the system's own words. */
  readonly detail: string | null
}
export type PlainLine =
  | { readonly protocol: 'modbus-tcp' | 'modbus-rtu-over-tcp'; readonly host: string; readonly port: number }
  | { readonly protocol: 'modbus-rtu'; readonly path: string }

const CONNECT_MS = 2000
/** Whoever hangs up so soon has somebody else on the line, or does not want us. */
const HANGS_UP_MS = 300

/** Tries the line once and says what is wrong with it. Null: it can be opened. Sends nothing. */
export const lineTrouble = (line: PlainLine, who: Who = whoami(), dev = '/dev'): Promise<LineTrouble | null> =>
  line.protocol === 'modbus-rtu' ? portTrouble(line.path, who, dev) : hostTrouble(line.host, line.port)

async function portTrouble(path: string, who: Who, dev: string): Promise<LineTrouble | null> {
  let real: string
  try {
    real = realpathSync(path)
    const owned = statSync(real)
    if (!mayOpen(owned, who)) return { code: 'port-forbidden', detail: groupName(owned.gid) }
  } catch {
    const there = serialPorts(dev, who).map(port => port.path)
    return { code: 'port-missing', detail: there.length === 0 ? null : there.join(', ') }
  }
  try {
    const stream = await openSerial({ path, baudRate: 9600, parity: 'none', stopBits: 1, dataBits: 8 })({
      data: () => {},
      end: () => {},
    })
    await stream.close()
    return null
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    if (/EACCES|permission denied/i.test(why)) return { code: 'port-forbidden', detail: groupName(statSync(real).gid) }
    if (/lock|busy|temporarily unavailable/i.test(why)) return { code: 'port-busy', detail: holderOf(real) }
    return { code: 'port-fault', detail: why }
  }
}

async function hostTrouble(host: string, port: number): Promise<LineTrouble | null> {
  let ended = false
  try {
    const stream = await openTcp(
      host,
      port,
      CONNECT_MS,
    )({
      data: () => {},
      end: () => {
        ended = true
      },
    })
    await pause(HANGS_UP_MS)
    const hungUp = ended
    await stream.close()
    return hungUp ? { code: 'host-hangs-up', detail: null } : null
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return { code: 'host-unknown', detail: host }
    if (code === 'ECONNREFUSED') return { code: 'host-refused', detail: null }
    if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH') return { code: 'host-unreachable', detail: null }
    if (code === 'ECONNRESET') return { code: 'host-hangs-up', detail: null }
    return { code: 'host-silent', detail: code === undefined ? null : message }
  }
}
