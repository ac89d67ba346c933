import './core/lighterschemas.ts'
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { drivers, profiles } from '../drivers/index.ts'
import { isTest } from '../rules/alarm.ts'
import { easyPassword } from '../rules/password/easy.ts'
import { openAttendance } from './access/attendance.ts'
import { plainUid } from './access/enrol.ts'
import { keepProofs } from './alarms/proofs.ts'
import { hasCalled } from './alarms/rate.ts'
import { openAlarmSound } from './alarms/sound.ts'
import { openBackups } from './backup/keeper.ts'
import { finishRestore } from './backup/restore.ts'
import { openBillingParts } from './billing/wiring.ts'
import { openOutlet } from './broker/wiring.ts'
import { openLearned } from './channels/learned.ts'
import { openProfiles } from './channels/ownprofiles.ts'
import { openChannelSecrets } from './channels/secrets.ts'
import { openTrials } from './channels/trial.ts'
import { showAddress } from './core/address.ts'
import { createBus } from './core/bus.ts'
import { calmClock } from './core/calm.ts'
import { createClock, isoOrNull } from './core/clock.ts'
import { type Events, GATEWAY } from './core/events.ts'
import { folderRefusal, lockFolder } from './core/lock.ts'
import { createLog } from './core/log.ts'
import { createReach, networksOf } from './core/outgoing.ts'
import { bothOf, refuse } from './core/refusal.ts'
import { sweeper, sweepOnceSettled } from './core/sweep.ts'
import { guarded, writeCsv } from './csv.ts'
import { startDemo } from './demo/demo.ts'
import { startDoorLink } from './demo/doorlink.ts'
import { fillHistory } from './demo/fillhistory.ts'
import { walkDemo } from './demo/patrol.ts'
import { fillPermits } from './demo/permits.ts'
import { fillMeterBook } from './demo/readings.ts'
import { fillRegisters } from './demo/registers.ts'
import { fillRunRecords, writeDemoLines } from './demo/runlines.ts'
import { fillToday } from './demo/today.ts'
import { bundleInChild } from './diagnostics/run.ts'
import { logTail } from './diagnostics/tail.ts'
import { openDocuments } from './documents.ts'
import { enrolController } from './doorlink/enrol.ts'
import { openFirstRun } from './firstrun/firstrun.ts'
import { openHandover } from './handover/handover.ts'
import { crewsCounted, heldSources } from './handover/held.ts'
import { relieve } from './handover/relieve.ts'
import { handoverSources } from './handover/sources.ts'
import { openHistory } from './history/history.ts'
import { acknowledge } from './http/alarms.ts'
import type { Deps } from './http/deps.ts'
import { createServer } from './http/server.ts'
import { tamer } from './http/tame.ts'
import { alarmViews, placeAt, placeIn } from './http/views.ts'
import { openIntake } from './intake.ts'
import { openKept } from './kept.ts'
import { watchMemory } from './live/memory.ts'
import { measuredOf, outputFigures } from './measured.ts'
import { monthlyOf } from './month/month.ts'
import { openHeartbeat } from './notices/heartbeat.ts'
import { openNotify } from './notices/notify.ts'
import { oidcClient, readOidcSecret } from './oidc/client.ts'
import { openOpcuaServer } from './opcua/server.ts'
import { createMetrics } from './out/metrics.ts'
import { topics } from './out/topics.ts'
import { openOutputs } from './outputs/outputs.ts'
import { openPatrol } from './patrol/patrol.ts'
import { patrolFigures } from './patrol/report.ts'
import { openPatrolSeed } from './patrol/seed.ts'
import { isolations, keepPermits, permitHere } from './permits/permits.ts'
import { restoreDetectors } from './permits/restore.ts'
import { openPhotos } from './photos.ts'
import { openPlans } from './plans.ts'
import { keepPlansSwept } from './plansweep.ts'
import { openByHand } from './readings/byhand.ts'
import { openReadingParts } from './readings/wiring.ts'
import { asideRows } from './records/aside.ts'
import { hashPassword, newPassword } from './records/secrets.ts'
import { type Live, siteRunner } from './running.ts'
import { openRunRecords } from './runrecords/runrecords.ts'
import { openSiteFile, writeDurably } from './site/file.ts'
import { keepSite } from './site/keeper.ts'
import { siteRules } from './site/rules.ts'
import { openSupervisor, supervisionOf } from './systemd/notify.ts'
import { openCheckpoints } from './trail/checkpoints.ts'
import { checkTrail, verifierText } from './trail/run.ts'
import { prepareUpdate } from './update/update.ts'
import { detect, watchRecords } from './watches.ts'
import { openWebCertificate } from './web/certificate.ts'
import { openWeb, plainDoor } from './web/listeners.ts'

export interface Options {
  /** Folder of everything that is kept. */
  readonly data: string
  /** `host:port`; port 0 takes any. */
  readonly http: string
  /** `host:port` of HTTPS; left out: none. */
  readonly https?: string | undefined
  /** The site insists on plain HTTP beyond this machine. */
  readonly plainHttp?: boolean | undefined
  /** What the gateway proves itself with to the site's identity provider. */
  readonly oidcSecret?: string | undefined
  /** Networks inside that outputs and notices may reach. */
  readonly outgoing?: readonly string[] | undefined
  /** Another folder that gets the checkpoints of the trail, too. */
  readonly checkpoints?: string | undefined
  readonly mqtt: string
  /** A site.json to start from when there is none yet. */
  readonly site?: string | undefined
  readonly adminPassword?: string | undefined
  /** With no site at all: start the demo building. */
  readonly demo: boolean
  readonly logLevel: string
  /** An update goes on without the backup before it. */
  readonly updateWithoutBackup?: boolean | undefined
  /** Another clock than the machine's, as tests have. */
  readonly clock?: ReturnType<typeof createClock> | undefined
  /** Called before a site begins, once everything runs, and after large pieces of work: clears away what they have left. */
  readonly resting?: (() => void) | undefined
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
  const where = { http: options.http, https: options.https, plain: options.plainHttp === true }
  // Said before anything is touched.
  plainDoor(where)
  const secrets = join(data, 'secrets')
  try {
    mkdirSync(data, { recursive: true, mode: 0o700 })
    chmodSync(data, 0o700)
    mkdirSync(secrets, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw folderRefusal(data, error)
  }
  const unlock = lockFolder(data)
  finishRestore(data)
  // One that a killed predecessor left would tell of addresses where nobody listens.
  rmSync(join(data, 'run.json'), { force: true })
  const tail = logTail()
  const log = createLog(options.logLevel, tail.add)
  const clock = options.clock ?? createClock(Date.now, undefined, error => log.error({ error }, 'timed work failed'))
  const before = await prepareUpdate({
    ...{ data, version, say, now: clock.now(), insist: options.updateWithoutBackup === true },
  }).catch((error: unknown) => {
    unlock()
    throw error
  })
  clock.onJump(offsetMs => log.warn({ offsetMs }, 'the clock jumped'))
  const bus = createBus<Events>((error, kind) => log.error({ error, kind }, 'a listener failed'))

  const file = openSiteFile(data)
  if (options.site && !existsSync(file.path)) copyFileSync(options.site, file.path)
  // Its thread starts while the building does.
  let clockSafe = () => false
  const opening = openHistory(
    data,
    clock,
    (since, error) =>
      log.error({ since: isoOrNull(since), error }, since ? 'history is not recorded' : 'history is recorded again'),
    aside => log.error({ aside }, 'history.db was broken: it was put aside and a new one begun'),
    {},
    () => clockSafe(),
  )
  opening.catch(() => {})
  const demo = options.demo ? await startDemo(data, say) : null

  const memory = watchMemory(clock, options.resting ?? (() => {}))
  const reach = createReach(options.outgoing ?? [])
  const live: Live = { plant: null, linkage: null }
  const kept = openKept({ data, secrets, clock, bus, log, plant: () => live.plant })
  clockSafe = calmClock(clock, () => kept.access.clock().safe)
  const { db, trail, alarms, users, commands, workorders } = kept
  if (before) {
    const { name, ...made } = before
    trail.change(GATEWAY, note => note('backup', name, 'made', made))
  }
  const outlet = await openOutlet({
    ...{ mqtt: options.mqtt, accounts: kept.brokerAccounts, data, secrets, now: clock.now, bus, log },
    controllers: kept.doorControllers,
  })
  const { broker } = outlet

  const proofKeeper = keepProofs({
    ...{ clock, trail, bus, alarms, commands, proofs: kept.proofs, plant: () => live.plant },
    failed: error =>
      log.error({ error }, 'what became of the proof of an alarm could not be stored; it will be tried again'),
  })
  const permitKeeper = keepPermits({
    ...{ clock, trail, alarms, permits: kept.permits, plant: () => live.plant, linkage: () => live.linkage },
    gear: () => kept.registers.list('fire-gear', true),
    restore: restoreDetectors({ clock, trail, commands, live: () => live.plant?.commands ?? null }),
    failed: error => log.error({ error }, 'what became of a permit could not be stored; it will be tried again'),
  })
  bus.on('site', permitKeeper.forget)
  const detections = detect({ live, kept, clock, log, free: () => trials.close() })
  const history = await opening
  bus.on('readings', history.readings)
  const handover = openHandover({
    ...{ clock, trail, records: kept.handovers, site: () => live.plant && crewsCounted(live.plant.site, kept) },
    sources: () => [...handoverSources(deps), ...heldSources(deps)],
    relieve: relieve(kept),
    failed: error => log.error({ error }, 'that a handover is late could not be stored; it will be tried again'),
  })
  const notify = openNotify({
    onShift: handover.onShift,
    ...{ secrets, clock, trail, alarms, workorders, bus, decided: kept.decided, notices: kept.notices },
    permits: kept.permits,
    afterReports: kept.afterReports,
    flooded: () => kept.alarmRate.now().since !== null,
    placeOf: placeIn,
    placeAt,
    reach,
    failing: (channel, why) => outlet.failed({ channel, why }, 'a notice could not be sent; it will be tried again'),
    refused: why => log.error({ why }, 'secrets/notify.json cannot be used: nobody is told of anything'),
    failed: error => log.error({ error }, 'the escalation of an alarm could not be stored; it will be tried again'),
  })
  const heartbeat = openHeartbeat({ clock, version, notify, live, storage: kept.storage, reach })
  const attendance = openAttendance({
    ...{ clock, trail, site: () => live.plant?.site ?? null },
    failed: error => log.error({ error }, 'a question to the control room could not be stored; it is asked again'),
  })
  const patrol = openPatrol({
    ...{ db, clock, trail, workorders, seed: openPatrolSeed(secrets), safe: () => kept.access.clock().safe },
    running: () => live.plant && { site: live.plant.site, get: live.plant.latest.get, tell: live.plant.alarms.samples },
    permitHere: (space, at) => permitHere({ permits: kept.permits, plant: () => live.plant }, space, at),
    impaired: () => isolations(kept.permits),
    badgeOf: uid => {
      const card = kept.credentials.ofLookup(kept.accessKeys.lookup('uid', plainUid(uid)))
      return card?.phase === 'active' ? kept.people.one(card.person).name : null
    },
    failed: error => log.error({ error }, 'rounds of patrols could not be stored; it will be tried again'),
  })
  bus.on('readings', patrol.heard)
  const runRecords = openRunRecords({
    ...{ db, clock, trail, safe: () => kept.access.clock().safe },
    running: () => live.plant && { site: live.plant.site, get: live.plant.latest.get, tell: live.plant.alarms.samples },
    ownStart: (point, values, since) =>
      commands
        .list(point.slice(0, point.indexOf('/')), 20)
        .some(
          c =>
            c.requestedBy === GATEWAY.name && c.point === point && values.includes(c.value) && (c.sentAt ?? 0) >= since,
        ),
    failed: error => log.error({ error }, 'lines of run records could not be stored; it will be tried again'),
  })
  const readingParts = openReadingParts({
    ...{ clock, log, history, kept, plant: () => live.plant, sweep: options.resting, safe: clockSafe },
    believed: () => kept.access.clock().safe,
  })
  const byHand = openByHand({ ...kept, clock, keeper: readingParts.keeper, site: () => live.plant?.site ?? null })
  const backups = openBackups({ data, version, clock, trail, log, site: () => live.plant?.site ?? null })
  const channelSecrets = openChannelSecrets(secrets, kept.decided)
  const outputSecrets = openChannelSecrets(join(secrets, 'outputs'), kept.decided)
  const outputs = openOutputs({
    ...{ reach, clock, log, bus, db, data, version, trail, history, secrets: outputSecrets, aside: asideRows(db) },
    command: { clock, trail, commands, idempotency: kept.idempotency, live: () => live.plant?.commands ?? null },
  })
  /** Told again each time the OPC UA server begins or ends to listen. */
  let writeRun = () => {}
  let opcuaAddress: string | null = null
  const opcuaServer = openOpcuaServer({
    ...{ clock, log, bus, version, secrets, trail, users, alarms, commands, history },
    acknowledge: (alarm, by) => acknowledge(deps, alarm, by),
    needsMore: user => kept.signIn.lacks(user) !== null,
    listening: address => {
      if (address === opcuaAddress) return
      if (address !== null) say(`OPC UA: opc.tcp://${address}`)
      opcuaAddress = address
      writeRun()
    },
  })
  const checkpoints = openCheckpoints({
    ...{ data, secrets, copy: options.checkpoints, clock, trail, log },
    site: () => live.plant?.site.id ?? null,
    made: checkpoint => {
      const site = live.plant?.site.id
      if (site !== undefined) void outlet.publish(topics(site).trail, checkpoint, true)
    },
  })
  const webCertificate = openWebCertificate({ secrets, clock, log, wanted: options.https !== undefined })
  let web: Awaited<ReturnType<typeof openWeb>> | null = null
  const firstRun = openFirstRun({ secrets, nobody: () => users.count() === 0 })
  const runner = siteRunner({
    ...{ live, kept, version, data, secrets, clock, log, bus, drivers, outlet },
    ...{ channelSecrets, history, detections, notify, outputs, opcuaServer },
    learned: openLearned(data, log),
    backupFailing: backups.failing,
    memoryUsed: memory.used,
    resting: options.resting ?? (() => {}),
    heartbeatFailing: heartbeat.failing,
    certificateFailing: webCertificate.failing,
    checkpoint: checkpoints.last,
    attendance,
    deps: () => deps,
  })
  const library = openProfiles(data, drivers, profiles)
  const trials = openTrials({ drivers, clock, log, running: () => live.plant })
  const keeper = keepSite({
    file,
    drivers,
    profiles: library,
    trail,
    versions: kept.siteVersions,
    now: clock.now,
    log,
    running: () => live.plant,
    run: async site => {
      // A new channel may be on the line that is being looked at.
      await trials.close()
      await runner.run(site)
    },
    changed: () => bus.emit('site', null),
  })
  const plans = openPlans(data, clock.now)
  const stopSweeping = keepPlansSwept({
    ...{ plans, trail, clock, versions: kept.siteVersions, safe: clockSafe },
    texts: () => [file.read().text, file.readGood()],
    failed: error => log.error({ error }, 'drawings that nobody uses could not be swept; it will be tried again'),
  })
  const metrics = createMetrics({
    version,
    plant: () => live.plant,
    broker,
    openAlarms: () => alarms.open().filter(a => !isTest(a.id)).length,
    history,
    measured: measuredOf(() => deps),
    outputs: () => outputFigures(deps),
  })
  const deps: Deps = {
    ...kept,
    oidc: oidcClient(reach, () => options.oidcSecret ?? readOidcSecret(secrets)),
    version,
    clock,
    log,
    bus,
    outputs,
    outputSecrets,
    alarmAt: alarmViews(() => deps),
    alarmSound: openAlarmSound(trail, bus),
    proofKeeper,
    called: hasCalled,
    intake: openIntake(secrets),
    notify,
    heartbeat,
    attendance,
    patrol,
    monthly: monthlyOf(() => deps),
    patrolFigures: (...asked) => patrolFigures(patrol, ...asked),
    runRecords,
    handover,
    history,
    writeCsv: rows => writeCsv(rows.map(cells => cells.map(guarded))),
    linkage: () => live.linkage,
    detections,
    site: keeper,
    rules: siteRules({ clock, site: keeper, history, plant: () => live.plant }),
    storageSince: kept.storage.since,
    memoryShort: memory.short,
    profiles: () => library.current().known,
    plans,
    photos: openPhotos(data),
    documentFiles: openDocuments(data),
    backups,
    permitKeeper,
    readingKeeper: readingParts.keeper,
    readingViews: readingParts.views,
    readingDesk: readingParts.desk,
    mainMeters: readingParts.balance,
    byHand,
    billing: openBillingParts({
      ...{ ...kept, clock, data, secrets, outputSecrets, site: () => live.plant?.site ?? null },
      ...{ reach, notify: notify.config, safe: () => kept.access.clock().safe },
      failed: (error, what) => log.error({ error }, `billing: a ${what} went wrong; it will be tried again`),
      ...{ splits: byHand.desk.splits, blocking: readingParts.desk.queue.blocking },
      sweep: options.resting,
    }),
    plant: () => live.plant,
    channelSecrets,
    dropBrokerAccount: broker.drop,
    enrolDoorController: (site, id, by, reason) =>
      enrolController({ ...kept, dropBrokerAccount: broker.drop }, site, id, by, reason, clock.now()),
    broker: { stats: broker.stats, ...outlet.doors },
    opcuaServer,
    checkpoints,
    makeDiagnostics: async () =>
      bundleInChild({ data, version, now: clock.now(), log: tail.lines(), metrics: (await metrics()).body }),
    checkTrail: anchors => checkTrail(data, anchors, checkpoints.publicKey),
    verifierText,
    web: { ...webCertificate, doors: () => web?.doors ?? [] },
    firstRun,
    trials,
    ownProfiles: library,
    tame: tamer(),
    metrics,
    dashboard: join(import.meta.dirname, '..', 'dashboard', 'dist'),
  }
  const app = await createServer(deps)
  await keeper.start()
  const stopWatching = watchRecords({ live, kept, clock, bus, log, reach, deps })
  web = await openWeb(app, where, { certificate: webCertificate, tame: deps.tame })
  const addresses = { http: web.http, https: web.https, mqtt: showAddress(broker.address) }
  // Before anybody is told where to sign in.
  if (users.count() === 0 && (options.demo || options.adminPassword !== undefined)) await firstAdmin()
  const setupCode = firstRun.begin()
  checkpoints.start()
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
  if (demo)
    await startDoorLink(
      data,
      { kept, site: live.plant?.site ?? null, clock, dropBrokerAccount: broker.drop },
      addresses.mqtt,
    ).catch((error: unknown) => log.error({ error }, 'the door controller of the demo is not set up'))
  if (demo && live.plant) fillPermits({ trail, permits: kept.permits }, live.plant.site, clock.now())
  if (demo && live.plant)
    try {
      fillRegisters(kept, live.plant.site, clock.now())
      fillToday(kept, live.plant.site, clock.now())
    } catch (error) {
      log.error({ error }, 'the registers of the demo are not filled')
    }
  const demoMeters = () => {
    if (!live.plant) return
    fillMeterBook({ trail, book: kept.meterBook, topUps: kept.topUps, history }, live.plant.site, clock.now()).catch(
      (error: unknown) => log.error({ error }, 'the meter book of the demo is not filled'),
    )
  }
  const stopFilling = demo
    ? fillHistory(
        history,
        { trail, workorders, past: kept.demoPast },
        () => live.plant,
        clock,
        made => {
          if ('error' in made) return log.error(made, 'the demo has no history')
          if (live.plant)
            fillRunRecords({ history, trail, runRecords }, live.plant.site, clock.now()).catch((error: unknown) =>
              log.error({ error }, 'the run records of the demo have no past'),
            )
          say(
            `Demo history 演示历史: 30 days 天, ${made.points} points 点, ${made.alarms} alarms 次报警, ${made.orders} orders 张工单, ${Math.round(made.tookMs / 1000)} s. Marked as demo data 已标明为演示数据。`,
          )
          return demoMeters()
        },
      )
    : () => {}
  const stopWalking = demo
    ? walkDemo({
        ...{ clock, patrol, site: () => live.plant?.site ?? null },
        value: point => live.plant?.latest.get(point as `${string}/${string}`)?.value,
        failed: error => log.error({ error }, 'a visit of the demo could not be stored'),
      })
    : () => {}
  const stopWriting = demo
    ? writeDemoLines({
        ...{ clock, trail, runRecords, site: () => live.plant?.site ?? null },
        failed: error => log.error({ error }, 'a line of the demo could not be stored'),
      })
    : () => {}
  const { https } = addresses
  say(`Gatehouse ${version}: http ${addresses.http}, ${https === null ? '' : `https ${https}, `}mqtt ${addresses.mqtt}`)
  const shown = webCertificate.certificate()
  if (shown)
    say(
      `HTTPS: certificate 证书 ${shown.selfMade ? 'self-made 自制' : 'of the site 站点自有'}, SHA-256 ${shown.fingerprint.match(/../g)!.join(':').toUpperCase()}`,
    )

  if (setupCode !== null)
    say(
      `First start 首次启动: setup code 设置码  ${setupCode}   (also in 也在 ${firstRun.path}; ${
        shown
          ? 'compare the fingerprint above with that on the page 请核对页面上的指纹与上面一致'
          : 'type it on the first page 请在首页填写'
      })`,
    )

  async function firstAdmin() {
    const password = options.adminPassword ?? newPassword()
    const hash = await hashPassword(password)
    trail.change(GATEWAY, note => users.create(note, 'admin', 'admin', hash, clock.now()))
    if (options.adminPassword === undefined)
      say(`First start 首次启动: user 用户名  admin   password 密码  ${password}   (shown only now 仅显示这一次)`)
  }

  // What starting has left: until the heap has grown by a good part nobody else would clear it away.
  const stopSettling = options.resting
    ? sweepOnceSettled(clock, () => {
        options.resting?.()
        history.sweep()
      })
    : () => {}
  let stopping: Promise<void> | undefined
  return {
    ...addresses,
    deps,
    stop(): Promise<void> {
      stopping ??= (async () => {
        stopSettling()
        stopSweeping()
        stopFilling()
        stopWalking()
        stopWriting()
        heartbeat.stop()
        attendance.stop()
        permitKeeper.stop()
        proofKeeper.close()
        patrol.stop()
        runRecords.stop()
        handover.stop()
        await readingParts.stop()
        await backups.stop()
        await deps.billing.deliverer.stop()
        stopWatching()
        memory.stop()
        kept.access.stop()
        writeRun = () => {}
        await opcuaServer.stop()
        await keeper.stop()
        webCertificate.stop()
        await web?.close()
        await app.close()
        await detections.cancel()
        await trials.close()
        const plantStopped = runner.stop()
        // The building takes a moment to end, too; nobody asks it anything any more.
        const demoStopped = demo?.stop()
        await plantStopped
        checkpoints.stop()
        await outlet.doors.stop()
        await broker.close()
        await outputs.stop()
        await history.stop()
        kept.close()
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

async function run() {
  const { env, argv } = process
  const say = (line: string) => void process.stdout.write(`${line}\n`)
  const adminPassword = env.GATEHOUSE_ADMIN_PASSWORD || undefined
  if (adminPassword && adminPassword.length < SHORTEST_PASSWORD)
    refuse(
      `GATEHOUSE_ADMIN_PASSWORD 至少 ${SHORTEST_PASSWORD} 个字符。`,
      `GATEHOUSE_ADMIN_PASSWORD needs at least ${SHORTEST_PASSWORD} characters.`,
    )
  // Heeded at a first start only: what is still set from then must not keep a gateway from starting after an update.
  const first = !existsSync(join(resolve(env.GATEHOUSE_DATA || 'data'), 'records.db'))
  if (first && adminPassword && easyPassword(adminPassword, ['admin', 'gatehouse', 'menfang', '门房']))
    refuse(
      'GATEHOUSE_ADMIN_PASSWORD 太容易猜到，请换一句只有自己知道的话。',
      'GATEHOUSE_ADMIN_PASSWORD is too easily guessed. Take a sentence that only you know.',
    )
  const supervisor = openSupervisor({
    supervision: supervisionOf(env, process.pid),
    every(ms, work) {
      const timer = setInterval(work, ms)
      return () => clearInterval(timer)
    },
    failed: error => void process.stderr.write(`systemd: ${error}\n`),
  })
  const gateway = await start({
    data: resolve(env.GATEHOUSE_DATA || 'data'),
    http: env.GATEHOUSE_HTTP || '127.0.0.1:8080',
    https: env.GATEHOUSE_HTTPS || undefined,
    outgoing: networksOf(env.GATEHOUSE_OUTGOING ?? ''),
    oidcSecret: env.GATEHOUSE_OIDC_SECRET || undefined,
    checkpoints: env.GATEHOUSE_CHECKPOINTS || undefined,
    plainHttp: /^(yes|1|true)$/i.test(env.GATEHOUSE_PLAIN_HTTP ?? ''),
    mqtt: env.GATEHOUSE_MQTT || '127.0.0.1:1883',
    site: env.GATEHOUSE_SITE || undefined,
    adminPassword,
    demo: argv.includes('--demo'),
    logLevel: env.GATEHOUSE_LOG || 'warn',
    updateWithoutBackup: /^(yes|1|true)$/i.test(env.GATEHOUSE_UPDATE_WITHOUT_BACKUP ?? ''),
    resting: sweeper(),
    say,
  })
  const end = () => {
    // A peer that does not let go must not keep us from ending.
    setTimeout(() => process.exit(1), 15_000).unref()
    void supervisor.stopping()
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
  say(
    `Open 请打开  ${gateway.https === null ? `http://${gateway.http}` : `https://${gateway.https}`}   (Ctrl+C stops 停止)`,
  )
  void supervisor.ready(`Gatehouse ${version} · ${gateway.https ?? gateway.http}`)
}

/** The program: what the environment and the command line say, until a signal ends it. */
export function main(): void {
  run().catch((error: NodeJS.ErrnoException) => {
    const busy =
      error.code === 'EADDRINUSE'
        ? [
            'Another program listens there: set GATEHOUSE_HTTP, GATEHOUSE_HTTPS or GATEHOUSE_MQTT.',
            '地址已被别的程序占用：请设置 GATEHOUSE_HTTP、GATEHOUSE_HTTPS 或 GATEHOUSE_MQTT。',
          ]
        : []
    const told = folderRefusal(resolve(process.env.GATEHOUSE_DATA || 'data'), error)
    const said = [...bothOf(told), ...busy].join('\n')
    process.stderr.write(`Gatehouse did not start 未能启动: ${said}\n`)
    process.exit(1)
  })
}

if (import.meta.main) main()
