import { both, type DemoPart, type Lines } from './part.ts'

/** Number on the air by the order of the list, as the sensors were registered. */
const euiOf = (n: number): string => `a840410000${(0x1850c0 + n).toString(16).padStart(6, '0')}`
const zones = [
  ['mall-l1', '商场一层', 'Shops, floor 1'],
  ['mall-l2', '商场二层', 'Shops, floor 2'],
  ['mall-l3', '商场三层', 'Shops, floor 3'],
  ['lobby-a', 'A 座大堂', 'Lobby, tower A'],
  ['lobby-b', 'B 座大堂', 'Lobby, tower B'],
  ['fire-control-centre', '消防控制中心', 'Fire control centre'],
  ['service-desk', '客服前台', 'Service desk'],
  ['elv-room', '弱电机房', 'ELV room'],
  ['car-park-b2', '地下车库', 'Car park'],
  ['lift-room-a', 'A 座电梯机房', 'Lift machine room, tower A'],
  ['lift-room-b', 'B 座电梯机房', 'Lift machine room, tower B'],
  ['generator-room', '柴油发电机房', 'Generator room'],
] as const
const leaks = [
  ['pump-house', '生活水泵房', 'Pump house'],
  ['hv-room', '高压配电室', 'HV switch room'],
  ['elv-room', '弱电机房', 'ELV room'],
  ['chiller-plant', '制冷机房', 'Chiller plant'],
  ['car-park-b2', '地下车库', 'Car park'],
  ['lift-room-a', 'A 座电梯机房', 'Lift machine room, tower A'],
] as const
const helps = [
  ['lobby-a', 'A 座大堂', 'Lobby, tower A'],
  ['lobby-b', 'B 座大堂', 'Lobby, tower B'],
  ['car-park-b2', '地下车库', 'Car park'],
  ['mall-l2', '商场二层', 'Shops, floor 2'],
] as const
const parkings = [
  ['b1', '地下一层', 'basement 1', 160],
  ['b2', '地下二层', 'basement 2', 240],
] as const

const percent = { unit: '%', range: [0, 100] }

/** What publishes by itself: LoRaWAN sensors, Zigbee buttons and leak sensors, parking counters. */
export function sensorsDemo(lines: Lines): DemoPart {
  const channel = 'sensors'
  const { host, port, ...line } = lines(channel)
  const zigbee = { topic: 'zigbee/{equipment}', availability: 'zigbee/{equipment}/availability', expectS: 900 }
  return {
    channels: [{ id: channel, ...line, url: line.url ?? `mqtt://${host}:${port}` }],
    equipment: [
      ...zones.map(([space, zh, en], n) => {
        // It reports every minute.
        const uplink = {
          topic: `application/plaza/device/${euiOf(n)}/event/up`,
          time: '/time',
          expectS: 200,
          scanMs: 60_000,
          availability: 'iot-gateway/state',
        }
        return {
          id: `air-${space}`,
          kind: 'climate-sensor',
          name: both(`${zh}温湿度`, `${en}, climate`),
          space,
          channel,
          points: [
            {
              key: 'temperature',
              name: both('温度', 'Temperature'),
              path: '/object/temperature',
              unit: 'Cel',
              range: [-40, 85],
              decimals: 1,
              ...uplink,
            },
            {
              key: 'humidity',
              name: both('相对湿度', 'Relative humidity'),
              path: '/object/humidity',
              decimals: 1,
              ...percent,
              ...uplink,
            },
            { key: 'battery', name: both('电量', 'Battery'), path: '/object/battery', ...percent, ...uplink },
            {
              key: 'signal',
              name: both('信号强度', 'Signal'),
              path: '/rxInfo/0/rssi',
              unit: 'dB[mW]',
              range: [-150, 0],
              ...uplink,
            },
          ],
        }
      }),
      ...leaks.map(([space, zh, en]) => ({
        id: `leak-${space}`,
        kind: 'leak-sensor',
        name: both(`${zh}水浸`, `${en}, water leak`),
        space,
        channel,
        points: [
          { key: 'leak', name: both('地面有水', 'Water'), kind: 'boolean', path: '/water_leak', ...zigbee },
          { key: 'battery', name: both('电量', 'Battery'), path: '/battery', ...percent, ...zigbee, scanMs: 300_000 },
        ],
      })),
      ...helps.map(([space, zh, en]) => ({
        id: `help-${space}`,
        kind: 'help-button',
        name: both(`${zh}求助按钮`, `${en}, help button`),
        space,
        channel,
        points: [
          {
            key: 'call',
            name: both('求助', 'Call for help'),
            path: '/call',
            map: { ON: true, OFF: false },
            time: '/time',
            ...zigbee,
          },
        ],
      })),
      ...parkings.map(([level, zh, en, total]) => {
        const count = { topic: `parking/${level}/count`, time: '/time', expectS: 200, scanMs: 60_000 }
        return {
          id: `parking-${level}`,
          kind: 'parking-counter',
          name: both(`${zh}车位`, `Parking, ${en}`),
          space: level,
          channel,
          points: [
            { key: 'free', name: both('空车位', 'Free'), path: '/free', range: [0, total], decimals: 0, ...count },
            { key: 'total', name: both('总车位', 'Spaces'), path: '/total', range: [0, total], decimals: 0, ...count },
          ],
        }
      }),
    ],
    rules: [
      {
        id: 'help-called',
        points: ['help-*/call'],
        when: { equals: true },
        severity: 'life',
        text: both('紧急求助', 'Call for help'),
        order: { class: 'life' },
        source: '紧急求助 S46',
      },
      {
        id: 'water-leak',
        points: ['leak-*/leak'],
        when: { equals: true },
        severity: 'high',
        delayOffS: 30,
        text: both('漏水', 'Water leak'),
        order: { class: 'urgent' },
        source: '漏水处理 S17',
      },
      {
        id: 'air-hot',
        points: ['air-elv-room/temperature', 'air-lift-room-*/temperature'],
        when: { above: 38, deadband: 1 },
        severity: 'low',
        delayOnS: 300,
        delayOffS: 300,
        text: both('机房温度偏高', 'Machine room is hot'),
        order: { class: 'general' },
        source: '机房环境 S26, S49',
      },
      {
        id: 'sensor-battery',
        points: ['air-*/battery', 'leak-*/battery', 'cp-*/battery'],
        when: { below: 15, deadband: 5 },
        severity: 'low',
        text: both('电池电量低', 'Battery low'),
        order: { class: 'general' },
      },
      {
        id: 'parking-full',
        points: ['parking-*/free'],
        when: { below: 3, deadband: 3 },
        severity: 'journal',
        delayOnS: 60,
        text: both('车位将满', 'Car park nearly full'),
      },
    ],
  }
}
