import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  id: 'bus-dead',
  title: { 'zh-CN': '整条总线断开', en: 'A whole bus is dead' },
  text: {
    'zh-CN': '配电室 RS-485 总线断开：其上所有设备离线，每台只报一条，其他总线照常。',
    en: 'The RS-485 bus of the distribution room is cut: every device on it is offline, one alarm for each of them, and other buses go on.',
  },
  steps: [{ atS: 0, action: 'line/dead', body: { line: 'bus-1', on: true } }],
  sees: [
    { point: 'room-b1/temperature', byS: 20, is: 'bad' },
    { point: 'room-b1/online', byS: 30, is: { equals: false } },
  ],
  undo: [{ action: 'line/dead', body: { line: 'bus-1', on: false } }],
}
