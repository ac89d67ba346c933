import { type Pack, packText } from '../pack.ts'

const electric = ['electricity-meter', 'power-meter']
const all = [...electric, 'water-meter', 'gas-meter', 'heat-meter', 'cold-meter', 'flow-meter', 'pulse-counter']
const registers = ['energy-import', 'energy-total', 'energy', 'volume', 'volume-positive', 'heat', 'count-*']

/** 计量: 电表、水表、冷热量表. Clauses: 抄表 (S10, F29: missing meters), 远程抄表系统 (S52). */
export const meters: Pack = {
  id: 'meters',
  name: packText('计量', 'Meters'),
  rules: [
    {
      id: 'no-reading',
      kinds: all,
      keys: registers,
      when: { silentS: 86400 },
      severity: 'low',
      delayOnS: 0,
      delayOffS: 0,
      text: packText('一天没有抄到读数', 'No reading for a day'),
      order: { class: 'general' },
      source: '抄表 S10、F29：缺表须查明',
    },
    {
      // 235.4 V: 7 % above 220 V
      id: 'overvoltage',
      kinds: electric,
      keys: ['voltage-l1', 'voltage-l2', 'voltage-l3'],
      when: { above: 235.4, deadband: 3 },
      severity: 'medium',
      delayOnS: 60,
      delayOffS: 60,
      text: packText('相电压高', 'Phase voltage high'),
      source: '网关缺省值（参照 GB/T 12325：220 V 的 +7 %）',
    },
    {
      id: 'power-factor',
      kinds: electric,
      keys: ['power-factor', 'power-factor-total'],
      when: { below: 0.9, deadband: 0.03 },
      severity: 'low',
      delayOnS: 3600,
      delayOffS: 600,
      text: packText('功率因数低，可能加收力调电费', 'Power factor low: the utility may charge for it'),
      source: '网关缺省值（参照力率调整电费 0.90）',
    },
    {
      id: 'weak-signal',
      kinds: ['flow-meter', 'water-meter', 'heat-meter', 'cold-meter'],
      keys: ['signal-quality'],
      when: { below: 60, deadband: 5 },
      severity: 'low',
      delayOnS: 600,
      delayOffS: 600,
      text: packText('流量计信号弱，读数不可靠', 'Flow meter has a weak signal: do not rely on it'),
      order: { class: 'general' },
      source: '抄表 S10；限值为网关缺省值',
    },
  ],
}
