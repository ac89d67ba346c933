import type { Profile } from '../profile.ts'
import { flag, MODBUS, rows } from './vocabulary.ts'

const discrete = (address: number) => ({ table: 'discrete', address })

export const driventv2: Profile = {
  id: 'driventv2',
  protocols: MODBUS,
  kind: 'smoke-vent',
  name: { 'zh-CN': 'DriventV2 门窗、排烟窗驱动器', en: 'DriventV2 door and smoke vent operator' },
  // The time to close by itself is left out: the source does not say in which table it is.
  source: 'wirenboard/wb-mqtt-serial templates/config-driventv2',
  points: [
    ...rows({ table: 'holding', type: 'uint16' }, [
      ['target-position', 1, { writable: true }],
      ['speed', 2],
    ]),
    ...rows({ table: 'input', type: 'uint16' }, [
      ['position', 30],
      ['version', 36],
    ]),
    flag('error-1', discrete(70), '错误 1', 'Error 1'),
    flag('error-2', discrete(71), '错误 2', 'Error 2'),
    flag('error-3', discrete(72), '错误 3', 'Error 3'),
    flag('error-4', discrete(73), '错误 4', 'Error 4'),
  ],
  probe: {
    facts: [
      { key: 'version', good: true },
      { key: 'position', good: true },
      { key: 'target-position', good: true },
      { key: 'error-1', good: true },
      { key: 'error-4', good: true },
    ],
  },
}
