import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  id: 'patrol-too-fast',
  title: { 'zh-CN': '巡更过快', en: 'A round is too fast' },
  text: {
    'zh-CN': '五个点在二十秒内全部读到，没有人走得这么快：标签多半被一次带到了各个读卡器，或有人代刷。',
    en: 'All five checkpoints within twenty seconds: nobody walks that fast, so somebody did not walk.',
  },
  steps: [
    { atS: 0, action: 'patrol/rest', body: { on: true } },
    { atS: 0, action: 'patrol/round', body: { guard: 'third', gapS: 4 } },
  ],
  sees: [
    { point: 'cp-l1/uid', byS: 5, is: { equals: '04E7710B3F9C82' } },
    { point: 'cp-l2/uid', byS: 10, is: { equals: '04E7710B3F9C82' } },
    { point: 'cp-l3/uid', byS: 14, is: { equals: '04E7710B3F9C82' } },
    { point: 'cp-b1/uid', byS: 18, is: { equals: '04E7710B3F9C82' } },
    { point: 'cp-b2/uid', byS: 22, is: { equals: '04E7710B3F9C82' } },
  ],
  undo: [
    { action: 'patrol/rest', body: { on: false } },
    { action: 'patrol/round', body: { guard: 'first', gapS: 1 } },
  ],
}
