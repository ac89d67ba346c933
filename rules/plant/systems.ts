/** What system of the building a piece of equipment belongs to, and how the parts of a system hang together. Pure. */

export const systems = ['power', 'water', 'hvac', 'lifts'] as const
export type System = (typeof systems)[number]

/** What feeds a busbar: a source and the breaker between them. */
export interface BusbarSource {
  /** `<equipment>` or `<equipment>/<busbar>`. */
  readonly from: string
  /** Keys of points of the board itself. */
  readonly closed?: string | undefined
  readonly tripped?: string | undefined
  /** Key of a point of the board: the power that goes through. */
  readonly power?: string | undefined
  /** Equipment that measures what goes through. */
  readonly meter?: string | undefined
}
/** A busbar [母线段] of a switchboard. */
export interface Busbar {
  readonly id: string
  readonly name?: { readonly 'zh-CN': string; readonly en: string } | undefined
  /** V between the phases: by it a measured voltage is called live or dead. */
  readonly nominal: number
  /** Key of a point of the board that measures its voltage, in V or kV. */
  readonly voltage?: string | undefined
  readonly fedBy: readonly BusbarSource[]
}
/** A coupler [母联] between two busbars of one board. */
export interface BusTie {
  readonly between: readonly [string, string]
  readonly closed?: string | undefined
  readonly tripped?: string | undefined
}
/** What site.json says of how a piece of equipment hangs together with others. */
export interface Supply {
  /** Where it is drawn; null: by its kind. `none`: on no overview. */
  readonly system?: System | 'none' | null | undefined
  /** `<equipment>` or `<equipment>/<busbar>`: the normal supply first, then the reserves. */
  readonly fedBy?: readonly string[] | undefined
  readonly meter?: string | null | undefined
  readonly busbars?: readonly Busbar[] | undefined
  readonly ties?: readonly BusTie[] | undefined
}
export interface PlantPart extends Supply {
  readonly id: string
  readonly kind: string
}

/** A word of the kind -> its system; the first that fits. What fits none is on no overview. */
const byWord: readonly (readonly [RegExp, System | null])[] = [
  [/meter|sensor|detector|gas|door|suppression/, null],
  [/lift|elevator|escalator/, 'lifts'],
  [/ahu|air-|fcu|fan|vent|hvac|climate|thermostat|chill|tower|boiler|heat|weather/, 'hvac'],
  [
    /incomer|transformer|switchboard|switchgear|feeder|breaker|generator|^ups$|rectifier|busbar|transfer-switch|^ats$|emergency-lighting|capacitor/,
    'power',
  ],
  [/pump|tank|pool|sump|valve|booster|water/, 'water'],
]

/** The system that a piece of equipment is drawn with; null: with none. */
export function systemOf({ kind, system }: Pick<PlantPart, 'kind' | 'system'>): System | null {
  if (system === 'none') return null
  return system ?? byWord.find(([word]) => word.test(kind))?.[1] ?? null
}

/** `lv/section-1` -> the board and its busbar. */
export function supplyOf(reference: string): { readonly equipment: string; readonly busbar: string | null } {
  const [equipment = '', busbar] = reference.split('/')
  return { equipment, busbar: busbar ?? null }
}

export interface SupplyProblem {
  /** Index of the part and where in it. */
  readonly at: readonly (string | number)[]
  readonly code: 'unknown-equipment' | 'unknown-busbar' | 'supply-circle' | 'busbar-point' | 'duplicate-id'
  readonly params: Readonly<Record<string, string>>
}

/**
 * What does not fit in the relations of a site. A circle is looked for among the normal supplies only: two sources that
 * stand by for each other are none.
 * @param parts holes are entries that could not be read
 * @param named ids of all equipment that the file names
 * @param keysOf keys of the points of a part; null: not known for sure
 */
export function supplyProblems(
  parts: readonly (PlantPart | null)[],
  named: ReadonlySet<unknown>,
  keysOf: (id: string) => ReadonlySet<string> | null,
): SupplyProblem[] {
  const out: SupplyProblem[] = []
  const known = new Map(parts.filter(p => p !== null).map(p => [p.id, p]))
  const refer = (reference: string, at: SupplyProblem['at']) => {
    const { equipment, busbar } = supplyOf(reference)
    if (!named.has(equipment)) out.push({ at, code: 'unknown-equipment', params: { equipment } })
    else if (busbar !== null && known.has(equipment) && !known.get(equipment)!.busbars?.some(b => b.id === busbar))
      out.push({ at, code: 'unknown-busbar', params: { equipment, busbar } })
  }
  for (const [i, part] of parts.entries()) {
    if (!part) continue
    const keys = keysOf(part.id)
    const point = (key: string | undefined, at: SupplyProblem['at']) => {
      if (key !== undefined && keys && !keys.has(key))
        out.push({ at, code: 'busbar-point', params: { point: key, equipment: part.id } })
    }
    for (const [j, reference] of part.fedBy?.entries() ?? []) refer(reference, [i, 'fedBy', j])
    if (part.meter != null) refer(part.meter, [i, 'meter'])
    const bars = part.busbars ?? []
    for (const [j, bar] of bars.entries()) {
      if (bars.findIndex(b => b.id === bar.id) !== j)
        out.push({ at: [i, 'busbars', j, 'id'], code: 'duplicate-id', params: { id: bar.id } })
      point(bar.voltage, [i, 'busbars', j, 'voltage'])
      for (const [k, source] of bar.fedBy.entries()) {
        const at = [i, 'busbars', j, 'fedBy', k]
        refer(source.from, [...at, 'from'])
        point(source.closed, [...at, 'closed'])
        point(source.tripped, [...at, 'tripped'])
        point(source.power, [...at, 'power'])
        if (source.meter !== undefined) refer(source.meter, [...at, 'meter'])
      }
    }
    for (const [j, tie] of part.ties?.entries() ?? []) {
      for (const [k, end] of tie.between.entries())
        if (!bars.some(b => b.id === end))
          out.push({
            at: [i, 'ties', j, 'between', k],
            code: 'unknown-busbar',
            params: { equipment: part.id, busbar: end },
          })
      point(tie.closed, [i, 'ties', j, 'closed'])
      point(tie.tripped, [i, 'ties', j, 'tripped'])
    }
  }
  out.push(...circles(parts))
  return out
}

/** The normal supply of a part or a busbar: what it hangs on in the drawing. */
export function hangsOn(parts: readonly (PlantPart | null)[]): Map<string, string> {
  const on = new Map<string, string>()
  for (const part of parts) {
    if (!part) continue
    if (part.fedBy?.[0] !== undefined) on.set(part.id, part.fedBy[0])
    for (const bar of part.busbars ?? []) {
      const from = bar.fedBy[0]?.from
      if (from !== undefined) on.set(`${part.id}/${bar.id}`, from)
    }
  }
  return on
}

function circles(parts: readonly (PlantPart | null)[]): SupplyProblem[] {
  const on = hangsOn(parts)
  const out: SupplyProblem[] = []
  for (const [i, part] of parts.entries()) {
    if (!part) continue
    const starts = [part.id, ...(part.busbars ?? []).map(bar => `${part.id}/${bar.id}`)]
    for (const start of starts) {
      const seen = new Set<string>()
      let at: string | undefined = on.get(start)
      while (at !== undefined && at !== start && !seen.has(at)) {
        seen.add(at)
        at = on.get(at)
      }
      if (at === start) out.push({ at: [i], code: 'supply-circle', params: { equipment: start } })
    }
  }
  return out
}

export interface Neighbours {
  /** Where it is fed from: the normal supply first. */
  readonly from: readonly string[]
  /** What it feeds. */
  readonly to: readonly string[]
}
interface Linked {
  readonly id: string
  readonly fedBy?: readonly string[] | undefined
  readonly busbars?: readonly { readonly fedBy: readonly { readonly from: string }[] }[] | undefined
}
/** What feeds a piece of equipment and what it feeds, by id: what goes dark with it. */
export function neighboursOf(id: string, parts: readonly Linked[]): Neighbours {
  const sources = (part: Linked): string[] => [
    ...(part.fedBy ?? []),
    ...(part.busbars ?? []).flatMap(bar => bar.fedBy.map(s => s.from)),
  ]
  const own = parts.find(p => p.id === id)
  const ids = (references: readonly string[]) => [...new Set(references.map(r => supplyOf(r).equipment))]
  return {
    from: own ? ids(sources(own)).filter(one => one !== id) : [],
    to: parts.filter(p => p.id !== id && ids(sources(p)).includes(id)).map(p => p.id),
  }
}
