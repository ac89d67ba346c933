import { chillerEquipment } from './chillers.ts'
import { analog, bit, code, coil } from './modbus-points.ts'
import { both, type DemoPart, type Lines } from './part.ts'

const line = 'hvac-1'
const bus = 'hvac-bus'
const crew = ['admin', 'engineer', 'operator'] as const
const celsius = { type: 'int16' } as const

const outdoor = {
  id: 'outdoor',
  kind: 'weather-station',
  name: both('室外气象站', 'Weather station'),
  space: 'b-roof',
  channel: line,
  unit: 1,
  points: [
    analog('temperature', '室外温度', 'Outdoor temperature', 0, 'Cel', 0.1, [-40, 60], { ...celsius, scanMs: 5000 }),
    analog('humidity', '室外相对湿度', 'Outdoor humidity', 1, '%', 0.1, [0, 100], { scanMs: 5000 }),
    analog('wet-bulb', '湿球温度', 'Wet-bulb temperature', 2, 'Cel', 0.1, [-40, 60], { ...celsius, scanMs: 5000 }),
    code(
      'season',
      '季节工况',
      'Season',
      3,
      { 0: both('供暖季', 'heating'), 1: both('过渡季', 'between the seasons'), 2: both('供冷季', 'cooling') },
      { scanMs: 60_000 },
    ),
  ],
}

const plant = {
  id: 'hvac-plant',
  kind: 'hvac-plant',
  name: both('冷热源群控', 'Chiller plant controller'),
  space: 'chiller-plant',
  channel: line,
  unit: 3,
  points: [
    analog('chilled-flow', '冷冻水流量', 'Chilled water flow', 0, 'm3/h', 0.1, [0, 1000]),
    analog('cooling-flow', '冷却水流量', 'Cooling water flow', 1, 'm3/h', 0.1, [0, 1000]),
    analog('chilled-supply', '供水温度', 'Supply temperature', 2, 'Cel', 0.1, [-10, 90], celsius),
    analog('chilled-return', '回水温度', 'Return temperature', 3, 'Cel', 0.1, [-10, 90], celsius),
    analog('load', '末端负荷', 'Load of the zones', 4, 'kW', 1, [0, 5000]),
    code('mode', '运行工况', 'Mode', 5, {
      0: both('停机', 'off'),
      1: both('供冷', 'cooling'),
      2: both('供热', 'heating'),
    }),
    bit('running', '系统运行', 'Plant running', 0),
    bit('scheduled', '计划运行时段', 'Within planned hours', 1, { scanMs: 10_000 }),
    bit('power', '动力电源', 'Power', 2),
    coil(
      'automatic',
      '自动方式',
      'Automatic',
      0,
      { roles: crew },
      { enum: { 0: both('手动', 'manual'), 1: both('自动', 'automatic') } },
    ),
    coil(
      'run',
      '手动启停水泵',
      'Pumps run (manual)',
      1,
      {
        roles: crew,
        interlocks: [
          { point: 'automatic', when: { equals: false }, text: both('群控在手动方式', 'The plant is in manual') },
          // P-16: the machines stop first, the pumps last.
          ...['chiller-1', 'chiller-2'].map((id, i) => ({
            point: `${id}/running`,
            when: { equals: false },
            values: [false],
            text: both(`${i + 1}# 主机已停`, `Chiller ${i + 1} stands still`),
          })),
        ],
      },
      { enum: { 0: both('停', 'stop'), 1: both('启', 'run') } },
    ),
  ],
}

const pumps = (
  [
    ['pump-chilled-1', '1# 冷冻水泵', 'Chilled-water pump 1', 'vacon-10'],
    ['pump-chilled-2', '2# 冷冻水泵', 'Chilled-water pump 2', 'vacon-10'],
    ['pump-cooling-1', '1# 冷却水泵', 'Cooling-water pump 1', 'danfoss-fc51'],
    ['pump-cooling-2', '2# 冷却水泵', 'Cooling-water pump 2', 'danfoss-fc51'],
  ] as const
).map(([id, zh, en, profile], i) => ({
  id,
  kind: 'drive',
  name: both(zh, en),
  space: 'chiller-plant',
  channel: line,
  unit: 21 + i,
  profile,
}))

const towers = [1, 2].map(n => ({
  id: `cooling-tower-${n}`,
  kind: 'cooling-tower',
  name: both(`${n}# 冷却塔`, `Cooling tower ${n}`),
  space: 'cooling-towers',
  channel: line,
  unit: 30 + n,
  points: [
    analog('frequency', '风机频率', 'Fan frequency', 0, 'Hz', 0.1, [0, 60]),
    analog('temperature', '集水盘水温', 'Basin temperature', 1, 'Cel', 0.1, [-10, 60], celsius),
    analog('level', '集水盘液位', 'Basin level', 2, '%', 0.1, [0, 110]),
    bit('running', '风机运行', 'Fan running', 0),
    bit('fault', '风机故障', 'Fan fault', 1),
  ],
}))

const units = [
  ['mall', '商场', 'Mall', 'mall-l3'],
  ['b-low', 'B 座低区', 'Tower B, lower floors', 'b-04'],
  ['b-high', 'B 座高区', 'Tower B, upper floors', 'b-10'],
  ['lobbies', '大堂', 'Lobbies', 'lobby-b'],
] as const
const ahus = units.map(([id, zh, en, space], i) => ({
  id: `ahu-${id}`,
  kind: 'air-handling-unit',
  name: both(`${zh}新风机组`, `Fresh-air unit, ${en}`),
  space,
  channel: line,
  unit: 41 + i,
  profile: 'komfovent-ahu',
}))
const ahuPanel = {
  id: 'fresh-air-panel',
  kind: 'fresh-air-panel',
  name: both('新风控制箱', 'Fresh-air panel'),
  space: 'mall-l3',
  channel: line,
  unit: 4,
  points: units.flatMap(([id, zh, en], i) => [
    analog(`${id}-damper`, `${zh}新风阀开度`, `${en}: damper`, i, '%', 1, [0, 100]),
    analog(`${id}-filter`, `${zh}过滤器压差`, `${en}: filter resistance`, 4 + i, 'Pa', 1, [0, 1000], {
      scanMs: 10_000,
    }),
    bit(`${id}-running`, `${zh}新风机运行`, `${en}: running`, i),
    bit(`${id}-dirty`, `${zh}过滤器脏堵`, `${en}: filter dirty`, 4 + i),
    bit(`${id}-fire-stop`, `${zh}消防联动停机`, `${en}: stopped by fire`, 8 + i),
    bit(`${id}-fault`, `${zh}新风机故障`, `${en}: fault`, 12 + i),
  ]),
}

const floors = [
  ['mall-l1', '商场一层', 'Mall level 1'],
  ['mall-l2', '商场二层', 'Mall level 2'],
  ['mall-l3', '商场三层', 'Mall level 3'],
  ...Array.from({ length: 11 }, (_, i) => {
    const n = i + 4
    return [`b-${String(n).padStart(2, '0')}`, `B 座 ${n} 层`, `Tower B floor ${n}`] as const
  }),
] as const
const scanMs = 10_000
const zones = floors.map(([space, zh, en], i) => ({
  id: `zone-${space}`,
  kind: 'climate-zone',
  name: both(`${zh}空调区域`, `Climate of ${en}`),
  space,
  channel: bus,
  unit: i + 1,
  points: [
    analog('temperature', '温度', 'Temperature', 0, 'Cel', 0.1, [-20, 60], { ...celsius, scanMs }),
    analog('humidity', '相对湿度', 'Relative humidity', 1, '%', 0.1, [0, 100], { scanMs }),
    analog('valve', '水阀开度', 'Valve', 2, '%', 1, [0, 100], { scanMs }),
    code(
      'fan',
      '风机档位',
      'Fan',
      3,
      { 0: both('停', 'off'), 1: both('低速', 'low'), 2: both('中速', 'medium'), 3: both('高速', 'high') },
      { scanMs },
    ),
    {
      key: 'setpoint',
      name: both('温度设定', 'Temperature setpoint'),
      table: 'holding',
      address: 0,
      type: 'int16',
      scale: 0.1,
      unit: 'Cel',
      range: [10, 35],
      scanMs: 30_000,
      writable: true,
      // 26 °C in summer and 20 °C in winter are what public buildings in China are held to.
      command: { roles: crew, range: [18, 28], step: 0.5, confirmWithinS: 60 },
    },
  ],
}))
const thermostats = (
  [
    ['b-15', 'B 座 15 层', 'Tower B floor 15'],
    ['b-16', 'B 座 16 层', 'Tower B floor 16'],
    ['lobby-a', 'A 座大堂', 'Lobby A'],
    ['lobby-b', 'B 座大堂', 'Lobby B'],
  ] as const
).map(([space, zh, en], i) => ({
  id: `thermostat-${space}`,
  kind: 'thermostat',
  name: both(`${zh}温控器`, `Thermostat of ${en}`),
  space,
  channel: bus,
  unit: floors.length + i + 1,
  profile: 'siemens-rdf302',
}))

const yes = { equals: true }
const rules = [
  {
    id: 'chiller-high-pressure',
    points: ['chiller-1/high-pressure'],
    when: yes,
    severity: 'high',
    text: both('冷水机组高压跳机', 'Chiller tripped on high pressure'),
    order: { class: 'urgent', failure: 'chiller' },
    runbook: 'chiller-trip',
    source: '中央空调运行 S21: 异常采取措施，严重时上报并通知维保',
  },
  {
    id: 'chiller-fault',
    points: ['chiller-*/fault'],
    when: yes,
    severity: 'high',
    delayOnS: 3,
    text: both('主机故障停机', 'Chiller stopped by a fault'),
    order: { class: 'urgent', failure: 'chiller' },
    source: '中央空调运行 S21',
  },
  {
    id: 'condenser-pressure-high',
    points: ['chiller-1/condenser-pressure'],
    when: { above: 11, deadband: 0.5 },
    severity: 'medium',
    delayOnS: 20,
    delayOffS: 30,
    text: both('冷凝压力偏高', 'Condenser pressure high'),
    order: { class: 'general', failure: 'chiller' },
    source: '中央空调运行 S21: 按时抄录参数',
  },
  {
    id: 'hvac-pump-tripped',
    points: ['pump-chilled-*/tripped', 'pump-cooling-*/tripped'],
    when: yes,
    severity: 'high',
    // Without supply they are tripped too: what tells of the supply comes first.
    delayOnS: 3,
    text: both('空调水泵故障', 'Pump of the chiller plant tripped'),
    order: { class: 'urgent' },
    source: '辅机 S22',
  },
  {
    id: 'cooling-tower-fault',
    points: ['cooling-tower-*/fault'],
    when: yes,
    severity: 'medium',
    text: both('冷却塔风机故障', 'Cooling tower fan fault'),
    order: { class: 'general' },
    source: '辅机 S22',
  },
  {
    id: 'fresh-air-fault',
    points: ['fresh-air-panel/*-fault'],
    when: yes,
    severity: 'medium',
    text: both('新风机故障', 'Fresh-air unit fault'),
    order: { class: 'general' },
    source: '辅机 S22, 新风系统 S25',
  },
  {
    id: 'filter-dirty',
    points: ['fresh-air-panel/*-dirty'],
    when: yes,
    severity: 'low',
    delayOnS: 300,
    delayOffS: 60,
    text: both('新风过滤器脏堵，需清洗', 'Filter of the fresh-air unit dirty'),
    order: { class: 'general' },
    source: '设备保养 S22, N25',
  },
  {
    id: 'fresh-air-fire-stop',
    points: ['fresh-air-panel/*-fire-stop'],
    when: yes,
    severity: 'high',
    text: both('消防联动停新风、关风阀', 'Fresh air stopped and damper closed by fire'),
    source: '火灾应急 P-06',
  },
  {
    id: 'zone-hot',
    points: ['zone-*/temperature', 'thermostat-*/room-temperature'],
    when: { above: 30, deadband: 1 },
    severity: 'low',
    delayOnS: 600,
    delayOffS: 300,
    text: both('区域温度过高', 'Zone too hot'),
    order: { class: 'general' },
    source: '温湿度监测 S23, M06',
  },
  {
    id: 'zone-cold',
    points: ['zone-*/temperature', 'thermostat-*/room-temperature'],
    when: { below: 12, deadband: 1 },
    severity: 'low',
    delayOnS: 600,
    delayOffS: 300,
    text: both('区域温度过低', 'Zone too cold'),
    order: { class: 'general' },
    source: '温湿度监测 S23, M06',
  },
  {
    id: 'zone-humid',
    points: ['zone-*/humidity'],
    when: { above: 85, deadband: 5 },
    severity: 'low',
    delayOnS: 1800,
    delayOffS: 600,
    text: both('区域湿度过高', 'Zone too humid'),
    source: '温湿度监测 S23, M06',
  },
]

/** Weather, chiller plant, fresh air and climate zones of the demo building. */
export const hvacDemo = (lines: Lines): DemoPart => ({
  channels: [
    { id: line, ...lines(line), maxInFlight: 4 },
    { id: bus, ...lines(bus) },
  ],
  equipment: [
    outdoor,
    plant,
    ...chillerEquipment(line),
    ...pumps,
    ...towers,
    ...ahus,
    ahuPanel,
    ...zones,
    ...thermostats,
  ],
  rules,
})
