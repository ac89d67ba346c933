/** Lifts and escalators are inspected once a year [TSG T7001]; boilers and vessels have papers of their own elsewhere. */
const SPECIAL: readonly string[] = ['lift', 'escalator']
const DAY_MS = 86_400_000
const FIRST_DAYS = 75
const APART_DAYS = 35

/** Certificates of use and the next inspection of all lifts and escalators of the demo, spread over the year from now on. */
export function withCertificates<E extends { readonly id: string; readonly kind: string }>(
  equipment: readonly E[],
  now: number,
): readonly E[] {
  const day = (days: number) => new Date(now + days * DAY_MS).toISOString().slice(0, 10)
  let n = 0
  return equipment.map(e => {
    if (!SPECIAL.includes(e.kind)) return e
    const nth = n++
    return {
      ...e,
      certificates: [
        { id: 'inspection', kind: 'inspection', no: `DEMO-JY-${nth + 1}`, expires: day(FIRST_DAYS + nth * APART_DAYS) },
        { id: 'insurance', kind: 'insurance', no: `DEMO-BX-${nth + 1}`, expires: day(200) },
      ],
    }
  })
}
