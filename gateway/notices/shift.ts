import type { NotifyConfig } from '../out/notify/config.ts'

/** Who of a crew is on duty by signature. */
export interface OnShift {
  readonly on: readonly string[]
  /** All of the crew: whoever else stands in the roster keeps his own times. */
  readonly crew: ReadonlySet<string>
  /** When the next shift should have taken over, UTC ms. */
  readonly until: number
}

/**
 * The settings with those rosters whose crew hands over by signature: who has taken over is on duty until the next has
 * signed, whatever the clock says; the rest of the crew is not.
 */
export function signedDuty(config: NotifyConfig, onShift?: (roster: string) => OnShift | null): NotifyConfig {
  if (!onShift) return config
  const rosters = config.rosters.map(roster => {
    const signed = onShift(roster.id)
    // When none of a roster has taken over its own times hold: somebody has to be told.
    if (!signed || !roster.people.some(p => signed.on.includes(p.name))) return roster
    const people = roster.people.map(({ shifts, ...person }) => {
      if (!signed.crew.has(person.name)) return { ...person, ...(shifts && { shifts }) }
      return signed.on.includes(person.name) ? person : { ...person, shifts: [] }
    })
    return { ...roster, people }
  })
  return { ...config, rosters }
}

/**
 * The settings as they hold at a moment: a signature counts until the next shift should have taken over, and for now however late
 * that is; for later nobody has signed yet, so the plan's times are shown.
 */
export const dutyAt =
  (config: NotifyConfig, now: number, onShift?: (roster: string) => OnShift | null) =>
  (at: number): NotifyConfig =>
    signedDuty(config, roster => {
      const signed = onShift?.(roster) ?? null
      return signed && (at <= now || at < signed.until) ? signed : null
    })
