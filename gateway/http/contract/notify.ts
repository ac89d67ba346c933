import { z } from 'zod'
import { noticeFields } from '../../../rules/notice.ts'
import { severities } from '../../../rules/rule.ts'
import { text, time, when } from './common.ts'

/** Somebody was told, or could not be. */
export const toldLine = z.object({
  seq: z.number().int(),
  at: time,
  /** `escalated`: the ladder went up; the lines of the channels follow it. */
  outcome: z.enum(['told', 'not-told', 'escalated']),
  channel: z.string().nullable(),
  event: z.string().nullable(),
  to: z.array(z.string()),
  why: z.string().nullable(),
  level: z.number().int().nullable(),
  /** In a digest: of so many. */
  count: z.number().int(),
  lateMs: z.number(),
})

const channelView = z.object({
  id: z.string(),
  kind: z.string(),
  severities: z.array(z.enum(severities)),
  events: z.array(z.string()),
  roster: z.string().nullable(),
  /** Where it sends: the host, never more. */
  host: z.string().nullable(),
  waiting: z.number().int(),
  failing: z.object({ why: z.string(), since: time, nextAt: time }).nullable(),
})
export const notifySettings = z.object({
  /** The whole file as JSON, secrets masked; empty when there is none. */
  text: z.string(),
  hash: z.string().nullable(),
  /** Why nobody is told of anything: the file can't be used. */
  broken: text.nullable(),
  /** Where links in notices lead; null: notices carry none until the site says it. */
  address: z.string().nullable(),
  channels: z.array(channelView),
  /** The watcher outside that is told that all is well; null: none. `held`: why it is told nothing. */
  heartbeat: z
    .object({
      host: z.string().nullable(),
      method: z.enum(['GET', 'POST']),
      everyS: z.number().int(),
      takenAt: when,
      failing: z.object({ why: z.string(), since: time }).nullable(),
      held: z.enum(['no-site', 'not-reading', 'records']).nullable(),
    })
    .nullable(),
  rosters: z.array(z.object({ id: z.string(), people: z.number().int(), onDuty: z.array(z.string()) })),
  ladders: z.array(
    z.object({
      id: z.string(),
      severities: z.array(z.enum(severities)),
      repeatMin: z.number(),
      levels: z.array(z.object({ afterMin: z.number(), roster: z.string(), channels: z.array(z.string()) })),
    }),
  ),
  groups: z.array(z.object({ id: z.string(), name: text, people: z.number().int(), channels: z.array(z.string()) })),
  failed: z.array(
    z.object({
      seq: z.number().int(),
      at: time,
      about: z.string(),
      channel: z.string(),
      to: z.array(z.string()),
      why: z.string(),
    }),
  ),
})
const telling = z.object({
  afterMin: z.number().int(),
  channel: z.string(),
  /** Null: the channel tells by itself. `early`: nobody of the level before is on duty. */
  ladder: z.object({ id: z.string(), level: z.number().int(), roster: z.string(), early: z.boolean() }).nullable(),
  names: z.array(z.string()),
  /** On duty, without an address of this kind. */
  without: z.array(z.string()),
  /** Nobody is on duty, so the whole roster is told. */
  everybody: z.boolean(),
  why: z.string().nullable(),
})
export const notifyPreview = z.object({
  at: time,
  tells: z.array(telling),
  /** For a day ahead: from when on who is on duty. */
  duty: z.array(
    z.object({
      id: z.string(),
      people: z.number().int(),
      spans: z.array(z.object({ from: time, names: z.array(z.string()) })),
      /** The first are on duty because they signed; the next should sign then. Null: by the plan's times. */
      signedUntil: when,
    }),
  ),
})
export const notifyPreviewOf = z.object({
  severity: z.enum(severities).default('life'),
  /** By the site's clock. */
  time: z.string().regex(noticeFields.clock).default('03:00'),
  /** Without: whichever comes first. */
  day: z.iso.date().optional(),
})
export const notifySave = z.strictObject({ text: z.string().max(2_000_000), hash: z.string().max(100).nullable() })
export const notifyCheck = z.strictObject({ text: z.string().max(2_000_000) })
export const notifyChecked = z.object({ why: text.nullable() })
export const notifyTest = z.strictObject({
  /** Of a roster or a group; without it, whoever is on duty for this channel. */
  person: z.string().max(100).optional(),
})
export const notifyTested = z.object({
  ok: z.boolean(),
  why: z.string().nullable(),
  /** What the far end said, secrets taken out. */
  answer: z.string(),
  to: z.array(z.string()),
})

/** What whoever holds a link of a notice may see. */
export const noticeLink = z.object({
  state: z.enum(['open', 'acknowledged', 'expired', 'superseded']),
  /** For whom the link was made. */
  person: z.string(),
  site: text,
  text,
  severity: z.enum(severities),
  equipmentName: text,
  space: text.nullable(),
  raisedAt: when,
  active: z.boolean(),
  ackedBy: z.string().nullable(),
  ackedAt: when,
  timezone: z.string(),
})

export const silence = z.object({ by: z.string(), at: time, until: time, severity: z.enum(severities) })
export const alarmSound = z.object({ silence: silence.nullable() })
export const makeSilence = z.strictObject({ minutes: z.number().int().min(1).max(10) })

const words = z.strictObject({ title: z.string().trim().min(1).max(100), body: z.string().trim().min(1).max(2000) })
export const sendOutage = z.strictObject({
  group: z.string().max(64),
  kind: z.enum(['interrupted', 'restored']),
  /** As somebody has read and confirmed them. */
  words: z.strictObject({ 'zh-CN': words, en: words }),
})
export const outageSent = z.object({
  seq: z.number().int(),
  at: time,
  by: z.string(),
  group: z.string(),
  kind: z.enum(['interrupted', 'restored']),
  people: z.number().int(),
  told: z.number().int(),
  notTold: z.array(z.object({ name: z.string(), channel: z.string(), why: z.string() })),
})
export const noticeGroup = z.object({ id: z.string(), name: text, people: z.number().int() })

export type ToldLine = z.infer<typeof toldLine>
export type NotifySettings = z.infer<typeof notifySettings>
export type NotifyPreview = z.infer<typeof notifyPreview>
export type NotifyTested = z.infer<typeof notifyTested>
export type NoticeLinkView = z.infer<typeof noticeLink>
export type SilenceView = z.infer<typeof silence>
export type OutageSent = z.infer<typeof outageSent>
export type NoticeGroup = z.infer<typeof noticeGroup>
