import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gatewayFlags } from '../support/fresh.ts'
import { connectPacket, packet, subscribePacket } from '../support/mqtt.ts'
import type { Ask, Done } from './brokerchild.ts'
import { cpuMs, freePort } from './process.ts'
import type { Bench } from './run.ts'

const PUBLISHERS = 100
/** Messages a second of all publishers together, and bytes of each: what both brokers carry without falling behind. */
const OFFERED = 10_000
const PER_POINT = 100_000
const BYTES = 100
const EVERY_MS = 10

/** The broker inside: messages from the gateway itself, a topic for each point, and over TCP beside mosquitto. */
export const broker: Bench = async (quick, say) => {
  const rounds = quick ? 1 : 3
  const seconds = quick ? 6 : 15
  const version = mosquittoVersion()
  if (version === null) say('mosquitto is not installed, so there is no comparison')
  const seen: Record<string, number[]> = {}
  const note = (key: string, value: number) => {
    seen[key] = [...(seen[key] ?? []), value]
  }
  for (let round = 1; round <= rounds; round++) {
    const ours = await startOurs()
    const reader = await counter(ours.port)
    await ours.do({ what: 'closed-loop', seconds: 2, offered: 0 })
    let before = reader.messages()
    const inproc = await ours.do({ what: 'closed-loop', seconds, offered: 0 })
    note('inproc_msg_s', (reader.messages() - before) / inproc.seconds)
    before = reader.messages()
    const points = await ours.do({ what: 'per-point', seconds, offered: PER_POINT })
    note('per_point_sustained_msg_s', (reader.messages() - before) / points.seconds)
    note('per_point_100k_offered_rss_mb', points.mostRssMb)
    note('per_point_coalesced_share', points.coalesced / (points.coalesced + points.published))
    reader.end()
    const mine = await carry(ours.port, ours.pid, seconds)
    ours.stop()
    note('tcp_us_per_msg', mine.usPerMessage)
    note('tcp_lost', mine.lost)
    say(
      `round ${round} of ${rounds}: ${JSON.stringify(Object.fromEntries(Object.entries(seen).map(([k, v]) => [k, v.at(-1)])))}`,
    )
    if (version === null) continue
    const rival = await startMosquitto()
    const theirs = await carry(rival.port, rival.pid, seconds)
    rival.stop()
    note('mosquitto_us_per_msg', theirs.usPerMessage)
    note('tcp_cpu_vs_mosquitto', mine.usPerMessage / theirs.usPerMessage)
    say(`mosquitto: ${JSON.stringify(theirs)}`)
  }
  const { tcp_cpu_vs_mosquitto: ratio, ...figures } = Object.fromEntries(
    Object.entries(seen).map(([key, values]) => [key, median(values)]),
  )
  return {
    figures: figures as Record<string, number>,
    ratios: ratio === undefined ? {} : { tcp_cpu_vs_mosquitto: ratio },
    against: version === null ? {} : { mosquitto: version },
    targets: { per_point_100k_offered_rss_mb: 300 },
    floors: { per_point_sustained_msg_s: 50_000 },
  }
}

interface Running {
  readonly port: number
  readonly pid: number
  stop(): void
}
async function startOurs(): Promise<Running & { do(ask: Ask): Promise<Done> }> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'))
  const child = spawn(process.execPath, [...gatewayFlags(), join(import.meta.dirname, 'brokerchild.ts'), folder], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, MALLOC_ARENA_MAX: '1' },
  })
  const told = <T>() =>
    new Promise<T>((resolve, reject) => {
      child.once('message', answer => resolve(answer as T))
      child.once('exit', code => reject(new Error(`the broker ended with ${code}`)))
    })
  const { port } = await told<{ port: number }>()
  return {
    ...{ port, pid: child.pid! },
    do(ask) {
      const answer = told<Done>()
      child.send(ask)
      return answer
    },
    stop() {
      child.removeAllListeners('exit')
      child.kill('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
async function startMosquitto(): Promise<Running> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'))
  const port = await freePort()
  const conf = [`listener ${port} 127.0.0.1`, 'allow_anonymous true', 'log_type error', 'set_tcp_nodelay true']
  writeFileSync(join(folder, 'mosquitto.conf'), `${conf.join('\n')}\n`)
  const child: ChildProcess = spawn('mosquitto', ['-c', join(folder, 'mosquitto.conf')], { stdio: 'ignore' })
  for (let tries = 0; ; tries++) {
    const up = await new Promise<boolean>(resolve => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false))
      socket.on('connect', () => socket.destroy())
    })
    if (up) break
    if (tries === 200) throw new Error('mosquitto does not listen')
    await pause(25)
  }
  return {
    ...{ port, pid: child.pid! },
    stop() {
      child.kill('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function client(port: number, id: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').setNoDelay(true)
  socket.on('error', () => {})
  socket.write(connectPacket(id, 'bench', 'x'))
  // CONNACK [MQTT 3.1.1, 3.2]
  const answer = await new Promise<Buffer>(resolve => socket.once('data', resolve))
  if (answer[0] !== 0x20 || answer[3] !== 0) throw new Error(`refused: ${answer.toString('hex')}`)
  return socket
}
/** A subscriber to everything that only counts packets, so that it never is what is slow. */
async function counter(port: number) {
  const socket = await client(port, 'counter')
  let messages = 0
  let skip = 0
  let shift = 0
  let length = 0
  let inHeader = false
  let publish = false
  socket.on('data', (chunk: Buffer) => {
    for (let i = 0; i < chunk.length; ) {
      if (skip > 0) {
        const step = Math.min(skip, chunk.length - i)
        skip -= step
        i += step
      } else if (!inHeader) {
        publish = chunk[i++]! >> 4 === 3
        inHeader = true
        shift = 0
        length = 0
      } else {
        const byte = chunk[i++]!
        length |= (byte & 127) << shift
        shift += 7
        if (byte < 128) {
          inHeader = false
          skip = length
          if (publish) messages++
        }
      }
    }
  })
  socket.write(subscribePacket('#'))
  await pause(200)
  return { messages: () => messages, end: () => socket.destroy() }
}
/** 100 publishers at a fixed rate to one subscriber; processor time of the broker for each message. */
async function carry(port: number, pid: number, seconds: number) {
  const reader = await counter(port)
  const publishers = await Promise.all(Array.from({ length: PUBLISHERS }, (_, i) => client(port, `p${i}`)))
  const one = publishers.map((_, i) => {
    const topic = Buffer.from(`bench/${i}`)
    return packet(0x30, Buffer.concat([Buffer.from([0, topic.length]), topic, Buffer.alloc(BYTES, 'x')]))
  })
  let sent = 0
  const run = async (forMs: number) => {
    const began = performance.now()
    const first = sent
    for (let at = began; at < began + forMs; at = performance.now()) {
      const due = first + ((at - began) / 1000) * OFFERED
      while (sent < due) {
        const i = sent++ % PUBLISHERS
        publishers[i]!.write(one[i]!)
      }
      await pause(EVERY_MS)
    }
  }
  await run(2000)
  await pause(300)
  const [before, heard, was] = [cpuMs(pid), reader.messages(), sent]
  await run(seconds * 1000)
  await pause(500)
  const cpu = cpuMs(pid) - before
  const got = reader.messages() - heard
  for (const socket of publishers) socket.destroy()
  reader.end()
  return { usPerMessage: (cpu * 1000) / got, lost: sent - was - got }
}

/** It says so above its help. */
const mosquittoVersion = (): string | null =>
  /mosquitto version (\S+)/.exec(spawnSync('mosquitto', ['-h'], { encoding: 'utf8' }).stdout ?? '')?.[1] ?? null
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!
const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))
