import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { Trouble } from './remote.ts'
import { type ScaleProtocol, scaleProtocols, serveScale } from './scale-field.ts'

interface ScaleOptions {
  readonly devices: number
  readonly points: number
  readonly protocol: ScaleProtocol
  readonly processes: number
  readonly scanMs: number
  readonly site: string
  readonly host: string
}

/** What a process of the field says of itself: first its port, then each 10 s. */
type Word = { readonly port: number } | { readonly cpuMs: number; readonly requests: number; readonly rssMb: number }

const reportMs = 10_000
const usage =
  'npm run sim -- scale --devices 100 --points 100 [--protocol modbus-tcp|modbus-rtu-over-tcp] [--processes 1] [--scan-ms 1000] [--site scale-site.json] [--host 127.0.0.1]'

/**
 * A site of many devices for load work: writes its site.json, serves it until Ctrl+C, and tells every 10 s what it costs
 * itself, so that nobody takes the simulator's limit for the gateway's.
 * @throws Trouble when the words are wrong
 */
export async function scale(args: readonly string[]): Promise<void> {
  const options = optionsOf(args)
  if (args.includes('--child')) return void (await serveScale(options))
  const counts = shares(options.devices, options.processes)
  const fields = await Promise.all(counts.map(count => startField(options, count)))
  await writeFile(options.site, JSON.stringify(siteOf(options, counts, fields), null, 1))
  const where = fields.map(({ port }) => `${options.host}:${port}`).join(', ')
  console.log(`${options.devices} devices of ${options.points} points, ${options.protocol} at ${where}`)
  console.log(
    `site.json: ${options.site}. In a new folder: GATEHOUSE_SITE=${options.site} GATEHOUSE_DATA=<folder> npm run gateway`,
  )
  console.log('Ctrl+C stops 停止')
  const report = () => {
    const sum = (key: 'cpuMs' | 'requests' | 'rssMb') => fields.reduce((all, field) => all + field.last[key], 0)
    const share = (sum('cpuMs') / reportMs) * 100
    console.log(
      `${share.toFixed(1)} % of one core, ${(sum('requests') / (reportMs / 1000)).toFixed(0)} requests/s, ${sum('rssMb').toFixed(0)} MB`,
    )
  }
  const timer = setInterval(report, reportMs)
  const end = () => {
    clearInterval(timer)
    for (const { stop } of fields) stop()
  }
  process.once('SIGINT', end).once('SIGTERM', end)
}

function optionsOf(args: readonly string[]): ScaleOptions {
  const text = { type: 'string' } as const
  const options = {
    devices: text,
    points: text,
    protocol: text,
    processes: text,
    'scan-ms': text,
    site: text,
    host: text,
  }
  let values: Partial<Record<keyof typeof options, string>>
  try {
    const parsed = parseArgs({ args: [...args], options: { ...options, child: { type: 'boolean' } } })
    values = parsed.values as typeof values
  } catch (error) {
    throw new Trouble(`${(error as Error).message}\n${usage}`)
  }
  const whole = (name: keyof typeof options, absent: number, least: number, most: number) => {
    const value = Number(values[name] ?? absent)
    if (!Number.isInteger(value) || value < least || value > most)
      throw new Trouble(`--${name} must be ${least} to ${most}, not "${values[name]}"\n${usage}`)
    return value
  }
  const protocol = scaleProtocols.find(known => known === (values.protocol ?? 'modbus-tcp'))
  if (!protocol) throw new Trouble(`--protocol must be one of ${scaleProtocols.join(', ')}\n${usage}`)
  const processes = whole('processes', 1, 1, 32)
  // A Modbus line has no more units.
  const devices = whole('devices', 100, processes, 247 * processes)
  const host = values.host ?? '127.0.0.1'
  const common = { devices, processes, protocol, host, site: values.site ?? 'scale-site.json' }
  return { ...common, points: whole('points', 100, 1, 5000), scanMs: whole('scan-ms', 1000, 20, 86_400_000) }
}

/** 10 in 3: 4, 3, 3. */
export const shares = (devices: number, processes: number): number[] =>
  Array.from({ length: processes }, (_, i) => Math.floor((devices + processes - 1 - i) / processes))

function siteOf({ points, protocol, scanMs, host }: ScaleOptions, counts: readonly number[], fields: readonly Field[]) {
  const both = (word: string) => ({ 'zh-CN': word, en: word })
  const keys = Array.from({ length: points }, (_, n) => ({
    key: `p${n}`,
    table: 'holding',
    address: n,
    type: 'uint16',
    scanMs,
  }))
  const id = (line: number, unit: number) => `d${line + 1}-${String(unit).padStart(3, '0')}`
  return {
    site: { id: 'scale', name: both('scale'), timezone: 'Asia/Shanghai' },
    spaces: [],
    channels: fields.map(({ port }, line) => ({ id: `line-${line + 1}`, protocol, host, port })),
    equipment: counts.flatMap((count, line) =>
      Array.from({ length: count }, (_, i) => ({
        ...{ id: id(line, i + 1), kind: 'meter', name: both(id(line, i + 1)) },
        ...{ channel: `line-${line + 1}`, unit: i + 1, points: keys },
      })),
    ),
    rules: [],
  }
}

interface Field {
  readonly port: number
  readonly last: { cpuMs: number; requests: number; rssMb: number }
  stop(): void
}

/** A process of its own for each, one too: what it costs is then its own figure. */
async function startField({ protocol, host }: ScaleOptions, devices: number): Promise<Field> {
  const script = `${import.meta.dirname}/control.ts`
  const args = ['scale', '--child', '--devices', String(devices), '--protocol', protocol, '--host', host]
  const child = spawn(process.execPath, [script, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  const last = { cpuMs: 0, requests: 0, rssMb: 0 }
  const port = await new Promise<number>((resolve, reject) => {
    child.once('exit', code => reject(new Trouble(`a process of the field ended with ${code}`)))
    createInterface({ input: child.stdout }).on('line', line => {
      const word = JSON.parse(line) as Word
      if ('port' in word) resolve(word.port)
      else Object.assign(last, word)
    })
  })
  child.removeAllListeners('exit').once('exit', code => {
    if (code) console.error(`a process of the field ended with ${code}`)
  })
  return { port, last, stop: () => child.stdin.end() }
}
