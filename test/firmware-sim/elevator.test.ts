import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  AttributeIds,
  type ClientSession,
  MessageSecurityMode,
  OPCUACertificateManager,
  OPCUAClient,
  SecurityPolicy,
  TimestampsToReturn,
} from 'node-opcua'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Elevator, startElevator } from '../../firmware-sim/elevator.ts'
import { createLift } from '../../firmware-sim/lift.ts'

const names =
  'Position Floor Direction DoorOpen Running Fault PersonTrapped AlarmBell LoadPercent Trips InService MachineRoom'.split(
    ' ',
  )

describe('the lift over OPC UA', () => {
  let folder: string
  let elevator: Elevator
  let pki: OPCUACertificateManager

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-test-'))
    elevator = await startElevator({ pkiFolder: join(folder, 'lift') })
    pki = new OPCUACertificateManager({
      rootFolder: join(folder, 'client'),
      automaticallyAcceptUnknownCertificate: true,
    })
    await pki.initialize()
  })
  afterAll(async () => {
    await elevator.stop()
    await pki.dispose()
    await rm(folder, { recursive: true, force: true })
  })

  async function session<T>(work: (session: ClientSession) => Promise<T>, secure = false): Promise<T> {
    const client = OPCUAClient.create({
      clientCertificateManager: pki,
      securityMode: secure ? MessageSecurityMode.SignAndEncrypt : MessageSecurityMode.None,
      securityPolicy: secure ? SecurityPolicy.Basic256Sha256 : SecurityPolicy.None,
      endpointMustExist: false,
      connectionStrategy: { maxRetry: 0 },
    })
    await client.connect(elevator.endpoint)
    const opened = await client.createSession()
    try {
      return await work(opened)
    } finally {
      await opened.close()
      await client.disconnect()
    }
  }
  const read = async (opened: ClientSession, name: string) => {
    const value = await opened.read({ nodeId: `ns=1;s=Lift1.${name}`, attributeId: AttributeIds.Value })
    return [value.statusCode.name, value.value.value]
  }

  it.each([false, true])('every node can be read, encrypted: %s', async secure => {
    await session(async opened => {
      let seen = 0
      for (const name of names) {
        const [status, value] = await read(opened, name)
        expect(status, name).toBe('Good')
        expect(['number', 'boolean'], name).toContain(typeof value)
        seen++
      }
      expect(seen).toBe(12)
      expect(await read(opened, 'Nothing')).toEqual(['BadNodeIdUnknown', null])
    }, secure)
  })

  it('a trapped person notifies a subscription, and so does the release', async () => {
    await session(async opened => {
      const subscription = await opened.createSubscription2({
        requestedPublishingInterval: 50,
        publishingEnabled: true,
      })
      const item = await subscription.monitor(
        { nodeId: 'ns=1;s=Lift1.PersonTrapped', attributeId: AttributeIds.Value },
        { samplingInterval: 0, queueSize: 10 },
        TimestampsToReturn.Both,
      )
      const told: unknown[] = []
      item.on('changed', value => told.push(value.value.value))
      await expect.poll(() => told, { timeout: 3000 }).toEqual([false])
      elevator.trap()
      await expect.poll(() => told, { timeout: 3000 }).toEqual([false, true])
      expect((await read(opened, 'Position'))[1]).toBeCloseTo(12.4)
      expect(await read(opened, 'AlarmBell')).toEqual(['Good', true])
      elevator.release()
      await expect.poll(() => told, { timeout: 3000 }).toEqual([false, true, false])
      await subscription.terminate()
    })
  })

  it('a dropped server refuses connections and comes back on the same port', async () => {
    const { endpoint } = elevator
    await elevator.drop()
    await expect(session(async () => {})).rejects.toThrow()
    await elevator.restore()
    expect(elevator.endpoint).toBe(endpoint)
    expect(await session(opened => read(opened, 'Fault'))).toEqual(['Good', 0])
  })

  it('a busy port is refused', async () => {
    await expect(startElevator({ port: elevator.port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })
})

it('a lift that somebody else lets live is only shown', async () => {
  const lift = createLift()
  let lived = 0
  const elevator = await startElevator({ lift: { ...lift, advance: () => lived++ } })
  try {
    await new Promise(resolve => setTimeout(resolve, 700))
    expect(lived).toBe(0)
    elevator.trap()
    expect(lift.state.personTrapped).toBe(true)
    expect(elevator.state).toBe(lift.state)
  } finally {
    await elevator.stop()
  }
})
