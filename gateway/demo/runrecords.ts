import { both } from './part.ts'

interface Device {
  readonly id: string
}
type Column = readonly [point: string, more?: object]

const percent = [0, 90]
const noise = { id: 'noise', zh: '异响、异味', en: 'Noise, smell' }
const leak = { id: 'leak', zh: '跑冒滴漏', en: 'Leaks' }
/** What only a person sees, hears and smells. */
const seen = ({ id, zh, en }: typeof noise) => ({
  key: id,
  name: both(zh, en),
  choices: [
    { id: 'none', text: both('无', 'none') },
    { id: 'found', text: both('有', 'found'), ok: false },
  ],
})

/**
 * Forms of the demo building as its manuals ask for them: distribution room every 2 h and each hour at peak demand, chiller
 * plant at start, each hour and stop, pump house and generator by shift. Columns of equipment that is not there are left out.
 * @param keysOf the keys of the points of this equipment
 */
export function demoRunRecords<T extends Device>(equipment: readonly T[], keysOf: (e: T) => readonly string[]) {
  const keys = new Map(equipment.map(e => [e.id, new Set(keysOf(e))]))
  const known = (point: string) => {
    const [device = '', key = ''] = point.split('/')
    return keys.get(device)?.has(key) ?? false
  }
  const columns = (list: readonly Column[], ...hand: readonly object[]) => {
    const there = list.filter(([point]) => known(point)).map(([point, more]) => ({ point, ...more }))
    return there.length === 0 ? [] : [...there, ...hand]
  }
  const daily = (everyMin: number, from = '00:00', to = '24:00') => [{ from, to, everyMin }]
  const incomer = (n: number): readonly Column[] => [
    [`hv-incomer-${n}/voltage`, { normal: [9.3, 10.7] }],
    [`hv-incomer-${n}/current`],
    [`hv-incomer-${n}/closed`],
  ]
  const transformer = (n: number): readonly Column[] => [
    [`transformer-${n}/temperature`, { normal: [null, 110] }],
    [`transformer-${n}/load`, { normal: percent }],
    [`transformer-${n}/fan`],
  ]
  const chiller = (n: number): readonly Column[] => [
    [`chiller-${n}/running`],
    [`chiller-${n}/chilled-supply`],
    [`chiller-${n}/chilled-return`],
    [`chiller-${n}/cooling-in`],
    [`chiller-${n}/cooling-out`],
    [`chiller-${n}/load`],
    [`chiller-${n}/fault-code`, { expect: [0] }],
  ]
  /** What is looked at before a machine starts: P-16. */
  const preStart = (n: number, cooling: boolean) =>
    known(`chiller-${n}/start`)
      ? [
          {
            ...{ equipment: `chiller-${n}`, validMin: 30 },
            items: [
              ...[
                { point: `chiller-${n}/fault`, expect: [false] },
                { point: `chiller-${n}/chilled-flow`, expect: [true] },
                ...(cooling ? [{ point: `chiller-${n}/cooling-flow`, expect: [true] }] : []),
              ].filter(item => known(item.point)),
              { key: 'oil-level', name: both('油位、油温', 'Oil level and temperature'), kind: 'ok' },
              { key: 'valves', name: both('管路阀门位置', 'Valves of the pipes'), kind: 'ok' },
              { key: 'leaks', name: both('有无跑冒滴漏', 'Leaks'), kind: 'ok' },
              { key: 'tags', name: both('检修牌已摘、人员已离开', 'Tags off, nobody at the machine'), kind: 'ok' },
            ],
          },
        ]
      : []
  const forms = [
    {
      ...{ id: 'hv-lv', name: both('高低压配电运行记录', 'High and low voltage run record'), by: ['engineer'] },
      columns: columns(
        [
          ...[...incomer(1), ...incomer(2), ...transformer(1), ...transformer(2)],
          ['lv-switchboard/section-1-voltage', { normal: [380, 420] }],
          ['lv-switchboard/section-2-voltage', { normal: [380, 420] }],
          ['lv-switchboard/incomer-1-power'],
          ['lv-switchboard/incomer-2-power'],
          ['room-b1/temperature', { normal: [null, 40] }],
        ],
        seen(noise),
      ),
      times: daily(120),
      // At peak demand the rounds are intensified.
      peaks: [...daily(60, '10:00', '15:00'), ...daily(60, '17:00', '20:00')],
      source: '配电室管理制度：定时巡视，用电高峰加强巡视，填写运行记录表 F03',
    },
    {
      ...{ id: 'chillers', name: both('中央空调运行记录', 'Air-conditioning run record') },
      columns: columns([
        ['outdoor/temperature'],
        ['zone-mall-l1/temperature'],
        ['zone-mall-l1/humidity'],
        ...chiller(1),
        ['chiller-1/evaporator-pressure'],
        ['chiller-1/condenser-pressure', { normal: [null, 11] }],
        ['chiller-1/current'],
        ...chiller(2),
      ]),
      ...(known('hvac-plant/running') && { follows: { point: 'hvac-plant/running', everyMin: 60 } }),
      preStart: [...preStart(1, true), ...preStart(2, false)],
      source: '空调运行管理：开机、停机及运行中每小时记录一次 N20 F05',
    },
    {
      ...{ id: 'pump-house', name: both('水泵房运行记录', 'Pump house run record'), by: ['engineer'] },
      columns: columns(
        [
          ['tank-b1/level', { normal: [40, 100] }],
          ['tank-b1/main-pressure', { normal: [1.5, null] }],
          ['tank-b1/lid1-open', { expect: [false] }],
          ['booster-tower-b/outlet-pressure'],
          ['booster-tower-b/flow'],
          ['booster-tower-b/running'],
          ['booster-tower-b/standby-ready', { expect: [true] }],
        ],
        seen(leak),
      ),
      times: daily(240, '00:00'),
      source: '值班电工职责：巡视水泵房 S12',
    },
    {
      ...{ id: 'generator', name: both('柴油发电机运行记录', 'Generator run record'), by: ['engineer'] },
      columns: columns(
        [
          ['generator-1/battery-voltage', { normal: [24, 30] }],
          ['generator-1/fuel-level', { normal: [50, null] }],
          ['generator-1/water-temperature'],
          ['generator-1/oil-pressure'],
          ['generator-1/running-hours'],
        ],
        seen(leak),
      ),
      times: daily(720, '08:00', '08:00'),
      source: '值班电工职责：发电机每班检查',
    },
  ]
  return forms.filter(form => form.columns.length > 0)
}
