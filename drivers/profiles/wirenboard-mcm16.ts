import type { Profile } from '../profile.ts'
import { flag, MODBUS, rows } from './vocabulary.ts'

const inputs = Array.from({ length: 16 }, (_, i) => i + 1)

export const wirenboardMcm16: Profile = {
  id: 'wirenboard-mcm16',
  protocols: MODBUS,
  kind: 'pulse-counter',
  name: { 'zh-CN': 'Wiren Board WB-MCM16 脉冲计数模块', en: 'Wiren Board WB-MCM16 pulse counter' },
  source: 'wirenboard/wb-mqtt-serial templates/config-wb-mcm16',
  points: [
    ...inputs.map(n => flag(`input-${n}`, { table: 'discrete', address: n - 1 }, `输入 ${n}`, `Input ${n}`)),
    ...inputs.map(n => ({
      key: `count-${n}`,
      name: { 'zh-CN': `输入 ${n} 脉冲数`, en: `Input ${n}, pulses` },
      table: 'input',
      address: 16 + n * 4,
      type: 'uint64',
      range: [0, 1e15] as const,
      scanMs: 5000,
    })),
    ...rows({ table: 'input', type: 'uint16', scale: 0.001 }, [['supply-voltage', 121]]),
    ...rows({ table: 'input', type: 'uint32' }, [
      ['uptime', 104],
      ['serial-number', 270],
    ]),
  ],
  probe: {
    facts: [
      { key: 'supply-voltage', within: [5, 40] },
      { key: 'serial-number', good: true },
      { key: 'count-1', good: true },
      { key: 'count-16', good: true },
    ],
  },
}
