import type { Profile } from '../profile.ts'
import { MODBUS, phasesOf, rows } from './vocabulary.ts'

/** 20000: the sensor is disabled; 50000: its wire is open. */
const word = { table: 'holding', type: 'uint16', noValue: [20_000, 50_000] }
const code = { table: 'holding', type: 'uint16' }
const long = { table: 'holding', type: 'uint32' }

export const mebayDc90dr: Profile = {
  id: 'mebay-dc90dr',
  protocols: MODBUS,
  kind: 'generator',
  name: { 'zh-CN': 'Mebay DC90DR、DC92DR 发电机组控制器', en: 'Mebay DC90DR, DC92DR genset controller' },
  // 19200 8N1; an answer may take 500 ms. Start and stop are left out: they need more than a point.
  source: 'a public driver for Mebay DC90DR; the frequency of the mains is left out, as its scale is not given',
  points: [
    ...rows(word, [['engine-speed', 0x1000]]),
    ...rows({ ...word, scale: 0.1 }, [
      ['battery-voltage', 0x1001],
      ['frequency', 0x1009],
    ]),
    ...rows(word, [
      ...phasesOf('voltage', 0x100a, 1),
      ...phasesOf('current', 0x1010, 1),
      ['generator-power', 0x101b],
      ...phasesOf('mains-voltage', 0x1025, 1),
      ['oil-pressure', 0x1053],
      ['water-temperature', 0x1054],
      ['fuel-level', 0x1058],
    ]),
    ...rows({ ...long, scale: 0.1 }, [['running-hours', 0x1036]]),
    ...rows(long, [['energy', 0x103d]]),
    ...rows(code, [
      ['gear', 0x103f],
      [
        'transfer-switch',
        0x1040,
        {
          enum: {
            '0': { 'zh-CN': '市电', en: 'mains' },
            '102': { 'zh-CN': '断开', en: 'open' },
            '153': { 'zh-CN': '发电', en: 'generator' },
          },
        },
      ],
      ['run-state', 0x1041],
      ['alarm-code', 0x1043],
      ['warnings-1', 0x1044],
      ['warnings-2', 0x1045],
      ['warnings-3', 0x1046],
      ['warnings-4', 0x1047],
    ]),
  ],
  probe: {
    facts: [
      { key: 'battery-voltage', within: [6, 36] },
      { key: 'transfer-switch', equals: [0, 0x66, 0x99] },
      { key: 'engine-speed', good: true },
      { key: 'running-hours', good: true },
    ],
  },
}
