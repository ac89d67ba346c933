import type { Profile } from '../profile.ts'
import { flag, MODBUS, rows } from './vocabulary.ts'

const word = { table: 'holding', type: 'uint16' }
const signed = { table: 'holding', type: 'int16' }
const bits = { table: 'input', address: 0x2002 }

export const vedaVf51: Profile = {
  id: 'veda-vf51',
  protocols: MODBUS,
  kind: 'drive',
  name: { 'zh-CN': 'VEDA VF-51 变频器', en: 'VEDA VF-51 drive' },
  source: 'wirenboard/wb-mqtt-serial templates/config-veda-vf51',
  points: [
    ...rows({ ...word, scale: 0.01 }, [
      ['set-frequency', 0x2100],
      ['output-frequency', 0x2101],
      ['motor-current', 0x2102],
    ]),
    ...rows({ ...word, scale: 0.1 }, [
      ['input-voltage', 0x2103],
      ['motor-voltage', 0x2104],
      ['dc-link-voltage', 0x210b],
    ]),
    ...rows(signed, [['motor-speed', 0x2105]]),
    ...rows({ ...signed, scale: 0.1 }, [
      ['motor-torque', 0x2107],
      ['pid-setpoint', 0x2108],
      ['pid-feedback', 0x2109],
      ['motor-power', 0x210a],
      ['inverter-temperature', 0x210c],
      ['heatsink-temperature', 0x210d],
    ]),
    ...rows(word, [
      ['fault-code', 0x2003],
      ['warning-code', 0x2010],
    ]),
    flag('running', { table: 'holding', address: 0x2002, bit: 0 }, '运行', 'Running'),
    flag('over-speed', { ...bits, bit: 1 }, '超速', 'Over-speed'),
    flag('braking', { ...bits, bit: 2 }, '制动', 'Braking'),
    flag('tripped', { ...bits, bit: 4 }, '故障停机', 'Fault'),
  ],
  probe: {
    facts: [
      { key: 'dc-link-voltage', within: [150, 900] },
      { key: 'input-voltage', within: [80, 500] },
      { key: 'inverter-temperature', good: true },
    ],
  },
}
