import { feederNames } from './feeders.ts'
import { both, type DemoPart, type Lines } from './part.ts'
import { powerRules } from './power-rules.ts'

/** Switchgear, generator, UPS and lighting of the demo's site.json. Registers: those of the substation's gateway, firmware-sim/maps/power.ts. */

const SLOW_MS = 5000
type Words = readonly [zh: string, en: string]

const bit = (key: string, n: number, [zh, en]: Words, address = 0) => ({
  key,
  name: both(zh, en),
  table: 'input',
  address,
  bit: n,
})
const word = (key: string, address: number, [zh, en]: Words, unit: string, most: number, more: object = {}) => ({
  key,
  name: both(zh, en),
  table: 'input',
  address,
  type: 'uint16',
  unit,
  range: [0, most],
  ...more,
})
const celsius = (address: number, [zh, en]: Words) => ({
  ...word('temperature', address, [zh, en], 'Cel', 250, { type: 'int16', scale: 0.1, scanMs: SLOW_MS }),
  range: [-20, 250],
})

const incomer = (n: 1 | 2) => ({
  id: `hv-incomer-${n}`,
  kind: 'incomer',
  name: both(`10 kV ${n}# 进线`, `10 kV incomer ${n}`),
  space: 'hv-room',
  channel: 'power-1',
  unit: n,
  points: [
    bit('live', 0, ['外线有电', 'Utility line live']),
    bit('closed', 1, ['断路器合闸', 'Breaker closed']),
    bit('tripped', 2, ['保护跳闸', 'Protection tripped']),
    word('voltage', 1, ['线电压', 'Voltage'], 'kV', 20, { scale: 0.01 }),
    word('current', 2, ['电流', 'Current'], 'A', 630, { scale: 0.1 }),
    word('power', 3, ['有功功率', 'Active power'], 'kW', 6000),
  ],
})
const transformer = (n: 1 | 2) => ({
  id: `transformer-${n}`,
  kind: 'transformer',
  name: both(`${n}# 变压器`, `Transformer ${n}`),
  space: 'distribution-room',
  channel: 'power-1',
  unit: 2 + n,
  points: [
    celsius(0, ['绕组温度', 'Winding temperature']),
    word('load', 1, ['负载率', 'Load'], '%', 300, { scale: 0.1 }),
    bit('fan', 0, ['风机运行', 'Fan running'], 2),
    bit('alarm', 1, ['超温报警', 'Overtemperature alarm'], 2),
    bit('tripped', 2, ['超温跳闸', 'Overtemperature trip'], 2),
    word('losses', 3, ['损耗', 'Losses'], 'kW', 100, { scale: 0.01, scanMs: SLOW_MS }),
  ],
})
const switchboard = {
  id: 'lv-switchboard',
  kind: 'switchboard',
  name: both('低压配电柜', 'Low-voltage switchboard'),
  space: 'distribution-room',
  channel: 'power-1',
  unit: 5,
  points: [
    bit('incomer-1-closed', 0, ['1# 进线柜合闸', 'Incomer 1 closed']),
    bit('incomer-2-closed', 1, ['2# 进线柜合闸', 'Incomer 2 closed']),
    bit('tie-closed', 2, ['母联合闸', 'Bus tie closed']),
    word('section-1-voltage', 1, ['Ⅰ段母线电压', 'Section 1 voltage'], 'V', 480, { scale: 0.1 }),
    word('section-2-voltage', 2, ['Ⅱ段母线电压', 'Section 2 voltage'], 'V', 480, { scale: 0.1 }),
    word('incomer-1-power', 3, ['1# 进线功率', 'Incomer 1 power'], 'kW', 3000),
    word('incomer-2-power', 4, ['2# 进线功率', 'Incomer 2 power'], 'kW', 3000),
    word('shed', 5, ['已卸载回路数', 'Feeders shed'], '{feeder}', 15),
  ],
}

/** What must stay supplied in a fire is not switched from afar (应急照明、消防设备不得切断). */
const KEPT = ['fire-equipment', 'emergency-lighting', 'lifts-a', 'lifts-b']
const cause = {
  0: both('无', 'none'),
  1: both('过载', 'overload'),
  2: both('短路', 'short circuit'),
  3: both('接地故障', 'earth fault'),
  4: both('备自投卸载', 'shed by the bus transfer'),
}
const switching = {
  key: 'command',
  name: both('遥控合闸', 'Close by remote control'),
  table: 'coil',
  address: 0,
  type: 'bool',
  enum: { 0: both('分闸', 'open'), 1: both('合闸', 'close') },
  scanMs: SLOW_MS,
  writable: true,
  command: {
    roles: ['admin', 'engineer'],
    // 停送电须有监护人
    secondPerson: true,
    interlocks: [
      {
        point: 'tripped',
        when: { equals: false },
        values: [true],
        text: both(
          '断路器未跳闸（跳闸后先在现场查明并复位）',
          'Not tripped: a trip is cleared and reset on the spot first',
        ),
      },
    ],
  },
}
const feeder = ([id, zh, en]: (typeof feederNames)[number], i: number) => ({
  id: `feeder-${id}`,
  kind: 'feeder',
  name: both(`${zh}回路`, `Feeder: ${en}`),
  space: 'distribution-room',
  channel: 'power-1',
  unit: 11 + i,
  points: [
    bit('closed', 0, ['合闸', 'Closed']),
    bit('tripped', 1, ['跳闸', 'Tripped']),
    bit('supply', 2, ['上级有电', 'Supply present']),
    bit('live', 3, ['回路有电', 'Feeder live']),
    {
      key: 'cause',
      name: both('分闸原因', 'Cause of opening'),
      table: 'input',
      address: 1,
      type: 'uint16',
      enum: cause,
    },
    word('current', 2, ['电流', 'Current'], 'A', 6000, { scale: 0.1 }),
    word('power', 3, ['有功功率', 'Active power'], 'kW', 4000, { scale: 0.1 }),
    ...(KEPT.includes(id) ? [] : [switching]),
  ],
})

const emergency = {
  id: 'emergency-lighting',
  kind: 'emergency-lighting',
  name: both('应急照明集中电源', 'Emergency lighting, central battery'),
  space: 'distribution-room',
  channel: 'power-1',
  unit: 8,
  points: [
    bit('on', 0, ['应急点亮', 'Lit']),
    bit('on-battery', 1, ['电池供电', 'On battery']),
    bit('supply', 2, ['主电正常', 'Normal supply present']),
    word('charge', 1, ['电池电量', 'Battery charge'], '%', 100, { scale: 0.1 }),
    word('runtime', 2, ['剩余时间', 'Time left'], 'min', 600),
    word('battery-voltage', 3, ['电池电压', 'Battery voltage'], 'V', 300, { scale: 0.1, scanMs: SLOW_MS }),
  ],
}

const groups = [
  ['entrance', '外围门头灯', 'Entrance lights'],
  ['advertising', '广告灯', 'Advertising lights'],
  ['spot', '射灯', 'Spot lights'],
  ['roof', '屋面灯', 'Roof lights'],
] as const
const hand = (key: string, address: number, [zh, en]: Words, states: readonly [Words, Words]) => ({
  key,
  name: both(zh, en),
  table: 'coil',
  address,
  type: 'bool',
  enum: { 0: both(...states[0]), 1: both(...states[1]) },
  writable: true,
  command: { roles: ['admin', 'engineer', 'operator'] },
})
const lighting = {
  id: 'lighting',
  kind: 'lighting',
  name: both('外围照明控制箱', 'Outside lighting panel'),
  space: 'mall',
  channel: 'power-1',
  unit: 9,
  points: groups.flatMap(([key, zh, en], i) => [
    { key: `${key}-on`, name: both(`${zh}点亮`, `${en}, lit`), table: 'discrete', address: i, type: 'bool' },
    hand(
      key,
      i,
      [`${zh}开关`, `${en}, switch`],
      [
        ['关', 'off'],
        ['开', 'on'],
      ],
    ),
    hand(
      `${key}-auto`,
      8 + i,
      [`${zh}定时`, `${en}, by times`],
      [
        ['手动', 'by hand'],
        ['按时段', 'by times'],
      ],
    ),
  ]),
}

const rooms = [
  ['hv', 'hv-room', '高压配电室', 'High-voltage room'],
  ['distribution', 'distribution-room', '低压配电室', 'Distribution room'],
  ['generator', 'generator-room', '柴油发电机房', 'Generator room'],
] as const
const ventilation = ([id, space, zh, en]: (typeof rooms)[number], i: number) => ({
  id: `vent-${id}`,
  kind: 'ventilation',
  name: both(`${zh}排风机`, `${en}, exhaust fan`),
  space,
  channel: 'power-1',
  unit: 31 + i,
  points: [
    bit('running', 0, ['运行', 'Running']),
    bit('fault', 1, ['故障', 'Fault']),
    celsius(1, ['排风温度', 'Exhaust air temperature']),
  ],
})
/** The distribution room's sensor is room-b1, on another bus. */
const climate = ([id, space, zh, en]: (typeof rooms)[number], i: number) => ({
  id: `room-${id}`,
  kind: 'room-sensor',
  name: both(`${zh}环境`, `${en} climate`),
  space,
  channel: 'power-1',
  unit: 36 + i,
  points: [
    { ...celsius(0, ['温度', 'Temperature']), range: [-20, 85] },
    word('humidity', 1, ['相对湿度', 'Relative humidity'], '%', 100, { scale: 0.1, scanMs: SLOW_MS }),
    { key: 'water', name: both('地面有水', 'Water on the floor'), table: 'discrete', address: 0, type: 'bool' },
  ],
})

export function powerDemo(lines: Lines): DemoPart {
  return {
    channels: [{ id: 'power-1', ...lines('power-1') }],
    equipment: [
      incomer(1),
      incomer(2),
      transformer(1),
      transformer(2),
      switchboard,
      ...feederNames.map(feeder),
      {
        id: 'generator-1',
        kind: 'generator',
        name: both('柴油发电机组', 'Diesel generator'),
        space: 'generator-room',
        channel: 'power-1',
        unit: 6,
        profile: 'mebay-dc90dr',
      },
      {
        id: 'ups-elv',
        kind: 'ups',
        name: both('弱电机房 UPS', 'UPS of the ELV room'),
        space: 'elv-room',
        channel: 'power-1',
        unit: 7,
        profile: 'apc-nmc2',
      },
      emergency,
      lighting,
      ...rooms.map(ventilation),
      ...rooms.map(climate).filter(r => r.space !== 'distribution-room'),
    ],
    rules: powerRules,
  }
}
