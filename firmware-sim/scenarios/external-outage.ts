import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  id: 'external-outage',
  title: { 'zh-CN': '外线停电', en: 'External outage' },
  text: {
    'zh-CN':
      '两路 10 kV 进线同时失电。看：应急照明点亮、UPS 转电池，约 8 秒后柴油发电机带起电梯、水泵、消防和弱电，其余回路仍无电；没有一台断路器跳闸，说明是外线。',
    en:
      'Both 10 kV incomers are lost. Watch the emergency lighting and the UPS take over; after about 8 s the ' +
      'generator carries lifts, pumps, fire equipment and weak current, and the rest stays dark. No breaker has ' +
      'tripped: it is the utility.',
  },
  steps: [{ atS: 0, action: 'power/lose' }],
  sees: [
    { point: 'hv-incomer-1/live', byS: 3, is: { equals: false } },
    { point: 'hv-incomer-2/live', byS: 3, is: { equals: false } },
    { point: 'emergency-lighting/on', byS: 4, is: { equals: true } },
    { point: 'ups-elv/on-battery', byS: 4, is: { equals: true } },
    { point: 'feeder-lifts-a/live', byS: 4, is: { equals: false } },
    { point: 'generator-1/transfer-switch', byS: 15, is: { equals: 153 } },
    { point: 'feeder-lifts-a/live', byS: 16, is: { equals: true } },
    { point: 'feeder-fire-equipment/live', byS: 16, is: { equals: true }, usual: true },
    { point: 'ups-elv/on-battery', byS: 18, is: { equals: false } },
    { point: 'feeder-homes/live', byS: 18, is: { equals: false } },
    { point: 'generator-1/generator-power', byS: 60, is: { above: 5 } },
  ],
  undo: [{ action: 'power/restore' }],
}
