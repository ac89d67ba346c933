import { z } from 'zod'
import type { Severity } from '../../../rules/rule.ts'
import { type KindId, kinds } from './channels.ts'

const id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/)
const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/)
const days = z.array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])).min(1)
const severities = ['life', 'high', 'medium', 'low', 'journal'] as const satisfies readonly Severity[]
const span = z.strictObject({ days: days.optional(), from: clockTime, to: clockTime })

const channel = z.strictObject({
  id,
  kind: z.enum(Object.keys(kinds) as [KindId, ...KindId[]]),
  /** Priorities that it is told of; life safety always. */
  severities: z.array(z.enum(severities)).min(1).default(['life', 'high']),
  events: z
    .array(z.enum(['raised', 'cleared', 'acknowledged']))
    .min(1)
    .default(['raised']),
  /** Nothing is told then, but of life safety. */
  quiet: z.array(span).max(10).default([]),
  /** Whose telephones: those of the roster who are on duty at that time. */
  roster: id.optional(),
  options: z.record(z.string(), z.unknown()),
})
const roster = z.strictObject({
  id,
  people: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(100),
        phone: z.string().regex(/^\+?\d{3,20}$/),
        /** Without shifts: always. */
        shifts: z.array(span).max(20).optional(),
      }),
    )
    .max(200),
})
const file = z.strictObject({ channels: z.array(channel).max(20), rosters: z.array(roster).max(50).default([]) })

export type NotifyConfig = z.infer<typeof file>
export type NotifyChannel = NotifyConfig['channels'][number]

/** The file `notify.json` of the secrets. Throws an Error that says where it is wrong and what is expected. */
export function readConfig(text: string): NotifyConfig {
  const parsed = file.parse(JSON.parse(text))
  const seen = new Set<string>()
  return {
    ...parsed,
    channels: parsed.channels.map((c, i) => {
      if (seen.has(c.id)) throw new Error(`channels[${i}].id: "${c.id}" was used before`)
      seen.add(c.id)
      if (c.roster !== undefined && !parsed.rosters.some(r => r.id === c.roster))
        throw new Error(`channels[${i}].roster: there is no roster "${c.roster}"`)
      if (c.kind === 'sms' && c.roster === undefined) throw new Error(`channels[${i}].roster: sms needs one`)
      return { ...c, options: kinds[c.kind].schema.parse(c.options) as Record<string, unknown> }
    }),
  }
}

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const
type Span = z.infer<typeof span>

/** Whether a moment falls into a span by the site's clock; one whose end is not after its start runs over midnight. */
export function within(spans: readonly Span[], at: number, timeZone: string): boolean {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(at)
  const part = (type: string) => parts.find(p => p.type === type)!.value
  const day = part('weekday').toLowerCase() as (typeof DAYS)[number]
  const before = DAYS[(DAYS.indexOf(day) + 6) % 7]!
  const time = `${part('hour')}:${part('minute')}`
  const on = ({ days: of }: Span, which: (typeof DAYS)[number]) => of === undefined || of.includes(which)
  return spans.some(s =>
    s.from < s.to
      ? on(s, day) && time >= s.from && time < s.to
      : (on(s, day) && time >= s.from) || (on(s, before) && time < s.to),
  )
}

/** The telephones that a channel tells now. Of life safety everybody, when nobody is on duty. */
export function phonesAt(
  config: NotifyConfig,
  channel: NotifyChannel,
  life: boolean,
  at: number,
  timeZone: string,
): readonly { readonly name: string; readonly phone: string }[] {
  const people = config.rosters.find(r => r.id === channel.roster)?.people ?? []
  const onDuty = people.filter(p => p.shifts === undefined || within(p.shifts, at, timeZone))
  return onDuty.length === 0 && life ? people : onDuty
}

/** Whether a channel is told of this; quiet hours never hold for life safety. */
export function isFor(
  channel: NotifyChannel,
  told: { readonly severity: string; readonly event: string },
  at: number,
  timeZone: string,
): boolean {
  if (!(channel.events as readonly string[]).includes(told.event)) return false
  if (told.severity === 'life') return true
  return (channel.severities as readonly string[]).includes(told.severity) && !within(channel.quiet, at, timeZone)
}
