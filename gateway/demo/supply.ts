import type { Supply } from '../../rules/plant/systems.ts'
import { feederNames } from './feeders.ts'
import { both } from './part.ts'

/** How the plant of the demo hangs together: what site.json says by `fedBy`, `busbars` and `meter`. */

/** The section of each feeder; those that the generator takes over are marked. */
const sectionOf: Readonly<Record<(typeof feederNames)[number][0], readonly [section: 1 | 2, essential?: true]>> = {
  'lifts-a': [1, true],
  'lifts-b': [2, true],
  escalators: [2],
  'water-pumps': [1, true],
  'sump-pumps': [2, true],
  'fire-equipment': [1, true],
  chillers: [1],
  ventilation: [2],
  'lighting-public': [2],
  'lighting-facade': [2],
  'emergency-lighting': [1, true],
  elv: [1, true],
  shops: [2],
  homes: [1],
  offices: [2],
}
const feeders = feederNames.map(([id]): [string, Supply] => {
  const [section, essential] = sectionOf[id]
  const normal = `lv-switchboard/section-${section}`
  return [`feeder-${id}`, { fedBy: essential ? [normal, 'generator-1'] : [normal], meter: `em-${id}` }]
})
const section = (n: 1 | 2) => ({
  id: `section-${n}`,
  name: n === 1 ? both('0.4 kV Ⅰ段', '0.4 kV section 1') : both('0.4 kV Ⅱ段', '0.4 kV section 2'),
  nominal: 400,
  voltage: `section-${n}-voltage`,
  fedBy: [
    { from: `transformer-${n}`, closed: `incomer-${n}-closed`, power: `incomer-${n}-power`, meter: `em-main-${n}` },
  ],
})
const water = { system: 'water' } as const
const hvac = { system: 'hvac' } as const
const fed = (...fedBy: string[]): Supply => ({ fedBy })

const relations: ReadonlyMap<string, Supply> = new Map<string, Supply>([
  ['transformer-1', fed('hv-incomer-1')],
  ['transformer-2', fed('hv-incomer-2')],
  [
    'lv-switchboard',
    { busbars: [section(1), section(2)], ties: [{ between: ['section-1', 'section-2'], closed: 'tie-closed' }] },
  ],
  ...feeders,
  ['ups-elv', fed('feeder-elv')],
  ['emergency-lighting', fed('feeder-emergency-lighting')],
  ['lighting', fed('feeder-lighting-facade')],
  ['booster-b1', fed('tank-b1', 'feeder-water-pumps')],
  ['booster-tower-b', fed('tank-b1', 'feeder-water-pumps')],
  ['valve-a', fed('booster-b1')],
  ...['b', 'mall', 'b1', 'b2'].map((zone): [string, Supply] => [`valve-${zone}`, fed('booster-tower-b')]),
  ...[1, 2, 3].map((n): [string, Supply] => [`drive-b-${n}`, water]),
  ...['chilled-1', 'chilled-2', 'cooling-1', 'cooling-2'].map((id): [string, Supply] => [`pump-${id}`, hvac]),
  ['chiller-1', fed('feeder-chillers')],
  ...['lift-a-1', 'lift-a-2', 'lift-a-3', 'lift-a-fire'].map((id): [string, Supply] => [id, fed('feeder-lifts-a')]),
  ...['lift-b-1', 'lift-b-2'].map((id): [string, Supply] => [id, fed('feeder-lifts-b')]),
  ...['escalator-1', 'escalator-2'].map((id): [string, Supply] => [id, fed('feeder-escalators')]),
])

/** Behind each main meter of a busbar the meters of what hangs on it, in the order of the site. */
export function metersBehind(
  equipment: readonly (Supply & { readonly id: string })[],
): ReadonlyMap<string, readonly string[]> {
  return new Map(
    equipment.flatMap(board =>
      (board.busbars ?? []).flatMap(bar =>
        bar.fedBy.flatMap(({ meter }) => {
          const behind = equipment.flatMap(e => (e.fedBy?.[0] === `${board.id}/${bar.id}` && e.meter ? [e.meter] : []))
          return meter && behind.length > 0 ? [[meter, behind] as const] : []
        }),
      ),
    ),
  )
}

/** The same equipment with what feeds it, as far as that is there: parts of the building may be left out. */
export function withSupply<E extends { readonly id: string }>(equipment: readonly E[]): readonly E[] {
  const there = new Set(equipment.map(e => e.id))
  const isThere = (reference: string) => there.has(reference.split('/')[0]!)
  return equipment.map(e => {
    const { meter, fedBy = [], busbars = [], ...said } = relations.get(e.id) ?? {}
    const from = fedBy.filter(isThere)
    return {
      ...e,
      ...said,
      ...(from.length > 0 && { fedBy: from }),
      ...(meter != null && there.has(meter) && { meter }),
      ...(busbars.length > 0 && {
        busbars: busbars.map(bar => ({
          ...bar,
          fedBy: bar.fedBy
            .filter(s => isThere(s.from))
            .map(({ meter: m, ...source }) => (m !== undefined && there.has(m) ? { ...source, meter: m } : source)),
        })),
      }),
    }
  })
}
