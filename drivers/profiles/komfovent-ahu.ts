import type { Profile } from '../profile.ts'
import { MODBUS, rows } from './vocabulary.ts'

const float = { table: 'holding', type: 'float32' }

export const komfoventAhu: Profile = {
  id: 'komfovent-ahu',
  protocols: MODBUS,
  kind: 'air-handling-unit',
  name: { 'zh-CN': 'Komfovent 空气处理机组', en: 'Komfovent air handling unit' },
  source: 'wirenboard/wb-mqtt-serial templates/config-komfovent',
  points: [
    ...rows(float, [
      ['outdoor-temperature', 128],
      ['room-temperature', 130],
      ['supply-air-temperature', 132],
      ['frost-temperature', 136],
      ['return-temperature', 138],
      ['supply-pressure', 140],
      ['exhaust-pressure', 142],
      ['supply-fan', 144],
      ['exhaust-fan', 146],
      ['supply-flow', 148],
      ['exhaust-flow', 150],
      ['electric-heater', 156],
      ['setpoint', 171],
    ]),
    ...rows({ table: 'holding', type: 'uint16' }, [
      ['status', 162],
      ['set-status', 169],
      ['intensity', 170],
    ]),
    // Two parts of the clock share a register.
    ...rows({ table: 'holding', type: 'uint8', address: 257 }, [
      ['month', 257, { byte: 'high' }],
      ['day', 257, { byte: 'low' }],
    ]),
  ],
  probe: {
    facts: [
      { key: 'month', good: true },
      { key: 'day', good: true },
      { key: 'supply-air-temperature', within: [-40, 80] },
      { key: 'room-temperature', within: [-20, 60] },
    ],
  },
}
