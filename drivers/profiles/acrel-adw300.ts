import type { Profile } from '../profile.ts'
import { MODBUS, mains, phasesOf, rows } from './vocabulary.ts'

const long = { table: 'holding', type: 'int32' }

export const acrelAdw300: Profile = {
  id: 'acrel-adw300',
  protocols: MODBUS,
  kind: 'electricity-meter',
  name: { 'zh-CN': '安科瑞 ADW300 无线计量仪表', en: 'Acrel ADW300 energy meter' },
  source: 'evcc-io/evcc templates/definition/meter/acrel-adw300.yaml',
  points: [
    ...rows({ table: 'holding', type: 'uint16', scale: 0.1 }, phasesOf('voltage', 20, 1)),
    ...rows({ table: 'holding', type: 'uint16', scale: 0.01 }, phasesOf('current', 26, 1)),
    ...rows(long, [...phasesOf('power', 30, 2), ['power', 36]]),
    ...rows({ ...long, scale: 0.01 }, [
      ['energy-import', 62],
      ['energy-export', 64],
    ]),
  ],
  probe: { facts: [...mains, { key: 'power', good: true }, { key: 'energy-import', good: true }] },
}
