import { samplesOf } from '../drivers/batch.ts'
import type { Driver } from '../drivers/driver.ts'
import { type Alarm, isTest, silenced, stateOf } from '../rules/alarm.ts'
import { SELF } from '../rules/packs/gatehouse.ts'
import { blockedBy } from '../rules/tag.ts'
import { commitAlarms } from './alarms/consequences.ts'
import type { Outlet } from './broker/wiring.ts'
import type { openLearned } from './channels/learned.ts'
import type { ChannelSecrets } from './channels/secrets.ts'
import type { Bus } from './core/bus.ts'
import { type Clock, iso } from './core/clock.ts'
import { type Events, GATEWAY } from './core/events.ts'
import type { Log } from './core/log.ts'
import { doorHeldOpen, wireDoors } from './doors/wiring.ts'
import type { History } from './history/history.ts'
import type { Deps } from './http/deps.ts'
import { runView } from './http/runbooks.ts'
import { alarmView, equipmentViews, pointView, workorderView } from './http/views.ts'
import type { Kept } from './kept.ts'
import { type RunningLinkage, runLinkage } from './linkage/linkage.ts'
import type { Detections } from './live/detections.ts'
import { watchRunbooks } from './live/runbooks.ts'
import { watchSelf } from './live/selfwatch.ts'
import type { Notify, OutageNotice } from './notices/notify.ts'
import type { OpcuaServer } from './opcua/server.ts'
import { publishPoints } from './out/points.ts'
import { publishTelemetry } from './out/publish.ts'
import { publishRecords } from './out/records.ts'
import { answerRequests } from './out/requests.ts'
import { topics } from './out/topics.ts'
import type { Outputs } from './outputs/outputs.ts'
import { watchTags } from './permits/tagwatch.ts'
import { type RunningPlant, runPlant } from './plant.ts'
import { actionsOf } from './records/commands.ts'
import { helpWords } from './records/helpcalls.ts'
import type { Run } from './records/runbooks.ts'
import { liveInZone } from './site/home.ts'
import type { Site } from './site/site.ts'
import type { Checkpoint } from './trail/verify-trail.ts'

/** What runs now; both null while no site does. */
export interface Live {
  plant: RunningPlant | null
  linkage: RunningLinkage | null
}

export interface RunningDeps {
  readonly live: Live
  readonly kept: Kept
  readonly version: string
  readonly data: string
  readonly secrets: string
  readonly clock: Clock
  readonly log: Log
  readonly bus: Bus<Events>
  readonly drivers: readonly Driver[]
  readonly outlet: Outlet
  readonly channelSecrets: ChannelSecrets
  readonly learned: ReturnType<typeof openLearned>
  readonly history: History
  readonly detections: Detections
  readonly notify: Notify
  readonly outputs: Outputs
  readonly opcuaServer: OpcuaServer
  /** Of the memory that the gateway may have, percent. */
  readonly memoryUsed: () => number
  readonly backupFailing: () => boolean
  /** Called while no site runs, before the next one does: nothing waits then. */
  readonly resting: () => void
  readonly heartbeatFailing: () => boolean
  readonly certificateFailing: () => boolean
  /** The newest checkpoint of the trail; null: there is none yet. */
  readonly checkpoint: () => Checkpoint | null
  readonly attendance: { short(): boolean; unanswered(): boolean }
  /** What the pages show of records is what is told outside. */
  readonly deps: () => Deps
}

/**
 * What belongs to the site that runs and ends with it: plant, alarms, linkage, telemetry, records told outside.
 * `run` takes the place of what ran before; `stop` ends it.
 */
export function siteRunner(given: RunningDeps) {
  const { live, kept, version, data, clock, log, bus, outlet, history, notify, outputs } = given
  const { trail, alarms, commands, runs, workorders } = kept
  const { broker, publish } = outlet
  const calledFrom = helpWords(kept.helpCalls)
  const commit = commitAlarms({
    ...{ trail, alarms, runs, workorders, calledFrom },
    mainMeter: point => given.deps().mainMeters.said(point),
    site: () => live.plant!.site,
    now: clock.now,
  })
  /** Asked for each second, so read again only after a change. */
  let openRunsNow: readonly Run[] | null = null
  bus.on('record', entry => {
    if (entry.kind === 'runbook') openRunsNow = null
  })
  let stopSite = async () => {}

  async function run(site: Site) {
    const before = live.plant?.site.id
    // Its line would be polled by the new site while it is searched.
    await given.detections.cancel()
    await stopSite()
    if (before !== undefined && before !== site.id) await forget(before)
    given.resting()
    liveInZone(site.timezone)
    const topic = topics(site.id)
    const deps = given.deps()
    const known = new Map(alarms.all().map(a => [a.id, a]))
    const running = runPlant(site, {
      ...{ clock, log, known, commit, drivers: given.drivers, secrets: given.secrets, learned: given.learned },
      secretOf: given.channelSecrets.read,
      heldOpen: (point, value) =>
        live.linkage?.heldOpen(point, value) ?? doorHeldOpen(site, () => live.linkage)(point, value),
      preStart: deps.runRecords.preStart.gate,
      commands: {
        ...commands,
        ended: command =>
          trail.change(GATEWAY, note =>
            commands.put(note, command, actionsOf(commands.get(command.id) ?? null, command)),
          ),
      },
      readings: r => bus.emit('readings', r),
      blocked: equipment => blockedBy(kept.tags.on(equipment), clock.now()),
      helpCalls: kept.helpCalls.open,
      mainMeters: deps.mainMeters.points,
    })
    live.plant = running
    running.help.look()
    const linkage = runLinkage({
      ...{ site, clock, bus, trail, commands, live: running.commands, get: running.latest.get },
      record: kept.linkageRecord,
      failed: error => log.error({ error }, 'a step of the fire linkage could not be stored; it will be tried again'),
    })
    live.linkage = linkage
    history.use([...running.points.values()])
    history.limit(site.history)
    const stopRunbooks = watchRunbooks({
      clock,
      points: () =>
        site.equipment.flatMap(e => e.points.map(p => ({ id: p.id, equipment: e.id, kind: e.kind, key: p.key }))),
      get: running.latest.get,
      open() {
        openRunsNow ??= runs.open()
        return openRunsNow
      },
      tick: (...ticked) => trail.change(GATEWAY, note => runs.tick(note, ...ticked, clock.now())),
      failed: error => log.error({ error }, 'a step of a runbook could not be ticked; it will be tried again'),
    })
    notify.use(site)
    const telemetry = publishTelemetry([...running.points.values()], broker, topic, clock, error =>
      outlet.failed({ error }),
    )
    const single = site.broker.points
      ? publishPoints([...running.points.keys()], broker, topic, error => outlet.failed({ error }))
      : null
    const look = recordViews(deps)
    const stops = [
      wireDoors({
        ...{ site, kept, clock, bus, broker, linkage: () => live.linkage },
        failed: error => log.error({ error }, 'what a door controller was to be told could not be stored'),
      }),
      stopRunbooks,
      watchTags({
        ...{ site, clock, trail, tags: kept.tags, get: running.latest.get, tell: running.alarms.samples },
        failed: error =>
          log.error({ error }, 'that a tag is tried no longer could not be stored; it will be tried again'),
      }),
      watchSelf({
        clock,
        data,
        channels: site.channels.map(c => c.id),
        overloaded: channel => running.link(channel)?.overloaded?.() === true,
        unknownLines: channel => running.link(channel)?.lines?.().unknownLately ?? null,
        recordsFailing: () => kept.storage.since() !== null,
        // Its own do not count: that they wait would be a reason to wait on.
        unstored: () => running.alarms.waiting().filter(w => !w.alarm.id.startsWith(`${SELF}.`)).length,
        brokerListening: broker.listening,
        outputFailedAt: () => (notify.broken || outputs.blind() ? performance.now() : outlet.failedAt()),
        memoryUsed: given.memoryUsed,
        backupFailing: given.backupFailing,
        heartbeatFailing: given.heartbeatFailing,
        certificateFailing: given.certificateFailing,
        attendance: given.attendance,
        clockBelieved: () => kept.access.clock().safe,
        tell: running.alarms.samples,
      }),
      bus.on('readings', telemetry.take),
      ...(single ? [bus.on('readings', readings => single.take(samplesOf(readings)))] : []),
      publishRecords(bus, topic, (...message) => void publish(...message), look),
      answerRequests(broker, topic, {
        health: () => ({ version, since: iso(running.since), points: running.latest.size }),
        points: () => [...running.points.values()].map(p => pointView(p, running.latest.get(p.id)!)),
        alarms: () => alarms.open().map(a => alarmView(deps, a)),
        workorders: () => workorders.list('open', 1000).map(w => workorderView(deps, w)),
      }),
    ]
    const status = (state: 'online' | 'offline') =>
      publish(topic.status, { state, version, since: iso(running.since) }, true)
    stopSite = async () => {
      for (const stop of stops) stop()
      telemetry.stop()
      await single?.stop()
      await outputs.leave()
      await notify.stop()
      linkage.stop()
      live.plant = null
      await running.stop()
      // Only now: as long as anything can be commanded, it says which way out must not be shut.
      live.linkage = null
      await status('offline')
    }
    retire(running)
    await given.opcuaServer.use(running)
    await outlet.doors.use(running.site.broker)
    await status('online')
    await publish(topic.equipment, equipmentViews(running), true)
    const checkpoint = given.checkpoint()
    if (checkpoint) await publish(topic.trail, checkpoint, true)
    // All in one breath: an alarm that cleared between two of them would be put back.
    await Promise.all(alarms.open().map(stored => publish(topic.alarm(stored.id), alarmView(deps, stored), true)))
    await outputs.use({
      ...{ site, since: running.since, look },
      plant: {
        points: () => running.points.values(),
        get: running.latest.get,
        online: equipment => running.state(equipment)?.online ?? null,
      },
      hello: () => [
        { topic: 'equipment', body: equipmentViews(running) },
        ...[given.checkpoint()].flatMap(body => (body ? [{ topic: 'trail', body }] : [])),
        ...alarms.open().map(stored => ({ topic: `alarms/${stored.id}`, body: alarmView(deps, stored) })),
      ],
    })
  }

  /** Takes back what was kept for later subscribers under a name that the site no longer has. */
  async function forget(siteId: string) {
    const topic = topics(siteId)
    await publish(topic.equipment, null, true)
    await publish(topic.trail, null, true)
    for (const stored of alarms.open()) await publish(topic.alarm(stored.id), null, true)
  }

  /** Alarms whose rule or point is no longer in the site can never clear by themselves; unseen ones stay in the list until somebody has seen them. */
  function retire(running: RunningPlant) {
    // A proof ends with its site: whoever keeps it lays its alarm to rest.
    const orphans = alarms.open().filter(a => stays(a) && !isTest(a.id) && !running.alarms.has(a.id))
    if (orphans.length === 0) return
    const aside = { resetNeeded: false, shelved: null, outOfService: null, suppressedBy: [] }
    trail.change(GATEWAY, note => {
      for (const a of orphans) alarms.put(note, { ...a, ...aside, active: false, retired: true }, 'retired')
    })
  }

  return { run, stop: () => stopSite() }
}

/** Each kind of record as the outside sees it. */
const recordViews = (deps: Deps): Parameters<typeof publishRecords>[3] => ({
  alarm: (id, seq) => {
    const made = deps.alarmAt(id, seq)
    return made && { view: made.view, open: stateOf(made.stored) !== 'NORM' }
  },
  workorder: id => {
    const order = deps.workorders.get(id)
    return order && { view: workorderView(deps, order), open: order.closedAt === null }
  },
  // As it was sent: each is a message of its own, nothing stays open.
  outage: (_, seq) => {
    const [entry] = deps.trail.after(seq - 1, 1)
    if (entry?.kind !== 'outage') return undefined
    const { run, no, what, kind, group, words, facts } = entry.data as unknown as OutageNotice
    return { view: { run, no, what, kind, group, words, ...facts, at: iso(entry.time), by: entry.actor }, open: false }
  },
  runbook: id => {
    const run = deps.runs.get(id)
    return run && { view: runView(deps, run), open: run.phase === 'open' }
  },
})

/** It would stay as it is for ever when no rule watches it any more. */
const stays = (a: Alarm): boolean => a.active || a.resetNeeded || silenced(a)
