import { analog, bit, code, coil, counter } from './modbus-points.ts'
import { both } from './part.ts'

const crew = ['admin', 'engineer', 'operator'] as const
const engineers = ['admin', 'engineer'] as const
const celsius = { type: 'int16' } as const

const faults = {
  0: both('无', 'none'),
  5: both('冷冻水断流', 'chilled water flow lost'),
  6: both('冷却水断流', 'cooling water flow lost'),
  12: both('冷凝压力高', 'condenser pressure high'),
  13: both('冷却水温度高', 'cooling water too hot'),
  21: both('燃气压力低', 'fuel pressure low'),
}

const common = (n: number) => [
  analog('chilled-supply', '冷冻水供水温度', 'Chilled water supply', 0, 'Cel', 0.1, [-10, 90], celsius),
  analog('chilled-return', '冷冻水回水温度', 'Chilled water return', 1, 'Cel', 0.1, [-10, 90], celsius),
  analog('cooling-in', '冷却水进水温度', 'Cooling water in', 2, 'Cel', 0.1, [-10, 60], celsius),
  analog('cooling-out', '冷却水出水温度', 'Cooling water out', 3, 'Cel', 0.1, [-10, 60], celsius),
  analog('load', '负荷率', 'Load', 4, '%', 0.1, [0, 120]),
  analog('power', '电功率', 'Electric power', 5, 'kW', 0.1, [0, 1000]),
  code('fault-code', '故障代码', 'Fault code', 6, faults),
  counter('hours', '累计运行', 'Run time', 7, 'h'),
  bit('running', '运行', 'Running', 0),
  bit('fault', '故障', 'Fault', 1),
  bit('chilled-flow', '冷冻水流开关', 'Chilled water flow switch', 2),
  bit('cooling-flow', '冷却水流开关', 'Cooling water flow switch', 3),
  // P-16: every listed machine is looked at before the start. Stopping is always allowed.
  coil(
    'start',
    '启停',
    'Start or stop',
    0,
    {
      roles: crew,
      confirmWithinS: 30,
      readBack: 'start',
      interlocks: [
        {
          point: 'hvac-plant/automatic',
          when: { equals: false },
          text: both('群控在手动方式', 'The plant is in manual'),
        },
        {
          point: 'chilled-flow',
          when: { equals: true },
          values: [true],
          text: both('冷冻水已流动', 'Chilled water flows'),
        },
        ...(n === 1
          ? [
              {
                point: 'cooling-flow',
                when: { equals: true },
                values: [true],
                text: both('冷却水已流动', 'Cooling water flows'),
              },
            ]
          : []),
        {
          point: 'fault',
          when: { equals: false },
          values: [true],
          text: both('主机无故障', 'The machine has no fault'),
        },
      ],
    },
    { enum: { 0: both('停机', 'stop'), 1: both('开机', 'start') } },
  ),
  coil(
    'reset',
    '故障复位',
    'Reset after a trip',
    1,
    { roles: engineers, values: [true], readBack: { points: ['fault'], equals: false }, coolDownS: 60 },
    { enum: { 0: both('未动作', 'idle'), 1: both('复位', 'reset') } },
  ),
  {
    key: 'setpoint',
    name: both('出水温度设定', 'Leaving water setpoint'),
    table: 'holding',
    address: 0,
    ...celsius,
    scale: 0.1,
    unit: 'Cel',
    range: [0, 30],
    writable: true,
    command: { roles: engineers, range: [5, 15], step: 0.5 },
  },
]

/** An electric screw chiller and a direct-fired absorption machine (直燃机). */
export const chillerEquipment = (channel: string) => [
  {
    id: 'chiller-1',
    kind: 'chiller',
    name: both('1# 螺杆式冷水机组', 'Chiller 1, electric'),
    space: 'chiller-plant',
    channel,
    unit: 11,
    points: [
      ...common(1),
      analog('evaporator-pressure', '蒸发压力', 'Evaporator pressure', 9, 'bar', 0.01, [0, 30]),
      analog('condenser-pressure', '冷凝压力', 'Condenser pressure', 10, 'bar', 0.01, [0, 30]),
      analog('current', '压缩机电流', 'Compressor current', 11, 'A', 0.1, [0, 2000]),
      bit('high-pressure', '高压保护动作', 'High pressure trip', 4),
    ],
  },
  {
    id: 'chiller-2',
    kind: 'chiller',
    name: both('2# 直燃型溴化锂机组', 'Chiller 2, direct-fired absorption'),
    space: 'chiller-plant',
    channel,
    unit: 12,
    points: [
      ...common(2),
      analog('fuel-pressure', '燃气压力', 'Fuel pressure', 9, 'kPa', 0.01, [0, 20]),
      analog('fuel-flow', '燃气流量', 'Fuel flow', 10, 'm3/h', 0.1, [0, 500]),
      analog('generator-temperature', '高发温度', 'High generator temperature', 11, 'Cel', 0.1, [0, 250]),
      analog('exhaust-temperature', '排烟温度', 'Exhaust temperature', 12, 'Cel', 0.1, [0, 400]),
      bit('heating', '制热工况', 'Heating', 4),
      bit('flame', '火焰', 'Flame', 5),
    ],
  },
]
