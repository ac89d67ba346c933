import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  id: 'one-incomer-lost',
  title: { 'zh-CN': '单路进线失电，备自投动作', en: 'One incomer lost, bus transfer' },
  text: {
    'zh-CN': '1# 进线失电。看：2 秒后进线柜分闸，3 秒后母联合闸，Ⅰ段母线恢复；负荷太重时先卸外围照明和制冷机房。',
    en:
      'Incomer 1 is lost. Watch its breaker open after 2 s, the tie close after 3 s and section 1 come back. If ' +
      'the load is too much for one transformer, outside lighting and chillers go first.',
  },
  steps: [{ atS: 0, action: 'power/lose', body: { incomer: 1 } }],
  sees: [
    { point: 'hv-incomer-1/live', byS: 3, is: { equals: false } },
    { point: 'feeder-homes/live', byS: 4, is: { equals: false } },
    { point: 'lv-switchboard/incomer-1-closed', byS: 6, is: { equals: false } },
    { point: 'lv-switchboard/tie-closed', byS: 8, is: { equals: true } },
    { point: 'feeder-homes/live', byS: 8, is: { equals: true } },
    { point: 'generator-1/transfer-switch', byS: 10, is: { equals: 0 }, usual: true },
  ],
  undo: [{ action: 'power/restore', body: { incomer: 1 } }],
}
