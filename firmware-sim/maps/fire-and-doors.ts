import { mapped } from './table.ts'

const detectors = [1, 2, 3, 4, 5, 6, 7, 8]

/** BRSHS-RK: one register per request. */
export const rielta = mapped(
  'rielta-brshs-rk',
  `
  contact-1     4 0 b1 1 1
  contact-2     4 0 b2 1 0
  binding       4 0 b3 1 0
  backup-power  4 0 b4 1 1
  power         4 0 b5 1 1
  opened        4 0 b6 1 0
  repeater      4 0 b7 1 0
  ${detectors
    .map(
      n => `
  detector-${n}-alarm       4 ${n} b0 1 ${n === 3 ? 1 : 0}
  detector-${n}-connection  4 ${n} b3 1 ${n === 4 ? 1 : 0}
  detector-${n}-opened      4 ${n} b6 1 ${n === 5 ? 1 : 0}
  detector-${n}-registered  4 ${n} b7 1 ${n < 6 ? 1 : 0}`,
    )
    .join('')}
`,
  1,
)

export const drivent = mapped(
  'driventv2',
  `
  target-position  3 1 u16 1 100
  speed            3 2 u16 1 3
  position         4 30 u16 1 64
  version          4 36 u16 1 213
  error-1          2 70 bit 1 0
  error-2          2 71 bit 1 1
  error-3          2 72 bit 1 0
  error-4          2 73 bit 1 0
`,
)
