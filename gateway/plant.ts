import { join } from 'node:path'
import { ofSamples, type Readings } from '../drivers/batch.ts'
import type { Driver, Link } from '../drivers/driver.ts'
import type { Point, PointId, Sample, Text } from '../drivers/point.ts'
import type { Alarm } from '../rules/alarm.ts'
import { certificateRules } from '../rules/certificate.ts'
import { helpPoints, helpRule } from '../rules/help.ts'
import { accessRules } from '../rules/packs/accessdoors.ts'
import { selfRules } from '../rules/packs/gatehouse.ts'
import { patrolPoints, patrolRules } from '../rules/patrol/alarm.ts'
import { permitPoints, permitRules } from '../rules/permit/words.ts'
import { balanceRules } from '../rules/readings/alarm.ts'
import { CHANNEL_MARK, channelRule, matches, offlineRule, type Rule } from '../rules/rule.ts'
import { runRecordPoint, runRecordRules } from '../rules/runrecord/alarm.ts'
import { localClock, within } from '../rules/schedule.ts'
import { tagRules } from '../rules/tag.ts'
import type { openLearned } from './channels/learned.ts'
import type { ChannelSecret } from './channels/secrets.ts'
import type { Clock } from './core/clock.ts'
import type { Log } from './core/log.ts'
import { doorAlarmPoints } from './doors/alarms.ts'
import { type AlarmChange, watchAlarms } from './live/alarms.ts'
import { certificatePoints, watchCertificates } from './live/certificates.ts'
import { watchChannels } from './live/channelaway.ts'
import { type CommandDeps, runCommands } from './live/commands.ts'
import { watchHelp } from './live/helpline.ts'
import { createLatest } from './live/latest.ts'
import { type PausableLink, pausable } from './live/pausable.ts'
import { createPoller, onlineId } from './live/poller.ts'
import { probed } from './live/probed.ts'
import { selfPoints } from './live/selfwatch.ts'
import { watchdog } from './live/watchdog.ts'
import { tagPoints } from './permits/tagwatch.ts'
import type { HelpCall } from './records/helpcalls.ts'
import type { Site } from './site/site.ts'

/** A silent device is tried each 66 s at the latest; only a gateway that no longer tries lets `online` grow stale. */
const ONLINE_SCAN_MS = 25_000
const AGE_EVERY_MS = 500

export interface PlantDeps {
  readonly clock: Clock
  readonly log: Log
  readonly drivers: readonly Driver[]
  /** Folder of all secrets; each channel has its own keys below it. */
  readonly secrets: string
  /** What drivers learned of the devices of a channel, and where they may keep it. */
  readonly learned: ReturnType<typeof openLearned>
  /** What a channel signs in with. */
  readonly secretOf: (channel: string) => ChannelSecret
  /** Alarms as stored, by id. */
  readonly known: ReadonlyMap<string, Alarm>
  readonly readings: (readings: Readings) => void
  readonly commit: (changes: readonly AlarmChange[]) => void
  /** Commands as stored, and where their ends are stored. */
  readonly commands: Pick<CommandDeps, 'open' | 'lastSentAt' | 'ended'>
  /** Why nothing may be commanded at an equipment: the tag that hangs there. */
  readonly blocked?: (equipment: string) => Text | null
  readonly heldOpen?: CommandDeps['heldOpen']
  readonly preStart?: CommandDeps['preStart']
  /** Points of main meters whose balance is watched. */
  readonly mainMeters?: () => readonly PointId[]
  /** Calls for help that have not ended. */
  readonly helpCalls?: () => readonly HelpCall[]
}

export type RunningPlant = ReturnType<typeof runPlant>

/** The rules of a site and those that the gateway adds to them. */
export const watchedRules = ({
  rules,
  equipment,
  routes = [],
  permits,
  runForms = [],
}: Pick<Site, 'rules' | 'equipment'> & Partial<Pick<Site, 'routes' | 'permits' | 'runForms'>>): readonly Rule[] => {
  // Where the site says itself what a device's silence means, that is its one alarm.
  const own = rules.filter(({ when }) => 'equals' in when && when.equals === false)
  const said = (id: PointId) => own.some(rule => rule.points.some(pattern => matches(pattern, id)))
  const silent = equipment.map(e => onlineId(e.id)).filter(id => !said(id))
  const offline = silent.length < equipment.length ? { ...offlineRule, points: silent } : offlineRule
  const papers = equipment.some(e => e.certificates.length > 0) ? certificateRules : []
  const rounds = routes.length > 0 || permits?.isolation ? patrolRules : []
  return [
    ...[channelRule, ...rules, offline, helpRule, ...accessRules, ...papers],
    ...[
      ...tagRules,
      ...permitRules,
      ...rounds,
      ...(runForms.length > 0 ? runRecordRules : []),
      ...balanceRules,
      ...selfRules,
    ],
  ]
}

/** Where zones may be isolated, any space may be one. */
const patrolPointsOf = ({
  routes,
  permits,
  spaces,
}: Pick<Site, 'routes' | 'permits' | 'spaces'>): readonly PointId[] =>
  permits.isolation
    ? patrolPoints(spaces.keys())
    : routes.length === 0
      ? []
      : patrolPoints(routes.flatMap(r => r.checkpoints.map(c => c.space)))

/** Everything of the gateway that depends on the site: links, poller, latest values, alarms. */
export function runPlant(site: Site, deps: PlantDeps) {
  const { clock, log, drivers, secrets, learned, secretOf, known, readings, commit } = deps
  const points = new Map<PointId, Point>()
  for (const e of site.equipment) {
    for (const p of e.points) points.set(p.id, p)
    const id = onlineId(e.id)
    points.set(id, {
      id,
      key: 'online',
      name: { 'zh-CN': '在线', en: 'Online' },
      kind: 'boolean',
      scanMs: ONLINE_SCAN_MS,
      address: null,
    })
  }
  for (const p of certificatePoints(site.equipment)) points.set(p.id, p)
  const all = [...points.values()]
  const latest = createLatest(all, clock.now(), () => performance.now())
  // The gateway's own points are watched like those of the plant, but no device is asked for them.
  const own = selfPoints(site.channels.map(c => c.id)).filter(p => !points.has(p.id))
  const lines = watchChannels(site.equipment)
  const local = localClock(site.timezone)
  const alarms = watchAlarms(
    watchedRules(site),
    [
      ...[...all, ...lines.points, ...own, ...doorAlarmPoints(site), ...tagPoints(site)],
      ...[...helpPoints(site.spaces.keys()), ...permitPoints(site.spaces.keys()), ...patrolPointsOf(site)].map(id => ({
        id,
      })),
      ...site.runForms.map(form => ({ id: runRecordPoint(form.id) })),
      ...(deps.mainMeters?.() ?? []).map(id => ({ id })),
    ],
    known,
    clock,
    commit,
    error => log.error({ error }, 'an alarm change could not be stored; it will be tried again'),
    {
      during: (id, at) => {
        const schedule = site.schedules.get(id)
        return schedule !== undefined && within(schedule, site.calendar, local(at))
      },
      beneath: (rule: Rule, point) => (rule === channelRule ? lines.devices(point) : []),
    },
  )
  const judge = (accepted: Readings) => {
    const { samples, batches } = accepted
    const away = lines.take(samples, batches)
    alarms.take(away.length > 0 ? { samples: [...away, ...samples], batches } : accepted)
    readings(accepted)
  }
  const takeAll = (news: Readings) => {
    const accepted = latest.take(news)
    if (accepted.samples.length > 0 || accepted.batches.length > 0) judge(accepted)
  }
  const take = (news: readonly Sample[]) => takeAll(ofSamples(news))
  const links = new Map<string, Link | PausableLink>()
  for (const channel of site.channels) {
    const driver = drivers.find(d => d.protocol === channel.protocol)!
    const bound = log.child({ channel: channel.id })
    const linkDeps = {
      now: clock.now,
      log: (message: string, detail: object = {}) => bound.info(detail, message),
      pkiFolder: join(secrets, 'pki', channel.id),
      ...learned(site, channel.id),
      // Read when a link connects: it may be changed while the site runs.
      get password() {
        return secretOf(channel.id).password
      },
      get userCertificate() {
        return secretOf(channel.id).userCertificate
      },
    }
    const { timeoutMs = 0 } = channel.options as { timeoutMs?: number }
    const stuck = (detail: object) => bound.error(detail, 'a call of the driver never ended; it counts as timed out')
    const open = () => watchdog(driver.open(channel.options, linkDeps), timeoutMs, clock, stuck)
    // Only lines with units are ever searched for more of them.
    links.set(channel.id, driver.units ? pausable(open) : open())
  }
  /** Each device's own view of its channel: it must have proven what it is before it is believed or written to. */
  const linkOf = new Map(site.equipment.map(e => [e.id, probed(links.get(e.channel)!, e.proof, clock)]))
  const poller = createPoller(
    site.equipment.map(e => ({ id: e.id, link: linkOf.get(e.id)!, points: e.points })),
    clock,
    take,
    Math.random,
    takeAll,
  )
  const help = watchHelp({
    clock,
    spaces: site.spaces.keys(),
    open: deps.helpCalls ?? (() => []),
    tell: alarms.samples,
  })
  const channelOf = new Map(site.equipment.map(e => [e.id, e.channel]))
  const pausedAt = (equipment: string): boolean => {
    const link = links.get(channelOf.get(equipment) ?? '')
    return link !== undefined && 'paused' in link && link.paused()
  }
  const commands = runCommands({
    ...deps.commands,
    clock,
    specs: site.commands,
    points,
    get: latest.get,
    online: equipment => (pausedAt(equipment) ? false : (poller.state(equipment)?.online ?? null)),
    // The device's own view: nothing is written to one that has not proven what it is.
    link: equipment => linkOf.get(equipment),
    take,
    blocked: deps.blocked ?? (() => null),
    heldOpen: deps.heldOpen ?? (() => null),
    preStart: deps.preStart ?? (() => null),
    failed: error => log.error({ error }, 'the end of a command could not be stored; it will be tried again'),
  })
  const stopAging = clock.every(AGE_EVERY_MS, () => {
    const stale = latest.aged()
    if (stale.length > 0) judge(ofSamples(stale))
  })
  const stopPapers = watchCertificates(site.equipment, site.timezone, clock, take)
  const concerned = new Map<string, number>()
  /** How many points an alarm concerns beside its own: those of its device or channel, or those that its rule names. */
  function affected(id: string, point: PointId): number {
    const offline = point.endsWith('/online') && !point.startsWith(CHANNEL_MARK)
    const patterns = offline ? [point] : alarms.beneath(id)
    if (patterns.length === 0) return 0
    const known = concerned.get(id)
    if (known !== undefined) return known
    const equipmentOf = (p: string) => p.slice(0, p.indexOf('/'))
    const devices = new Set(patterns.filter(p => p.endsWith('/online')).map(equipmentOf))
    const n = all.filter(p => devices.has(equipmentOf(p.id)) || patterns.some(x => matches(x, p.id))).length
    concerned.set(id, n)
    return n
  }
  return {
    site,
    since: clock.now(),
    points,
    latest,
    alarms,
    affected,
    commands,
    help,
    state: poller.state,
    cycles: poller.cycles,
    life: poller.life,
    link: (channel: string): Link | undefined => links.get(channel),
    /** Lets go of the lines of these channels. @returns resume */
    async pause(channels: readonly string[]): Promise<() => void> {
      const resumes: (() => void)[] = []
      for (const id of channels) {
        const link = links.get(id)
        if (link && 'pause' in link) resumes.push(await link.pause())
      }
      return () => {
        for (const resume of resumes) resume()
      }
    },
    async stop() {
      await commands.stop()
      poller.stop()
      stopAging()
      stopPapers()
      help.stop()
      alarms.stop()
      await Promise.all([...links.values()].map(link => link.close()))
    },
  }
}
