import { z } from 'zod'
import { orderClasses, severities } from '../../../rules/rule.ts'
import { pointId, text, time, value, when } from './common.ts'

const json = z.record(z.string(), z.unknown())
/** What a rule may differ in from what was delivered; `when`: numbers of its condition, by their words in it. */
export const tuning = z.object({
  off: z.literal(true).optional(),
  when: z.record(z.string(), z.number()).optional(),
  delayOnS: z.number().optional(),
  delayOffS: z.number().optional(),
  severity: z.enum(severities).optional(),
})
const said = { when: json, severity: z.enum(severities), delayOnS: z.number(), delayOffS: z.number() }
export const ruleView = z.object({
  id: z.string(),
  /** Of the site itself, of a pack, or built in (not to be changed). */
  from: z.enum(['site', 'pack', 'gateway']),
  pack: z.object({ id: z.string(), name: text }).nullable(),
  text,
  source: z.string().nullable(),
  order: z.enum(orderClasses).nullable(),
  runbook: z.string().nullable(),
  on: z.boolean(),
  tuning: tuning.nullable(),
  delivered: z.object(said),
  /** As it runs; of one that is off, as it would. */
  now: z.object(said),
  /** Numbers of its condition that can be tuned. */
  words: z.array(z.string()),
  /** The words of the codes that its points say; {}: they say none, or not the same. */
  names: z.record(z.string(), text),
  /** The unit of its points (UCUM), where all have the same; null: none, or not the same. */
  unit: z.string().nullable(),
  /** The names of the other points that its condition asks, by what is written there. */
  others: z.record(z.string(), text),
  /** How many points have an alarm of it, and the equipment and places they belong to. */
  points: z.int(),
  /** How many channels it watches as such. */
  channels: z.int(),
  equipment: z.array(z.string()),
  spaces: z.array(z.string()),
})
/** Replaces the tuning of a rule; `{}` is as delivered. Checked as in site.json. */
export const tuningAsk = json
/** A rule as in site.json. */
export const ruleAsk = json
/** A rule that the site has, tuned like this, or one that it does not have yet. */
export const dryRunAsk = z
  .strictObject({
    id: z.string().min(1).max(129).optional(),
    tuning: json.optional(),
    rule: json.optional(),
    days: z.int().min(1).max(90).default(30),
  })
  .refine(ask => (ask.id === undefined) !== (ask.rule === undefined))
const fire = z.object({ point: pointId, at: time, until: when, value: value.nullable() })
export const dryRun = z.object({
  from: time,
  to: time,
  /** That would have an alarm of the rule, and how many were gone through in the time allowed. */
  points: z.int(),
  examined: z.int(),
  /** How often it would have fired. What one alarm holds back as the consequence of another is counted here all the same. */
  fires: z.int(),
  /** Up to 20 each. */
  first: z.array(fire),
  last: z.array(fire),
  /** All together, and the longest. */
  stoodS: z.number(),
  longestS: z.number(),
  /** At so many points it stands now. */
  standing: z.int(),
  /** Shares 0..1 of the time: without good data; judged by hourly means, because samples are no longer kept; made up for the demo. */
  noGoodShare: z.number(),
  hourlyShare: z.number(),
  demoShare: z.number(),
  tookMs: z.number(),
})
export type RuleView = z.infer<typeof ruleView>
export type RuleTuning = z.infer<typeof tuning>
export type DryRunView = z.infer<typeof dryRun>
