import { both } from './part.ts'

interface Device {
  readonly id: string
  readonly kind: string
}
const item = (id: string, zh: string, en: string) => ({ id, text: both(zh, en) })
/** 三清四不漏五良好 [requirements N32]. */
const leads = [
  item('clean', '三清：设备、机房、作业场所清洁', 'Three clean: equipment, room, workplace'),
  item('leaks', '四不漏：不漏电、油、水、气', 'Four no leaks: electricity, oil, water, gas'),
  item(
    'good',
    '五良好：性能、密封、润滑、紧固、调整',
    'Five good: performance, seal, lubrication, fastening, adjustment',
  ),
]

/** Of the whole site: what is drilled, and looked at once a year. */
const drills = [
  {
    id: 'release-drill',
    name: both('消防联动释放演练', 'Fire release drill'),
    space: 'fire-control-centre',
    every: 'quarter',
    crew: 'fire',
    items: [
      item(
        'doors',
        '疏散通道门禁逐樘释放，消防页有证明',
        'Each door of the ways out released, its proof on the page Fire',
      ),
      item('lifts', '电梯迫降到首层，反馈到位', 'Lifts are down, with their feedback'),
      item('reset', '控制器复位，逐组恢复并确认', 'Panel reset, groups set back and confirmed'),
    ],
    source: 'GB 50116-2013 4.10; 每季度联动演练',
  },
  {
    id: 'lift-drill',
    name: both('电梯困人应急演练', 'Lift entrapment drill'),
    space: 'fire-control-centre',
    every: 'half-year',
    crew: 'lift',
    items: [
      item('talk', '3 分钟内对讲应答', 'Answered over the intercom within 3 min'),
      item('there', '30 分钟内维保到场', 'The firm is there within 30 min'),
    ],
    source: '电梯困人：每半年演练',
  },
  {
    id: 'safety-survey',
    name: both('共用部位与设施设备安全普查', 'Safety survey of common parts and shared equipment'),
    every: 'year',
    crew: 'general',
    items: leads,
    source: '共用部位与设施设备安全普查，每年一次',
  },
]

/** A few of the plaza's plans, each as one would write it; those whose equipment is not there are left out. */
export function demoMaintenance(equipment: readonly Device[]) {
  const of = (kind: string) => equipment.filter(e => e.kind === kind).map(e => e.id)
  const plans = [
    {
      id: 'chillers-clean',
      name: both('制冷机组清洁保养', 'Chillers: clean and check'),
      equipment: of('chiller'),
      every: 'week',
      running: { point: 'running', equals: true, stopped: 'month' },
      crew: 'hvac',
      items: leads,
      source: '空调管理制度：运行期每周，停机期每月',
    },
    {
      id: 'lift-rooms',
      name: both('电梯安全卫生检查', 'Lifts: safety and hygiene check'),
      equipment: of('lift').slice(0, 2),
      every: 'week',
      crew: 'lift',
      items: [
        item('room', '机房清洁，门窗锁好', 'Machine room clean, doors and windows locked'),
        item('call', '五方对讲通话正常', 'Intercom works on all five stations'),
        item('car', '轿厢、层门、地坎清洁无杂物', 'Car, landing doors and sills clean and free'),
      ],
      source: '电梯管理制度：每周检查',
    },
    {
      id: 'generator',
      name: both('柴油发电机试机', 'Generator: test run'),
      equipment: of('generator'),
      every: 'month',
      crew: 'electrical',
      items: [
        item('fuel', '油位、水位、电瓶电压正常', 'Fuel, coolant and battery are right'),
        item('run', '空载运行 15 分钟，无异响', 'Runs 15 min without load and without noise'),
      ],
      source: '检修计划',
    },
  ]
  /** 电梯维保分级 [TSG T5002 附件 A]: one visit holds the shallower ones. A few items of each; the annex has 31, 44, 59 and 76. */
  const lift = of('lift').slice(0, 1)
  const level = (id: string, every: string, zh: string, en: string, covers: string[], items: object[]) => ({
    id: `lift-${id}`,
    name: both(`电梯维保（${zh}）`, `Lift upkeep (${en})`),
    equipment: lift,
    every,
    covers,
    crew: 'lift',
    signs: ['worker', 'safety'],
    items,
    source: 'TSG T5002-2017 附件 A',
  })
  const lifts = [
    level(
      'half-month',
      'half-month',
      '半月',
      'each half month',
      [],
      [
        {
          ...item('brake', '制动器间隙与动作正常', 'Brake: gap and action are right'),
          risk: {
            level: 'high',
            hazard: both('轿厢意外移动，剪切、挤压', 'Car moves unexpectedly: shearing, crushing'),
            control: both('切断主电源并挂牌，层门设护栏', 'Main switch off with tag hung, landing doors fenced'),
          },
        },
        item('level', '层站平层准确', 'Levels exactly at the landings'),
      ],
    ),
    level(
      'quarter',
      'quarter',
      '季度',
      'quarterly',
      ['lift-half-month'],
      [item('oil', '减速机润滑油量适宜', 'Gearbox: oil level is right')],
    ),
    level(
      'half-year',
      'half-year',
      '半年',
      'half-yearly',
      ['lift-quarter'],
      [item('ropes', '曳引绳磨损、断丝在允许范围', 'Ropes: wear and broken wires within limits')],
    ),
    level(
      'year',
      'year',
      '年度',
      'yearly',
      ['lift-half-year'],
      [item('gear', '限速器–安全钳联动试验', 'Overspeed governor and safety gear tested together')],
    ),
  ]
  /** By running hours, whatever the calendar says. */
  const hours = {
    id: 'booster-hours',
    name: both('1# 生活水泵解体保养', 'Domestic pump 1: overhaul'),
    equipment: equipment.filter(e => e.id === 'booster-b1').map(e => e.id),
    counter: { point: 'pump1-hours', every: 2000, withinDays: 14 },
    crew: 'plumbing',
    items: leads,
    source: '检修计划：运行 2000 小时',
  }
  return [...[...plans, ...lifts, hours].filter(p => p.equipment.length > 0), ...drills]
}
