import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  id: 'gas-suppression-discharge',
  title: { 'zh-CN': '气体灭火喷放', en: 'Gas suppression discharges' },
  text: {
    'zh-CN': '高压配电室两只探测器报警：声光报警三十秒供人员撤离，随后六只钢瓶喷放，压力降到底。',
    en: 'Two detectors of the high-voltage room: horn and lamp for thirty seconds in which people leave, then six cylinders empty into it.',
  },
  steps: [
    { atS: 5, action: 'fire/detector', body: { zone: 'hv-room', detector: 1 } },
    { atS: 20, action: 'fire/detector', body: { zone: 'hv-room', detector: 5 } },
  ],
  sees: [
    { point: 'co2-system/detector', byS: 10, is: { equals: true } },
    { point: 'fire-panel/hv-room-confirmed', byS: 25, is: { equals: true } },
    { point: 'co2-system/pre-discharge', byS: 25, is: { equals: true } },
    { point: 'co2-system/countdown', byS: 45, is: { below: 10 }, usual: true },
    { point: 'co2-system/discharged', byS: 56, is: { equals: true } },
    { point: 'co2-system/valve-hv', byS: 56, is: { equals: true } },
    { point: 'co2-system/pressure-low', byS: 65, is: { equals: true } },
    { point: 'co2-system/cylinder-6', byS: 140, is: { below: 0.5 } },
  ],
  undo: [
    { action: 'fire/clear' },
    { action: 'fire/reset' },
    { action: 'fire/restore' },
    { action: 'suppression/refill' },
  ],
}
