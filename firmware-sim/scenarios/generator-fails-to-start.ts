import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  id: 'generator-fails-to-start',
  title: { 'zh-CN': '停电而柴油发电机启动失败', en: 'Outage and the generator fails to start' },
  text: {
    'zh-CN':
      '供油阀没开，接着外线停电。看：发电机启动三次都不着车，报启动失败；消防和电梯没有电，应急照明和 UPS 只靠电池。',
    en:
      'The fuel valve is shut, then the utility fails. Watch the engine crank three times and fail. Fire equipment ' +
      'and lifts have no supply; emergency lighting and UPS live on their batteries.',
  },
  steps: [
    { atS: 0, action: 'generator/block', body: { on: true } },
    { atS: 1, action: 'power/lose' },
  ],
  sees: [
    { point: 'hv-incomer-1/live', byS: 5, is: { equals: false } },
    { point: 'emergency-lighting/on-battery', byS: 6, is: { equals: true } },
    { point: 'generator-1/engine-speed', byS: 12, is: { above: 100 } },
    { point: 'generator-1/alarm-code', byS: 45, is: { above: 0 } },
    { point: 'feeder-fire-equipment/live', byS: 46, is: { equals: false } },
    { point: 'feeder-lifts-a/live', byS: 46, is: { equals: false } },
    { point: 'ups-elv/charge', byS: 120, is: { below: 99 } },
  ],
  undo: [{ action: 'generator/block', body: { on: false } }, { action: 'power/restore' }],
}
