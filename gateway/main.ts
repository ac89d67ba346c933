import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { drivers, profiles } from '../drivers/index.ts'
import { type Alarm, silenced, stateOf } from '../rules/alarm.ts'
import { policies } from '../rules/orderclock.ts'
import { SELF } from '../rules/packs/gatehouse.ts'
import { again, classFor } from '../rules/workorder.ts'
import { openDoors } from './accesswiring.ts'
import { hasCalled, watchAlarmRate } from './alarmrate.ts'
import { openAlarmSound } from './alarmsound.ts'
import { openBackups } from './backup/keeper.ts'
import { finishRestore } from './backup/restore.ts'
import { openBrokerFile } from './brokerfile.ts'
import { openChannelSecrets } from './channelsecrets.ts'
import { commitAlarms } from './consequences.ts'
import { hostPort } from './core/address.ts'
import { createBus } from './core/bus.ts'
import { createClock, iso, isoOrNull } from './core/clock.ts'
import { type Events, GATEWAY } from './core/events.ts'
import { lockFolder } from './core/lock.ts'
import { createLog } from './core/log.ts'
import { guarded, writeCsv } from './csv.ts'
import { fillHistory } from './demo/fillhistory.ts'
import { startDemo } from './demo.ts'
import { openHistory } from './history/history.ts'
import { acknowledge } from './http/alarms.ts'
import type { Deps } from './http/deps.ts'
import { sameLine } from './http/detections.ts'
import { callbackBodies } from './http/reports.ts'
import { runView } from './http/runbooks.ts'
import { createServer } from './http/server.ts'
import { alarmView, alarmViews, equipmentViews, placeAt, placeIn, pointView, workorderView } from './http/views.ts'
import { openCallbackSecret, openIntake } from './intake.ts'
import { openLearned } from './learned.ts'
import { type RunningLinkage, runLinkage } from './linkage.ts'
import { interrupted } from './live/commands.ts'
import { createDetections, type Detection } from './live/detections.ts'
import { watchRunbooks } from './live/runbooks.ts'
import { watchSelf } from './live/selfwatch.ts'
import { watchMaintenance } from './maintenancewatch.ts'
import { measuredOf } from './measured.ts'
import { openNotify } from './notify.ts'
import { openOpcuaServer } from './opcuaserver.ts'
import { watchOrders } from './orderwatch.ts'
import { startBroker } from './out/broker.ts'
import { sendCallbacks } from './out/callback.ts'
import { createMetrics } from './out/metrics.ts'
import { publishTelemetry } from './out/publish.ts'
import { publishRecords } from './out/records.ts'
import { answerRequests } from './out/requests.ts'
import { topics } from './out/topics.ts'
import { openOutputs } from './outputs.ts'
import { openProfiles } from './ownprofiles.ts'
import { openPhotos } from './photos.ts'
import { openPlans } from './plans.ts'
import { type RunningPlant, runPlant } from './plant.ts'
import { alarms as openAlarms } from './records/alarms.ts'
import { asideRows } from './records/aside.ts'
import { brokerAccounts as openBrokerAccounts } from './records/brokeraccounts.ts'
import { actionsOf, commands as openCommands } from './records/commands.ts'
import { openCursor } from './records/cursor.ts'
import { migrations, openDb } from './records/db.ts'
import { openDecided } from './records/decided.ts'
import { demoPast as openDemoPast } from './records/demopast.ts'
import { helpWords, openHelpCalls } from './records/helpcalls.ts'
import { idempotency as openIdempotency } from './records/idempotency.ts'
import { linkage as openLinkage } from './records/linkage.ts'
import { maintenance as openMaintenance } from './records/maintenance.ts'
import { notices as openNotices } from './records/notices.ts'
import { orderWork } from './records/orderwork.ts'
import { openParts } from './records/parts.ts'
import { reports as openReports } from './records/reports.ts'
import { runs as openRuns, type Run } from './records/runbooks.ts'
import { hashPassword, newPassword } from './records/secrets.ts'
import { watchStorage } from './records/storage.ts'
import { openTrail } from './records/trail.ts'
import { users as openUsers } from './records/users.ts'
import { workorders as openWorkorders } from './records/workorders.ts'
import type { Site } from './site.ts'
import { openSiteFile, writeDurably } from './sitefile.ts'
import { keepSite } from './sitekeeper.ts'
import { siteRules } from './siterules.ts'

export interface Options {
  /** Folder of everything that is kept. */
  readonly data: string
  /** `host:port`; port 0 takes any. */
  readonly http: string
  readonly mqtt: string
  /** A site.json to start from when there is none yet. */
  readonly site?: string | undefined
  readonly adminPassword?: string | undefined
  /** With no site at all: start the demo building. */
  readonly demo: boolean
  readonly logLevel: string
  /** One line for people and scripts. */
  readonly say: (line: string) => void
}

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8')) as {
  version: string
}
const SHORTEST_PASSWORD = 10

/** Starts everything, in the order of design.md section 4; `stop` is the reverse. */
export async function start(options: Options) {
  const { data, say } = options
  mkdirSync(data, { recursive: true, mode: 0o700 })
  chmodSync(data, 0o700)
  const secrets = join(data, 'secrets')
  mkdirSync(secrets, { recursive: true, mode: 0o700 })
  const channelSecrets = openChannelSecrets(secrets)
  const unlock = lockFolder(data)
  finishRestore(data)
  // One that a killed predecessor left would tell of addresses where nobody listens.
  rmSync(join(data, 'run.json'), { force: true })
  const log = createLog(options.logLevel)
  const clock = createClock(Date.now, undefined, error => log.error({ error }, 'timed work failed'))
  clock.onJump(offsetMs => log.warn({ offsetMs }, 'the clock jumped'))
  const bus = createBus<Events>((error, kind) => log.error({ error, kind }, 'a listener failed'))

  const file = openSiteFile(data)
  if (options.site && !existsSync(file.path)) copyFileSync(options.site, file.path)
  // Its thread starts while the building does.
  const opening = openHistory(
    data,
    clock,
    (since, error) =>
      log.error({ since: isoOrNull(since), error }, since ? 'history is not recorded' : 'history is recorded again'),
    aside => log.error({ aside }, 'history.db was broken: it was put aside and a new one begun'),
  )
  opening.catch(() => {})
  const demo = options.demo ? await startDemo(data, say) : null

  const db = openDb(join(data, 'records.db'), migrations)
  const trail = openTrail(
    db,
    clock.now,
    entry => bus.emit('record', entry),
    error => storage.tried(error),
  )
  const storage = watchStorage(clock, trail.probe, since =>
    log.error(
      { since: isoOrNull(since) },
      since ? 'the records cannot be written' : 'the records can be written again',
    ),
  )
  const alarms = openAlarms(db)
  const alarmRate = watchAlarmRate(bus, trail, clock)
  const users = openUsers(db)
  const brokerAccounts = openBrokerAccounts(db)
  const commands = openCommands(db)
  // What a crash cut off may or may not have reached its device.
  const cutOff = commands.open().filter(c => c.phase === 'sent')
  if (cutOff.length > 0)
    trail.change(GATEWAY, note => {
      for (const c of cutOff) commands.put(note, interrupted(c, clock.now()), ['not-confirmed'])
    })
  let plant: RunningPlant | null = null
  let linkage: RunningLinkage | null = null
  const day = (at: number) => dayIn(plant?.site.timezone ?? 'UTC', at)
  const runs = openRuns(db, day)
  const doors = openDoors({
    ...{ db, secrets, day, clock, trail, bus, site: () => plant?.site ?? null, get: point => plant?.latest.get(point) },
    failed: error => log.error({ error }, 'what happened at a door could not be stored'),
  })
  const notices = openNotices(db)
  /** Asked for each second, so read again only after a change. */
  let openRunsNow: readonly Run[] | null = null
  bus.on('record', entry => {
    if (entry.kind === 'runbook') openRunsNow = null
  })
  const workorders = openWorkorders(db, day, {
    policyOf: urgency => plant?.site.orders.policies[urgency] ?? policies[urgency],
    zone: () => plant?.site.timezone ?? 'UTC',
    again: () => plant?.site.orders.again ?? again,
  })
  const maintenance = openMaintenance(db)
  const reports = openReports(db, workorders, day, nature => classFor(nature, plant?.site.orders.urgent))
  const demoPast = openDemoPast(db)
  const linkageRecord = openLinkage(db)
  const decided = openDecided(db)
  const callbackSecret = openCallbackSecret(secrets, decided)

  const parts = openParts(db)
  const helpCalls = openHelpCalls(db, day)

  const calledFrom = helpWords(helpCalls)
  const commit = commitAlarms({ trail, alarms, runs, workorders, site: () => plant!.site, now: clock.now, calledFrom })

  const machines = new Map<string, ReturnType<typeof brokerAccounts.get>>()
  bus.on('record', entry => {
    if (entry.kind === 'broker-account') machines.clear()
  })
  const brokerFile = openBrokerFile(data, aside =>
    log.error({ aside }, 'broker.db was broken: it was put aside and a new one begun; sessions of MQTT clients are gone'),
  )
  const broker = await startBroker({
    ...hostPort(options.mqtt),
    file: brokerFile,
    check: (name, password) => brokerAccounts.check(name, password),
    // Asked for each message and subscriber, so not the database each time.
    account(name) {
      if (!machines.has(name)) machines.set(name, brokerAccounts.get(name))
      const found = machines.get(name)
      return found && !found.revoked ? found : undefined
    },
    log,
  })
  let outputFailedAt: number | null = null
  const failedPublish = (error: unknown) => {
    outputFailedAt = performance.now()
    log.warn({ error }, 'publish failed')
  }
  const publish = (topic: string, body: object | null, retain: boolean) =>
    broker.publish(topic, body ? JSON.stringify(body) : '', { retain, qos: 1 }).catch(failedPublish)

  const noteDetection = (d: Detection, action: string) =>
    trail.change(d.by, note =>
      note('detection', d.id, action, {
        line: d.line.protocol === 'modbus-rtu' ? d.line.path : `${d.line.host}:${d.line.port}`,
        paused: d.paused,
        found: d.found.map(f => f.unit),
      }),
    )
  const detections = createDetections({
    clock,
    async pause(line) {
      const on = (plant?.site.channels ?? []).filter(c => sameLine(line, c.options as never)).map(c => c.id)
      const resume = await plant?.pause(on)
      return { channels: on, resume: () => resume?.() }
    },
    started: d => noteDetection(d, 'started'),
    ended: d => noteDetection(d, d.state),
    failed: error => log.error({ error }, 'a detection failed'),
  })

  const history = await opening
  bus.on('readings', history.readings)
  const learned = openLearned(data, log)
  const notify = openNotify({
    secrets,
    decided,
    clock,
    trail,
    notices,
    alarms,
    workorders,
    bus,
    flooded: () => alarmRate.now().since !== null,
    placeOf: placeIn,
    placeAt,
    failing: (channel, why) => {
      outputFailedAt = performance.now()
      log.warn({ channel, why }, 'a notice could not be sent; it will be tried again')
    },
    refused: why => log.error({ why }, 'secrets/notify.json cannot be used: nobody is told of anything'),
    failed: error => log.error({ error }, 'the escalation of an alarm could not be stored; it will be tried again'),
  })
  const backups = openBackups({ data, version, clock, trail, log, site: () => plant?.site ?? null })
  const idempotency = openIdempotency(db)
  const outputSecrets = openChannelSecrets(join(secrets, 'outputs'))
  const outputs = openOutputs({
    ...{ clock, log, bus, db, data, version, trail, history, secrets: outputSecrets, aside: asideRows(db) },
    command: { clock, trail, commands, idempotency, live: () => plant?.commands ?? null },
  })
  /** What belongs to the site that runs and ends with it. */
  let stopSite = async () => {}
  async function run(site: Site) {
    const before = plant?.site.id
    // Its line would be polled by the new site while it is searched.
    await detections.cancel()
    await stopSite()
    if (before !== undefined && before !== site.id) await forget(before)
    const topic = topics(site.id)
    const known = new Map(alarms.all().map(a => [a.id, a]))
    const running = runPlant(site, {
      clock,
      log,
      drivers,
      secrets,
      learned,
      secretOf: channelSecrets.read,
      known,
      commit,
      heldOpen: (point, value) => linkage?.heldOpen(point, value) ?? null,
      commands: {
        ...commands,
        ended: command =>
          trail.change(GATEWAY, note =>
            commands.put(note, command, actionsOf(commands.get(command.id) ?? null, command)),
          ),
      },
      readings: r => bus.emit('readings', r),
      helpCalls: helpCalls.open,
    })
    plant = running
    running.help.look()
    linkage = runLinkage({
      ...{ site, clock, bus, trail, commands, record: linkageRecord, live: running.commands, get: running.latest.get },
      failed: error => log.error({ error }, 'a step of the fire linkage could not be stored; it will be tried again'),
    })
    history.use([...running.points.values()])
    history.limit(site.history)
    const stopRunbooks = watchRunbooks({
      clock,
      points: site.equipment.flatMap(e => e.points.map(p => ({ id: p.id, equipment: e.id, kind: e.kind, key: p.key }))),
      get: running.latest.get,
      open() {
        openRunsNow ??= runs.open()
        return openRunsNow
      },
      tick: (...ticked) => trail.change(GATEWAY, note => runs.tick(note, ...ticked, clock.now())),
      failed: error => log.error({ error }, 'a step of a runbook could not be ticked; it will be tried again'),
    })
    notify.use(site)
    const telemetry = publishTelemetry([...running.points.values()], broker, topic, clock, failedPublish)
    const look: Parameters<typeof publishRecords>[3] = {
      alarm: (id, seq) => {
        const made = deps.alarmAt(id, seq)
        return made && { view: made.view, open: stateOf(made.stored) !== 'NORM' }
      },
      workorder: id => {
        const order = workorders.get(id)
        return order && { view: workorderView(deps, order), open: order.closedAt === null }
      },
      runbook: id => {
        const run = runs.get(id)
        return run && { view: runView(deps, run), open: run.phase === 'open' }
      },
    }
    const stops = [
      stopRunbooks,
      watchSelf({
        clock,
        data,
        channels: site.channels.map(c => c.id),
        overloaded: channel => running.link(channel)?.overloaded?.() === true,
        unknownLines: channel => running.link(channel)?.lines?.().unknownLately ?? null,
        recordsFailing: () => storage.since() !== null,
        // Its own do not count: that they wait would be a reason to wait on.
        unstored: () => running.alarms.waiting().filter(w => !w.alarm.id.startsWith(`${SELF}.`)).length,
        brokerListening: broker.listening,
        outputFailedAt: () => (notify.broken || outputs.blind() ? performance.now() : outputFailedAt),
        backupFailing: backups.failing,
        tell: running.alarms.samples,
      }),
      bus.on('readings', telemetry.take),
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
      await outputs.leave()
      await notify.stop()
      linkage?.stop()
      plant = null
      await running.stop()
      // Only now: as long as anything can be commanded, it says which way out must not be shut.
      linkage = null
      await status('offline')
    }
    retire(running)
    await opcuaServer.use(running)
    await status('online')
    await publish(topic.equipment, equipmentViews(running), true)
    // All in one breath: an alarm that cleared between two of them would be put back.
    await Promise.all(alarms.open().map(stored => publish(topic.alarm(stored.id), alarmView(deps, stored), true)))
    await outputs.use({
      ...{ site, since: running.since, look },
      hello: () => [
        { topic: 'equipment', body: equipmentViews(running) },
        ...alarms.open().map(stored => ({ topic: `alarms/${stored.id}`, body: alarmView(deps, stored) })),
      ],
    })
  }

  /** Takes back what was kept for later subscribers under a name that the site no longer has. */
  async function forget(siteId: string) {
    const topic = topics(siteId)
    await publish(topic.equipment, null, true)
    for (const stored of alarms.open()) await publish(topic.alarm(stored.id), null, true)
  }

  /** Alarms whose rule or point is no longer in the site can never clear by themselves; unseen ones stay in the list until somebody has seen them. */
  function retire(running: RunningPlant) {
    const orphans = alarms.open().filter(a => stays(a) && !running.alarms.has(a.id))
    if (orphans.length === 0) return
    const aside = { resetNeeded: false, shelved: null, outOfService: null, suppressedBy: [] }
    trail.change(GATEWAY, note => {
      for (const a of orphans) alarms.put(note, { ...a, ...aside, active: false, retired: true }, 'retired')
    })
  }

  /** Told again each time the OPC UA server begins or ends to listen. */
  let writeRun = () => {}
  let opcuaAddress: string | null = null
  const opcuaServer = openOpcuaServer({
    ...{ clock, log, bus, version, secrets, trail, users, alarms, commands, history },
    acknowledge: (alarm, by) => acknowledge(deps, alarm, by),
    listening: address => {
      if (address === opcuaAddress) return
      if (address !== null) say(`OPC UA: opc.tcp://${address}`)
      opcuaAddress = address
      writeRun()
    },
  })
  const library = openProfiles(data, drivers, profiles)
  const keeper = keepSite({
    file,
    drivers,
    profiles: library,
    trail,
    log,
    running: () => plant,
    run,
    changed: () => bus.emit('site', null),
  })
  const metrics = createMetrics({
    version,
    plant: () => plant,
    broker,
    openAlarms: () => alarms.open().length,
    history,
    measured: measuredOf(() => deps),
  })
  const deps: Deps = {
    version,
    clock,
    log,
    bus,
    trail,
    users,
    brokerAccounts,
    idempotency,
    outputs,
    outputSecrets,
    alarms,
    alarmAt: alarmViews(() => deps),
    alarmRate,
    alarmSound: openAlarmSound(trail, bus),
    called: hasCalled,
    workorders,
    orderWork: orderWork(db, workorders, parts),
    parts,
    helpCalls,
    runs,
    reports,
    maintenance,
    demoPast,
    intake: openIntake(secrets),
    callbackSecret,
    ...doors,
    notify,
    notices,
    commands,
    history,
    writeCsv: rows => writeCsv(rows.map(cells => cells.map(guarded))),
    linkage: () => linkage,
    detections,
    site: keeper,
    rules: siteRules({ clock, site: keeper, history, plant: () => plant }),
    storageSince: storage.since,
    profiles: () => library.current().known,
    plans: openPlans(data),
    photos: openPhotos(data),
    backups,
    plant: () => plant,
    channelSecrets,
    dropBrokerAccount: broker.drop,
    opcuaServer,
    metrics,
    dashboard: join(import.meta.dirname, '..', 'dashboard', 'dist'),
  }
  const app = await createServer(deps)
  await keeper.start()
  const orderWatch = watchOrders({
    clock,
    trail,
    workorders,
    alarms,
    trusted: id => {
      const live = plant?.alarms.get(id)
      return live !== undefined && live.frozen === null
    },
    failed: error => log.error({ error }, 'the escalation of an order could not be stored; it will be tried again'),
  })
  const maintenanceWatch = watchMaintenance({
    clock,
    trail,
    workorders,
    maintenance,
    running: () => {
      const now = plant
      if (!now) return null
      return { site: now.site, since: now.since, get: now.latest.get, unit: id => now.points.get(id)?.unit }
    },
    failed: error => log.error({ error }, 'planned work could not be stored; it will be tried again'),
  })
  const callbacks = sendCallbacks({
    clock,
    after: trail.after,
    head: trail.head,
    cursor: openCursor(db, 'callback'),
    target: () => {
      const url = plant?.site.orders.callbackUrl
      const secret = callbackSecret.read()
      return url && secret ? { url, secret } : null
    },
    bodiesOf: entry => callbackBodies(deps, entry),
    failed: detail => log.warn(detail, 'a callback was not taken'),
  })
  bus.on('record', callbacks.wake)
  const { host, port } = hostPort(options.http)
  await app.listen({ host, port })
  const listening = app.server.address() as { address: string; port: number }
  const shown = (a: { address: string; port: number }) =>
    `${a.address.includes(':') ? `[${a.address}]` : a.address}:${a.port}`
  const addresses = { http: shown(listening), mqtt: shown(broker.address) }
  // Before anybody is told where to sign in.
  if (users.count() === 0) await firstAdmin()
  writeRun = () => {
    try {
      writeDurably(
        join(data, 'run.json'),
        `${JSON.stringify({ ...addresses, opcua: opcuaAddress, pid: process.pid })}\n`,
      )
    } catch (error) {
      // A full disk must not keep a building blind: everything else of it works.
      log.error({ error }, 'run.json could not be written')
    }
  }
  writeRun()
  const stopFilling = demo
    ? fillHistory(
        history,
        { trail, workorders, past: demoPast },
        () => plant,
        clock,
        made =>
          'error' in made
            ? log.error(made, 'the demo has no history')
            : say(
                `Demo history 演示历史: 30 days 天, ${made.points} points 点, ${made.alarms} alarms 次报警, ${made.orders} orders 张工单, ${Math.round(made.tookMs / 1000)} s. Marked as demo data 已标明为演示数据。`,
              ),
      )
    : () => {}
  say(`Gatehouse ${version}: http ${addresses.http}, mqtt ${addresses.mqtt}`)

  async function firstAdmin() {
    const password = options.adminPassword ?? newPassword()
    const hash = await hashPassword(password)
    trail.change(GATEWAY, note => users.create(note, 'admin', 'admin', hash, clock.now()))
    if (options.adminPassword === undefined)
      say(`First start 首次启动: user 用户名  admin   password 密码  ${password}   (shown only now 仅显示这一次)`)
  }

  let stopping: Promise<void> | undefined
  return {
    ...addresses,
    deps,
    stop(): Promise<void> {
      stopping ??= (async () => {
        stopFilling()
        await backups.stop()
        orderWatch.stop()
        doors.access.stop()
        maintenanceWatch.stop()
        callbacks.stop()
        writeRun = () => {}
        await opcuaServer.stop()
        await keeper.stop()
        await app.close()
        await detections.cancel()
        const plantStopped = stopSite()
        // The building takes a moment to end, too; nobody asks it anything any more.
        const demoStopped = demo?.stop()
        await plantStopped
        await broker.close()
        await outputs.stop()
        await history.stop()
        storage.stop()
        alarmRate.stop()
        db.close()
        clock.stop()
        rmSync(join(data, 'run.json'), { force: true })
        unlock()
        // Nobody of ours is left behind, not even as a zombie that nobody reaps.
        await demoStopped
      })()
      return stopping
    },
  }
}

/** It would stay as it is for ever when no rule watches it any more. */
const stays = (a: Alarm): boolean => a.active || a.resetNeeded || silenced(a)

const dayIn = (timeZone: string, at: number): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
    .format(at)
    .replaceAll('-', '')

async function main() {
  const { env, argv } = process
  const say = (line: string) => void process.stdout.write(`${line}\n`)
  const adminPassword = env.GATEHOUSE_ADMIN_PASSWORD || undefined
  if (adminPassword && adminPassword.length < SHORTEST_PASSWORD)
    throw new Error(`GATEHOUSE_ADMIN_PASSWORD needs at least ${SHORTEST_PASSWORD} characters.`)
  const gateway = await start({
    data: resolve(env.GATEHOUSE_DATA || 'data'),
    http: env.GATEHOUSE_HTTP || '127.0.0.1:8080',
    mqtt: env.GATEHOUSE_MQTT || '127.0.0.1:1883',
    site: env.GATEHOUSE_SITE || undefined,
    adminPassword,
    demo: argv.includes('--demo'),
    logLevel: env.GATEHOUSE_LOG || 'warn',
    say,
  })
  say(`Open 请打开  http://${gateway.http}   (Ctrl+C stops 停止)`)
  const end = () => {
    // A peer that does not let go must not keep us from ending.
    setTimeout(() => process.exit(1), 15_000).unref()
    gateway.stop().then(
      () => {
        say('Stopped 已停止')
        process.exit(0)
      },
      error => {
        process.stderr.write(`${error}\n`)
        process.exit(1)
      },
    )
  }
  process.once('SIGTERM', end)
  process.once('SIGINT', end)
}

if (import.meta.main)
  main().catch((error: NodeJS.ErrnoException) => {
    const busy =
      error.code === 'EADDRINUSE' ? ' Another program listens there: set GATEHOUSE_HTTP or GATEHOUSE_MQTT.' : ''
    process.stderr.write(`Gatehouse did not start: ${error.message}${busy}\n`)
    process.exit(1)
  })
