import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { writeDurably } from '../site/file.ts'
import { demoDoorFile } from './doorlink.ts'
import { writeDemoPlans } from './plans.ts'
import { demoSite, type LinePlace, linesAt } from './site.ts'

const READY_MS = 30_000
const LONGEST_END_MS = 1500
const TRIES = 5

/**
 * demo.json: where the simulated devices listen, so that the demo's site.json stays true at the next start, and when the
 * building was first started: its meters count from there.
 */
interface Ports {
  readonly since: number
  readonly lines: Readonly<Record<string, number>>
  readonly control: number
}
interface Told {
  readonly lines: Readonly<Record<string, LinePlace>>
  readonly control: number
}

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
  let ports = first ? null : portsIn(readFileSync(demoPath, 'utf8'))
  const since = ports?.since ?? Date.now()
  let told: Told | undefined
  let child: ChildProcess | undefined
  let stopping = false

  /** One attempt; a building that ends by itself afterwards is started again on the same ports. */
  async function begin() {
    const started = await spawnSite(data, ports, since)
    child = started.child
    told = started.told
    ports = { since, lines: { ...ports?.lines, ...portsOf(told.lines) }, control: told.control }
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
  if (!ports || !told) return null
  writeDurably(demoPath, `${JSON.stringify(ports)}\n`)
  if (first) writeDemoPlans(data)
  if (first) writeDurably(sitePath, `${JSON.stringify(demoSite(linesAt(told.lines)), null, 2)}\n`)
  say('Demo building 演示楼: a pump trips after 40 s. 40 秒后一台水泵跳闸。')
  say(`  More 更多: http://127.0.0.1:${ports.control}/  npm run sim -- scenarios  npm run sim -- scenario lift-trapped`)
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

const portsOf = (lines: Told['lines']) => Object.fromEntries(Object.entries(lines).map(([id, { port }]) => [id, port]))

/** An unreadable one is as none: the devices then listen elsewhere, and the site.json of before no longer finds them. */
function portsIn(text: string): Ports {
  const { since, lines, control } = JSON.parse(text) as Partial<Ports>
  return { since: since ?? Date.now(), lines: lines ?? {}, control: control ?? 0 }
}

async function spawnSite(
  data: string,
  ports: Ports | null,
  since: number,
): Promise<{ child: ChildProcess; told: Told }> {
  const script = join(import.meta.dirname, '..', '..', 'firmware-sim', 'site.ts')
  const args = [
    ...Object.entries(ports?.lines ?? {}).flatMap(([id, port]) => ['--port', `${id}=${port}`]),
    ...['--control-port', String(ports?.control ?? 0)],
    ...['--pty-prefix', join(data, 'demo-')],
    ...['--pki-folder', join(data, 'demo-pki')],
    ...['--door-link', demoDoorFile(data)],
    ...['--since', String(since), '--demo', '--tethered'],
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
  return { child, told: JSON.parse(ready) as Told }
}
