import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  id: 'mqtt-device-silent',
  title: { 'zh-CN': '无线传感器失联', en: 'A radio sensor falls silent' },
  text: {
    'zh-CN':
      '商场二层的 LoRa 传感器没电了，什么也不再发；高压配电室的水浸传感器由网关报告离线。前者等超过约定时间才变“坏”，后者立刻；都不会停在旧值上。',
    en: 'The LoRa sensor of shop floor 2 has an empty battery and says nothing any more; the leak sensor of the HV room is reported offline by its gateway. The first turns bad when it is overdue, the second at once. Neither stays at its old value.',
  },
  steps: [
    { atS: 0, action: 'sensors/silent', body: { device: 'leak-hv-room', on: true } },
    { atS: 0, action: 'sensors/silent', body: { device: 'mall-l2', on: true } },
  ],
  sees: [
    { point: 'leak-hv-room/leak', byS: 5, is: 'bad' },
    { point: 'air-mall-l2/temperature', byS: 320, is: 'bad' },
  ],
  undo: [
    { action: 'sensors/silent', body: { device: 'leak-hv-room', on: false } },
    { action: 'sensors/silent', body: { device: 'mall-l2', on: false } },
  ],
}
