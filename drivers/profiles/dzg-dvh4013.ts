import type { Profile } from '../profile.ts'
import { grid, MODBUS, phasesOf, rows } from './vocabulary.ts'

const long = { table: 'holding', type: 'uint32' }

export const dzgDvh4013: Profile = {
  id: 'dzg-dvh4013',
  protocols: MODBUS,
  kind: 'electricity-meter',
  name: { 'zh-CN': 'DZG DVH4013 三相电能表', en: 'DZG DVH4013 three-phase energy meter' },
  // 0x0014 and 0x0016, right behind the frequency, are refused with exception 02.
  source: 'volkszaehler/mbmd meters/rs485/dzg.go',
  points: [
    ...rows({ ...long, scale: 0.1 }, [
      ['power-import', 0x0000],
      ['power-export', 0x0002],
    ]),
    ...rows({ ...long, scale: 0.01 }, phasesOf('voltage', 0x0004, 2)),
    ...rows({ ...long, scale: 0.001 }, [
      ...phasesOf('current', 0x000a, 2),
      ['power-factor', 0x0010],
      ['frequency', 0x0012],
      ['energy-import', 0x4000],
      ...phasesOf('energy-import', 0x4020, 0x20),
      ['energy-export', 0x4100],
      ...phasesOf('energy-export', 0x4120, 0x20),
    ]),
  ],
  probe: { facts: [...grid, { key: 'energy-import', good: true }] },
}
