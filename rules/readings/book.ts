import type { PointId } from '../../drivers/point.ts'
import { media } from '../consumption.ts'

/**
 * The meter book: what is served, by which meter, since when, and what one step of its register is worth.
 * What a register shows is its index (表码): a whole number of its last digit, so that nothing is ever rounded. [F29, M02]
 */
export const meterMedia = [...media, 'heat'] as const
export type MeterMedium = (typeof meterMedia)[number]

/** Total, the four tariff registers 尖峰平谷, and what flows back. */
export const registerCodes = ['total', 'sharp', 'peak', 'flat', 'valley', 'reverse'] as const
export type RegisterCode = (typeof registerCodes)[number]

/** `sub`: counts for the sum of its parent. `check`: beside it, for comparison only. */
export const pointRoles = ['main', 'sub', 'check'] as const
export type PointRole = (typeof pointRoles)[number]

/** What the unit is used for, as a tariff has it; `works`: a decoration site. */
export const pointUses = ['home', 'shop', 'office', 'public', 'works'] as const
export type PointUse = (typeof pointUses)[number]

/** Where something is delivered and counted: it stays when the meter goes. */
export interface ServicePoint {
  readonly id: string
  /** The unit or shop that is served: the id of its space in site.json, or what stands on its door. */
  readonly unit: string
  readonly medium: MeterMedium
  /** Behind which service point this one is; null: none. */
  readonly parent: string | null
  readonly role: PointRole
  readonly use: PointUse
  /** Nothing is delivered here any more. */
  readonly closed: boolean
}

export interface Register {
  readonly code: RegisterCode
  /** In front of the decimal mark. */
  readonly digits: number
  readonly decimals: number
  /** As the point says it: `kW.h`, `m3`. */
  readonly unit: string
  /** The most it can count in an hour, in steps of its last digit: from the rating of the meter. */
  readonly maxPerHour: number
  /** Where the gateway reads it; null: a person reads it. */
  readonly source: PointId | null
  /** Where the gateway reads what the meter itself has frozen at the end of the day [DL/T 645]; left out: nowhere. */
  readonly frozen?: PointId | null
}

export interface Meter {
  /** The number on its plate. */
  readonly serial: string
  readonly medium: MeterMedium
  readonly maker: string
  readonly model: string
  /** Percent, as on the plate: 0.5, 1, 2; null: not said. */
  readonly accuracy: number | null
  /** What is pressed into the seal; empty: none. */
  readonly seal: string
  /** Where the gateway reads what is left on a prepaid meter [M59]; left out: it is none, or does not say. */
  readonly balance?: PointId | null
  readonly registers: readonly Register[]
}

/** A meter at a service point. `opening` and `closing` are indexes by register. */
export interface Installation {
  readonly point: string
  readonly meter: string
  readonly from: number
  readonly opening: Partial<Record<RegisterCode, number>>
  /** Null: it is there. */
  readonly to: number | null
  readonly closing: Partial<Record<RegisterCode, number>>
}

/** What one step counts for: CT times VT, or the weight of a pulse. */
export interface Multiplier {
  readonly point: string
  readonly from: number
  /** In millionths: 80 is 80,000,000; a pulse of 0.01 is 10,000. */
  readonly micro: number
  /** What the registers showed at that moment; empty for the first one of a meter. */
  readonly index: Partial<Record<RegisterCode, number>>
  /** On what paper it stands. */
  readonly evidence: string
}
export interface Book {
  readonly points: readonly ServicePoint[]
  readonly meters: readonly Meter[]
  readonly installations: readonly Installation[]
  readonly multipliers: readonly Multiplier[]
}

/** 10^15 steps are still a safe whole number. */
export const MOST_DIGITS = 15

/** After so many steps a register begins at nought again. */
export const capacityOf = ({ digits, decimals }: Pick<Register, 'digits' | 'decimals'>): number =>
  10 ** (digits + decimals)

/**
 * `1234.5` of a register with two decimals -> 123450. Null: it is no number, has more decimals than the register, or more digits.
 */
export function indexOf(text: string, register: Pick<Register, 'digits' | 'decimals'>): number | null {
  const match = /^(\d+)(?:\.(\d+))?$/.exec(text.trim())
  if (!match) return null
  const [, whole, part = ''] = match
  const kept = part.replace(/0+$/, '')
  if (kept.length > register.decimals) return null
  const index = Number(whole! + kept.padEnd(register.decimals, '0'))
  return index < capacityOf(register) ? index : null
}

/** What a device said, to the nearest step of the register. Null: not on its scale. */
export function indexOfValue(value: number, register: Pick<Register, 'digits' | 'decimals'>): number | null {
  const index = Math.round(value * 10 ** register.decimals)
  // A register that is about to turn over may be rounded up to its end.
  if (index === capacityOf(register)) return 0
  return Number.isFinite(index) && index >= 0 && index < capacityOf(register) ? index : null
}

/** 123450 with two decimals -> `1234.50`. */
export const indexText = (index: number, decimals: number): string => decimalText(BigInt(index), decimals)

export function decimalText(value: bigint, decimals: number): string {
  const sign = value < 0n ? '-' : ''
  const digits = String(value < 0n ? -value : value).padStart(decimals + 1, '0')
  return decimals === 0 ? sign + digits : `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
}

/** `80`, `0.01` -> millionths. Null: no number above nought, or finer than a millionth. */
export function microOf(text: string): number | null {
  const match = /^(\d{1,9})(?:\.(\d{1,6}))?$/.exec(text.trim())
  if (!match) return null
  const micro = Number(match[1]! + (match[2] ?? '').padEnd(6, '0'))
  return micro > 0 ? micro : null
}
/** 80,000,000 -> `80`. */
export const multiplierText = (micro: number): string => decimalText(BigInt(micro), 6).replace(/\.?0+$/, '')

export const bookProblems = {
  'parent-unknown': {
    'zh-CN': '{point}：上级计量点 {parent} 不在表计台账中。',
    en: '{point}: its parent {parent} is not in the meter book.',
  },
  'parent-loop': {
    'zh-CN': '{point}：上级关系成环。',
    en: '{point} is behind itself.',
  },
  'parent-medium': {
    'zh-CN': '{point}：与上级 {parent} 的介质不同。',
    en: '{point}: its parent {parent} counts another medium.',
  },
  'installed-twice': {
    'zh-CN': '{point}：两块表的安装时间重叠（{meter}）。',
    en: '{point}: two meters at the same time ({meter}).',
  },
  'meter-elsewhere': {
    'zh-CN': '表 {meter} 同时装在两处（{point}）。',
    en: 'Meter {meter} is in two places at once ({point}).',
  },
} as const
export type BookProblemCode = keyof typeof bookProblems
export interface BookProblem {
  readonly code: BookProblemCode
  readonly point: string
  readonly parent?: string
  readonly meter?: string
}

/** What cannot be so in a meter book. */
export function checkBook({ points, installations }: Pick<Book, 'points' | 'installations'>): BookProblem[] {
  const problems: BookProblem[] = []
  const byId = new Map(points.map(p => [p.id, p]))
  for (const { id: point, parent, medium } of points) {
    if (parent === null) continue
    const above = byId.get(parent)
    if (!above) problems.push({ code: 'parent-unknown', point, parent })
    else if (above.medium !== medium) problems.push({ code: 'parent-medium', point, parent })
    const seen = new Set([point])
    for (let up: string | null = parent; up !== null; up = byId.get(up)?.parent ?? null) {
      if (up === point) problems.push({ code: 'parent-loop', point })
      if (seen.has(up)) break
      seen.add(up)
    }
  }
  const overlap = (a: Installation, b: Installation): boolean =>
    a.from < (b.to ?? Number.POSITIVE_INFINITY) && b.from < (a.to ?? Number.POSITIVE_INFINITY)
  for (const same of ['point', 'meter'] as const)
    for (const group of Map.groupBy(installations, i => i[same]).values())
      group
        .toSorted((a, b) => a.from - b.from)
        .forEach((one, i, sorted) => {
          const next = sorted[i + 1]
          if (!next || !overlap(one, next)) return
          const code = same === 'point' ? ('installed-twice' as const) : ('meter-elsewhere' as const)
          problems.push({ code, point: next.point, meter: next.meter })
        })
  return problems
}

/** The meter at a point at a moment: one that is exchanged then is already gone. */
export const installedAt = (installations: readonly Installation[], at: number): Installation | undefined =>
  installations.find(i => i.from <= at && at < (i.to ?? Number.POSITIVE_INFINITY))

/** Points that are served and have no meter: their use is counted by nobody. [F29] */
export const withoutMeter = (book: Book, at: number): ServicePoint[] => {
  const served = new Set(book.installations.filter(i => installedAt([i], at)).map(i => i.point))
  return book.points.filter(p => !p.closed && !served.has(p.id))
}
