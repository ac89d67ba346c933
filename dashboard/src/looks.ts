import type { CandidateView } from '../../gateway/http/contract.ts'

/** One look: what the display showed, and every reading of the registers of that moment that gives it. */
export interface Look {
  /** ms, the gateway's time. */
  readonly at: number
  readonly shown: string
  readonly words: readonly number[]
  readonly candidates: readonly CandidateView[]
}
/** A reading that every look so far agrees with. */
export interface Standing {
  readonly key: string
  /** With the value of the newest look. */
  readonly candidate: CandidateView
}

/** One match can be chance: it takes two more, each with another number on the display. */
export const LOOKS_NEEDED = 3

const keyOf = (c: CandidateView): string => `${c.offset} ${c.type} ${c.order} ${c.byte ?? ''} ${c.scale}`

/** What is left after all looks, the likeliest first. */
export function standing(looks: readonly Look[]): readonly Standing[] {
  const last = looks.at(-1)
  if (!last) return []
  const earlier = looks.slice(0, -1).map(look => new Set(look.candidates.map(keyOf)))
  return last.candidates
    .map(candidate => ({ key: keyOf(candidate), candidate }))
    .filter(({ key }) => earlier.every(set => set.has(key)))
}

/** Looks that told something new: the same number twice proves nothing twice. */
export const counted = (looks: readonly Look[]): number => new Set(looks.map(look => Number(look.shown))).size

interface Place {
  readonly table: string
  readonly address: number
}
/** The reading as a point of site.json; defaults are left out. */
export function pointOf(place: Place, c: CandidateView, key: string, unit: string): Record<string, unknown> {
  return {
    key: key || 'value',
    table: place.table,
    address: place.address + c.offset,
    type: c.type,
    ...(c.byte === 'high' && { byte: c.byte }),
    ...(c.order !== 'ABCD' && { order: c.order }),
    ...(c.scale !== 1 && { scale: c.scale }),
    ...(unit && { unit }),
  }
}

/** The four areas of a Modbus device that have a word on the screens. */
export const isTable = (table: unknown): table is 'holding' | 'input' | 'coil' | 'discrete' =>
  ['holding', 'input', 'coil', 'discrete'].includes(String(table))
