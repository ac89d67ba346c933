import { haier, id974, komfovent, rdf302, uc2se } from './climate.ts'
import { cim, fc51, vacon10, vf51 } from './drives.ts'
import { drivent, rielta } from './fire-and-doors.ts'
import {
  acti9,
  adw300,
  b23,
  dtsu666,
  dvh4013,
  em24,
  iem3000,
  pac2200,
  pzem016,
  sdm120,
  sdm630,
  umg96,
  we514,
} from './meters.ts'
import { dc90dr, nmc2 } from './supply.ts'
import type { MappedDevice } from './table.ts'
import { mcm16, tuf2000m } from './water.ts'

/** Every device that stands still with the values of its table. */
export const mappedDevices: readonly MappedDevice[] = [
  ...[sdm630, sdm120, iem3000, acti9, b23, em24, umg96, dtsu666, adw300, dvh4013, we514, pac2200, pzem016],
  ...[tuf2000m, mcm16, fc51, vacon10, vf51, cim, uc2se, komfovent, haier, id974, rdf302, nmc2, dc90dr, rielta, drivent],
]
