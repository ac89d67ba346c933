import type { Profile } from '../profile.ts'
import { grid, MODBUS, phasesOf, rows } from './vocabulary.ts'

/** The registers hold Wh. */
const milli = { scale: 0.001 }

export const janitzaUmg96rmE: Profile = {
  id: 'janitza-umg96rm-e',
  protocols: MODBUS,
  kind: 'electricity-meter',
  name: { 'zh-CN': 'Janitza UMG 96RM-E 电力分析仪', en: 'Janitza UMG 96RM-E power analyser' },
  source:
    'OpenEMS/openems io.openems.edge.meter.janitza MeterJanitzaUmg96rmeImpl.java; volkszaehler/mbmd meters/rs485/janitza.go',
  points: rows({ table: 'holding', type: 'float32' }, [
    ...phasesOf('voltage', 19_000, 2),
    ...phasesOf('current', 19_012, 2),
    ['current-sum', 19_018],
    ...phasesOf('power', 19_020, 2),
    ['power', 19_026],
    ...phasesOf('reactive-power', 19_036, 2),
    ['reactive-power', 19_042],
    ['frequency', 19_050],
    ['energy-import', 19_068, milli],
    ['energy-export', 19_076, milli],
  ]),
  probe: { facts: [...grid, { key: 'energy-import', good: true }] },
}
