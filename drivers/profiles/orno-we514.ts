import type { Profile } from '../profile.ts'
import { MODBUS, rows } from './vocabulary.ts'

const long = { table: 'holding', type: 'uint32' }

export const ornoWe514: Profile = {
  id: 'orno-we514',
  protocols: MODBUS,
  kind: 'electricity-meter',
  name: { 'zh-CN': 'ORNO WE-514、WE-515 单相电能表', en: 'ORNO WE-514, WE-515 single-phase energy meter' },
  // The comment and the code of the source differ in the unit of the power; the code (W) is taken.
  source: 'volkszaehler/mbmd meters/rs485/orno1p.go',
  draft: true,
  points: [
    ...rows({ table: 'holding', type: 'uint16', scale: 0.01 }, [
      ['frequency', 0x0130],
      ['voltage', 0x0131],
    ]),
    ...rows({ ...long, scale: 0.001 }, [['current', 0x0139, { range: [0, 120] }]]),
    ...rows(long, [
      ['power', 0x0140, { range: [0, 30_000] }],
      ['reactive-power', 0x0148, { range: [0, 30_000] }],
      ['apparent-power', 0x0150, { range: [0, 30_000] }],
    ]),
    ...rows({ table: 'holding', type: 'uint16', scale: 0.001 }, [['power-factor', 0x0158]]),
    ...rows({ ...long, scale: 0.01 }, [
      ['energy-total', 0xa000],
      ['energy-tariff-1', 0xa002],
      ['energy-tariff-2', 0xa004],
    ]),
  ],
  probe: {
    facts: [
      { key: 'voltage', within: [80, 300] },
      { key: 'frequency', within: [45, 65] },
      { key: 'energy-total', good: true },
    ],
  },
}
