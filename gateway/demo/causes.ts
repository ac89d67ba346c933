import { profiles } from '../../drivers/index.ts'
import { matches } from '../../rules/rule.ts'

/** What stands still without supply. What puts people in danger is no mere consequence, and stays an alarm of its own. */
const dark = [
  ...['lv-switchboard/tie-closed', 'lv-switchboard/shed', 'em-*/voltage-*', 'generator-1/transfer-switch'],
  ...['ups-*/on-battery', 'emergency-lighting/supply', 'vent-*/fault', 'fire-panel/mains-fault', 'access-*/mains-fail'],
  ...['pump-chilled-*/tripped', 'pump-cooling-*/tripped', 'chiller-*/fault', 'cooling-tower-*/fault'],
  ...['booster-*/outlet-pressure', 'booster-*/pressure', 'booster-*/standby-ready', 'fresh-air-panel/*-fault'],
  ...['lift-*/fault', 'lift-*/in-service', 'broadcast/power', 'telephone/trunk-*-lost', 'telephone/battery-low'],
  'sump-pit-*/power',
]

/**
 * Rule -> points whose alarms are only its consequence, over all parts of the building: a cause and what follows from it are
 * one line on the screen, one order and one runbook.
 */
const consequences: Readonly<Record<string, readonly string[]>> = {
  'external-outage': ['hv-incomer-*/live', ...dark],
  'incomer-dead': dark,
  'incomer-tripped': dark,
  'feeder-tripped': dark,
  'transformer-overload': ['{equipment}/temperature'],
  'transformer-alarm': ['{equipment}/tripped'],
  'zone-flow-high': ['leak-detector/*', 'leak-*/leak', 'sump-pit-*/high-float'],
  'water-on-floor': ['leak-*/leak'],
  'water-at-switchgear': ['room-b1/water'],
  'sump-high': ['{equipment}/level', 'leak-detector/sump-b2', 'leak-car-park-b2/leak'],
  'person-trapped': ['{equipment}/fault', '{equipment}/in-service'],
  'gas-alarm': ['gas-regulator/*', 'chiller-2/fault'],
  'gas-valve-shut': ['gas-regulator/outlet-pressure'],
  'fire-confirmed': [
    ...['access-*/fire-release', 'fresh-air-panel/*-fire-stop', 'fire-pumps/*-running', 'lift-*/in-service'],
  ],
  'co2-discharged': ['co2-system/pressure-low'],
  'chiller-high-pressure': ['chiller-1/fault', 'chiller-1/condenser-pressure'],
  'door-forced': ['{equipment}/held'],
}

interface Device {
  readonly id: string
  readonly profile?: string
  readonly points?: readonly { readonly key: string }[]
}

/** The rules with their consequences, as far as the building has them: parts of it may come and go. */
export function withCauses<T extends { readonly id: string }>(rules: readonly T[], equipment: readonly Device[]): T[] {
  const points = equipment.flatMap(e =>
    [...(profiles.find(p => p.id === e.profile)?.points ?? []), ...(e.points ?? [])].map(
      ({ key }) => `${e.id}/${key}` as const,
    ),
  )
  const there = (pattern: string) => points.some(id => matches(pattern.replaceAll('{equipment}', '*'), id))
  return rules.map(rule => {
    const causes = (consequences[rule.id] ?? []).filter(there)
    return causes.length > 0 ? { ...rule, causes } : rule
  })
}
