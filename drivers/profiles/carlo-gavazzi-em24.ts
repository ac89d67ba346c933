import type { Profile } from '../profile.ts'
import { grid, MODBUS, phasesOf, rows } from './vocabulary.ts'

/** 32-bit values come low word first. */
const long = { table: 'input', type: 'int32', order: 'CDAB' }

export const carloGavazziEm24: Profile = {
  id: 'carlo-gavazzi-em24',
  protocols: MODBUS,
  kind: 'electricity-meter',
  name: { 'zh-CN': '佳乐 EM24 三相电能表', en: 'Carlo Gavazzi EM24 three-phase energy meter' },
  source: 'volkszaehler/mbmd meters/rs485/carlogavazzi-em24.go',
  points: [
    ...rows({ ...long, scale: 0.1 }, phasesOf('voltage', 0x00, 2)),
    ...rows({ ...long, scale: 0.001 }, phasesOf('current', 0x0c, 2)),
    ...rows({ ...long, scale: 0.1 }, [...phasesOf('power', 0x12, 2), ['power', 0x28]]),
    ...rows({ table: 'input', type: 'int16', scale: 0.001 }, [
      ...phasesOf('power-factor', 0x32, 1),
      ['power-factor', 0x35],
    ]),
    ...rows({ table: 'input', type: 'int16', scale: 0.1 }, [['frequency', 0x37]]),
    ...rows({ ...long, scale: 0.1 }, [
      ['energy-import', 0x42],
      ...phasesOf('energy-import', 0x46, 2),
      ['energy-export', 0x5c],
    ]),
  ],
  probe: { facts: [...grid, { key: 'energy-import', good: true }] },
}
