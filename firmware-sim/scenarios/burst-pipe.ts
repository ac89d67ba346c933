import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  id: 'burst-pipe',
  title: { 'zh-CN': '车库水管爆裂', en: 'Burst pipe in the car park' },
  text: {
    'zh-CN':
      '地下二层给水管在车库爆裂：该区流量猛增、压力下降，地面有水，集水坑水位上升、潜污泵启动，生活水箱液位下降。15 分钟后关闭该区供水阀，水流停止。',
    en: 'A pipe of basement 2 bursts in the car park: flow of the zone up, its pressure down, water on the floor, the sump rises and is pumped, the tank falls. After 15 minutes the supply valve of the zone is closed and it ends.',
  },
  steps: [
    { atS: 0, action: 'water/burst', body: { place: 'car-park-b2' } },
    { atS: 900, action: 'water/valve', body: { zone: 'b2', open: false } },
  ],
  sees: [
    { point: 'valve-b2/flow', byS: 20, is: { above: 20 } },
    { point: 'valve-b2/pressure', byS: 30, is: { below: 4 } },
    { point: 'leak-detector/car-park-b2', byS: 90, is: { equals: true } },
    { point: 'sump-pit-1/level', byS: 320, is: { above: 56 } },
    { point: 'tank-b1/level', byS: 900, is: { below: 82 } },
    { point: 'valve-b2/closed', byS: 925, is: { equals: true } },
    { point: 'valve-b2/flow', byS: 930, is: { below: 0.1 } },
    { point: 'leak-detector/car-park-b2', byS: 1500, is: { equals: false } },
  ],
  undo: [{ action: 'water/repair' }],
}
