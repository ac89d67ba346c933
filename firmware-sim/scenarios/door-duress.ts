import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  id: 'door-duress',
  title: { 'zh-CN': '胁迫开门', en: 'A door is opened under duress' },
  text: {
    'zh-CN': '工程师被人胁迫刷卡，密码末位加一：消防控制中心的门照常打开，现场没有任何表示，监控室收到最高级别的报警。',
    en: 'An engineer is made to open, and keys in his PIN with its last digit one higher: the door of the fire control centre opens as ever, nothing shows on the spot, and the control room has an alarm of the highest priority.',
  },
  steps: [{ atS: 0, action: 'doors/card', body: { door: 'fire-control-centre', card: 'engineer', pin: 2581 } }],
  sees: [
    { point: 'door-fire-control-centre/duress', byS: 5, is: { equals: true } },
    { point: 'door-fire-control-centre/open', byS: 10, is: { equals: true } },
  ],
  undo: [{ action: 'doors/acknowledge', body: { door: 'fire-control-centre' } }],
}
