import type { Pack } from '../pack.ts'
import { distributionRoom } from './distribution-room.ts'
import { fire } from './fire.ts'
import { gas } from './gas.ts'
import { lift } from './lift.ts'
import { pumpHouse } from './pump-house.ts'

/** Every pack there is; a new one is a file here and a line. */
export const packs: readonly Pack[] = [distributionRoom, pumpHouse, lift, fire, gas]
