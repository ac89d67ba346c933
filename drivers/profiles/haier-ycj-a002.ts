import type { Profile } from '../profile.ts'
import { flag, MODBUS, rows } from './vocabulary.ts'

export const haierYcjA002: Profile = {
  id: 'haier-ycj-a002',
  protocols: MODBUS,
  kind: 'air-conditioner',
  name: { 'zh-CN': '海尔 YCJ-A002 空调网关', en: 'Haier YCJ-A002 air conditioner gateway' },
  source: 'wirenboard/wb-mqtt-serial templates/config-haier-ycj-a002',
  points: [
    flag('on', { table: 'coil', address: 0, writable: true }, '开机', 'On'),
    ...rows({ table: 'holding', type: 'uint16' }, [
      ['setpoint', 0, { range: [0, 50], writable: true }],
      ['mode', 1],
      ['fan', 2],
      ['lock', 3],
    ]),
    ...rows({ table: 'input' }, [
      ['room-temperature', 0, { type: 'int16' }],
      ['alarm-code', 1],
      ['device-count', 2],
    ]),
  ],
  probe: {
    facts: [
      { key: 'setpoint', within: [10, 35] },
      { key: 'room-temperature', within: [-20, 60] },
      { key: 'device-count', within: [1, 128] },
      { key: 'on', good: true },
    ],
  },
}
