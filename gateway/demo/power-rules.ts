import { both } from './part.ts'

type Words = readonly [zh: string, en: string]

const urgent = { order: { class: 'urgent' } }
const general = { order: { class: 'general' } }
/** Load and heat of one transformer are one trouble, and the worst of them decides how soon. */
const overload = (urgency: string) => ({ order: { class: urgency, failure: 'overload' } })
const rule = (
  id: string,
  points: string | string[],
  when: object,
  severity: string,
  [zh, en]: Words,
  source: string,
  more: object = {},
) => ({ id, points: [points].flat(), when, severity, text: both(zh, en), source, ...more })
const is = (equals: boolean | number) => ({ equals })

/** Alarms of the power of the building. */
export const powerRules = [
  // 外线停电: both incomers dead and no breaker tripped. 内部故障: an incomer is live and a breaker tripped.
  rule(
    'external-outage',
    'hv-incomer-1/live',
    { all: [is(false), { point: 'hv-incomer-2/live', ...is(false) }] },
    'high',
    ['外线停电，两路进线失电', 'External outage: both incomers dead'],
    '外线停电 P-01, P-02',
    {
      delayOnS: 1,
      delayOffS: 10,
      runbook: 'external-outage',
      ...urgent,
    },
  ),
  // Later than the outage of both, whose consequence it is.
  rule(
    'incomer-dead',
    'hv-incomer-*/live',
    is(false),
    'high',
    ['进线失电（外线故障）', 'Incomer dead: utility line lost'],
    '外线停电 P-02',
    {
      delayOnS: 2,
      delayOffS: 10,
      runbook: 'external-outage',
      ...urgent,
    },
  ),
  rule(
    'incomer-tripped',
    'hv-incomer-*/tripped',
    is(true),
    'high',
    ['高压断路器保护跳闸（内部故障）', 'High-voltage breaker tripped: internal fault'],
    '内部故障停电 P-03',
    { runbook: 'internal-fault', ...urgent },
  ),
  rule(
    'feeder-tripped',
    'feeder-*/tripped',
    is(true),
    'high',
    ['出线断路器跳闸（内部故障）', 'Feeder breaker tripped: internal fault'],
    '内部故障停电 P-03',
    { runbook: 'internal-fault', ...urgent },
  ),
  // The generator has 10 s; what is dead after that has no supply at all.
  rule(
    'fire-supply-lost',
    'feeder-fire-equipment/live',
    is(false),
    'life',
    ['消防设备失电', 'Fire equipment has no supply'],
    '火灾处置 P-06 M09',
    {
      delayOnS: 15,
      delayOffS: 5,
      order: { class: 'life' },
    },
  ),
  rule(
    'emergency-lighting-supply',
    'emergency-lighting/supply',
    is(false),
    'high',
    ['应急照明主电失电', 'Emergency lighting without normal supply'],
    '火灾处置 P-06 M09',
    {
      delayOnS: 15,
      delayOffS: 5,
      ...urgent,
    },
  ),
  rule(
    'emergency-battery-low',
    'emergency-lighting/charge',
    { below: 50, deadband: 5 },
    'high',
    ['应急照明电池电量低', 'Emergency lighting battery low'],
    '火灾处置 P-06 M09',
    urgent,
  ),
  rule(
    'lift-supply-lost',
    'feeder-lifts-*/live',
    is(false),
    'high',
    ['电梯失电，查有无困人', 'Lifts without supply: is anybody trapped?'],
    '外线停电 P-02',
    {
      delayOnS: 15,
      delayOffS: 5,
      ...urgent,
    },
  ),
  rule(
    'transformer-warm',
    'transformer-*/temperature',
    { above: 110, deadband: 5 },
    'medium',
    ['变压器温度偏高', 'Transformer is warm'],
    '配电室管理制度 S01',
    {
      delayOnS: 30,
      ...overload('general'),
    },
  ),
  rule(
    'transformer-alarm',
    'transformer-*/alarm',
    is(true),
    'high',
    ['变压器超温报警', 'Transformer overtemperature'],
    '配电室管理制度 S01',
    overload('urgent'),
  ),
  rule(
    'transformer-overload',
    'transformer-*/load',
    { above: 100, deadband: 5 },
    'medium',
    ['变压器过负荷（严禁超负荷运行）', 'Transformer overloaded'],
    '配电室管理制度 S01',
    {
      delayOnS: 60,
      delayOffS: 60,
      ...overload('general'),
    },
  ),
  rule(
    'tie-closed',
    'lv-switchboard/tie-closed',
    is(true),
    'low',
    ['母联合闸，单台变压器带全部负荷', 'Bus tie closed: one transformer carries all'],
    '配电室管理制度 S01',
  ),
  rule(
    'feeders-shed',
    'lv-switchboard/shed',
    { above: 0 },
    'medium',
    ['备自投已卸载部分回路', 'Feeders shed by the bus transfer'],
    '配电室管理制度 S01',
  ),
  rule(
    'on-generator',
    'generator-1/transfer-switch',
    is(153),
    'medium',
    ['重要负荷由柴油发电机供电', 'Essential loads on the generator'],
    '外线停电 P-02',
  ),
  rule(
    'generator-failed',
    'generator-1/alarm-code',
    { above: 0 },
    'high',
    ['柴油发电机启动失败或故障', 'Generator did not start, or failed'],
    '外线停电 P-02',
    urgent,
  ),
  rule(
    'fuel-low',
    'generator-1/fuel-level',
    { below: 25, deadband: 3 },
    'medium',
    ['柴油发电机燃油不足', 'Generator fuel low'],
    '能源供应 S53',
    {
      delayOnS: 60,
      ...general,
    },
  ),
  rule('ups-on-battery', 'ups-*/on-battery', is(true), 'medium', ['UPS 电池供电', 'UPS on battery'], '外线停电 P-02', {
    delayOnS: 2,
    delayOffS: 5,
  }),
  rule(
    'ups-battery-low',
    'ups-*/low-battery',
    is(true),
    'high',
    ['UPS 电池电量低', 'UPS battery low'],
    '外线停电 P-02',
    urgent,
  ),
  rule(
    'fan-fault',
    'vent-*/fault',
    is(true),
    'low',
    ['机房排风机故障', 'Exhaust fan of an electrical room failed'],
    '配电室管理制度 S02',
    {
      delayOnS: 5,
      ...general,
    },
  ),
]
