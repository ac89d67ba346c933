import type {
  AlarmView,
  ChannelView,
  EquipmentView,
  PointInfo,
  SampleView,
  Text,
  TrailView,
  User,
  WorkorderView,
} from '../../gateway/http/contract.ts'
import { policies, waits } from '../../rules/orderclock.ts'
import { systemOf } from '../../rules/plant/systems.ts'

/** A small building for the screens: every state, every phase, every quality, and names that mean harm. */
const MIN = 60_000
const text = (zh: string, en: string): Text => ({ 'zh-CN': zh, en })
const iso = (ms: number): string => new Date(ms).toISOString()

const spaces = {
  pump: { id: 'b1-pump', name: text('B1 水泵房', 'B1 pump house') },
  power: { id: 'b1-power', name: text('B1 配电室', 'B1 distribution room') },
  lift: { id: 'tower-b', name: text('B 座', 'Tower B') },
}

type Row = [key: string, zh: string, en: string, unit: string | null, value: number | boolean | string]
const info = (id: string, [key, zh, en, unit, value]: Row, scanMs: number): PointInfo => ({
  id: `${id}/${key}`,
  key,
  name: text(zh, en),
  kind: typeof value as PointInfo['kind'],
  unit,
  enum:
    key === 'fault-code'
      ? { '0': text('无', 'none'), '7': text('F07 过流', 'F07 overcurrent') }
      : key === 'mode'
        ? { '0': text('停用', 'Out of service'), '1': text('手动', 'Hand'), '2': text('自动', 'Auto') }
        : null,
  decimals: key === 'energy' ? 2 : null,
  scanMs,
})

const pump: Row[] = [
  ['running', '运行', 'Running', null, true],
  ['tripped', '跳闸', 'Tripped', null, false],
  ['mode', '控制方式', 'Mode', null, 2],
  ['fault-code', '故障代码', 'Fault code', null, 0],
  ['pressure', '出口压力', 'Outlet pressure', 'MPa', 0.5213],
  ['frequency', '频率', 'Frequency', 'Hz', 42],
  ['motor-temperature', '电机温度', 'Motor temperature', 'Cel', 61.48],
  ['power', '功率', 'Power', 'kW', 11.2],
  ['run-hours', '累计运行', 'Run hours', 'h', 12846],
]
const meter: Row[] = [
  ['voltage-l1', '电压 L1', 'Voltage L1', 'V', 230.14],
  ['current-l1', '电流 L1', 'Current L1', 'A', 86.31],
  ['power', '总有功功率', 'Total active power', 'kW', 58.204],
  ['reactive-power', '无功功率', 'Reactive power', 'kvar', 9.2],
  ['frequency', '频率', 'Frequency', 'Hz', 50.01],
  ['energy', '有功电能', 'Active energy', 'kW.h', 18420.6],
  ['reactive-energy', '无功电能', 'Reactive energy', 'kvar.h', 4021.2],
]
const room: Row[] = [
  ['temperature', '温度', 'Temperature', 'Cel', 31.2],
  ['humidity', '湿度', 'Humidity', '%', 46],
  ['water-detected', '漏水', 'Water found', null, false],
]
const lift: Row[] = [
  ['running', '运行', 'Running', null, false],
  ['floor', '楼层', 'Floor', null, '12'],
  ['door-open', '门', 'Door', null, false],
  ['load', '载荷', 'Load', 'kg', 180],
]
const list: [string, string, string, string, keyof typeof spaces, string, Row[]][] = [
  ['pump-b1-01', 'pump', '1# 生活水泵', 'Domestic pump 1', 'pump', 'bus-2', pump],
  ['pump-b1-02', 'pump', '2# 生活水泵', 'Domestic pump 2', 'pump', 'bus-2', pump],
  ['pump-b1-03', 'pump', '3# 生活水泵', 'Domestic pump 3', 'pump', 'bus-2', pump],
  ['em-b1-01', 'electricity-meter', '1# 进线电表', 'Incomer meter 1', 'power', 'meters', meter],
  ['em-b1-02', 'electricity-meter', '车库馈线电表', 'Garage feeder meter', 'power', 'meters', meter],
  ['distribution-b1', 'room-sensor', '配电室环境', 'Distribution room sensor', 'power', 'bus-1', room],
  ['lift-b-01', 'lift', '1 号客梯', 'Lift 1', 'lift', 'bms', lift],
  ['lift-b-02', 'lift', '2 号客梯', 'Lift 2', 'lift', 'bms', lift],
  [
    'odd-01',
    'x-ray',
    '<img src=x onerror="window.hacked=1">\u202e反',
    '<script>window.hacked=1</script>\u202ereversed',
    'lift',
    'bms',
    [['label', '<b>标签</b>', '<b>label</b>', null, '<i>value</i>\u202e']],
  ],
]

export interface World {
  readonly equipment: EquipmentView[]
  readonly samples: Map<string, SampleView>
  readonly alarms: Map<string, AlarmView>
  readonly orders: Map<string, WorkorderView>
  readonly trails: Map<string, TrailView[]>
  readonly channels: ChannelView[]
  readonly users: User[]
  readonly contacts: readonly object[]
}

export function makeWorld(now: number): World {
  const equipment = list.map(
    ([id, kind, zh, en, space, channel, rows], at): EquipmentView => ({
      id,
      kind,
      name: text(zh, en),
      space: spaces[space],
      channel,
      protocol: channel === 'bms' ? 'opcua' : channel === 'meters' ? 'modbus-tcp' : 'modbus-rtu',
      unit: channel === 'bms' ? null : at + 1,
      profile: kind === 'electricity-meter' ? 'eastron-sdm630' : null,
      points: rows.map(row => info(id, row, 1000)),
      ...{ system: systemOf({ kind }), fedBy: [], meter: null, busbars: [], ties: [] },
      certificates:
        kind === 'lift'
          ? [
              {
                ...{ id: 'inspection', kind: 'inspection', name: text('定期检验', 'Periodic inspection') },
                ...{ no: 'JY-1', expires: iso(now + 20 * 86_400_000).slice(0, 10) },
              },
            ]
          : [],
    }),
  )
  const samples = new Map<string, SampleView>()
  const put = (id: string, quality: SampleView['quality'], value: SampleView['value'], reason: SampleView['reason']) =>
    samples.set(id, { value, quality, reason, at: iso(now), seen: iso(now) })
  for (const [id, , , , , , rows] of list) {
    put(`${id}/online`, 'good', true, null)
    for (const [key, , , , value] of rows) put(`${id}/${key}`, 'good', value, null)
  }
  put('pump-b1-02/running', 'good', false, null)
  put('pump-b1-02/tripped', 'good', true, null)
  put('pump-b1-02/fault-code', 'good', 7, null)
  put('pump-b1-02/pressure', 'good', 0.0612, null)
  put('pump-b1-02/motor-temperature', 'uncertain', 61.48, 'uncertain')
  put('pump-b1-02/power', 'bad', null, 'out-of-range')
  put('pump-b1-02/run-hours', 'uncertain', 12846, 'stale')
  put('pump-b1-03/running', 'good', false, null)
  put('pump-b1-03/frequency', 'good', 0, null)
  put('em-b1-02/online', 'good', false, null)
  for (const [key] of meter) put(`em-b1-02/${key}`, 'bad', null, 'timeout')

  const alarms = new Map<string, AlarmView>()
  const orders = new Map<string, WorkorderView>()
  const trails = new Map<string, TrailView[]>()
  const alarm = (
    key: string,
    severity: AlarmView['severity'],
    words: Text,
    minutes: number,
    more: Partial<AlarmView>,
  ) => {
    const [id = ''] = key.split('/')
    const one = equipment.find(each => each.id === id)
    alarms.set(`r:${key.replace('/', ':')}`, {
      id: `r:${key.replace('/', ':')}`,
      rule: 'r',
      text: words,
      severity,
      state: 'UNACK',
      point: key as AlarmView['point'],
      equipment: id,
      equipmentName: one?.name ?? text(id, id),
      space: one?.space?.name ?? null,
      pointName: null,
      spaces: [],
      active: true,
      acked: false,
      retired: false,
      raisedAt: iso(now - minutes * MIN),
      clearedAt: null,
      ackedAt: null,
      ackedBy: null,
      count: 1,
      value: true,
      frozen: null,
      workorder: null,
      resetNeeded: false,
      shelved: null,
      outOfService: null,
      suppressedBy: [],
      holdsBack: 0,
      affected: null,
      firstOut: false,
      runbook: null,
      ...more,
    })
  }
  const acked = { state: 'ACKED', acked: true, ackedBy: '张工', ackedAt: iso(now - MIN) } as const
  alarm('lift-b-02/running', 'life', text('2 号客梯 困人', 'Lift 2: person trapped'), 4.2, {
    ...acked,
    value: false,
    workorder: 'o2',
  })
  alarm('pump-b1-02/tripped', 'high', text('2# 生活水泵 故障跳闸', 'Domestic pump 2 tripped'), 1.87, {
    workorder: 'o1',
    count: 3,
  })
  alarm('pump-b1-01/pressure', 'medium', text('供水压力偏高', 'Supply pressure high'), 52, { ...acked, value: 0.71 })
  alarm('distribution-b1/temperature', 'medium', text('配电室温度高', 'Distribution room hot'), 14, {
    state: 'RTNUN',
    active: false,
    clearedAt: iso(now - 3 * MIN),
    value: 41.2,
  })
  alarm('em-b1-02/power', 'low', text('车库馈线负荷高', 'Garage feeder load high'), 38, {
    ...acked,
    value: 96,
    frozen: 'timeout',
  })
  alarm('em-b1-02/online', 'low', text('设备离线', 'Device offline'), 6, { ...acked, value: false })

  const order = (
    id: string,
    no: string,
    words: Text,
    cls: WorkorderView['class'],
    phase: WorkorderView['phase'],
    minutes: number,
    more: Partial<WorkorderView>,
  ) => {
    const openedAt = now - minutes * MIN
    orders.set(id, {
      id,
      no,
      text: words,
      class: cls,
      phase,
      alarm: null,
      alarmActive: false,
      alarmRetired: false,
      severity: cls === 'life' ? 'life' : cls === 'urgent' ? 'high' : null,
      equipment: null,
      equipmentName: null,
      space: null,
      assignee: phase === 'new' ? null : '李工',
      occurrences: 1,
      openedAt: iso(openedAt),
      arriveBy: iso(openedAt + policies[cls].arriveMs),
      restoreBy: iso(openedAt + policies[cls].restoreMs),
      arrivedAt: null,
      fixedAt: null,
      fixedBy: null,
      closedAt: null,
      acceptedAt: phase === 'new' ? null : iso(openedAt + 90_000),
      verifiedAt: null,
      verifiedBy: null,
      origin: more.alarm ? 'alarm' : 'report',
      nature: null,
      crew: null,
      reopened: 0,
      follows: null,
      mergedInto: null,
      alarms: more.alarm ? [more.alarm] : [],
      appointmentAt: null,
      dueAt: null,
      pauses: [],
      policy: {
        ...policies[cls],
        pauses: waits.filter(reason => policies[cls].pauses[reason] !== undefined),
        hours: null,
      },
      escalations: [],
      visitBy: null,
      materials: [],
      labour: [],
      costs: {
        materials: '0.00',
        labour: '0.00',
        total: '0.00',
        byPayer: { owner: '0.00', tenant: '0.00', common: '0.00', nobody: '0.00' },
        unpriced: 0,
      },
      held: [],
      arrivals: [],
      items: [],
      signs: [],
      signatures: [],
      photos: [],
      visits: [],
      downtimes: [],
      risks: [],
      firstTimeFix: null,
      plan: null,
      demo: false,
      ...more,
    })
    const entry = (seq: number, actor: string, kind: string, action: string, at: number, data = {}): TrailView => ({
      seq,
      time: iso(at),
      actor,
      role: actor === 'system' ? 'system' : 'engineer',
      kind,
      id,
      action,
      data,
    })
    const entries = [
      entry(1, 'system', 'alarm', 'raised', openedAt),
      entry(2, 'system', 'workorder', 'open', openedAt + 800),
    ]
    if (phase !== 'new') entries.push(entry(3, '李工', 'workorder', 'accept', openedAt + 90_000))
    trails.set(id, entries)
  }
  const of = (id: string, key: string) => {
    const one = equipment.find(each => each.id === id)
    return {
      alarm: `r:${id}:${key}`,
      alarmActive: true,
      equipment: id,
      equipmentName: one?.name ?? null,
      space: one?.space?.name ?? null,
    }
  }
  order('o1', 'WO-20261121-015', text('2# 生活水泵 故障跳闸', 'Domestic pump 2 tripped'), 'urgent', 'new', 12.3, {
    ...of('pump-b1-02', 'tripped'),
    occurrences: 3,
  })
  order(
    'o2',
    'WO-20261121-014',
    text('2 号客梯 困人', 'Lift 2: person trapped'),
    'life',
    'accepted',
    4.2,
    of('lift-b-02', 'running'),
  )
  order('o3', 'WO-20261121-009', text('B-2F 电缆井渗水', 'B-2F cable riser seepage'), 'urgent', 'arrived', 398, {
    arrivedAt: iso(now - 378.66 * MIN),
  })
  order('o4', 'WO-20261121-004', text('3# 集水井 高液位', 'Sump 3 high level'), 'urgent', 'fixed', 310, {
    ...of('distribution-b1', 'temperature'),
    arrivedAt: iso(now - 301.3 * MIN),
    fixedAt: iso(now - 185 * MIN),
    fixedBy: '李工',
  })
  order(
    'o5',
    'WO-20261121-016',
    text('B 座大厅照明 2 路不亮', 'Tower B lobby, 2 light circuits out'),
    'general',
    'new',
    8.8,
    {},
  )

  const channels = [...new Set(equipment.map(one => one.channel))].map((id): ChannelView => {
    const here = equipment.filter(one => one.channel === id)
    return {
      id,
      protocol: here[0]?.protocol ?? '',
      ...(here[0]?.protocol.startsWith('modbus') ? lineOf(here) : { budget: null, counts: null, learned: [] }),
      lines: null,
      connection: null,
      offers: [],
      secrets: [],
      equipment: here.map(one => ({
        id: one.id,
        online: one.id !== 'em-b1-02',
        scanMs: 1000,
        cycles: [{ askedMs: 1000, achievedMs: one.id === 'em-b1-02' ? null : 1340 }],
        retryAt: one.id === 'em-b1-02' ? iso(now + 25_000) : null,
      })),
    }
  })
  const users = (['admin', 'engineer', 'operator', 'viewer', 'billing'] as const).map(
    (role): User => ({
      name: role,
      role,
      factor: false,
      passkeys: 0,
      disabled: false,
      createdAt: iso(now - 3 * 86_400_000),
    }),
  )
  const contact = (id: string, kind: string, zh: string, en: string, phone: string) => ({
    ...{ id, kind, name: text(zh, en), phone, space: null },
  })
  const contacts = [
    contact('fire', 'fire', '火警', 'Fire brigade', '119'),
    contact('lift-firm', 'lift-firm', '电梯维保单位 24 小时', 'Lift maintenance firm, 24 h', '000-0000 0104'),
  ]
  return { equipment, samples, alarms, orders, trails, channels, users, contacts }
}

/** A bus that is asked for more than it can carry. */
const lineOf = (here: readonly EquipmentView[]): Pick<ChannelView, 'budget' | 'counts' | 'learned'> => {
  const points = here.flatMap(one => one.points).filter(p => p.key !== 'online')
  return {
    budget: {
      utilisation: 0.94,
      requestsPerMin: 331,
      lateShare: 0.22,
      overloaded: true,
      points: points.map((p, i) => ({ id: p.id, costMs: 44 / (i + 1), share: 0.044 / (i + 1) })),
    },
    counts: { timeouts: 12, late: 3, foreign: 1, garbage: 0 },
    learned: [
      { unit: 1, table: 'input', from: 36, to: 42, kind: 'across' },
      { unit: 2, table: 'holding', from: 100, to: 102, kind: 'alone' },
      { unit: 2, table: 'holding', from: 0, to: 32, kind: 'length' },
    ],
  }
}
