import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { until } from './wait.ts'

/** A port that is free now; for programs that can't take any by themselves and come back on the same one. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(ready => server.listen(0, '127.0.0.1', ready))
  const { port } = server.address() as { port: number }
  await new Promise(done => server.close(done))
  return port
}
export const needed = (file: string) => {
  if (!existsSync(file)) throw new Error(`${file} is missing: run node setup/ensure.mjs --services`)
  return file
}
export function run(command: string, args: readonly string[]) {
  const child: ChildProcess = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout!, child.stderr!])
    stream.on('data', chunk => {
      said = (said + chunk).slice(-20_000)
    })
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()))
  return {
    pid: child.pid!,
    said: () => said,
    gone: () => child.exitCode !== null,
    signal: (name: NodeJS.Signals) => void child.kill(name),
    async kill(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL') {
      child.kill(signal)
      await ended
    },
  }
}
export type Service = ReturnType<typeof run>

/** Debian's InfluxDB 1, on a folder of its own. `more`: lines of its configuration for what it keeps. */
export async function influxd(folder: string, more = '') {
  const file = needed('/usr/bin/influxd')
  const config = join(folder, 'influx.conf')
  const port = await freePort()
  writeFileSync(
    config,
    `reporting-disabled = true
bind-address = "127.0.0.1:0"
[meta]
dir = "${folder}/meta"
[data]
dir = "${folder}/data"
wal-dir = "${folder}/wal"
${more}
[monitor]
store-enabled = false
[http]
bind-address = "127.0.0.1:${port}"
`,
  )
  const url = `http://127.0.0.1:${port}`
  const start = async () => {
    const service = run(file, ['-config', config])
    await until(
      () => `influxd: ${service.said().slice(-500)}`,
      async () => (await fetch(`${url}/ping`).catch(() => null))?.status === 204,
    )
    return service
  }
  const query = async (q: string, method: string) => {
    const response = await fetch(`${url}/query?${new URLSearchParams({ q, db: 'site', epoch: 'ms' })}`, { method })
    const { results = [], error } = (await response.json()) as {
      error?: string
      results?: { series?: { tags?: Record<string, string>; values: unknown[][] }[]; error?: string }[]
    }
    const wrong = error ?? results[0]?.error
    if (wrong) throw new Error(wrong)
    return results[0]?.series ?? []
  }
  return {
    url,
    start,
    ask: async (q: string, method = 'GET') => (await query(q, method))[0]?.values ?? [],
    /** The tags of each series that a query gives. */
    tags: async (q: string) => (await query(q, 'GET')).map(series => series.tags ?? {}),
  }
}

/** Debian's VictoriaMetrics, on a folder of its own. */
export async function victoria(folder: string) {
  const file = needed('/usr/bin/victoria-metrics')
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const start = async () => {
    const service = run(file, [
      ...[`-httpListenAddr=127.0.0.1:${port}`, `-storageDataPath=${folder}/data`, '-memory.allowedBytes=64MB'],
      ...['-retentionPeriod=100y', '-search.latencyOffset=0s', '-search.disableCache'],
    ])
    await until(
      () => `victoria-metrics: ${service.said().slice(-500)}`,
      async () => (await fetch(`${url}/health`).catch(() => null))?.status === 200,
    )
    return service
  }
  /** All raw samples that fit, by their labels. */
  const samples = async (match: string) => {
    // What was just taken is not looked for before it was flushed.
    await fetch(`${url}/internal/force_flush`)
    const text = await (await fetch(`${url}/api/v1/export?${new URLSearchParams({ 'match[]': match })}`)).text()
    return text
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as Series)
  }
  return { url, start, samples }
}
interface Series {
  readonly metric: Readonly<Record<string, string>>
  readonly values: readonly number[]
  /** UTC ms */
  readonly timestamps: readonly number[]
}

/** Debian's mosquitto. `more`: lines of its configuration. */
export async function mosquittoAt(folder: string, port: number, more = 'allow_anonymous true'): Promise<Service> {
  const config = join(folder, 'mosquitto.conf')
  writeFileSync(config, `listener ${port} 127.0.0.1\nuser root\n${more}\n`)
  const service = run(needed('/usr/sbin/mosquitto'), ['-v', '-c', config])
  await until(
    () => `mosquitto: ${service.said().slice(-500)}`,
    () => service.said().includes(' running'),
  )
  return service
}
