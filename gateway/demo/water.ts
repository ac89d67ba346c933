import { analog, bit, code, coil, counter } from './modbus-points.ts'
import { both, type DemoPart, type Lines } from './part.ts'

const line = 'water-1'
const engineers = ['admin', 'engineer'] as const
const crew = ['admin', 'engineer', 'operator'] as const

const zones = [
  ['a', 'A 座', 'Tower A', 'pump-house'],
  ['b', 'B 座', 'Tower B', 'pump-house'],
  ['mall', '商场', 'Mall', 'pump-house'],
  ['b1', '地下一层', 'Basement 1', 'pump-house'],
  ['b2', '地下二层', 'Basement 2', 'pump-house'],
] as const

const tank = {
  id: 'tank-b1',
  kind: 'tank',
  name: both('生活水箱', 'Domestic water tank'),
  space: 'pump-house',
  channel: line,
  unit: 1,
  points: [
    analog('level', '液位', 'Level', 0, '%', 0.1, [0, 110]),
    analog('depth', '水深', 'Depth', 1, 'm', 0.01, [0, 4], { scanMs: 10_000 }),
    analog('inlet-flow', '进水流量', 'Inlet flow', 2, 'm3/h', 0.1, [0, 200]),
    analog('inlet-position', '进水阀开度', 'Inlet valve position', 3, '%', 0.1, [0, 100]),
    analog('main-pressure', '市政来水压力', 'City main pressure', 4, 'bar', 0.01, [0, 16]),
    bit('lid1-open', '1# 人孔盖打开', 'Lid 1 open', 0),
    bit('lid2-open', '2# 人孔盖打开', 'Lid 2 open', 1),
    bit('low', '低液位', 'Level low', 2),
    bit('high', '高液位（溢流）', 'Level high (overflow)', 3),
  ],
}

const pumpNumbers = [1, 2, 3] as const
const booster = {
  id: 'booster-tower-b',
  kind: 'pump',
  name: both('B 座及裙楼生活水泵组', 'Booster set of tower B and podium'),
  space: 'pump-house',
  channel: line,
  unit: 2,
  points: [
    analog('outlet-pressure', '出口压力', 'Outlet pressure', 0, 'bar', 0.01, [0, 16]),
    analog('flow', '出口流量', 'Outlet flow', 2, 'm3/h', 0.1, [0, 300]),
    analog('running', '运行台数', 'Pumps running', 3, '1', 1, [0, 3]),
    ...pumpNumbers.flatMap(n => [
      bit(`pump${n}-running`, `${n}#泵运行`, `Pump ${n} running`, n - 1),
      bit(`pump${n}-tripped`, `${n}#泵跳闸`, `Pump ${n} tripped`, n + 2),
      counter(`pump${n}-hours`, `${n}#泵累计运行`, `Pump ${n} run time`, 2 + 2 * n, 'h'),
    ]),
    bit('standby-ready', '备用泵可投入', 'Standby pump ready', 6),
    bit('suction-dry', '吸水缺水', 'No water to draw', 7),
    bit('power', '动力电源', 'Power', 8),
    {
      key: 'pressure-setpoint',
      name: both('压力设定', 'Pressure setpoint'),
      table: 'holding',
      address: 0,
      type: 'uint16',
      scale: 0.01,
      unit: 'bar',
      range: [0, 16],
      writable: true,
      command: { roles: engineers, range: [2, 7.5], step: 0.1 },
    },
    coil(
      'reset',
      '故障复位',
      'Reset after a trip',
      0,
      {
        roles: engineers,
        values: [true],
        // The coil itself always reads 0: it was done when no pump is tripped any more.
        readBack: { points: pumpNumbers.map(n => `pump${n}-tripped`), equals: false },
        coolDownS: 10,
      },
      { enum: { 0: both('未动作', 'idle'), 1: both('复位', 'reset') } },
    ),
  ],
}

const drives = pumpNumbers.map(n => ({
  id: `drive-b-${n}`,
  kind: 'drive',
  name: both(`B 座生活水泵组 ${n}#变频器`, `Drive of pump ${n}, tower B set`),
  space: 'pump-house',
  channel: line,
  unit: 10 + n,
  profile: 'veda-vf51',
}))

const valves = zones.map(([id, zh, en, space], i) => ({
  id: `valve-${id}`,
  kind: 'valve',
  name: both(`${zh}供水阀`, `Supply valve, ${en}`),
  space,
  channel: line,
  unit: 31 + i,
  points: [
    analog('position', '阀位', 'Position', 0, '%', 0.1, [0, 100]),
    analog('flow', '流量', 'Flow', 1, 'm3/h', 0.1, [0, 300]),
    analog('pressure', '阀后压力', 'Pressure behind the valve', 2, 'bar', 0.01, [0, 16]),
    bit('opened', '全开', 'Fully open', 0),
    bit('closed', '全关', 'Fully closed', 1),
    bit('fault', '卡阻', 'Jammed', 2),
    // Closing is always allowed: it is the first thing to do when a pipe has burst.
    coil(
      'open',
      '开阀（断开为关阀）',
      'Open (off: close)',
      0,
      { roles: crew, confirmWithinS: 30 },
      { enum: { 0: both('关阀', 'close'), 1: both('开阀', 'open') } },
    ),
  ],
}))

const sumps = (
  [
    [1, 'sump-b2', 3, '地下二层集水坑', 'Sump pit, basement 2'],
    [2, 'pump-house', 4, '水泵房集水坑', 'Sump pit, pump house'],
  ] as const
).map(([n, space, unit, zh, en]) => ({
  id: `sump-pit-${n}`,
  kind: 'sump',
  name: both(zh, en),
  space,
  channel: line,
  unit,
  points: [
    analog('level', '液位', 'Level', 0, '%', 0.1, [0, 110]),
    bit('pump1-running', '1#潜污泵运行', 'Pump 1 running', 0),
    bit('pump2-running', '2#潜污泵运行', 'Pump 2 running', 1),
    bit('pump1-fault', '1#潜污泵故障', 'Pump 1 fault', 2),
    bit('pump2-fault', '2#潜污泵故障', 'Pump 2 fault', 3),
    bit('high-float', '高位浮球', 'High-level float', 4),
    bit('dry-run', '缺水保护', 'Dry-run protection', 5),
    bit('power', '动力电源', 'Power', 6),
    counter('pump1-hours', '1#潜污泵累计运行', 'Pump 1 run time', 1, 'h', 0.1),
    counter('pump2-hours', '2#潜污泵累计运行', 'Pump 2 run time', 3, 'h', 0.1),
    analog('pump1-starts', '1#潜污泵启动次数', 'Pump 1 starts', 5, '1', 1, [0, 65_535], { scanMs: 10_000 }),
    analog('pump2-starts', '2#潜污泵启动次数', 'Pump 2 starts', 6, '1', 1, [0, 65_535], { scanMs: 10_000 }),
  ],
}))

const modes = { 0: both('停用', 'off'), 1: both('自动', 'auto'), 2: both('手动', 'by hand') }
const firePumps = (
  [
    ['hydrant1', '1#消火栓泵', 'Hydrant pump 1'],
    ['hydrant2', '2#消火栓泵', 'Hydrant pump 2'],
    ['sprinkler1', '1#喷淋泵', 'Sprinkler pump 1'],
    ['sprinkler2', '2#喷淋泵', 'Sprinkler pump 2'],
    ['jockey', '稳压泵', 'Jockey pump'],
  ] as const
).flatMap(([id, zh, en], i) => [
  bit(`${id}-running`, `${zh}运行`, `${en} running`, i),
  bit(`${id}-fault`, `${zh}故障`, `${en} fault`, 8 + i),
  code(`${id}-mode`, `${zh}控制方式`, `${en} mode`, 3 + i, modes),
])
// Fire pumps are started by their pressure switches, at their panel and from the fire control centre's hard wires:
// nothing here can be commanded.
const firePanel = {
  id: 'fire-pumps',
  kind: 'fire-pump',
  name: both('消防水泵控制柜', 'Fire pump panel'),
  space: 'fire-pump-room',
  channel: line,
  unit: 5,
  points: [
    analog('hydrant-pressure', '消火栓管网压力', 'Hydrant network pressure', 0, 'bar', 0.01, [0, 25]),
    analog('sprinkler-pressure', '喷淋管网压力', 'Sprinkler network pressure', 1, 'bar', 0.01, [0, 25]),
    analog('pool-level', '消防水池液位', 'Fire pool level', 2, '%', 0.1, [0, 110]),
    ...firePumps,
    bit('pool-low', '消防水池低液位', 'Fire pool level low', 16),
    bit('power', '动力电源', 'Power', 17),
  ],
}

const leaks = {
  id: 'leak-detector',
  kind: 'leak-detector',
  name: both('漏水检测主机', 'Leak detector'),
  space: 'pump-house',
  channel: line,
  unit: 6,
  points: [
    bit('car-park-b2', '地下车库地面有水', 'Water on the floor of the car park', 0, { space: 'car-park-b2' }),
    bit('distribution-room', '低压配电室地面有水', 'Water on the floor of the distribution room', 1, {
      space: 'distribution-room',
    }),
    bit('sump-b2', '集水坑满溢', 'Sump pit overflows', 2, { space: 'sump-b2' }),
    bit('pump-house', '生活水泵房地面有水', 'Water on the floor of the pump house', 3),
  ],
}

const yes = { equals: true }
const rules = [
  {
    id: 'tank-level-low',
    points: ['tank-*/low', 'booster-tower-b/suction-dry'],
    when: yes,
    severity: 'high',
    delayOnS: 5,
    delayOffS: 30,
    text: both('生活水箱低液位', 'Domestic tank level low'),
    order: { class: 'urgent' },
    runbook: 'water-failure',
    source: '停水、水管爆裂应急 P-04, N05',
  },
  {
    id: 'tank-level-high',
    points: ['tank-*/high'],
    when: yes,
    severity: 'medium',
    delayOnS: 10,
    delayOffS: 30,
    text: both('生活水箱溢流', 'Domestic tank overflows'),
    order: { class: 'general' },
    source: '水泵房管理 S13',
  },
  {
    // Drinking water: whoever opens a lid without leave is an intruder.
    id: 'tank-lid-open',
    points: ['tank-*/lid*-open'],
    when: yes,
    severity: 'high',
    text: both('水箱人孔盖被打开（入侵）', 'Tank lid opened (intrusion)'),
    order: { class: 'urgent' },
    source: '水箱加锁，未经批准不得开启 S13',
  },
  {
    id: 'main-pressure-low',
    points: ['tank-*/main-pressure'],
    when: { below: 0.8, deadband: 0.3 },
    severity: 'high',
    delayOnS: 30,
    delayOffS: 60,
    text: both('市政停水或压力不足', 'City main without pressure'),
    order: { class: 'urgent' },
    source: '停水应急 P-04, N05',
  },
  {
    id: 'booster-b-pressure-low',
    points: ['booster-tower-b/outlet-pressure'],
    when: { below: 4, deadband: 0.4 },
    severity: 'high',
    delayOnS: 10,
    delayOffS: 15,
    text: both('B 座供水压力低', 'Water pressure of tower B low'),
    order: { class: 'urgent', failure: 'water-supply' },
    runbook: 'water-failure',
    source: '停水应急 P-04, 急修 N01, N05',
  },
  {
    id: 'standby-not-ready',
    points: ['booster-tower-b/standby-ready'],
    when: { equals: false },
    severity: 'medium',
    delayOnS: 60,
    delayOffS: 10,
    text: both('无可用备用泵', 'No standby pump available'),
    order: { class: 'general', failure: 'water-supply' },
    source: '水泵房巡查 S12',
  },
  {
    id: 'zone-flow-high',
    points: ['valve-b1/flow', 'valve-b2/flow'],
    when: { above: 10, deadband: 2 },
    severity: 'high',
    delayOnS: 15,
    delayOffS: 30,
    text: both('区域流量异常，疑似爆管', 'Flow far too high: has a pipe burst?'),
    order: { class: 'urgent' },
    runbook: 'burst-pipe',
    source: '水管爆裂应急 P-04: 先关闭供水阀',
  },
  {
    id: 'valve-jammed',
    points: ['valve-*/fault'],
    when: yes,
    severity: 'high',
    delayOnS: 5,
    text: both('供水阀卡阻', 'Supply valve jammed'),
    order: { class: 'urgent' },
    source: '水源控制阀 S14, P-04',
  },
  {
    id: 'water-at-switchgear',
    points: ['leak-detector/distribution-room'],
    when: yes,
    severity: 'life',
    delayOnS: 2,
    delayOffS: 10,
    text: both(
      '配电室进水，触电危险：立即通知配电室断开该区域电源',
      'Water at the switchgear, danger of shock: have that zone cut off at once',
    ),
    order: { class: 'life' },
    runbook: 'burst-pipe-electrical',
    source: '水管爆裂危及电气设备 P-04 6',
  },
  {
    id: 'water-on-floor',
    points: ['leak-detector/car-park-b2', 'leak-detector/pump-house'],
    when: yes,
    severity: 'high',
    delayOnS: 5,
    delayOffS: 10,
    text: both('地面有水', 'Water on the floor'),
    order: { class: 'urgent' },
    runbook: 'burst-pipe',
    source: '漏水处理 S17, P-04',
  },
  {
    id: 'sump-high',
    points: ['sump-pit-*/high-float'],
    when: yes,
    severity: 'high',
    delayOnS: 3,
    delayOffS: 10,
    text: both('集水坑高水位', 'Sump pit level high'),
    order: { class: 'urgent' },
    source: '排水 S16, N05',
  },
  {
    // No pipe has burst: there is no valve to close.
    id: 'sump-overflows',
    points: ['leak-detector/sump-b2'],
    when: yes,
    severity: 'high',
    delayOnS: 5,
    delayOffS: 10,
    text: both('集水坑满溢，地面有水', 'Sump pit overflows, water on the floor'),
    order: { class: 'urgent' },
    source: '排水 S16, N05',
  },
  {
    id: 'sump-pump-fault',
    points: ['sump-pit-*/pump*-fault'],
    when: yes,
    severity: 'medium',
    text: both('潜污泵故障', 'Sump pump fault'),
    order: { class: 'general' },
    source: '排水 S16',
  },
  {
    id: 'fire-pump-started',
    points: ['fire-pumps/hydrant*-running', 'fire-pumps/sprinkler*-running'],
    when: yes,
    severity: 'high',
    text: both('消防泵启动', 'Fire pump started'),
    source: '火灾应急 P-06 4: 监视水池水位和消防泵',
  },
  {
    id: 'fire-pump-fault',
    points: ['fire-pumps/*-fault'],
    when: yes,
    severity: 'high',
    text: both('消防泵故障', 'Fire pump fault'),
    order: { class: 'urgent' },
    source: '消防泵 S34',
  },
  {
    id: 'fire-pump-not-auto',
    points: ['fire-pumps/*-mode'],
    when: { notIn: [1] },
    severity: 'high',
    delayOnS: 60,
    text: both('消防泵不在自动位', 'Fire pump is not in automatic mode'),
    order: { class: 'urgent' },
    source: '消防泵 S34, M05',
  },
  {
    id: 'fire-pool-low',
    points: ['fire-pumps/pool-low'],
    when: yes,
    severity: 'high',
    delayOnS: 10,
    delayOffS: 60,
    text: both('消防水池低液位', 'Fire pool level low'),
    order: { class: 'urgent' },
    source: '消防水池 S34, P-06 4',
  },
  {
    id: 'fire-network-pressure-low',
    points: ['fire-pumps/hydrant-pressure', 'fire-pumps/sprinkler-pressure'],
    when: { below: 7.2, deadband: 0.3 },
    severity: 'high',
    delayOnS: 10,
    delayOffS: 10,
    text: both('消防管网压力低', 'Fire water pressure low'),
    order: { class: 'urgent' },
    source: '消防泵 S34',
  },
]

/** Water supply, sumps, fire pumps and pool of the demo building. */
export const waterDemo = (lines: Lines): DemoPart => ({
  channels: [{ id: line, ...lines(line), maxInFlight: 4 }],
  equipment: [tank, booster, ...drives, ...valves, ...sumps, firePanel, leaks],
  rules,
})
