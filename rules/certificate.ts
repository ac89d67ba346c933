import type { PointId, Text } from '../drivers/point.ts'
import { dayOf } from './calendar.ts'
import type { Rule } from './rule.ts'

/** Papers that run out: certificates of use, periodic inspections, calibrations [requirements M33, F06, F07]. */
export const certificateKinds = ['use', 'inspection', 'calibration', 'insurance', 'other'] as const
export type CertificateKind = (typeof certificateKinds)[number]
export interface Certificate {
  readonly id: string
  readonly kind: CertificateKind
  readonly name: Text
  /** Its number, as printed on it. */
  readonly no: string | null
  /** The last day on which it holds, `2027-05-31` by the site's calendar. */
  readonly expires: string
}

export const certificateNames: Readonly<Record<CertificateKind, Text>> = {
  use: { 'zh-CN': '使用登记证', en: 'Certificate of use' },
  inspection: { 'zh-CN': '定期检验', en: 'Periodic inspection' },
  calibration: { 'zh-CN': '检定校准', en: 'Calibration' },
  insurance: { 'zh-CN': '保险', en: 'Insurance' },
  other: { 'zh-CN': '证件', en: 'Certificate' },
}

const KEY = 'certificate.'
const DAY_MS = 86_400_000
/** Days before the end. A month to make an appointment, a week to press for it. */
export const DUE_DAYS = 30
export const SOON_DAYS = 7

/** A paper as a point of its equipment: the days that are left. */
export const certificatePoint = (equipment: string, id: string): PointId => `${equipment}/${KEY}${id}`
export const isCertificateKey = (key: string): boolean => key.startsWith(KEY)

/** Days of the site's calendar until the last day on which it holds; 0 on that day, negative after it. */
export function daysLeft(expires: string, at: number, zone: string): number {
  const [year = 0, month = 1, day = 1] = expires.split('-').map(Number)
  const today = dayOf(at, zone)
  return (Date.UTC(year, month - 1, day) - Date.UTC(today.year, today.month - 1, today.day)) / DAY_MS
}

export type CertificateState = 'valid' | 'due' | 'soon' | 'expired'
export const stateOfDays = (left: number): CertificateState =>
  left < 0 ? 'expired' : left <= SOON_DAYS ? 'soon' : left <= DUE_DAYS ? 'due' : 'valid'

const points = [`*/${KEY}*`]
const source = '设备台账与检验有效期 M33, S26'
const calm = { points, delayOnS: 0, delayOffS: 0, source }

/** One alarm at a time: the later stage takes the place of the earlier. Without an order: an inspection is booked, not repaired. */
export const certificateRules: readonly Rule[] = [
  {
    ...calm,
    id: 'certificate-due',
    when: { all: [{ below: DUE_DAYS + 1 }, { above: SOON_DAYS }] },
    severity: 'low',
    text: { 'zh-CN': '证件或检验 30 天内到期', en: 'Certificate or inspection runs out within 30 days' },
  },
  {
    ...calm,
    id: 'certificate-soon',
    when: { all: [{ below: SOON_DAYS + 1 }, { above: -1 }] },
    severity: 'medium',
    text: { 'zh-CN': '证件或检验 7 天内到期', en: 'Certificate or inspection runs out within 7 days' },
  },
  {
    ...calm,
    id: 'certificate-expired',
    when: { below: 0 },
    severity: 'high',
    text: { 'zh-CN': '证件或检验已过期，不得继续使用', en: 'Certificate or inspection has run out: not to be used' },
  },
]
