import type { Profile } from '../profile.ts'
import { MODBUS, phasesOf, rows } from './vocabulary.ts'

/** The meter does not know its transformers: the equipment's `multiplier` does. */
const float = { table: 'holding', type: 'float32' }
const power = { ...float, multiplied: 'power' }

export const chintDtsu666: Profile = {
  id: 'chint-dtsu666',
  protocols: MODBUS,
  kind: 'electricity-meter',
  name: { 'zh-CN': '正泰 DTSU666 三相电能表', en: 'Chint DTSU666 three-phase energy meter' },
  source: 'volkszaehler/mbmd meters/rs485/dtsu666.go',
  points: [
    ...rows({ ...float, scale: 0.1, multiplied: 'voltage' }, phasesOf('voltage', 0x2006, 2)),
    ...rows({ ...float, scale: 0.001, multiplied: 'current' }, phasesOf('current', 0x200c, 2)),
    ...rows({ ...power, scale: 0.1 }, [
      ['power', 0x2012],
      ...phasesOf('power', 0x2014, 2),
      ['reactive-power', 0x201a],
      ...phasesOf('reactive-power', 0x201c, 2),
    ]),
    ...rows({ ...float, scale: 0.001 }, [['power-factor', 0x202a], ...phasesOf('power-factor', 0x202c, 2)]),
    ...rows({ ...float, scale: 0.01 }, [['frequency', 0x2044]]),
    ...rows(power, [
      ['energy-import', 0x101e],
      ...phasesOf('energy-import', 0x1020, 2),
      ['energy-export', 0x1028],
      ...phasesOf('energy-export', 0x102a, 2),
    ]),
  ],
  probe: {
    // Behind 100 V transformers a phase has 57.7 V.
    facts: [
      { key: 'voltage-l1', within: [40, 300] },
      { key: 'voltage-l2', within: [40, 300] },
      { key: 'voltage-l3', within: [40, 300] },
      { key: 'frequency', within: [45, 65] },
      { key: 'energy-import', good: true },
    ],
  },
}
