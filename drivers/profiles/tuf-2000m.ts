import type { Profile } from '../profile.ts'
import { MODBUS, rows } from './vocabulary.ts'

/** REAL4, low word first; the manual's register numbers start at 1. */
const real = { table: 'holding', type: 'float32', order: 'CDAB' }
/** Without a signal the flow reads 0 in a valid frame: nobody must take that for "no water used". 60 is the maker's least for a sound installation. */
const signal = { quality: { table: 'holding', address: 91, type: 'uint8', byte: 'low', below: 60 } }

export const tuf2000m: Profile = {
  id: 'tuf-2000m',
  protocols: MODBUS,
  kind: 'flow-meter',
  name: { 'zh-CN': 'TUF-2000M 超声波流量（热量）计', en: 'TUF-2000M ultrasonic flow and heat meter' },
  source: 'TUF-2000M user manual, Modbus register table; three independent public drivers agree with it',
  points: [
    ...rows({ ...real, ...signal }, [
      ['flow', 0],
      ['flow-velocity', 4],
      ['sound-speed', 6],
    ]),
    ...rows(real, [
      ['supply-temperature', 32],
      ['return-temperature', 34],
    ]),
    ...rows({ table: 'holding', type: 'uint16' }, [['error-bits', 71]]),
    ...rows({ table: 'holding', type: 'uint8' }, [
      ['signal-quality', 91, { byte: 'low' }],
      ['signal-step', 91, { byte: 'high' }],
    ]),
    ...rows({ table: 'holding', type: 'uint16' }, [
      ['strength-upstream', 92],
      ['strength-downstream', 93],
    ]),
    ...rows(real, [
      ['transit-ratio', 96],
      ['volume-net', 112],
      ['volume-positive', 114],
      ['volume-negative', 116],
      ['pipe-diameter', 220],
    ]),
  ],
  probe: {
    facts: [
      { key: 'pipe-diameter', within: [10, 6000] },
      { key: 'signal-quality', good: true },
      { key: 'volume-positive', good: true },
      { key: 'supply-temperature', good: true },
    ],
  },
}
