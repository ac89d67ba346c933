import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  id: 'lift-trapped',
  title: { 'zh-CN': '电梯困人', en: 'Person trapped in a lift' },
  text: {
    'zh-CN': 'A 座 2 号客梯停在 9 层与 10 层之间，轿厢内有人按响警铃。看困人报警与处置流程；四分钟后技术人员盘车放人。',
    en: 'Lift 2 of tower A stops between floors 9 and 10; somebody inside rings. Watch the alarm and its runbook; after four minutes a technician lowers the car.',
  },
  steps: [
    { atS: 5, action: 'lifts/trap', body: { lift: 2 } },
    { atS: 240, action: 'lifts/release', body: { lift: 2 } },
  ],
  sees: [
    { point: 'lift-a-2/person-trapped', byS: 10, is: { equals: true } },
    { point: 'lift-a-2/alarm-bell', byS: 10, is: { equals: true } },
    { point: 'lift-a-2/fault', byS: 10, is: { equals: 41 } },
    { point: 'lift-a-2/in-service', byS: 10, is: { equals: false } },
    { point: 'lift-a-2/person-trapped', byS: 250, is: { equals: false } },
    { point: 'lift-a-2/floor', byS: 250, is: { equals: 9 } },
    { point: 'lift-a-2/door-open', byS: 250, is: { equals: true } },
    { point: 'lift-a-2/fault', byS: 250, is: { equals: 0 } },
  ],
  undo: [{ action: 'lifts/release', body: { lift: 2 } }],
}
