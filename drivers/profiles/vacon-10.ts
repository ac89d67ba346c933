import type { Profile } from '../profile.ts'
import { flag, MODBUS, quantity, rows } from './vocabulary.ts'

const word = { table: 'input', type: 'uint16' }
const status = { table: 'input', address: 2100 }

export const vacon10: Profile = {
  id: 'vacon-10',
  protocols: MODBUS,
  kind: 'drive',
  name: { 'zh-CN': '伟肯 Vacon 10 变频器', en: 'Vacon 10 drive' },
  source: 'wirenboard/wb-mqtt-serial templates/config-vacon10',
  points: [
    ...rows({ ...word, scale: 0.01 }, [
      ['output-frequency', 0],
      ['motor-current', 2],
      ['set-frequency', 24],
    ]),
    ...rows({ ...word, scale: 0.1 }, [
      ['motor-torque', 3],
      ['motor-power', 4],
      ['motor-voltage', 5],
      ['pid-setpoint', 19],
      ['pid-feedback', 20],
    ]),
    ...rows(word, [
      ['motor-speed', 1],
      ['dc-link-voltage', 6],
      ['inverter-temperature', 7],
      ['energy-megawatt-hours', 826],
      ['operating-days', 827],
      ['operating-hours', 828, { range: [0, 24] }],
      ['running-days', 839],
      ['running-hours', 840, { range: [0, 24] }],
      ['fault-count', 841],
      ['fault-code', 2110],
    ]),
    flag('ready', { ...status, bit: 0 }, '就绪', 'Ready'),
    flag('running', { ...status, bit: 1 }, '运行', 'Running'),
    flag('reverse', { ...status, bit: 2 }, '反转', 'Reverse'),
    flag('tripped', { ...status, bit: 3 }, '故障停机', 'Fault'),
  ],
  probe: {
    points: [{ ...quantity('dc-link-voltage', { ...word, address: 2109 }), key: 'dc-link-voltage-fieldbus' }],
    facts: [
      { key: 'dc-link-voltage', within: [150, 900] },
      { key: 'dc-link-voltage-fieldbus', within: [150, 900] },
      { key: 'inverter-temperature', within: [1, 120] },
      { key: 'operating-hours', good: true },
    ],
  },
}
