import type { Profile } from '../profile.ts'
import { MODBUS, quantity, rows } from './vocabulary.ts'

const float = { table: 'input', type: 'float32' }

export const eastronSdm120: Profile = {
  id: 'eastron-sdm120',
  protocols: MODBUS,
  kind: 'electricity-meter',
  name: { 'zh-CN': 'Eastron SDM120 单相电能表', en: 'Eastron SDM120 single-phase energy meter' },
  source: 'volkszaehler/mbmd meters/rs485/sdm120.go; wirenboard/wb-mqtt-serial templates/config-sdm120',
  points: rows(float, [
    ['voltage', 0x0000],
    ['current', 0x0006, { range: [0, 100] }],
    ['power', 0x000c, { range: [-25_000, 25_000] }],
    ['apparent-power', 0x0012, { range: [0, 25_000] }],
    ['reactive-power', 0x0018, { range: [-25_000, 25_000] }],
    ['power-factor', 0x001e],
    ['frequency', 0x0046],
    ['energy-import', 0x0048],
    ['energy-export', 0x004a],
    ['reactive-energy-import', 0x004c],
    ['reactive-energy-export', 0x004e],
    ['energy-total', 0x0156],
    ['reactive-energy-total', 0x0158],
  ]),
  probe: {
    // Its three-phase sister has the same map and more: only the second phase tells them apart.
    points: [quantity('voltage-l2', { ...float, address: 0x0002 })],
    facts: [
      { key: 'voltage', within: [80, 300] },
      { key: 'frequency', within: [45, 65] },
      { key: 'energy-import', good: true },
      { key: 'voltage-l2', absent: true },
    ],
  },
}
