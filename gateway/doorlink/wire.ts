import { createDecipheriv } from 'node:crypto'
import { z } from 'zod'
import type { AccessKeys } from '../access/keys.ts'
import { readerState } from './readers.ts'

/**
 * The door-controller protocol, version 1, as it stands in docs/doors.md: JSON over MQTT, each controller with an account
 * of its own. What goes down is signed with the site's key over `gatehouse-door/1 <controller>\n<body>`, so that a body for
 * one controller is none for another; what comes up is believed because nobody else may publish there.
 */
export const PROTOCOL = 1
export const rootOf = (site: string, controller: string) => `gatehouse/${site}/doors/${controller}`
/** Whose words a topic carries; null: no door controller's. */
export const controllerOf = (topic: string): string | null =>
  /^gatehouse\/[^/]+\/doors\/([^/]+)\/up\//.exec(topic)?.[1] ?? null
export const filtersOf = (site: string, controller: string) => ({
  publish: [`${rootOf(site, controller)}/up/+`],
  subscribe: [`${rootOf(site, controller)}/down/+`],
})

/** The envelope of all that goes down. */
export function sealed(keys: Pick<AccessKeys, 'signPass'>, controller: string, body: object): string {
  const text = JSON.stringify(body)
  const signature = keys.signPass(Buffer.from(`gatehouse-door/${PROTOCOL} ${controller}\n${text}`))
  return JSON.stringify({ body: text, signature: Buffer.from(signature).toString('base64url') })
}

/** A PIN as a controller sends it: AES-256-GCM with its key, bound to the nonce of the message. Null: not its own. */
export function openPin(key: Buffer, nonce: string, text: string): string | null {
  try {
    const bytes = Buffer.from(text, 'base64url')
    const open = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12)).setAAD(Buffer.from(nonce))
    open.setAuthTag(bytes.subarray(12, 28))
    const pin = Buffer.concat([open.update(bytes.subarray(28)), open.final()]).toString('utf8')
    return /^\d{1,12}$/.test(pin) ? pin : null
  } catch {
    return null
  }
}

const id = z.string().min(1).max(64)
const nonce = z.string().min(8).max(64)
const version = z.int().min(0)
const flag = z.boolean().nullable().default(null)
const doorState = z.object({
  open: flag,
  bolted: flag,
  unlocked: flag,
  exit: flag,
  tamper: flag,
  /** false: nothing is heard of its reader. */
  reader: flag,
  /** A fire holds it. */
  released: z.boolean().default(false),
  /** Those that it is tied to by OSDP. */
  readers: z.array(readerState).max(8).default([]),
})
export type DoorState = z.infer<typeof doorState>
export const up = {
  hello: z.object({ protocol: z.literal(PROTOCOL), version, epoch: id, firmware: z.string().max(64).default('') }),
  have: z.object({ version, digest: z.string().max(64), expires: z.int().min(0) }),
  want: z.object({ version }),
  time: z.object({ nonce }),
  read: z.object({
    nonce,
    door: id,
    direction: z.enum(['in', 'out']).default('in'),
    /** What the reader said, as HMAC; or the text of a QR code. */
    key: z.string().max(64).optional(),
    code: z.string().max(512).optional(),
    pin: z.string().max(128).optional(),
  }),
  events: z.object({
    epoch: id,
    events: z
      .array(
        z.object({
          seq: z.int().min(1),
          at: z.int().min(0),
          door: id.nullable(),
          kind: z.string().max(32),
          data: z
            .record(z.string().max(32), z.union([z.string().max(128), z.number(), z.boolean(), z.null()]))
            .default({}),
        }),
      )
      .max(200),
  }),
  lost: z.object({ epoch: id, from: z.int().min(1), to: z.int().min(1) }),
  state: z.object({ doors: z.record(id, doorState), clockSafe: z.boolean(), fire: z.boolean().default(false) }),
}
export type UpWord = keyof typeof up
export type Up<W extends UpWord> = z.infer<(typeof up)[W]>
