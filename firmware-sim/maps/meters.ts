import { mapped } from './table.ts'

/** Electricity meters, each from its own manual or from the register list that other projects run. */

/** SDM630 Modbus protocol: FC 04, IEEE 754, high word first. */
export const sdm630 = mapped(
  'eastron-sdm630',
  `
  voltage-l1              4 0x0000 f32 1 231.2
  voltage-l2              4 0x0002 f32 1 229.8
  voltage-l3              4 0x0004 f32 1 230.5
  current-l1              4 0x0006 f32 1 12.4
  current-l2              4 0x0008 f32 1 11.9
  current-l3              4 0x000A f32 1 13.1
  power-l1                4 0x000C f32 1 2710.5
  power-l2                4 0x000E f32 1 2599.25
  power-l3                4 0x0010 f32 1 2881
  apparent-power-l1       4 0x0012 f32 1 2866.9
  apparent-power-l2       4 0x0014 f32 1 2734.6
  apparent-power-l3       4 0x0016 f32 1 3019.6
  reactive-power-l1       4 0x0018 f32 1 934.1
  reactive-power-l2       4 0x001A f32 1 850.2
  reactive-power-l3       4 0x001C f32 1 -904.7
  power-factor-l1         4 0x001E f32 1 0.945
  power-factor-l2         4 0x0020 f32 1 0.951
  power-factor-l3         4 0x0022 f32 1 -0.954
  power                   4 0x0034 f32 1 8190.75
  apparent-power          4 0x0038 f32 1 8621.1
  reactive-power          4 0x003C f32 1 879.6
  power-factor            4 0x003E f32 1 0.95
  frequency               4 0x0046 f32 1 49.98
  energy-import           4 0x0048 f32 1 18342.25
  energy-export           4 0x004A f32 1 12.5
  reactive-energy-import  4 0x004C f32 1 4011.5
  reactive-energy-export  4 0x004E f32 1 310.75
  voltage-thd-l1          4 0x00EA f32 1 1.6
  voltage-thd-l2          4 0x00EC f32 1 1.7
  voltage-thd-l3          4 0x00EE f32 1 1.8
  voltage-thd             4 0x00F8 f32 1 1.71
  energy-total            4 0x0156 f32 1 18354.75
  reactive-energy-total   4 0x0158 f32 1 4322.25
  energy-import-l1        4 0x015A f32 1 6110.5
  energy-import-l2        4 0x015C f32 1 6021.5
  energy-import-l3        4 0x015E f32 1 6210.25
  energy-export-l1        4 0x0160 f32 1 4.25
  energy-export-l2        4 0x0162 f32 1 4.5
  energy-export-l3        4 0x0164 f32 1 3.75
`,
)

/** Single phase; the registers of the other phases do not exist. */
export const sdm120 = mapped(
  'eastron-sdm120',
  `
  voltage                 4 0x0000 f32 1 228.7
  current                 4 0x0006 f32 1 3.21
  power                   4 0x000C f32 1 701.5
  apparent-power          4 0x0012 f32 1 734.1
  reactive-power          4 0x0018 f32 1 -216.3
  power-factor            4 0x001E f32 1 0.956
  frequency               4 0x0046 f32 1 50.02
  energy-import           4 0x0048 f32 1 902.125
  energy-export           4 0x004A f32 1 0.5
  reactive-energy-import  4 0x004C f32 1 77.25
  reactive-energy-export  4 0x004E f32 1 120.5
  energy-total            4 0x0156 f32 1 902.625
  reactive-energy-total   4 0x0158 f32 1 197.75
`,
)

/** iEM3000: FC 03, powers in kW, energies as INT64 in Wh. */
export const iem3000 = mapped(
  'schneider-iem3000',
  `
  current-l1              3 0x0BB7 f32 1 5.31
  current-l2              3 0x0BB9 f32 1 5.42
  current-l3              3 0x0BBB f32 1 5.53
  current-mean            3 0x0BC1 f32 1 5.42
  voltage-l1              3 0x0BD3 f32 1 232.1
  voltage-l2              3 0x0BD5 f32 1 231.4
  voltage-l3              3 0x0BD7 f32 1 233.6
  voltage-mean            3 0x0BDB f32 1 232.3
  power-l1                3 0x0BED f32 1000 1201.5
  power-l2                3 0x0BEF f32 1000 1188.25
  power-l3                3 0x0BF1 f32 1000 1243.5
  power                   3 0x0BF3 f32 1000 3633.25
  reactive-power          3 0x0BFB f32 1000 704.5
  apparent-power          3 0x0C03 f32 1000 3700.75
  frequency               3 0x0C25 f32 1 50.01
  energy-import           3 0x0C83 s64 0.001 1204567.891
  energy-export           3 0x0C87 s64 0.001 23.456
  reactive-energy-import  3 0x0C93 s64 0.001 34567.89
  reactive-energy-export  3 0x0C97 s64 0.001 101.202
  energy-import-l1        3 0x0DBD s64 0.001 401522.63
  energy-import-l2        3 0x0DC1 s64 0.001 400000.001
  energy-import-l3        3 0x0DC5 s64 0.001 403045.26
`,
)

/** Acti9 Smartlink: FC 04; the address is the printed register less one. */
export const acti9 = mapped(
  'schneider-acti9-smartlink',
  `
  current-l1      4 2999 f32 1 7.1
  current-l2      4 3001 f32 1 7.2
  current-l3      4 3003 f32 1 7.3
  voltage-l1      4 3027 f32 1 226.1
  voltage-l2      4 3029 f32 1 227.2
  voltage-l3      4 3031 f32 1 228.3
  power-l1        4 3053 f32 1000 1500.5
  power-l2        4 3055 f32 1000 1510.5
  power-l3        4 3057 f32 1000 1520.5
  power           4 3059 f32 1000 4531.5
  reactive-power  4 3067 f32 1000 -820.25
  frequency       4 3109 f32 1 49.95
`,
)

/** ABB B23/B24/A43: FC 03, big endian; what is not there is all ones, or 7FFF... in signed registers. */
export const b23 = mapped(
  'abb-b23',
  `
  voltage-l1        3 0x5B00 u32 0.1 230.4
  voltage-l2        3 0x5B02 u32 0.1 229.3
  voltage-l3        3 0x5B04 u32 0.1 231.7
  current-l1        3 0x5B0C u32 0.01 18.42
  current-l2        3 0x5B0E u32 0.01 17.55
  current-l3        3 0x5B10 u32 0.01 !FFFFFFFF
  power             3 0x5B14 s32 0.01 -8123.45
  power-l1          3 0x5B16 s32 0.01 -4100.11
  power-l2          3 0x5B18 s32 0.01 -4023.34
  power-l3          3 0x5B1A s32 0.01 !7FFFFFFF
  frequency         3 0x5B2C u16 0.01 50.03
  power-factor      3 0x5B3A s16 0.001 -0.987
  power-factor-l1   3 0x5B3B s16 0.001 -0.986
  power-factor-l2   3 0x5B3C s16 0.001 0.988
  power-factor-l3   3 0x5B3D s16 0.001 !7FFF
  energy-import     3 0x5000 u64 0.01 234567.89
  energy-export     3 0x5004 u64 0.01 4567.01
  energy-import-l1  3 0x5460 u64 0.01 78189.3
  energy-import-l2  3 0x5464 u64 0.01 78190.11
  energy-import-l3  3 0x5468 u64 0.01 !FFFFFFFFFFFFFFFF
  energy-export-l1  3 0x546C u64 0.01 1522.33
  energy-export-l2  3 0x5470 u64 0.01 1522.34
  energy-export-l3  3 0x5474 u64 0.01 1522.34
`,
)

/** EM24: FC 04, 32-bit values low word first. */
export const em24 = mapped(
  'carlo-gavazzi-em24',
  `
  voltage-l1        4 0x00 s32w 0.1 230.1
  voltage-l2        4 0x02 s32w 0.1 230.9
  voltage-l3        4 0x04 s32w 0.1 229.4
  current-l1        4 0x0C s32w 0.001 10.123
  current-l2        4 0x0E s32w 0.001 11.234
  current-l3        4 0x10 s32w 0.001 90.345
  power-l1          4 0x12 s32w 0.1 2201.4
  power-l2          4 0x14 s32w 0.1 -2402.5
  power-l3          4 0x16 s32w 0.1 20001.6
  power             4 0x28 s32w 0.1 19800.5
  power-factor-l1   4 0x32 s16 0.001 0.945
  power-factor-l2   4 0x33 s16 0.001 -0.931
  power-factor-l3   4 0x34 s16 0.001 0.962
  power-factor      4 0x35 s16 0.001 0.951
  frequency         4 0x37 s16 0.1 50.1
  energy-import     4 0x42 s32w 0.1 123456.7
  energy-import-l1  4 0x46 s32w 0.1 41152.2
  energy-import-l2  4 0x48 s32w 0.1 41152.3
  energy-import-l3  4 0x4A s32w 0.1 41152.2
  energy-export     4 0x5C s32w 0.1 78.9
`,
)

/** UMG 96RM-E: FC 03, float, energies in Wh. */
export const umg96 = mapped(
  'janitza-umg96rm-e',
  `
  voltage-l1         3 19000 f32 1 233.1
  voltage-l2         3 19002 f32 1 233.2
  voltage-l3         3 19004 f32 1 233.3
  current-l1         3 19012 f32 1 101.5
  current-l2         3 19014 f32 1 102.5
  current-l3         3 19016 f32 1 103.5
  current-sum        3 19018 f32 1 307.5
  power-l1           3 19020 f32 1 22100
  power-l2           3 19022 f32 1 22200
  power-l3           3 19024 f32 1 22300
  power              3 19026 f32 1 66600
  reactive-power-l1  3 19036 f32 1 7100
  reactive-power-l2  3 19038 f32 1 7200
  reactive-power-l3  3 19040 f32 1 7300
  reactive-power     3 19042 f32 1 21600
  frequency          3 19050 f32 1 49.99
  energy-import      3 19068 f32 0.001 8123.456
  energy-export      3 19076 f32 0.001 11.25
`,
)

/** DTSU666: FC 03, float, secondary side: current and voltage transformers are not in these numbers. */
export const dtsu666 = mapped(
  'chint-dtsu666',
  `
  voltage-l1         3 0x2006 f32 0.1 220.1
  voltage-l2         3 0x2008 f32 0.1 221.2
  voltage-l3         3 0x200A f32 0.1 222.3
  current-l1         3 0x200C f32 0.001 3.101
  current-l2         3 0x200E f32 0.001 3.202
  current-l3         3 0x2010 f32 0.001 3.303
  power              3 0x2012 f32 0.1 2015.5
  power-l1           3 0x2014 f32 0.1 660.5
  power-l2           3 0x2016 f32 0.1 670.5
  power-l3           3 0x2018 f32 0.1 684.5
  reactive-power     3 0x201A f32 0.1 301.5
  reactive-power-l1  3 0x201C f32 0.1 100.5
  reactive-power-l2  3 0x201E f32 0.1 101.5
  reactive-power-l3  3 0x2020 f32 0.1 99.5
  power-factor       3 0x202A f32 0.001 0.981
  power-factor-l1    3 0x202C f32 0.001 0.979
  power-factor-l2    3 0x202E f32 0.001 0.982
  power-factor-l3    3 0x2030 f32 0.001 0.984
  frequency          3 0x2044 f32 0.01 50.04
  energy-import      3 0x101E f32 1 4321.5
  energy-import-l1   3 0x1020 f32 1 1440.25
  energy-import-l2   3 0x1022 f32 1 1441.25
  energy-import-l3   3 0x1024 f32 1 1440
  energy-export      3 0x1028 f32 1 3.5
  energy-export-l1   3 0x102A f32 1 1.25
  energy-export-l2   3 0x102C f32 1 1.5
  energy-export-l3   3 0x102E f32 1 0.75
`,
)

/** ADW300: FC 03, big endian. */
export const adw300 = mapped(
  'acrel-adw300',
  `
  voltage-l1     3 20 u16 0.1 225.4
  voltage-l2     3 21 u16 0.1 226.5
  voltage-l3     3 22 u16 0.1 227.6
  current-l1     3 26 u16 0.01 45.01
  current-l2     3 27 u16 0.01 46.02
  current-l3     3 28 u16 0.01 47.03
  power-l1       3 30 s32 1 9801
  power-l2       3 32 s32 1 -9902
  power-l3       3 34 s32 1 70003
  power          3 36 s32 1 69902
  energy-import  3 62 s32 0.01 654321.09
  energy-export  3 64 s32 0.01 1234.56
`,
)

/** DVH4013: FC 03. The two words behind the frequency answer exception 02. */
export const dvh4013 = mapped(
  'dzg-dvh4013',
  `
  power-import      3 0x0000 u32 0.1 15012.3
  power-export      3 0x0002 u32 0.1 0
  voltage-l1        3 0x0004 u32 0.01 230.12
  voltage-l2        3 0x0006 u32 0.01 231.23
  voltage-l3        3 0x0008 u32 0.01 229.34
  current-l1        3 0x000A u32 0.001 21.001
  current-l2        3 0x000C u32 0.001 22.002
  current-l3        3 0x000E u32 0.001 23.003
  power-factor      3 0x0010 u32 0.001 0.976
  frequency         3 0x0012 u32 0.001 49.987
  energy-import     3 0x4000 u32 0.001 123456.789
  energy-import-l1  3 0x4020 u32 0.001 41152.261
  energy-import-l2  3 0x4040 u32 0.001 41152.262
  energy-import-l3  3 0x4060 u32 0.001 41152.266
  energy-export     3 0x4100 u32 0.001 7.006
  energy-export-l1  3 0x4120 u32 0.001 2.001
  energy-export-l2  3 0x4140 u32 0.001 2.002
  energy-export-l3  3 0x4160 u32 0.001 3.003
`,
)

export const we514 = mapped(
  'orno-we514',
  `
  frequency        3 0x130 u16 0.01 50.01
  voltage          3 0x131 u16 0.01 230.56
  current          3 0x139 u32 0.001 7.654
  power            3 0x140 u32 1 1700
  reactive-power   3 0x148 u32 1 210
  apparent-power   3 0x150 u32 1 1765
  power-factor     3 0x158 u16 0.001 0.963
  energy-total     3 0xA000 u32 0.01 5432.1
  energy-tariff-1  3 0xA002 u32 0.01 3211.05
  energy-tariff-2  3 0xA004 u32 0.01 2221.05
`,
)

export const pac2200 = mapped(
  'siemens-pac2200',
  `
  voltage-l1       4 1 f32 1 230.25
  voltage-l2       4 3 f32 1 231.25
  voltage-l3       4 5 f32 1 232.25
  current-l1       4 13 f32 1 4.5
  current-l2       4 15 f32 1 4.75
  current-l3       4 17 f32 1 5.25
  power-l1         4 25 f32 1 1010.5
  power-l2         4 27 f32 1 1020.5
  power-l3         4 29 f32 1 1030.5
  power-factor-l1  4 37 f32 1 0.97
  power-factor-l2  4 39 f32 1 0.98
  power-factor-l3  4 41 f32 1 0.99
  apparent-power   4 63 f32 1 3200.5
  power            4 65 f32 1 3061.5
  reactive-power   4 67 f32 1 500.5
  power-factor     4 69 f32 1 0.957
  energy-import    4 801 f64 0.001 98765.432
  energy-export    4 809 f64 0.001 12.345
`,
)

export const pzem016 = mapped(
  'peacefair-pzem016',
  `
  voltage        4 0 u16 0.1 229.9
  current        4 1 u32w 0.001 71.234
  power          4 3 u32w 0.1 16301.2
  energy-import  4 5 u32w 0.001 654.321
  frequency      4 7 u16 0.1 50
  power-factor   4 8 u16 0.01 0.99
`,
)
