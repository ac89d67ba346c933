import { mapped } from './table.ts'

/** TUF-2000M: the manual counts registers from 1; REAL4 with the low word first. */
const tuf = (flow: string, quality: number) =>
  mapped(
    'tuf-2000m',
    `
  flow                 3 0 f32w 1 ${flow}
  flow-velocity        3 4 f32w 1 ${flow === '0' ? 0 : 1.28}
  sound-speed          3 6 f32w 1 1482.5
  supply-temperature   3 32 f32w 1 12.4
  return-temperature   3 34 f32w 1 7.1
  error-bits           3 71 u16 1 ${flow === '0' ? 1 : 0}
  signal-quality       3 91 lo 1 ${quality}
  signal-step          3 91 hi 1 3
  strength-upstream    3 92 u16 1 812
  strength-downstream  3 93 u16 1 809
  transit-ratio        3 96 f32w 1 99.8
  volume-net           3 112 f32w 1 51234.5
  volume-positive      3 114 f32w 1 51240.25
  volume-negative      3 116 f32w 1 -5.75
  pipe-diameter        3 220 f32w 1 102.5
`,
  )
export const tuf2000m = tuf('38.25', 87)
/** Air in the pipe: no signal, and the flow is 0 in a valid frame. */
export const tuf2000mWithoutSignal = tuf('0', 0)

const inputs = Array.from({ length: 16 }, (_, i) => i + 1)

/** WB-MCM16: inputs at discrete 0, counters of four words from input register 20 on. */
export const mcm16 = mapped(
  'wirenboard-mcm16',
  `
  ${inputs.map(n => `input-${n} 2 ${n - 1} bit 1 ${n % 3 === 1 ? 1 : 0}`).join('\n')}
  ${inputs.map(n => `count-${n} 4 ${20 + (n - 1) * 4} u64 1 ${n % 2 ? n * 1_000_000_007 : n * 13}`).join('\n')}
  uptime          4 104 u32 1 172801
  supply-voltage  4 121 u16 0.001 23.874
  serial-number   4 270 u32 1 4261412865
`,
)
