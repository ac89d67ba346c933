import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  id: 'transformer-overload',
  title: { 'zh-CN': '变压器过负荷超温', en: 'Transformer overload' },
  text: {
    'zh-CN':
      '1# 变压器带到额定的 150 %。看：负载率过 100 %，绕组温度一路升高，先起风机，130 °C 报警，150 °C 跳高压断路器，母联把Ⅰ段接到 2# 变压器。',
    en:
      'Transformer 1 carries 150 % of its rating. Watch its load pass 100 %, the winding warm up, the fan start, the ' +
      'alarm at 130 °C, the trip of the high-voltage breaker at 150 °C, and the tie give section 1 to transformer ' +
      '2.',
  },
  steps: [{ atS: 0, action: 'transformer/overload', body: { transformer: 1, percent: 150 } }],
  sees: [
    { point: 'transformer-1/load', byS: 4, is: { above: 100 } },
    { point: 'transformer-1/fan', byS: 600, is: { equals: true } },
    { point: 'transformer-1/temperature', byS: 1500, is: { above: 110 } },
    { point: 'transformer-1/alarm', byS: 2400, is: { equals: true } },
    { point: 'hv-incomer-1/tripped', byS: 3600, is: { equals: true } },
    { point: 'lv-switchboard/tie-closed', byS: 3605, is: { equals: true } },
  ],
  undo: [{ action: 'transformer/reset', body: { transformer: 1 } }],
}
