import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  id: 'clock-jump',
  title: { 'zh-CN': '设备时钟跳变', en: "The devices' clocks jump" },
  text: {
    'zh-CN': '母钟突然慢一小时，设备自己打的时间全错；网关仍按自己的时间记录，数据不乱序。',
    en: 'The master clock is suddenly an hour slow, so every time that a device stamps is wrong; the gateway goes by its own time, and nothing gets out of order.',
  },
  steps: [{ atS: 0, action: 'clock/jump', body: { seconds: -3600 } }],
  sees: [
    { point: 'clock-b1/ahead', byS: 5, is: { below: -3000 } },
    { point: 'clock-b1/synchronised', byS: 5, is: { equals: false } },
  ],
  undo: [{ action: 'clock/jump', body: { seconds: 3600 } }],
}
