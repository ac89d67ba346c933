import type { ModbusDevice } from '../modbus-pdu.ts'
import { createChiller } from './chillers.ts'
import { fc51, loadOf, type Motor, vacon10 } from './drives.ts'
import { liveMap } from './live-map.ts'
import type { Season } from './weather.ts'

/**
 * The plant in the basement: two chillers, two chilled-water pumps (Vacon 10), two cooling-water pumps (Danfoss FC 51),
 * two cooling towers, and the controller that starts them in their order: pumps, flow, towers, machine; and stops them
 * the other way round. In automatic it runs by the season and the hours; in manual the pumps follow `run` and each
 * chiller its own start.
 */
export const pumpIds = ['chilled1', 'chilled2', 'cooling1', 'cooling2'] as const
export type PumpId = (typeof pumpIds)[number]

const chilledM3h = 180
const coolingM3h = 240
const loopKwhPerK = 35
const basinKwhPerK = 25
const runOnS = 120
const flowS = 15

/** What the plant is given in a step. */
export interface PlantInput {
  readonly season: Season
  readonly scheduled: boolean
  readonly powered: boolean
  readonly wetBulb: number
  readonly fuelKpa: number
  /** Taken from the water by the zones; warmth counts negative. */
  readonly zonesKw: number
}

export function createChilledWater() {
  const chillers = [createChiller('electric', 1200), createChiller('direct-fired', 900)] as const
  const motor = (hours: number) => ({ on: false, hertz: 0, fault: 0, hours })
  const pumps: Record<PumpId, ReturnType<typeof motor>> = {
    chilled1: motor(10_233),
    chilled2: motor(8_730),
    cooling1: motor(7_012),
    cooling2: motor(5_190),
  }
  const towers = [0, 1].map(() => ({ on: false, hertz: 0, fault: false }))
  let automatic = true
  let byHand = false
  let powered = true
  let scheduled = false
  let heating = false
  let loop = 22
  let basin = 24
  let stoppedS = runOnS
  let flowingS = 0
  let shortS = 0
  let zonesKw = 0
  let running = false

  const flowOf = (ids: readonly PumpId[], full: number) =>
    ids.reduce((sum, id) => sum + (full * pumps[id].hertz) / 50, 0)
  const chilled = () => flowOf(['chilled1', 'chilled2'], chilledM3h)
  const cooling = () => flowOf(['cooling1', 'cooling2'], coolingM3h)

  /** The first `n` that can; the rest stand by. */
  function call(ids: readonly PumpId[], n: number): void {
    const able = ids.filter(id => pumps[id].fault === 0 && powered)
    for (const id of ids) pumps[id].on = able.slice(0, n).includes(id)
  }

  function sequence(dtS: number): void {
    stoppedS = running ? 0 : stoppedS + dtS
    const pumping = running || stoppedS < runOnS
    const n = pumping ? (chillers.every(c => c.running) ? 2 : 1) : 0
    call(['chilled1', 'chilled2'], n)
    call(['cooling1', 'cooling2'], heating ? 0 : n)
    for (const tower of towers) tower.on = n > 0 && !heating && powered && !tower.fault && cooling() > 60
    const flow = chilled() > 100 && (heating || cooling() > 120)
    flowingS = flow ? flowingS + dtS : 0
    if (!running) for (const chiller of chillers) chiller.write('start', 0)
    if (!automatic || !running || flowingS < flowS) return
    const order = heating ? [chillers[1]] : chillers
    const lead = order.find(c => c.fault === 0)
    const far = lead && Math.abs(loop - (heating ? 50 : 7)) > 3 && lead.load > 0.95
    shortS = far ? shortS + dtS : 0
    for (const chiller of chillers) {
      const helps =
        chiller !== lead && order.includes(chiller) && (shortS > 300 || (chiller.running && !!lead && lead.load > 0.6))
      chiller.write('start', chiller === lead || helps ? 1 : 0)
    }
  }

  function turn(dtS: number): void {
    for (const id of pumpIds) {
      const pump = pumps[id]
      const goal = pump.on ? 46 : 0
      pump.hertz += Math.max(-8 * dtS, Math.min(5 * dtS, goal - pump.hertz))
      if (pump.on) pump.hours += dtS / 3600
    }
    for (const tower of towers) {
      const goal = tower.on ? Math.max(15, Math.min(50, 15 + 10 * (basin - 24))) : 0
      tower.hertz += Math.max(-8 * dtS, Math.min(5 * dtS, goal - tower.hertz))
    }
  }

  const motorOf = (id: PumpId) => (): Motor => ({
    powered,
    hertz: pumps[id].hertz,
    goalHertz: pumps[id].on ? 46 : 0,
    ratedAmps: 43,
    ratedRpm: 1475,
    fault: pumps[id].fault || (powered ? 0 : 9), // 9: undervoltage
    hours: pumps[id].hours,
    celsius: 27,
  })
  const motorKw = () => pumpIds.reduce((sum, id) => sum + 22 * loadOf(pumps[id]), 0)
  const fansKw = () => towers.reduce((sum, t) => sum + 11 * loadOf(t), 0)
  const mode = () => (!running ? 0 : heating ? 2 : 1)

  const controller: ModbusDevice = liveMap(
    `
    chilled-flow    4 0 u16 0.1
    cooling-flow    4 1 u16 0.1
    chilled-supply  4 2 s16 0.1
    chilled-return  4 3 s16 0.1
    load            4 4 u16 1
    mode            4 5 u16 1
    running         2 0 bit 1
    scheduled       2 1 bit 1
    power           2 2 bit 1
    automatic       1 0 bit 1 w
    run             1 1 bit 1 w
    `,
    () => ({
      'chilled-flow': chilled(),
      'cooling-flow': cooling(),
      'chilled-supply': loop,
      'chilled-return': loop + (chilled() > 1 ? zonesKw / (1.163 * chilled()) : 0),
      load: Math.abs(zonesKw),
      mode: mode(),
      running,
      scheduled,
      power: powered,
      automatic,
      run: byHand,
    }),
    (name, value) => {
      if (name === 'automatic') automatic = value !== 0
      else byHand = value !== 0
      return true
    },
  )

  return {
    chillers,
    pumps,
    towers,
    devices: {
      controller,
      chillers: chillers.map(c => c.device),
      pumps: pumpIds.map(id => (id.startsWith('chilled') ? vacon10 : fc51)(motorOf(id))),
      towers: towers.map(tower =>
        liveMap(
          `
          frequency    4 0 u16 0.1
          temperature  4 1 s16 0.1
          level        4 2 u16 0.1
          running      2 0 bit 1
          fault        2 1 bit 1
          `,
          () => ({
            frequency: tower.hertz,
            temperature: basin,
            level: 78 - 0.4 * basin,
            running: tower.on,
            fault: tower.fault,
          }),
        ),
      ),
    },
    get kw() {
      return chillers.reduce((sum, c) => sum + c.electricKw, 0) + motorKw() + fansKw()
    },
    /** What the zones get: temperature, and what part of its full flow. */
    get water() {
      return { celsius: loop, share: Math.min(1, chilled() / 165), heating }
    },
    control(how: { automatic: boolean; run: boolean }) {
      automatic = how.automatic
      byHand = how.run
    },
    step(dtS: number, given: PlantInput) {
      powered = given.powered
      scheduled = given.scheduled
      zonesKw = given.zonesKw
      heating = given.season === 'heating'
      running = powered && (automatic ? scheduled && given.season !== 'between' : byHand)
      if (!powered) stoppedS = runOnS
      sequence(dtS)
      turn(dtS)
      for (const chiller of chillers)
        chiller.step(dtS, {
          powered,
          chilledFlow: chilled() > 100,
          coolingFlow: cooling() > 120,
          loopCelsius: loop,
          coolingCelsius: basin,
          coolingM3h: cooling(),
          chilledM3h: chilled(),
          fuelKpa: given.fuelKpa,
          heating: heating && chiller === chillers[1],
        })
      const made = chillers.reduce((sum, c) => sum + c.kw, 0)
      loop += ((zonesKw - made + 2 * (22 - loop)) / loopKwhPerK) * (dtS / 3600)
      const heat = chillers.reduce((sum, c) => sum + c.heatRejectedKw, 0)
      const away = towers.reduce((sum, t) => sum + 8 + 110 * (t.hertz / 50), 0) * (basin - given.wetBulb)
      // A heater keeps the basins from freezing.
      basin = Math.max(4, basin + ((heat - away) / basinKwhPerK) * (dtS / 3600))
    },
    state: () => ({
      mode: ['off', 'cooling', 'heating'][mode()],
      automatic,
      scheduled,
      loop,
      basin,
      zonesKw,
      chilledM3h: chilled(),
      coolingM3h: cooling(),
      chillers: chillers.map(c => c.state()),
      pumps: { ...pumps },
      towers: [...towers],
    }),
  }
}
