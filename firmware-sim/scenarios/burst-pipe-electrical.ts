import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  id: 'burst-pipe-electrical',
  title: { 'zh-CN': '配电室旁水管爆裂', en: 'Burst pipe at the distribution room' },
  text: {
    'zh-CN':
      '地下一层给水管在低压配电室旁爆裂，水流入配电室：有触电危险，必须立即通知配电室断开该区域电源。3 分钟后关阀，10 分钟后修复并清理积水。',
    en: 'A pipe of basement 1 bursts beside the low-voltage distribution room and water runs in: danger of shock, that zone has to be cut off at once. The valve is closed after 3 minutes; after 10 the pipe is mended and the floor dry.',
  },
  steps: [
    { atS: 0, action: 'water/burst', body: { place: 'distribution-room' } },
    { atS: 180, action: 'water/valve', body: { zone: 'b1', open: false } },
    { atS: 600, action: 'water/repair' },
  ],
  sees: [
    { point: 'valve-b1/flow', byS: 20, is: { above: 20 } },
    { point: 'leak-detector/distribution-room', byS: 60, is: { equals: true } },
    { point: 'valve-b1/closed', byS: 205, is: { equals: true } },
    { point: 'leak-detector/distribution-room', byS: 620, is: { equals: false } },
    { point: 'valve-b1/opened', byS: 630, is: { equals: true }, usual: true },
  ],
  undo: [{ action: 'water/repair' }],
}
