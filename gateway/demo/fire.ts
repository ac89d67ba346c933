import type { Text } from '../../drivers/point.ts'
import { both, type DemoPart, type Lines } from './part.ts'

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i)
const two = (n: number) => String(n).padStart(2, '0')

/** In the order of the panel's addresses. */
const zones: readonly (readonly [id: string, zh: string, en: string])[] = [
  ['mall-l1', '裙楼 1 层', 'Mall floor 1'],
  ['mall-l2', '裙楼 2 层', 'Mall floor 2'],
  ['mall-l3', '裙楼 3 层', 'Mall floor 3'],
  ['b1', '地下一层', 'Basement 1'],
  ['car-park-b2', '地下二层车库', 'Car park, basement 2'],
  ...range(4, 18).map(n => [`a-${two(n)}`, `A 座 ${n} 层`, `Tower A floor ${n}`] as const),
  ['a-roof', 'A 座屋面', 'Tower A roof'],
  ...range(4, 16).map(n => [`b-${two(n)}`, `B 座 ${n} 层`, `Tower B floor ${n}`] as const),
  ['b-roof', 'B 座屋面', 'Tower B roof'],
  ['hv-room', '高压配电室', 'High-voltage room'],
  ['distribution-room', '低压配电室', 'Low-voltage room'],
  ['generator-room', '柴油发电机房', 'Generator room'],
  ['elv-room', '弱电机房', 'ELV room'],
  ['fire-control-centre', '消防控制中心', 'Fire control centre'],
]
const analogs = [
  ...['hv-room', 'distribution-room', 'generator-room', 'elv-room', 'fire-control-centre', 'b1', 'car-park-b2'],
  ...['mall-l1', 'mall-l2', 'mall-l3', 'a-12', 'b-08'],
]
const compartments = [
  ['tower-a', 'A 座', 'tower A'],
  ['tower-b', 'B 座', 'tower B'],
  ['mall', '裙楼', 'mall'],
  ['basement', '地下室', 'basement'],
] as const
const shutters: readonly Text[] = [
  both('A 座大堂', 'lobby A'),
  both('B 座大堂', 'lobby B'),
  both('1 层中庭', 'atrium, floor 1'),
  both('2 层中庭', 'atrium, floor 2'),
  both('车库东侧', 'garage, east'),
  both('车库坡道', 'garage ramp'),
]
const shutterStates = {
  0: both('全开', 'up'),
  1: both('半降', 'half down'),
  2: both('全降', 'down'),
  3: both('故障', 'fault'),
  4: both('动作中', 'moving'),
}

const bit = (key: string, address: number, zh: string, en: string, more: object = {}) => ({
  key,
  name: both(zh, en),
  table: 'discrete',
  address,
  type: 'bool',
  ...more,
})
const word = (key: string, address: number, zh: string, en: string, more: object = {}) => ({
  key,
  name: both(zh, en),
  table: 'input',
  address,
  type: 'uint16',
  ...more,
})
/** What nobody waits for. */
const slow = { scanMs: 5000 }
/** What people are waiting for: asked twice a second. */
const fast = { scanMs: 500 }

const panelPoints = [
  ...zones.map(([id, zh, en], n) => bit(`${id}-alarm`, n, `${zh}火警`, `${en}, fire alarm`, { ...fast, space: id })),
  ...zones.map(([id, zh, en], n) => bit(`${id}-fault`, 40 + n, `${zh}故障`, `${en}, fault`, { ...slow, space: id })),
  ...zones.map(([id, zh, en], n) => bit(`${id}-isolated`, 80 + n, `${zh}屏蔽`, `${en}, isolated`, slow)),
  ...zones.map(([id, zh, en], n) =>
    bit(`${id}-confirmed`, 120 + n, `${zh}火灾确认`, `${en}, fire confirmed`, { ...fast, space: id }),
  ),
  bit('fire', 160, '火灾确认（总）', 'Fire confirmed somewhere', fast),
  bit('trouble', 161, '故障（总）', 'Any fault'),
  bit('mains-fault', 162, '主电故障', 'Mains fault'),
  bit('battery-fault', 163, '备电故障', 'Battery fault'),
  bit('silenced', 164, '消音', 'Sounder silenced'),
  bit('linkage-auto', 165, '联动自动', 'Linkage automatic'),
  bit('hydrant-pump-start', 166, '消火栓泵启动输出', 'Output: start hydrant pumps'),
  bit('sprinkler-pump-start', 167, '喷淋泵启动输出', 'Output: start sprinkler pumps'),
  bit('lift-recall', 168, '电梯迫降输出', 'Output: recall lifts'),
  bit('evacuation', 169, '应急广播输出', 'Output: evacuation broadcast'),
  bit('door-release', 170, '门禁释放输出', 'Output: release doors', fast),
  ...compartments.map(([id, zh, en], i) =>
    bit(`exhaust-damper-${id}`, 176 + i, `${zh}排烟阀打开`, `Smoke exhaust damper open, ${en}`),
  ),
  ...compartments.map(([id, zh, en], i) =>
    bit(`fire-damper-${id}`, 180 + i, `${zh}新风防火阀打开`, `Fire damper of the fresh air open, ${en}`),
  ),
  ...compartments.map(([id, zh, en], i) =>
    bit(`exhaust-fan-${id}`, 184 + i, `${zh}排烟风机运行`, `Smoke exhaust fan runs, ${en}`),
  ),
  bit('stair-fan-a', 188, 'A 座正压送风机运行', 'Stair pressurisation fan runs, tower A'),
  bit('stair-fan-b', 189, 'B 座正压送风机运行', 'Stair pressurisation fan runs, tower B'),
  word('alarmed-devices', 0, '火警点数', 'Devices in alarm', { range: [0, 240] }),
  ...zones.map(([id, zh, en], n) =>
    word(`${id}-devices`, 40 + n, `${zh}火警点数`, `${en}, devices in alarm`, { range: [0, 240] }),
  ),
  word('faulty-devices', 1, '故障点数', 'Devices with a fault', { range: [0, 240] }),
  word('battery-voltage', 2, '备电电压', 'Battery voltage', { scale: 0.1, unit: 'V', range: [0, 40], ...slow }),
  ...shutters.map((at, i) =>
    word(`shutter-${i + 1}`, 10 + i, `${i + 1}#防火卷帘（${at['zh-CN']}）`, `Shutter ${i + 1} (${at.en})`, {
      enum: shutterStates,
    }),
  ),
  ...analogs.map((id, i) => {
    const [, zh, en] = zones.find(zone => zone[0] === id)!
    return word(`smoke-${id}`, 20 + i, `${zh}烟感模拟量`, `${en}, smoke detector`, {
      unit: '%',
      range: [0, 200],
      scanMs: 2000,
      space: id,
    })
  }),
]

const cylinders = range(1, 6)
const suppressionPoints = [
  ...cylinders.map(n =>
    word(`cylinder-${n}`, n - 1, `${n}#钢瓶压力`, `Cylinder ${n}, pressure`, {
      scale: 0.01,
      unit: 'MPa',
      range: [0, 20],
      deadband: 0.02,
      ...slow,
    }),
  ),
  word('countdown', 6, '喷放倒计时', 'Time to the discharge', { unit: 's', range: [0, 60] }),
  word('mode', 7, '控制方式', 'Mode', { enum: { 0: both('自动', 'automatic'), 1: both('手动', 'by hand') } }),
  bit('detector', 0, '防护区探测器报警', 'Detector of a protected room'),
  bit('pre-discharge', 1, '预喷放（声光报警）', 'Pre-discharge, horn and lamp'),
  bit('discharged', 2, '气体已喷放', 'Gas discharged'),
  bit('stopped', 3, '紧急停止', 'Emergency stop pressed'),
  bit('pressure-low', 4, '钢瓶压力低', 'Cylinder pressure low'),
  bit('valve-hv', 5, '高压配电室选择阀打开', 'Selector valve open, high-voltage room'),
  bit('valve-lv', 6, '低压配电室选择阀打开', 'Selector valve open, low-voltage room'),
]

/** The fire panel of the control centre and the CO2 system. */
export function fireDemo(lines: Lines): DemoPart {
  return {
    channels: [{ id: 'fire-1', ...lines('fire-1') }],
    equipment: [
      {
        id: 'fire-panel',
        kind: 'fire-panel',
        name: both('火灾报警控制器', 'Fire alarm panel'),
        space: 'fire-control-centre',
        channel: 'fire-1',
        unit: 1,
        points: panelPoints,
      },
      {
        id: 'co2-system',
        kind: 'gas-suppression',
        name: both('二氧化碳灭火系统', 'CO2 suppression system'),
        space: 'co2-room',
        channel: 'fire-1',
        unit: 2,
        points: suppressionPoints,
      },
    ],
    rules: [
      {
        id: 'fire-confirmed',
        points: ['fire-panel/*-confirmed'],
        when: { equals: true },
        severity: 'life',
        text: both('火灾确认', 'Fire confirmed'),
        order: { class: 'life' },
        runbook: 'fire',
        source: '火灾应急 P-06; 消防中心 S30',
      },
      {
        id: 'fire-alarm',
        points: ['fire-panel/*-alarm'],
        when: { equals: true },
        severity: 'high',
        text: both('火警，待现场确认', 'Fire alarm, to be checked on the spot'),
        order: { class: 'urgent' },
        runbook: 'fire',
        source: '火灾应急 P-06; 消防中心 S30, S31',
      },
      {
        // Which zone it is says `fire-confirmed`; the sum of them is no second fire.
        id: 'fire-total',
        points: ['fire-panel/fire'],
        when: { equals: true },
        severity: 'journal',
        text: both('火灾确认（总）', 'Fire confirmed somewhere'),
        source: '消防中心 S30',
      },
      {
        id: 'fire-pre-alarm',
        points: ['fire-panel/smoke-*'],
        when: { above: 60, deadband: 10 },
        severity: 'medium',
        delayOnS: 10,
        delayOffS: 30,
        text: both('烟感预警', 'Smoke detector, pre-alarm'),
        // Somebody looks within 15 minutes: fire is no less urgent than water.
        order: { class: 'urgent' },
        source: '消防设施 S31',
      },
      {
        id: 'fire-zone-fault',
        points: ['fire-panel/*-fault'],
        when: { equals: true },
        severity: 'medium',
        delayOnS: 10,
        delayOffS: 10,
        text: both('火灾报警系统故障', 'Fault of the fire alarm system'),
        order: { class: 'general' },
        source: '消防系统 S37',
      },
      {
        id: 'fire-zone-isolated',
        points: ['fire-panel/*-isolated'],
        when: { equals: true },
        severity: 'low',
        text: both('防火分区被屏蔽', 'Fire zone isolated'),
        source: '装修现场消防检查 S31',
      },
      {
        id: 'fire-linkage-by-hand',
        points: ['fire-panel/linkage-auto'],
        when: { equals: false },
        severity: 'medium',
        delayOnS: 60,
        text: both('消防联动处于手动', 'Fire linkage is by hand'),
        source: '消防系统 S37',
      },
      {
        id: 'shutter-fault',
        points: ['fire-panel/shutter-*'],
        when: { equals: 3 },
        severity: 'high',
        delayOnS: 5,
        delayOffS: 5,
        text: both('防火卷帘故障', 'Fire shutter has a fault'),
        order: { class: 'urgent' },
        source: '防火卷帘门 S32',
      },
      {
        id: 'co2-pressure-low',
        points: ['co2-system/pressure-low'],
        when: { equals: true },
        severity: 'high',
        delayOnS: 5,
        delayOffS: 5,
        text: both('灭火钢瓶压力低', 'CO2 cylinder pressure low'),
        order: { class: 'urgent' },
        source: '二氧化碳房 S35',
      },
      {
        id: 'co2-pre-discharge',
        points: ['co2-system/pre-discharge'],
        when: { equals: true },
        severity: 'life',
        text: both('气体即将喷放，人员立即撤离', 'Gas is about to be discharged: leave the room at once'),
        source: '二氧化碳房 S35',
      },
      {
        id: 'co2-discharged',
        points: ['co2-system/discharged'],
        when: { equals: true },
        severity: 'life',
        text: both('气体已喷放，禁止入内', 'Gas discharged: do not enter'),
        order: { class: 'life' },
        source: '二氧化碳房 S35',
      },
      {
        id: 'co2-by-hand',
        points: ['co2-system/mode'],
        when: { equals: 1 },
        severity: 'low',
        delayOnS: 60,
        text: both('气体灭火处于手动', 'Gas suppression is by hand'),
        source: '二氧化碳房 S35',
      },
    ],
  }
}
