import { z } from 'zod'
import { commandReasons } from '../../../rules/command.ts'
import { linkageCauses, linkageKinds, linkagePhases, proofPhases } from '../../../rules/linkage.ts'
import { pointId, text, time, when } from './common.ts'

/** A fire zone. first: one device; confirmed: what follows is under way; linked: the panel is to be reset; to-confirm: a person has to say that it is over. */
export const linkageZone = z.object({
  id: z.string(),
  name: text,
  space: z.string().nullable(),
  phase: z.enum(linkagePhases),
  since: when,
  firstAt: when,
  confirmedAt: when,
  /** By what it was confirmed. */
  by: z.enum(['devices', 'call-point', 'panel']).nullable(),
  /** The most devices in alarm at once. */
  devices: z.number().int(),
  /** Fires before this one that nobody has said to be over, oldest first. */
  former: z.array(z.object({ firstAt: time, confirmedAt: when, normalAt: time, devices: z.number().int() })),
  /** Not everything that would tell of it can be read: it may be in alarm without showing it. */
  blind: z.boolean(),
  actions: z.array(z.string()),
})
/** Linkage action with the proof of each device. `startedAt` null: nothing calls for it now. */
export const linkageAction = z.object({
  id: z.string(),
  kind: z.enum(linkageKinds),
  name: text,
  at: z.enum(['first', 'confirmed']),
  /** false: the panel does it by itself, only its proof is shown. */
  act: z.boolean(),
  withinS: z.number(),
  source: z.string().nullable(),
  startedAt: when,
  devices: z.array(
    z.object({
      point: pointId,
      name: text,
      /** Null while nothing calls for it. */
      phase: z.enum(proofPhases).nullable(),
      since: when,
      attempts: z.number().int(),
      sentAt: when,
      provedAt: when,
      command: z.string().nullable(),
      /** Why the last command was refused or is not confirmed. */
      why: z.enum(commandReasons).nullable(),
      text: text.nullable(),
    }),
  ),
})
export const linkageView = z.object({ zones: z.array(linkageZone), actions: z.array(linkageAction) })
export const linkageConfirm = z.strictObject({
  cause: z.enum(linkageCauses),
  remark: z.string().trim().max(500).default(''),
})
export const linkageConfirmed = z.object({
  at: time,
  /** What is being set back; phase null: it could not even be asked for. */
  restores: z.array(z.object({ action: z.string(), point: pointId, phase: z.string().nullable() })),
})
export type LinkageView = z.infer<typeof linkageView>
export type LinkageZoneView = z.infer<typeof linkageZone>
export type LinkageActionView = z.infer<typeof linkageAction>
