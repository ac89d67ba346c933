import { z } from 'zod'
import { challenges } from '../../../rules/patrol/challenge.ts'
import { flags } from '../../../rules/patrol/dock.ts'
import { roundPhases } from '../../../rules/patrol/review.ts'
import { roundStates } from '../../../rules/patrol/round.ts'
import { checkpointKinds, methods, planKinds, trusts, verdicts } from '../../../rules/patrol/words.ts'
import { text, time, when } from './common.ts'

const line = (most: number) => z.string().trim().max(most)
const id = z.string().max(64)
const count = z.int().min(0)

const point = z.object({
  checkpoint: z.string(),
  name: text,
  space: z.string().nullable(),
  spaceName: text.nullable(),
  kind: z.enum(checkpointKinds),
  /** The best that a point of this kind can prove. */
  most: z.enum(trusts),
  /** Empty: nobody was here, and its time is not over. */
  verdicts: z.array(z.enum(verdicts)),
  at: when,
  person: z.string(),
  /** What the visit proves; null: there is none. */
  trust: z.enum(trusts).nullable(),
  /** Why it is excused. */
  reason: z.string(),
  orders: z.array(z.string()),
})
export const patrolRound = z.object({
  id: z.string(),
  route: z.string(),
  routeName: text,
  kind: z.enum(planKinds),
  /** The day on which its hours began. */
  day: z.iso.date(),
  from: time,
  to: time,
  /** When what is not visited is missing. */
  over: time,
  state: z.enum(roundStates),
  /** Whether it was reviewed and sealed. */
  phase: z.enum(roundPhases),
  /** Of detectors that are isolated: the number of the permit. */
  permit: z.string().nullable(),
  due: count,
  done: count,
  missed: count,
  points: z.array(point),
})
export const patrolRounds = z.object({ day: z.iso.date(), items: z.array(patrolRound), next: z.null() })
export const patrolVisit = z.object({
  id: z.int(),
  device: z.string(),
  n: z.int(),
  checkpoint: z.string().nullable(),
  name: text.nullable(),
  at: time,
  deviceAt: time,
  receivedAt: time,
  offsetMs: z.int(),
  person: z.string(),
  method: z.enum(methods),
  trust: z.enum(trusts),
  verdicts: z.array(z.enum(verdicts)),
  flags: z.array(z.enum(flags)),
  ruleVersion: z.int(),
  items: z.array(z.object({ id: z.string(), ok: z.boolean(), note: z.string(), permit: z.string().optional() })),
  failed: z.array(z.object({ item: z.string(), order: z.string() })),
  photos: z.array(z.string()),
  note: z.string(),
})
export const patrolRoundDetail = z.object({ round: patrolRound, visits: z.array(patrolVisit) })
export const patrolExcuse = z.strictObject({ checkpoint: id, reason: line(300).min(1) })
export const patrolSettle = z.strictObject({ reason: line(300).min(1) })

/** What a phone needs for a whole round without a network. */
export const patrolWalk = z.object({
  now: time,
  routes: z.array(
    z.object({
      id: z.string(),
      name: text,
      ordered: z.boolean(),
      points: z.array(
        z.object({
          id: z.string(),
          name: text,
          spaceName: text.nullable(),
          kind: z.enum(checkpointKinds),
          /** By which the phone knows its tag without knowing what is on it. */
          mark: z.string().nullable(),
          items: z.array(
            z.object({
              id: z.string(),
              text,
              flame: z.boolean(),
              /** The load by the meter that the item is about, as it was at `now`; null: the meter says nothing. */
              meter: z.object({ value: z.number().nullable(), unit: z.string().nullable() }).optional(),
            }),
          ),
          photo: z.boolean(),
          /** Whether hot work is permitted here now; null: nobody knows. */
          permit: z.boolean().nullable(),
        }),
      ),
    }),
  ),
  rounds: z.array(
    z.object({
      id: z.string(),
      route: z.string(),
      from: time,
      to: time,
      over: time,
      done: z.array(z.string()),
      /** Points whose printed code is not enough this time: what a photo is asked of. */
      photos: z.record(z.string(), z.enum(challenges)),
    }),
  ),
})
export const patrolSend = z.strictObject({
  device: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/),
  /** Of a stick: the number of its upload. */
  batch: line(64).default(''),
  /** What the clock of the device shows now. */
  clock: time,
  /** Ed25519 over the batch as `signedText` writes it, base64. */
  sig: z.string().max(100).optional(),
  records: z
    .array(
      z.strictObject({
        /** Counted by the device; a number that is left out is asked for. */
        n: z.int().min(1),
        at: time,
        tag: line(200).optional(),
        checkpoint: line(130).optional(),
        person: line(64).min(1).optional(),
        method: z.enum(methods).exclude(['door']),
        items: z
          .array(
            z.strictObject({
              id,
              ok: z.boolean(),
              note: line(200).default(''),
              permit: z.enum(['shown', 'none']).optional(),
            }),
          )
          .max(50)
          .default([]),
        photos: z
          .array(z.string().regex(/^[0-9a-f]{64}\.(jpg|png|webp)$/))
          .max(5)
          .default([]),
        note: line(500).default(''),
        said: line(32).default(''),
      }),
    )
    .min(1)
    .max(500),
})
export const patrolTaken = z.object({
  items: z.array(z.object({ n: z.int(), result: z.enum(['taken', 'before', 'other']), visit: patrolVisit })),
  next: z.null(),
})
export const patrolPhoto = z.object({ photo: z.string() })
export const patrolDevices = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      name: text.nullable(),
      at: when,
      /** Numbers that never came: they may have been deleted. */
      gaps: z.array(z.tuple([z.int(), z.int()])),
      /** What it has told of itself that nobody has looked into: opened, struck, a wrong signature. */
      tampers: z.array(z.object({ at: time, said: z.string() })),
      /** Whether its batches are signed. */
      signs: z.boolean(),
    }),
  ),
  next: z.null(),
})
export const patrolReport = z.object({
  from: time,
  to: time,
  states: z.partialRecord(z.enum(roundStates), count),
  /** 0 to 1; null: nothing was due. */
  onTime: z.number().nullable(),
  verdicts: z.partialRecord(z.enum(verdicts), count),
  points: z.array(
    z.object({
      route: z.string(),
      routeName: text,
      checkpoint: z.string(),
      name: text,
      due: count,
      missed: count,
      /** Without a visit beyond what the plan allows, ms; null: it says nothing of it. */
      uncoveredMs: z.number().nullable(),
      /** The longest gap that falls into each hour of the day, ms; null: no patrol then. */
      gaps: z.array(z.number().nullable()).length(24),
    }),
  ),
  shortest: z.array(z.object({ person: z.string(), from: z.string(), to: z.string(), at: time, ms: z.number() })),
  together: z.array(z.object({ a: z.string(), b: z.string(), times: count })),
  /** Each person's walks between two points of a route: the shortest, and which it was. */
  guards: z.array(
    z.object({
      ...{ person: z.string(), walks: count, shortestMs: z.number(), medianMs: z.number() },
      ...{ route: z.string(), from: z.string(), to: z.string(), at: time },
    }),
  ),
  /** Of all points together, ms; null: no plan says how long a point may be without a visit. */
  uncoveredMs: z.number().nullable(),
  /** Up to which entry of the trail this is, and the hash of it. */
  trail: z.object({ seq: z.int(), hash: z.string() }),
})
export type PatrolRoundView = z.infer<typeof patrolRound>
export type PatrolRounds = z.infer<typeof patrolRounds>
export type PatrolRoundDetail = z.infer<typeof patrolRoundDetail>
export type PatrolVisitView = z.infer<typeof patrolVisit>
export type PatrolWalk = z.infer<typeof patrolWalk>
export type PatrolTaken = z.infer<typeof patrolTaken>
export type PatrolReportView = z.infer<typeof patrolReport>
export type PatrolDevicesView = z.infer<typeof patrolDevices>
