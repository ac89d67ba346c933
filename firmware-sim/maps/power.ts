import { mapped } from './table.ts'

/**
 * Switchgear of the plaza, through the substation's own gateway: no maker's maps, but ours, stated here in the form of
 * table.ts; the values are those of a quiet morning.
 */

/** 10 kV incomer, a relay. */
export const hvIncomer = mapped(
  'plaza-hv-incomer',
  `
  live     4 0 b0 1 1
  closed   4 0 b1 1 1
  tripped  4 0 b2 1 0
  voltage  4 1 u16 0.01 10.12
  current  4 2 u16 0.1 41.3
  power    4 3 u16 1 688
`,
)

/** Temperature controller of a dry-type transformer. */
export const transformerMap = mapped(
  'plaza-transformer',
  `
  temperature  4 0 s16 0.1 68.4
  load         4 1 u16 0.1 43.1
  fan          4 2 b0 1 0
  alarm        4 2 b1 1 0
  tripped      4 2 b2 1 0
  losses       4 3 u16 0.01 4.81
`,
)

/** Low-voltage switchboard: two incoming breakers and the tie. Sections in V. */
export const lvSwitchboard = mapped(
  'plaza-lv-switchboard',
  `
  incomer-1-closed   4 0 b0 1 1
  incomer-2-closed   4 0 b1 1 1
  tie-closed         4 0 b2 1 0
  section-1-voltage  4 1 u16 0.1 398.2
  section-2-voltage  4 2 u16 0.1 399
  incomer-1-power    4 3 u16 1 688
  incomer-2-power    4 4 u16 1 702
  shed               4 5 u16 1 0
`,
)

/** One outgoing breaker. cause: 0 none, 1 overload, 2 short circuit, 3 earth fault, 4 shed. */
export const feederMap = mapped(
  'plaza-feeder',
  `
  closed   4 0 b0 1 1
  tripped  4 0 b1 1 0
  supply   4 0 b2 1 1
  live     4 0 b3 1 1
  cause    4 1 u16 1 0
  current  4 2 u16 0.1 120.5
  power    4 3 u16 0.1 70.2
  command  1 0 bit 1 1
`,
)

/** Central battery of the emergency lighting (集中电源). */
export const emergencyMap = mapped(
  'plaza-emergency-lighting',
  `
  on               4 0 b0 1 0
  on-battery       4 0 b1 1 0
  supply           4 0 b2 1 1
  charge           4 1 u16 0.1 100
  runtime          4 2 u16 1 90
  battery-voltage  4 3 u16 0.1 222.4
`,
)

/** Lighting controller: what is on, and coils for the hand. A written coil takes its group out of its times until `-auto` is set. */
export const lightingMap = mapped(
  'plaza-lighting',
  `
  ${['entrance', 'advertising', 'spot', 'roof'].map((id, i) => `${id}-on 2 ${i} bit 1 0`).join('\n')}
  ${['entrance', 'advertising', 'spot', 'roof'].map((id, i) => `${id} 1 ${i} bit 1 0`).join('\n')}
  ${['entrance', 'advertising', 'spot', 'roof'].map((id, i) => `${id}-auto 1 ${8 + i} bit 1 1`).join('\n')}
`,
)

/** Fan of an electrical room, with a probe in the exhaust. */
export const ventilationMap = mapped(
  'plaza-ventilation',
  `
  running      4 0 b0 1 1
  fault        4 0 b1 1 0
  temperature  4 1 s16 0.1 27.3
`,
)

/** As firmware-sim/room.ts. */
export const roomMap = mapped(
  'plaza-room',
  `
  temperature  4 0 s16 0.1 26.1
  humidity     4 1 u16 0.1 52
  water        2 0 bit 1 0
`,
)
