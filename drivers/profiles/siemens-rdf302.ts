import type { Profile } from '../profile.ts'
import { MODBUS, rows } from './vocabulary.ts'

const word = { table: 'input', type: 'int16' }

export const siemensRdf302: Profile = {
  id: 'siemens-rdf302',
  protocols: MODBUS,
  kind: 'thermostat',
  name: { 'zh-CN': '西门子 RDF302 房间温控器', en: 'Siemens RDF302 room thermostat' },
  // The source has 0.0198 for the temperature, most likely 1/50.
  source: 'wirenboard/wb-mqtt-serial templates/config-siemens-rdf302',
  draft: true,
  points: [
    ...rows(word, [
      ['mode', 0x03e8],
      ['fan', 0x03e9],
    ]),
    ...rows({ ...word, scale: 0.02 }, [
      ['room-temperature', 0x03ea],
      ['setpoint', 0x03eb],
    ]),
    ...rows(word, [
      ['heating-output', 0x03ec],
      ['cooling-output', 0x03ed],
      ['electric-heater', 0x03ee],
    ]),
  ],
  probe: {
    facts: [
      { key: 'room-temperature', within: [-20, 60] },
      { key: 'setpoint', within: [5, 40] },
      { key: 'heating-output', good: true },
      { key: 'cooling-output', good: true },
    ],
  },
}
