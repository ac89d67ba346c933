import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  id: 'gas-leak',
  title: { 'zh-CN': '厨房燃气泄漏', en: 'Gas leak in a kitchen' },
  text: {
    'zh-CN':
      '商场三层 2# 厨房燃气泄漏：浓度升至低限报警，事故排风启动；到高限后切断阀自动关闭，供气压力消失，浓度回落。5 分钟后修复并现场开阀。',
    en: 'Gas leaks in kitchen 2 of the mall: the low alarm comes and the emergency fan starts; at the high level the valve closes by itself, the pressure goes and the gas thins out. After 5 minutes the leak is mended and the valve opened by hand.',
  },
  steps: [
    { atS: 0, action: 'gas/leak', body: { detector: 2, perS: 1 } },
    { atS: 300, action: 'gas/repair' },
  ],
  sees: [
    { point: 'gas-detector-2/status', byS: 40, is: { equals: 1 } },
    { point: 'gas-regulator/fan-kitchens', byS: 45, is: { equals: true } },
    { point: 'gas-detector-2/status', byS: 100, is: { equals: 2 } },
    { point: 'gas-regulator/closed', byS: 110, is: { equals: true } },
    { point: 'gas-regulator/by-alarm', byS: 110, is: { equals: true } },
    { point: 'gas-regulator/outlet-pressure', byS: 140, is: { below: 0.5 } },
    { point: 'gas-detector-2/concentration', byS: 300, is: { below: 20 }, usual: true },
    { point: 'gas-regulator/opened', byS: 310, is: { equals: true }, usual: true },
  ],
  // Without gas the direct-fired chiller has locked out.
  undo: [{ action: 'gas/repair' }, { action: 'hvac/chiller-reset' }],
}
