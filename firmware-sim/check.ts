import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { openPty } from './pty.ts'
import type { Readable, Span } from './readable.ts'
import { ask, Trouble } from './remote.ts'

/** One device as a foreign program found it. */
interface Row {
  readonly line: string
  readonly device: string
  readonly program: string
  /** What was read; undefined: it could not be. */
  readonly value?: string
  readonly trouble?: string
}

const run = promisify(execFile)

/**
 * Reads every device of the running building with programs that share no code with it: mbpoll for Modbus TCP, and on a
 * pseudo terminal of its own for RTU; the browse of an OPC UA client; mosquitto_sub.
 * @param base address of the control, with a slash at its end
 * @returns the exit code: 1 when a device could not be read
 * @throws Trouble when a program is missing
 */
export async function check(base: string, say: (line: string) => void = console.log): Promise<number> {
  const { items } = (await ask(`${base}readable`)) as { items: readonly Readable[] }
  await programs(items)
  const rows = (await Promise.all(items.map(checkLine))).flat()
  const table = rows.map(({ line, device, program, value, trouble }) => [
    line,
    device,
    program,
    value ?? `NOT READ: ${trouble}`,
  ])
  const widths = [0, 1, 2].map(i => Math.max(...table.map(cells => cells[i]!.length)))
  for (const cells of table) say(cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  '))
  const unread = rows.filter(({ value }) => value === undefined).length
  say(`${rows.length} devices on ${items.length} lines, ${rows.length - unread} read, ${unread} not`)
  return unread === 0 && rows.length > 0 ? 0 : 1
}

async function programs(items: readonly Readable[]): Promise<void> {
  const needed = new Set<string>()
  for (const { protocol } of items) {
    if (protocol.startsWith('modbus')) needed.add('mbpoll')
    if (protocol.startsWith('modbus-rtu')) needed.add('socat')
    if (protocol === 'mqtt') needed.add('mosquitto_sub')
  }
  const missing: string[] = []
  for (const name of needed)
    await run('sh', ['-c', `command -v ${name}`]).catch(() =>
      missing.push(name === 'mosquitto_sub' ? 'mosquitto-clients' : name),
    )
  if (missing.length > 0)
    throw new Trouble(`the check needs ${missing.join(', ')}: sudo apt-get install ${missing.join(' ')}`)
}

async function checkLine(readable: Readable): Promise<Row[]> {
  const { line, protocol, port } = readable
  if (protocol === 'modbus-tcp') return modbus(readable, ['-m', 'tcp', '-p', String(port), '127.0.0.1'])
  if (protocol.startsWith('modbus-rtu')) {
    // Its own terminal beside the gateway's: two masters on one would eat each other's answers.
    const pty = await openPty(port)
    if (!pty) return [{ line, device: '', program: 'socat', trouble: 'it made no serial device' }]
    const serial = ['-m', 'rtu', '-b', String(readable.baudRate ?? 9600), '-P', 'none', pty.path]
    return modbus(readable, serial).finally(pty.stop)
  }
  if (protocol === 'opcua') return opcUa(readable)
  if (protocol === 'mqtt') return mqtt(readable)
  return [await printer(readable)]
}

const mbpollTypes: Record<Span['fc'], string> = { 1: '0', 2: '1', 3: '4:hex', 4: '3:hex' }

async function modbus({ line, units = [] }: Readable, where: readonly string[]): Promise<Row[]> {
  const rows: Row[] = []
  for (const { unit, span } of units) {
    const row = { line, device: `unit ${unit}`, program: 'mbpoll' }
    if (!span) {
      rows.push({ ...row, trouble: 'it has no register' })
      continue
    }
    const what = [
      '-a',
      String(unit),
      '-t',
      mbpollTypes[span.fc],
      '-0',
      '-r',
      String(span.address),
      '-c',
      String(span.count),
    ]
    try {
      const { stdout } = await run('mbpoll', [...what, '-1', '-o', '2', ...where], { timeout: 10_000 })
      const values = [...stdout.matchAll(/^\[\d+\]:\s*(\S+)/gm)].map(found => found[1])
      if (values.length !== span.count) throw new Error(`${values.length} values of ${span.count}`)
      rows.push({ ...row, value: `function ${span.fc} at ${span.address}: ${values.join(' ')}` })
    } catch (error) {
      rows.push({ ...row, trouble: lastLine(error) })
    }
  }
  return rows
}

const lastLine = (error: unknown): string => {
  const { stderr, message } = error as { stderr?: string; message: string }
  return (stderr || message).trim().split('\n').at(-1) ?? message
}

/** Goes down from the Objects folder as any browser does, and reads what it finds of namespace 1. */
async function opcUa({ line, port, nodes = [] }: Readable): Promise<Row[]> {
  const opcua = await import('node-opcua')
  // It tells of the certificate that it makes for itself; that is nobody's business here.
  for (const mute of [opcua.setDebugLogger, opcua.setWarningLogger, opcua.setErrorLogger]) mute(() => {})
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-check-'))
  const pki = new opcua.OPCUACertificateManager({ rootFolder: folder, automaticallyAcceptUnknownCertificate: true })
  await pki.initialize()
  const client = opcua.OPCUAClient.create({
    clientCertificateManager: pki,
    endpointMustExist: false,
    connectionStrategy: { maxRetry: 1 },
  })
  const row = { line, program: 'OPC UA browse' }
  try {
    await client.connect(`opc.tcp://127.0.0.1:${port}`)
    const session = await client.createSession()
    const found = new Map<string, unknown>()
    const { references = [] } = await session.browse('ObjectsFolder')
    for (const { nodeId } of references?.filter(r => r.nodeId.namespace === 1) ?? []) {
      const { references: below } = await session.browse(nodeId.toString())
      for (const variable of below?.filter(r => r.nodeId.namespace === 1) ?? []) {
        const value = await session.read({ nodeId: variable.nodeId, attributeId: opcua.AttributeIds.Value })
        if (value.statusCode.isGood()) found.set(String(variable.nodeId.value), value.value.value)
      }
    }
    await session.close()
    const devices = Map.groupBy(nodes, id => id.slice(0, id.lastIndexOf('.')))
    return [...devices].map(([device, ids]) => {
      const missing = ids.filter(id => !found.has(id))
      if (missing.length > 0) return { ...row, device, trouble: `${missing.join(', ')} not found` }
      return { ...row, device, value: `${ids.length} values, ${ids[0]} ${found.get(ids[0]!)}` }
    })
  } catch (error) {
    return [{ ...row, device: '', trouble: (error as Error).message }]
  } finally {
    await client.disconnect()
    await pki.dispose()
    await rm(folder, { recursive: true, force: true })
  }
}

async function mqtt({ line, port, topics = [] }: Readable): Promise<Row[]> {
  // Who begins to listen hears every device at once, see mqtt.ts.
  const longestS = 12
  // -W: it ends by itself, with code 27; what was heard until then counts.
  const args = ['-h', '127.0.0.1', '-p', String(port), '-v', '-t', '#', '-W', String(longestS)]
  const { stdout } = await run('mosquitto_sub', args).catch((error: { stdout?: string }) => ({
    stdout: error.stdout ?? '',
  }))
  const heard = new Map<string, string>()
  for (const text of stdout.split('\n')) {
    const [topic, ...rest] = text.split(' ')
    if (topic) heard.set(topic, rest.join(' '))
  }
  return topics.map(({ topic }) => {
    const row = { line, device: topic, program: 'mosquitto_sub' }
    const payload = heard.get(topic)
    if (payload !== undefined) return { ...row, value: payload.slice(0, 60) }
    return { ...row, trouble: `nothing within ${longestS} s` }
  })
}

/** A printer speaks only when something happens: it is enough that one can connect. */
const printer = ({ line, port }: Readable) =>
  new Promise<Row>(resolve => {
    const row = { line, device: 'printer', program: 'TCP' }
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      resolve({ ...row, value: 'connected' })
      socket.destroy()
    })
    socket.once('error', error => resolve({ ...row, trouble: error.message }))
  })
