import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  id: 'device-mute',
  title: { 'zh-CN': '仪表不应答', en: 'A meter falls silent' },
  text: {
    'zh-CN': 'A 座公区电表不再应答：其全部数值变为“坏”并注明原因，绝不是零；其他设备照常。',
    en: 'The common-area meter of tower A no longer answers: all its values turn bad, with the reason, and none of them zero; other devices go on.',
  },
  steps: [{ atS: 0, action: 'device/fault', body: { line: 'meters', unit: 1, kind: 'mute' } }],
  sees: [{ point: 'em-b1-01/voltage-l1', byS: 15, is: 'bad' }],
  undo: [{ action: 'device/fault', body: { line: 'meters', unit: 1, kind: null } }],
}
