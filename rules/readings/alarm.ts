import type { PointId } from '../../drivers/point.ts'
import { packText } from '../pack.ts'
import type { Rule } from '../rule.ts'

/** The equipment whose points are the main meters. */
export const METERS = 'gatehouse.meters'

/** Ids of service points are as the firm writes them; those of points are plain. */
const plain = (id: string): string => id.replace(/[^A-Za-z0-9.-]/gu, c => `_${c.codePointAt(0)!.toString(16)}_`)

/** Whether the balance of this main meter is outside its limit: true or false; bad where it is not known. */
export const balancePoint = (parent: string): PointId => `${METERS}/${plain(parent)}`
export const isBalancePoint = (point: string): boolean => point.startsWith(`${METERS}/`)

/** Always on: without main meters in the book it watches nothing. The limits are those of the book's balance. */
export const balanceRules: readonly Rule[] = [
  {
    id: 'meter-balance',
    points: [`${METERS}/*`],
    when: { equals: true },
    severity: 'medium',
    delayOnS: 0,
    delayOffS: 0,
    text: packText('总分表不平衡，超出限值', 'Meter balance over its limit'),
    order: { class: 'general' },
    source: '计量平衡：电 3%、水 8%、燃气 3% N81',
  },
]
