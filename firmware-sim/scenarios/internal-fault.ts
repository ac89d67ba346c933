import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  id: 'internal-fault',
  title: { 'zh-CN': '内部故障停电', en: 'Internal fault' },
  text: {
    'zh-CN': '商场回路过载，断路器十几秒后跳闸。看：进线和母线一直有电，只有这一路跳闸，说明故障在内部；别的回路照常。',
    en:
      'The feeder of the shops is overloaded and its breaker trips. Watch the incomers and sections stay live ' +
      'while only this feeder is dead: the fault is inside. The others go on.',
  },
  steps: [{ atS: 0, action: 'power/overload', body: { feeder: 'shops', amps: 2900 } }],
  sees: [
    { point: 'feeder-shops/current', byS: 4, is: { above: 2000 } },
    { point: 'feeder-shops/tripped', byS: 60, is: { equals: true } },
    { point: 'feeder-shops/live', byS: 60, is: { equals: false } },
    { point: 'em-shop-101/power', byS: 80, is: { equals: 0 } },
    { point: 'hv-incomer-2/live', byS: 80, is: { equals: true }, usual: true },
    { point: 'lv-switchboard/section-2-voltage', byS: 80, is: { above: 350 }, usual: true },
    { point: 'feeder-offices/live', byS: 80, is: { equals: true }, usual: true },
  ],
  undo: [{ action: 'power/reset', body: { feeder: 'shops' } }],
}
