import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { WebSocket } from 'ws'
import { apiOf, signIn } from '../../support/api.ts'
import { gatewayFlags, node24, root, startProcess } from '../../support/fresh.ts'
import { both, head } from '../../support/sites.ts'
import { until } from '../../support/wait.ts'
import { type Evenness, evennessOf, type Span } from './even.ts'

const PASSWORD = 'fuzzed a hundred thousand times'
/** How often the good device is asked. */
export const SCAN_MS = 100
const flags = gatewayFlags()
export const peers = ['tcp', 'rtu', 'text', 'opcua'] as const
export type PeerName = (typeof peers)[number]
/** What a peer does with a connection; it is told of each piece that comes in. */
export type Manner = (socket: Socket, piece: Buffer | null) => void

export type Bed = Awaited<ReturnType<typeof startBed>>

/**
 * The real gateway as a process of its own, with one good device that it polls ten times a second, peers whose manners
 * are ours to choose, a broker, an OPC UA server and its pages.
 */
export async function startBed() {
  const data = mkdtempSync(join(tmpdir(), 'gatehouse-fuzz-'))
  const worker = new Worker(new URL('./calm.ts', import.meta.url))
  const told = <T>() => new Promise<T>(resolve => worker.once('message', resolve))
  const { port: calmPort } = await told<{ port: number }>()

  const manners = new Map<PeerName, Manner>()
  const sockets = new Set<Socket>()
  const servers = await Promise.all(
    peers.map(async name => {
      const server = createServer({ noDelay: true }, socket => {
        sockets.add(socket)
        socket.on('error', () => {})
        socket.on('close', () => sockets.delete(socket))
        socket.on('data', piece => manners.get(name)?.(socket, piece))
        manners.get(name)?.(socket, null)
      })
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
      return { name, server, port: (server.address() as { port: number }).port }
    }),
  )
  const portOf = Object.fromEntries(servers.map(({ name, port }) => [name, port])) as Record<PeerName, number>
  const host = '127.0.0.1'
  const point = { key: 'a', table: 'holding', address: 5, scanMs: SCAN_MS }
  const item = (id: string, channel: string, points: object[], unit?: number) => ({
    ...{ id, kind: 'pump', name: both(id), space: 'b1', channel, points },
    ...(unit !== undefined && { unit }),
  })
  const site = {
    ...head,
    channels: [
      { id: 'calm', protocol: 'modbus-tcp', host, port: calmPort, timeoutMs: 1000 },
      { id: 'tcp', protocol: 'modbus-tcp', host, port: portOf.tcp, timeoutMs: 60 },
      { id: 'rtu', protocol: 'modbus-rtu-over-tcp', host, port: portOf.rtu, timeoutMs: 60 },
      { id: 'opcua', protocol: 'opcua', endpoint: `opc.tcp://${host}:${portOf.opcua}` },
      {
        ...{ id: 'text', protocol: 'text-tcp', host, port: portOf.text },
        grammar: { lines: [{ match: '^(?<event>FIRE|RESET) (?<place>.+)$' }] },
      },
    ],
    equipment: [
      item('calm-1', 'calm', [point], 1),
      item('tcp-1', 'tcp', [point], 1),
      item('rtu-1', 'rtu', [point], 1),
      item('text-1', 'text', [{ key: 'fire', on: ['FIRE'], clear: ['RESET'] }]),
      item('opcua-1', 'opcua', [{ key: 'a', node: 'ns=1;s=a', kind: 'number' }]),
    ],
    rules: [],
    opcuaServer: { port: 0, security: ['None'], anonymous: true },
  }
  writeFileSync(join(data, 'site.json'), JSON.stringify(site))
  const gateway = await startProcess(node24, [...flags, '--inspect=127.0.0.1:0', 'gateway/main.ts'], {
    ...{ cwd: root, data, limitMs: 60_000 },
    env: { MALLOC_ARENA_MAX: '1', GATEHOUSE_ADMIN_PASSWORD: PASSWORD, GATEHOUSE_OUTGOING: '127.0.0.0/8' },
  })
  const url = `http://${gateway.run.http}`
  const made = await (await signIn(url, 'admin', PASSWORD)).post('/api/v1/tokens', { name: 'fuzz' })
  /** By token, which no fuzzed route signs out and no hour ends. */
  const token = String(made.body.secret ?? made.body.token)
  const admin = apiOf(url, { authorization: `Bearer ${token}` })
  let ended = false
  void gateway.exited.then(() => {
    ended = true
  })
  let inspector: Promise<WebSocket> | undefined
  let asked = 0
  /** From when to when it stood still because it was measured: what was late then is no fault of its own. */
  const stops: Span[] = []
  const clock = () => performance.timeOrigin + performance.now()
  let lookedFrom = clock()
  /** Asks the process itself, by the debugger that it was started with. */
  async function settledIn(output: string): Promise<number> {
    const [url] = /ws:\/\/127\.0\.0\.1:\d+\/[\w-]+/.exec(output)!
    inspector ??= new Promise((resolve, reject) => {
      const socket = new WebSocket(url)
      socket.once('open', () => resolve(socket)).once('error', reject)
    })
    const socket = await inspector
    const ask = (method: string, params: object = {}) =>
      new Promise<{ result?: { value?: number } }>(resolve => {
        const id = ++asked
        const hear = (data: Buffer) => {
          const said = JSON.parse(String(data)) as { id?: number; result: { result?: { value?: number } } }
          if (said.id !== id) return
          socket.off('message', hear)
          resolve(said.result)
        }
        socket.on('message', hear)
        socket.send(JSON.stringify({ id, method, params }))
      })
    const from = clock()
    await ask('HeapProfiler.collectGarbage')
    stops.push([from, clock()])
    const expression = '(({ heapUsed, external }) => heapUsed + external)(process.memoryUsage())'
    return (await ask('Runtime.evaluate', { expression })).result!.value! / 1e6
  }
  const read = () => JSON.parse(readFileSync(join(data, 'run.json'), 'utf8')) as { opcua: string | null; pid: number }

  return {
    ...{ admin, url, data, portOf, manners },
    pid: gateway.pid,
    http: gateway.run.http,
    mqtt: gateway.run.mqtt,
    /** `host:port` of its OPC UA server. */
    opcua: () => until('the OPC UA server listens', () => read().opcua),
    token,
    /** Null: the process that was started is still the one that answers; else what became of it. */
    async trouble(): Promise<string | null> {
      if (ended) return `the gateway ended:\n${gateway.output().slice(-1500)}`
      if (read().pid !== gateway.pid) return 'another process answers'
      const healthy = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(10_000) }).then(
        r => r.ok,
        () => false,
      )
      return healthy ? null : 'the gateway does not answer'
    },
    output: gateway.output,
    /** What it logged that is a fault of the program's own. */
    complaints: () =>
      gateway
        .output()
        .split('\n')
        .filter(line => /"level":(50|60)|uncaught|unhandled|RangeError|TypeError/i.test(line)),
    /** In use after a collection that is forced from outside; of the main thread. */
    settledMb: () => settledIn(gateway.output()),
    /** Why processes that speak OPC UA ended; each was replaced, but its clients lost their sessions. */
    ended: () =>
      [...gateway.output().matchAll(/"why":"([^"]*)".{0,1500}opcua worker ended/g)].map(m => m[0].slice(0, 300)),
    rssMb: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${gateway.pid}/status`, 'utf8'))![1]) / 1000,
    /** How evenly the good device was asked since this was called last. */
    async evenness(): Promise<Evenness> {
      const answer = told<{ times: number[] }>()
      worker.postMessage('since')
      const { times } = await answer
      const looked = [lookedFrom, clock()] as const
      lookedFrom = looked[1]
      return evennessOf(times, looked, stops, SCAN_MS)
    },
    sample: async (id: string) => {
      const { body } = await admin.get(`/api/v1/points/${id}`)
      return (body.sample ?? body) as { value: unknown; quality: string; reason?: string }
    },
    cutPeers() {
      for (const socket of sockets) socket.destroy()
    },
    async stop() {
      void inspector?.then(socket => socket.terminate())
      await gateway.end('SIGTERM')
      for (const socket of sockets) socket.destroy()
      await Promise.all(servers.map(({ server }) => new Promise(resolve => server.close(resolve))))
      await worker.terminate()
      rmSync(data, { recursive: true, force: true })
    },
  }
}
