import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PointId, Text } from '../../drivers/point.ts'
import { isTest, silenced } from '../../rules/alarm.ts'
import type { Recipient } from '../../rules/ladder.ts'
import { orderSeverity } from '../../rules/notice.ts'
import type { OrderClass, Severity } from '../../rules/rule.ts'
import { complaintDuty, handoverDuty, permitDuty, runDuty } from '../alarms/caseduty.ts'
import { watchAlarmLadder } from '../alarms/ladder.ts'
import { batchDuty } from '../billing/duty.ts'
import type { Bus } from '../core/bus.ts'
import type { Clock } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import { type Actor, type Entry, type Events, GATEWAY } from '../core/events.ts'
import type { Reach } from '../core/outgoing.ts'
import { type Duty, emptyConfig, type NotifyConfig, peopleAt, readConfig } from '../out/notify/config.ts'
import { type ChannelState, deliver } from '../out/notify/deliver.ts'
import type { HeartbeatSettings } from '../out/notify/heartbeat.ts'
import type { Outage, Told } from '../out/notify/message.ts'
import { tellOne, unitsOf } from '../out/notify/send.ts'
import type { AfterReports } from '../records/afterreports.ts'
import type { Alarms, Place } from '../records/alarms.ts'
import type { Notices } from '../records/notices.ts'
import type { Trail } from '../records/trail.ts'
import type { Workorders } from '../records/workorders.ts'
import { hashOf } from '../site/file.ts'
import type { Site } from '../site/site.ts'
import { type Decided, stagedFile } from '../site/staged.ts'
import { openNoticeLinks, personOf } from './links.ts'
import { masked, unmasked } from './mask.ts'
import { dutyOf, momentOf, previewOf } from './preview.ts'
import { reasonOf } from './reason.ts'
import { openReportUp } from './reportup.ts'
import { dutyAt, type OnShift, signedDuty } from './shift.ts'

export interface NotifyDeps {
  /** The folder of secrets: the addresses of robots are secrets, and so `notify.json` lies there. */
  readonly secrets: string
  readonly decided: Decided
  readonly clock: Clock
  readonly trail: Trail
  readonly notices: Notices
  readonly afterReports: AfterReports
  readonly alarms: Alarms
  readonly workorders: Workorders
  /** Whoever watches over work under them. */
  readonly permits?: Parameters<typeof permitDuty>[3]
  readonly bus: Bus<Events>
  /** Alarms come faster than anybody can follow. */
  readonly flooded: () => boolean
  readonly placeOf: (site: Site, equipment: string) => Place | undefined
  readonly placeAt: (site: Site, point: PointId) => Place | undefined
  /** Left out: wherever a name leads. */
  readonly reach?: Reach
  readonly failing: (channel: string, why: string) => void
  readonly refused: (why: string) => void
  /** Who of a roster has taken over by signature; null: the roster's own times hold. */
  readonly onShift?: (roster: string) => OnShift | null
  readonly failed: (error: unknown) => void
}

/** What brings an alarm that was put aside back into sight. */
const returns: readonly string[] = ['shelf-ended', 'unshelved', 'put-in-service', 'unsuppressed']
/** What a line about an alarm is to people; undefined: nothing. One that is put aside calls nobody until it is back. */
const eventOf = ({ action, data }: Entry): 'raised' | 'cleared' | 'acknowledged' | undefined =>
  action === 'raised' || returns.includes(action)
    ? (data.called ?? action === 'raised') === true
      ? 'raised'
      : undefined
    : action === 'cleared' || action === 'acknowledged'
      ? action
      : undefined
const TEST_TIMEOUT_MS = 10_000
const LOOK_SOON_MS = 200

export interface OutageNotice {
  readonly run: string
  readonly no: string
  readonly group: string
  readonly kind: 'interrupted' | 'restored'
  /** What is interrupted. */
  readonly what: string | null
  readonly words: Record<keyof Text, { readonly title: string; readonly body: string }>
  /** The same for programs: times are ISO 8601. */
  readonly facts: Outage
}
export interface NotifyView {
  /** Secrets in it are masked. */
  readonly text: string
  /** Of the file; null: there is none. */
  readonly hash: string | null
  /** Why the file can't be used; null: it can. */
  readonly broken: Text | null
  readonly config: NotifyConfig
}
export type Notify = ReturnType<typeof openNotify>

/** Tells people of alarms, orders and outages by what `notify.json` says; without a file nobody is told. */
export function openNotify(deps: NotifyDeps) {
  const { clock, trail, notices, alarms, workorders, bus, secrets } = deps
  const file = join(secrets, 'notify.json')
  const write = stagedFile(file, deps.decided)
  const links = openNoticeLinks(secrets, trail.hashAt)
  let site: Site | null = null
  let config = emptyConfig
  let broken: Text | null = null
  let running: { stop(): Promise<void>; state(channel: string): ChannelState } | null = null
  let ending = Promise.resolve()
  let saving = false
  let climbed: (alarm: string, level: number) => void = () => {}

  /** As the file says it, with whoever has taken over by signature in place of its times. */
  const now = (): NotifyConfig => signedDuty(config, deps.onShift)
  const crewOf = ({ data }: Entry): Text | undefined => site?.crews.find(c => c.id === data.crew)?.name

  const onFile = (): string | null => {
    try {
      return readFileSync(file, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
      throw error
    }
  }

  /** What an entry of the trail is to people; null: nothing. */
  function look(entry: Entry): Duty | null {
    if (!site) return null
    const { name, timezone } = site
    const base = { at: entry.time, site: name, timezone, seq: entry.seq }
    if (entry.kind === 'alarm' || (entry.kind === 'notice' && entry.action === 'escalated')) {
      const event = entry.kind === 'notice' ? 'escalated' : eventOf(entry)
      const alarm = event ? alarms.get(entry.id) : undefined
      if (!alarm || !event) return null
      const place = deps.placeAt(site, alarm.point) ?? alarm.place
      if (event === 'cleared' && silenced(alarm)) return null
      const { id, text } = alarm
      // As it was then: two readers that see it at different times must not each leave it to the other.
      const severity = (entry.data.severity as Severity | undefined) ?? alarm.severity
      const told: Told = { alarm: id, severity, event, text, ...place, ...base, ...(isTest(id) && { test: true }) }
      if (event !== 'escalated') return { told, to: null }
      // Somebody was quicker than the channel: the rest of the ladder need not be woken.
      const said = entry.data.reason as string | undefined
      if (alarm.acked && said === undefined) return null
      const { level, roster, channels } = entry.data as { level: number; roster: string; channels: string[] }
      const quiet = config.ladders.find(l => l.id === entry.data.ladder)?.quiet ?? []
      const words = said === undefined ? {} : { said: `${String(entry.data.by)}: ${said}` }
      return { told: { ...told, ...words, level }, to: { channels, rosters: [roster], people: null, quiet } }
    }
    if (entry.kind === 'workorder' && entry.action === 'escalated') return lookAtOrder(entry, base)
    if (entry.kind === 'complaint' && entry.action === 'escalated') return complaintDuty(entry, config.orders, base)
    if (entry.kind === 'permit' && (entry.action === 'expired' || entry.action === 'reminded'))
      return permitDuty(entry, config.orders, base, deps.permits ?? { get: () => undefined })
    if (entry.kind === 'handover' && entry.action === 'escalated')
      return handoverDuty(entry, crewOf(entry), config.orders, base)
    if (entry.kind === 'billing-batch') return batchDuty(entry, config.orders, base)
    if (entry.kind === 'runbook' && entry.action === 'escalated') return runDuty(entry, config.orders, base)
    if (entry.kind === 'outage' && entry.action === 'sent') {
      const group = config.groups.find(g => g.id === entry.data.group)
      if (!group) return null
      const words = entry.data.words as OutageNotice['words']
      const title = { 'zh-CN': words['zh-CN'].title, en: words.en.title }
      const nothing = { 'zh-CN': '', en: '' }
      const about = { alarm: entry.id, severity: 'high', event: 'outage', text: title, equipmentName: nothing } as const
      const { no, kind, what, facts } = entry.data as unknown as OutageNotice
      // Of a notice that an earlier version wrote down there are only the words.
      const outage = facts && { outage: { run: entry.id, no, kind, what, ...facts } }
      const told: Told = { ...about, space: null, whole: words, ...base, ...outage }
      return { told, to: { channels: group.channels, rosters: [], people: group.people, quiet: [] } }
    }
    return null
  }
  function lookAtOrder(entry: Entry, base: Pick<Told, 'at' | 'site' | 'timezone' | 'seq'>): Duty | null {
    const order = config.orders && workorders.get(entry.id)
    if (!order || !config.orders || !site) return null
    const place = order.equipment === null ? undefined : deps.placeOf(site, order.equipment)
    const space = place?.space ?? (order.space === null ? null : (site.spaces.get(order.space)?.name ?? null))
    const { pct, tell } = entry.data as { pct: number; tell: string[] }
    const { rosters: known, channels, quiet } = config.orders
    const rosters = [...new Set(tell.flatMap(role => known[role as keyof typeof known] ?? []))]
    if (rosters.length === 0) return null
    const told: Told = {
      alarm: order.id,
      severity: orderSeverity((entry.data.class as OrderClass | undefined) ?? order.class),
      event: 'escalated',
      text: order.text,
      equipmentName: place?.equipmentName ?? { 'zh-CN': '', en: '' },
      space,
      order: order.no,
      level: pct,
      ...base,
    }
    return { told, to: { channels, rosters, people: null, quiet } }
  }

  /** Everybody who may be named by a link. */
  const people = (): readonly Recipient[] => config.rosters.flatMap(r => r.people)
  function linkFor(told: Told, person: Recipient): string | null {
    const address = site?.orders.address ?? null
    const asks = told.event === 'raised' || (told.event === 'escalated' && told.order === undefined && !told.about)
    if (address === null || !asks) return null
    const expiresAt = told.at + config.links.hours * 3_600_000
    return `${address}/a/${links.tokenOf({ seq: told.seq, person: personOf(person), expiresAt })}`
  }

  /** Whom a test of this channel goes to: who is on duty of the rosters that it serves, else anybody of these. */
  function testers({ id, roster }: NotifyConfig['channels'][number], { timezone, calendar }: Site) {
    const byLadder = config.ladders.flatMap(l => l.levels).filter(l => l.channels.includes(id))
    const byOrder = config.orders?.channels.includes(id) ? Object.values(config.orders.rosters) : []
    const served = roster === undefined ? [...byLadder.map(l => l.roster), ...byOrder] : [roster]
    return served.flatMap(one => peopleAt(now(), one, true, clock.now(), timezone, calendar))
  }

  /** The same for whoever holds on to it: its rosters are those of the moment. */
  const followed = (begun: NotifyConfig): NotifyConfig => ({
    ...begun,
    get rosters() {
      return signedDuty(begun, deps.onShift).rosters
    },
  })

  function begin() {
    // The site and the settings may be changed at the same time: two readers of the trail would tell everything twice.
    if (!site || running !== null) return
    let text: string | null = null
    try {
      text = onFile()
      config = text === null ? emptyConfig : readConfig(text)
      broken = null
    } catch (error) {
      broken = reasonOf(error, text ?? '')
      config = emptyConfig
      deps.refused(broken.en)
    }
    if (broken !== null || config.channels.length === 0) return
    const { timezone, calendar } = site
    const delivery = deliver(followed(config), {
      clock,
      timezone,
      calendar,
      after: trail.after,
      head: trail.head,
      cursor: notices.cursor,
      settle: ({ channel, seq, told }) => trail.change(GATEWAY, note => notices.settle(note, channel, seq, told)),
      settled: (id, channel, of) =>
        new Set(
          trail
            .of('notice', id, of, -1)
            .filter(e => e.data.of === of && e.data.channel === channel)
            .flatMap(e => e.data.to as string[]),
        ),
      digested: (channel, after) =>
        new Map(
          trail
            .of('notice', 'digest', after, -1)
            .filter(e => e.data.channel === channel)
            .flatMap(e => (e.data.to as string[]).map(name => [name, e.data.of as number] as const)),
        ),
      flooded: deps.flooded,
      look,
      linkFor,
      failing: deps.failing,
      ...(deps.reach && { reach: deps.reach }),
    })
    const ladder = watchAlarmLadder({ clock, trail, notices, alarms, site, config: now, failed: deps.failed })
    climbed = ladder.climbed
    const woken = [
      'alarm',
      'notice',
      'workorder',
      'complaint',
      'runbook',
      'outage',
      'handover',
      'permit',
      'billing-batch',
    ]
    let stopLook: (() => void) | null = null
    const stopWaking = bus.on('record', entry => {
      if (woken.includes(entry.kind)) delivery.wake()
      if (entry.kind === 'alarm' && entry.action === 'acknowledged') ladder.acknowledged(entry.id)
      // In a flood thousands come at once: they are looked at together.
      if (entry.kind === 'alarm')
        stopLook ??= clock.after(LOOK_SOON_MS, () => {
          stopLook = null
          ladder.look()
        })
    })
    running = {
      state: delivery.state,
      async stop() {
        stopWaking()
        stopLook?.()
        climbed = () => {}
        ladder.stop()
        await delivery.stop()
      },
    }
  }
  async function end() {
    const was = running
    running = null
    // Whoever else ends it meanwhile waits for it as well: what is under way is told by nobody else.
    if (was) ending = was.stop()
    await ending
  }

  return {
    get broken() {
      return broken !== null
    },
    /** The site runs from now on. */
    use(next: Site) {
      site = next
      begin()
    },
    async stop() {
      await end()
      site = null
    },
    view(): NotifyView {
      const text = onFile()
      const hash = text === null ? null : hashOf(text)
      return { text: text === null ? '' : masked(text), hash, broken, config }
    },
    state: (channel: string): ChannelState => running?.state(channel) ?? { failing: null, waiting: 0 },
    /** As it is used now, with its secrets: for what else sends by these channels. */
    config: (): NotifyConfig => config,
    /** Who of a roster is told now. */
    onDuty: (roster: string): readonly Recipient[] =>
      site ? peopleAt(now(), roster, false, clock.now(), site.timezone, site.calendar) : [],
    /** Who would be told of such an alarm at such a time, and who is on duty until tomorrow. Throws `not-found`. */
    preview(severity: Severity, time: string, day: string | undefined) {
      if (!site) return fail('not-found', { what: { 'zh-CN': '运行中的项目', en: 'a site that runs' } })
      const at = momentOf(time, day, clock.now(), site.timezone)
      const configAt = dutyAt(config, clock.now(), deps.onShift)
      const signed = (roster: string) => {
        const shift = deps.onShift?.(roster)
        const there = config.rosters.find(r => r.id === roster)?.people.some(p => shift?.on.includes(p.name))
        return shift && there ? shift.until : null
      }
      const duty = dutyOf(configAt, clock.now(), site, signed)
      return { at, tells: previewOf(configAt, severity, at, site), duty }
    },
    /** Null: nobody outside is told that all is well. */
    heartbeat: (): HeartbeatSettings | null => config.heartbeat ?? null,
    /** Null: it can be used. */
    check(text: string): Text | null {
      try {
        readConfig(unmasked(text, onFile()))
        return null
      } catch (error) {
        return reasonOf(error, text)
      }
    },
    /** Checks, writes, notes on the trail without secrets, and runs it. Throws `notify-changed`, `notify-invalid`. */
    async save(text: string, hash: string | null, actor: Actor): Promise<void> {
      if (saving) fail('notify-changed')
      saving = true
      try {
        const had = onFile()
        if ((had === null ? null : hashOf(had)) !== hash) fail('notify-changed')
        let whole: string
        let next: NotifyConfig
        try {
          whole = unmasked(text, had)
          next = readConfig(whole)
        } catch (error) {
          return fail('notify-invalid', { why: reasonOf(error, text) })
        }
        write(whole, decide =>
          trail.change(actor, note => {
            const { channels, rosters, ladders, groups } = next
            note('notify', 'settings', 'changed', {
              channels: channels.map(c => `${c.id} (${c.kind})`),
              rosters: rosters.map(r => ({ id: r.id, people: r.people.map(p => p.name) })),
              ladders: ladders.map(l => ({ id: l.id, levels: l.levels.map(v => `${v.afterMin} min ${v.roster}`) })),
              groups: groups.map(g => `${g.id} (${g.people.length})`),
              ...(next.heartbeat && { heartbeat: `${new URL(next.heartbeat.url).host} ${next.heartbeat.everyS} s` }),
              hash: hashOf(whole),
            })
            decide()
          }),
        )
        await end()
        begin()
      } finally {
        saving = false
      }
    },
    /** Nobody is told of anything any more. */
    async forget(actor: Actor): Promise<void> {
      write(null, decide =>
        trail.change(actor, note => {
          note('notify', 'settings', 'removed')
          decide()
        }),
      )
      await end()
      begin()
    },
    /** Sends a test to whoever is named, or is on duty; and what the far end said. Throws `not-found`, `notify-nobody`. */
    async test(channelId: string, name: string | undefined, actor: Actor) {
      const channel = config.channels.find(c => c.id === channelId) ?? fail('not-found', { what: channelId })
      if (!site) return fail('not-found', { what: { 'zh-CN': '运行中的项目', en: 'a site that runs' } })
      const all = [...people(), ...config.groups.flatMap(g => g.people)]
      const found = name === undefined ? testers(channel, site) : all.filter(p => p.name === name).slice(0, 1)
      const [unit] = unitsOf(channel, found)
      if (!unit) return fail('notify-nobody')
      const at = clock.now()
      const told: Told = {
        alarm: 'test',
        severity: 'journal',
        event: 'test',
        text: { 'zh-CN': '这是一条测试通知，无须处理。', en: 'This is a test. Nothing has happened.' },
        equipmentName: { 'zh-CN': '', en: '' },
        space: null,
        at,
        site: site.name,
        timezone: site.timezone,
        seq: 0,
      }
      const sent = await tellOne(channel, told, unit, at, AbortSignal.timeout(TEST_TIMEOUT_MS), {
        ...(deps.reach && { reach: deps.reach }),
      })
      trail.change(actor, note =>
        note('notify', channelId, 'tested', {
          to: unit.names,
          ok: sent.why === null,
          ...(sent.why && { why: sent.why }),
        }),
      )
      return { ok: sent.why === null, why: sent.why, answer: sent.answer, to: unit.names }
    },
    /** Inside a change: a notice to customers. The channels read it from the trail. Throws `not-found`. */
    sendOutage(note: Parameters<Parameters<Trail['change']>[1]>[0], notice: OutageNotice): { people: number } {
      const group = config.groups.find(g => g.id === notice.group) ?? fail('not-found', { what: notice.group })
      note('outage', notice.run, 'sent', { ...notice, people: group.people.length, channels: group.channels })
      return { people: group.people.length }
    },
    /** What a link in a notice stands for; null: it was not made here, or the person is in no roster any more. */
    readLink(token: string): { entry: Entry; person: Recipient; expired: boolean } | null {
      const link = links.read(token)
      const entry = link && trail.after(link.seq - 1, 1)[0]
      const person = link && people().find(p => personOf(p) === link.person)
      if (!link || entry?.seq !== link.seq || !person) return null
      return { entry, person, expired: clock.now() > link.expiresAt }
    },
    linkFor,
    reportUp: openReportUp({
      ...{ clock, trail, notices, alarms, afterReports: deps.afterReports },
      config: () => config,
      site: () => site,
      climbed: (...up) => climbed(...up),
    }),
  }
}
