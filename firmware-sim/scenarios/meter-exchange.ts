import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  id: 'meter-exchange',
  title: { 'zh-CN': '换表', en: 'Meter exchanged' },
  text: {
    'zh-CN': '1201 室换了新电表，新表底数 0.4 kW·h。看：表码从一万多跳到 0.4，此后照常增加；抄表时要分两段算。',
    en:
      'Flat 1201 gets a new meter that begins at 0.4 kW.h. Watch the index jump down from many thousands and go on ' +
      'from there: its reading has to be settled in two parts.',
  },
  steps: [{ atS: 0, action: 'meters/exchange', body: { meter: 'em-a-1201', index: 0.4 } }],
  sees: [{ point: 'em-a-1201/energy-import', byS: 45, is: { below: 100 } }],
  undo: [{ action: 'meters/restore', body: { meter: 'em-a-1201' } }],
}
