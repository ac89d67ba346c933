import type { Driver } from './driver.ts'
import type { Point, Sample } from './point.ts'
import { type Fact, type PointSpec, type Profile, pointsOf } from './profile.ts'

/** Whether what answers is the device that the site says. Pure. */

/** The probe of one device, ready to be read. */
export interface Proof {
  /** The points that the facts speak of, each once. */
  readonly points: readonly Point[]
  readonly facts: readonly Fact[]
}

/**
 * right: every fact holds. wrong: one does not. silent: it did not answer, so nobody can say.
 * dark: what fails is 0 or "no reading" and the rest holds, as of the right device without mains.
 */
export type Verdict = 'right' | 'wrong' | 'silent' | 'dark'

/** @param unit as in pointsOf; the equipment's multiplier is not applied, because it is the device that is looked at */
export function proofOf(equipment: string, profile: Profile, driver: Driver, unit?: number): Proof {
  const { facts, points: own = [] } = profile.probe!
  const specs = [...new Set(facts.map(f => f.key))].map(
    (key): PointSpec => own.find(p => p.key === key) ?? profile.points.find(p => p.key === key)!,
  )
  return { points: pointsOf(`~probe-${equipment}`, specs, driver, unit), facts }
}

/** @param samples of `proof.points`, in their order */
export function verdictOf(proof: Proof, samples: readonly Sample[]): Verdict {
  const read = new Map(proof.points.map((p, i) => [p.key, samples[i]]))
  let dark = false
  let lit = false
  for (const fact of proof.facts) {
    const sample = read.get(fact.key)
    if (!sample || sample.reason === 'offline' || sample.reason === 'timeout') return 'silent'
    if (holds(fact, sample)) lit ||= Boolean(sample.value)
    else if (!('absent' in fact) && (sample.value === 0 || sample.reason === 'no-value')) dark = true
    else return 'wrong'
  }
  // A device that says 0 to everything has proved nothing.
  return !lit ? 'wrong' : dark ? 'dark' : 'right'
}

function holds(fact: Fact, sample: Sample): boolean {
  if ('absent' in fact) return sample.reason === 'refused' || sample.reason === 'no-value' || sample.value === 0
  if (sample.quality === 'bad') return false
  if ('within' in fact)
    return typeof sample.value === 'number' && sample.value >= fact.within[0] && sample.value <= fact.within[1]
  if ('equals' in fact) return [fact.equals].flat().includes(sample.value)
  return true
}
