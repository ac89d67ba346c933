import { z } from 'zod'
import { iso, isoOrNull } from '../core/clock.ts'
import type { Entry } from '../core/events.ts'
import {
  notifyCheck,
  notifyChecked,
  notifyPreview,
  notifyPreviewOf,
  notifySave,
  notifySettings,
  notifyTest,
  notifyTested,
  page,
  toldLine,
} from './contract.ts'
import { type App, type Deps, who } from './deps.ts'

const SHOWN = 100
const LONGEST = 2_100_000

const lineOf = (e: Entry): z.infer<typeof toldLine> => {
  const {
    channel = null,
    event = null,
    to = [],
    why = null,
    level = null,
    lateMs = 0,
  } = e.data as Record<string, never>
  const outcome = e.action === 'told' || e.action === 'not-told' ? e.action : ('escalated' as const)
  const count = event === 'digest' ? Number(e.data.count) : 1
  return { seq: e.seq, at: iso(e.time), outcome, channel, event, to, why, level, lateMs, count }
}
/** Who was told of one alarm or order, newest first. */
export const toldOf = (deps: Deps, id: string) => deps.notices.of(id, SHOWN).map(lineOf)

/** Where a channel sends, without what is secret of it. */
function hostOf(options: Readonly<Record<string, unknown>>): string | null {
  const { host, url } = options
  if (typeof host === 'string') return host
  return typeof url === 'string' && URL.canParse(url) ? new URL(url).host : null
}

/** How people are told, for whoever sets it up; and who was told, on each alarm and order. */
export function notifyRoutes(app: App, deps: Deps) {
  const tags = ['notify']
  const { notify } = deps
  const beat = (config: ReturnType<typeof notify.view>['config']): z.infer<typeof notifySettings>['heartbeat'] => {
    if (!config.heartbeat) return null
    const { url, method, everyS } = config.heartbeat
    const { takenAt, failing, held } = deps.heartbeat.state()
    return {
      ...{ host: hostOf({ url }), method, everyS, takenAt: isoOrNull(takenAt), held },
      failing: failing && { why: failing.why, since: iso(failing.since) },
    }
  }
  const view = (): z.infer<typeof notifySettings> => {
    const { text, hash, broken, config } = notify.view()
    return {
      text,
      hash,
      broken,
      address: deps.plant()?.site.orders.address ?? null,
      channels: config.channels.map(c => {
        const { failing, waiting } = notify.state(c.id)
        return {
          id: c.id,
          kind: c.kind,
          severities: c.severities,
          events: c.events,
          roster: c.roster ?? null,
          host: hostOf(c.options),
          waiting,
          failing: failing && { ...failing, since: iso(failing.since), nextAt: iso(failing.nextAt) },
        }
      }),
      heartbeat: beat(config),
      rosters: config.rosters.map(r => ({
        id: r.id,
        people: r.people.length,
        onDuty: notify.onDuty(r.id).map(p => p.name),
      })),
      ladders: config.ladders.map(({ id, severities, repeatMin, levels }) => ({ id, severities, repeatMin, levels })),
      groups: config.groups.map(g => ({ id: g.id, name: g.name, people: g.people.length, channels: g.channels })),
      failed: deps.notices.failed(50).map(({ seq, time, id, data }) => ({
        seq,
        at: iso(time),
        about: id,
        channel: String(data.channel),
        to: (data.to as string[] | undefined) ?? [],
        why: String(data.why),
      })),
    }
  }
  app.get(
    '/api/v1/notify',
    {
      config: { access: 'notify.read' },
      schema: {
        tags,
        summary: 'Channels, rosters, ladders and groups, secrets masked; what waits and what failed',
        response: { 200: notifySettings },
      },
    },
    async () => view(),
  )
  app.get(
    '/api/v1/notify/preview',
    {
      config: { access: 'notify.read' },
      schema: {
        tags,
        summary:
          'Who would be told of an alarm at some time that nobody acknowledges; and who is on duty for a day ahead',
        querystring: notifyPreviewOf,
        response: { 200: notifyPreview },
      },
    },
    async request => {
      const { severity, time, day } = request.query
      const { at, tells, duty } = notify.preview(severity, time, day)
      return {
        at: iso(at),
        tells: tells.map(({ names, without, ...one }) => ({ ...one, names: [...names], without: [...without] })),
        duty: duty.map(one => ({
          ...one,
          signedUntil: isoOrNull(one.signedUntil),
          spans: one.spans.map(({ from, names }) => ({ from: iso(from), names: [...names] })),
        })),
      }
    },
  )
  app.put(
    '/api/v1/notify',
    {
      config: { access: 'site.write' },
      bodyLimit: LONGEST,
      schema: {
        tags,
        summary:
          'The whole file anew; a mask stands for the secret that is kept, as long as the channel sends to the same place',
        body: notifySave,
        response: { 200: notifySettings },
      },
    },
    async request => {
      await notify.save(request.body.text, request.body.hash, who(request).actor)
      return view()
    },
  )
  app.post(
    '/api/v1/notify/check',
    {
      config: { access: 'notify.read' },
      bodyLimit: LONGEST,
      schema: {
        tags,
        summary: 'What is wrong with it; nothing is changed',
        body: notifyCheck,
        response: { 200: notifyChecked },
      },
    },
    async request => ({ why: notify.check(request.body.text) }),
  )
  app.post(
    '/api/v1/notify/channels/:id/test',
    {
      config: { access: 'site.write' },
      schema: {
        tags,
        summary: 'Sends a test, and answers what the far end said',
        params: z.object({ id: z.string().max(64) }),
        body: notifyTest,
        response: { 200: notifyTested },
      },
    },
    async request => {
      const { ok, why, answer, to } = await notify.test(request.params.id, request.body.person, who(request).actor)
      return { ok, why, answer, to: [...to] }
    },
  )
  for (const [path, access] of [
    ['alarms', 'alarm.read'],
    ['workorders', 'workorder.read'],
    ['complaints', 'complaint.read'],
  ] as const)
    app.get(
      `/api/v1/${path}/:id/notices`,
      {
        config: { access },
        schema: {
          tags: [path === 'workorders' ? 'work orders' : path],
          summary: 'Who was told of it, when, by which channel, and what came of it; newest first',
          params: z.object({ id: z.string().max(200) }),
          response: { 200: page(toldLine) },
        },
      },
      async request => ({ items: toldOf(deps, request.params.id), next: null }),
    )
}
