import { z } from 'zod'
import { credentialKinds, credentialPhases, personKinds } from '../../../rules/access/credential.ts'
import { type Outcome, outcomeCodes } from '../../../rules/access/outcome.ts'
import { visitActions, visitPhases } from '../../../rules/access/visit.ts'
import { roles } from '../../../rules/flow.ts'
import { text, time, when } from './common.ts'

const line = (most: number) => z.string().trim().max(most)
const id = z.string().max(64)
const direction = z.enum(['in', 'out'])
const gateHows = ['online', 'verified', 'shown'] as const

export const visit = z.object({
  id: z.string(),
  no: z.string(),
  phase: z.enum(visitPhases),
  name: z.string(),
  company: z.string(),
  phone: z.string(),
  people: z.int(),
  person: z.string().nullable(),
  host: z.string(),
  purpose: z.string(),
  space: z.string().nullable(),
  spaceName: text.nullable(),
  escort: z.string(),
  /** Somebody has to go along. */
  escortNeeded: z.boolean(),
  noPhotos: z.boolean(),
  validFrom: time,
  validTo: time,
  approvals: z.array(z.object({ by: z.string(), role: z.enum(roles), at: time })),
  /** Of each of these lists somebody has still to agree. */
  approvalsLeft: z.array(z.array(z.enum(roles))),
  askedBy: z.string(),
  askedAt: time,
  inAt: when,
  inBy: z.string().nullable(),
  outAt: when,
  outBy: z.string().nullable(),
  reason: z.string(),
  /** At `visits/<id>/photo/<photo>`; null: there is none. */
  photo: z.string().nullable(),
  /** Why somebody keeps it for longer; null: it is deleted when its time is over. */
  photoHold: z.string().nullable(),
  /** From when on it is deleted, unless an incident of its time is open; null: nobody knows yet, or it is held. */
  photoGoes: when,
})
/** `reason` null: it is held no longer. */
export const photoHold = z.strictObject({ hold: z.boolean(), reason: line(200).min(1) })
export const visitAsk = z.strictObject({
  name: line(64).min(1),
  company: line(100).default(''),
  phone: line(32).default(''),
  people: z.int().min(1).max(500).default(1),
  /** When he is on record. */
  person: id.optional(),
  /** Whom he visits. */
  host: line(64).min(1),
  purpose: line(200).default(''),
  /** The room, when he wants into one with a register. */
  space: id.optional(),
  escort: line(64).default(''),
  validFrom: time,
  validTo: time,
})
export const visitMove = z.strictObject({ reason: line(300).default(''), escort: line(64).default('') })
export const visitAction = z.enum(visitActions)

const company = z.object({ name: z.string(), colour: z.string() }).nullable()
const shownPass = z.object({
  id: z.string(),
  no: z.string(),
  class: z.enum(credentialKinds),
  phase: z.enum(credentialPhases),
  duplicate: z.enum(['none', 'holder', 'gate', 'returned']),
  validTo: time,
  works: z.string().nullable(),
  levels: z.array(text),
  person: z.string(),
  name: z.string(),
  kind: z.enum(personKinds),
  trade: z.string(),
  photo: z.string().nullable(),
  company,
})
export const gateScan = z.strictObject({
  gate: id,
  /** As a scanner or a guard typed it: a code, a card, a number, a name. */
  text: line(600).min(1),
  direction: direction.optional(),
})
export const gateAnswer = z.object({
  verdict: z.enum(['yes', 'no', 'choose']),
  outcome: z.enum(outcomeCodes as [Outcome, ...Outcome[]]).nullable(),
  text: text.nullable(),
  todo: text.nullable(),
  at: time,
  event: z.int().nullable(),
  direction,
  /** Typed, not read: compare the photo. */
  typed: z.boolean(),
  slot: z.int().nullable(),
  pass: shownPass.nullable(),
  visit: visit.nullable(),
  /** Of somebody with a pass: his visits to rooms, expected now. */
  visits: z.array(visit),
  choices: z.array(shownPass),
})
export const gateEntry = z.strictObject({
  n: z.int().min(1),
  at: time,
  credential: id.nullable(),
  visit: id.nullable(),
  escort: line(64).default(''),
  direction,
  how: z.enum(gateHows),
  by: line(64).min(1),
  event: z.int().nullable(),
})
/** `post`: the page that has written them down, by a name of its own that never changes. */
export const gateEntries = z.strictObject({
  gate: id,
  post: z.string().regex(/^[A-Za-z0-9-]{8,64}$/),
  entries: z.array(gateEntry).min(1).max(200),
})
const conflict = z.string().nullable()
export const gateTaken = z.object({
  items: z.array(
    z.object({ n: z.int(), result: z.enum(['taken', 'before', 'other']), conflict, text: text.nullable() }),
  ),
  next: z.null(),
})
const happened = z.object({
  seq: z.int(),
  post: z.string(),
  n: z.int(),
  at: time,
  receivedAt: time,
  name: z.string(),
  no: z.string(),
  direction,
  how: z.enum(gateHows),
  by: z.string(),
  conflict,
  text: text.nullable(),
})
export const gatePanel = z.object({
  gate: z.object({ id: z.string(), name: text }),
  now: time,
  held: z.array(
    z.object({
      slot: z.int(),
      since: time,
      no: z.string(),
      name: z.string(),
      company,
      works: z.string().nullable(),
    }),
  ),
  contractors: z.int(),
  visitors: z.int(),
  overnight: z.int(),
  visits: z.array(visit),
  recent: z.array(happened),
  conflicts: z.array(happened),
})
export const gateList = z.object({
  items: z.array(z.object({ id: z.string(), name: text })),
  next: z.null(),
})
/** The list as text, so that its signature is over what is read. */
export const gateTakeAway = z.object({ list: z.string(), signature: z.string() })

export type VisitView = z.infer<typeof visit>
export type GateAnswer = z.infer<typeof gateAnswer>
export type GateShownPass = z.infer<typeof shownPass>
export type GateEntryBody = z.infer<typeof gateEntry>
export type GateTaken = z.infer<typeof gateTaken>
export type GatePanel = z.infer<typeof gatePanel>
export type GateTakeAway = z.infer<typeof gateTakeAway>
