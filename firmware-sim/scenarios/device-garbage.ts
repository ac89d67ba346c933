import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  id: 'device-garbage',
  title: { 'zh-CN': '仪表应答乱码', en: 'A meter answers nonsense' },
  text: {
    'zh-CN': 'A 座公区电表应答的是随机字节：数值变为“坏”，没有一个乱数被显示。',
    en: 'The common-area meter of tower A answers with random bytes: its values turn bad, and none of the nonsense is shown.',
  },
  steps: [{ atS: 0, action: 'device/fault', body: { line: 'meters', unit: 1, kind: 'garbage' } }],
  sees: [{ point: 'em-b1-01/voltage-l1', byS: 20, is: 'bad' }],
  undo: [{ action: 'device/fault', body: { line: 'meters', unit: 1, kind: null } }],
}
