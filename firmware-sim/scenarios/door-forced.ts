import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  id: 'door-forced',
  title: { 'zh-CN': '机房门被强行打开', en: 'A machine room is broken open' },
  text: {
    'zh-CN': '高压配电室的门没有刷卡、没有按出门按钮就开了：立即报警，门一直开着；关上以后自己消除，仍须确认。',
    en: 'The door of the HV switch room opens with no card and no exit button: an alarm at once, and the door stays open. Closed, it clears, and still wants its acknowledgement.',
  },
  steps: [{ atS: 0, action: 'doors/force', body: { door: 'hv-room' } }],
  sees: [
    { point: 'door-hv-room/open', byS: 5, is: { equals: true } },
    { point: 'door-hv-room/forced', byS: 5, is: { equals: true } },
    { point: 'door-hv-room/event', byS: 5, is: { equals: 34 } },
  ],
  undo: [{ action: 'doors/close', body: { door: 'hv-room' } }],
}
