import { type Feeder, feeders as feederIds, type LineSpec, type Part, type Ties } from '../part.ts'
import { shapes } from './loads.ts'
import { createMeters, type Indices } from './meters.ts'
import { metersActions } from './meters-actions.ts'
import { powerActions } from './power-actions.ts'
import { type Battery, createBattery, createGenerator } from './power-backup.ts'
import { powerDevices } from './power-devices.ts'
import { createFeeders } from './power-feeders.ts'
import { createLighting } from './power-lighting.ts'
import { createRooms } from './power-rooms.ts'
import { createSupply, type Side } from './power-supply.ts'

export interface PowerPart extends Part {
  /** The indices of all meters, to be given to the next run. */
  indices(): Indices
}

/** Peaks of the loads that are ours, kW. */
const peakKw = { homes: 380, offices: 440, shops: 420, 'lighting-public': 62, elv: 15, 'emergency-lighting': 4 }
const upsMin = 42
const emergencyMin = 90

/**
 * Power of the plaza and its meters: two 10 kV incomers, transformers, low-voltage feeders, generator, UPS, emergency and
 * outside lighting, the electrical rooms. Sets `ties.fed`, the demand of homes, offices, shops, lighting and weak current,
 * and the rooms `hv-room`, `distribution-room`, `generator-room`.
 *
 * Both incomers lost: the feeders are dead at once, batteries take the emergency lighting and the weak current, the
 * generator carries the essential bus 8 s later. One lost: after 3 s the tie closes, and what one transformer can't
 * carry is shed. Supply back: the switchboard waits 20 s, the generator 30 s more.
 *
 * @param at UTC ms of the building's start: the meters show what they would have counted by then
 * @param kept indices of an earlier run, which beat that
 * @param since when the building was first started, UTC ms: one meter was exchanged shortly before, and the like
 */
export function powerPart(ties: Ties, at: number, kept?: Indices, since?: number): PowerPart {
  const supply = createSupply()
  const feeders = createFeeders()
  const generator = createGenerator()
  const lighting = createLighting()
  const rooms = createRooms(ties)
  const ups = createBattery(upsMin)
  const lamps = createBattery(emergencyMin)
  const emergency: Battery & { on: boolean } = Object.assign(lamps.state, { on: false })
  const plant = { supply, feeders, generator, ups: ups.state, emergency, lighting, rooms, now: at }
  const meters = createMeters(ties, supply, feeders, at, kept, since)
  const { byId } = feeders
  const isLive = (id: Feeder) => feeders.live(byId[id])

  /** What our own customers would draw, whether or not they have voltage. */
  function wants(dtS: number): void {
    const middle = plant.now - dtS * 500
    const own = ties.demandKw
    own.homes = peakKw.homes * shapes.homes.at(middle)
    own.offices = peakKw.offices * shapes.offices.at(middle)
    own.shops = peakKw.shops * shapes.shops.at(middle)
    own['lighting-public'] = peakKw['lighting-public'] * shapes.publicLight.at(middle)
    own['lighting-facade'] = lighting.step(plant.now, isLive('lighting-facade'))
    own.elv = peakKw.elv
    own['emergency-lighting'] = emergency.charge < 100 || emergency.on ? peakKw['emergency-lighting'] : 0.4
  }

  function sections(dtS: number): void {
    supply.switchOver(dtS)
    const section = (n: Side) => supply.sourceOf(n) !== null
    const mainsLost = !section(1) && !section(2)
    const essentialKw = feeders.all.reduce((sum, f) => (f.spec.essential ? sum + f.kw : sum), 0)
    generator.step(dtS, mainsLost, essentialKw, rooms.room('generator-room').celsius)
    const onGenerator = generator.position === 'generator' && generator.state === 'running'
    const transferring = generator.position !== 'mains' && !onGenerator
    feeders.step(dtS, section, onGenerator, transferring, ties.demandKw)

    const loadKw: Record<Side, number> = { 1: 0, 2: 0 }
    for (const f of feeders.all) {
      if (f.spec.essential && onGenerator) continue
      // The essential bus hangs on its own section while that lives, else on the other.
      const home = f.spec.essential && !section(f.spec.section) ? (f.spec.section === 1 ? 2 : 1) : f.spec.section
      loadKw[home] += f.kw
    }
    if (supply.carry(dtS, loadKw, rooms.room('hv-room').celsius)) feeders.shedNext()
    if (supply.normal) feeders.unshed()
  }

  function batteries(dtS: number): void {
    ups.step(dtS, isLive('elv'))
    const lit = isLive('emergency-lighting')
    emergency.on = !isLive('lighting-public') || !lit
    lamps.step(dtS, lit)
    if (!lit && emergency.charge === 0) emergency.on = false
    for (const id of feederIds) ties.fed[id] = isLive(id)
    ties.fed.elv ||= ups.state.charge > 0
    ties.fed['emergency-lighting'] ||= emergency.charge > 0
  }

  function step(dtS: number, until: number): void {
    plant.now = until
    wants(dtS)
    sections(dtS)
    batteries(dtS)
    const lost = supply.transformers[1].lossesKw + supply.transformers[2].lossesKw
    rooms.step(dtS, isLive('ventilation'), {
      'hv-room': 1.5 + lost * 0.1,
      'distribution-room': 2 + lost,
      'generator-room': 0.5 + generator.values.kw * 0.12,
    })
    meters.step(dtS, until)
  }
  step(0, at)

  const tcp: LineSpec = { id: 'power-1', protocol: 'modbus-tcp', units: powerDevices(plant) }
  const metered = [...meters.lines].map(
    ([id, units]): LineSpec => ({ id, units, protocol: id === 'power-2' ? 'modbus-tcp' : 'modbus-rtu' }),
  )
  return {
    lines: [tcp, ...metered],
    step,
    actions: [...powerActions(plant), ...metersActions(meters)],
    indices: meters.indices,
    state: () => ({
      incomers: supply.incomers,
      tie: supply.tie,
      transformers: supply.transformers,
      feeders: Object.fromEntries(
        feeders.all.map(f => [f.id, { fed: ties.fed[f.id], kw: round(f.kw), cause: f.cause }]),
      ),
      generator: { state: generator.state, onto: generator.position, ...generator.values },
      ups: ups.state,
      emergency,
      fans: rooms.fans,
      meters: meters.indices(),
    }),
  }
}

const round = (value: number) => Math.round(value * 10) / 10
