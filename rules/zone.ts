/** How far the clocks of a time zone are ahead of UTC. The zone's rules come from the platform. */

/** @param at UTC ms @returns ms */
export type Ahead = (at: number) => number

const formats = new Map<string, Intl.DateTimeFormat>()
function formatOf(zone: string): Intl.DateTimeFormat {
  let made = formats.get(zone)
  if (!made) {
    made = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
    formats.set(zone, made)
  }
  return made
}

/** The zone in which the process itself lives, and what knows it without a format. */
let home: { readonly zone: string; readonly ahead: Ahead } | null = null

/**
 * The first format of a process looks through the texts of all languages, which then stay in its memory: 5 MB. A process
 * that lives in the zone of its site asks its own clock instead.
 */
export function liveIn(zone: string, ahead: Ahead): void {
  home = { zone, ahead }
}

/** By how much the clocks of the zone are ahead of UTC at this moment, ms. @param zone an IANA name that is known to exist */
export function aheadMs(at: number, zone: string): number {
  if (home?.zone === zone) return home.ahead(at)
  const parts: Record<string, number> = {}
  for (const { type, value } of formatOf(zone).formatToParts(at)) parts[type] = Number(value)
  const shown = Date.UTC(parts.year!, parts.month! - 1, parts.day!, parts.hour!, parts.minute!, parts.second!)
  return shown - Math.floor(at / 1000) * 1000
}
