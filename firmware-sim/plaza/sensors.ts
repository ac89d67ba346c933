import { BodyError } from '../actions.ts'
import type { Action, Body, MqttMessage, Part, Ties } from '../part.ts'
import { hourOf, seeded } from './doors-random.ts'

/** Zone sensors over LoRaWAN: the space that they hang in, and how far it is from the weather (0: outdoors, 1: never moves). */
export const zones = {
  'mall-l1': 0.85,
  'mall-l2': 0.9,
  'mall-l3': 0.85,
  'lobby-a': 0.7,
  'lobby-b': 0.7,
  'fire-control-centre': 0.97,
  'service-desk': 0.92,
  'elv-room': 0.98,
  'car-park-b2': 0.8,
  'lift-room-a': 0.5,
  'lift-room-b': 0.5,
  'generator-room': 0.75,
} as const
/** Where water on the floor must not go unnoticed. */
export const leakSpaces = ['pump-house', 'hv-room', 'elv-room', 'chiller-plant', 'car-park-b2', 'lift-room-a'] as const
export const helpSpaces = ['lobby-a', 'lobby-b', 'car-park-b2', 'mall-l2'] as const
export const parkings = { b1: 160, b2: 240 } as const
export type ZoneId = keyof typeof zones

/** A device's number on the air: made of the order of the list. */
export const euiOf = (n: number): string => `a840410000${(0x1850c0 + n).toString(16).padStart(6, '0')}`
export const zoneTopic = (n: number): string => `application/plaza/device/${euiOf(n)}/event/up`

const REPORT_S = 60
const AWAY_S = 300
/** 湿度 in GBK, cut short: what a broken firmware sends. */
const nonsense = Buffer.from([0xca, 0xaa, 0xb6, 0xc8, 0x3a, 0xff])

interface Zone {
  readonly id: ZoneId
  readonly away: number
  celsius: number
  humidity: number
  frames: number
  /** s until the next report. */
  inS: number
  uplink: object | Buffer | null
  battery: number
}

/**
 * Sensors, help calls and parking counters that publish to an IoT gateway in the building.
 *
 * | topic                                        | what comes                                                             |
 * |----------------------------------------------|------------------------------------------------------------------------|
 * | application/plaza/device/<eui>/event/up      | every 60 s: {time, deviceInfo, fCnt, object: {temperature °C, humidity %, battery %}, rxInfo} |
 * | zigbee/leak-<space>                          | {water_leak, battery, linkquality}, at changes and every 50 min at most |
 * | zigbee/help-<space>                          | {call: ON or OFF, time: epoch s}                                       |
 * | zigbee/<device>/availability                 | retained {state: online or offline}                                    |
 * | parking/<level>/count                        | {free, total, time: epoch ms}                                          |
 * | iot-gateway/state                            | retained {state: online}                                               |
 *
 * The LoRaWAN form is that of ChirpStack's JSON integration, the zigbee one that of Zigbee2MQTT.
 */
export function sensorsPart(ties: Ties, now: () => number): Part {
  const random = seeded(4711)
  const all: Zone[] = (Object.entries(zones) as [ZoneId, number][]).map(([id, away], n) => ({
    id,
    away,
    celsius: 22 + 2 * random(),
    humidity: 50 + 5 * random(),
    frames: 1200 + 37 * n,
    inS: Math.floor((n * REPORT_S) / 12),
    uplink: null,
    battery: 96 - 2 * n,
  }))
  const silent = new Set<string>()
  const mad = new Set<string>()
  const wet = new Set<string>()
  const calls = new Map<string, { on: boolean; at: number }>(helpSpaces.map(id => [id, { on: false, at: now() }]))
  const cars = { b1: { taken: 90, at: now() }, b2: { taken: 130, at: now() } }

  function climate(zone: Zone, dtS: number, at: number): void {
    const room = ties.rooms[zone.id]
    const people = zone.away > 0.8 ? 1.5 * Math.max(0, Math.sin(((hourOf(at) - 7) / 14) * Math.PI)) : 0
    const goal = room?.celsius ?? zone.away * 23.5 + (1 - zone.away) * ties.outdoor.celsius + people
    const wetter = room?.humidity ?? zone.away * 50 + (1 - zone.away) * ties.outdoor.humidity
    const share = Math.min(1, dtS / (room ? 60 : 900))
    zone.celsius += (goal - zone.celsius) * share
    zone.humidity += (wetter - zone.humidity) * share
  }
  function report(zone: Zone, n: number, at: number): void {
    zone.frames++
    if (mad.has(zone.id)) {
      zone.uplink = nonsense
      return
    }
    zone.uplink = {
      time: new Date(at).toISOString(),
      deviceInfo: { applicationName: 'plaza', deviceName: `air-${zone.id}`, devEui: euiOf(n) },
      fCnt: zone.frames,
      fPort: 2,
      object: {
        temperature: Math.round((zone.celsius + 0.2 * (random() - 0.5)) * 100) / 100,
        humidity: Math.round((zone.humidity + 0.6 * (random() - 0.5)) * 10) / 10,
        battery: zone.battery,
      },
      rxInfo: [{ gatewayId: '24e124fffef5a1c2', rssi: -70 - Math.round(30 * random()), snr: 7.5 }],
    }
  }
  // Each has joined the network before anybody listens.
  for (const [n, zone] of all.entries()) report(zone, n, now())
  const isWet = (id: string) => wet.has(id) || ties.rooms[id]?.water === true
  const there = (id: string) => ({ state: silent.has(id) ? 'offline' : 'online' })

  const zigbee = (id: string, payload: () => object): MqttMessage[] => [
    {
      topic: `zigbee/${id}`,
      everyS: AWAY_S,
      payload: () => (silent.has(id) ? null : mad.has(id) ? nonsense : payload()),
    },
    { topic: `zigbee/${id}/availability`, everyS: AWAY_S, retain: true, payload: () => there(id) },
  ]
  const messages: MqttMessage[] = [
    { topic: 'iot-gateway/state', everyS: AWAY_S, retain: true, payload: () => ({ state: 'online' }) },
    ...all.map((zone, n): MqttMessage => ({ topic: zoneTopic(n), everyS: 3600, payload: () => zone.uplink })),
    ...leakSpaces.flatMap((id, n) =>
      zigbee(`leak-${id}`, () => ({ water_leak: isWet(id), battery: 91 - n, linkquality: 120 + 7 * n })),
    ),
    ...helpSpaces.flatMap(id =>
      zigbee(`help-${id}`, () => {
        const { on, at } = calls.get(id)!
        return { call: on ? 'ON' : 'OFF', time: Math.floor(at / 1000) }
      }),
    ),
    ...(['b1', 'b2'] as const).map(
      (id): MqttMessage => ({
        topic: `parking/${id}/count`,
        everyS: REPORT_S,
        payload: () =>
          silent.has(`parking-${id}`)
            ? null
            : { free: parkings[id] - cars[id].taken, total: parkings[id], time: cars[id].at },
      }),
    ),
  ]
  const deviceIds = [
    ...all.map(zone => zone.id as string),
    ...leakSpaces.map(id => `leak-${id}`),
    ...helpSpaces.map(id => `help-${id}`),
    ...Object.keys(parkings).map(id => `parking-${id}`),
  ]

  function toggle(set: Set<string>) {
    return (body: Body) => {
      const id = oneOf(body, 'device', deviceIds)
      if (flag(body)) set.add(id)
      else set.delete(id)
      const zone = all.find(z => z.id === id)
      if (zone) zone.inS = 0
    }
  }
  const actions: Action[] = [
    {
      path: 'sensors/silent',
      example: { device: 'mall-l2', on: true },
      text: `a device says nothing any more: ${deviceIds.slice(0, 3).join(', ')} ... leak-, help-, parking-`,
      run: toggle(silent),
    },
    {
      path: 'sensors/nonsense',
      example: { device: 'mall-l3', on: true },
      text: 'a device sends bytes that are no text',
      run: toggle(mad),
    },
    {
      path: 'sensors/leak',
      example: { space: 'hv-room', on: true },
      text: 'water on the floor under a leak sensor, or dry again',
      run(body) {
        const id = oneOf(body, 'space', leakSpaces)
        if (flag(body)) wet.add(id)
        else wet.delete(id)
      },
    },
    {
      path: 'sensors/help',
      example: { space: 'car-park-b2', on: true },
      text: 'somebody presses a help button, or it is reset',
      run: body => void calls.set(oneOf(body, 'space', helpSpaces), { on: flag(body), at: now() }),
    },
  ]

  return {
    step(dtS, at) {
      for (const [n, zone] of all.entries()) {
        climate(zone, dtS, at)
        zone.inS -= dtS
        if (silent.has(zone.id)) {
          zone.uplink = null
        } else if (zone.inS <= 0) {
          zone.inS += REPORT_S
          if (zone.inS <= 0) zone.inS = REPORT_S
          report(zone, n, at)
        }
      }
      for (const id of ['b1', 'b2'] as const) {
        // Full by day, empty at night; a car every half minute or so.
        const wanted = parkings[id] * (0.25 + 0.6 * Math.max(0, Math.sin(((hourOf(at) - 7) / 14) * Math.PI)))
        if (random() > dtS / 40) continue
        const car = cars[id]
        car.taken = Math.min(
          parkings[id],
          Math.max(0, car.taken + (random() < 0.5 + (wanted - car.taken) / 40 ? 1 : -1)),
        )
        car.at = at
      }
    },
    lines: [{ id: 'sensors', protocol: 'mqtt', messages }],
    actions,
    state: () => ({
      zones: Object.fromEntries(all.map(z => [z.id, `${z.celsius.toFixed(1)} °C ${z.humidity.toFixed(0)} %`])),
      silent: [...silent],
      nonsense: [...mad],
      leaks: leakSpaces.filter(isWet),
      calls: helpSpaces.filter(id => calls.get(id)!.on),
      parking: Object.fromEntries(Object.entries(cars).map(([id, { taken }]) => [id, taken])),
    }),
  }
}

function oneOf(body: Body, name: string, known: readonly string[]): string {
  const value = body[name]
  if (typeof value !== 'string' || !known.includes(value))
    throw new BodyError(`${name} must be one of ${known.join(', ')}`)
  return value
}
function flag(body: Body): boolean {
  if (typeof body.on !== 'boolean') throw new BodyError('on must be true or false')
  return body.on
}
