import type { Profile } from '../profile.ts'
import { MODBUS, rows } from './vocabulary.ts'

const long = { table: 'input', type: 'uint32', order: 'CDAB' }
const short = { table: 'input', type: 'uint16' }

export const peacefairPzem016: Profile = {
  id: 'peacefair-pzem016',
  protocols: MODBUS,
  kind: 'electricity-meter',
  name: { 'zh-CN': 'Peacefair PZEM-016 单相测量模块', en: 'Peacefair PZEM-016 single-phase module' },
  // Two sources differ in the scale of the energy by ten.
  source: 'wirenboard/wb-mqtt-serial templates/config-pzem-016',
  draft: true,
  points: [
    ...rows({ ...short, scale: 0.1 }, [['voltage', 0]]),
    ...rows({ ...long, scale: 0.001 }, [['current', 1, { range: [0, 110] }]]),
    ...rows({ ...long, scale: 0.1 }, [['power', 3, { range: [0, 25_000] }]]),
    ...rows({ ...long, scale: 0.001 }, [['energy-import', 5]]),
    ...rows({ ...short, scale: 0.1 }, [['frequency', 7]]),
    ...rows({ ...short, scale: 0.01 }, [['power-factor', 8]]),
  ],
  probe: {
    facts: [
      { key: 'voltage', within: [80, 300] },
      { key: 'frequency', within: [45, 65] },
      { key: 'current', good: true },
      { key: 'power-factor', within: [0, 1] },
    ],
  },
}
