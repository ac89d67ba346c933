import {
  AttributeIds,
  ClientMonitoredItemGroup,
  type ClientSession,
  type ClientSubscription,
  coerceNodeId,
  DataChangeFilter,
  DataChangeTrigger,
  type DataValue,
  DeadbandType,
  type NodeId,
  TimestampsToReturn,
} from 'node-opcua'
import type { Item, Reading } from './protocol.ts'
import { readingOf, refused } from './values.ts'

/** A value of a node, by subscription or by polling. `index` is its place in the watch. */
interface Wanted {
  readonly index: number
  readonly node: NodeId
  readonly item: Item
}
type Report = (reading: Reading) => void

/** What one CreateMonitoredItems or Read asks for; small servers take no more. */
const AT_ONCE = 250
/** A node that was not there may be there later: a device behind the server that was switched on. */
const ASK_AGAIN_MS = 30_000

/** A slow poll that failed. */
const POLL_AGAIN_MS = 5000

const NO_FILTER = /^Bad(MonitoredItemFilter|Filter|Deadband)/

/**
 * Monitored items of one session.
 * @param subscription made when first needed: a server that is only polled may have none
 * @param failed ends the session
 */
export function watchItems(
  session: ClientSession,
  subscription: () => Promise<ClientSubscription>,
  failed: (why: string) => void,
  say: (message: string, detail: object) => void,
) {
  const stops = new Map<number, Set<() => void>>()
  const polls = new Set<() => Promise<void>>()
  const told = new Set<() => Promise<void>>()
  const late = new Set<(handle: number, value: DataValue) => void>()

  function watch(id: number, items: readonly (readonly [index: number, item: Item])[], report: Report) {
    const ends = new Set<() => void>()
    stops.set(id, ends)
    const wanted = items.flatMap(([index, item]) => {
      const node = nodeOf(item)
      if (!node) report(refused(index, 'BadNodeIdInvalid'))
      return node ? [{ index, node, item }] : []
    })
    const subscribed = wanted.filter(w => !w.item.poll)
    if (subscribed.length > 0)
      subscription().then(
        made => stops.get(id) === ends && subscribe(made, subscribed, report, ends),
        error => failed(String(error?.message ?? error)),
      )
    poll(
      wanted.filter(w => w.item.poll),
      report,
      ends,
    )
  }

  function subscribe(made: ClientSubscription, wanted: readonly Wanted[], report: Report, ends: Set<() => void>) {
    const alike = Map.groupBy(wanted, ({ item }) =>
      [item.samplingMs, item.queue, item.deadband, item.deadbandPercent].join(),
    )
    for (const list of alike.values())
      for (let at = 0; at < list.length; at += AT_ONCE) monitor(made, list.slice(at, at + AT_ONCE), report, ends)
  }

  function monitor(made: ClientSubscription, wanted: readonly Wanted[], report: Report, ends: Set<() => void>) {
    const { item } = wanted[0]!
    const filter = filterOf(item)
    const group = ClientMonitoredItemGroup.create(
      made,
      wanted.map(w => ({ nodeId: w.node, attributeId: AttributeIds.Value })),
      { samplingInterval: item.samplingMs, queueSize: item.queue, discardOldest: true, ...(filter && { filter }) },
      TimestampsToReturn.Both,
    )
    const known: (Reading | undefined)[] = []
    const tell = (at: number, reading: Reading) => {
      known[at] = reading
      report(reading)
    }
    group.on('changed', (_item, value, at) => tell(at, readingOf(wanted[at]!.index, value)))
    /** Refused by the server; others see to them. */
    const left = new Set<number>()
    const begun = performance.now()
    let soon: NodeJS.Timeout | undefined
    const askAnew = async () => {
      clearTimeout(soon)
      const values = await readValues(
        session,
        wanted.map(w => w.node),
      ).catch(() => null)
      if (!told.has(askAnew)) return
      if (!values) {
        // A connection that is gone is told by others; one that only did not answer is asked until it does.
        clearTimeout(soon)
        soon = setTimeout(askAnew, POLL_AGAIN_MS)
        return
      }
      // The first notification is waited for. It may be the one that was lost: what never changes would be unknown for ever.
      const waited = performance.now() - begun >= POLL_AGAIN_MS
      for (const [at, value] of values.entries()) {
        const reading = readingOf(wanted[at]!.index, value)
        const before = known[at]
        if (before ? isNews(reading, before) : waited && !left.has(at)) tell(at, reading)
      }
      const unheard = wanted.some((_, at) => !known[at] && !left.has(at))
      if (unheard) soon = setTimeout(askAnew, POLL_AGAIN_MS)
    }
    told.add(askAnew)
    /** What came between is told, and then again what holds: the newest is never the older one. */
    const tellOlder = (handle: number, value: DataValue) => {
      const at = group.monitoredItems.findIndex(i => i.monitoringParameters.clientHandle === handle)
      if (at < 0) return
      const newest = known[at]
      const reading = readingOf(wanted[at]!.index, value)
      if (!newest) return tell(at, reading)
      report(reading)
      report(newest)
    }
    late.add(tellOlder)
    ends.add(() => {
      told.delete(askAnew)
      late.delete(tellOlder)
      clearTimeout(soon)
    })
    group.on('initialized', () => {
      const refusals = Map.groupBy(
        wanted.map((w, at) => ({ ...w, at, status: group.monitoredItems[at]?.statusCode })),
        ({ status }) => (status && !status.isGood() ? status.name : ''),
      )
      refusals.delete('')
      for (const { at } of [...refusals.values()].flat()) left.add(at)
      for (const [status, list] of refusals) dealWith(made, status, list, report, ends)
    })
    group.on('err', why => failed(`monitored items: ${why}`))
    ends.add(() => void group.terminate().catch(() => {}))
  }

  function dealWith(
    made: ClientSubscription,
    status: string,
    list: readonly Wanted[],
    report: Report,
    ends: Set<() => void>,
  ) {
    if (NO_FILTER.test(status)) {
      // Then every change comes; what goes out is filtered by the gateway all the same.
      say('opcua server does not filter by deadband', { status, items: list.length })
      const bare = list.map(w => ({ ...w, item: { ...w.item, deadband: undefined, deadbandPercent: undefined } }))
      return subscribe(made, bare, report, ends)
    }
    if (status === 'BadTooManyMonitoredItems') {
      say('opcua server takes no more monitored items; the rest is polled', { items: list.length })
      return poll(list, report, ends)
    }
    for (const { index } of list) report(refused(index, status))
    const timer = setTimeout(() => subscribe(made, list, report, ends), ASK_AGAIN_MS)
    ends.add(() => clearTimeout(timer))
  }

  function poll(wanted: readonly Wanted[], report: Report, ends: Set<() => void>) {
    for (const [everyMs, list] of Map.groupBy(wanted, w => w.item.samplingMs))
      for (let at = 0; at < list.length; at += AT_ONCE) {
        const some = list.slice(at, at + AT_ONCE)
        let busy = false
        let again = false
        let soon: NodeJS.Timeout | undefined
        const once = async () => {
          if (busy) {
            // Asked before the wire broke, it may never be answered: that must not count as asked after it was mended.
            again = true
            return
          }
          busy = true
          clearTimeout(soon)
          try {
            const values = await readValues(
              session,
              some.map(w => w.node),
            )
            for (const [i, value] of values.entries()) report(readingOf(some[i]!.index, value))
          } catch (error) {
            // A service fault is an answer too; a dead connection is told by others, for all points at once.
            const status = /Bad[A-Z]\w+/.exec(String((error as Error)?.message))?.[0] ?? 'BadTimeout'
            for (const { index } of some) report(refused(index, status))
            // What is read once an hour must not be unknown for an hour because of one late answer.
            if (everyMs > POLL_AGAIN_MS && polls.has(once)) soon = setTimeout(once, POLL_AGAIN_MS)
          }
          busy = false
          if (!again || !polls.has(once)) return
          again = false
          void once()
        }
        const timer = setInterval(() => busy || once(), everyMs)
        polls.add(once)
        ends.add(() => {
          clearInterval(timer)
          clearTimeout(soon)
          polls.delete(once)
        })
        void once()
      }
  }

  const unwatch = (id: number) => {
    for (const stop of stops.get(id) ?? []) stop()
    stops.delete(id)
  }
  return {
    watch,
    unwatch,
    /** Messages were lost: what holds now is read, or the last value heard would stand for ever. */
    askTold() {
      for (const askAnew of told) void askAnew()
    },
    /** A value of a lost message that the server still had: older than what holds. */
    older(handle: number, value: DataValue) {
      for (const tell of late) tell(handle, value)
    },
    /** After an interruption: what is polled once an hour need not wait for an hour. */
    askPolled() {
      for (const once of polls) void once()
    },
    /** For a session that is over: what is left are timers. */
    stop() {
      for (const id of [...stops.keys()]) unwatch(id)
    },
  }
}

/** What a read says that no notification did. */
function isNews(reading: Reading, known: Reading): boolean {
  if (reading.at !== undefined && known.at !== undefined && reading.at < known.at) return false
  return reading.status !== known.status || reading.value !== known.value
}

/** One attribute of each. @throws when the server answers with more or fewer than it was asked for: which is whose? */
export async function readValues(
  session: ClientSession,
  nodes: readonly NodeId[],
  attributeId = AttributeIds.Value,
): Promise<DataValue[]> {
  const values = await session.read(
    nodes.map(nodeId => ({ nodeId, attributeId })),
    0,
  )
  if (values.length !== nodes.length) throw new Error(`BadUnknownResponse: ${values.length} for ${nodes.length}`)
  return values
}

/** undefined: not a node id, whatever it looks like. */
export function nodeIdOf(text: string): NodeId | undefined {
  try {
    return coerceNodeId(text)
  } catch {
    return undefined
  }
}
const nodeOf = ({ target }: Item): NodeId | undefined => ('node' in target ? nodeIdOf(target.node) : undefined)

function filterOf({ deadband, deadbandPercent }: Item): DataChangeFilter | undefined {
  const trigger = DataChangeTrigger.StatusValue
  if (deadbandPercent)
    return new DataChangeFilter({ trigger, deadbandType: DeadbandType.Percent, deadbandValue: deadbandPercent })
  if (deadband) return new DataChangeFilter({ trigger, deadbandType: DeadbandType.Absolute, deadbandValue: deadband })
  return undefined
}
