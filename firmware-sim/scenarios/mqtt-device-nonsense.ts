import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  id: 'mqtt-device-nonsense',
  title: { 'zh-CN': '无线传感器发乱码', en: 'A radio sensor sends nonsense' },
  text: {
    'zh-CN': '商场三层的传感器固件出错，发来的不是文字：读数变“坏”，同一总线上的其他传感器照常。',
    en: 'The firmware of the sensor on shop floor 3 is broken and sends bytes that are no text: its readings turn bad, and those of the others go on.',
  },
  steps: [{ atS: 0, action: 'sensors/nonsense', body: { device: 'mall-l3', on: true } }],
  sees: [{ point: 'air-mall-l3/temperature', byS: 5, is: 'bad' }],
  undo: [{ action: 'sensors/nonsense', body: { device: 'mall-l3', on: false } }],
}
