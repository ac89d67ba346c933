import { type Pack, packText } from '../pack.ts'

const room = ['room-sensor', 'climate-sensor']
const meters = ['electricity-meter', 'power-meter', 'switchgear', 'transformer']

/** 配电室: its own climate, and what its meters tell of the supply. */
export const distributionRoom: Pack = {
  id: 'distribution-room',
  name: packText('配电室', 'Distribution room'),
  rules: [
    {
      id: 'hot',
      kinds: room,
      keys: ['temperature'],
      when: { above: 40, deadband: 1 },
      severity: 'low',
      delayOnS: 60,
      delayOffS: 60,
      text: packText('配电室温度高于 40 °C', 'Distribution room above 40 °C'),
      order: { class: 'general' },
      runbook: 'over-temperature',
      source: '配电室管理制度：室温以不超过 40 °C 为宜',
    },
    {
      id: 'water',
      kinds: room,
      keys: ['water', 'leak', 'flood'],
      when: { equals: true },
      severity: 'high',
      delayOnS: 2,
      delayOffS: 10,
      text: packText('配电室进水', 'Water in the distribution room'),
      order: { class: 'urgent' },
      runbook: 'burst-pipe-electrical',
      source: '配电室管理制度：室内不得积水',
    },
    {
      id: 'humid',
      kinds: room,
      keys: ['humidity'],
      when: { above: 85, deadband: 5 },
      severity: 'low',
      delayOnS: 600,
      delayOffS: 600,
      text: packText('配电室湿度高，当心凝露', 'Distribution room is humid: beware of dew'),
      source: '网关缺省值',
    },
    {
      // 198 V: 10 % below 220 V
      id: 'undervoltage',
      kinds: meters,
      keys: ['voltage-l1', 'voltage-l2', 'voltage-l3'],
      when: { below: 198, deadband: 4 },
      severity: 'medium',
      delayOnS: 10,
      delayOffS: 30,
      text: packText('相电压低', 'Phase voltage low'),
      source: '网关缺省值（参照 GB/T 12325）',
    },
  ],
}
