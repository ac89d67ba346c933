import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DataType, OPCUAServer, UAVariable } from 'node-opcua'
import { createLift, type Lift, type LiftState, liftNodes } from './lift.ts'
import { addLiftAlarms } from './lift-alarms.ts'

/**
 * A lift on an OPC UA server: anonymous, security None, or the three present policies with sign, with or without encrypt; every certificate is accepted.
 * Nodes in namespace 1, all readable, none writable.
 *
 * | node                      | type    | value                                        |
 * |---------------------------|---------|----------------------------------------------|
 * | ns=1;s=Lift1.Position      | Double  | floor, with fractions between floors         |
 * | ns=1;s=Lift1.Floor         | Int16   | the nearest floor, -2 .. 20                 |
 * | ns=1;s=Lift1.Direction     | Int16   | -1 down, 0 standing, 1 up                    |
 * | ns=1;s=Lift1.DoorOpen      | Boolean |                                              |
 * | ns=1;s=Lift1.Running       | Boolean |                                              |
 * | ns=1;s=Lift1.Fault         | Int16   | 0 none, 41 stopped outside a door zone       |
 * | ns=1;s=Lift1.PersonTrapped | Boolean |                                              |
 * | ns=1;s=Lift1.AlarmBell     | Boolean | the button in the car                        |
 * | ns=1;s=Lift1.LoadPercent   | Double  | % of the rated load                          |
 * | ns=1;s=Lift1.Trips         | UInt32  | journeys, counts up                          |
 * | ns=1;s=Lift1.InService     | Boolean | takes calls                                  |
 * | ns=1;s=Lift1.MachineRoom   | Double  | temperature of the machine room, Cel, 0 .. 60 |
 *
 * Lift1 is a source of events. Its conditions: see lift-alarms.ts.
 */
export interface Elevator {
  readonly endpoint: string
  readonly port: number
  readonly state: Readonly<LiftState>
  trap(): void
  release(): void
  heatMachineRoom(celsius: number | null): void
  /** Notifies subscriptions of what has changed. */
  show(): void
  /** Ends all sessions and closes the port; the lift itself goes on. */
  drop(): Promise<void>
  /** Opens the same port again after `drop`. */
  restore(): Promise<void>
  stop(): Promise<void>
}

export interface ElevatorOptions {
  /** 0, the default: any free one. */
  readonly port?: number
  /** Default 127.0.0.1. */
  readonly host?: string
  /** Keys and certificates of the server, one process per folder. Default: a temporary one, removed at stop. */
  readonly pkiFolder?: string
  /** Whose name and password are let in beside anonymous ones. Certificates of people are let in, whoever they are. */
  readonly people?: Readonly<Record<string, string>>
  /** Default true. */
  readonly anonymous?: boolean
  /** A machine that somebody else lets live: it is only shown. Default: one of its own. */
  readonly lift?: Lift
  /** Where the OPC UA stack's own messages go; default nowhere. */
  readonly log?: (message: string) => void
}

const tickMs = 200
/** Words of Direction; Int64 as its low and high half. */
const directions = [
  ['down', 0xffff_ffff, 0xffff_ffff],
  ['standing', 0, 0],
  ['up', 1, 0],
] as const

/** @throws when the port is busy */
export async function startElevator(options: ElevatorOptions = {}): Promise<Elevator> {
  const host = options.host ?? '127.0.0.1'
  const port = await freePort(host, options.port ?? 0)
  const opcua = await import('node-opcua')
  const log = (...parts: unknown[]) => options.log?.(parts.map(String).join(' '))
  opcua.setDebugLogger(log)
  opcua.setWarningLogger(log)
  opcua.setErrorLogger(log)

  const folder = options.pkiFolder ?? (await mkdtemp(join(tmpdir(), 'gatehouse-lift-')))
  const lift = options.lift ?? createLift()
  let server: OPCUAServer | undefined
  let shown: { variable: UAVariable; type: DataType; key: keyof LiftState; last: unknown }[] = []

  let alarms: { show(state: LiftState): void } | undefined

  /** Notifies subscriptions of what differs from last time. */
  function show(): void {
    for (const node of shown) {
      const value = lift.state[node.key]
      if (value === node.last) continue
      node.last = value
      node.variable.setValueFromSource({ dataType: node.type, value })
    }
    alarms?.show(lift.state)
  }

  async function open(): Promise<void> {
    const certificates = (name: string) =>
      new opcua.OPCUACertificateManager({ rootFolder: join(folder, name), automaticallyAcceptUnknownCertificate: true })
    const { MessageSecurityMode, SecurityPolicy } = opcua
    const opened = new opcua.OPCUAServer({
      host,
      hostname: host,
      port,
      allowAnonymous: options.anonymous ?? true,
      userManager: { isValidUser: (name: string, password: string) => options.people?.[name] === password },
      securityModes: [MessageSecurityMode.None, MessageSecurityMode.Sign, MessageSecurityMode.SignAndEncrypt],
      securityPolicies: [
        SecurityPolicy.None,
        SecurityPolicy.Basic256Sha256,
        SecurityPolicy.Aes128_Sha256_RsaOaep,
        SecurityPolicy.Aes256_Sha256_RsaPss,
      ],
      serverCertificateManager: certificates('server'),
      // Without it node-opcua writes into the home folder.
      userCertificateManager: certificates('users'),
      serverInfo: { applicationUri: 'urn:gatehouse:firmware-sim:lift' },
      buildInfo: { productName: 'Simulated lift' },
    })
    await opened.initialize()
    const space = opened.engine.addressSpace!
    const own = space.getOwnNamespace()
    space.installAlarmsAndConditionsService()
    const object = own.addObject({
      browseName: 'Lift1',
      nodeId: 's=Lift1',
      organizedBy: space.rootFolder.objects,
      eventSourceOf: space.rootFolder.objects.server,
      // Without it nobody hears of its events.
      eventNotifier: 1,
    })
    shown = liftNodes.map(([name, typeName, key]) => {
      const type = opcua.DataType[typeName]
      const nodeId = `s=Lift1.${name}`
      const common = { componentOf: object, browseName: name, nodeId, dataType: type, accessLevel: 'CurrentRead' }
      const variable =
        key === 'machineRoom'
          ? own.addAnalogDataItem({
              ...common,
              engineeringUnitsRange: { low: 0, high: 60 },
              engineeringUnits: opcua.standardUnits.degree_celsius,
            })
          : own.addVariable(common)
      if (key === 'direction')
        own.addVariable({
          propertyOf: variable,
          typeDefinition: 'PropertyType',
          browseName: { name: 'EnumValues', namespaceIndex: 0 },
          dataType: 'EnumValueType',
          valueRank: 1,
          value: {
            dataType: opcua.DataType.ExtensionObject,
            arrayType: opcua.VariantArrayType.Array,
            value: directions.map(
              ([name, low, high]) => new opcua.EnumValueType({ displayName: name, value: [high, low] }),
            ),
          },
        })
      return { variable, type, key, last: undefined }
    })
    alarms = addLiftAlarms(opcua, own, object, shown.find(node => node.key === 'machineRoom')!.variable)
    show()
    await opened.start()
    server = opened
  }

  const close = async () => {
    const closing = server
    server = undefined
    shown = []
    alarms = undefined
    await closing?.shutdown(0)
  }

  await open()
  const tick = setInterval(() => {
    if (!options.lift) lift.advance(tickMs)
    show()
  }, tickMs)

  return {
    endpoint: `opc.tcp://${host}:${port}`,
    port,
    state: lift.state,
    trap() {
      lift.trap()
      show()
    },
    release() {
      lift.release()
      show()
    },
    heatMachineRoom(celsius) {
      lift.heatMachineRoom(celsius)
      show()
    },
    show,
    drop: close,
    restore: async () => {
      if (!server) await open()
    },
    stop: async () => {
      clearInterval(tick)
      await close()
      if (!options.pkiFolder) await rm(folder, { recursive: true, force: true })
    },
  }
}

/** node-opcua reports a busy port late and in its own words, and doesn't choose one: so ask the system first. */
export function freePort(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(port, host, () => {
      const address = probe.address()
      probe.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no TCP port')),
      )
    })
  })
}
