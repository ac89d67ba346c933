import type { Text } from '../../drivers/point.ts'
import type { Refusal } from '../../rules/handover.ts'

/** The four cases in words [P-15]. */
export const REFUSALS: Readonly<Record<Refusal, Text>> = {
  'preparation-unfinished': { 'zh-CN': '交班准备工作未完成', en: 'the preparation is not finished' },
  'relief-below-minimum': { 'zh-CN': '接班人数不足', en: 'the relief has too few people' },
  'relief-lead-absent': {
    'zh-CN': '接班负责人或其指定代理人未到',
    en: 'neither the leading hand of the relief nor the stand-in is there',
  },
  'relief-unfit': {
    'zh-CN': '接班人员饮酒或神志不清且无人顶替',
    en: 'somebody of the relief is drunk or not clear in mind, and nobody stands in',
  },
}
export const refusalWords = (codes: readonly Refusal[]): Text => ({
  'zh-CN': codes.map(code => REFUSALS[code]['zh-CN']).join('；'),
  en: codes.map(code => REFUSALS[code].en).join('; '),
})
