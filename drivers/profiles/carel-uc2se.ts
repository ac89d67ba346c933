import type { Profile } from '../profile.ts'
import { flag, MODBUS, rows } from './vocabulary.ts'

const tenth = { type: 'int16', scale: 0.1 }
const discrete = (address: number) => ({ table: 'discrete', address })
const coil = (address: number) => ({ table: 'coil', address })

export const carelUc2se: Profile = {
  id: 'carel-uc2se',
  protocols: MODBUS,
  kind: 'chiller',
  name: { 'zh-CN': '卡乐 µC2SE 冷水机/热泵控制器', en: 'Carel µC2SE chiller controller' },
  source: 'wirenboard/wb-mqtt-serial templates/config-carel-uc2se',
  points: [
    ...rows({ ...tenth, table: 'holding', writable: true }, [['setpoint', 439]]),
    ...rows({ ...tenth, table: 'input' }, [
      ['probe-1-temperature', 506],
      ['probe-2-temperature', 510],
      ['probe-3-temperature', 511],
    ]),
    flag('alarm', discrete(42), '总报警', 'General alarm'),
    flag('warning', discrete(48), '警告', 'Warning'),
    flag('compressor-alarm', discrete(34), '压缩机报警', 'Compressor alarm'),
    flag('probe-alarm', discrete(46), '探头报警', 'Probe alarm'),
    flag('fan-alarm', discrete(56), '风机报警', 'Fan alarm'),
    flag('temperature-warning', discrete(61), '温度警告', 'Temperature warning'),
    flag('on', coil(53), '开机', 'On'),
    flag('heating', coil(71), '制热（否则制冷）', 'Heating (otherwise cooling)'),
    flag('output-1', coil(54), '输出 1', 'Output 1'),
    flag('output-2', coil(63), '输出 2', 'Output 2'),
    flag('output-3', coil(58), '输出 3', 'Output 3'),
    flag('output-4', coil(62), '输出 4', 'Output 4'),
    flag('output-5', coil(50), '输出 5', 'Output 5'),
  ],
  probe: {
    facts: [
      { key: 'setpoint', within: [-30, 70] },
      { key: 'probe-1-temperature', within: [-40, 90] },
      { key: 'probe-2-temperature', within: [-40, 90] },
      { key: 'alarm', good: true },
    ],
  },
}
