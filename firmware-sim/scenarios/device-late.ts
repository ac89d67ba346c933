import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  id: 'device-late',
  title: { 'zh-CN': '个别应答迟到', en: 'One answer is late' },
  text: {
    'zh-CN': 'A 座公区电表有三次应答各晚 2.5 秒：该次读数为“坏”，下一次即恢复，迟到的数不会张冠李戴。',
    en: 'Three answers of the common-area meter of tower A come 2.5 s late: that one reading is bad, the next one is good again, and no late number is taken for another.',
  },
  steps: [
    { atS: 0, action: 'device/fault', body: { line: 'meters', unit: 1, kind: 'late', ms: 2500 } },
    { atS: 10, action: 'device/fault', body: { line: 'meters', unit: 1, kind: 'late', ms: 2500 } },
    { atS: 20, action: 'device/fault', body: { line: 'meters', unit: 1, kind: 'late', ms: 2500 } },
  ],
  sees: [{ point: 'em-b1-01/voltage-l1', byS: 30, is: 'bad' }],
  undo: [{ action: 'device/fault', body: { line: 'meters', unit: 1, kind: null } }],
}
