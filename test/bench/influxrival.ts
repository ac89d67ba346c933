import { readdirSync, rmSync, statSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InfluxDB, type IPoint } from 'influx'
import type { Batch } from '../../drivers/batch.ts'
import { influxd } from '../support/service.ts'
import { until } from '../support/wait.ts'
import { cpuMs as cpuOf } from './process.ts'

const BATCH = 5000

/**
 * Debian's InfluxDB 1 through its own client, fed with the same samples: all of them, as whoever writes to it does.
 * @param ticks seconds of samples, `second(s)` of each
 * @param baseMs CPU of making a second of samples
 * @returns client and server, µs of CPU per sample; bytes per sample when it has put together what it can
 */
export async function influxRival(ticks: number, second: (s: number) => readonly Batch[], baseMs: number) {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-bench-influx-'))
  // A shard that is written no more is put together after hours; here after seconds, as at the end of its day.
  const server = await influxd(
    folder,
    'cache-snapshot-write-cold-duration = "5s"\ncompact-full-write-cold-duration = "5s"',
  )
  const service = await server.start()
  try {
    const { hostname, port } = new URL(server.url)
    const client = new InfluxDB({ host: hostname, port: Number(port), database: 'site' })
    await client.createDatabase('site')
    const serverBefore = cpuOf(service.pid)
    const clientBefore = process.cpuUsage()
    let samples = 0
    for (let s = 0; s < ticks; s++) {
      const points = second(s).flatMap(({ points, at, values }) =>
        points.map((id, i): IPoint => {
          const [equipment, point] = id.split('/') as [string, string]
          return {
            measurement: 'samples',
            tags: { equipment, point },
            fields: { value: Number(values[i]) },
            timestamp: at,
          }
        }),
      )
      for (let from = 0; from < points.length; from += BATCH)
        await client.writePoints(points.slice(from, from + BATCH), { precision: 'ms' })
      samples += points.length
    }
    const used = process.cpuUsage(clientBefore)
    const client_us = (used.user + used.system) / samples - (baseMs * 1000 * ticks) / samples
    let before = -1
    await until(
      'it has put together what it had',
      async () => {
        await new Promise(resolve => setTimeout(resolve, 12_000))
        const now = cpuOf(service.pid)
        const rests = now - before < 200
        before = now
        return rests
      },
      120_000,
    )
    const server_us = ((cpuOf(service.pid) - serverBefore) * 1000) / samples
    const kept = await client.query<{ count: number }>('SELECT count(value) FROM samples')
    if (kept[0]!.count !== samples) throw new Error(`InfluxDB has ${kept[0]!.count} of ${samples} samples`)
    return {
      client_us,
      server_us,
      bytes: bytesOf(join(folder, 'data')) / samples,
      version: '1.6 through influx 5.12.0',
    }
  } finally {
    await service.kill()
    rmSync(folder, { recursive: true, force: true })
  }
}

const bytesOf = (folder: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
