import type { Profile } from '../profile.ts'
import { grid, MODBUS, phasesOf, quantity, rows } from './vocabulary.ts'

/** Every value is a float32 in two input registers, high word first; addresses 0-based as on the wire. */
const float = { table: 'input', type: 'float32' }
const thd = { table: 'input', type: 'float32', unit: '%', range: [0, 400], scanMs: 5000 } as const

export const eastronSdm630: Profile = {
  id: 'eastron-sdm630',
  protocols: MODBUS,
  kind: 'electricity-meter',
  name: { 'zh-CN': 'Eastron SDM630 三相多功能电能表', en: 'Eastron SDM630 three-phase energy meter' },
  source: 'Eastron SDM630 Modbus protocol, input registers (function 04)',
  points: [
    ...rows(float, [
      ...phasesOf('voltage', 0x0000, 2),
      ...phasesOf('current', 0x0006, 2),
      ...phasesOf('power', 0x000c, 2),
      ...phasesOf('apparent-power', 0x0012, 2),
      ...phasesOf('reactive-power', 0x0018, 2),
      ...phasesOf('power-factor', 0x001e, 2),
      ['power', 0x0034],
      ['apparent-power', 0x0038],
      ['reactive-power', 0x003c],
      ['power-factor', 0x003e],
      ['frequency', 0x0046],
      ['energy-import', 0x0048],
      ['energy-export', 0x004a],
      ['reactive-energy-import', 0x004c],
      ['reactive-energy-export', 0x004e],
    ]),
    { key: 'voltage-thd-l1', address: 0x00ea, ...thd, name: { 'zh-CN': 'A 相电压总谐波畸变率', en: 'Voltage THD L1' } },
    { key: 'voltage-thd-l2', address: 0x00ec, ...thd, name: { 'zh-CN': 'B 相电压总谐波畸变率', en: 'Voltage THD L2' } },
    { key: 'voltage-thd-l3', address: 0x00ee, ...thd, name: { 'zh-CN': 'C 相电压总谐波畸变率', en: 'Voltage THD L3' } },
    { key: 'voltage-thd', address: 0x00f8, ...thd, name: { 'zh-CN': '平均电压总谐波畸变率', en: 'Voltage THD, mean' } },
    quantity('energy-total', { ...float, address: 0x0156 }),
    quantity('reactive-energy-total', { ...float, address: 0x0158 }),
    ...rows(float, [...phasesOf('energy-import', 0x015a, 2), ...phasesOf('energy-export', 0x0160, 2)]),
  ],
  probe: { facts: [...grid, { key: 'energy-import', good: true }, { key: 'energy-total', good: true }] },
}
