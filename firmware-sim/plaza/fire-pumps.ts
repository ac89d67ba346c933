import { liveMap } from './live-map.ts'

/**
 * Fire water: the pool, two hydrant pumps, two sprinkler pumps (one of each stands by) and the jockey pump (稳压泵) that
 * holds both networks between 8.5 and 9.5 bar. A pump in `auto` starts when its network is below 7 bar.
 * It never stops by itself (GB 50974-2014 11.0.2): whoever is in the fire pump room stops it, here 120 s after the fire is
 * over. In `hand` it runs only when somebody starts it there. The gateway reads all this and commands nothing of it.
 */
export const firePumpIds = ['hydrant1', 'hydrant2', 'sprinkler1', 'sprinkler2', 'jockey'] as const
export type FirePumpId = (typeof firePumpIds)[number]
export const firePumpModes = ['off', 'auto', 'hand'] as const
type Mode = (typeof firePumpModes)[number]

const poolM3 = 432
const startBar = 7
const shutoffBar = 10.5
const standbyS = 5
/** Two hoses and their reserve; a handful of sprinkler heads. */
const drawn = { hydrant: 72, sprinkler: 54 } as const
const networks = ['hydrant', 'sprinkler'] as const
type Network = (typeof networks)[number]

export function createFirePumps() {
  let poolPercent = 95
  let powered = true
  let calmS = 0
  const pumps = Object.fromEntries(
    firePumpIds.map(id => [id, { mode: 'auto' as Mode, on: false, fault: false }]),
  ) as Record<FirePumpId, { mode: Mode; on: boolean; fault: boolean }>
  const bar: Record<Network, number> = { hydrant: 9.1, sprinkler: 9.0 }
  const missingS: Record<Network, number> = { hydrant: 0, sprinkler: 0 }
  const able = (id: FirePumpId) => powered && !pumps[id].fault && pumps[id].mode !== 'off'

  function network(name: Network, dtS: number, m3h: number): number {
    const [first, second] = [`${name}1`, `${name}2`] as const
    if (bar[name] < startBar && able(first) && pumps[first].mode === 'auto') pumps[first].on = true
    // The second one covers for the first.
    missingS[name] = bar[name] < startBar && !pumps[first].on ? missingS[name] + dtS : 0
    if (missingS[name] >= standbyS && able(second) && pumps[second].mode === 'auto') pumps[second].on = true
    const running = [first, second].filter(id => pumps[id].on).length
    const wet = poolPercent > 2
    if (running > 0 && wet) {
      const head = shutoffBar - 0.00035 * (m3h / running) ** 2
      bar[name] += (head - bar[name]) * Math.min(1, dtS / 4)
    } else {
      const jockey = pumps.jockey.on && wet ? 0.08 : 0
      // A network leaks a little; open hydrants empty it at once.
      bar[name] = Math.max(0.4, bar[name] + (jockey - 0.0015 - m3h / 60) * dtS)
    }
    return running > 0 && wet ? m3h : 0
  }

  const look = () => ({
    'hydrant-pressure': bar.hydrant,
    'sprinkler-pressure': bar.sprinkler,
    'pool-level': poolPercent,
    'pool-low': poolPercent < 80,
    power: powered,
    ...Object.fromEntries(
      firePumpIds.flatMap(id => [
        [`${id}-running`, pumps[id].on],
        [`${id}-fault`, pumps[id].fault],
        [`${id}-mode`, firePumpModes.indexOf(pumps[id].mode)],
      ]),
    ),
  })

  return {
    pumps,
    get poolPercent() {
      return poolPercent
    },
    get kw() {
      const of = { hydrant1: 55, hydrant2: 55, sprinkler1: 45, sprinkler2: 45, jockey: 3 }
      return firePumpIds.reduce((sum, id) => sum + (pumps[id].on ? of[id] : 0), 0)
    },
    setPool(percent: number) {
      poolPercent = percent
    },
    stop() {
      for (const id of firePumpIds) pumps[id].on = false
    },
    step(dtS: number, fire: boolean, mains: boolean) {
      powered = mains
      for (const id of firePumpIds) if (!able(id)) pumps[id].on = false
      const main = firePumpIds.some(id => id !== 'jockey' && pumps[id].on)
      const lowest = Math.min(bar.hydrant, bar.sprinkler)
      if (main || lowest >= 9.5) pumps.jockey.on = false
      else if (lowest < 8.5 && able('jockey')) pumps.jockey.on = true
      const used = networks.reduce((sum, name) => sum + network(name, dtS, fire ? drawn[name] : 0), 0)
      // The pool is filled again by its own float valve, 15 m3/h.
      const filled = poolPercent < 95 ? 15 : 0
      poolPercent = Math.max(0, poolPercent + (100 * (filled - used) * dtS) / 3600 / poolM3)
      calmS = fire || lowest < startBar ? 0 : calmS + dtS
      if (main && calmS >= 120) for (const id of firePumpIds) pumps[id].on = pumps[id].on && pumps[id].mode === 'hand'
    },
    state: look,
    device: liveMap(
      `
      hydrant-pressure    4 0 u16 0.01
      sprinkler-pressure  4 1 u16 0.01
      pool-level          4 2 u16 0.1
      ${firePumpIds.map((id, i) => `${id}-mode 4 ${3 + i} u16 1`).join('\n')}
      ${firePumpIds.map((id, i) => `${id}-running 2 ${i} bit 1`).join('\n')}
      ${firePumpIds.map((id, i) => `${id}-fault 2 ${8 + i} bit 1`).join('\n')}
      pool-low            2 16 bit 1
      power               2 17 bit 1
      `,
      look,
      undefined,
      'zero',
    ),
  }
}
