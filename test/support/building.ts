import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { demoSite, type LinePlace, linesAt } from '../../gateway/demo/site.ts'
import { withPlace } from '../../gateway/demo/withplace.ts'
import { node24, root } from './fresh.ts'

export interface Building {
  readonly pid: number
  readonly lines: Readonly<Record<string, LinePlace>>
  readonly control: number
  /** What stands in the site.json of this building; `without` leaves equipment out. */
  site(without?: readonly string[]): ReturnType<typeof demoSite>
  /** `pump/trip` and the like, as `npm run sim` sends them. */
  act(action: string, body?: object): Promise<void>
  stop(): void
}

/**
 * The demo building as a process of its own that outlives any gateway.
 * @param parts default: the four devices of the desk, which start quickly and cost little
 */
export async function startBuilding(
  parts: readonly string[] = ['desk'],
  more: readonly string[] = [],
): Promise<Building> {
  const args = ['--parts', parts.join(','), '--tethered', ...more]
  const child = spawn(node24, [join(root, 'firmware-sim', 'site.ts'), ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve)
    child.once('exit', code => reject(new Error(`firmware-sim ended with ${code}`)))
  })
  const told = JSON.parse(line) as { lines: Record<string, LinePlace>; control: number }
  // The pty goes with the process; the socket behind it is the same line.
  const lines = Object.fromEntries(Object.entries(told.lines).map(([id, place]) => [id, { ...place, pty: null }]))
  return {
    pid: child.pid!,
    lines,
    control: told.control,
    site(without = []) {
      const site = parts.includes('all') ? demoSite(linesAt(lines)) : demoSite(linesAt(lines), parts)
      const equipment = site.equipment.filter(e => !without.includes(e.id))
      const used = new Set(equipment.map(e => e.channel))
      return withPlace({ ...site, equipment, channels: site.channels.filter(c => used.has(c.id)) })
    },
    async act(action, body = {}) {
      const response = await fetch(`http://127.0.0.1:${told.control}/${action}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      if (!response.ok) throw new Error(`${action}: ${response.status} ${await response.text()}`)
      await response.arrayBuffer()
    },
    stop: () => void child.kill('SIGTERM'),
  }
}
