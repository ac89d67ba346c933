import { both, type DemoPart, type Lines } from './part.ts'

const faults = {
  0: both('无', 'none'),
  31: both('门无法关闭', 'doors do not close'),
  41: both('停在非平层区', 'stopped outside a door zone'),
  42: both('失电', 'no supply'),
  51: both('扶手带速度偏差', 'handrail speed deviation'),
  52: both('梳齿板异常', 'comb plate'),
}
const directions = { '-1': both('下行', 'down'), 0: both('停', 'stopped'), 1: both('上行', 'up') }
const modes = {
  0: both('正常', 'normal'),
  1: both('消防迫降', 'fire recall'),
  2: both('消防员服务', "firemen's service"),
  3: both('失电', 'no supply'),
  4: both('救援运行', 'rescue drive'),
}
type Line = readonly [key: string, node: string, zh: string, en: string, more?: object]
const bool = { kind: 'boolean' }
const lift: readonly Line[] = [
  ['position', 'Position', '位置', 'Position', { unit: '{floor}', range: [-5, 60], decimals: 1 }],
  ['floor', 'Floor', '楼层', 'Floor'],
  ['direction', 'Direction', '方向', 'Direction', { enum: directions }],
  ['door-open', 'DoorOpen', '轿门', 'Car door', bool],
  ['running', 'Running', '运行', 'Running', bool],
  ['fault', 'Fault', '故障代码', 'Fault code', { enum: faults }],
  ['person-trapped', 'PersonTrapped', '困人', 'Person trapped', bool],
  ['alarm-bell', 'AlarmBell', '警铃', 'Alarm bell', bool],
  ['load', 'LoadPercent', '载荷', 'Load', { unit: '%', range: [0, 200], decimals: 0 }],
  ['trips', 'Trips', '运行次数', 'Trips'],
  ['in-service', 'InService', '投入使用', 'In service', bool],
  [
    'machine-room',
    'MachineRoom',
    '机房温度',
    'Machine room temperature',
    { unit: 'Cel', range: [-20, 85], decimals: 1, deadband: 0.1 },
  ],
  ['mode', 'Mode', '运行模式', 'Mode', { enum: modes }],
]
const escalator: readonly Line[] = [
  ['running', 'Running', '运行', 'Running', bool],
  ['direction', 'Direction', '方向', 'Direction', { enum: directions }],
  ['speed', 'Speed', '梯级速度', 'Step speed', { unit: 'm/s', range: [0, 1], decimals: 2 }],
  ['fault', 'Fault', '故障代码', 'Fault code', { enum: faults }],
  ['emergency-stop', 'EmergencyStop', '急停', 'Emergency stop', bool],
  ['needs-start', 'NeedsStart', '待钥匙启动', 'Waits for a key start', bool],
]
const points = (device: string, lines: readonly Line[]) =>
  lines.map(([key, node, zh, en, more]) => ({ key, name: both(zh, en), node: `ns=1;s=${device}.${node}`, ...more }))

/** Lifts 2 to 6 and the escalators. Lift 1 has a line of its own, and `person-trapped` is a rule of every lift. */
export function liftsDemo(lines: Lines): DemoPart {
  const one = (id: string, n: number, space: string, zh: string, en: string) => ({
    id,
    kind: 'lift',
    name: both(zh, en),
    space,
    channel: 'lifts-b',
    points: points(`Lift${n}`, lift),
  })
  const moving = (n: number, zh: string, en: string) => ({
    id: `escalator-${n}`,
    kind: 'escalator',
    name: both(zh, en),
    space: 'mall-l1',
    channel: 'lifts-b',
    points: points(`Escalator${n}`, escalator),
  })
  return {
    channels: [{ id: 'lifts-b', ...lines('lifts-b') }],
    equipment: [
      one('lift-a-2', 2, 'tower-a', 'A 座 2 号客梯', 'Tower A lift 2'),
      one('lift-a-3', 3, 'tower-a', 'A 座 3 号客梯', 'Tower A lift 3'),
      one('lift-a-fire', 4, 'tower-a', 'A 座消防电梯', 'Tower A fire lift'),
      one('lift-b-1', 5, 'tower-b', 'B 座 1 号客梯', 'Tower B lift 1'),
      one('lift-b-2', 6, 'tower-b', 'B 座 2 号客梯', 'Tower B lift 2'),
      moving(1, '1 号扶梯（上行）', 'Escalator 1 (up)'),
      moving(2, '2 号扶梯（下行）', 'Escalator 2 (down)'),
    ],
    rules: [
      {
        id: 'lift-bell',
        points: ['lift-*/alarm-bell'],
        when: { equals: true },
        severity: 'life',
        text: both('电梯轿厢警铃', 'Alarm bell of the lift car'),
        runbook: 'lift-trapped',
        source: '电梯管理制度：应急报警系统 S27, S28',
      },
      {
        // Without supply (42) all stand still: that is one alarm of the supply, not one of each lift.
        id: 'lift-fault',
        points: ['lift-*/fault'],
        when: { in: [31, 41] },
        severity: 'high',
        delayOnS: 5,
        delayOffS: 5,
        text: both('电梯故障', 'Lift has a fault'),
        order: { class: 'urgent' },
        source: '电梯管理制度 S26',
      },
      {
        id: 'lift-out-of-service',
        points: ['lift-*/in-service'],
        when: { equals: false },
        severity: 'low',
        delayOnS: 300,
        delayOffS: 30,
        text: both('电梯停用', 'Lift out of service'),
        source: '电梯管理制度 S26',
      },
      {
        id: 'lift-room-hot',
        points: ['lift-*/machine-room'],
        when: { above: 40, deadband: 2 },
        severity: 'medium',
        delayOnS: 60,
        delayOffS: 60,
        text: both('电梯机房温度偏高', 'Lift machine room is hot'),
        order: { class: 'general' },
        source: '电梯机房管理制度 S26',
      },
      {
        id: 'escalator-stopped',
        points: ['escalator-*/emergency-stop'],
        when: { equals: true },
        severity: 'high',
        text: both('扶梯急停', 'Emergency stop of the escalator'),
        order: { class: 'urgent' },
        source: '电梯管理制度 S26',
      },
      {
        id: 'escalator-fault',
        points: ['escalator-*/fault'],
        when: { in: [51, 52] },
        severity: 'medium',
        delayOnS: 2,
        delayOffS: 5,
        text: both('扶梯故障', 'Escalator has a fault'),
        order: { class: 'urgent' },
        source: '电梯管理制度 S26',
      },
    ],
  }
}
