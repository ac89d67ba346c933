import { BodyError } from '../actions.ts'
import type { Part, Ties } from '../part.ts'
import { flagIn, numberIn, wordIn } from './bodies.ts'
import { createChilledWater, pumpIds } from './chilled-water.ts'
import { localHour } from './daily.ts'
import { ahuIds, ahuPanel, createAhu } from './fresh-air.ts'
import { createWeather, wetBulb } from './weather.ts'
import { createZoneAir, zoneSpecs } from './zones.ts'

/** The plant is on from 07:30 to 22:00, the fresh air from 08:00 to 21:30. */
const planned = (at: number, from: number, to: number) => localHour(at) >= from && localHour(at) < to

/**
 * Line `hvac-1`, Modbus TCP: 1 weather station, 3 plant controller, 4 panel of the fresh-air units, 11 electric and 12
 * direct-fired chiller, 21 and 22 chilled-water pumps (Vacon 10), 23 and 24 cooling-water pumps (Danfoss FC 51), 31 and
 * 32 cooling towers, 41..44 fresh-air units (Komfovent).
 * Line `hvac-bus`, Modbus RTU: units 1..18 the zones of zones.ts; the last four are Siemens RDF302.
 * Where no maker's map is used, the table stands with the physics of the device.
 */
export function hvacPart(ties: Ties): Part {
  const weather = createWeather(ties)
  const plant = createChilledWater()
  const zones = zoneSpecs.map(createZoneAir)
  const ahus = {
    mall: createAhu('mall', 118),
    'b-low': createAhu('b-low', 96),
    'b-high': createAhu('b-high', 142),
    lobbies: createAhu('lobbies', 80),
  }
  /** A zone whose air stands for what a unit draws back. */
  const backFrom = { mall: 'mall-l2', 'b-low': 'b-06', 'b-high': 'b-12', lobbies: 'lobby-b' }
  let zonesKw = 0

  return {
    step(dtS, at) {
      weather.step(at)
      const { outdoor } = ties
      plant.step(dtS, {
        season: weather.season,
        scheduled: planned(at, 7.5, 22),
        powered: ties.fed.chillers,
        wetBulb: wetBulb(outdoor.celsius, outdoor.humidity),
        fuelKpa: ties.gasSupply.kPa,
        zonesKw,
      })
      const { water } = plant
      const fed = ties.fed.ventilation
      for (const id of ahuIds)
        ahus[id].step(dtS, {
          fed,
          open: planned(at, 8, 21.5),
          fire: ties.fire.confirmed,
          outdoorCelsius: outdoor.celsius,
          roomCelsius: zones.find(z => z.spec.id === backFrom[id])?.celsius ?? 22,
          waterCelsius: water.celsius,
          waterShare: water.share,
          at,
        })
      const climate = {
        at,
        outdoor,
        waterCelsius: water.celsius,
        waterShare: water.share,
        heating: water.heating,
        fed,
        open: planned(at, 7.5, 22),
        freshAir: (id: string) => ahus[id as keyof typeof ahus].running,
      }
      zonesKw = zones.reduce((sum, z) => sum + z.step(dtS, climate), 0)
      ties.demandKw.chillers = ties.fed.chillers ? plant.kw : 0
      ties.demandKw.ventilation = fed
        ? ahuIds.reduce((sum, id) => sum + ahus[id].kw, 0) + (climate.open ? 24 : 3) // fan coils; exhausts
        : 0
    },
    lines: [
      {
        id: 'hvac-1',
        protocol: 'modbus-tcp',
        units: new Map([
          [1, weather.device],
          [3, plant.devices.controller],
          [4, ahuPanel(ahus)],
          ...plant.devices.chillers.map((device, i) => [11 + i, device] as const),
          ...plant.devices.pumps.map((device, i) => [21 + i, device] as const),
          ...plant.devices.towers.map((device, i) => [31 + i, device] as const),
          ...ahuIds.map((id, i) => [41 + i, ahus[id].device] as const),
        ]),
      },
      { id: 'hvac-bus', protocol: 'modbus-rtu', units: new Map(zones.map((z, i) => [i + 1, z.device])) },
    ],
    actions: [
      {
        path: 'hvac/weather',
        example: { celsius: 34, humidity: 60 },
        text: 'the weather outside; celsius null: as the season has it',
        run: body =>
          weather.pin(
            body.celsius === null
              ? null
              : { celsius: numberIn(body, 'celsius', -30, 50), humidity: numberIn(body, 'humidity', 5, 100, 60) },
          ),
      },
      {
        path: 'hvac/plant',
        example: { automatic: false, run: true },
        text: 'the plant in automatic or by hand; by hand its pumps run or stand',
        run: body => plant.control({ automatic: flagIn(body, 'automatic'), run: flagIn(body, 'run', false) }),
      },
      {
        path: 'hvac/chiller-start',
        example: { chiller: 1, on: true },
        text: 'chiller 1 (electric) or 2 (direct-fired) is started or stopped at its panel; without flow it refuses',
        run: body => {
          const on = flagIn(body, 'on', true)
          const chiller = plant.chillers[numberIn(body, 'chiller', 1, 2) - 1]
          if (!chiller) throw new BodyError('chiller must be 1 or 2')
          if (!chiller.write('start', on ? 1 : 0))
            throw new BodyError('the chiller refuses: it has no flow, or a fault that was not reset')
        },
      },
      {
        path: 'hvac/chiller-fouled',
        example: { on: true },
        text: 'the condenser of chiller 1 is fouled: its pressure rises until it trips',
        run: body => plant.chillers[0].setFouled(flagIn(body, 'on')),
      },
      {
        path: 'hvac/chiller-reset',
        example: {},
        text: 'faults of both chillers are reset',
        run() {
          for (const chiller of plant.chillers) chiller.reset()
        },
      },
      {
        path: 'hvac/pump',
        example: { pump: 'chilled1', fault: true },
        text: `a pump (${pumpIds.join(', ')}) trips, or is well again`,
        run: body => {
          const fault = flagIn(body, 'fault')
          plant.pumps[wordIn(body, 'pump', pumpIds)].fault = fault ? 13 : 0
        },
      },
      {
        path: 'hvac/tower',
        example: { tower: 1, fault: true },
        text: 'the fan of cooling tower 1 or 2 fails, or is well again',
        run: body => {
          const tower = plant.towers[numberIn(body, 'tower', 1, 2) - 1]
          if (!tower) throw new BodyError('tower must be 1 or 2')
          tower.fault = flagIn(body, 'fault')
        },
      },
      {
        path: 'hvac/filter',
        example: { unit: 'mall', pa: 230 },
        text: `the filter of a fresh-air unit (${ahuIds.join(', ')}) has this resistance; above 200 Pa it is dirty`,
        run: body => {
          const pa = numberIn(body, 'pa', 0, 1000)
          ahus[wordIn(body, 'unit', ahuIds)].setFilter(pa)
        },
      },
    ],
    state: () => ({
      outdoor: { ...ties.outdoor, season: weather.season },
      plant: plant.state(),
      freshAir: Object.fromEntries(ahuIds.map(id => [id, ahus[id].panel()])),
      zones: Object.fromEntries(zones.map(z => [z.spec.id, { celsius: z.celsius, humidity: z.humidity }])),
    }),
  }
}
