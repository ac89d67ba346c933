import {
  AttributeIds,
  type ClientSession,
  type ClientSubscription,
  coerceNodeId,
  constructEventFilter,
  NodeId,
  StatusCode,
  TimestampsToReturn,
  type Variant,
} from 'node-opcua'
import { nodeIdOf, readValues } from './items.ts'
import type { Condition, Reading } from './protocol.ts'
import { plain, refused, timeOf } from './values.ts'

/**
 * Alarms and conditions of a server as values [OPC 10000-9]. One raw event item on the Server object; what stands is
 * asked for by ConditionRefresh, so that it is known after each connect and not only what changes from then on.
 */

/** ConditionId is no field but the NodeId attribute of the condition; constructEventFilter knows the word. */
const fields = [
  'EventType',
  'SourceNode',
  'ConditionName',
  'Time',
  'Message',
  'Severity',
  'Retain',
  'BranchId',
  'EnabledState.Id',
  'ActiveState.Id',
  'Quality',
  'ConditionId',
] as const
type Field = (typeof fields)[number]

const REFRESH_START = 'ns=0;i=2787'
const REFRESH_END = 'ns=0;i=2788'
const REFRESH_REQUIRED = 'ns=0;i=2789'
const QUEUE_OVERFLOW = 'ns=0;i=3035'
/** ConditionType and its method ConditionRefresh [OPC 10000-9 5.5.7]. */
const CONDITION_TYPE = 'i=2782'
const CONDITION_REFRESH = 'i=3875'
const REFRESH_WAIT_MS = 10_000
const QUEUE = 1000
/** A building has a few hundred; a server that makes up conditions without end must not fill the memory. */
const MOST_KNOWN = 20_000

interface Known {
  readonly source: string
  readonly name: string
  readonly active: boolean
  /** Its enabled state and quality let its active state be believed. */
  readonly sure: boolean
  readonly severity: number
  readonly message: string
  readonly at: number | undefined
}
interface Listener {
  readonly index: number
  readonly condition: Condition
  readonly report: (reading: Reading) => void
  last: string
}

export type Conditions = ReturnType<typeof watchConditions>

export function watchConditions(
  session: ClientSession,
  subscription: () => Promise<ClientSubscription>,
  failed: (why: string) => void,
  say: (message: string, detail: object) => void,
) {
  const known = new Map<string, Known>()
  /** What was known before a refresh and was not mentioned in it yet. */
  let suspects: Set<string> | undefined
  /** Good: what is known is all there is. Otherwise why it is not. */
  let status = 'BadWaitingForInitialData'
  const sources = new Map<string, string>()
  const listeners = new Map<number, Listener[]>()
  let installed: Promise<void> | undefined
  let refreshing: Promise<void> | undefined
  let ended = () => {}
  let stopped = false

  async function install() {
    const made = await subscription()
    const item = await made.monitor(
      { nodeId: 'i=2253', attributeId: AttributeIds.EventNotifier }, // Server
      { samplingInterval: 0, queueSize: QUEUE, discardOldest: true, filter: constructEventFilter([...fields]) },
      TimestampsToReturn.Neither,
    )
    if (item.statusCode && !item.statusCode.isGood()) {
      status = item.statusCode.name
      say('opcua server sends no events', { status })
      return tell()
    }
    item.on('changed', (values: unknown) => event(values as Variant[]))
    await refresh()
  }

  function event(values: readonly Variant[]) {
    const field = (name: Field): unknown => values[fields.indexOf(name)]?.value
    const type = String(field('EventType'))
    if (type === REFRESH_START) suspects = new Set(known.keys())
    if (type === REFRESH_END) {
      // Part 9 4.5: a condition that a refresh does not mention stands no longer.
      for (const id of suspects ?? []) known.delete(id)
      suspects = undefined
      status = 'Good'
      ended()
      tell()
    }
    // Events were lost, or the server says that it lost track: what stands has to be asked for.
    if (type === REFRESH_REQUIRED || type === QUEUE_OVERFLOW) void refresh()
    const id = field('ConditionId')
    if (!(id instanceof NodeId) || id.isEmpty()) return
    // A branch is an earlier state that waits for an acknowledgement; it is not what holds now.
    const branch = field('BranchId')
    if (branch instanceof NodeId && !branch.isEmpty()) return
    const key = id.toString()
    const source = String(field('SourceNode'))
    if (!sources.has(source)) return
    suspects?.delete(key)
    const state = field('ActiveState.Id')
    const quality = field('Quality')
    known.set(key, {
      source,
      name: String(field('ConditionName') ?? ''),
      // Conditions without an active state stand as long as they are retained.
      active: typeof state === 'boolean' ? state : field('Retain') === true,
      sure: field('EnabledState.Id') !== false && !(quality instanceof StatusCode && quality.value >>> 31 === 1),
      severity: Number(field('Severity') ?? 0),
      message: String(plain(field('Message')) ?? ''),
      at: timeOf(field('Time')),
    })
    if (known.size > MOST_KNOWN) return failed(`more than ${MOST_KNOWN} conditions`)
    tell(source)
  }

  /** One at a time. */
  function refresh(): Promise<void> {
    refreshing ??= askWhatStands().finally(() => {
      refreshing = undefined
    })
    return refreshing
  }
  async function askWhatStands() {
    const made = await subscription()
    const nodes = [...sources.keys()]
    const ids = nodes.map(node => coerceNodeId(node))
    const found = await readValues(session, ids, AttributeIds.NodeClass)
    for (const [i, node] of nodes.entries()) sources.set(node, found[i]!.statusCode.name)
    const { promise, resolve } = Promise.withResolvers<void>()
    ended = resolve
    const answer = await session.call({
      objectId: CONDITION_TYPE,
      methodId: CONDITION_REFRESH,
      inputArguments: [{ dataType: 'UInt32', value: made.subscriptionId }],
    })
    if (!answer.statusCode.isGood() && answer.statusCode.name !== 'BadRefreshInProgress') {
      // Nobody can say what stands: events alone tell only of changes.
      status = answer.statusCode.name
      say('opcua server refuses ConditionRefresh', { status })
      return tell()
    }
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<'late'>(soon => {
      timer = setTimeout(soon, REFRESH_WAIT_MS, 'late')
    })
    const outcome = await Promise.race([promise, late])
    clearTimeout(timer)
    if (outcome === 'late' && status === 'BadWaitingForInitialData') {
      status = 'BadTimeout'
      tell()
    }
  }

  function readingOf(index: number, { source, name, show = 'active' }: Condition): Reading {
    const node = nodeIdOf(source)?.toString()
    const found = node === undefined ? 'BadNodeIdInvalid' : sources.get(node)
    if (found === undefined || found === '') return refused(index, 'BadWaitingForInitialData')
    if (found.startsWith('Bad')) return refused(index, found)
    if (status !== 'Good') return refused(index, status)
    const mine = [...known.values()].filter(k => k.source === node && (name === undefined || k.name === name))
    const standing = mine.filter(k => k.active && k.sure).sort((a, b) => b.severity - a.severity)
    // One that certainly stands is enough; that none stands needs all to be certain.
    if (standing.length === 0 && mine.some(k => !k.sure)) return refused(index, 'BadNoData')
    const worst = standing[0]
    const times = (standing.length > 0 ? standing : mine).flatMap(k => k.at ?? [])
    const value = { active: worst !== undefined, severity: worst?.severity ?? 0, message: worst?.message ?? '' }[show]
    const at = times.length > 0 ? Math.max(...times) : undefined
    return { index, status: 'Good', severity: 'good', value, at }
  }

  function tell(source?: string) {
    if (stopped || status === 'BadWaitingForInitialData') return
    for (const list of listeners.values())
      for (const listener of list) {
        const { index, condition, report } = listener
        if (source !== undefined && nodeIdOf(condition.source)?.toString() !== source) continue
        const reading = readingOf(index, condition)
        const now = JSON.stringify([reading.status, reading.value, reading.at])
        if (now === listener.last) continue
        listener.last = now
        report(reading)
      }
  }

  /** Until what stands is known, or why it can't be. */
  function want(conditions: readonly Condition[]): Promise<void> {
    let fresh = false
    for (const { source } of conditions) {
      const node = nodeIdOf(source)?.toString()
      if (node === undefined || sources.has(node)) continue
      sources.set(node, '')
      fresh = true
    }
    if (!installed) installed = install()
    // Events of sources that nobody had asked for were not kept.
    else if (fresh) installed = installed.then(async () => void (status === 'Good' && (await again())))
    return installed.catch(error => failed(`conditions: ${error?.message ?? error}`))
  }
  async function again() {
    await refreshing
    await refresh()
  }

  return {
    watch(id: number, items: readonly (readonly [number, Condition])[], report: Listener['report']) {
      if (items.length === 0) return
      listeners.set(
        id,
        items.map(([index, condition]) => ({ index, condition, report, last: '' })),
      )
      void want(items.map(([, condition]) => condition)).then(() => tell())
    },
    unwatch: (id: number) => void listeners.delete(id),
    async read(items: readonly (readonly [number, Condition])[]): Promise<Reading[]> {
      await want(items.map(([, condition]) => condition))
      return items.map(([index, condition]) => readingOf(index, condition))
    },
    /** After an interruption. */
    refresh: () => void (installed && refresh().catch(error => failed(`conditions: ${error?.message ?? error}`))),
    stop() {
      stopped = true
    },
  }
}
