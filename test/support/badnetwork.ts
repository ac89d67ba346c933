import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { demoSite, type LinePlace, linesAt } from '../../gateway/demo/site.ts'
import { withPlace } from '../../gateway/demo/withplace.ts'
import { offlineRule } from '../../rules/rule.ts'
import { type BadDay, Day, lived } from './badday.ts'
import { node24, root } from './fresh.ts'
import { pause, until } from './wait.ts'

const FIELD = '10.78.2.1'
const GATE = '10.78.1.1'
const BROKER = 1883
/** What a watcher may need to see that nobody answers, ms: three scans of the slowest point, and a busy machine. */
const BAD_WITHIN_MS = 60_000

/** A screen in the field, which comes again when it is cut off; says a line for each message. */
const SCREEN = `
const { WebSocket } = require('ws')
const [url, authorization] = process.argv.slice(1)
let last = Date.now()
let socket
const open = () => {
  socket = new WebSocket(url, { headers: { authorization }, handshakeTimeout: 3000 })
  last = Date.now()
  socket.on('message', () => { last = Date.now(); console.log('heard', last) })
  socket.on('error', () => {})
}
open()
setInterval(() => { if (Date.now() - last > 5000) { socket.terminate(); open() } }, 500)
`

/**
 * The network between the gateway and its devices, the broker outside and a screen is cut without a word to anybody. In the
 * gateway's own namespace. @param router stops to forward @param field has the devices, the broker and the screen
 */
export async function badNetwork(cuts: number, router: string, field: string): Promise<BadDay> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-network-'))
  let devices: ReadonlySet<string> = new Set()
  const children: { kill(signal: NodeJS.Signals): unknown }[] = []
  const there = (command: string, args: readonly string[], cwd = root) => {
    const child = spawn('ip', ['netns', 'exec', field, command, ...args], { cwd, stdio: ['pipe', 'pipe', 'inherit'] })
    children.push(child)
    return child
  }
  const forward = (on: boolean) =>
    execFileSync('ip', ['netns', 'exec', router, 'sh', '-c', `echo ${on ? 1 : 0} >/proc/sys/net/ipv4/ip_forward`])
  const end = () => {
    for (const child of children) child.kill('SIGTERM')
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    forward(true)
    const building = there(node24, ['firmware-sim/site.ts', '--parts', 'desk', '--host', FIELD, '--tethered'])
    const line = await new Promise<string>(resolve => createInterface({ input: building.stdout }).once('line', resolve))
    const { lines } = JSON.parse(line) as { lines: Record<string, LinePlace> }
    const wires = Object.fromEntries(Object.entries(lines).map(([id, place]) => [id, { ...place, pty: null }]))
    const text = JSON.stringify(withPlace(demoSite(linesAt(wires), ['desk']))).replaceAll('127.0.0.1', FIELD)
    const output = { id: 'far', kind: 'mqtt', url: `mqtt://${FIELD}:${BROKER}` }
    writeFileSync(
      join(folder, 'mosquitto.conf'),
      `listener ${BROKER} ${FIELD}\nallow_anonymous true\nmax_queued_messages 0\nuser root\n`,
    )
    there('mosquitto', ['-c', join(folder, 'mosquitto.conf')])
    // It hears in the field itself, over no cable.
    const topics = 'gatehouse/#'
    const heard = new Set<number>()
    const subscriber = there('sh', [
      '-c',
      `until mosquitto_sub -h ${FIELD} -p ${BROKER} -i far-screen -c -q 1 -t '${topics}' -F '%p'; do sleep 0.2; done`,
    ])
    createInterface({ input: subscriber.stdout }).on('line', said => {
      try {
        const { id, v } = JSON.parse(said) as { id?: string; v?: object }
        if (id !== undefined && v !== undefined) heard.add(Number(id.split('-')[1]))
      } catch {
        // Not one of telemetry.
      }
    })
    const env = { GATEHOUSE_HTTP: '0.0.0.0:0', GATEHOUSE_PLAIN_HTTP: 'yes', GATEHOUSE_OUTGOING: '10.78.2.0/24' }
    const w = new Day(`network cut ${cuts} times`, env, { site: { ...JSON.parse(text), outputs: [output] } })
    devices = new Set(
      (JSON.parse(text) as { equipment: { id: string; channel?: string }[] }).equipment
        .filter(e => e.channel !== undefined)
        .map(e => e.id),
    )
    return await lived(w, () => live(w, cuts, heard), end)
  } catch (error) {
    end()
    throw error
  }

  async function live(w: Day, cuts: number, heard: ReadonlySet<number>) {
    await w.start()
    /** What the field says; that a device is not there, or until when it is certified, is no value of it. */
    const goodOnes = async (): Promise<string[]> => {
      const { body } = await w.ask('GET', 'points?limit=10000')
      return body.items
        .filter((p: { id: string; sample: { quality: string } }) => p.sample.quality === 'good')
        .map((p: { id: string }) => p.id)
        .filter((id: string) => devices.has(id.split('/')[0]!) && !/\/(?:online$|certificate\.)/.test(id))
    }
    let still: string[] = []
    const good = async () => {
      still = await goodOnes()
      return still.length
    }
    const newest = () => Math.max(0, ...heard)
    const port = w.http.split(':').at(-1)!
    const screen = there(node24, ['-e', SCREEN, `ws://${GATE}:${port}/api/v1/live`, w.headers.authorization!])
    let shown = 0
    createInterface({ input: screen.stdout }).on('line', () => shown++)
    const screens = () =>
      Number(
        execFileSync('ss', ['-Htn', 'state', 'established', `( sport = :${port} and dst ${FIELD} )`], {
          encoding: 'utf8',
        })
          .split('\n')
          .filter(Boolean).length,
      )
    const all = await until('the field is read', async () => {
      const n = await good()
      await pause(1000)
      return n > 20 && n === (await good()) ? n : false
    })
    await until('the broker and the screen in the field hear', () => heard.size > 10 && shown > 5)
    Object.assign(w.day.notes, { points: all, badAfterMs: 0, backAfterMs: 0 })
    const notes = w.day.notes as Record<string, number>
    const took = (key: string, from: number) => {
      notes[key] = Math.max(notes[key]!, Math.round(performance.now() - from))
    }
    for (let cut = 1; cut <= cuts; cut++) {
      let from = performance.now()
      forward(false)
      await until(
        () => `nothing of the field is good any more, but ${still.slice(0, 10)}`,
        async () => (await good()) === 0,
        BAD_WITHIN_MS,
      )
      took('badAfterMs', from)
      await until('that a device does not answer is an alarm', async () => (await w.alarms()).includes(offlineRule.id))
      await until(
        'that nothing can be sent is an alarm',
        async () => (await w.alarms()).includes('gatehouse.outputs'),
        60_000,
      )
      await until('half-open screens are let go', () => screens() === 0, 60_000)
      for (let i = 0; i < 10; i++) if (!(await w.write())) w.wrong('refused because of the network')
      const [at, seen] = [newest(), shown]
      from = performance.now()
      forward(true)
      await until('all of the field is good again', async () => (await good()) >= all, 60_000)
      await until('the broker gets what it missed, and what is new', () => newest() > at + 10, 60_000)
      await until('the screen is back', () => shown > seen + 5)
      took('backAfterMs', from)
      // Or the next cut would find those of this one.
      for (const rule of ['gatehouse.outputs', offlineRule.id])
        await until(`${rule} ends`, async () => !(await w.alarms()).includes(rule), 120_000)
      console.log(`cut ${cut}: ${heard.size} rows heard`, JSON.stringify(notes))
    }
    await pause(3000)
    const last = newest()
    await w.stop()
    // Rows without a sample have nothing to send.
    const db = new DatabaseSync(join(w.data, 'history.db'), { readOnly: true })
    const empty = new Set(
      db
        .prepare('SELECT seq FROM journal WHERE n = 0')
        .all()
        .map(({ seq }) => Number(seq)),
    )
    db.close()
    const missing: number[] = []
    for (let seq = Math.min(...heard); seq < last; seq++) if (!heard.has(seq) && !empty.has(seq)) missing.push(seq)
    if (missing.length > 0) w.wrong(`${missing.length} rows never came to the broker: ${missing.slice(0, 10)}`)
    notes.heard = heard.size
    await w.start()
    await w.look()
  }
}
