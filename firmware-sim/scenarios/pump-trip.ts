import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  id: 'pump-trip',
  title: { 'zh-CN': '生活水泵跳闸', en: 'A booster pump trips' },
  text: {
    'zh-CN': '1#泵过流跳闸，3 秒后备用泵投入，压力短时下降后恢复。',
    en: 'Pump 1 trips with overcurrent; the standby pump takes over after 3 s, the pressure dips and recovers.',
  },
  steps: [{ atS: 0, action: 'pump/trip', body: { pump: 1, code: 7 } }],
  sees: [
    { point: 'booster-b1/pump1-tripped', byS: 1, is: { equals: true } },
    { point: 'booster-b1/pump1-fault', byS: 1, is: { equals: 7 } },
    { point: 'booster-b1/pump2-running', byS: 5, is: { equals: true } },
  ],
  undo: [{ action: 'pump/reset' }],
}
