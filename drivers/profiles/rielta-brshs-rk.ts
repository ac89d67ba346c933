import type { Profile } from '../profile.ts'
import { flag, MODBUS } from './vocabulary.ts'

const gateway = { table: 'input', address: 0 }
const detectors = Array.from({ length: 8 }, (_, i) => i + 1)
const raw = (key: string, address: number) => ({
  key,
  table: 'input',
  address,
  type: 'uint16',
  range: [0, 255] as const,
})

export const rieltaBrshsRk: Profile = {
  id: 'rielta-brshs-rk',
  protocols: MODBUS,
  kind: 'fire-gateway',
  name: { 'zh-CN': 'Rielta BRSHS-RK 无线消防安防网关', en: 'Rielta BRSHS-RK radio fire and security gateway' },
  source: 'wirenboard/wb-mqtt-serial templates/config-rielta-brshs-rk; an answer may take 3 s',
  limits: { maxRegisters: 1 },
  points: [
    flag('contact-1', { ...gateway, bit: 1 }, '触点 1', 'Contact 1'),
    flag('contact-2', { ...gateway, bit: 2 }, '触点 2', 'Contact 2'),
    flag('binding', { ...gateway, bit: 3 }, '正在登记', 'Binding'),
    flag('backup-power', { ...gateway, bit: 4 }, '备用电源', 'Backup power'),
    flag('power', { ...gateway, bit: 5 }, '主电源', 'Power'),
    flag('opened', { ...gateway, bit: 6 }, '外壳打开', 'Case opened'),
    flag('repeater', { ...gateway, bit: 7 }, '中继', 'Repeater'),
    ...detectors.flatMap(n => {
      const at = { table: 'input', address: n }
      return [
        flag(`detector-${n}-alarm`, { ...at, bit: 0 }, `探测器 ${n} 报警`, `Detector ${n} alarm`),
        flag(`detector-${n}-connection`, { ...at, bit: 3 }, `探测器 ${n} 通信`, `Detector ${n} connection`),
        flag(`detector-${n}-opened`, { ...at, bit: 6 }, `探测器 ${n} 拆开`, `Detector ${n} opened`),
        flag(`detector-${n}-registered`, { ...at, bit: 7 }, `探测器 ${n} 已登记`, `Detector ${n} registered`),
      ]
    }),
  ],
  probe: {
    // Eight bits are used of each register: a word of anything else shows itself by its upper half.
    points: [raw('gateway-word', 0), ...detectors.map(n => raw(`detector-${n}-word`, n))],
    facts: [
      { key: 'detector-1-registered', equals: true },
      { key: 'gateway-word', good: true },
      ...detectors.map(n => ({ key: `detector-${n}-word`, good: true }) as const),
    ],
  },
}
