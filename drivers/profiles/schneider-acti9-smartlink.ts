import type { Profile } from '../profile.ts'
import { grid, MODBUS, phasesOf, rows } from './vocabulary.ts'

const kilo = { scale: 1000 }

export const schneiderActi9Smartlink: Profile = {
  id: 'schneider-acti9-smartlink',
  protocols: MODBUS,
  kind: 'electricity-meter',
  name: { 'zh-CN': '施耐德 Acti9 Smartlink 电能表', en: 'Schneider Acti9 Smartlink meter' },
  // The energies at 3207 and 3211 are left out: the source does not say which of them is imported.
  source: 'OpenEMS/openems io.openems.edge.meter.schneider.acti9.smartlink MeterSchneiderActi9SmartlinkImpl.java',
  points: rows({ table: 'input', type: 'float32' }, [
    ...phasesOf('current', 2999, 2),
    ...phasesOf('voltage', 3027, 2),
    ...phasesOf('power', 3053, 2, kilo),
    ['power', 3059, kilo],
    ['reactive-power', 3067, kilo],
    ['frequency', 3109],
  ]),
  probe: { facts: [...grid, { key: 'power', good: true }] },
}
