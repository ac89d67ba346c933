import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  id: 'card-unknown',
  title: { 'zh-CN': '陌生卡刷机房门', en: 'An unknown card at a machine room' },
  text: {
    'zh-CN': '一张没有登记的卡刷弱电机房：控制器自己拒绝，门不开；卡号原样记下，便于追查。',
    en: 'A card that is in no table is held to the reader of the ELV room: the controller refuses by itself and the door stays shut. The number of the card is kept as it came.',
  },
  steps: [{ atS: 0, action: 'doors/card', body: { door: 'elv-room', card: 'stranger' } }],
  sees: [
    { point: 'door-elv-room/event', byS: 5, is: { equals: 11 } },
    { point: 'door-elv-room/card', byS: 5, is: { equals: 2812513 } },
  ],
  undo: [{ action: 'doors/card', body: { door: 'elv-room', card: 'guard' } }],
}
