import { execFileSync, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'

export const root = join(import.meta.dirname, '..', '..')
export const node24 = join(root, 'node_modules', '.bin', 'node')

/** The flags of node with which `npm run gateway` starts it. */
export function gatewayFlags(): readonly string[] {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: { gateway: string } }
  return scripts.gateway.split(' ').filter(word => word.startsWith('--'))
}

/** What a newcomer's clone would hold: every file that git has or would take, as it is in the working tree now. */
export function cloneInto(folder: string): number {
  const list = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: root,
    encoding: 'utf8',
  })
  const files = list.split('\0').filter(name => name && existsSync(join(root, name)))
  for (const name of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    cpSync(join(root, name), join(folder, name))
  }
  return files.length
}

export interface RunFile {
  readonly http: string
  readonly mqtt: string
  readonly pid: number
}

export interface Started {
  /** Of the process that was started; also of its group. */
  readonly pid: number
  readonly run: RunFile
  readonly output: () => string
  /** Sends the signal to the started process alone and waits for its end; its exit code, or null when a signal ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>
  readonly exited: Promise<number | null>
}

/** The gateway as `npm run gateway` starts it, but as one process, so that a signal meets it and nothing else. */
export function startGatewayProcess(
  data: string,
  env: Record<string, string | undefined>,
  limitMs: number,
  /** What the shell does before it becomes the gateway, ended with `;`. */
  before = '',
): Promise<Started> {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: { gateway: string } }
  const PATH = `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH}`
  return startProcess('sh', ['-c', `${before}${scripts.gateway}`], { cwd: root, data, env: { PATH, ...env }, limitMs })
}

/** Starts a command in a group of its own and waits until run.json is there and /healthz answers. */
export async function startProcess(
  command: string,
  args: readonly string[],
  options: { cwd: string; data: string; env?: Record<string, string | undefined>; limitMs: number },
): Promise<Started> {
  const { cwd, data, limitMs } = options
  const child = spawn(command, args, {
    cwd,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      GATEHOUSE_DATA: data,
      GATEHOUSE_HTTP: '127.0.0.1:0',
      GATEHOUSE_MQTT: '127.0.0.1:0',
      ...options.env,
    },
  })
  const chunks: Buffer[] = []
  child.stdout.on('data', chunk => chunks.push(chunk))
  child.stderr.on('data', chunk => chunks.push(chunk))
  const output = () => Buffer.concat(chunks).toString('utf8')
  const exited = new Promise<number | null>(resolve => child.once('exit', code => resolve(code)))
  let over = false
  void exited.then(() => {
    over = true
  })
  const file = join(data, 'run.json')
  const started = Date.now()
  while (Date.now() - started < limitMs) {
    if (over) throw new Error(`it ended before it was ready:\n${output()}`)
    const run = readRun(file)
    // run.json of a killed predecessor may still lie there: it must be this child's, or a child of this child's.
    if (run && run.pid !== undefined && output().includes(run.http) && (await answers(run.http)))
      return {
        pid: child.pid!,
        run,
        output,
        exited,
        end(signal) {
          child.kill(signal)
          return exited
        },
      }
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  child.kill('SIGKILL')
  throw new Error(`not ready within ${limitMs} ms:\n${output()}`)
}

function readRun(file: string): RunFile | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as RunFile
  } catch {
    return undefined
  }
}

const answers = (http: string): Promise<boolean> =>
  fetch(`http://${http}/healthz`, { signal: AbortSignal.timeout(2000) }).then(
    r => r.ok,
    () => false,
  )
