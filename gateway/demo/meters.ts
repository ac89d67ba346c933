import { feederNames } from './feeders.ts'
import type { MeterLife } from './history.ts'
import { both, type DemoPart, type Lines } from './part.ts'

/** Some seventy meters of the demo's site.json: electricity, water, gas, heat and cold. */

const GATEWAY_MS = 5000
/** A bus of 9600 baud with a dozen devices: a meter each two seconds. */
const BUS_MS = 20_000

type Words = readonly [zh: string, en: string]
const meter = (
  id: string,
  kind: string,
  [zh, en]: Words,
  space: string,
  channel: string,
  unit: number,
  profile: string,
  more: object = {},
) => ({
  id,
  kind,
  name: both(zh, en),
  space,
  channel,
  unit,
  profile,
  scanMs: channel === 'power-2' ? GATEWAY_MS : BUS_MS,
  ...more,
})

const electric = (id: string, name: Words, space: string, channel: string, unit: number, profile: string, more = {}) =>
  meter(id, 'electricity-meter', name, space, channel, unit, profile, more)
/** Current transformers, as 2000/5 A. */
const behind = (primaryA: number) => ({ multiplier: { current: primaryA / 5 } })

/** Primary of the transformers of those feeders whose meter is a DTSU666; the ADW300 knows its own. */
const primaryA: Readonly<Record<string, number>> = {
  chillers: 2000,
  ventilation: 600,
  shops: 1500,
  homes: 1500,
  offices: 1500,
}

const mains = ([1, 2] as const).map(n =>
  electric(
    `em-main-${n}`,
    [`${n}# 变压器低压总表`, `Low-voltage main ${n}`],
    'distribution-room',
    'power-2',
    n,
    'chint-dtsu666',
    behind(3000),
  ),
)
const feeders = feederNames.map(([id, zh, en], i) => {
  const primary = primaryA[id]
  const profile = primary ? 'chint-dtsu666' : 'acrel-adw300'
  const more = primary ? behind(primary) : {}
  return electric(`em-${id}`, [`${zh}电表`, `Meter: ${en}`], 'distribution-room', 'power-2', 11 + i, profile, more)
})

const metered = ['0501', '0602', '0701', '0903', '1002', '1201', '1504', '1803']
const homes = metered.map((flat, i) =>
  electric(
    `em-a-${flat}`,
    [`${flat} 室电表`, `Flat ${flat}, electricity`],
    `a-${flat.slice(0, 2)}`,
    'meters-a',
    1 + i,
    'eastron-sdm120',
  ),
)
const offices = (
  [
    ['04', 'schneider-iem3000'],
    ['06', 'schneider-iem3000'],
    ['09', 'schneider-iem3000'],
    ['11', 'abb-b23'],
    ['14', 'abb-b23'],
    ['16', 'eastron-sdm630'],
  ] as const
).map(([floor, profile], i) =>
  electric(
    `em-b-${floor}`,
    [`B 座 ${Number(floor)} 层电表`, `Tower B floor ${Number(floor)}, electricity`],
    `b-${floor}`,
    'meters-b',
    1 + i,
    profile,
  ),
)
const shops = (
  [
    ['101', 'mall-l1', 'carlo-gavazzi-em24'],
    ['108', 'mall-l1', 'carlo-gavazzi-em24'],
    ['205', 'mall-l2', 'eastron-sdm630'],
    ['212', 'mall-l2', 'carlo-gavazzi-em24'],
    ['301', 'mall-l3', 'acrel-adw300'],
  ] as const
).map(([shop, floor, profile], i) =>
  electric(`em-shop-${shop}`, [`${shop} 商铺电表`, `Shop ${shop}, electricity`], floor, 'meters-mall', 1 + i, profile),
)
const kiosk = electric(
  'em-kiosk-1',
  ['1 号岛柜电表', 'Kiosk 1, electricity'],
  'mall-l1',
  'meters-mall',
  6,
  'peacefair-pzem016',
)

/** A pulse is 10 litres. The profile has the bare pulses, this the meter that makes them. */
const onInput = (n: number, key: string, [zh, en]: Words) => ({
  key,
  name: both(zh, en),
  table: 'input',
  address: 16 + n * 4,
  type: 'uint64',
  scale: 0.01,
  unit: 'm3',
  range: [0, 10_000_000],
})
const pulses = (
  id: string,
  name: Words,
  space: string,
  channel: string,
  of: readonly string[],
  zh: string,
  en: string,
) =>
  meter(id, 'pulse-counter', name, space, channel, 20, 'wirenboard-mcm16', {
    points: of.flatMap((unit, i) => [
      onInput(i + 1, `water-${unit}`, [`${unit} ${zh}水表`, `${en} ${unit}, water`]),
      onInput(i + 9, `gas-${unit}`, [`${unit} ${zh}燃气表`, `${en} ${unit}, gas`]),
    ]),
  })

const pipe = (id: string, kind: string, name: Words, space: string, channel: string, unit: number) =>
  meter(id, kind, name, space, channel, unit, 'tuf-2000m')

/**
 * What has happened to three of them shortly before the first start, as the building has it too
 * (firmware-sim/plaza/meter-list.ts): a register at the end of its scale, an exchange, a register that stands.
 */
export const meterLives: Readonly<Record<string, MeterLife>> = {
  'em-kiosk-1/energy-import': { rollsOverAt: 9999.99, daysAgo: 9 },
  'em-shop-108/energy-import': { beganAt: 3.7, oldEndedAt: 186_532.4, daysAgo: 5 },
  'em-a-0903/energy-import': { stuckDays: 12 },
}

/**
 * What the low-voltage mains have counted in the made-up past beyond the meters behind them, as a share. The second is above
 * its limit (3 %, rules/readings/balance.ts): a balance for somebody to look into.
 */
export const mainLosses: Readonly<Record<string, number>> = { 'em-main-1': 0.012, 'em-main-2': 0.046 }

/** Whose day a feeder's load has; by its place, the switch room, it would be the homes'. Who hangs on it then fits into it. */
export const feederDays: Readonly<Record<string, string>> = { 'em-shops': 'mall', 'em-offices': 'tower-b' }

export function metersDemo(lines: Lines): DemoPart {
  return {
    channels: ['power-2', 'meters-a', 'meters-b', 'meters-mall'].map(id => ({ id, ...lines(id) })),
    equipment: [
      ...mains,
      ...feeders,
      ...homes,
      pulses(
        'pulses-a',
        ['A 座水表燃气表采集器', 'Tower A, water and gas pulses'],
        'tower-a',
        'meters-a',
        metered,
        '室',
        'Flat',
      ),
      pipe('wm-tower-a', 'water-meter', ['A 座总水表', 'Tower A, water main'], 'pump-house', 'meters-a', 30),
      pipe('hm-tower-a', 'heat-meter', ['A 座供热表', 'Tower A, heat meter'], 'b1', 'meters-a', 31),
      ...offices,
      pipe('cm-tower-b', 'cold-meter', ['B 座冷量表', 'Tower B, cold meter'], 'chiller-plant', 'meters-b', 31),
      ...shops,
      kiosk,
      pulses(
        'pulses-mall',
        ['商场水表燃气表采集器', 'Mall, water and gas pulses'],
        'mall',
        'meters-mall',
        ['101', '205', '301'],
        '商铺',
        'Shop',
      ),
      pipe('wm-mall', 'water-meter', ['商场总水表', 'Mall, water main'], 'mall-l1', 'meters-mall', 30),
    ],
    rules: [
      {
        // An index that falls cannot be billed: the meter was exchanged and nobody entered it, or it was tampered with.
        id: 'meter-index-fell',
        points: ['main', 'a', 'b', 'shop'].map(group => `em-${group}-*/energy-import`),
        when: { falls: 1, withinS: 3600 },
        severity: 'low',
        text: both('表码倒退：换表未登记？', 'Meter index fell: exchanged and not entered?'),
        order: { class: 'general' },
        source: '抄表 F29, P-18; 接管和换表须记录底数 P-19',
      },
      {
        // The end of its scale: arithmetic, and nothing to repair.
        id: 'meter-rolled-over',
        points: ['em-kiosk-*/energy-import'],
        when: { falls: 9990, withinS: 3600 },
        severity: 'journal',
        text: both('电表翻转', 'Meter rolled over'),
        source: '抄表 F29, P-18',
      },
    ],
  }
}
