import { z } from 'zod'
import { centsOf, checkResults, payers, proofKinds, signers, signings } from '../../../rules/orderwork.ts'
import { text, time, when } from './common.ts'

/** An amount of money: at most two decimals, in the currency of the site. Never a float: it is added up. */
export const money = z.string().refine(word => centsOf(word) !== null, { error: 'at most two decimals, as 12.50' })
/** At most three decimals. */
export const quantity = z
  .number()
  .positive()
  .max(1_000_000)
  .refine(n => Number(n.toFixed(3)) === n, { error: 'at most three decimals' })

export const material = z.object({
  id: z.string(),
  name: z.string(),
  quantity: z.number(),
  /** How much of it went back; it costs what is left. */
  returned: z.number(),
  unit: z.string(),
  /** The part of the store that it is; null: brought from elsewhere. */
  part: z.string().nullable(),
  /** Of one unit; null: nobody has said. */
  price: z.string().nullable(),
  cost: z.string().nullable(),
  payer: z.enum(payers).nullable(),
  by: z.string(),
  at: time,
})
export const labour = z.object({
  id: z.string(),
  person: z.string(),
  minutes: z.number(),
  /** Of one hour; null: nobody has said. */
  rate: z.string().nullable(),
  cost: z.string().nullable(),
  payer: z.enum(payers).nullable(),
  note: z.string(),
  /** It was written down wrongly: it counts nothing. */
  withdrawn: z.boolean(),
  by: z.string(),
  at: time,
})
export const costs = z.object({
  materials: z.string(),
  labour: z.string(),
  total: z.string(),
  /** `nobody`: it was not said who pays. */
  byPayer: z.object({ owner: z.string(), tenant: z.string(), common: z.string(), nobody: z.string() }),
  /** Lines without a price, which the total leaves out. */
  unpriced: z.number().int(),
})
const proof = z.object({
  kind: z.enum(proofKinds),
  /** The equipment, checkpoint or point. */
  of: z.string(),
  name: text.nullable(),
  said: z.number().nullable(),
  read: z.number().nullable(),
  by: z.string(),
  at: time,
})
export const arrival = z.object({
  by: z.string(),
  at: time,
  /** Null: it was only stated. */
  proof: proof.nullable(),
  /** When he went; null: nobody has said. */
  leftAt: when,
  leftProof: proof.nullable(),
})
export const checkItem = z.object({
  plan: z.string(),
  id: z.string(),
  text,
  /** Null: nobody has answered it. */
  check: z
    .object({
      result: z.enum(checkResults),
      note: z.string(),
      /** The order that what is bad has opened. */
      workorder: z.string().nullable(),
      by: z.string(),
      at: time,
    })
    .nullable(),
})
export const signature = z.object({
  id: z.string(),
  who: z.enum(signers),
  how: z.enum(signings),
  /** SHA-256 of the picture. */
  hash: z.string().nullable(),
  /** Who was signed in on the device; `requester` by the link of a receipt. */
  by: z.string(),
  at: time,
  /** What the clock of the device said. */
  deviceAt: when,
  /** False: the order was sent back since, and needs another. */
  stands: z.boolean(),
})

/** What the order says of its own doing, beside its flow. */
export const orderWorkFields = {
  materials: z.array(material),
  labour: z.array(labour),
  costs,
  /** Parts of the store that are held for it. */
  held: z.array(z.object({ part: z.string(), name: z.string(), unit: z.string(), quantity: z.number() })),
  arrivals: z.array(arrival),
  /** Of planned work: its check sheet with what was found. */
  items: z.array(checkItem),
  /** Without whose signatures it cannot be closed. */
  signs: z.array(z.enum(signers)),
  signatures: z.array(signature),
}

const person = z.string().trim().max(64)
export const newMaterial = z
  .strictObject({
    /** Of the store: it is taken out there, and has the name, unit and price that it has there. */
    part: z.string().max(20).optional(),
    name: z.string().trim().max(100).default(''),
    quantity,
    unit: z.string().trim().max(20).default(''),
    price: money.optional(),
    payer: z.enum(payers).optional(),
  })
  .refine(m => m.part !== undefined || m.name !== '', { error: 'name or part', path: ['name'] })
export const giveBack = z.strictObject({ quantity })
export const newReservation = z.strictObject({
  part: z.string().max(20),
  /** Below nought lets go. */
  quantity: z
    .number()
    .min(-1_000_000)
    .max(1_000_000)
    .refine(n => n !== 0 && Number(n.toFixed(3)) === n, { error: 'at most three decimals, and not 0' }),
})
export const newLabour = z.strictObject({
  /** Who worked; left out: whoever writes it. */
  person: person.default(''),
  minutes: z.int().min(1).max(10_000),
  rate: money.optional(),
  payer: z.enum(payers).optional(),
  note: z.string().trim().max(200).default(''),
})
export const newCheck = z.strictObject({
  plan: z.string().max(64),
  item: z.string().max(64),
  result: z.enum(checkResults),
  /** What is wrong, or why it was left out, must be said. */
  note: z.string().trim().max(200).default(''),
})
export const newSignature = z.strictObject({
  who: z.enum(signers),
  /** Of the one who signs; of the crew left out: whoever is signed in. */
  name: person.default(''),
  /** Drawn: a PNG of 100 kB at most, in base64. Without it, whoever is signed in confirms by name. */
  image: z.base64().max(140_000).optional(),
  /** What the clock of the device says. */
  deviceAt: time.optional(),
})
export const signatureName = signature.extend({ name: z.string() })
/** What was scanned, or what a display shows. */
export const arrivalProof = z.union([
  z.strictObject({ code: z.string().trim().min(1).max(500) }),
  z.strictObject({ point: z.string().min(3).max(129), value: z.string().trim().min(1).max(30) }),
])

export const part = z.object({
  id: z.string(),
  name: z.string(),
  unit: z.string(),
  price: z.string().nullable(),
  /** There should always be so many. */
  least: z.number(),
  /** Where it lies. */
  place: z.string(),
  /** Not bought any more. */
  retired: z.boolean(),
  onHand: z.number(),
  /** Held for open orders. */
  reserved: z.number(),
  free: z.number(),
  /** How many to buy to have the least again; 0: enough. */
  buy: z.number(),
  reservations: z.array(z.object({ workorder: z.string(), no: z.string(), quantity: z.number() })),
})
export const newPart = z.strictObject({
  name: z.string().trim().min(1).max(100),
  unit: z.string().trim().max(20).default(''),
  price: money.nullable().default(null),
  least: z.number().min(0).max(1_000_000).default(0),
  place: z.string().trim().max(100).default(''),
  retired: z.boolean().default(false),
})
export const partMove = z.strictObject({
  /** receive: so many came; count: so many are there. */
  move: z.enum(['receive', 'count']),
  quantity: z.number().min(0).max(1_000_000),
  note: z.string().trim().max(200).default(''),
})

export type MaterialView = z.infer<typeof material>
export type PartView = z.infer<typeof part>
export type CheckItemView = z.infer<typeof checkItem>
export type SignatureName = z.infer<typeof signatureName>
