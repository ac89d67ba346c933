import { analog, bit, code, coil } from './modbus-points.ts'
import { both, type DemoPart, type Lines } from './part.ts'

const line = 'gas-1'
/** Half a minute of leaking is a lot; a second of polling is not needed on a slow bus. */
const scanMs = 2000

const panel = {
  id: 'gas-regulator',
  kind: 'gas-valve',
  name: both('燃气调压与紧急切断阀', 'Gas regulator and shut-off valve'),
  space: 'gas-valve-room',
  channel: line,
  unit: 1,
  points: [
    analog('inlet-pressure', '调压前压力', 'Pressure before the regulator', 0, 'kPa', 0.1, [0, 500], { scanMs }),
    analog('outlet-pressure', '调压后压力', 'Pressure behind the regulator', 1, 'kPa', 0.01, [0, 20], { scanMs }),
    analog('flow', '瞬时流量', 'Flow', 2, 'm3/h', 0.1, [0, 500], { scanMs }),
    bit('opened', '切断阀开', 'Valve open', 0, { scanMs }),
    bit('closed', '切断阀关', 'Valve closed', 1, { scanMs }),
    bit('by-alarm', '报警联动关阀', 'Closed by a gas alarm', 2, { scanMs }),
    bit('fan-kitchens', '厨房事故排风机运行', 'Emergency fan of the kitchens', 3, { scanMs }),
    bit('fan-valve-room', '调压间事故排风机运行', 'Emergency fan of the valve room', 4, { scanMs }),
    // Closed from afar at any time; opened only at the valve, by somebody who has looked.
    coil(
      'valve',
      '切断阀',
      'Shut-off valve',
      0,
      { roles: ['admin', 'engineer', 'operator'], values: [false] },
      { enum: { 0: both('关闭', 'closed'), 1: both('打开', 'open') }, scanMs },
    ),
  ],
}

const states = {
  0: both('正常', 'normal'),
  1: both('低限报警', 'low alarm'),
  2: both('高限报警', 'high alarm'),
  3: both('探头故障', 'sensor fault'),
}
const detectors = (
  [
    ['mall-l3', '三层 1# 厨房燃气探测器', 'Gas detector, kitchen 1 on level 3'],
    ['mall-l3', '三层 2# 厨房燃气探测器', 'Gas detector, kitchen 2 on level 3'],
    ['mall-l3', '三层 3# 厨房燃气探测器', 'Gas detector, kitchen 3 on level 3'],
    ['gas-valve-room', '燃气调压间探测器', 'Gas detector, valve room'],
    ['chiller-plant', '制冷机房燃气探测器', 'Gas detector, chiller plant'],
  ] as const
).map(([space, zh, en], i) => ({
  id: `gas-detector-${i + 1}`,
  kind: 'gas-detector',
  name: both(zh, en),
  space,
  channel: line,
  unit: i + 2,
  points: [
    analog('concentration', '可燃气体浓度（%LEL）', 'Gas, % of the lower explosive limit', 0, '%', 0.1, [0, 100], {
      noValue: 0xffff,
      scanMs,
    }),
    code('status', '状态', 'State', 1, states, { scanMs }),
  ],
}))

const rules = [
  {
    // The alarm is the detector's own, by its two levels; the number beside it is no second leak.
    id: 'gas-level',
    points: ['gas-detector-*/concentration'],
    when: { above: 20, deadband: 5 },
    severity: 'journal',
    text: both('燃气浓度超过 20 %LEL', 'Gas above 20 % of the lower explosive limit'),
    source: '天然气泄漏应急 P-05',
  },
  {
    // A leak on a dead line is seen by nobody: more than a device that does not answer.
    id: 'gas-line-blind',
    points: [`@${line}/online`],
    when: { equals: false },
    severity: 'high',
    delayOnS: 5,
    delayOffS: 5,
    text: both('燃气探测总线中断，泄漏无人监视', 'Line of the gas detectors is dead: nobody would see a leak'),
    order: { class: 'urgent' },
    causes: [`@${line}/online`, 'gas-*/online'],
    source: '燃气报警器 S20, M11',
  },
  {
    id: 'gas-detector-blind',
    points: ['gas-detector-*/online'],
    when: { equals: false },
    severity: 'high',
    delayOnS: 10,
    delayOffS: 5,
    text: both('燃气探测器离线，泄漏无人监视', 'Gas detector is silent: nobody would see a leak'),
    order: { class: 'urgent' },
    source: '燃气报警器 S20, M11',
  },
  {
    id: 'gas-alarm',
    points: ['gas-detector-*/status'],
    when: { in: [1, 2] },
    severity: 'life',
    delayOffS: 30,
    text: both(
      '燃气泄漏：严禁操作电器开关和明火，关阀、疏散',
      'Gas leak: touch no switch, no flames; close the valve, clear the area',
    ),
    order: { class: 'life' },
    runbook: 'gas-leak',
    source: '天然气泄漏应急 P-05',
  },
  {
    id: 'gas-detector-fault',
    points: ['gas-detector-*/status'],
    when: { equals: 3 },
    severity: 'high',
    delayOnS: 5,
    delayOffS: 10,
    text: both('燃气探测器故障', 'Gas detector broken'),
    order: { class: 'urgent' },
    source: '燃气报警器 S20, M11',
  },
  {
    id: 'gas-valve-shut',
    points: ['gas-regulator/by-alarm'],
    when: { equals: true },
    severity: 'high',
    // The order is that of the leak: the valve did what it is there for.
    text: both('燃气切断阀联动关闭', 'Gas valve closed by an alarm'),
    source: '燃气管道控制阀 S18, P-05',
  },
  {
    id: 'gas-pressure-low',
    points: ['gas-regulator/outlet-pressure'],
    when: { below: 1.5, deadband: 0.2 },
    severity: 'medium',
    delayOnS: 10,
    delayOffS: 10,
    text: both('燃气供气压力低', 'Gas pressure low'),
    order: { class: 'general' },
    source: '燃气主管道 S18',
  },
]

/** Gas detectors and shut-off valve of the demo building. */
export const gasDemo = (lines: Lines): DemoPart => ({
  channels: [{ id: line, ...lines(line) }],
  equipment: [panel, ...detectors],
  rules,
})
