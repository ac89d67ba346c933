import type { Profile } from '../profile.ts'
import { flag, MODBUS, rows } from './vocabulary.ts'

const tenth = { type: 'int16', scale: 0.1 }
const discrete = (address: number) => ({ table: 'discrete', address })

export const eliwellId974lx: Profile = {
  id: 'eliwell-id974lx',
  protocols: MODBUS,
  kind: 'cold-room',
  name: { 'zh-CN': '伊利威 ID 974 LX 冷库控制器', en: 'Eliwell ID 974 LX cold room controller' },
  // The relays 1474-1476 are left out: the source does not say in which table they are.
  source: 'wirenboard/wb-mqtt-serial templates/config-eliwell-id-974-lx-wb-ref',
  points: [
    ...rows({ ...tenth, table: 'input' }, [
      ['probe-1-temperature', 20_286],
      ['probe-2-temperature', 20_288],
    ]),
    ...rows({ ...tenth, table: 'holding', writable: true }, [['setpoint', 24_128]]),
    flag('high-temperature', discrete(1894), '高温报警', 'High temperature alarm'),
    flag('low-temperature', discrete(1895), '低温报警', 'Low temperature alarm'),
    flag('external-alarm', discrete(1944), '外部报警', 'External alarm'),
    flag('door-open', discrete(1947), '门未关报警', 'Door open alarm'),
  ],
  probe: {
    facts: [
      { key: 'probe-1-temperature', within: [-60, 100] },
      { key: 'setpoint', within: [-60, 60] },
      { key: 'door-open', good: true },
    ],
  },
}
