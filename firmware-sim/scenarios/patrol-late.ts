import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  id: 'patrol-late',
  title: { 'zh-CN': '巡更迟到', en: 'A round begins late' },
  text: {
    'zh-CN': '这一轮巡更晚了十分钟才开始，各点都到了，但都迟到。',
    en: 'This round begins ten minutes late. Every checkpoint is reached, and each of them late.',
  },
  steps: [
    { atS: 0, action: 'patrol/rest', body: { on: true } },
    { atS: 0, action: 'patrol/round', body: { guard: 'third', gapS: 60, startInS: 600 } },
  ],
  sees: [
    { point: 'cp-l1/uid', byS: 610, is: { equals: '04E7710B3F9C82' } },
    { point: 'cp-l3/uid', byS: 730, is: { equals: '04E7710B3F9C82' } },
    { point: 'cp-b2/uid', byS: 850, is: { equals: '04E7710B3F9C82' } },
  ],
  undo: [
    { action: 'patrol/rest', body: { on: false } },
    { action: 'patrol/round', body: { guard: 'first', gapS: 1 } },
  ],
}
