import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  id: 'meter-rollover',
  title: { 'zh-CN': '电表翻转', en: 'Meter rolls over' },
  text: {
    'zh-CN':
      '岛柜电表（PZEM-016，量程 9999.99 kW·h）走到头，从零重新计数。看：表码先接近一万，随后变成零点几，功率一直正常：这不是换表，也不是负用电量。',
    en:
      'The meter of a kiosk (PZEM-016, 9999.99 kW.h) comes to the end of its scale and begins at zero. Watch the ' +
      'index near ten thousand and then near nothing, with the power as before: no exchange, and no negative ' +
      'consumption.',
  },
  steps: [{ atS: 0, action: 'meters/wind', body: { meter: 'em-kiosk-1', before: 0.012 } }],
  sees: [
    { point: 'em-kiosk-1/energy-import', byS: 25, is: { above: 9999.9 } },
    { point: 'em-kiosk-1/energy-import', byS: 600, is: { below: 1 } },
  ],
  undo: [{ action: 'meters/restore', body: { meter: 'em-kiosk-1' } }],
}
