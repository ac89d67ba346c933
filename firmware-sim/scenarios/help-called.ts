import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  id: 'help-called',
  title: { 'zh-CN': '有人按下求助按钮', en: 'Somebody calls for help' },
  text: {
    'zh-CN': '地下车库有人按下求助按钮：最高级别报警，带位置。',
    en: 'Somebody presses the help button in the car park: an alarm of the highest priority, with the place.',
  },
  steps: [{ atS: 0, action: 'sensors/help', body: { space: 'car-park-b2', on: true } }],
  sees: [{ point: 'help-car-park-b2/call', byS: 5, is: { equals: true } }],
  undo: [{ action: 'sensors/help', body: { space: 'car-park-b2', on: false } }],
}
