import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  id: 'tank-lid-open',
  title: { 'zh-CN': '水箱人孔盖被打开', en: 'Tank lid opened' },
  text: {
    'zh-CN': '生活水箱 1# 人孔盖未经批准被打开（按入侵处理），2 分钟后盖上。',
    en: 'Lid 1 of the drinking water tank is opened without leave, which counts as intrusion; after 2 minutes it is closed.',
  },
  steps: [
    { atS: 0, action: 'water/lid', body: { lid: 1, open: true } },
    { atS: 120, action: 'water/lid', body: { lid: 1, open: false } },
  ],
  sees: [
    { point: 'tank-b1/lid1-open', byS: 3, is: { equals: true } },
    { point: 'tank-b1/lid1-open', byS: 125, is: { equals: false } },
  ],
  undo: [{ action: 'water/lid', body: { lid: 1, open: false } }],
}
