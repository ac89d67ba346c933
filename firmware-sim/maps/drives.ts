import { mapped } from './table.ts'

/** FC 51: address = parameter number x 10 - 1. */
export const fc51 = mapped(
  'danfoss-fc51',
  `
  set-frequency         3 16009 s32 0.001 -42.5
  output-frequency      3 16129 u16 0.1 42.5
  motor-current         3 16139 u16 0.01 7.31
  motor-voltage         3 16119 u16 1 340
  dc-link-voltage       3 16299 u16 1 563
  heatsink-temperature  3 16339 lo 1 41
  thermal-motor         3 16179 lo 1 55
  thermal-inverter      3 16349 lo 1 33
  operating-hours       3 14999 u32 1 70123
  running-hours         3 15009 u32 1 65999
  energy                3 15019 u32 1 123456
  alarm-word            3 16899 u32 1 2147483649
  warning-word          3 16919 u32 1 65536
  control-ready         3 50199 b0 1 1
  ready                 3 50199 b1 1 1
  tripped               3 50199 b3 1 0
  remote                3 50199 b9 1 1
  running               3 50199 b11 1 1
  speed-setpoint        3 50009 u16 0.0061035 50
`,
)

export const vacon10 = mapped(
  'vacon-10',
  `
  output-frequency       4 0 u16 0.01 41.5
  motor-speed            4 1 u16 1 1245
  motor-current          4 2 u16 0.01 6.28
  motor-torque           4 3 u16 0.1 55.5
  motor-power            4 4 u16 0.1 47.7
  motor-voltage          4 5 u16 0.1 331.2
  dc-link-voltage        4 6 u16 1 556
  inverter-temperature   4 7 u16 1 39
  pid-setpoint           4 19 u16 0.1 60.1
  pid-feedback           4 20 u16 0.1 59.8
  set-frequency          4 24 u16 0.01 42
  energy-megawatt-hours  4 826 u16 1 87
  operating-days         4 827 u16 1 1201
  operating-hours        4 828 u16 1 13
  running-days           4 839 u16 1 998
  running-hours          4 840 u16 1 5
  fault-count            4 841 u16 1 4
  ready                  4 2100 b0 1 1
  running                4 2100 b1 1 1
  reverse                4 2100 b2 1 0
  tripped                4 2100 b3 1 0
  fieldbus-frequency     4 2103 u16 0.01 41.5
  fieldbus-speed         4 2104 u16 1 1245
  fieldbus-current       4 2105 u16 0.01 6.28
  fieldbus-dc-link       4 2109 u16 1 556
  fault-code             4 2110 u16 1 0
`,
)

export const vf51 = mapped(
  'veda-vf51',
  `
  running               3 0x2002 b0 1 1
  fault-code            3 0x2003 u16 1 0
  warning-code          3 0x2010 u16 1 7
  set-frequency         3 0x2100 u16 0.01 45
  output-frequency      3 0x2101 u16 0.01 44.99
  motor-current         3 0x2102 u16 0.01 12.34
  input-voltage         3 0x2103 u16 0.1 381.2
  motor-voltage         3 0x2104 u16 0.1 352.1
  motor-speed           3 0x2105 s16 1 -1340
  motor-torque          3 0x2107 s16 0.1 -12.3
  pid-setpoint          3 0x2108 s16 0.1 50
  pid-feedback          3 0x2109 s16 0.1 49.7
  motor-power           3 0x210A s16 0.1 61.5
  dc-link-voltage       3 0x210B u16 0.1 538.9
  inverter-temperature  3 0x210C s16 0.1 44.4
  heatsink-temperature  3 0x210D s16 0.1 -3.5
  over-speed            4 0x2002 b1 1 0
  braking               4 0x2002 b2 1 1
  tripped               4 0x2002 b4 1 0
`,
)

/** CIM/CIU: FFFF is "not available"; temperatures in hundredths of a kelvin. */
export const cim = mapped(
  'grundfos-cim',
  `
  head                4 300 u16 0.001 2.415
  flow                4 301 u16 0.1 18.7
  performance         4 302 u16 0.01 71.25
  motor-speed         4 303 u16 1 2710
  output-frequency    4 304 u16 0.1 45.2
  motor-current       4 308 u16 0.1 !FFFF
  power               4 311 u32 1 1320
  liquid-temperature  4 321 u16 0.01-273.15 11.85
  operating-hours     4 326 u32 1 70001
  energy              4 331 u32 1 81234
  starts              4 333 u32 1 66001
  volume              4 356 u32 0.01 123456.78
`,
)
