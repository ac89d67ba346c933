import type { PointSpec } from '../profile.ts'

/**
 * What devices of a building measure, once: name, unit, and what is physically possible. A profile says where it lies.
 * A device that can do less or more gives its own `range`.
 */

type Measured = readonly [unit: string | undefined, least: number, most: number, zh: string, en: string]

const phases = [
  ['l1', 'A 相', 'L1'],
  ['l2', 'B 相', 'L2'],
  ['l3', 'C 相', 'L3'],
] as const
type Phased<K extends string> = `${K}-l1` | `${K}-l2` | `${K}-l3`

/** One quantity of the three phases. */
const three = <const K extends string>(
  key: K,
  [unit, least, most, zh, en]: Measured,
): Readonly<Record<Phased<K>, Measured>> =>
  Object.fromEntries(
    phases.map(([phase, before, after]) => [`${key}-${phase}`, [unit, least, most, before + zh, `${en} ${after}`]]),
  ) as unknown as Record<Phased<K>, Measured>

const ENERGY = 10_000_000
const measured = {
  ...three('voltage', ['V', 0, 500, '电压', 'Voltage']),
  ...three('current', ['A', 0, 10_000, '电流', 'Current']),
  ...three('power', ['W', -4_000_000, 4_000_000, '有功功率', 'Active power']),
  ...three('apparent-power', ['V.A', 0, 4_000_000, '视在功率', 'Apparent power']),
  ...three('reactive-power', ['var', -4_000_000, 4_000_000, '无功功率', 'Reactive power']),
  ...three('power-factor', [undefined, -1, 1, '功率因数', 'Power factor']),
  ...three('energy-import', ['kW.h', 0, ENERGY, '正向有功电能', 'Active energy imported']),
  ...three('energy-export', ['kW.h', 0, ENERGY, '反向有功电能', 'Active energy exported']),
  ...three('mains-voltage', ['V', 0, 500, '市电电压', 'Mains voltage']),
  voltage: ['V', 0, 500, '电压', 'Voltage'],
  'voltage-mean': ['V', 0, 500, '平均电压', 'Voltage, mean'],
  current: ['A', 0, 10_000, '电流', 'Current'],
  'current-mean': ['A', 0, 10_000, '平均电流', 'Current, mean'],
  'current-sum': ['A', 0, 30_000, '三相电流之和', 'Current, sum of phases'],
  power: ['W', -12_000_000, 12_000_000, '总有功功率', 'Active power, total'],
  'power-import': ['W', 0, 12_000_000, '正向有功功率', 'Active power, imported'],
  'power-export': ['W', 0, 12_000_000, '反向有功功率', 'Active power, exported'],
  'apparent-power': ['V.A', 0, 12_000_000, '总视在功率', 'Apparent power, total'],
  'reactive-power': ['var', -12_000_000, 12_000_000, '总无功功率', 'Reactive power, total'],
  'power-factor': [undefined, -1, 1, '总功率因数', 'Power factor, total'],
  frequency: ['Hz', 0, 70, '频率', 'Frequency'],
  'energy-import': ['kW.h', 0, ENERGY, '正向有功电能', 'Active energy, imported'],
  'energy-export': ['kW.h', 0, ENERGY, '反向有功电能', 'Active energy, exported'],
  'energy-total': ['kW.h', 0, ENERGY, '有功电能合计（正向加反向）', 'Active energy, imported plus exported'],
  'energy-tariff-1': ['kW.h', 0, ENERGY, '费率一有功电能', 'Active energy, tariff 1'],
  'energy-tariff-2': ['kW.h', 0, ENERGY, '费率二有功电能', 'Active energy, tariff 2'],
  'reactive-energy-import': ['kvar.h', 0, ENERGY, '正向无功电能', 'Reactive energy, imported'],
  'reactive-energy-export': ['kvar.h', 0, ENERGY, '反向无功电能', 'Reactive energy, exported'],
  'reactive-energy-total': [
    'kvar.h',
    0,
    ENERGY,
    '无功电能合计（正向加反向）',
    'Reactive energy, imported plus exported',
  ],

  flow: ['m3/h', -10_000, 10_000, '瞬时流量', 'Flow rate'],
  'flow-velocity': ['m/s', -32, 32, '流速', 'Flow velocity'],
  'sound-speed': ['m/s', 500, 2500, '流体声速', 'Speed of sound in the fluid'],
  'supply-temperature': ['Cel', -40, 160, '供水温度', 'Supply temperature'],
  'return-temperature': ['Cel', -40, 160, '回水温度', 'Return temperature'],
  'error-bits': [undefined, 0, 65_535, '错误代码位', 'Error bits'],
  'signal-quality': [undefined, 0, 99, '信号质量', 'Signal quality'],
  'signal-step': [undefined, 0, 255, '信号步骤', 'Working step'],
  'strength-upstream': [undefined, 0, 2047, '上游信号强度', 'Signal strength upstream'],
  'strength-downstream': [undefined, 0, 2047, '下游信号强度', 'Signal strength downstream'],
  'transit-ratio': ['%', 0, 300, '传输时间比', 'Transit time ratio'],
  'volume-net': ['m3', -100_000_000, 100_000_000, '净累计流量', 'Volume, net'],
  'volume-positive': ['m3', 0, 100_000_000, '正累计流量', 'Volume, positive'],
  'volume-negative': ['m3', -100_000_000, 100_000_000, '负累计流量', 'Volume, negative'],
  'pipe-diameter': ['mm', 10, 6000, '管道内径', 'Inner diameter of the pipe'],

  'output-frequency': ['Hz', 0, 650, '输出频率', 'Output frequency'],
  'set-frequency': ['Hz', -650, 650, '给定频率', 'Frequency reference'],
  'motor-current': ['A', 0, 3000, '电机电流', 'Motor current'],
  'motor-voltage': ['V', 0, 1000, '电机电压', 'Motor voltage'],
  'input-voltage': ['V', 0, 1000, '输入电压', 'Input voltage'],
  'motor-speed': ['{rpm}', -30_000, 30_000, '电机转速', 'Motor speed'],
  'motor-torque': ['%', -300, 300, '电机转矩', 'Motor torque'],
  'motor-power': ['%', -300, 300, '电机功率', 'Motor power'],
  'dc-link-voltage': ['V', 0, 1500, '直流母线电压', 'DC link voltage'],
  'heatsink-temperature': ['Cel', -20, 150, '散热器温度', 'Heat sink temperature'],
  'inverter-temperature': ['Cel', -40, 150, '变频器温度', 'Drive temperature'],
  'thermal-motor': ['%', 0, 200, '电机热负荷', 'Thermal load of the motor'],
  'thermal-inverter': ['%', 0, 200, '变频器热负荷', 'Thermal load of the drive'],
  'operating-hours': ['h', 0, 1_000_000, '通电时间', 'Hours powered'],
  'running-hours': ['h', 0, 1_000_000, '运行时间', 'Hours run'],
  'operating-days': ['d', 0, 40_000, '通电天数', 'Days powered'],
  'running-days': ['d', 0, 40_000, '运行天数', 'Days run'],
  energy: ['kW.h', 0, ENERGY, '用电量', 'Energy'],
  'energy-megawatt-hours': ['MW.h', 0, 65_535, '用电量', 'Energy'],
  'pid-setpoint': ['%', -100, 100, 'PID 给定', 'PID setpoint'],
  'pid-feedback': ['%', -100, 100, 'PID 反馈', 'PID feedback'],
  'fault-count': [undefined, 0, 65_535, '故障次数', 'Faults counted'],
  'fault-code': [undefined, 0, 65_535, '故障代码', 'Fault code'],
  'warning-code': [undefined, 0, 65_535, '警告代码', 'Warning code'],
  'alarm-code': [undefined, 0, 65_535, '报警代码', 'Alarm code'],
  'alarm-word': [undefined, 0, 4_294_967_295, '报警字', 'Alarm word'],
  'warning-word': [undefined, 0, 4_294_967_295, '警告字', 'Warning word'],
  'speed-setpoint': ['%', 0, 200, '转速给定', 'Speed setpoint'],
  head: ['bar', 0, 65, '扬程（压差）', 'Head'],
  performance: ['%', 0, 100, '相对性能', 'Performance'],
  'liquid-temperature': ['Cel', -40, 150, '介质温度', 'Liquid temperature'],
  starts: [undefined, 0, 100_000_000, '启动次数', 'Starts'],
  volume: ['m3', 0, 50_000_000, '累计流量', 'Volume'],

  setpoint: ['Cel', -60, 90, '设定温度', 'Setpoint'],
  'room-temperature': ['Cel', -40, 80, '室内温度', 'Room temperature'],
  'outdoor-temperature': ['Cel', -60, 70, '室外温度', 'Outdoor temperature'],
  'supply-air-temperature': ['Cel', -40, 90, '送风温度', 'Supply air temperature'],
  'frost-temperature': ['Cel', -40, 120, '防冻温度', 'Frost protection temperature'],
  'probe-1-temperature': ['Cel', -60, 150, '探头 1 温度', 'Probe 1 temperature'],
  'probe-2-temperature': ['Cel', -60, 150, '探头 2 温度', 'Probe 2 temperature'],
  'probe-3-temperature': ['Cel', -60, 150, '探头 3 温度', 'Probe 3 temperature'],
  'supply-pressure': ['Pa', -2000, 5000, '送风压力', 'Supply air pressure'],
  'exhaust-pressure': ['Pa', -2000, 5000, '排风压力', 'Exhaust air pressure'],
  'supply-fan': ['V', 0, 10, '送风机控制电压', 'Supply fan, control voltage'],
  'exhaust-fan': ['V', 0, 10, '排风机控制电压', 'Exhaust fan, control voltage'],
  'supply-flow': ['m3/h', 0, 200_000, '送风量', 'Supply air flow'],
  'exhaust-flow': ['m3/h', 0, 200_000, '排风量', 'Exhaust air flow'],
  'electric-heater': ['%', 0, 100, '电加热输出', 'Electric heater'],
  'heating-output': ['%', 0, 100, '制热输出', 'Heating output'],
  'cooling-output': ['%', 0, 100, '制冷输出', 'Cooling output'],
  mode: [undefined, 0, 255, '模式', 'Mode'],
  fan: [undefined, 0, 255, '风速', 'Fan'],
  lock: [undefined, 0, 255, '锁定', 'Lock'],
  status: [undefined, 0, 65_535, '状态字', 'Status word'],
  'set-status': [undefined, 0, 65_535, '设定状态字', 'Status set'],
  intensity: [undefined, 0, 100, '风量档位', 'Intensity'],
  month: [undefined, 1, 12, '时钟：月', 'Clock: month'],
  day: [undefined, 1, 31, '时钟：日', 'Clock: day'],
  'device-count': [undefined, 0, 255, '室内机数量', 'Devices'],

  charge: ['%', 0, 100, '电池电量', 'Battery charge'],
  runtime: ['min', 0, 10_000, '剩余供电时间', 'Runtime left'],
  'battery-voltage': ['V', 0, 1000, '电池电压', 'Battery voltage'],
  temperature: ['Cel', -40, 125, '温度', 'Temperature'],
  'bad-batteries': [undefined, 0, 1000, '坏电池数', 'Bad batteries'],
  load: ['%', 0, 200, '负载率', 'Load'],
  'output-voltage': ['V', 0, 1000, '输出电压', 'Output voltage'],
  'engine-speed': ['{rpm}', 0, 6000, '发动机转速', 'Engine speed'],
  'generator-power': ['kW', 0, 10_000, '发电功率', 'Generator power'],
  gear: [undefined, 0, 255, '工作模式', 'Mode'],
  'transfer-switch': [undefined, 0, 255, '双电源位置', 'Transfer switch'],
  'run-state': [undefined, 0, 65_535, '运行状态', 'Run state'],
  'warnings-1': [undefined, 0, 65_535, '警告字 1', 'Warnings 1'],
  'warnings-2': [undefined, 0, 65_535, '警告字 2', 'Warnings 2'],
  'warnings-3': [undefined, 0, 65_535, '警告字 3', 'Warnings 3'],
  'warnings-4': [undefined, 0, 65_535, '警告字 4', 'Warnings 4'],
  'oil-pressure': [undefined, 0, 10_000, '机油压力（控制器单位）', 'Oil pressure, in the unit of the controller'],
  'water-temperature': ['Cel', -50, 200, '冷却水温', 'Coolant temperature'],
  'fuel-level': ['%', 0, 100, '燃油液位', 'Fuel level'],

  'supply-voltage': ['V', 0, 60, '供电电压', 'Supply voltage'],
  'serial-number': [undefined, 1, 4_294_967_295, '序列号', 'Serial number'],
  uptime: ['s', 0, 4_294_967_295, '连续运行时间', 'Uptime'],
  'target-position': ['%', 0, 100, '目标开度', 'Target position'],
  position: ['%', 0, 100, '开度', 'Position'],
  speed: [undefined, 0, 65_535, '速度档', 'Speed'],
  version: [undefined, 1, 65_535, '固件版本', 'Firmware version'],
} as const satisfies Readonly<Record<string, Measured>>

export type Quantity = keyof typeof measured

/** Counters and settings need no second's pace. */
const SLOW = /^(energy|reactive-energy|volume|operating|running|serial|uptime|version|month|day|starts|pipe)/

/**
 * A point for a known quantity.
 * @param more where it lies and how to read it; what it says beats the vocabulary
 */
export function quantity(key: Quantity, more: Omit<PointSpec, 'key'>): PointSpec {
  const [unit, least, most, zh, en]: Measured = measured[key]
  return {
    key,
    name: { 'zh-CN': zh, en },
    ...(unit !== undefined && { unit }),
    range: [least, most],
    scanMs: SLOW.test(key) ? 5000 : 1000,
    ...more,
  }
}

type More = Readonly<Record<string, unknown>>
export type Row = readonly [key: Quantity, address: number, more?: More]

/** Lines of a manual whose registers are alike. */
export const rows = (common: More, list: readonly Row[]): PointSpec[] =>
  list.map(([key, address, more]) => quantity(key, { ...common, address, ...more }))

/** The three phases of a quantity, `step` registers apart. */
export const phasesOf = <K extends string>(
  key: Phased<K> extends Quantity ? K : never,
  address: number,
  step: number,
  more?: More,
): Row[] => phases.map(([phase], i) => [`${key}-${phase}` as Quantity, address + i * step, more ?? {}])

/** A yes or no: a bit of a register, or an address of a bit table. */
export const flag = (key: string, at: More, zh: string, en: string): PointSpec => ({
  key,
  name: { 'zh-CN': zh, en },
  ...at,
})

export const MODBUS = ['modbus-rtu', 'modbus-rtu-over-tcp', 'modbus-tcp'] as const

/** Mains of 230 V with all three phases there: what most wrong devices do not show by chance. */
export const mains = [
  { key: 'voltage-l1', within: [80, 300] },
  { key: 'voltage-l2', within: [80, 300] },
  { key: 'voltage-l3', within: [80, 300] },
] as const
export const grid = [...mains, { key: 'frequency', within: [45, 65] }] as const
