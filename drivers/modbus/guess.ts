import { decode, type Order, orders, sizeOf, type Type, types } from './codec.ts'

/** The byte-order helper: which readings of these registers give the number that the device shows. Pure. */

export interface Candidate {
  /** Registers from the beginning of the block. */
  readonly offset: number
  readonly type: Type
  readonly order: Order
  readonly byte?: 'high' | 'low'
  /** What the raw number is multiplied by to be what is shown. */
  readonly scale: number
  /** What this reading gives, with all its decimals. */
  readonly value: number
}

const numbers = types.filter(t => t !== 'bool' && t !== 'string')
const POWERS = [0, -1, -2, -3, 1, 2, 3, -4, -5, -6]
/** What is met in the field, the less the better; what an unlikely reading needs to be listed first is not to be had. */
const typeCost: Partial<Record<Type, number>> = {
  float64: 1,
  int64: 1,
  uint64: 1,
  bcd16: 3,
  bcd32: 3,
  uint8: 4,
  int8: 5,
  uint48: 4,
  int48: 5,
  float16: 6,
}
const orderCost: Record<Order, number> = { ABCD: 0, CDAB: 0.5, DCBA: 1.5, BADC: 2 }

/**
 * Every way to read these registers that gives what the display shows, the likeliest first.
 * @param shown as on the display, with its decimals: `230.10` is more exact than `230.1`
 * @param factor a further one between the display and the registers, such as a transformer ratio or 3.6
 * @returns nothing for 0 and for what is no number: every empty register would fit
 */
export function guess(words: readonly number[], shown: string, factor = 1): Candidate[] {
  const text = shown.trim()
  if (!/^[+-]?\d{1,15}(\.\d{1,12})?$/.test(text) || Number(text) === 0 || !(factor > 0)) return []
  const target = Number(text)
  const step = 10 ** -(text.split('.')[1]?.length ?? 0)
  const bytes = Buffer.alloc(words.length * 2)
  for (const [i, word] of words.entries()) bytes.writeUInt16BE(word & 0xffff, i * 2)

  const found: { candidate: Candidate; cost: number }[] = []
  for (const type of numbers) {
    const size = sizeOf({ unit: 1, table: 'holding', address: 0, type })
    const halves = type === 'int8' || type === 'uint8' ? (['high', 'low'] as const) : [undefined]
    const ways = size === 1 ? (halves[0] ? (['ABCD'] as const) : (['ABCD', 'BADC'] as const)) : orders
    for (let offset = 0; offset + size <= words.length; offset++)
      for (const order of ways)
        for (const byte of halves) {
          const part = bytes.subarray(offset * 2, (offset + size) * 2)
          const register = { unit: 1, table: 'holding', address: 0, type, order, byte } as const
          const raw = decode(part, register)
          if (typeof raw !== 'number' || raw === 0) continue
          for (const power of POWERS) {
            const scale = scaleOf(power, factor)
            if (Math.abs(raw * scale - target) > step * 1.01 + Math.abs(target) * 1e-9) continue
            const value = decode(part, { ...register, scale })
            if (typeof value !== 'number') continue
            // Some displays round, some cut: then there is more behind the last digit, never less.
            const off = (value - target) * Math.sign(target)
            // What arithmetic loses is less than what the last digit says: a long number is no licence for others near it.
            const rounded = Math.abs(off) <= step / 2 + Math.min(Math.abs(target) * 1e-7, step * 0.4)
            if (!rounded && !(off > 0 && off < step * (1 - 1e-9))) continue
            const cut = rounded ? 0 : 0.5
            const cost = (typeCost[type] ?? 0) + orderCost[order] + cut + powerCost(type, power)
            const candidate = { offset, type, order, ...(byte && { byte }), scale, value }
            found.push({ candidate, cost: type.startsWith('int') && value > 0 ? cost + 0.1 : cost })
          }
        }
  }
  return found.sort((a, b) => a.cost - b.cost || a.candidate.offset - b.candidate.offset).map(f => f.candidate)
}

/** As a person writes it: 0.001, not 0.0010000000000000002. */
const scaleOf = (power: number, factor: number): number => Number((10 ** power * factor).toPrecision(12))

const powerCost = (type: Type, power: number): number => {
  if (power === 0) return 0
  const far = power >= -3 && power < 0 ? 1 : power > 0 ? 2 : 3
  return type.startsWith('float') ? far + 2 : far
}
