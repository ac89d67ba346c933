import { mapped } from './table.ts'

export const nmc2 = mapped(
  'apc-nmc2',
  `
  on-mains         3 3 b3 1 1
  on-battery       3 3 b4 1 0
  overload         3 3 b5 1 0
  low-battery      3 3 b6 1 1
  replace-battery  3 3 b7 1 0
  charge           3 5 u16 1 98
  runtime          3 6 u16 1 41
  battery-voltage  3 7 u16 1 54
  temperature      3 8 u16 1 26
  bad-batteries    3 10 u16 1 1
  load             3 12 u16 1 37
  output-voltage   3 14 u16 1 230
  input-voltage    3 17 u16 1 228
  frequency        3 18 u16 1 50
`,
)

/** DC90DR: 20000 is a sensor that is disabled, 50000 one whose wire is open. */
export const dc90dr = mapped(
  'mebay-dc90dr',
  `
  engine-speed       3 0x1000 u16 1 1500
  battery-voltage    3 0x1001 u16 0.1 26.4
  frequency          3 0x1009 u16 0.1 50.1
  voltage-l1         3 0x100A u16 1 229
  voltage-l2         3 0x100B u16 1 230
  voltage-l3         3 0x100C u16 1 231
  current-l1         3 0x1010 u16 1 101
  current-l2         3 0x1011 u16 1 102
  current-l3         3 0x1012 u16 1 103
  generator-power    3 0x101B u16 1 64
  mains-voltage-l1   3 0x1025 u16 1 0
  mains-voltage-l2   3 0x1026 u16 1 1
  mains-voltage-l3   3 0x1027 u16 1 2
  running-hours      3 0x1036 u32 0.1 6789.1
  energy             3 0x103D u32 1 98765
  gear               3 0x103F u16 1 153
  transfer-switch    3 0x1040 u16 1 153
  run-state          3 0x1041 u16 1 18
  alarm-code         3 0x1043 u16 1 0
  warnings-1         3 0x1044 u16 1 1
  warnings-2         3 0x1045 u16 1 2
  warnings-3         3 0x1046 u16 1 4
  warnings-4         3 0x1047 u16 1 8
  oil-pressure       3 0x1053 u16 1 412
  water-temperature  3 0x1054 u16 1 !C350
  fuel-level         3 0x1058 u16 1 !4E20
`,
)
