import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  id: 'detector-pre-alarm',
  title: { 'zh-CN': '烟感预警', en: 'Detector pre-alarm' },
  text: {
    'zh-CN': '弱电机房一只烟感的模拟量五分钟内缓慢上升到报警阈值的八成：没有火警，但值班员应到现场看一看。',
    en: 'The analog value of a smoke detector in the ELV room climbs for five minutes to four fifths of its threshold: no fire alarm, but somebody should go and look.',
  },
  steps: [
    { atS: 5, action: 'fire/smoke', body: { zone: 'elv-room', percent: 75, overS: 300 } },
    { atS: 420, action: 'fire/clear', body: { zone: 'elv-room' } },
  ],
  sees: [
    { point: 'fire-panel/smoke-elv-room', byS: 150, is: { above: 30 } },
    { point: 'fire-panel/smoke-elv-room', byS: 300, is: { above: 60 } },
    { point: 'fire-panel/smoke-elv-room', byS: 320, is: { above: 75 } },
    { point: 'fire-panel/elv-room-alarm', byS: 330, is: { equals: false }, usual: true },
    { point: 'fire-panel/smoke-elv-room', byS: 425, is: { below: 20 } },
  ],
  undo: [{ action: 'fire/clear', body: { zone: 'elv-room' } }],
}
