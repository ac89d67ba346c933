import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  id: 'alarm-flood',
  title: { 'zh-CN': '两千条报警涌入', en: 'A flood of 2,000 alarms' },
  text: {
    'zh-CN':
      '综合输入柜失去现场电源：十秒内两千个触点成片报警，一分钟后恢复。看报警列表是否仍能使用、生命报警是否仍在最前。',
    en: 'The I/O cabinet loses its field supply: 2,000 contacts go into alarm within ten seconds, row by row, and come back after a minute. Is the alarm list still of use, and is a life alarm still on top?',
  },
  steps: [
    { atS: 5, action: 'flood/start', body: { points: 2000, perS: 200 } },
    { atS: 75, action: 'flood/stop' },
  ],
  sees: [
    { point: 'io-cabinet/c-0001', byS: 10, is: { equals: true } },
    { point: 'io-cabinet/c-0926', byS: 12, is: { equals: true } },
    { point: 'io-cabinet/c-1100', byS: 20, is: { equals: true } },
    { point: 'io-cabinet/c-2000', byS: 20, is: { equals: true } },
    { point: 'io-cabinet/c-0001', byS: 80, is: { equals: false } },
    { point: 'io-cabinet/c-2000', byS: 80, is: { equals: false } },
  ],
  undo: [{ action: 'flood/stop' }],
}
