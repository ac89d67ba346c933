import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  id: 'device-slow',
  title: { 'zh-CN': '仪表应答慢', en: 'A meter is slow' },
  text: {
    'zh-CN': 'A 座公区电表每次应答都晚 3 秒，超过等待时间：数值变为“坏”，迟到的应答不会被当成下一次的。',
    en: 'The common-area meter of tower A answers 3 s late each time, longer than anybody waits: its values turn bad, and a late answer is never taken for the next one.',
  },
  steps: [{ atS: 0, action: 'device/fault', body: { line: 'meters', unit: 1, kind: 'slow', ms: 3000 } }],
  sees: [{ point: 'em-b1-01/voltage-l1', byS: 20, is: 'bad' }],
  undo: [{ action: 'device/fault', body: { line: 'meters', unit: 1, kind: null } }],
}
