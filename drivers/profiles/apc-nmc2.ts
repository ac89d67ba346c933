import type { Profile } from '../profile.ts'
import { flag, MODBUS, rows } from './vocabulary.ts'

const status = { table: 'holding', address: 3 }

export const apcNmc2: Profile = {
  id: 'apc-nmc2',
  protocols: MODBUS,
  kind: 'ups',
  name: { 'zh-CN': 'APC 网络管理卡 2（UPS）', en: 'APC network management card 2 (UPS)' },
  source: 'wirenboard/wb-mqtt-serial templates/config-apc-nmc2',
  points: [
    ...rows({ table: 'holding', type: 'uint16' }, [
      ['charge', 5],
      ['runtime', 6],
      ['battery-voltage', 7],
      ['temperature', 8],
      ['bad-batteries', 10],
      ['load', 12],
      ['output-voltage', 14],
      ['input-voltage', 17],
      ['frequency', 18],
    ]),
    flag('on-mains', { ...status, bit: 3 }, '市电供电', 'On mains'),
    flag('on-battery', { ...status, bit: 4 }, '电池供电', 'On battery'),
    flag('overload', { ...status, bit: 5 }, '过载', 'Overload'),
    flag('low-battery', { ...status, bit: 6 }, '电池电量低', 'Low battery'),
    flag('replace-battery', { ...status, bit: 7 }, '须换电池', 'Replace battery'),
  ],
  probe: {
    facts: [
      { key: 'charge', good: true },
      { key: 'battery-voltage', within: [8, 500] },
      { key: 'output-voltage', within: [80, 500] },
      { key: 'frequency', within: [45, 65] },
    ],
  },
}
