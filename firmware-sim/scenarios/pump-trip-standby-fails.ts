import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  id: 'pump-trip-standby-fails',
  title: { 'zh-CN': '水泵跳闸，备用泵投不上', en: 'Pump trips and its standby fails' },
  text: {
    'zh-CN': 'B 座生活水泵组 1# 泵过流跳闸，备用泵逐台拒动，B 座及裙楼失压。2 分钟后复位，供水恢复。',
    en: 'Pump 1 of the tower B set trips on overcurrent; one standby pump after the other does not start, and tower B and the podium have no pressure. After 2 minutes the set is reset and holds the pressure again.',
  },
  steps: [
    { atS: 0, action: 'water/standby-fails', body: { on: true } },
    { atS: 5, action: 'water/pump-trip', body: { pump: 1, code: 4 } },
    { atS: 120, action: 'water/pump-reset' },
  ],
  sees: [
    { point: 'booster-tower-b/standby-ready', byS: 3, is: { equals: false } },
    { point: 'booster-tower-b/pump1-tripped', byS: 8, is: { equals: true } },
    { point: 'drive-b-1/fault-code', byS: 8, is: { equals: 4 } },
    { point: 'booster-tower-b/outlet-pressure', byS: 15, is: { below: 4 } },
    { point: 'booster-tower-b/pump2-tripped', byS: 20, is: { equals: true } },
    { point: 'booster-tower-b/pump3-tripped', byS: 30, is: { equals: true } },
    { point: 'booster-tower-b/outlet-pressure', byS: 60, is: { below: 1 } },
    { point: 'booster-tower-b/outlet-pressure', byS: 160, is: { above: 5.5 } },
  ],
  undo: [{ action: 'water/pump-reset' }],
}
