import type { Profile } from '../profile.ts'
import { flag, MODBUS, rows } from './vocabulary.ts'

const word = { table: 'holding', type: 'uint16' }
const long = { table: 'holding', type: 'uint32' }
const status = { table: 'holding', address: 50_199 }

export const danfossFc51: Profile = {
  id: 'danfoss-fc51',
  protocols: MODBUS,
  kind: 'drive',
  name: { 'zh-CN': '丹佛斯 FC 51 变频器', en: 'Danfoss FC 51 drive' },
  // Address = parameter number x 10 - 1. The control word is left out: starting a motor needs more than a point.
  source: 'wirenboard/wb-mqtt-serial templates/config-danfoss-fc51',
  points: [
    ...rows({ table: 'holding', type: 'int32', scale: 0.001 }, [['set-frequency', 16_009]]),
    ...rows({ ...word, scale: 0.1 }, [['output-frequency', 16_129]]),
    ...rows({ ...word, scale: 0.01 }, [['motor-current', 16_139]]),
    ...rows(word, [
      ['motor-voltage', 16_119],
      ['dc-link-voltage', 16_299],
    ]),
    ...rows({ table: 'holding', type: 'uint8' }, [
      ['heatsink-temperature', 16_339],
      ['thermal-motor', 16_179],
      ['thermal-inverter', 16_349],
    ]),
    ...rows(long, [
      ['operating-hours', 14_999],
      ['running-hours', 15_009],
      ['energy', 15_019],
      ['alarm-word', 16_899],
      ['warning-word', 16_919],
    ]),
    flag('control-ready', { ...status, bit: 0 }, '控制就绪', 'Control ready'),
    flag('ready', { ...status, bit: 1 }, '就绪', 'Drive ready'),
    flag('tripped', { ...status, bit: 3 }, '报警停机', 'Alarm'),
    flag('remote', { ...status, bit: 9 }, '远程', 'Remote'),
    flag('running', { ...status, bit: 11 }, '运行', 'Running'),
    ...rows({ ...word, scale: 0.0061035, writable: true }, [['speed-setpoint', 50_009]]),
  ],
  probe: {
    facts: [
      { key: 'dc-link-voltage', within: [150, 900] },
      { key: 'heatsink-temperature', within: [1, 120] },
      { key: 'operating-hours', good: true },
      { key: 'running-hours', good: true },
    ],
  },
}
