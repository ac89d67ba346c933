import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  id: 'patrol-missed',
  title: { 'zh-CN': '巡更漏点', en: 'A checkpoint is missed' },
  text: {
    'zh-CN': '三号标签的一轮巡更走了四个点，商场三层没有到：读卡器只说见过谁，漏没漏由网关按路线判断。',
    en: 'A round with the third tag reaches four checkpoints and leaves out floor 3 of the shops. A reader only says whom it saw; that one is missing is for the gateway to find by the route.',
  },
  steps: [
    { atS: 0, action: 'patrol/rest', body: { on: true } },
    { atS: 0, action: 'patrol/round', body: { guard: 'third', gapS: 60, skip: ['cp-l3'] } },
  ],
  sees: [
    { point: 'cp-l1/uid', byS: 5, is: { equals: '04E7710B3F9C82' } },
    { point: 'cp-l2/uid', byS: 70, is: { equals: '04E7710B3F9C82' } },
    { point: 'cp-b1/uid', byS: 190, is: { equals: '04E7710B3F9C82' } },
    { point: 'cp-b2/uid', byS: 250, is: { equals: '04E7710B3F9C82' } },
  ],
  undo: [
    { action: 'patrol/rest', body: { on: false } },
    { action: 'patrol/round', body: { guard: 'first', gapS: 1 } },
  ],
}
