import { type Pack, packText } from '../pack.ts'

const detectors = ['gas-detector', 'gas-panel']

/** 燃气. Limits in % of the lower explosive limit. */
export const gas: Pack = {
  id: 'gas',
  name: packText('燃气', 'Gas'),
  rules: [
    {
      id: 'pre-alarm',
      kinds: detectors,
      keys: ['concentration', 'lel', 'lel-*'],
      when: { above: 25, deadband: 5 },
      severity: 'high',
      delayOnS: 0,
      delayOffS: 30,
      text: packText('燃气浓度高（一级）', 'Gas: first alarm level'),
      order: { class: 'urgent' },
      source: '燃气泄漏应急；限值为网关缺省值（参照 GB/T 50493）',
    },
    {
      id: 'alarm',
      kinds: detectors,
      keys: ['concentration', 'lel', 'lel-*'],
      when: { above: 50, deadband: 5 },
      severity: 'life',
      delayOnS: 0,
      delayOffS: 30,
      text: packText('燃气泄漏（二级）', 'Gas leak: second alarm level'),
      order: { class: 'life' },
      runbook: 'gas-leak',
      source: '燃气泄漏应急；限值为网关缺省值（参照 GB/T 50493）',
    },
  ],
}
