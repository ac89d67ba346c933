import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  id: 'chiller-high-pressure',
  title: { 'zh-CN': '冷水机组高压跳机', en: 'Chiller trips on high pressure' },
  text: {
    'zh-CN':
      '室外 34 °C，手动开机：先水泵、后主机。冷凝器脏堵，冷凝压力升高，超过 12.5 bar 时 1# 冷水机组高压跳机。清洗后复位、重新启动。',
    en: 'It is 34 °C outside; the plant is started by hand, pumps first, then the machine. Its condenser is fouled: the pressure rises, and above 12.5 bar chiller 1 trips. It is cleaned, reset and started again.',
  },
  steps: [
    { atS: 0, action: 'hvac/weather', body: { celsius: 34, humidity: 60 } },
    { atS: 0, action: 'hvac/chiller-start', body: { chiller: 2, on: false } },
    { atS: 0, action: 'hvac/chiller-reset' },
    { atS: 0, action: 'hvac/plant', body: { automatic: false, run: true } },
    { atS: 60, action: 'hvac/chiller-start', body: { chiller: 1, on: true } },
    { atS: 300, action: 'hvac/chiller-fouled', body: { on: true } },
    { atS: 600, action: 'hvac/chiller-fouled', body: { on: false } },
    { atS: 900, action: 'hvac/chiller-reset' },
    { atS: 900, action: 'hvac/chiller-start', body: { chiller: 1, on: true } },
  ],
  sees: [
    { point: 'outdoor/temperature', byS: 5, is: { above: 33 } },
    { point: 'hvac-plant/chilled-flow', byS: 30, is: { above: 150 }, usual: true },
    { point: 'chiller-1/running', byS: 70, is: { equals: true } },
    { point: 'chiller-1/condenser-pressure', byS: 480, is: { above: 11 } },
    { point: 'chiller-1/high-pressure', byS: 590, is: { equals: true } },
    { point: 'chiller-1/running', byS: 590, is: { equals: false } },
    { point: 'chiller-1/condenser-pressure', byS: 900, is: { below: 10 } },
    { point: 'chiller-1/running', byS: 960, is: { equals: true } },
  ],
  undo: [
    { action: 'hvac/chiller-fouled', body: { on: false } },
    { action: 'hvac/chiller-reset' },
    { action: 'hvac/plant', body: { automatic: true, run: false } },
    { action: 'hvac/weather', body: { celsius: null } },
  ],
}
