import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { DataValue, OPCUACertificateManager, OPCUAServer, StatusCodes, Variant } from 'node-opcua'

/** What the server does when a node is written. */
export type OnWrite = (value: unknown, node: string) => string | Promise<string>

/**
 * An OPC UA server with nodes that can be written, behind a wire that can be cut. Nodes ns=1;s=<name>: Setpoint (Double, 1..8),
 * Enable (Boolean), Level (Double, not written by tests), Fixed (Double, not writable). A write is done when `onWrite`
 * says Good; each is noted.
 */
export async function startOpcuaPlant(pkiFolder: string) {
  const manager = (name: string) =>
    new OPCUACertificateManager({ rootFolder: join(pkiFolder, name), automaticallyAcceptUnknownCertificate: true })
  const values: Record<string, number | boolean> = { Setpoint: 4, Enable: false, Level: 60, Fixed: 1 }
  const written: [node: string, value: unknown][] = []
  let onWrite: OnWrite = () => 'Good'
  const inner = await freePort()
  const server = new OPCUAServer({
    host: '127.0.0.1',
    hostname: '127.0.0.1',
    port: inner,
    serverCertificateManager: manager('server'),
    userCertificateManager: manager('users'),
  })
  await server.initialize()
  const own = server.engine.addressSpace!.getOwnNamespace()
  const folder = own.addObject({ browseName: 'Plant', organizedBy: server.engine.addressSpace!.rootFolder.objects })
  for (const [name, first] of Object.entries(values)) {
    const dataType = typeof first === 'boolean' ? 'Boolean' : 'Double'
    const now = () =>
      new DataValue({ value: new Variant({ dataType, value: values[name] }), sourceTimestamp: new Date() })
    own.addVariable({
      componentOf: folder,
      browseName: name,
      nodeId: `s=${name}`,
      dataType,
      accessLevel: name === 'Fixed' ? 'CurrentRead' : 'CurrentRead | CurrentWrite',
      minimumSamplingInterval: 50,
      value: {
        timestamped_get: now,
        timestamped_set: (data: DataValue, done: (error: Error | null, status: never) => void) => {
          const value = data.value.value as number
          written.push([name, value])
          const answer = (status: string) => {
            if (status === 'Good') values[name] = value
            done(null, StatusCodes[status as 'Good'] as never)
          }
          void Promise.resolve(onWrite(value, name)).then(answer)
        },
      } as never,
    })
  }
  await server.start()

  const sockets = new Set<Socket>()
  let cut = false
  const wire = createServer(near => {
    if (cut) return void near.destroy()
    const far = connect(inner, '127.0.0.1')
    for (const [a, b] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(a)
      a.on('error', () => {})
      a.on('close', () => {
        sockets.delete(a)
        b.destroy()
      })
      a.pipe(b)
    }
  })
  await new Promise<void>(resolve => wire.listen(0, '127.0.0.1', resolve))
  const plant = {
    endpoint: `opc.tcp://127.0.0.1:${(wire.address() as { port: number }).port}`,
    values,
    written,
    on(handler: OnWrite) {
      onWrite = handler
    },
    cut() {
      cut = true
      for (const socket of sockets) socket.destroy()
    },
    mend() {
      cut = false
    },
    async stop() {
      plant.cut()
      await new Promise(resolve => wire.close(resolve))
      await server.shutdown(0)
    },
  }
  return plant
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>(resolve => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as { port: number }
  await new Promise(resolve => probe.close(resolve))
  return port
}
