import { profiles } from '../../drivers/index.ts'
import type { PackRule } from '../../rules/pack.ts'
import { packs } from '../../rules/packs/all.ts'
import { matches } from '../../rules/rule.ts'
import { demoAccess } from './access.ts'
import { withCertificates } from './certificates.ts'
import { demoEmergencyPlan } from './emergencyplan.ts'
import { demoLinkage } from './linkage.ts'
import { demoMaintenance } from './maintenance.ts'
import { demoSpaces } from './place.ts'
import { demoContacts, demoDoorGroups, demoPatrol, demoRoutes, demoTariffs } from './place-values.ts'
import { demoPlans } from './plans.ts'
import { demoRunRecords } from './runrecords.ts'
import { demoShifts } from './shifts.ts'
import { withSupply } from './supply.ts'

interface Device {
  readonly id: string
  readonly kind: string
  readonly space?: string
  readonly profile?: string
  readonly points?: readonly { readonly key: string }[]
}

/**
 * The demo's site with its place: spaces first, and at the end what belongs to people. Doors are grouped by where they
 * are, packs switched on by what there is, so that parts of the building may come and go.
 */
export function withPlace<T extends { readonly site: object; readonly equipment: readonly Device[] }>(
  whole: T,
  now = Date.now(),
) {
  const { site, ...rest } = whole
  const { equipment } = whole
  const fits = ({ kinds, keys }: PackRule) =>
    equipment.some(
      e => kinds.includes(e.kind) && keysOf(e).some(key => keys.some(one => matches(`x/${one}`, `x/${key}`))),
    )
  const doorGroups = demoDoorGroups(equipment)
  const used = packs.filter(pack => pack.rules.some(fits))
  return {
    site,
    spaces: demoSpaces(),
    ...rest,
    equipment: withSupply(withCertificates(equipment, now)) as T['equipment'],
    routes: demoRoutes(equipment),
    patrol: demoPatrol(),
    doorGroups,
    ...demoAccess(equipment, doorGroups),
    tariffs: demoTariffs(),
    contacts: demoContacts(),
    emergencyPlan: demoEmergencyPlan(),
    shifts: demoShifts(),
    runRecords: demoRunRecords(equipment, keysOf),
    maintenance: demoMaintenance(equipment),
    linkage: demoLinkage(equipment),
    plans: demoPlans(new Set(equipment.map(e => e.id))),
    packs: used.map(({ id }) =>
      id === 'distribution-room' ? { pack: id, spaces: ['hv-room', 'distribution-room'] } : id,
    ),
  }
}

const keysOf = (e: Device): string[] => [
  ...(profiles.find(p => p.id === e.profile)?.points ?? []).map(p => p.key),
  ...(e.points ?? []).map(p => p.key),
]
