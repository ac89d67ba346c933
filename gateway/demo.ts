import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { writeDemoPlans } from './demo/plans.ts'
import { demoSite, type Ports } from './demosite.ts'
import { writeDurably } from './sitefile.ts'

const READY_MS = 30_000
const LONGEST_END_MS = 1500
const TRIES = 5

/**
 * The demo building: firmware-sim as a process of its own, tied to this one, speaking the real protocols.
 * It writes a site.json for it when there is none. A data folder that did not begin as the demo is left alone.
 * @returns how to end it, or null when this is not a demo
 */
export async function startDemo(data: string, say: (line: string) => void): Promise<{ stop(): Promise<void> } | null> {
  const sitePath = join(data, 'site.json')
  const demoPath = join(data, 'demo.json')
  const first = !existsSync(sitePath) && !existsSync(join(data, 'site.last-good.json'))
  if (!first && !existsSync(demoPath)) return null
  const had = first ? null : (JSON.parse(readFileSync(demoPath, 'utf8')) as Ports)
  let ports = had
  let child: ChildProcess | undefined
  let stopping = false

  /** One attempt; a building that ends by itself afterwards is started again on the same ports. */
  async function begin() {
    const started = await spawnSite(data, ports)
    child = started.child
    ports = started.ports
    started.child.once('exit', () => {
      if (stopping) return
      say('The demo building has ended; starting it again. 演示楼已退出，正在重新启动。')
      void keepTrying()
    })
  }
  async function keepTrying() {
    for (let n = 1; n <= TRIES && !stopping; n++) {
      try {
        return await begin()
      } catch (error) {
        // After a kill -9 the old building takes a moment to notice and to free its ports.
        if (n === TRIES) say(`The demo building did not start (演示楼未能启动): ${(error as Error).message}`)
        else await new Promise(resolve => setTimeout(resolve, 500))
      }
    }
  }
  await keepTrying()
  if (!ports) return null
  writeDurably(demoPath, `${JSON.stringify(ports)}\n`)
  if (first) writeDemoPlans(data)
  if (first) writeDurably(sitePath, `${JSON.stringify(demoSite(ports), null, 2)}\n`)
  say('Demo building 演示楼: a pump trips after 40 s. 40 秒后一台水泵跳闸。 More 更多: npm run sim')
  return {
    stop() {
      stopping = true
      const mine = child
      if (!mine || mine.exitCode !== null || mine.signalCode !== null) return Promise.resolve()
      return new Promise(resolve => {
        const kill = setTimeout(() => mine.kill('SIGKILL'), LONGEST_END_MS)
        mine.once('exit', () => {
          clearTimeout(kill)
          resolve()
        })
        mine.kill('SIGTERM')
      })
    },
  }
}

async function spawnSite(data: string, ports: Ports | null): Promise<{ child: ChildProcess; ports: Ports }> {
  const script = join(import.meta.dirname, '..', 'firmware-sim', 'site.ts')
  const args = [
    ...['--meter-port', String(ports?.meter ?? 0), '--pump-port', String(ports?.pump ?? 0)],
    ...['--room-port', String(ports?.room ?? 0), '--lift-port', String(ports?.lift ?? 0)],
    ...[
      '--control-port',
      String(ports?.control ?? 0),
      '--pty',
      join(data, 'demo-bus'),
      '--pki-folder',
      join(data, 'demo-pki'),
      '--demo',
      '--tethered',
    ],
  ]
  const child = spawn(process.execPath, [script, ...args], { stdio: ['pipe', 'pipe', 'pipe'] })
  const words: string[] = []
  createInterface({ input: child.stderr! }).on('line', line => words.push(line))
  const ready = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('it was not ready in time')), READY_MS)
    child.once('error', reject)
    child.once('exit', code => reject(new Error(words.at(-1) ?? `it ended with code ${code}`)))
    createInterface({ input: child.stdout! }).once('line', line => {
      clearTimeout(timer)
      resolve(line)
    })
  }).catch(error => {
    child.kill('SIGKILL')
    throw error
  })
  const told = JSON.parse(ready) as {
    meter: number
    pump: number
    room: { port: number; pty: string | null }
    lift: string
    control: number
  }
  const lift = Number(new URL(told.lift.replace('opc.tcp', 'http')).port)
  return {
    child,
    ports: {
      meter: told.meter,
      pump: told.pump,
      room: told.room.port,
      pty: told.room.pty,
      lift,
      control: told.control,
    },
  }
}
