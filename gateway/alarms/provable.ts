import type { Point, PointId } from '../../drivers/point.ts'
import { alarmId, isTest } from '../../rules/alarm.ts'
import type { Role } from '../../rules/flow.ts'
import { canState, LONGEST_DELAY_S, notNow, type Proof, pointsOf } from '../../rules/proof.ts'
import { fail } from '../core/errors.ts'
import type { Actor } from '../core/events.ts'
import type { Plant } from '../http/deps.ts'
import { splitPoint } from '../out/topics.ts'

/** What can be proved now, and with which siren: looked at before anything is stored. */

/** A door, a pump or a fan is not a siren: nothing else of the plant is ever switched by a proof. */
const SIREN = /(^|[-_/])(siren|sounder|strobe|horn|beacon|alarm-bell)/
/** The outputs that a proof may switch for this role: on and off, without a second person. */
export const sirensOf = (plant: Plant, role: Role): readonly Point[] =>
  [...plant.points.values()].filter(point => {
    const spec = plant.commands.spec(point.id)
    const kind = plant.site.equipment.find(e => e.id === splitPoint(point.id)[0])?.kind ?? ''
    const two = !spec?.values || (spec.values.includes(true) && spec.values.includes(false))
    return (
      point.kind === 'boolean' &&
      spec?.roles.includes(role) &&
      !spec.secondPerson &&
      two &&
      SIREN.test(`${kind}/${point.key}`)
    )
  })

/** The rule, and the points that its condition looks at: all known, all good, and the alarm normal. */
export function provable(at: Plant | null, ruleId: string, point: PointId) {
  const id = alarmId(ruleId, point)
  const rule = at?.alarms.ruleOf(id)
  const alarm = at?.alarms.get(id)
  if (!at || !rule || !alarm || isTest(id)) return fail('not-found', { what: id })
  if (!canState(rule.when)) return fail('proving-not-by-value')
  if (rule.delayOnS + rule.delayOffS > LONGEST_DELAY_S)
    return fail('proving-too-long', { minutes: LONGEST_DELAY_S / 60 })
  const points = pointsOf(rule.when, point)
  for (const one of points) {
    const known = at.points.get(one)
    if (!known) return fail('proving-no-point', { point: one })
    if (at.latest.get(one)?.quality !== 'good') return fail('proving-point-bad', { point: known.name })
  }
  const not = notNow(alarm)
  if (not) return fail(not)
  return { at, rule, points }
}

export function sirenFor(at: Plant, point: PointId, by: Actor & { readonly role: Role }): Proof['siren'] {
  const known = sirensOf(at, by.role).find(one => one.id === point)
  const sample = at.latest.get(point)
  if (!known || sample?.quality !== 'good' || sample.value !== false) return fail('proving-siren')
  return { point, name: known.name, on: null, refused: null, off: null, tries: 0 }
}
