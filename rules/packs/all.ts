import type { Pack } from '../pack.ts'
import { distributionRoom } from './distribution-room.ts'
import { doors } from './doors.ts'
import { fire } from './fire.ts'
import { gas } from './gas.ts'
import { hvacZones } from './hvac-zones.ts'
import { lift } from './lift.ts'
import { meters } from './meters.ts'
import { pumpHouse } from './pump-house.ts'
import { sumps } from './sumps.ts'
import { supplyAndTransformers } from './supply-and-transformers.ts'

/** Every pack there is; a new one is a file here and a line. */
export const packs: readonly Pack[] = [
  distributionRoom,
  supplyAndTransformers,
  pumpHouse,
  sumps,
  hvacZones,
  lift,
  doors,
  meters,
  fire,
  gas,
]
