/** Two 10 kV incomers, a transformer each, and the two sections of the low-voltage switchboard with their tie (母联). */

export type Side = 1 | 2
export const sides = [1, 2] as const

export interface Transformer {
  /** Windings, dry type. */
  celsius: number
  loadPct: number
  fan: boolean
  /** At 130 °C. */
  alarm: boolean
  /** At 150 °C it opens its 10 kV breaker. */
  tripped: boolean
  kw: number
  lossesKw: number
  /** It carries at least this, by somebody's hand, %. */
  heldPct: number
}
export interface Incomer {
  /** The utility's line has voltage. */
  live: boolean
  closed: boolean
  /** Low-voltage side. */
  lvClosed: boolean
}

const ratedKva = 1600
const powerFactor = 0.93
const alarmCelsius = 130
const tripCelsius = 150
const windingLagS = 900
/** Undervoltage relays let short dips pass. */
const openAfterS = 2
const tieAfterS = 3
/** After the supply is back and steady. */
const returnAfterS = 20
/** With the tie closed: above this the least needed feeders are shed, one each ten seconds. */
const shedAbovePct = 108
const shedEveryS = 10

export function createSupply() {
  const incomers: Record<Side, Incomer> = {
    1: { live: true, closed: true, lvClosed: true },
    2: { live: true, closed: true, lvClosed: true },
  }
  const fresh = (celsius: number): Transformer => ({
    celsius,
    loadPct: 0,
    fan: false,
    alarm: false,
    tripped: false,
    kw: 0,
    lossesKw: 0,
    heldPct: 0,
  })
  const transformers: Record<Side, Transformer> = { 1: fresh(68), 2: fresh(64) }
  let tie = false
  /** How long a transformer has been without voltage (or back), s. */
  const gone: Record<Side, number> = { 1: 0, 2: 0 }
  const back: Record<Side, number> = { 1: 0, 2: 0 }
  let overS = 0

  /** Voltage behind transformer n. */
  const energised = (n: Side) => incomers[n].live && incomers[n].closed
  const other = (n: Side): Side => (n === 1 ? 2 : 1)
  /** Which transformer feeds this section, if any. */
  const sourceOf = (section: Side): Side | null => {
    if (energised(section) && incomers[section].lvClosed) return section
    return tie && energised(other(section)) && incomers[other(section)].lvClosed ? other(section) : null
  }

  return {
    incomers,
    transformers,
    energised,
    sourceOf,
    get tie() {
      return tie
    },
    ratedKva,
    powerFactor,
    /** Bus transfer (备自投): a dead incomer opens, the tie closes; all goes back when both are steady again. */
    switchOver(dtS: number) {
      for (const n of sides) {
        gone[n] = energised(n) ? 0 : gone[n] + dtS
        back[n] = energised(n) ? back[n] + dtS : 0
        if (gone[n] >= openAfterS) incomers[n].lvClosed = false
      }
      const dead = sides.filter(n => !energised(n))
      const [lost] = dead
      if (lost && dead.length === 1 && gone[lost] >= tieAfterS) tie = true
      if (dead.length === 2) tie = false
      for (const n of sides) if (energised(n) && back[n] >= returnAfterS) incomers[n].lvClosed = true
      if (sides.every(n => incomers[n].lvClosed)) tie = false
    },
    /**
     * Loads of the sections become loads of the transformers, and warm them.
     * @param loadKw of each section
     * @returns true: a feeder has to go
     */
    carry(dtS: number, loadKw: Record<Side, number>, roomCelsius: number): boolean {
      for (const n of sides) {
        const t = transformers[n]
        const fromSections = sides.reduce((sum, s) => sum + (sourceOf(s) === n ? loadKw[s] : 0), 0)
        const held = energised(n) && incomers[n].lvClosed ? (t.heldPct / 100) * ratedKva * powerFactor : 0
        t.kw = Math.max(fromSections, held)
        const share = t.kw / powerFactor / ratedKva
        t.loadPct = 100 * share
        // No-load and load losses of a dry-type transformer of this size.
        t.lossesKw = energised(n) ? 2.4 + 13 * share ** 2 : 0
        const rise = energised(n) ? 12 + 88 * share ** 1.6 * (t.fan ? 0.85 : 1) : 0
        t.celsius += (roomCelsius + rise - t.celsius) * Math.min(1, dtS / windingLagS)
        t.fan = t.celsius > (t.fan ? 75 : 85)
        t.alarm = t.celsius > alarmCelsius
        if (t.celsius > tripCelsius) {
          t.tripped = true
          incomers[n].closed = false
        }
      }
      overS = tie && sides.some(n => transformers[n].loadPct > shedAbovePct) ? overS + dtS : 0
      if (overS < shedEveryS) return false
      overS = 0
      return true
    },
    /** Both sections on their own transformers: what was shed may come back. */
    get normal() {
      return !tie && sides.every(n => incomers[n].lvClosed && energised(n) && back[n] > returnAfterS)
    },
    /** The electrician's hand: trips are reset, the breaker closed. */
    reset(n: Side) {
      transformers[n].tripped = false
      transformers[n].heldPct = 0
      transformers[n].celsius = Math.min(transformers[n].celsius, 95)
      incomers[n].closed = true
    },
  }
}
export type Supply = ReturnType<typeof createSupply>
