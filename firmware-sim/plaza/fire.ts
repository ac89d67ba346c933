import { flag, oneOf, real, whole } from '../body.ts'
import type { Action, Body, Part, Ties } from '../part.ts'
import { createFirePanel } from './fire-panel.ts'
import { createFirePrinter } from './fire-printer.ts'
import { analogZones, perZone, zones } from './fire-zones.ts'
import { createSmokeControl, shutterCount } from './smoke-control.ts'
import { createSuppression, protectedRooms } from './suppression.ts'

const zoneIds = zones.map(zone => zone.id)

/**
 * The fire alarm: the panel of the control centre (fire-panel.ts) and the CO2 system (suppression.ts), units 1 and 2 of
 * line `fire-1`; and tower A's own older panel, which only prints (fire-printer.ts), line `fire-printer`.
 * Feeds: fire-equipment for the panels' mains and the smoke fans. Sets ties.fire.
 */
export function firePart(ties: Ties): Part {
  const printer = createFirePrinter()
  const smokeControl = createSmokeControl()
  const panel = createFirePanel(printer, smokeControl)
  const suppression = createSuppression()
  let mainsCut = false

  const zoneOf = (body: Body) => oneOf(body, 'zone', zoneIds)
  const actions: Action[] = [
    {
      path: 'fire/detector',
      example: { zone: 'a-12', detector: 1 },
      text: 'detector 1 to 5 of a zone (5: heat) sees a fire; two of one zone confirm it',
      run: body => panel.alarm(zoneOf(body), whole(body, 'detector', 1, perZone - 1, 1)),
    },
    {
      path: 'fire/call-point',
      example: { zone: 'mall-l2' },
      text: 'somebody breaks the glass of the call point',
      run: body => panel.alarm(zoneOf(body), perZone),
    },
    {
      path: 'fire/smoke',
      example: { zone: 'elv-room', percent: 80, overS: 300 },
      text: `thin smoke or dust at an analog detector (${analogZones.join(', ')}): % of its threshold, over so many seconds`,
      run: body =>
        panel.smoke(
          oneOf(body, 'zone', analogZones),
          real(body, 'percent', 0, 150),
          real(body, 'overS', 0, 86_400, 300),
        ),
    },
    {
      path: 'fire/clear',
      example: { zone: 'a-12' },
      text: 'smoke and fire are gone, call points mended, in a zone or everywhere; the panel still has to be reset',
      run: body => panel.clear(body.zone === undefined ? undefined : zoneOf(body)),
    },
    { path: 'fire/silence', example: {}, text: 'the sounder of the panel is silenced', run: () => panel.silence() },
    {
      path: 'fire/reset',
      example: {},
      text: 'the panel and the CO2 system are reset with the key; what still stands comes again',
      run() {
        panel.reset()
        suppression.reset()
      },
    },
    {
      path: 'fire/restore',
      example: {},
      text: 'shutters are raised and dampers set back by hand',
      run: () => smokeControl.restore(),
    },
    {
      path: 'fire/fault',
      example: { zone: 'a-07', detector: 2, on: true },
      text: 'a device of a zone has a fault, or is mended',
      run: body => panel.fault(zoneOf(body), whole(body, 'detector', 1, perZone, 1), flag(body, 'on', true)),
    },
    {
      path: 'fire/isolate',
      example: { zone: 'mall-l3', on: true },
      text: 'a zone is isolated (屏蔽), as for decoration work, or taken back',
      run: body => panel.isolate(zoneOf(body), flag(body, 'on', true)),
    },
    {
      path: 'fire/linkage',
      example: { auto: false },
      text: 'false: the panel drives nothing by itself',
      run: body => panel.setLinkage(flag(body, 'auto')),
    },
    {
      path: 'fire/mains',
      example: { on: false },
      text: 'the mains of the panel fail, or are back',
      run(body) {
        mainsCut = !flag(body, 'on')
      },
    },
    {
      path: 'fire/battery',
      example: { fault: true },
      text: 'the battery of the panel has a fault, or a new one',
      run: body => panel.setBatteryFault(flag(body, 'fault')),
    },
    {
      path: 'fire/shutter',
      example: { shutter: 3, fault: true },
      text: 'shutter 1 to 6 jams where it is, or is mended',
      run: body => smokeControl.shutterFault(whole(body, 'shutter', 1, shutterCount), flag(body, 'fault', true)),
    },
    {
      path: 'suppression/mode',
      example: { mode: 'hand' },
      text: 'auto, hand',
      run: body => suppression.setMode(oneOf(body, 'mode', ['auto', 'hand'])),
    },
    {
      path: 'suppression/start',
      example: { room: 'hv-room' },
      text: `the button beside the door (${protectedRooms.join(', ')}): gas comes 30 s later`,
      run: body => suppression.start(oneOf(body, 'room', protectedRooms, 'hv-room')),
    },
    {
      path: 'suppression/stop',
      example: {},
      text: 'the emergency stop beside the door',
      run: () => suppression.stop(),
    },
    {
      path: 'suppression/leak',
      example: { cylinder: 3, pressure: 4.2 },
      text: 'cylinder 1 to 6 loses gas until it has this pressure, MPa',
      run: body => suppression.leak(whole(body, 'cylinder', 1, 6), real(body, 'pressure', 0, 6)),
    },
    {
      path: 'suppression/refill',
      example: {},
      text: 'all cylinders are exchanged for full ones',
      run: () => suppression.refill(),
    },
  ]

  return {
    lines: [
      {
        id: 'fire-1',
        protocol: 'modbus-tcp',
        units: new Map([
          [1, panel.device],
          [2, suppression.device],
        ]),
      },
      { id: 'fire-printer', protocol: 'text', encoding: 'gbk', connect: printer.connect },
    ],
    actions,
    step(dtS, at) {
      panel.step(dtS, at, ties.fed['fire-equipment'] && !mainsCut)
      const inAlarm = protectedRooms.filter(room => panel.alarmed.has(room))
      const burning = panel.state.linkageAuto ? protectedRooms.filter(room => panel.confirmed.has(room)) : []
      suppression.step(dtS, inAlarm, burning, ties.rooms['co2-room']?.celsius ?? 21)
      const { fire } = ties
      fire.confirmed = panel.driving()
      if (fire.zones.size !== panel.alarmed.size || [...panel.alarmed].some(zone => !fire.zones.has(zone))) {
        fire.zones.clear()
        for (const zone of panel.alarmed) fire.zones.add(zone)
      }
    },
    state: () => ({
      panel: { ...panel.state, alarmed: [...panel.alarmed].join(' '), confirmed: [...panel.confirmed].join(' ') },
      suppression: { ...suppression.state, pressures: suppression.state.pressures.map(p => p.toFixed(2)).join(' ') },
    }),
  }
}
