import { z } from 'zod'
import { personKinds } from '../../../rules/access/credential.ts'
import { INSTALL_MIN, readerMoves } from '../../../rules/access/readermove.ts'
import { releaseProofs } from '../../../rules/access/release.ts'
import { sentence, text, time, when } from './common.ts'

const controllerReader = z.object({
  id: z.string(),
  door: z.string(),
  security: z.enum(['secure', 'default-key', 'clear', 'offline']),
  /** Why it is not taken; null: it is, or is only silent. */
  refused: z.enum(['wrong-key', 'no-secure', 'default-key', 'swapped', 'not-allowed', 'install-over']).nullable(),
  attacked: z.boolean(),
  /** Its capabilities are not those it had when it was set up. */
  changed: z.boolean(),
  tamper: z.boolean(),
  power: z.boolean(),
  /** How long on the key that everybody has, s. */
  installS: z.int().nullable(),
  /** On its line; null: it was not said, as what follows. */
  address: z.int().nullable(),
  /** Since when it has been as it is. */
  since: when,
  /** Clear text that was not taken since the controller was switched on. */
  clearText: z.int().nullable(),
  /** When install mode ends by itself; null: it is not open. */
  installUntil: when,
  /** When its key was written. */
  keyAt: when,
  /** What somebody has asked for and that it has not shown yet. */
  asked: z.object({ what: z.enum(readerMoves), at: time }).nullable(),
})
/** A controller that decides by a table of its own while the gateway is away. */
export const doorController = z.object({
  id: z.string(),
  name: text,
  doors: z.array(z.string()),
  /** null: it has none yet, so nobody speaks for it. */
  account: z.string().nullable(),
  online: z.boolean(),
  heardAt: when,
  /** Of its table: as it is to be, and as it has said that it has it. */
  version: z.int(),
  acked: z.int(),
  ackedAt: when,
  /** When the table that it has acknowledged runs out; then nobody comes in by it, or staff only. */
  expiresAt: when,
  tableHours: z.int(),
  whenExpired: z.enum(['nobody', 'staff']),
  /** false: its clock cannot be believed; null: it has not said. */
  clockSafe: z.boolean().nullable(),
  /** Since when it lacks something of its table; null: it has all. */
  behindSince: when,
  /** Revoked here, and not there yet. */
  notRevoked: z.array(z.object({ credential: z.string(), no: z.string(), person: z.string(), since: time })),
  /** Events that it still has to send, and such that it could not keep. */
  eventsMissing: z.int(),
  eventsLost: z.int(),
  /** Doors that open only with the gateway: PIN, two persons, passback, interlock, a limit of people. */
  needsGateway: z.array(z.string()),
  /** Doors that it says to hold open for a fire, by order or by its own input; `fireInput`: that one is on. */
  released: z.array(z.string()),
  fireInput: z.boolean(),
  /** Readers by OSDP, as it has said; none while it is not heard. */
  readers: z.array(controllerReader),
})
export const readerMove = z.enum(readerMoves)
export const moveReader = z.strictObject({
  reason: sentence,
  /** How long install mode stays open. */
  minutes: z.int().min(1).max(INSTALL_MIN).default(10),
})
export const enrolDoorController = z.strictObject({ reason: sentence.optional() })
export const controllerEnrolled = z.object({
  controller: z.string(),
  account: z.string(),
  /** Shown only now. */
  password: z.string(),
  /** For the HMAC of cards and the sealing of PINs, 32 bytes base64url. Shown only now. */
  key: z.string(),
  /** Raw Ed25519, base64url: whatever comes down is signed with it. */
  publicKey: z.string(),
  topic: z.string(),
})
export const fireRelease = z.object({
  /** null: nothing is held released. */
  since: when,
  doors: z.array(
    z.object({
      id: z.string(),
      name: text,
      /** false: the site says that fire does not open it. */
      fireRelease: z.boolean(),
      since: when,
      proof: z.enum(releaseProofs).nullable(),
      by: z.array(z.enum(['lock', 'controller'])),
      /** Opened while it was released: whoever has set the fire off to come in is among these. */
      opened: z.boolean(),
    }),
  ),
})
export const rearmDoors = z.strictObject({ doors: z.array(z.string().max(64)).min(1).max(200), reason: sentence })
const there = z.object({
  person: z.string(),
  name: z.string(),
  kind: z.enum(personKinds),
  company: z.string().nullable(),
  phone: z.string(),
  lastDoor: text.nullable(),
  at: when,
})
export const muster = z.object({
  at: time,
  areas: z.array(z.object({ id: z.string(), name: text, people: z.array(there) })),
  /** Nobody knows where they are, as after a fire release: they are looked for, not taken to be outside. */
  unknown: z.array(there),
  /** Whose duplicate lies at the gate: inside, whatever the doors say. */
  duplicates: z.array(
    z.object({ person: z.string(), name: z.string(), company: z.string().nullable(), no: z.string() }),
  ),
  /** By the visitors' list: they have no pass that a door could know. */
  visitors: z.array(
    z.object({
      visit: z.string(),
      no: z.string(),
      name: z.string(),
      company: z.string(),
      phone: z.string(),
      host: z.string(),
      people: z.int(),
      space: text.nullable(),
      at: when,
    }),
  ),
  /** Lifts and homes that call. */
  calls: z.array(z.object({ id: z.string(), name: text, text, at: when })),
  /** Each person once, however often he stands in these lists, and the visitors. */
  people: z.int(),
})
export type DoorReaderView = z.infer<typeof controllerReader>
export type DoorControllerView = z.infer<typeof doorController>
export type ControllerEnrolled = z.infer<typeof controllerEnrolled>
export type FireReleaseView = z.infer<typeof fireRelease>
export type MusterView = z.infer<typeof muster>
