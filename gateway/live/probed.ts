import { allAre, type Batch, badBatch } from '../../drivers/batch.ts'
import type { Link } from '../../drivers/driver.ts'
import { bad, type Sample } from '../../drivers/point.ts'
import { type Proof, type Verdict, verdictOf } from '../../drivers/probe.ts'
import type { Clock } from '../core/clock.ts'

/** How soon a device that failed its probe is asked to prove itself again. */
const AGAIN_MS = 10_000
const SILENCE: readonly Sample['reason'][] = ['offline', 'timeout']

/**
 * The link of one device that must first prove what it is: at the first answer, and again whenever it had been silent,
 * because that is when somebody may have swapped it. Until it has, nothing of it is believed and nothing is written to it.
 */
export function probed(link: Link, proof: Proof | null, clock: Pick<Clock, 'now'>): Link {
  if (!proof) return link
  let believed = false
  /** It was proven since the gateway runs: then a reading of 0 is taken for lost mains, not for another device. */
  let known = false
  let asked = Number.NEGATIVE_INFINITY
  let asking: Promise<Verdict> | undefined
  let silences = 0

  async function prove(signal: AbortSignal): Promise<boolean> {
    if (believed) return true
    const since = clock.now() - asked
    if (!asking && since >= 0 && since < AGAIN_MS) return false
    const before = silences
    asking ??= link.read(proof!.points, signal).then(samples => verdictOf(proof!, samples))
    try {
      const verdict = await asking
      // Silence is not a failed proof: it is tried again with the next answer.
      if (verdict !== 'silent') asked = clock.now()
      if (verdict === 'right') known = true
      // A device that fell silent meanwhile may be another one by now.
      believed = silences === before && (verdict === 'right' || (verdict === 'dark' && known))
      if (verdict === 'wrong') known = false
    } finally {
      asking = undefined
    }
    return believed
  }

  function fellSilent() {
    silences++
    believed = false
    asked = Number.NEGATIVE_INFINITY
  }

  // What a device pushes could not be held back before its proof: one that has to give it is polled.
  const { watch: _, ...polled } = link
  return {
    ...polled,
    async read(points, signal, urgent) {
      const samples = await link.read(points, signal, urgent)
      if (samples.every(s => SILENCE.includes(s.reason))) {
        fellSilent()
        return samples
      }
      if (believed || (await prove(signal))) return samples
      return samples.map(s => (SILENCE.includes(s.reason) ? s : bad(s.point, 'wrong-device', s.seen)))
    },
    ...(link.scan && {
      async scan(points, signal) {
        const batches = await link.scan!(points, signal)
        if (allAre(batches, SILENCE)) {
          fellSilent()
          return batches
        }
        return believed || (await prove(signal)) ? batches : batches.map(disbelieved)
      },
    }),
    ...(link.write && {
      write: async (point, value, signal) =>
        (await prove(signal)) ? link.write!(point, value, signal) : { ok: false, reason: 'refused' as const },
    }),
  }
}

/** Silence is still silence; all else is of another device. */
const disbelieved = (batch: Batch): Batch => {
  const doubted = badBatch(batch.points, 'wrong-device', batch.seen)
  const { reasons } = batch
  return reasons
    ? { ...doubted, reasons: reasons.map(reason => (SILENCE.includes(reason) ? reason : 'wrong-device')) }
    : doubted
}
