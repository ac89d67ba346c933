import type { Text } from '../drivers/point.ts'

/**
 * What is written on an order while it is done: what it cost, proof that somebody was there, what a check sheet found, and
 * who signed [F10: materials, crew signature, owner feedback; people-and-permits 3.2-3.4]. Pure: facts go in, verdicts come out.
 */

/** Who pays: the owner 业主, the tenant 租户, or everybody 公共 (common parts). */
export const payers = ['owner', 'tenant', 'common'] as const
export type Payer = (typeof payers)[number]

export interface Material {
  /** Of this line. */
  readonly id: string
  readonly name: string
  readonly quantity: number
  readonly unit: string
  /** The part of the store that it is; null: brought from elsewhere. */
  readonly part: string | null
  /** Of one unit, in hundredths; null: nobody has said. */
  readonly priceCents: number | null
  readonly payer: Payer | null
  /** How much of it went back. */
  readonly returned: number
  readonly by: string
  readonly at: number
}
export interface Labour {
  readonly id: string
  /** Who worked. */
  readonly person: string
  readonly minutes: number
  /** Of one hour, in hundredths; null: nobody has said. */
  readonly rateCents: number | null
  readonly payer: Payer | null
  readonly note: string
  /** It was written down wrongly, and stays to be seen. */
  readonly withdrawn: boolean
  readonly by: string
  readonly at: number
}

/** `quantity` to three decimals times a price, to the cent; halves go up. Never by floating point: it is added up. */
export const costCents = (quantity: number, priceCents: number): number =>
  Number((BigInt(Math.round(quantity * 1000)) * BigInt(priceCents) + 500n) / 1000n)
export const labourCents = (minutes: number, rateCents: number): number =>
  Number((BigInt(Math.round(minutes)) * BigInt(rateCents) + 30n) / 60n)
/** What was used in the end, to three decimals. */
export const used = ({ quantity, returned }: Pick<Material, 'quantity' | 'returned'>): number =>
  (Math.round(quantity * 1000) - Math.round(returned * 1000)) / 1000

export interface Costs {
  readonly materialCents: number
  readonly labourCents: number
  readonly totalCents: number
  /** `nobody`: it was not said who pays. */
  readonly byPayer: Readonly<Record<Payer | 'nobody', number>>
  /** Lines without a price: what the total leaves out. */
  readonly unpriced: number
}
/** What an order comes to. A line without a price is no nought: it is counted as missing. */
export function costsOf(materials: readonly Material[], labour: readonly Labour[]): Costs {
  const byPayer = { owner: 0, tenant: 0, common: 0, nobody: 0 }
  const sums = { material: 0, labour: 0 }
  let unpriced = 0
  const add = (sum: 'material' | 'labour', cents: number | null, payer: Payer | null) => {
    if (cents === null) return void unpriced++
    sums[sum] += cents
    byPayer[payer ?? 'nobody'] += cents
  }
  for (const m of materials)
    if (used(m) > 0) add('material', m.priceCents === null ? null : costCents(used(m), m.priceCents), m.payer)
  for (const l of labour)
    if (!l.withdrawn) add('labour', l.rateCents === null ? null : labourCents(l.minutes, l.rateCents), l.payer)
  return {
    materialCents: sums.material,
    labourCents: sums.labour,
    totalCents: sums.material + sums.labour,
    byPayer,
    unpriced,
  }
}

/** `12.5` in hundredths: 1250. Null when it is no amount of at most two decimals. */
export function centsOf(text: string): number | null {
  const found = /^(\d{1,7})(?:\.(\d{1,2}))?$/.exec(text)
  return found ? Number(found[1]) * 100 + Number((found[2] ?? '').padEnd(2, '0')) : null
}
export const amountOf = (cents: number): string => `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`

// Arrival ------------------------------------------------------------------------------------------------------------

/** code: that of the equipment; checkpoint: a tag of a patrol route; value: what a display there shows. */
export const proofKinds = ['code', 'checkpoint', 'value'] as const
export type ProofKind = (typeof proofKinds)[number]
export interface Proof {
  readonly kind: ProofKind
  /** The equipment, checkpoint or point that proves it. */
  readonly of: string
  /** Of a value: what was typed, and what the gateway had read of the same point at that moment. */
  readonly said: number | null
  readonly read: number | null
  readonly by: string
  readonly at: number
}
/** Somebody says that he is there; without proof that is all it is. */
export interface Arrival {
  readonly by: string
  readonly at: number
  readonly proof: Proof | null
  /** When he went, and what proves it; null: nobody has said. */
  readonly leftAt: number | null
  readonly leftProof: Proof | null
}

/** A display rounds, and a value moves while somebody types: 2 % of it, or one unit of the last digit typed. */
const VALUE_SHARE = 0.02
export function agrees(typed: string, read: number): boolean {
  const said = Number(typed)
  if (typed.trim() === '' || !Number.isFinite(said)) return false
  const digits = /\.(\d+)/.exec(typed)?.[1]?.length ?? 0
  return Math.abs(said - read) <= Math.max(Math.abs(read) * VALUE_SHARE, 10 ** -digits) + 1e-9
}

/** The last arrival with its proof; an order of an earlier version has none that it knows of. */
export const lastArrival = (arrivals: readonly Arrival[]): Arrival | null => arrivals.at(-1) ?? null

// Check sheet --------------------------------------------------------------------------------------------------------

/** What a visit of planned work has to look at; `plan`: of a deeper visit, whose sheet it is. */
export interface CheckItem {
  readonly id: string
  readonly plan: string
  readonly text: Text
}
export const checkResults = ['ok', 'bad', 'left-out'] as const
export type CheckResult = (typeof checkResults)[number]
export interface Check {
  readonly plan: string
  readonly item: string
  readonly result: CheckResult
  /** A measured value, what is wrong, or why it was left out. */
  readonly note: string
  /** The order that what is bad has opened. */
  readonly workorder: string | null
  readonly by: string
  readonly at: number
}
/** Items that nobody has answered. */
export const openItems = (order: {
  readonly items: readonly CheckItem[]
  readonly checks: readonly Check[]
}): readonly CheckItem[] => order.items.filter(i => !order.checks.some(c => c.plan === i.plan && c.item === i.id))

// Signatures ---------------------------------------------------------------------------------------------------------

/** worker: the crew; requester: who waits for it; safety: the safety manager of the user of statutory equipment [TSG T5002 Art. 7]. */
export const signers = ['worker', 'requester', 'safety'] as const
export type Signer = (typeof signers)[number]
/** drawn: with a finger, kept as a picture; named: a person who is signed in says it by name; link: by the receipt of the report. */
export const signings = ['drawn', 'named', 'link'] as const
export type Signing = (typeof signings)[number]

/** Its name is kept elsewhere: a requester's is seen by those only who may see reports. */
export interface Signature {
  readonly id: string
  readonly who: Signer
  readonly how: Signing
  /** SHA-256 of the picture, hex. */
  readonly hash: string | null
  readonly bytes: number | null
  /** Who was signed in; `requester` by the link of a receipt. */
  readonly by: string
  readonly at: number
  /** What the clock of the device said. */
  readonly deviceAt: number | null
}
interface Signed {
  readonly signs: readonly Signer[]
  readonly signatures: readonly Signature[]
  readonly reopenedAt: number | null
}
/** Of this repair: what was signed before it was sent back is for another. */
export const standing = ({ signatures, reopenedAt }: Omit<Signed, 'signs'>): readonly Signature[] =>
  signatures.filter(s => reopenedAt === null || s.at > reopenedAt)
/** Whose signature it cannot be closed without, and is not there. */
export const missingSigners = (order: Signed): readonly Signer[] =>
  order.signs.filter(who => !standing(order).some(s => s.who === who))

/**
 * Whether this may be signed now.
 * @returns why not: `no-such-move` before it is said to be fixed; `sign-own`: the crew confirms by name for somebody else
 */
export function signable(
  order: { readonly phase: string; readonly fixedBy: string | null; readonly assignee: string | null },
  { who, how, by }: Pick<Signature, 'who' | 'how' | 'by'>,
): 'no-such-move' | 'sign-own' | null {
  const phases = who === 'worker' ? ['arrived', 'fixed', 'verified'] : ['fixed', 'verified']
  if (!phases.includes(order.phase)) return 'no-such-move'
  return how === 'named' && who !== 'worker' && (by === order.fixedBy || by === order.assignee) ? 'sign-own' : null
}
