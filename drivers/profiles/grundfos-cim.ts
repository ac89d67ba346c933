import type { Profile } from '../profile.ts'
import { MODBUS, rows } from './vocabulary.ts'

const word = { table: 'input', type: 'uint16', noValue: 0xffff }
const long = { table: 'input', type: 'uint32', noValue: 0xffff_ffff }

export const grundfosCim: Profile = {
  id: 'grundfos-cim',
  protocols: MODBUS,
  kind: 'pump',
  name: { 'zh-CN': '格兰富 CIM/CIU 水泵通信模块', en: 'Grundfos CIM/CIU pump interface' },
  // One source only; whether its numbers start at 0 or 1 is to be confirmed on a pump.
  source: 'a public driver for Grundfos CIM/CIU; manualmachine.com/grundfos/ciu200',
  draft: true,
  points: [
    ...rows({ ...word, scale: 0.001 }, [['head', 300]]),
    ...rows({ ...word, scale: 0.1 }, [
      ['flow', 301],
      ['output-frequency', 304],
      ['motor-current', 308],
    ]),
    ...rows({ ...word, scale: 0.01 }, [
      ['performance', 302],
      ['liquid-temperature', 321, { offset: -273.15 }],
    ]),
    ...rows(word, [['motor-speed', 303]]),
    ...rows(long, [
      ['power', 311, { range: [0, 1_000_000] }],
      ['operating-hours', 326],
      ['energy', 331],
      ['starts', 333],
    ]),
    ...rows({ ...long, scale: 0.01 }, [['volume', 356]]),
  ],
  probe: {
    facts: [
      { key: 'liquid-temperature', within: [-25, 120] },
      { key: 'operating-hours', good: true },
      { key: 'starts', good: true },
      { key: 'performance', good: true },
    ],
  },
}
