import { z } from 'zod'
import { alarmStates } from '../../../rules/alarm.ts'
import { proofEnds } from '../../../rules/proof.ts'
import { proofSteps, stepNotes, stepResults } from '../../../rules/proofreport.ts'
import { severities } from '../../../rules/rule.ts'
import { pointId, sentence, text, time, value, when } from './common.ts'

/** A test of an alarm, from its condition to the siren and back. */
export const proof = z.object({
  id: z.string(),
  no: z.string(),
  rule: z.string(),
  /** The real alarm, and the one that is only a test. */
  alarm: z.string(),
  test: z.string(),
  point: pointId,
  equipment: z.string(),
  equipmentName: text,
  space: text.nullable(),
  text,
  severity: z.enum(severities),
  delayOnS: z.number(),
  delayOffS: z.number(),
  /** What was stated for each point, and what it really said then. */
  values: z.array(z.object({ point: pointId, name: text, unit: z.string().nullable(), value, was: value })),
  siren: z.object({ point: pointId, name: text }).nullable(),
  why: z.string(),
  by: z.string(),
  at: time,
  /** It ends by itself then. */
  until: time,
  returnedAt: when,
  returnedBy: z.string().nullable(),
  /** Null while it runs. */
  end: z.enum(proofEnds).nullable(),
  endedAt: when,
  endedBy: z.string().nullable(),
  /** The whole way was proved; null while it runs. */
  passed: z.boolean().nullable(),
  /** Of the alarm of the test, while it runs. */
  state: z.enum(alarmStates).nullable(),
  steps: z.array(
    z.object({
      step: z.enum(proofSteps),
      result: z.enum(stepResults),
      at: when,
      who: z.array(z.string()),
      note: z.enum(stepNotes).nullable(),
    }),
  ),
})
/** Each alarm of a rule, or of some equipment: when it was proved last, and why it cannot be proved now. */
export const provable = z.object({
  rule: z.string(),
  alarm: z.string(),
  point: pointId,
  text,
  severity: z.enum(severities),
  equipment: z.string(),
  equipmentName: text,
  pointName: text.nullable(),
  delayOnS: z.number(),
  /** Null: never. */
  provedAt: when,
  last: z.object({ id: z.string(), endedAt: time, passed: z.boolean() }).nullable(),
})
/** What a proof needs to be told: the points of the condition with a value that would make it true, and the sirens. */
export const proofOffer = z.object({
  alarm: z.string(),
  point: pointId,
  /** Why not now, in both languages; null: it can. */
  refused: text.nullable(),
  inputs: z.array(
    z.object({
      point: pointId,
      name: text,
      kind: z.enum(['number', 'boolean', 'text']),
      unit: z.string().nullable(),
      now: value.nullable(),
      suggested: value.nullable(),
    }),
  ),
  sirens: z.array(z.object({ point: pointId, name: text, equipmentName: text })),
})
export const newProof = z.strictObject({
  rule: z.string().min(1).max(129),
  point: pointId,
  values: z
    .array(z.strictObject({ point: pointId, value }))
    .min(1)
    .max(20),
  siren: pointId.nullable().default(null),
  why: sentence.max(500),
})
export const proofShown = z.strictObject({ sound: z.enum(['on', 'blocked', 'off']) })
/** The newest end of a proof of each rule, for the list of rules. */
export const ruleProof = z.object({ rule: z.string(), provedAt: when })

export type ProofView = z.infer<typeof proof>
export type Provable = z.infer<typeof provable>
export type ProofOffer = z.infer<typeof proofOffer>
