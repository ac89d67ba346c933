import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { node24, root } from '../support/fresh.ts'
import { freePort } from './process.ts'

/**
 * The rival: Node-RED with node-red-contrib-modbus, publishing to mosquitto. Installed on demand, never a dependency.
 * node-red-contrib-modbus takes its fork of modbus-serial from outside the registry; the override puts modbus-serial there.
 */
export const rivals = { 'node-red': '5.0.7', 'node-red-contrib-modbus': '5.60.2' } as const
const MODBUS_SERIAL = '8.0.25'
const folder = join(root, '.cache', 'node-red')

/** @returns false when it cannot be had here; `say` tells why */
export async function installNodeRed(say: (line: string) => void): Promise<boolean> {
  const installed = Object.entries(rivals).every(([name, version]) => {
    const file = join(folder, 'node_modules', name, 'package.json')
    return existsSync(file) && (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version === version
  })
  if (installed) return true
  say('installing Node-RED into .cache/node-red, about half a minute')
  mkdirSync(folder, { recursive: true })
  const manifest = {
    private: true,
    dependencies: rivals,
    overrides: { '@openp4nr/modbus-serial': `npm:modbus-serial@${MODBUS_SERIAL}` },
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, null, 2))
  // Its install scripts are not needed: no serial port is opened here.
  const args = ['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund']
  const PATH = `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH}`
  const child = spawn('npm', args, { cwd: folder, env: { ...process.env, PATH }, stdio: ['ignore', 'pipe', 'pipe'] })
  const output: Buffer[] = []
  child.stdout.on('data', chunk => output.push(chunk))
  child.stderr.on('data', chunk => output.push(chunk))
  const code = await new Promise(resolve => child.once('error', resolve).once('exit', resolve))
  if (code !== 0) say(`Node-RED could not be installed, so there is no comparison:\n${Buffer.concat(output)}`)
  return code === 0
}

export interface Rival {
  /** Node-RED first, its broker second. */
  readonly pids: readonly number[]
  readonly mqttPort: number
  stop(): Promise<void>
}

export async function startNodeRed(fieldPort: number, devices: number, scanMs: number): Promise<Rival> {
  const home = mkdtempSync(join(tmpdir(), 'gatehouse-rival-'))
  const mqttPort = await freePort()
  const conf = [`listener ${mqttPort} 127.0.0.1`, 'allow_anonymous true', 'persistence false', 'log_type error']
  writeFileSync(join(home, 'mosquitto.conf'), `${conf.join('\n')}\n`)
  writeFileSync(join(home, 'flows.json'), JSON.stringify(flows(fieldPort, mqttPort, devices, scanMs)))
  // No editor, no web pages: it then listens nowhere ("headless").
  const settings = {
    flowFile: 'flows.json',
    httpAdminRoot: false,
    httpNodeRoot: false,
    uiHost: '127.0.0.1',
    credentialSecret: false,
    diagnostics: { enabled: false },
    telemetry: { enabled: false },
    logging: { console: { level: 'warn', metrics: false, audit: false } },
  }
  writeFileSync(join(home, 'settings.js'), `module.exports = ${JSON.stringify(settings)}\n`)
  const broker = spawn('/usr/sbin/mosquitto', ['-c', join(home, 'mosquitto.conf')], { stdio: 'ignore' })
  const red = spawn(
    node24,
    [join(folder, 'node_modules', 'node-red', 'red.js'), '--userDir', home, '--settings', join(home, 'settings.js')],
    { stdio: ['ignore', 'ignore', 'ignore'], env: { ...process.env, NODE_ENV: 'production' } },
  )
  const ended = (child: ChildProcess) =>
    child.exitCode !== null || child.signalCode !== null
      ? Promise.resolve()
      : new Promise<void>(resolve => child.once('exit', () => resolve()))
  return {
    pids: [red.pid!, broker.pid!],
    mqttPort,
    async stop() {
      red.kill('SIGTERM')
      const hard = setTimeout(() => red.kill('SIGKILL'), 10_000)
      await ended(red)
      clearTimeout(hard)
      broker.kill('SIGTERM')
      await ended(broker)
      rmSync(home, { recursive: true, force: true })
    },
  }
}

/** One client, one reader and one publisher per device, as its own example flows have them, without the status displays. */
function flows(fieldPort: number, mqttPort: number, devices: number, scanMs: number): object[] {
  const broker = { id: 'broker', type: 'mqtt-broker', broker: '127.0.0.1', port: String(mqttPort), keepalive: '60' }
  const nodes: object[] = [
    { id: 'tab', type: 'tab', label: 'bench' },
    { ...broker, clientid: '', autoConnect: true, usetls: false, protocolVersion: '4', cleansession: true },
  ]
  for (let unit = 1; unit <= devices; unit++) {
    nodes.push(
      {
        id: `client${unit}`,
        type: 'modbus-client',
        name: `d${unit}`,
        clienttype: 'tcp',
        bufferCommands: true,
        stateLogEnabled: false,
        queueLogEnabled: false,
        failureLogEnabled: false,
        tcpHost: '127.0.0.1',
        tcpPort: String(fieldPort),
        tcpType: 'DEFAULT',
        unit_id: String(unit),
        commandDelay: '1',
        clientTimeout: '1000',
        reconnectOnTimeout: true,
        reconnectTimeout: '2000',
        parallelUnitIdsAllowed: true,
      },
      {
        id: `read${unit}`,
        type: 'modbus-read',
        z: 'tab',
        name: `d${unit}`,
        topic: `bench/d${unit}`,
        showStatusActivities: false,
        logIOActivities: false,
        showErrors: false,
        showWarnings: false,
        unitid: String(unit),
        dataType: 'HoldingRegister',
        adr: '0',
        quantity: '100',
        rate: String(scanMs),
        rateUnit: 'ms',
        delayOnStart: false,
        server: `client${unit}`,
        useIOFile: false,
        useIOForPayload: false,
        emptyMsgOnFail: false,
        wires: [[`out${unit}`], []],
      },
      {
        id: `out${unit}`,
        type: 'mqtt out',
        z: 'tab',
        name: '',
        topic: `bench/d${unit}`,
        qos: '0',
        retain: 'false',
        broker: 'broker',
        wires: [],
      },
    )
  }
  return nodes
}
