import type { Runbook } from '../runbook.ts'
import { fire } from './fire.ts'
import { gasLeak } from './gas.ts'
import { liftRescue, liftTrapped } from './lift.ts'
import { chillerTrip, internalLine, overTemperature } from './plant.ts'
import { externalOutage, internalFault } from './power.ts'
import { burstPipe, burstPipeElectrical, waterFailure } from './water.ts'

/** Every runbook there is; a new one is a line here. A site may put one of its own in the place of any of them. */
export const runbooks: readonly Runbook[] = [
  externalOutage,
  internalFault,
  liftTrapped,
  burstPipe,
  burstPipeElectrical,
  waterFailure,
  gasLeak,
  fire,
  overTemperature,
  chillerTrip,
  liftRescue,
  internalLine,
]
