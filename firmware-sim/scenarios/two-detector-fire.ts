import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  id: 'two-detector-fire',
  title: { 'zh-CN': '两只探测器确认火灾', en: 'Fire confirmed by two detectors' },
  text: {
    'zh-CN':
      'A 座 12 层走廊烟感先报火警，四十秒后前室烟感也报：火灾确认。电梯迫降一层并开门，排烟阀打开、新风防火阀关闭，风机与消火栓泵启动，A 座大堂卷帘先半降、再全降，应急广播。',
    en: 'Tower A, floor 12: one smoke detector, forty seconds later a second one confirms the fire. Lifts go to the ground floor and open, smoke dampers and fans work, hydrant pumps start, the shutter of lobby A comes half way and then down, and people are told to leave.',
  },
  steps: [
    { atS: 5, action: 'fire/detector', body: { zone: 'a-12', detector: 1 } },
    { atS: 45, action: 'fire/detector', body: { zone: 'a-12', detector: 2 } },
  ],
  sees: [
    { point: 'fire-panel/a-12-alarm', byS: 10, is: { equals: true } },
    { point: 'fire-panel/a-12-confirmed', byS: 50, is: { equals: true } },
    { point: 'fire-panel/fire', byS: 50, is: { equals: true } },
    { point: 'fire-panel/lift-recall', byS: 50, is: { equals: true } },
    { point: 'broadcast/evacuation', byS: 50, is: { equals: true } },
    { point: 'fire-panel/exhaust-damper-tower-a', byS: 55, is: { equals: true } },
    { point: 'fire-panel/fire-damper-tower-a', byS: 55, is: { equals: false } },
    { point: 'fire-panel/exhaust-fan-tower-a', byS: 55, is: { equals: true } },
    { point: 'fire-panel/stair-fan-a', byS: 55, is: { equals: true } },
    { point: 'fire-panel/hydrant-pump-start', byS: 55, is: { equals: true } },
    { point: 'fire-panel/shutter-1', byS: 70, is: { equals: 1 } },
    { point: 'lift-a-2/mode', byS: 100, is: { equals: 1 } },
    { point: 'lift-a-2/door-open', byS: 100, is: { equals: true } },
    { point: 'lift-b-1/mode', byS: 100, is: { equals: 1 } },
    { point: 'lift-a-fire/mode', byS: 100, is: { equals: 2 } },
    { point: 'fire-panel/shutter-1', byS: 130, is: { equals: 2 } },
    { point: 'lift-a-fire/floor', byS: 200, is: { equals: 11 } },
  ],
  undo: [{ action: 'fire/clear' }, { action: 'fire/reset' }, { action: 'fire/restore' }],
}
