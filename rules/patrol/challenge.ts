import { seeded } from './plan.ts'

/** What a photo is asked of at a printed code: it can be copied, the place around it cannot be carried along. */
export const challenges = ['door-sign', 'extinguisher', 'lamp', 'floor'] as const
export type Challenge = (typeof challenges)[number]
/** One visit in so many is asked for one. */
const ONE_IN = 4

/** Whether a photo is asked for at this point in this round, and of what: nobody can reckon on it who has not the seed. */
export function challengeOf(seed: string, round: string, checkpoint: string): Challenge | null {
  const chance = seeded(`${seed} challenge ${round} ${checkpoint}`)
  if (chance() * ONE_IN >= 1) return null
  return challenges[Math.floor(chance() * challenges.length)]!
}
