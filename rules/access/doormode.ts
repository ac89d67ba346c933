/**
 * In what mode a door is. Several things may want something of it at once; the highest wins, and what it covers comes
 * back when it ends. The way out is never part of it: no mode says anything of `out`.
 */
export const doorModes = [
  'fire-release',
  'local-egress',
  'lockdown',
  'lockout',
  'maintenance',
  'override',
  'scheduled-unlock',
  'scheduled-lock',
  'normal',
] as const
export type DoorMode = (typeof doorModes)[number]

/** open: nobody is asked. level: only people of that level or more. shut: nobody comes in by credential. ask: as usual. */
export type Inward = 'open' | 'level' | 'shut' | 'ask'
export const inward: Readonly<Record<DoorMode, Inward>> = {
  'fire-release': 'open',
  'local-egress': 'open',
  lockdown: 'level',
  lockout: 'shut',
  maintenance: 'open',
  override: 'open',
  'scheduled-unlock': 'open',
  'scheduled-lock': 'shut',
  normal: 'ask',
}

/** What a person may set, how long at most and if nothing is said. Every one of them ends by itself. */
export const settable = {
  lockdown: { mostMin: 24 * 60, usualMin: 60 },
  lockout: { mostMin: 24 * 60, usualMin: 60 },
  maintenance: { mostMin: 8 * 60, usualMin: 60 },
  override: { mostMin: 8 * 60, usualMin: 15 },
} as const satisfies Partial<Record<DoorMode, { readonly mostMin: number; readonly usualMin: number }>>
export type SettableMode = keyof typeof settable
export const settableModes = Object.keys(settable) as SettableMode[]

export interface Layer {
  readonly mode: DoorMode
  readonly since: number
  /** Null only for what is not set by a person: it ends when its cause does. */
  readonly until: number | null
  /** Of a lockdown: who may still come in. */
  readonly level: number | null
  readonly by: string | null
  readonly reason: string
}
export const NORMAL: Layer = { mode: 'normal', since: 0, until: null, level: null, by: null, reason: '' }

const rank = (mode: DoorMode): number => doorModes.indexOf(mode)
export const isOver = (layer: Layer, now: number): boolean => layer.until !== null && now >= layer.until

/**
 * Whether what a person has set counts at a moment. One that begins only later is not asked about yet, but where that is
 * now the clock was set back: what opens a door is over, what shuts it stays until its end or until somebody ends it.
 */
export const holdsAt = (layer: Layer, at: number, now: number): boolean =>
  !isOver(layer, at) && (layer.since <= at || (at >= now - 1000 && inward[layer.mode] !== 'open'))

/** The layer that counts now; of the same mode the stricter: the higher level, then the one that began first. */
export function modeOf(layers: readonly Layer[], now: number): Layer {
  let best = NORMAL
  for (const layer of layers) {
    if (isOver(layer, now)) continue
    const by = rank(layer.mode) - rank(best.mode)
    if (by < 0 || (by === 0 && ((layer.level ?? 0) - (best.level ?? 0) || best.since - layer.since) > 0)) best = layer
  }
  return best
}

/**
 * A layer that a person asks for, or why there is none: no person sets a fire release or ends one, and none stays for ever.
 * @param minutes null: as long as is usual
 */
export function layerFor(
  asked: {
    readonly mode: SettableMode
    readonly minutes: number | null
    readonly level: number | null
    readonly by: string
    readonly reason: string
  },
  layers: readonly Layer[],
  now: number,
): Layer | { readonly refused: 'mode-too-long' | 'mode-fire' | 'mode-level' } {
  const limit = settable[asked.mode]
  const minutes = asked.minutes ?? limit.usualMin
  if (!(minutes > 0) || minutes > limit.mostMin) return { refused: 'mode-too-long' }
  // Whatever would shut it again is refused, not only outranked: it would come to light when the release ends.
  const shuts = inward[asked.mode] === 'shut' || inward[asked.mode] === 'level'
  if (shuts && layers.some(l => l.mode === 'fire-release' && !isOver(l, now))) return { refused: 'mode-fire' }
  if ((asked.mode === 'lockdown') !== (asked.level !== null)) return { refused: 'mode-level' }
  const { mode, level, by, reason } = asked
  return { mode, level, by, reason, since: now, until: now + minutes * 60_000 }
}
