/** Where a reading comes from [NEM12 A, S, F/E; ESPI quality of reading]. `missing` has no index. */
export const qualities = ['actual', 'manual', 'estimated', 'substituted', 'missing'] as const
export type Quality = (typeof qualities)[number]

/** `uncertain`: not for billing until a person decides. `accepted`: a person did. `rejected`: it does not count. */
export const validations = ['valid', 'uncertain', 'accepted', 'rejected'] as const
export type Validation = (typeof validations)[number]

/** What a register did between two readings. `blocks`: not for billing until a person decides. */
export const findings = {
  dip: { blocks: false, 'zh-CN': '末位回跳一格', en: 'back by one step of the last digit' },
  glitch: { blocks: false, 'zh-CN': '个别读数跳变，随后恢复', en: 'a single value off, then back' },
  'zero-glitch': { blocks: false, 'zh-CN': '短时读到 0，随后恢复', en: 'nought for a while, then back' },
  rollover: { blocks: false, 'zh-CN': '表码翻转（过满度归零后继续）', en: 'the register turned over' },
  zero: { blocks: true, 'zh-CN': '读到 0 且未恢复', en: 'nought, and not back since' },
  reset: { blocks: true, 'zh-CN': '表码归零后重新累计', en: 'began again at nought' },
  exchange: {
    blocks: true,
    'zh-CN': '表码跳到另一水平并继续累计：疑似换表未登记',
    en: 'goes on at another level: exchanged without a record?',
  },
  swapped: { blocks: true, 'zh-CN': '与另一块表的读数疑似互换', en: 'swapped with the reading of another meter?' },
  negative: { blocks: true, 'zh-CN': '表码小于上次', en: 'lower than before' },
  'too-much': { blocks: true, 'zh-CN': '增量超过该表的最大能力', en: 'more than the meter can count' },
  ambiguous: {
    blocks: true,
    'zh-CN': '间隔过长或读数两种解释都成立，无法判定',
    en: 'more than one explanation fits: it cannot be told',
  },
  stuck: { blocks: true, 'zh-CN': '表码不走', en: 'stands still' },
  unusual: { blocks: true, 'zh-CN': '抄录用量远高于平时', en: 'read by a person: many times the usual use' },
} as const satisfies Record<string, { blocks: boolean; 'zh-CN': string; en: string }>
export type FindingCode = keyof typeof findings

/** Why a reading is missing, estimated or was put in by a person: a closed list. */
export const readingReasons = {
  'no-meter': { 'zh-CN': '未装表', en: 'no meter' },
  'no-source': { 'zh-CN': '该表须人工抄录', en: 'a person reads this meter' },
  'no-sample': { 'zh-CN': '时限内无有效数据', en: 'no good value near that time' },
  'gateway-off': { 'zh-CN': '网关当时未运行', en: 'the gateway was off then' },
  'off-scale': { 'zh-CN': '数值超出表计位数', en: 'not on the scale of the register' },
  interpolated: { 'zh-CN': '由前后读数插值', en: 'between the readings before and after' },
  'own-register': { 'zh-CN': '表内冻结值', en: 'frozen by the meter itself' },
  locked: { 'zh-CN': '门锁，无法入户', en: 'locked premises' },
  unreadable: { 'zh-CN': '表盘看不清', en: 'dial cannot be read' },
  damaged: { 'zh-CN': '表计损坏', en: 'meter damaged' },
  'same-weekdays': { 'zh-CN': '按前三周同日平均估算', en: 'mean of the same weekday of three weeks' },
  'daily-average': { 'zh-CN': '按日均用量估算', en: 'from the average use of a day' },
  agreed: { 'zh-CN': '与客户商定', en: 'agreed with the customer' },
  signed: { 'zh-CN': '双方签字的抄表单', en: 'on a form that both parties signed' },
  'trued-up': { 'zh-CN': '实抄到后回调的估读', en: 'an estimate put back when an actual reading had come' },
  corrected: { 'zh-CN': '更正抄错的数', en: 'a wrong entry corrected' },
} as const satisfies Record<string, { 'zh-CN': string; en: string }>
export type ReadingReason = keyof typeof readingReasons
