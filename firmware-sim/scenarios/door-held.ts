import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  id: 'door-held',
  title: { 'zh-CN': '机房门开着不关', en: 'A machine room door is held open' },
  text: {
    'zh-CN': '有人刷卡进弱电机房，用东西把门顶住：60 秒后控制器报开门超时，不是强行开门。',
    en: 'Somebody lets himself into the ELV room by card and wedges the door: after 60 s the controller says that it is held. It was not forced.',
  },
  steps: [
    { atS: 0, action: 'doors/wedge', body: { door: 'elv-room', on: true } },
    { atS: 1, action: 'doors/card', body: { door: 'elv-room', card: 'electrician' } },
  ],
  sees: [
    { point: 'door-elv-room/event', byS: 5, is: { equals: 1 } },
    { point: 'door-elv-room/open', byS: 10, is: { equals: true } },
    { point: 'door-elv-room/open-time', byS: 65, is: { above: 55 } },
    { point: 'door-elv-room/held', byS: 75, is: { equals: true } },
  ],
  undo: [{ action: 'doors/wedge', body: { door: 'elv-room', on: false } }],
}
