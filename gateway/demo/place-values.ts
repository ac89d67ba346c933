import { both } from './part.ts'
import { demoSpaces, floorsOf } from './place.ts'

/**
 * What belongs to people in the demo's site.json: patrol routes, door groups, tariffs, telephones. The rhythms are those
 * of the duty rules of a plaza (夜间巡楼 30-40 min, 白天防火巡查每小时一次); prices and numbers are examples.
 */

const items = {
  doors: ['门锁完好、已关闭', 'Doors locked and closed'],
  fire: ['消火栓、灭火器在位，通道畅通', 'Hydrants and extinguishers in place, ways clear'],
  shutter: ['防火卷帘门下无堆物', 'Nothing under the fire shutter'],
  power: ['商家电源已关', 'Shop power is off'],
  smell: ['无异味、无烟头火种', 'No smell, no cigarette ends'],
  glass: ['门窗玻璃、墙面、地面完好', 'Windows, walls and floor sound'],
  lights: ['照明正常', 'Lights work'],
  load: ['开关、仪表指示正常，无过载', 'Switches and meters normal, no overload'],
  noise: ['无异响、异味、过热', 'No odd noise, smell or heat'],
  dry: ['地面无积水，防鼠板在位', 'Floor dry, rodent board in place'],
  lids: ['水箱、水池盖已上锁', 'Tank and pool lids locked'],
  weight: ['钢瓶压力在绿区', 'Cylinder gauges in the green'],
  flame: ['无明火、无动火作业', 'No open flame, no hot work'],
  people: ['无可疑人员、无占用', 'Nobody suspicious, nothing in the way'],
} as const
type Item = keyof typeof items
const list = (keys: readonly Item[]) =>
  keys.map(id => ({ id, text: both(items[id][0], items[id][1]), ...(id === 'flame' && { flame: true }) }))

/** Tags in the order of writing: a demo's tags are made up, and no two are the same. */
const tagger = () => {
  let n = 0x1a2b
  return () => `04:${(n++).toString(16).toUpperCase().padStart(4, '0').match(/../g)!.join(':')}:7C:80`
}

/** Two sticks of the guards. Phones need no entry. */
export const demoPatrol = () => ({
  devices: [1, 2].map(n => ({ id: `stick-${n}`, name: both(`${n} 号巡更棒`, `Patrol stick ${n}`) })),
})

/** Seven routes, one of them with readers on the wall where the building has them: each kind of round that there is. A value is written down where its device is in the building. */
export function demoRoutes(equipment: readonly Device[]) {
  const tag = tagger()
  const nfc = (space: string, keys: readonly Item[], name?: readonly [string, string], id = space) => ({
    kind: 'nfc',
    id,
    ...(name && { name: both(name[0], name[1]) }),
    space,
    tag: tag(),
    items: list(keys),
    minTravelSec: 30,
  })
  const read = (space: string, device: string, key: string, keys: readonly Item[]) =>
    equipment.some(e => e.id === device)
      ? { kind: 'value', id: space, space, point: `${device}/${key}`, items: list(keys) }
      : nfc(space, keys)
  const night = { from: '22:00', to: '06:00' }
  const [first, last] = floorsOf.b
  const officeFloors = Array.from({ length: last - first + 1 }, (_, i) => `b-${String(first + i).padStart(2, '0')}`)
  const routes = [
    {
      id: 'night-floors',
      name: both('夜间巡楼', 'Night round of the floors'),
      by: ['guard'],
      ordered: true,
      checkpoints: [
        nfc('mall-l3', ['power', 'smell', 'flame', 'doors', 'shutter', 'fire']),
        nfc('mall-l2', ['power', 'smell', 'flame', 'doors', 'shutter', 'fire']),
        nfc('mall-l1', ['power', 'smell', 'flame', 'doors', 'shutter', 'fire']),
        nfc('b1', ['doors', 'smell', 'dry']),
        nfc('b2', ['people', 'lights', 'smell']),
      ],
      rounds: [{ kind: 'max-gap', ...night, maxGapMin: 40, minGapMin: 30 }],
      source: '安保部：夜班每 30-40 分钟全面巡查一次',
    },
    {
      id: 'wall-readers',
      name: both('公共区域巡更（墙上读卡器）', 'Common areas, readers on the wall'),
      by: ['guard'],
      ordered: false,
      checkpoints: (
        [
          ['cp-l1', 'mall-l1'],
          ['cp-l2', 'mall-l2'],
          ['cp-l3', 'mall-l3'],
          ['cp-b1', 'b1'],
          ['cp-b2', 'car-park-b2'],
        ] as const
      ).flatMap(([reader, space]) =>
        equipment.some(e => e.id === reader) ? [{ kind: 'reader', id: reader, space, reader, items: [] }] : [],
      ),
      rounds: [
        { kind: 'count', from: '07:00', to: '22:00', least: 1, perMin: 120 },
        { kind: 'max-gap', ...night, maxGapMin: 80 },
      ],
      source: '安保部：每一层留有巡更记录',
    },
    {
      id: 'day-fire',
      name: both('白天防火巡查', 'Day fire patrol'),
      by: ['guard'],
      ordered: false,
      checkpoints: [
        nfc('mall-hall-1', ['fire', 'shutter', 'smell']),
        nfc('mall-hall-2', ['fire', 'shutter', 'smell']),
        nfc('mall-hall-3', ['fire', 'shutter', 'smell']),
        ...officeFloors.filter((_, i) => i % 4 === 0).map(space => nfc(space, ['fire', 'smell'])),
      ],
      rounds: [{ kind: 'count', from: '07:00', to: '22:00', least: 1, perMin: 60 }],
      source: '安保部：白天营业区防火巡查每小时至少一次',
    },
    {
      id: 'perimeter',
      name: both('夜间外围巡查', 'Night perimeter'),
      by: ['guard'],
      ordered: false,
      checkpoints: (
        [
          ['north', '北侧围墙', 'North wall'],
          ['east', '东侧卸货区', 'East, loading dock'],
          ['south', '南广场', 'South square'],
          ['west', '西侧车库坡道', 'West, car ramp'],
        ] as const
      ).map(([id, zh, en]) => nfc('grounds', ['people', 'glass', 'lights'], [zh, en], `perimeter-${id}`)),
      rounds: [{ kind: 'random', ...night, times: 2, apartMin: 90 }],
      source: '安保部：夜间商场及外围 1-2 次',
    },
    {
      id: 'electrician',
      name: both('值班电工巡检', 'Plant round of the duty electrician'),
      by: ['engineer'],
      ordered: true,
      checkpoints: [
        nfc('hv-room', ['load', 'noise', 'dry']),
        read('distribution-room', 'room-b1', 'temperature', ['load', 'noise', 'dry']),
        nfc('generator-room', ['noise', 'dry']),
        read('pump-house', 'booster-b1', 'pressure', ['lids', 'noise', 'dry']),
        nfc('fire-pump-room', ['noise', 'dry', 'lids']),
        nfc('co2-room', ['weight', 'doors']),
      ],
      rounds: [
        { kind: 'window', from: '08:00', to: '09:00', graceMin: 15 },
        { kind: 'window', from: '20:00', to: '21:00', graceMin: 15 },
        // At peak demand the rounds are intensified.
        { kind: 'max-gap', from: '10:00', to: '15:00', maxGapMin: 120 },
        { kind: 'max-gap', from: '17:00', to: '20:00', maxGapMin: 60 },
      ],
      source: '配电室管理制度：定时巡视，用电高峰加强巡视',
    },
    {
      id: 'hvac',
      name: both('空调机房巡检', 'HVAC round'),
      by: ['engineer'],
      ordered: false,
      checkpoints: [
        nfc('chiller-plant', ['noise', 'dry', 'load']),
        nfc('cooling-towers', ['noise', 'lids']),
        nfc('fresh-air-room-b1', ['noise', 'doors']),
      ],
      rounds: [
        {
          kind: 'count',
          days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
          from: '08:00',
          to: '20:00',
          least: 1,
          perMin: 120,
        },
      ],
      source: '空调运行管理：按时巡视并记录参数',
    },
    {
      id: 'lobbies',
      name: both('大堂巡视', 'Lobbies'),
      by: ['guard', 'desk'],
      ordered: false,
      checkpoints: [
        { kind: 'qr', id: 'lobby-a', space: 'lobby-a', tag: 'GH-LOBBY-A', items: list(['people', 'glass', 'lights']) },
        { kind: 'qr', id: 'lobby-b', space: 'lobby-b', tag: 'GH-LOBBY-B', items: list(['people', 'glass', 'lights']) },
        nfc('gate-post', ['people']),
      ],
      rounds: [
        { kind: 'window', days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '08:30', to: '09:30' },
        { kind: 'window', days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '17:30', to: '18:30' },
        { kind: 'window', from: '23:30', to: '00:30', graceMin: 10 },
      ],
      source: '客服部：每日巡视大堂',
    },
  ]
  return routes.filter(r => r.checkpoints.length > 0)
}

interface Device {
  readonly id: string
  readonly kind: string
  readonly space?: string
}

/** Groups of what doors the building has, by the space where they are; a group without doors is left out. */
export function demoDoorGroups(equipment: readonly Device[]) {
  const spaces = new Map(demoSpaces().map(s => [s.id, s]))
  const within = (space: string | undefined, wanted: readonly string[]): boolean =>
    space !== undefined && (wanted.includes(space) || within(spaces.get(space)?.parent, wanted))
  const doors = equipment.filter(e => /(^|-)door(-|$)|reader|barrier|turnstile/.test(e.kind))
  const of = (...wanted: string[]) => doors.filter(d => within(d.space, wanted)).map(d => d.id)
  const plant = ['hv-room', 'distribution-room', 'generator-room', 'pump-house', 'fire-pump-room', 'co2-room']
  const rooms = [...plant, 'elv-room', 'gas-valve-room', 'chiller-plant', 'fire-control-centre', 'a-roof', 'b-roof']
  const workdays = ['mon', 'tue', 'wed', 'thu', 'fri']
  return [
    {
      id: 'plant-rooms',
      name: both('设备机房', 'Plant rooms'),
      doors: of(...rooms),
      schedules: [{ from: '22:00', to: '06:00', mode: 'card-pin' }],
      otherwise: 'card',
      escort: true,
    },
    {
      id: 'home-lobby',
      name: both('住宅大堂', 'Lobby of the homes'),
      doors: of('lobby-a', 'tower-a').filter(id => !of('a-roof').includes(id)),
      otherwise: 'card',
    },
    {
      id: 'office-lobby',
      name: both('写字楼大堂', 'Lobby of the offices'),
      doors: of('lobby-b', 'tower-b').filter(id => !of('b-roof').includes(id)),
      schedules: [{ days: workdays, from: '08:00', to: '19:00', mode: 'unlocked' }],
      otherwise: 'card',
    },
    {
      id: 'mall-doors',
      name: both('商场出入口', 'Doors of the mall'),
      doors: of('mall-hall-1', 'mall-hall-2', 'mall-hall-3', 'service-desk', 'gate-post'),
      schedules: [{ from: '09:30', to: '22:00', mode: 'unlocked' }],
      otherwise: 'locked',
    },
    { id: 'car-park', name: both('车库出入口', 'Car park'), doors: of('car-park-b2', 'grounds'), otherwise: 'card' },
  ].filter(group => group.doors.length > 0)
}

const span = (from: string, to: string) => ({ from, to })
const period = (word: string, price: string, ...spans: { from: string; to: string }[]) => ({
  period: word,
  price,
  spans,
})
const NIGHT = span('23:00', '07:00')
const PEAKS = [span('10:00', '12:00'), span('16:00', '22:00')]
const FLATS = [span('07:00', '10:00'), span('12:00', '16:00'), span('22:00', '23:00')]

/** Prices are examples in the usual form; each city has its own. */
export function demoTariffs() {
  const usual = {
    periods: [
      period('peak', '1.0842', ...PEAKS),
      period('flat', '0.7218', ...FLATS),
      period('valley', '0.3521', NIGHT),
    ],
  }
  const summer = {
    periods: [
      period('sharp', '1.3010', span('19:00', '21:00')),
      period('peak', '1.0842', span('10:00', '12:00'), span('16:00', '19:00'), span('21:00', '22:00')),
      period('flat', '0.7218', ...FLATS),
      period('valley', '0.3521', NIGHT),
    ],
  }
  const electricity = { kind: 'electricity', unit: 'kW.h', currency: 'CNY', source: '示例电价，须按当地文件填写' }
  const water = { kind: 'water', unit: 'm3', currency: 'CNY', source: '示例水价，须按当地文件填写' }
  return [
    {
      id: 'electricity-shop',
      name: both('商业用电（尖峰平谷）', 'Electricity, shops (time of use)'),
      ...electricity,
      use: 'shop',
      // The sharp period holds in summer only: each season is a list of its own with the day from which it holds.
      prices: [
        { from: '2026-01-01', ...usual },
        { from: '2026-07-01', ...summer },
        { from: '2026-09-01', ...usual },
      ],
    },
    {
      id: 'electricity-office',
      name: both('办公用电（尖峰平谷）', 'Electricity, offices (time of use)'),
      ...electricity,
      use: 'office',
      prices: [
        { from: '2026-01-01', ...usual },
        { from: '2026-07-01', ...summer },
        { from: '2026-09-01', ...usual },
      ],
    },
    {
      id: 'electricity-home',
      name: both('居民用电（峰谷）', 'Electricity, homes (day and night)'),
      ...electricity,
      use: 'home',
      prices: [
        {
          from: '2026-01-01',
          periods: [
            period('peak', '0.5683', span('08:00', '22:00')),
            period('valley', '0.2883', span('22:00', '08:00')),
          ],
        },
      ],
    },
    {
      id: 'electricity-works',
      name: both('装修临时用电', 'Electricity, decoration works'),
      ...electricity,
      use: 'works',
      prices: [{ from: '2026-01-01', price: '0.9500' }],
    },
    {
      id: 'water-home',
      name: both('居民用水', 'Water, homes'),
      ...water,
      use: 'home',
      prices: [{ from: '2026-01-01', price: '3.45' }],
    },
    {
      id: 'water-shop',
      name: both('商业用水', 'Water, shops'),
      ...water,
      use: 'shop',
      prices: [
        { from: '2026-01-01', price: '5.10' },
        { from: '2026-10-01', price: '5.35' },
      ],
    },
    {
      id: 'gas-home',
      name: both('居民燃气', 'Gas, homes'),
      kind: 'gas',
      use: 'home',
      unit: 'm3',
      currency: 'CNY',
      prices: [{ from: '2026-01-01', price: '3.05' }],
      source: '示例气价，须按当地文件填写',
    },
  ]
}

/** Numbers that nobody has, but for the national emergency ones. */
export function demoContacts() {
  const at = (id: string, kind: string, zh: string, en: string, phone: string, space?: string) => ({
    id,
    kind,
    name: both(zh, en),
    phone,
    ...(space !== undefined && { space }),
  })
  return [
    at('fire', 'fire', '火警', 'Fire brigade', '119'),
    at('police', 'police', '公安', 'Police', '110'),
    at('ambulance', 'ambulance', '急救', 'Ambulance', '120'),
    at('substation', 'substation', '供电局小区变电所（示例）', 'Substation of the supplier (example)', '000-0000 0101'),
    at('water-company', 'water-company', '自来水公司（示例）', 'Water company (example)', '000-0000 0102'),
    at('gas-company', 'gas-company', '燃气公司抢修（示例）', 'Gas company, emergencies (example)', '000-0000 0103'),
    at(
      'lift-firm',
      'lift-firm',
      '电梯维保单位 24 小时（示例）',
      'Lift maintenance firm, 24 h (example)',
      '000-0000 0104',
    ),
    at('lift-rescue', 'lift-rescue', '城市电梯应急平台', 'Lift rescue platform of the city', '96333'),
    at('fire-firm', 'fire-service-firm', '消防维保单位（示例）', 'Fire system maintenance (example)', '000-0000 0105'),
    at('duty-distribution', 'duty', '配电室值班', 'Distribution room, duty', '8001', 'distribution-room'),
    at('duty-fire', 'duty', '消防控制中心', 'Fire control centre', '8002', 'fire-control-centre'),
    at('duty-gate', 'duty', '门岗', 'Gate post', '8003', 'gate-post'),
    at('occupant-a-1202', 'occupant', '1202 户业主（示例）', 'Owner of 1202 (example)', '000-0000 1202', 'a-1202'),
    at('duty-desk', 'duty', '客服前台', 'Service desk', '8004', 'service-desk'),
  ]
}
