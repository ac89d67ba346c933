import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  id: 'room-over-40',
  title: { 'zh-CN': '配电室超过 40 °C', en: 'Distribution room over 40 °C' },
  text: {
    'zh-CN':
      '低压配电室排风机故障停转，变压器的热散不出去。看：几分钟后排风温度和室温过 40 °C；报警是提示级，因为规程写的是“宜”低于 40 °C。',
    en:
      'The exhaust fan of the distribution room stands, and the warmth of the transformers stays. Watch the room ' +
      'pass 40 °C after some minutes. The alarm is advisory: the rule says "preferably".',
  },
  steps: [{ atS: 0, action: 'ventilation/fail', body: { room: 'distribution-room' } }],
  sees: [
    { point: 'vent-distribution/fault', byS: 3, is: { equals: true } },
    { point: 'vent-distribution/running', byS: 3, is: { equals: false } },
    { point: 'vent-distribution/temperature', byS: 1500, is: { above: 40 } },
    { point: 'room-b1/temperature', byS: 1500, is: { above: 40 } },
  ],
  undo: [{ action: 'ventilation/fail', body: { room: 'distribution-room', on: false } }],
}
