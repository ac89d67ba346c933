import type { Profile } from '../profile.ts'
import { grid, MODBUS, phasesOf, rows } from './vocabulary.ts'

const float = { table: 'holding', type: 'float32' }
/** The registers hold kW, kvar, kVA. */
const kilo = { scale: 1000 }

export const schneiderIem3000: Profile = {
  id: 'schneider-iem3000',
  protocols: MODBUS,
  kind: 'electricity-meter',
  name: { 'zh-CN': '施耐德 iEM3000 系列电能表', en: 'Schneider iEM3000 series energy meter' },
  source: 'volkszaehler/mbmd meters/rs485/iem3000.go',
  points: [
    ...rows(float, [
      ...phasesOf('current', 0x0bb7, 2),
      ['current-mean', 0x0bc1],
      ...phasesOf('voltage', 0x0bd3, 2),
      ['voltage-mean', 0x0bdb],
      ...phasesOf('power', 0x0bed, 2, kilo),
      ['power', 0x0bf3, kilo],
      ['reactive-power', 0x0bfb, kilo],
      ['apparent-power', 0x0c03, kilo],
      ['frequency', 0x0c25],
    ]),
    ...rows({ table: 'holding', type: 'int64', scale: 0.001 }, [
      ['energy-import', 0x0c83],
      ['energy-export', 0x0c87],
      ['reactive-energy-import', 0x0c93],
      ['reactive-energy-export', 0x0c97],
      ...phasesOf('energy-import', 0x0dbd, 4),
    ]),
  ],
  probe: { facts: [...grid, { key: 'energy-import', good: true }] },
}
