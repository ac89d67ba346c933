import { both, type DemoPart, type Lines } from './part.ts'

/** Tower A's own, older panel: all it has is a printer port. Loop 001, six devices to a zone, in the order of its paper plan. */
const zones: readonly (readonly [id: string, zh: string, en: string])[] = [
  ...Array.from({ length: 15 }, (_, i) => {
    const floor = i + 4
    return [`a-${String(floor).padStart(2, '0')}`, `A 座 ${floor} 层`, `Tower A floor ${floor}`] as const
  }),
  ['a-roof', 'A 座屋面', 'Tower A roof'],
]
const perZone = 6
const numbersOf = (zone: number) =>
  Array.from({ length: perZone }, (_, i) => String(zone * perZone + i + 1).padStart(3, '0'))

const when = String.raw`(?<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)`
export const grammar = {
  lines: [
    {
      match: String.raw`${when} (?<loop>\d{3})回路 (?<number>\d{3})号 (?<type>感烟探测器|感温探测器|手动报警按钮) (?<event>火警|故障|恢复|屏蔽|解除屏蔽) (?<place>\S+)`,
    },
    { match: `${when} (?<event>复位|消音|主电故障|主电恢复|备电故障|备电恢复)` },
    { match: `${when} 系统自检 正常`, event: '自检正常' },
  ],
}
/** A reset does not say that nothing has a fault or is isolated: that stays unknown until it is told. */
const allNumbers = zones.flatMap((_, i) => numbersOf(i))
const points = [
  ...zones.flatMap(([id, zh, en], i) => {
    const fields = { loop: '001', number: numbersOf(i) }
    return [
      {
        key: `${id}-alarms`,
        name: both(`${zh}火警点数`, `${en}, devices in alarm`),
        fields,
        on: ['火警'],
        clear: ['复位'],
        count: true,
        range: [0, perZone],
      },
    ]
  }),
  {
    key: 'faults',
    name: both('故障点数', 'Devices with a fault'),
    fields: { loop: '001', number: allNumbers },
    on: ['故障'],
    off: ['恢复'],
    count: true,
  },
  {
    key: 'isolated',
    name: both('屏蔽点数', 'Devices isolated'),
    fields: { loop: '001', number: allNumbers },
    on: ['屏蔽'],
    off: ['解除屏蔽'],
    count: true,
  },
  { key: 'silenced', name: both('消音', 'Sounder silenced'), on: ['消音'], off: ['火警'], clear: ['复位'] },
  { key: 'mains-fault', name: both('主电故障', 'Mains fault'), on: ['主电故障'], off: ['主电恢复'] },
  { key: 'battery-fault', name: both('备电故障', 'Battery fault'), on: ['备电故障'], off: ['备电恢复'] },
  { key: 'self-test', name: both('最近自检', 'Last self-test'), on: ['自检正常'], show: 'time' },
  { key: 'last-line', name: both('最近一行', 'Last line'), show: 'line' },
].map(point => ({ ...point, scanMs: 10_000 }))

export function firePrinterDemo(lines: Lines): DemoPart {
  // Its self-test comes every five minutes.
  const channel = { id: 'fire-printer', ...lines('fire-printer'), utcOffset: '+08:00', silentAfterS: 660, grammar }
  return {
    channels: [channel],
    equipment: [
      {
        id: 'fire-printer-a',
        kind: 'fire-panel',
        name: both('A 座火灾报警控制器（打印口）', 'Fire alarm panel of tower A (printer port)'),
        space: 'fire-control-centre',
        channel: 'fire-printer',
        points,
      },
    ],
    rules: [
      {
        id: 'fire-printed',
        points: ['fire-printer-a/*-alarms'],
        when: { above: 0 },
        severity: 'high',
        text: both('A 座控制器打印火警', 'Fire alarm printed by the panel of tower A'),
        source: '火灾应急 P-06; 消防中心 S30, S31',
      },
    ],
  }
}
