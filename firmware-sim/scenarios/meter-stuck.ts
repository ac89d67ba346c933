import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  id: 'meter-stuck',
  title: { 'zh-CN': '水表不走', en: 'Water meter stuck' },
  text: {
    'zh-CN':
      '1002 室水表的干簧管粘住：触点一直闭合，脉冲数不再增加，而总水表照走。另有一块若干天前就不走的电表 em-a-0903，留给您自己找。',
    en:
      'The reed contact of the water meter of flat 1002 sticks: it stays closed, its pulses stand, and the main ' +
      'goes on. One electricity meter, em-a-0903, has been standing for days: for you to find.',
  },
  steps: [{ atS: 0, action: 'meters/stick', body: { meter: 'pulses-a/water-1002' } }],
  sees: [
    { point: 'pulses-a/input-5', byS: 45, is: { equals: true }, usual: true },
    { point: 'wm-tower-a/flow', byS: 60, is: { above: 0.1 }, usual: true },
  ],
  undo: [{ action: 'meters/stick', body: { meter: 'pulses-a/water-1002', on: false } }],
}
