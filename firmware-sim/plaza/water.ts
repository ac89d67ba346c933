import { BodyError } from '../actions.ts'
import type { ModbusDevice } from '../modbus-pdu.ts'
import type { Action, Part, Ties } from '../part.ts'
import { flagIn, numberIn, numberOrNull, wordIn } from './bodies.ts'
import { createBooster } from './booster.ts'
import { createFirePumps, firePumpIds, firePumpModes } from './fire-pumps.ts'
import { liveMap } from './live-map.ts'
import { createSump } from './sumps.ts'
import { createTank, createZone, type ZoneId, zoneIds } from './supply.ts'

/** Where a pipe can burst: of which zone, and how its floor drains into which pit, m3/h. */
const places = {
  'car-park-b2': { zone: 'b2', pit: 0, drainM3h: 30, hole: 30 },
  /** A pipe in the corridor; the water stands at the switchboard before the gully takes it. */
  'distribution-room': { zone: 'b1', pit: 1, drainM3h: 6, hole: 30 },
} as const
type Place = keyof typeof places
const placeIds = Object.keys(places) as Place[]
const pitSpaces = ['sump-b2', 'pump-house'] as const
const floors = [...placeIds, ...pitSpaces] as const
type Floor = (typeof floors)[number]
/** From here on a detector on the floor is wet, and until there it stays so. */
const wetM3 = 0.15
const dryM3 = 0.05
const seepM3h = 0.4

export interface WaterOptions {
  /** The set of tower A, which has a device of its own. */
  readonly towerA?: () => { readonly bar: number; readonly kw: number }
}

/** What is asked of a tower A set that nobody gave. */
const steady = { bar: 4.2, kw: 11 }

/**
 * Line `water-1`, Modbus TCP; the tables of the units stand with their physics (supply, booster, sumps, fire-pumps):
 * 1 tank, 2 booster set of tower B, 3 and 4 sump pits, 5 fire pumps, 6 leak detector, 11..13 drives of the booster
 * pumps (VEDA VF-51), 31..35 zone valves.
 * Leak detector: discrete inputs 0..3 are wet in car park, distribution room, sump room, pump house.
 */
export function waterPart(ties: Ties, { towerA = () => steady }: WaterOptions = {}): Part & { readonly water: Water } {
  let at = 0
  const tank = createTank()
  const booster = createBooster()
  const zones = Object.fromEntries(zoneIds.map(id => [id, createZone(id, () => at)])) as Record<
    ZoneId,
    ReturnType<typeof createZone>
  >
  const pits = [createSump(34), createSump(41)] as const
  const inflowM3h = [0, 0]
  const firePumps = createFirePumps()
  const puddles = Object.fromEntries(floors.map(id => [id, 0])) as Record<Floor, number>
  const wet = new Set<Floor>()

  /** Told when it changes only: others may flood the same room. */
  function feel(floor: Floor): void {
    const now = wet.has(floor) ? puddles[floor] > dryM3 : puddles[floor] > wetM3
    if (now === wet.has(floor)) return
    if (now) wet.add(floor)
    else wet.delete(floor)
    ties.rooms[floor] ??= { celsius: 22, humidity: 60, water: false }
    ties.rooms[floor].water = now
  }

  function supply(dtS: number): void {
    const fed = ties.fed['water-pumps']
    const a = towerA()
    zones.a.step(dtS, fed ? a.bar : 0)
    const others = zoneIds.filter(id => id !== 'a').map(id => zones[id])
    const conductance = others.reduce((sum, z) => sum + z.conductance(), 0)
    booster.step(dtS, conductance, tank.wet, fed)
    for (const z of others) z.step(dtS, booster.bar)
    tank.step(dtS, at, tank.wet ? zoneIds.reduce((sum, id) => sum + zones[id].zone.m3h, 0) : 0)
    ties.demandKw['water-pumps'] = fed ? booster.kw + a.kw : 0
  }

  function drain(dtS: number): void {
    for (const id of placeIds) puddles[id] += (zones[places[id].zone].zone.burstM3h * dtS) / 3600
    for (const [i, pit] of pits.entries()) {
      let into = ((seepM3h + inflowM3h[i]!) * dtS) / 3600
      const here = pitSpaces[i]!
      for (const id of floors) {
        const place = id in places ? places[id as Place] : undefined
        if ((place?.pit ?? pitSpaces.indexOf(id as never)) !== i) continue
        const out = Math.max(0, Math.min(puddles[id], ((place?.drainM3h ?? 60) * dtS) / 3600, pit.room - into))
        puddles[id] -= out
        into += out
      }
      // A pit that is full stands on the floor.
      const over = Math.max(0, into - pit.room)
      puddles[here] += over
      pit.step(dtS, into - over, ties.fed['sump-pumps'])
    }
    for (const id of floors) feel(id)
    ties.demandKw['sump-pumps'] = pits.reduce((sum, pit) => sum + pit.kw, 0)
  }

  const leakDetector: ModbusDevice = liveMap(floors.map((id, i) => `${id} 2 ${i} bit 1`).join('\n'), () =>
    Object.fromEntries(floors.map(id => [id, ties.rooms[id]?.water ?? false])),
  )

  const pitOf = (body: Record<string, unknown>) => pits[numberIn(body, 'pit', 1, 2) - 1] ?? pits[0]
  const actions: readonly Action[] = [
    {
      path: 'water/burst',
      example: { place: 'car-park-b2' },
      text: `a pipe bursts: place ${placeIds.join(' or ')}`,
      run: body => {
        const place = places[wordIn(body, 'place', placeIds)]
        zones[place.zone].zone.hole = place.hole
      },
    },
    {
      path: 'water/repair',
      example: {},
      text: 'burst pipes are mended, the floors are dry, the valves open',
      run() {
        for (const id of zoneIds) Object.assign(zones[id].zone, { hole: 0, wanted: 1, jammed: false })
        for (const id of floors) puddles[id] = 0
      },
    },
    {
      path: 'water/valve',
      example: { zone: 'b2', open: false },
      text: `the valve of a zone (${zoneIds.join(', ')}) is opened, closed, or jams: jammed true`,
      run: body => {
        const { zone } = zones[wordIn(body, 'zone', zoneIds)]
        const jammed = flagIn(body, 'jammed', zone.jammed)
        zone.wanted = flagIn(body, 'open', zone.wanted === 1) ? 1 : 0
        zone.jammed = jammed
      },
    },
    {
      path: 'water/pump-trip',
      example: { pump: 1, code: 4 },
      text: 'a booster pump of tower B trips: 4 overcurrent, 12 phase lost',
      run: body => booster.trip(whole(body, 'pump', 3), whole(body, 'code', 255, 4)),
    },
    {
      path: 'water/pump-reset',
      example: {},
      text: 'resets the booster pumps of tower B; their standby starts again',
      run() {
        booster.failStandby(false)
        booster.reset()
      },
    },
    {
      path: 'water/standby-fails',
      example: { on: true },
      text: 'booster pumps of tower B that stand still do not start when called',
      run: body => booster.failStandby(flagIn(body, 'on')),
    },
    {
      path: 'water/main',
      example: { bar: 0 },
      text: 'pressure of the city main; null: as the day has it',
      run: body => tank.setMain(numberOrNull(body, 'bar', 0, 10)),
    },
    {
      path: 'water/tank',
      example: { level: 12 },
      text: 'the domestic tank is at this level, %',
      run: body => tank.setPercent(numberIn(body, 'level', 0, 100)),
    },
    {
      path: 'water/lid',
      example: { lid: 1, open: true },
      text: 'a lid of the domestic tank is opened or closed',
      run: body => {
        tank.lids[whole(body, 'lid', 2) as 1 | 2] = flagIn(body, 'open')
      },
    },
    {
      path: 'water/inflow',
      example: { pit: 1, m3h: 70 },
      text: 'so much rain runs into sump pit 1 or 2, m3/h',
      run: body => {
        inflowM3h[whole(body, 'pit', 2) - 1] = numberIn(body, 'm3h', 0, 500)
      },
    },
    {
      path: 'water/sump-pump',
      example: { pit: 1, pump: 1, fault: true },
      text: 'a sump pump fails, or is well again',
      run: body => {
        pitOf(body).pumps[whole(body, 'pump', 2) - 1]!.fault = flagIn(body, 'fault')
      },
    },
    {
      path: 'water/fire-pump',
      example: { pump: 'hydrant1', mode: 'off' },
      text: `${firePumpIds.join(', ')}: mode ${firePumpModes.join(', ')}; fault true; start true (in hand) or false`,
      run: body => {
        const pump = firePumps.pumps[wordIn(body, 'pump', firePumpIds)]
        const mode = wordIn(body, 'mode', firePumpModes, pump.mode)
        const fault = flagIn(body, 'fault', pump.fault)
        const on = flagIn(body, 'start', pump.on)
        if (on && !pump.on && mode !== 'hand') throw new BodyError('start needs mode hand')
        Object.assign(pump, { mode, fault, on })
      },
    },
    { path: 'water/fire-pumps-stop', example: {}, text: 'fire pumps are stopped at their panel', run: firePumps.stop },
    {
      path: 'water/pool',
      example: { level: 40 },
      text: 'the fire pool is at this level, %',
      run: body => firePumps.setPool(numberIn(body, 'level', 0, 100)),
    },
  ]

  return {
    step(dtS, now) {
      at = now
      supply(dtS)
      drain(dtS)
      firePumps.step(dtS, ties.fire.confirmed, ties.fed['fire-equipment'])
      ties.demandKw['fire-equipment'] = firePumps.kw
      ties.firePool.levelPct = firePumps.poolPercent
    },
    lines: [
      {
        id: 'water-1',
        protocol: 'modbus-tcp',
        units: new Map([
          [1, tank.device],
          [2, booster.controller],
          [3, pits[0].device],
          [4, pits[1].device],
          [5, firePumps.device],
          [6, leakDetector],
          ...booster.drives.map((drive, i) => [11 + i, drive] as const),
          ...zoneIds.map((id, i) => [31 + i, zones[id].device] as const),
        ]),
      },
    ],
    actions,
    state: () => ({
      tank: { percent: tank.percent, lids: { ...tank.lids } },
      booster: booster.state(),
      zones: Object.fromEntries(zoneIds.map(id => [id, { ...zones[id].zone }])),
      pits: pits.map(pit => pit.state()),
      puddlesM3: { ...puddles },
      firePumps: firePumps.state(),
    }),
    water: { tank, pits, puddles },
  }
}

/** For those who check that no water is lost. */
export interface Water {
  readonly tank: ReturnType<typeof createTank>
  readonly pits: readonly ReturnType<typeof createSump>[]
  /** m3 on the floors. */
  readonly puddles: Readonly<Record<string, number>>
}

function whole(body: Record<string, unknown>, name: string, most: number, absent?: number): number {
  const value = numberIn(body, name, 1, most, absent)
  if (!Number.isInteger(value)) throw new BodyError(`${name} must be a whole number`)
  return value
}
