import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  id: 'help-call',
  title: { 'zh-CN': '住户紧急求助', en: 'A home calls for help' },
  text: {
    'zh-CN': 'A 座 1202 户按下紧急求助按钮，两分钟后客服应答。报警上应看得到户号。',
    en: 'Home 1202 of tower A presses the help button; the desk answers two minutes later. The alarm must say which home it is.',
  },
  steps: [
    { atS: 5, action: 'help/press', body: { place: '1202' } },
    { atS: 125, action: 'help/answer', body: { place: '1202' } },
  ],
  sees: [
    { point: 'help-calls/call-a-1202', byS: 10, is: { equals: true } },
    { point: 'help-calls/waiting', byS: 10, is: { equals: 1 } },
    { point: 'help-calls/last-home', byS: 10, is: { equals: 1202 } },
    { point: 'help-calls/call-a-1202', byS: 130, is: { equals: false } },
    { point: 'help-calls/waiting', byS: 130, is: { equals: 0 } },
  ],
  undo: [{ action: 'help/answer' }],
}
