import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  id: 'sump-flood',
  title: { 'zh-CN': '暴雨倒灌，集水坑满溢', en: 'Rain floods the sump pit' },
  text: {
    'zh-CN':
      '暴雨流入地下二层集水坑，超过两台潜污泵的排量：水位上升，高位浮球报警，坑水漫到地面。4 分钟后雨停，水被排净。',
    en: 'Rain runs into the pit of basement 2, more than its two pumps can take: the level rises, the high float reports, water stands on the floor. The rain ends after 4 minutes and the pumps empty the pit.',
  },
  steps: [
    { atS: 0, action: 'water/inflow', body: { pit: 1, m3h: 150 } },
    { atS: 240, action: 'water/inflow', body: { pit: 1, m3h: 0 } },
  ],
  sees: [
    { point: 'sump-pit-1/level', byS: 90, is: { above: 56 } },
    { point: 'sump-pit-1/high-float', byS: 200, is: { equals: true } },
    { point: 'leak-detector/sump-b2', byS: 230, is: { equals: true } },
    { point: 'leak-detector/sump-b2', byS: 700, is: { equals: false } },
    { point: 'sump-pit-1/high-float', byS: 800, is: { equals: false } },
  ],
  undo: [{ action: 'water/inflow', body: { pit: 1, m3h: 0 } }],
}
