import type { Profile } from '../profile.ts'
import { grid, MODBUS, phasesOf, rows } from './vocabulary.ts'

/** What the meter has not is all ones, or the greatest number of a signed register. */
const unsigned32 = { table: 'holding', type: 'uint32', noValue: 0xffff_ffff }
const energy = { table: 'holding', type: 'uint64', scale: 0.01, noValue: 2 ** 64 - 1 }

export const abbB23: Profile = {
  id: 'abb-b23',
  protocols: MODBUS,
  kind: 'electricity-meter',
  name: { 'zh-CN': 'ABB A43、B23、B24 电能表', en: 'ABB A43, B23, B24 energy meter' },
  source: 'volkszaehler/mbmd meters/rs485/abb.go',
  points: [
    ...rows({ ...unsigned32, scale: 0.1 }, phasesOf('voltage', 0x5b00, 2)),
    ...rows({ ...unsigned32, scale: 0.01 }, phasesOf('current', 0x5b0c, 2)),
    ...rows({ table: 'holding', type: 'int32', scale: 0.01, noValue: 0x7fff_ffff }, [
      ['power', 0x5b14],
      ...phasesOf('power', 0x5b16, 2),
    ]),
    ...rows({ table: 'holding', type: 'uint16', scale: 0.01, noValue: 0xffff }, [['frequency', 0x5b2c]]),
    ...rows({ table: 'holding', type: 'int16', scale: 0.001, noValue: 0x7fff }, [
      ['power-factor', 0x5b3a],
      ...phasesOf('power-factor', 0x5b3b, 1),
    ]),
    ...rows(energy, [
      ['energy-import', 0x5000],
      ['energy-export', 0x5004],
      ...phasesOf('energy-import', 0x5460, 4),
      ...phasesOf('energy-export', 0x546c, 4),
    ]),
  ],
  probe: { facts: [...grid, { key: 'energy-import', good: true }] },
}
