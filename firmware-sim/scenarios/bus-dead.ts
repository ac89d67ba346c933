import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  id: 'bus-dead',
  title: { 'zh-CN': '整条总线断开', en: 'A whole bus is dead' },
  text: {
    'zh-CN': '燃气 RS-485 总线断开：五只探测器和调压器全部离线，每台只报一条，其他总线照常。此时燃气泄漏没有人看得见。',
    en: 'The RS-485 bus of the gas detectors is cut: all five and the regulator are offline, one alarm for each of them, and other buses go on. Nobody would see a gas leak now.',
  },
  steps: [{ atS: 0, action: 'line/dead', body: { line: 'gas-1', on: true } }],
  sees: [
    { point: 'gas-detector-1/concentration', byS: 20, is: 'bad' },
    { point: 'gas-detector-1/online', byS: 40, is: { equals: false } },
    { point: 'gas-detector-2/online', byS: 40, is: { equals: false } },
    { point: 'gas-detector-3/online', byS: 40, is: { equals: false } },
    { point: 'gas-detector-4/online', byS: 40, is: { equals: false } },
    { point: 'gas-detector-5/online', byS: 40, is: { equals: false } },
    { point: 'gas-regulator/online', byS: 40, is: { equals: false } },
  ],
  undo: [{ action: 'line/dead', body: { line: 'gas-1', on: false } }],
}
