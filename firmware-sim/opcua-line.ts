import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DataType, OPCUAServer, UAObject, UAVariable } from 'node-opcua'
import { freePort } from './elevator.ts'
import type { OpcUaNode } from './part.ts'

/** An OPC UA server that shows a list of values: anonymous, security None, nothing writable. Objects stand in the Objects folder. */
export interface OpcUaServer {
  readonly port: number
  /** Notifies subscriptions of what has changed. */
  show(): void
  /** Ends all sessions and closes the port. */
  drop(): Promise<void>
  /** Opens the same port again after `drop`. */
  restore(): Promise<void>
  stop(): Promise<void>
}

export interface OpcUaServerOptions {
  readonly id: string
  readonly nodes: readonly OpcUaNode[]
  readonly host: string
  /** 0: any free one. */
  readonly port: number
  /** Default: a temporary one, removed at stop. */
  readonly pkiFolder?: string
}

/** @throws when the port is busy */
export async function startOpcUa({ id, nodes, host, ...options }: OpcUaServerOptions): Promise<OpcUaServer> {
  const port = await freePort(host, options.port)
  const opcua = await import('node-opcua')
  const folder = options.pkiFolder ?? (await mkdtemp(join(tmpdir(), 'gatehouse-opcua-')))
  let server: OPCUAServer | undefined
  let shown: { variable: UAVariable; type: DataType; node: OpcUaNode; last: unknown }[] = []

  function show(): void {
    for (const each of shown) {
      const value = each.node.read()
      if (value === each.last) continue
      each.last = value
      each.variable.setValueFromSource({ dataType: each.type, value })
    }
  }

  async function open(): Promise<void> {
    const certificates = (name: string) =>
      new opcua.OPCUACertificateManager({ rootFolder: join(folder, name), automaticallyAcceptUnknownCertificate: true })
    const opened = new opcua.OPCUAServer({
      host,
      hostname: host,
      port,
      allowAnonymous: true,
      securityModes: [opcua.MessageSecurityMode.None],
      securityPolicies: [opcua.SecurityPolicy.None],
      serverCertificateManager: certificates('server'),
      // Without it node-opcua writes into the home folder.
      userCertificateManager: certificates('users'),
      serverInfo: { applicationUri: `urn:gatehouse:firmware-sim:${id}` },
      buildInfo: { productName: `Simulated ${id}` },
    })
    await opened.initialize()
    const space = opened.engine.addressSpace!
    const own = space.getOwnNamespace()
    const objects = new Map<string, UAObject>()
    shown = nodes.map(node => {
      const dot = node.id.lastIndexOf('.')
      const name = node.id.slice(0, dot)
      let object = objects.get(name)
      if (!object) {
        object = own.addObject({ browseName: name, nodeId: `s=${name}`, organizedBy: space.rootFolder.objects })
        objects.set(name, object)
      }
      const type = opcua.DataType[node.type]
      const variable = own.addVariable({
        componentOf: object,
        browseName: node.id.slice(dot + 1),
        nodeId: `s=${node.id}`,
        dataType: type,
        accessLevel: 'CurrentRead',
      })
      return { variable, type, node, last: undefined }
    })
    show()
    await opened.start()
    server = opened
  }
  const close = async () => {
    const closing = server
    server = undefined
    shown = []
    await closing?.shutdown(0)
  }

  await open()
  return {
    port,
    show,
    drop: close,
    restore: async () => {
      if (!server) await open()
    },
    stop: async () => {
      await close()
      if (!options.pkiFolder) await rm(folder, { recursive: true, force: true })
    },
  }
}
