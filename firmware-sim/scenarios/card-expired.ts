import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  id: 'card-expired',
  title: { 'zh-CN': '过期的施工证刷大堂门', en: "A decorator's card has expired" },
  text: {
    'zh-CN': '装修工人的出入证已过期，刷 B 座大堂门被拒绝：控制器按自己的时钟判断，不用问网关。',
    en: "A decorator's pass has run out, and the lobby of tower B refuses it. The controller goes by its own clock and asks nobody.",
  },
  steps: [{ atS: 0, action: 'doors/card', body: { door: 'lobby-b', card: 'decorator' } }],
  sees: [{ point: 'door-lobby-b/event', byS: 5, is: { equals: 12 } }],
  undo: [{ action: 'doors/card', body: { door: 'lobby-b', card: 'guard' } }],
}
