import type { Profile } from '../profile.ts'
import { MODBUS, mains, phasesOf, rows } from './vocabulary.ts'

export const siemensPac2200: Profile = {
  id: 'siemens-pac2200',
  protocols: MODBUS,
  kind: 'electricity-meter',
  name: { 'zh-CN': '西门子 PAC2200 电能表', en: 'Siemens PAC2200 energy meter' },
  // The frequency is left out: the address of the source lies between two values.
  source: 'volkszaehler/mbmd meters/rs485/pac2200.go',
  draft: true,
  points: [
    ...rows({ table: 'input', type: 'float32' }, [
      ...phasesOf('voltage', 1, 2),
      ...phasesOf('current', 13, 2),
      ...phasesOf('power', 25, 2),
      ...phasesOf('power-factor', 37, 2),
      ['apparent-power', 63],
      ['power', 65],
      ['reactive-power', 67],
      ['power-factor', 69],
    ]),
    ...rows({ table: 'input', type: 'float64', scale: 0.001 }, [
      ['energy-import', 801],
      ['energy-export', 809],
    ]),
  ],
  probe: { facts: [...mains, { key: 'energy-import', good: true }] },
}
