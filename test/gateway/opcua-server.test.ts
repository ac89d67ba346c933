import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  AttributeIds,
  type ClientSession,
  type ClientSubscription,
  constructEventFilter,
  DataType,
  type HistoryData,
  HistoryReadRequest,
  HistoryUpdateRequest,
  type HistoryUpdateResponse,
  LocalizedText,
  MessageSecurityMode,
  OPCUACertificateManager,
  OPCUAClient,
  ReadAtTimeDetails,
  SecurityPolicy,
  TimestampsToReturn,
  UserTokenType,
  type Variant,
} from 'node-opcua'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Link } from '../../drivers/driver.ts'
import { opcua } from '../../drivers/opcua/driver.ts'
import { ucumOf } from '../../drivers/opcua/units.ts'
import type { Sample } from '../../drivers/point.ts'
import { pointsOf } from '../../drivers/profile.ts'
import { type ModbusServer, startModbus } from '../../firmware-sim/modbus.ts'
import { createPump, type PumpSet } from '../../firmware-sim/pump.ts'
import type { Role } from '../../rules/flow.ts'
import type { Api } from '../support/api.ts'
import { PASSWORD, startGateway, type TestGateway } from '../support/gateway.ts'
import { pumpSite } from '../support/pumpsite.ts'
import { type Slow, slowAt } from '../support/slowpeers.ts'
import { pause, until } from '../support/wait.ts'

/** The site over OPC UA, seen by the stack's own client and by our driver: two peers that did not write the server. */
const folder = await mkdtemp(join(tmpdir(), 'gatehouse-opcua-server-'))
let pump: PumpSet
let device: ModbusServer
let g: TestGateway
let people: Record<Role, Api>
let admin: Api
let endpoint: string
const clients: OPCUAClient[] = []

const node = (id: string) => `ns=2;s=${id}`
const mine = () => g.deps.opcuaServer
const clientOf = (mode: 'None' | 'SignAndEncrypt') => {
  const client = OPCUAClient.create({
    applicationName: 'A foreign system',
    securityMode: MessageSecurityMode[mode],
    securityPolicy: mode === 'None' ? SecurityPolicy.None : SecurityPolicy.Basic256Sha256,
    clientCertificateManager: new OPCUACertificateManager({
      rootFolder: join(folder, 'client'),
      automaticallyAcceptUnknownCertificate: true,
    }),
    // It does not believe the list of endpoints: the door itself must be shut.
    endpointMustExist: false,
    connectionStrategy: { maxRetry: 0 },
    defaultTransactionTimeout: 60_000,
  })
  clients.push(client)
  return client
}
async function connected(): Promise<OPCUAClient> {
  const client = clientOf('SignAndEncrypt')
  await client.connect(endpoint)
  return client
}
const person = (userName: string, password = PASSWORD) =>
  ({ type: UserTokenType.UserName, userName, password }) as const
const refused = (work: Promise<unknown>) =>
  work.then(
    () => 'let in',
    (error: Error) => /Bad\w+|Cannot find/.exec(error.message)?.[0] ?? error.message,
  )
const value = async (session: ClientSession, id: string, attributeId = AttributeIds.Value) =>
  session.read({ nodeId: node(id), attributeId })
const write = async (session: ClientSession, id: string, dataType: DataType, wanted: unknown) =>
  (
    await session.write({
      nodeId: node(id),
      attributeId: AttributeIds.Value,
      value: { value: { dataType, value: wanted } },
    })
  ).name

/** The process id of the server. */
function worker(): number {
  const children = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').trim().split(' ')
  const found = children.find(pid =>
    readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('gateway/out/opcua/worker.ts'),
  )
  return Number(found)
}

let client: OPCUAClient
let operator: ClientSession
beforeAll(async () => {
  pump = createPump(Date.now)
  pump.setLevel(60)
  device = await startModbus({ framing: 'tcp', units: new Map([[1, pump]]) })
  const site = pumpSite(device.port, { confirmWithinS: 4 }, { range: [0, 100] })
  const rule = {
    ...{ id: 'low', points: ['p/level'], when: { below: 15 }, severity: 'high' },
    text: { 'zh-CN': '水箱液位低', en: 'Tank level low' },
  }
  // Of a channel: no equipment of the site is its source.
  const keepsUp = {
    ...{ id: 'keeps-up', points: ['@bus/overloaded'], when: { equals: false }, severity: 'low' },
    text: { 'zh-CN': '通道跟得上', en: 'The line keeps up' },
  }
  g = await startGateway({ site: { ...site, rules: [rule, keepsUp], opcuaServer: { port: 0, language: 'en' } } })
  people = await g.people()
  admin = await g.admin()
  endpoint = await until('it listens', () => mine().view().endpoint, 60_000)
  await until('the pump is read', () => g.deps.plant()?.latest.get('p/setpoint')?.quality === 'good')
})
afterAll(async () => {
  for (const one of clients) await one.disconnect().catch(() => {})
  await g.stop()
  await device.stop()
  await rm(folder, { recursive: true, force: true })
})

/** Come before all others, and are looked at when those have done their work. */
let strangers: Promise<readonly Slow[]>
describe('the door', () => {
  it('is only open on this machine, and only to encrypted or signed connections', async () => {
    strangers = slowAt('OPC UA', endpoint.replace(/^opc\.tcp:\/\//, ''), 60)
    expect(endpoint).toMatch(/^opc\.tcp:\/\/127\.0\.0\.1:\d+$/)
    const open = clientOf('None')
    await open.connect(endpoint)
    expect(await refused(open.createSession(person('operator')))).not.toBe('let in')
    const offered = await open.getEndpoints()
    expect(new Set(offered.map(e => MessageSecurityMode[e.securityMode]))).toEqual(new Set(['Sign', 'SignAndEncrypt']))
    const tokens = offered.flatMap(e => e.userIdentityTokens ?? []).map(token => token.tokenType)
    expect([tokens.length > 0, new Set(tokens)]).toEqual([true, new Set([UserTokenType.UserName])])
  })
  it('a client is let in when a person has trusted its certificate, on the same page as for channels', async () => {
    expect(await refused(clientOf('SignAndEncrypt').connect(endpoint))).toBe('BadSecurityChecksFailed')
    const { body } = await admin.get('/api/v1/opcua-server/certificates')
    const [stranger] = body.rejected as { fingerprint: string }[]
    const path = `/api/v1/opcua-server/certificates/${stranger!.fingerprint}/trust`
    expect((await admin.post(path)).body.trusted).toMatchObject([{ fingerprint: stranger!.fingerprint }])
    client = await until('it is let in', () => connected().catch(() => null))
    expect(g.deps.trail.after(0, 1000).filter(e => e.kind === 'opcua-server')).toMatchObject([
      { actor: 'admin', action: 'certificate-trust' },
    ])
  })
  it('nobody comes in without the name and the password of an account that may see the plant and its alarms', async () => {
    expect(await refused(client.createSession({ type: UserTokenType.Anonymous }))).toBe('Cannot find')
    expect(await refused(client.createSession(person('operator', 'wrong')))).toBe('BadUserAccessDenied')
    expect(await refused(client.createSession(person('nobody')))).toBe('BadUserAccessDenied')
    expect(await refused(client.createSession(person('billing')))).toBe('BadUserAccessDenied')
    // Whose password alone does not sign him in at the pages does not come in by it here.
    const { rules } = g.deps.signIn
    const demand = (factor: boolean) =>
      g.deps.trail.change({ name: 'admin', role: 'admin' }, note =>
        rules.set(note, 'operator', { ...rules.of('operator'), factor }),
      )
    demand(true)
    expect(await refused(client.createSession(person('operator')))).toBe('BadUserAccessDenied')
    demand(false)
    operator = await client.createSession(person('Operator'))
    await until('it is counted', () => mine().view().sessions === 1)
  })
})

describe('what is seen', () => {
  it('the site by spaces and kinds, with names, units and ranges', async () => {
    const below = async (id: string) =>
      (
        await operator.browse({
          nodeId: node(id),
          referenceTypeId: 'HierarchicalReferences',
          includeSubtypes: true,
          resultMask: 63,
        })
      ).references
        ?.filter(r => r.nodeId.namespace === 2)
        .map(r => String(r.nodeId.value))
        .filter(id => !/-(Kind|EURange|EngineeringUnits)$/.test(id))
    expect(await operator.readNamespaceArray()).toContain('urn:gatehouse:test-site')
    expect(await below('spaces')).toEqual(['space:b1'])
    expect(await below('space:b1')).toEqual(['p'])
    expect([await below('kinds'), await below('kind:pump')]).toEqual([['kind:pump'], ['p']])
    expect(await below('p')).toEqual(
      ['level', 'tripped', 'enable', 'reset', 'setpoint', 'setpoint16', 'online'].map(key => `p/${key}`),
    )
    const text = async (attribute: AttributeIds) => (await value(operator, 'p', attribute)).value.value.text
    expect([await text(AttributeIds.DisplayName), await text(AttributeIds.Description)]).toEqual(['Pump set', '水泵组'])
    const unit = (await value(operator, 'p/setpoint-EngineeringUnits')).value.value
    expect([unit.displayName.text, ucumOf(unit.unitId, undefined)]).toEqual(['bar', 'bar'])
    const { low, high } = (await value(operator, 'p/level-EURange')).value.value
    expect([low, high]).toEqual([0, 100])
  })
  it('each value with the quality and the time that it has in the gateway', async () => {
    const sample = () => g.deps.plant()!.latest.get('p/setpoint')!
    // The time goes on with each scan, and what is told is a moment behind.
    const [own, told] = await until('they say the same', async () => {
      const own = sample()
      const told = await value(operator, 'p/setpoint')
      return told.sourceTimestamp?.getTime() === own.at && ([own, told] as const)
    })
    expect([told.value.value, told.statusCode.name]).toEqual([own.value, 'Good'])
  })
})

const fields = [
  'ConditionName',
  'Message',
  'Severity',
  'ActiveState.Id',
  'AckedState.Id',
  'Retain',
  'ClientUserId',
  'Quality',
  'Comment',
]
interface Told {
  readonly line: string
  readonly time: number
  readonly eventId: Buffer
  readonly condition: string
}
async function listen(session: ClientSession): Promise<{ told: Told[]; subscription: ClientSubscription }> {
  const told: Told[] = []
  const subscription = await session.createSubscription2({
    ...{ requestedPublishingInterval: 100, requestedMaxKeepAliveCount: 10, requestedLifetimeCount: 1000 },
    ...{ maxNotificationsPerPublish: 100, publishingEnabled: true, priority: 1 },
  })
  const filter = constructEventFilter([...fields, 'Time', 'EventId', 'ConditionId'])
  const item = await subscription.monitor(
    { nodeId: 'i=2253', attributeId: AttributeIds.EventNotifier },
    { queueSize: 100, discardOldest: true, samplingInterval: 0, filter },
    TimestampsToReturn.Both,
  )
  item.on('changed', (variants: unknown) => {
    const values = (variants as Variant[]).map(v => v.value)
    // A refresh begins and ends with events that have none.
    if (!values[0]) return
    const [name, message, severity, active, acked, retain, user, quality, comment, time, eventId, condition] = values
    told.push({
      line: [
        ...[
          name,
          message.text,
          severity,
          active ? 'active' : 'over',
          acked ? 'acked' : 'open',
          retain ? 'shown' : 'gone',
        ],
        ...[user || '-', quality.name, `"${comment?.text ?? ''}"`],
      ].join(' '),
      time: time.getTime(),
      eventId,
      condition: condition.toString(),
    })
  })
  return { told, subscription }
}
/** By the methods of the types, as clients do that have not browsed the condition. */
const methods = { acknowledge: 'i=9111', comment: 'i=9029', confirm: 'i=9113' } as const
const say = async (session: ClientSession, what: keyof typeof methods, { condition, eventId }: Told, comment: string) =>
  (
    await session.call({
      objectId: condition,
      methodId: methods[what],
      inputArguments: [
        { dataType: DataType.ByteString, value: eventId },
        { dataType: DataType.LocalizedText, value: new LocalizedText({ text: comment }) },
      ],
    })
  ).statusCode.name

const acknowledge = (session: ClientSession, told: Told, comment: string) => say(session, 'acknowledge', told, comment)

describe('an alarm', () => {
  it('is a condition: raised, acknowledged under the name of whoever signed in, cleared; each with its own time', async () => {
    const { told, subscription } = await listen(operator)
    const viewer = await client.createSession(person('viewer'))
    pump.setLevel(10)
    const raised = await until('it is raised', () => told[0])
    const stored = () => g.deps.alarms.get('low:p:level')!
    expect(raised.time).toBe(stored().raisedAt)
    expect(await acknowledge(viewer, raised, 'not mine')).toBe('BadUserAccessDenied')
    expect(stored().acked).toBe(false)
    expect(await acknowledge(operator, { ...raised, eventId: Buffer.from('another one') }, '')).toBe(
      'BadEventIdUnknown',
    )
    expect(await acknowledge(operator, raised, 'somebody is there')).toBe('Good')
    expect([stored().acked, stored().ackedBy]).toEqual([true, 'operator'])
    expect(await acknowledge(operator, raised, 'again')).toBe('BadConditionBranchAlreadyAcked')
    expect(await say(viewer, 'comment', raised, 'not mine either')).toBe('BadUserAccessDenied')
    expect(await say(operator, 'comment', { ...raised, eventId: Buffer.from('another one') }, 'x')).toBe(
      'BadEventIdUnknown',
    )
    expect(await say(operator, 'comment', raised, 'the float was stuck')).toBe('Good')
    expect(await say(operator, 'confirm', told.at(-1)!, 'not modelled')).toBe('BadMethodInvalid')
    for (const disable of ['i=9028', `${raised.condition}-Disable`])
      expect((await viewer.call({ objectId: raised.condition, methodId: disable })).statusCode.isGood()).toBe(false)
    // Whoever comes later asks what stands, and may answer that.
    const late = await listen(viewer)
    const refresh = { dataType: DataType.UInt32, value: late.subscription.subscriptionId }
    const refreshed = { objectId: 'i=2782', methodId: 'i=3875', inputArguments: [refresh] }
    expect((await viewer.call(refreshed)).statusCode.name).toBe('Good')
    const stands = await until('it is told what stands', () => late.told.find(t => t.line.startsWith('low')))
    expect([stands.line, stands.eventId]).toEqual([
      'low Tank level low 800 active acked shown operator Good "the float was stuck"',
      told.at(-1)!.eventId,
    ])
    await late.subscription.terminate()
    pump.setLevel(60)
    await until('it is over', () => told.find(t => / over /.test(t.line)))
    expect(told.map(t => t.line)).toEqual([
      'low Tank level low 800 active open shown - Good ""',
      'low Tank level low 800 active acked shown operator Good "somebody is there"',
      'low Tank level low 800 active acked shown operator Good "the float was stuck"',
      'low Tank level low 800 over acked gone operator Good "the float was stuck"',
    ])
    expect(told[1]!.time).toBe(stored().ackedAt)
    expect(told[3]!.time).toBe(stored().clearedAt)
    const by = 'OPC UA (A foreign system)'
    expect(g.deps.trail.of('alarm-comment', 'low:p:level')).toMatchObject([
      { actor: 'operator', action: 'written', data: { text: 'somebody is there', by } },
      { actor: 'operator', action: 'written', data: { text: 'the float was stuck', by } },
    ])
    await subscription.terminate()
    await viewer.close()
  })
})

describe('a write', () => {
  it('is a command: Good when it was read back, and read at once', async () => {
    expect(await write(operator, 'p/setpoint', DataType.Double, 5.5)).toBe('Good')
    const read = await value(operator, 'p/setpoint')
    expect([pump.state.setpoint, read.value.value]).toEqual([5.5, 5.5])
    expect(await write(operator, 'p/setpoint', DataType.Float, Math.fround(5.1))).toBe('Good')
    const [last] = g.deps.commands.list('p', 1)
    expect(last).toMatchObject({ requestedBy: 'operator', phase: 'confirmed', value: 5.1 })
    expect(last!.reason).toBe('OPC UA (A foreign system)')
  })
  it('is refused with the reason, and nothing reaches the device', async () => {
    const viewer = await client.createSession(person('viewer'))
    pump.setLevel(18)
    await until('the level is read', () => g.deps.plant()!.latest.get('p/level')?.value === 18)
    const before = pump.state.setpoint
    const table: [ClientSession, string, DataType, unknown, string][] = [
      [viewer, 'p/setpoint', DataType.Double, 6, 'BadUserAccessDenied'],
      [operator, 'p/setpoint', DataType.Double, 9, 'BadOutOfRange'],
      [operator, 'p/setpoint', DataType.Double, 5.05, 'BadOutOfRange'],
      [operator, 'p/setpoint', DataType.String, '6', 'BadTypeMismatch'],
      [operator, 'p/level', DataType.Double, 50, 'BadNotWritable'],
      // The tank is too low for a start: the interlock.
      [operator, 'p/enable', DataType.Boolean, true, 'BadInvalidState'],
    ]
    for (const [who, id, type, wanted, status] of table)
      expect([id, wanted, await write(who, id, type, wanted)]).toEqual([id, wanted, status])
    expect(pump.state.setpoint).toBe(before)
    const tagged = await people.engineer.post('/api/v1/tags', { equipment: 'p', reason: 'bearing' })
    expect(await write(operator, 'p/setpoint', DataType.Double, 6)).toBe('BadLocked')
    await people.engineer.post(`/api/v1/tags/${tagged.body.id}/remove`)
    expect(pump.state.setpoint).toBe(before)
    pump.setLevel(60)
    await viewer.close()
  })
})

describe('history', () => {
  it('is read as it was recorded, in pages, in both directions', async () => {
    const sums = await until('something is on the disk', async () => {
      const [found] = await g.deps.history.raw([{ id: 'p/level', kind: 'number' }], 0, Date.now() + 1000, 1000)
      return found && found.n >= 4 && found
    })
    const end = new Date(sums.times[sums.n - 1]! + 1)
    const start = new Date(sums.times[0]!)
    const own = Array.from(sums.times.slice(0, sums.n), (at, i) => [
      at,
      Number.isNaN(sums.values[i]!) ? null : sums.values[i],
    ])
    const read = async (from: Date, to: Date) => {
      const rows: unknown[] = []
      let pages = 0
      let continuationPoint: Buffer | undefined
      do {
        const [result] = await operator.readHistoryValue(
          [{ nodeId: node('p/level'), ...(continuationPoint && { continuationPoint }) }],
          from,
          to,
          { numValuesPerNode: 3, returnBounds: false },
        )
        pages++
        const data = result!.historyData as unknown as { dataValues: { sourceTimestamp: Date; value: Variant }[] }
        rows.push(...(data?.dataValues ?? []).map(d => [d.sourceTimestamp.getTime(), d.value?.value ?? null]))
        continuationPoint = result!.continuationPoint?.length ? result!.continuationPoint : undefined
      } while (continuationPoint && pages < 1000)
      return rows
    }
    expect(await read(start, end)).toEqual(own)
    expect(await read(end, new Date(start.getTime() - 1))).toEqual(own.toReversed())
  })
  it('has the sums of the journal, and says which intervals have gaps', async () => {
    const now = Date.now()
    const read = (aggregate: string) =>
      operator.readAggregateValue(
        { nodeId: node('p/level') },
        new Date(now - 7_200_000),
        new Date(now),
        aggregate as never,
        3_600_000,
      ) as unknown as Promise<{
        statusCode: { name: string }
        historyData: { dataValues: { value: Variant; statusCode: { value: number } }[] }
      }>
    const { historyData } = await read('i=11287') // Maximum2
    const [empty, last] = historyData.dataValues
    expect([empty!.statusCode.value >>> 30, last!.statusCode.value >>> 30, last!.value.value]).toEqual([2, 1, 60])
    expect((await read('i=2364')).statusCode.name).toBe('BadAggregateNotSupported') // WorstQuality
    // What it says that it has is what it answers for.
    const { references } = await operator.browse('i=11201')
    const offered = (references ?? []).map(r => r.nodeId.toString().replace('ns=0;', ''))
    expect(offered).toEqual(expect.arrayContaining(['i=2341', 'i=2342', 'i=2352', 'i=11285']))
    for (const aggregate of offered)
      expect([aggregate, (await read(aggregate)).statusCode.name]).toEqual([
        aggregate,
        /i=1130[78]/.test(aggregate) ? 'BadAggregateNotSupported' : 'Good',
      ])
  })
  it('says what a point was at a time, and refuses events and changes without harm to what is asked beside them', async () => {
    const asks = async (details: ReadAtTimeDetails, ...nodes: string[]) => {
      const nodesToRead = nodes.map(nodeId => ({ nodeId }))
      const request = { historyReadDetails: details, nodesToRead, timestampsToReturn: TimestampsToReturn.Both }
      return (await operator.historyRead(new HistoryReadRequest(request))).results ?? []
    }
    const details = () => new ReadAtTimeDetails({ reqTimes: [new Date()], useSimpleBounds: true })
    // The test before has set it, and did not wait until it was read and on the disk.
    const server = await until('the history has the level', async () => {
      const [level, server] = await asks(details(), node('p/level'), 'i=2253')
      const [now, ...more] = (level!.historyData as HistoryData).dataValues ?? []
      expect(more).toEqual([])
      return now?.value.value === 60 && server
    })
    expect(server.statusCode.name).toBe('BadHistoryOperationUnsupported')
    // Whatever the change is.
    const update = new HistoryUpdateRequest({ historyUpdateDetails: [details()] })
    const inner = operator as unknown as {
      performMessageTransaction(
        request: object,
        done: (error: Error | null, answer: HistoryUpdateResponse) => void,
      ): void
    }
    const { results } = await new Promise<HistoryUpdateResponse>((resolve, reject) =>
      inner.performMessageTransaction(update, (error, answer) => (error ? reject(error) : resolve(answer))),
    )
    expect(results?.map(r => r.statusCode.name)).toEqual(['BadHistoryOperationUnsupported'])
  })
})

describe('our own driver', () => {
  let link: Link
  afterAll(() => link?.close())
  it('reads the same, and hears of the device’s silence as of silence', async () => {
    link = opcua.open(
      {
        endpoint,
        securityMode: 'SignAndEncrypt',
        securityPolicy: 'Basic256Sha256',
        user: 'operator',
        publishMs: 100,
        timeoutMs: 20_000,
      } as never,
      {
        now: Date.now,
        log: () => {},
        pkiFolder: join(folder, 'driver'),
        password: PASSWORD,
      },
    )
    const specs = ['level', 'setpoint'].map(key => ({
      key,
      kind: 'number' as const,
      scanMs: 100,
      node: node(`p/${key}`),
    }))
    const last = new Map<string, Sample>()
    link.watch!(pointsOf('far', specs, opcua), samples => {
      for (const sample of samples) last.set(sample.point, sample)
    })
    await until(
      'each trusts the other',
      async () => {
        // Certificates are read anew each time, by the thread that the gateway here has too.
        await pause(100)
        const own = link.certificates!
        const servers = own.list().rejected.map(c => own.decide(c.fingerprint, 'trust'))
        const strangers = mine().certificates
        const clients = strangers.list().rejected.map(c => strangers.decide(c.fingerprint, 'trust'))
        // By itself it tries ever more rarely, after a minute at last.
        if (servers.length + clients.length > 0) link.reconnect!()
        return last.get('far/level')?.quality === 'good'
      },
      60_000,
    )
    const far = last.get('far/level')!
    expect([far.value, far.at <= Date.now()]).toEqual([60, true])
    await device.stop()
    // Of the device: the connection to the server is there.
    await until('the silence is known', () => link.status!().state === 'up' && last.get('far/level')?.quality === 'bad')
    expect(['timeout', 'offline']).toContain(last.get('far/level')!.reason)
  }, 240_000)
})

describe('trouble', () => {
  it('who says nothing, half a word, or no more than that he is there, is closed and takes no place', async () => {
    const all = await strangers
    expect([all.length, all.filter(({ closedS }) => closedS === null)]).toEqual([4, []])
    expect((await value(operator, 'p/online')).statusCode.name).toBe('Good')
  })
  it('whoever ends the process of the server ends nothing else, and it is back with its values', async () => {
    const before = worker()
    process.kill(before, 'SIGKILL')
    await until('it is gone', () => mine().view().state !== 'up')
    expect((await admin.get('/api/v1/opcua-server')).body).toMatchObject({ endpoint: null, sessions: 0 })
    endpoint = await until('another one listens', () => mine().view().endpoint, 60_000)
    expect(worker()).not.toBe(before)
  })
  it('an alarm of a channel is shown too, with the name of the channel, and takes nothing else away', async () => {
    await until('it is raised', () => g.deps.alarms.get('keeps-up:@bus:overloaded')?.active)
    const late = await connected()
    const session = await late.createSession(person('operator'))
    const source = await until('it is shown', async () => {
      const found = await value(session, 'alarm:keeps-up:@bus:overloaded-SourceName')
      return found.statusCode.isGood() && found.value.value
    })
    expect([source, mine().view()]).toEqual(['@bus', expect.objectContaining({ state: 'up', unshownAlarms: 0 })])
    await late.disconnect()
  })
  it('whoever is disabled is out at once', async () => {
    const again = await connected()
    const session = await again.createSession(person('operator'))
    expect((await value(session, 'p/online')).statusCode.name).toBe('Good')
    expect((await admin.post('/api/v1/users/operator/disable')).status).toBe(200)
    await until('the session is over', () => mine().view().sessions === 0)
    await again.disconnect()
    const third = await connected()
    expect(await refused(third.createSession(person('operator')))).toBe('BadUserAccessDenied')
  })
})
