import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { withPlace } from '../../gateway/demo/withplace.ts'
import { demoSite, type Ports } from '../../gateway/demosite.ts'
import { node24, root } from './fresh.ts'

export interface Building {
  readonly ports: Ports
  /** What stands in the site.json of this building; `without` leaves equipment out. */
  site(without?: readonly string[]): ReturnType<typeof demoSite>
  /** `pump/trip` and the like, as `npm run sim` sends them. */
  act(action: string, body?: object): Promise<void>
  stop(): void
}

/** The demo building as a process of its own that outlives any gateway. */
export async function startBuilding(): Promise<Building> {
  const zero = ['--meter-port', '0', '--pump-port', '0', '--room-port', '0', '--lift-port', '0', '--control-port', '0']
  const child = spawn(node24, [join(root, 'firmware-sim', 'site.ts'), ...zero, '--tethered'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve)
    child.once('exit', code => reject(new Error(`firmware-sim ended with ${code}`)))
  })
  const told = JSON.parse(line) as {
    meter: number
    pump: number
    room: { port: number; pty: string | null }
    lift: string
    control: number
  }
  const ports: Ports = {
    meter: told.meter,
    pump: told.pump,
    room: told.room.port,
    // The pty goes with the process; the socket behind it is the same line.
    pty: null,
    lift: Number(new URL(told.lift.replace('opc.tcp', 'http')).port),
    control: told.control,
  }
  return {
    ports,
    site(without = []) {
      const site = demoSite(ports)
      const equipment = site.equipment.filter(e => !without.includes(e.id))
      const used = new Set(equipment.map(e => e.channel))
      return withPlace({ ...site, equipment, channels: site.channels.filter(c => used.has(c.id)) })
    },
    async act(action, body = {}) {
      const response = await fetch(`http://127.0.0.1:${ports.control}/${action}`, {
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
