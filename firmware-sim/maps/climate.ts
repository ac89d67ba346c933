import { mapped } from './table.ts'

export const uc2se = mapped(
  'carel-uc2se',
  `
  setpoint             3 439 s16 0.1 12
  probe-1-temperature  4 506 s16 0.1 12.3
  probe-2-temperature  4 510 s16 0.1 7.4
  probe-3-temperature  4 511 s16 0.1 -1.5
  compressor-alarm     2 34 bit 1 0
  alarm                2 42 bit 1 1
  probe-alarm          2 46 bit 1 0
  warning              2 48 bit 1 1
  fan-alarm            2 56 bit 1 0
  temperature-warning  2 61 bit 1 1
  output-5             1 50 bit 1 0
  on                   1 53 bit 1 1
  output-1             1 54 bit 1 1
  output-3             1 58 bit 1 0
  output-4             1 62 bit 1 1
  output-2             1 63 bit 1 0
  heating              1 71 bit 1 0
`,
)

/** The clock packs month (high byte) and day (low byte) in one register. */
export const komfovent = mapped(
  'komfovent-ahu',
  `
  outdoor-temperature     3 128 f32 1 -7.5
  room-temperature        3 130 f32 1 21.4
  supply-air-temperature  3 132 f32 1 19.8
  frost-temperature       3 136 f32 1 24.1
  return-temperature      3 138 f32 1 31.6
  supply-pressure         3 140 f32 1 182
  exhaust-pressure        3 142 f32 1 -175.5
  supply-fan              3 144 f32 1 6.25
  exhaust-fan             3 146 f32 1 5.75
  supply-flow             3 148 f32 1 2450
  exhaust-flow            3 150 f32 1 2390
  electric-heater         3 156 f32 1 35.5
  status                  3 162 u16 1 4097
  set-status              3 169 u16 1 1
  intensity               3 170 u16 1 70
  setpoint                3 171 f32 1 20.5
  month                   3 257 hi 1 11
  day                     3 257 lo 1 21
`,
)

export const haier = mapped(
  'haier-ycj-a002',
  `
  on                1 0 bit 1 1
  setpoint          3 0 u16 1 24
  mode              3 1 u16 1 2
  fan               3 2 u16 1 3
  lock              3 3 u16 1 1
  room-temperature  4 0 s16 1 -2
  alarm-code        4 1 u16 1 0
  device-count      4 2 u16 1 6
`,
)

export const id974 = mapped(
  'eliwell-id974lx',
  `
  probe-1-temperature  4 20286 s16 0.1 -18.4
  probe-2-temperature  4 20288 s16 0.1 -24.9
  setpoint             3 24128 s16 0.1 -18
  high-temperature     2 1894 bit 1 0
  low-temperature      2 1895 bit 1 0
  external-alarm       2 1944 bit 1 1
  door-open            2 1947 bit 1 1
`,
)

export const rdf302 = mapped(
  'siemens-rdf302',
  `
  mode              4 0x3E8 s16 1 1
  fan               4 0x3E9 s16 1 3
  room-temperature  4 0x3EA s16 0.02 22.5
  setpoint          4 0x3EB s16 0.02 21
  heating-output    4 0x3EC s16 1 40
  cooling-output    4 0x3ED s16 1 0
  electric-heater   4 0x3EE s16 1 5
`,
)
