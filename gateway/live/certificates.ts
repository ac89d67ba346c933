import type { Point, Sample } from '../../drivers/point.ts'
import { type Certificate, certificatePoint, daysLeft } from '../../rules/certificate.ts'
import type { Clock } from '../core/clock.ts'

const SAY_AGAIN_MS = 60_000
/** Not at once: what follows from an alarm needs the site to be running. */
const FIRST_MS = 200

interface Papered {
  readonly id: string
  readonly certificates: readonly Certificate[]
}

/** Each paper of the site as a point of its equipment, in days. */
export const certificatePoints = (equipment: readonly Papered[]): readonly Point[] =>
  equipment.flatMap(e =>
    e.certificates.map(
      (c): Point => ({
        id: certificatePoint(e.id, c.id),
        key: certificatePoint('', c.id).slice(1),
        name: {
          'zh-CN': `${c.name['zh-CN']}剩余`,
          en: `${c.name.en}, days left`,
        },
        kind: 'number',
        unit: 'd',
        decimals: 0,
        scanMs: SAY_AGAIN_MS,
        address: null,
      }),
    ),
  )

/** Tells how long the papers hold, again and again: a day ends at midnight of the site. Returns the stop. */
export function watchCertificates(
  equipment: readonly Papered[],
  zone: string,
  clock: Clock,
  tell: (samples: readonly Sample[]) => void,
): () => void {
  const papers = equipment.flatMap(e => e.certificates.map(c => ({ point: certificatePoint(e.id, c.id), ...c })))
  if (papers.length === 0) return () => {}
  const look = () => {
    const at = clock.now()
    tell(
      papers.map(
        ({ point, expires }): Sample => ({
          ...{ point, at, seen: at, quality: 'good' },
          value: daysLeft(expires, at, zone),
        }),
      ),
    )
  }
  const stops = [clock.after(FIRST_MS, look), clock.every(SAY_AGAIN_MS, look), clock.onJump(look)]
  return () => {
    for (const stop of stops) stop()
  }
}
