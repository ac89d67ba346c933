import type { Text } from '../../drivers/point.ts'
import { both, type DemoPart, type Lines } from './part.ts'

/** Last event of a door, by the code of its controller. */
const events: Readonly<Record<number, Text>> = {
  0: both('无', 'none'),
  1: both('刷卡通过', 'granted'),
  2: both('胁迫开门', 'granted under duress'),
  11: both('拒绝：无效卡', 'refused: unknown card'),
  12: both('拒绝：卡已过期', 'refused: card expired'),
  13: both('拒绝：卡未生效', 'refused: card not valid yet'),
  14: both('拒绝：无此门权限', 'refused: not for this door'),
  15: both('拒绝：密码错误', 'refused: wrong PIN'),
  16: both('拒绝：门已封锁', 'refused: door in lockdown'),
  21: both('出门按钮', 'exit button'),
  22: both('远程开门', 'opened from afar'),
  23: both('消防联动释放', 'released by fire'),
  24: both('消防联动解除', 'fire release over'),
  31: both('门已打开', 'opened'),
  32: both('门已关闭', 'closed'),
  33: both('开锁后未开门', 'unlocked, not opened'),
  34: both('强行开门', 'forced'),
  35: both('开门超时', 'held open'),
  36: both('防拆报警', 'tamper'),
}

const access: readonly (readonly [unit: number, zh: string, en: string, doors: readonly (readonly string[])[]])[] = [
  [
    1,
    '公共区域门禁控制器',
    'Access controller, common areas',
    [
      ['lobby-a', 'A 座大堂门', 'Lobby door, tower A'],
      ['lobby-b', 'B 座大堂门', 'Lobby door, tower B'],
      ['fire-control-centre', '消防控制中心门', 'Fire control centre door'],
      ['elv-room', '弱电机房门', 'ELV room door'],
      ['gate-post', '门岗通道门', 'Gate post door'],
      ['a-roof', 'A 座屋面门', 'Roof door, tower A'],
      ['b-roof', 'B 座屋面门', 'Roof door, tower B'],
      ['car-park-b2', '地下车库电梯厅门', 'Car park lift lobby door'],
    ],
  ],
  [
    2,
    '机房门禁控制器',
    'Access controller, machine rooms',
    [
      ['hv-room', '高压配电室门', 'HV switch room door'],
      ['distribution-room', '低压配电室门', 'LV distribution room door'],
      ['pump-house', '生活水泵房门', 'Pump house door'],
      ['chiller-plant', '制冷机房门', 'Chiller plant door'],
      ['lift-room-a', 'A 座电梯机房门', 'Lift machine room door, tower A'],
      ['lift-room-b', 'B 座电梯机房门', 'Lift machine room door, tower B'],
    ],
  ],
]
const keyed = [
  ['generator-room', '柴油发电机房', 'Generator room'],
  ['fire-pump-room', '消防水泵房', 'Fire pump room'],
  ['co2-room', '气体灭火钢瓶间', 'Gas suppression room'],
  ['gas-valve-room', '燃气调压间', 'Gas regulator room'],
  ['cooling-towers', '冷却塔围栏', 'Cooling tower enclosure'],
] as const
const checkpoints = [
  ['cp-l1', 'mall-l1', '商场一层巡更点', 'Checkpoint, shops floor 1'],
  ['cp-l2', 'mall-l2', '商场二层巡更点', 'Checkpoint, shops floor 2'],
  ['cp-l3', 'mall-l3', '商场三层巡更点', 'Checkpoint, shops floor 3'],
  ['cp-b2', 'car-park-b2', '地下车库巡更点', 'Checkpoint, car park'],
] as const

const bit = (key: string, address: number, zh: string, en: string, more: object = {}) => ({
  key,
  name: both(zh, en),
  table: 'discrete',
  address,
  type: 'bool',
  ...more,
})
const word = (key: string, address: number, type: string, zh: string, en: string, more: object = {}) => ({
  key,
  name: both(zh, en),
  table: 'input',
  address,
  type,
  ...more,
})
const seconds = { unit: 's', range: [0, 65_535] }
const epoch = { unit: 's{unix}', scanMs: 5000 }

const doorPoints = [
  bit('open', 0, '门开', 'Open'),
  bit('unlocked', 1, '已开锁', 'Unlocked'),
  bit('exit-button', 2, '出门按钮', 'Exit button'),
  bit('forced', 3, '强行开门', 'Forced'),
  bit('held', 4, '开门超时', 'Held open'),
  bit('tamper', 5, '防拆', 'Tamper'),
  bit('duress', 6, '胁迫', 'Duress'),
  word('event', 0, 'uint16', '最近事件', 'Last event', { enum: events }),
  word('events', 1, 'uint16', '事件计数', 'Events counted'),
  word('card', 2, 'uint64', '最近卡号', 'Last card', { unit: '{no}', enum: { 0: both('无', 'none') } }),
  word('event-time', 6, 'uint32', '最近事件时间', 'Time of the last event', epoch),
  word('open-time', 8, 'uint16', '已开门时间', 'Open for', seconds),
  {
    key: 'unlock',
    name: both('远程开门', 'Unlock'),
    table: 'coil',
    address: 0,
    type: 'bool',
    enum: { 0: both('未动作', 'idle'), 1: both('开锁 5 秒', 'unlock for 5 s') },
    writable: true,
    // The coil reads 0 again at once: it was done when the lock is released.
    command: {
      roles: ['admin', 'operator'],
      values: [true],
      readBack: { points: ['unlocked'], equals: true },
      confirmWithinS: 4,
    },
  },
  {
    key: 'lockdown',
    name: both('封锁', 'Lockdown'),
    table: 'coil',
    address: 1,
    type: 'bool',
    writable: true,
    // Exit button and fire open all the same: that is wired, not asked for here.
    command: { roles: ['admin', 'operator'] },
  },
]

/** Doors, barrier and checkpoints; the checkpoints over MQTT are on the channel of the sensors. */
export function doorsDemo(lines: Lines): DemoPart {
  const channel = 'doors-1'
  return {
    channels: [{ id: channel, ...lines(channel) }],
    equipment: [
      ...access.flatMap(([unit, zh, en, doors]) => [
        {
          id: `access-${unit}`,
          kind: 'access-controller',
          name: both(zh, en),
          space: 'elv-room',
          channel,
          unit,
          points: [
            bit('fire-release', 0, '消防联动输入', 'Fire release input'),
            bit('gateway-away', 1, '脱机运行', 'Deciding without gateway', { scanMs: 5000 }),
            bit('mains-fail', 2, '市电失电', 'Mains fail'),
            word('cards', 3, 'uint16', '本地卡数', 'Cards in its table', { scanMs: 10_000 }),
            word('newest-event', 4, 'uint32', '最新事件序号', 'Newest event'),
            word('clock', 8, 'uint32', '时钟', 'Clock', epoch),
          ],
        },
        ...doors.map(([id, nameZh, nameEn], n) => ({
          id: `door-${id}`,
          kind: 'door',
          name: both(nameZh!, nameEn!),
          space: id,
          channel,
          unit: 10 * unit + 1 + n,
          points: doorPoints,
        })),
      ]),
      {
        id: 'room-contacts',
        kind: 'contact-module',
        name: both('机房门磁模块', 'Machine room contacts'),
        space: 'elv-room',
        channel,
        unit: 3,
        points: [
          ...keyed.flatMap(([id, zh, en], n) => [
            bit(`${id}-open`, 2 * n, `${zh}门开`, `${en} open`),
            bit(`${id}-locked`, 2 * n + 1, `${zh}已上锁`, `${en} locked`),
          ]),
          bit('tamper', 100, '模块防拆', 'Module opened'),
        ],
      },
      {
        id: 'barrier-1',
        kind: 'barrier',
        name: both('车库出入口道闸', 'Car park barrier'),
        space: 'gate-post',
        channel,
        unit: 4,
        points: [
          word('boom', 0, 'uint16', '闸杆状态', 'Boom', {
            enum: {
              0: both('关', 'closed'),
              1: both('开启中', 'opening'),
              2: both('开', 'open'),
              3: both('关闭中', 'closing'),
              4: both('故障', 'fault'),
            },
          }),
          word('vehicles', 1, 'uint32', '累计车次', 'Vehicles through'),
          word('plate-time', 3, 'uint32', '识别时间', 'Plate read at', epoch),
          word('plates', 5, 'uint16', '识别计数', 'Plates counted'),
          word('plate', 10, 'string', '最近车牌', 'Last plate', { length: 8, encoding: 'gbk' }),
          bit('loop-before', 0, '来车地感', 'Loop before the boom'),
          bit('loop-under', 1, '防砸地感', 'Loop under the boom'),
          bit('fault', 2, '电机故障', 'Motor fault'),
          bit('fire-open', 3, '消防常开', 'Held open by fire'),
          {
            key: 'open',
            name: both('抬杆', 'Open'),
            table: 'coil',
            address: 0,
            type: 'bool',
            writable: true,
            command: {
              roles: ['admin', 'operator'],
              values: [true],
              interlocks: [{ point: 'fault', when: { equals: false }, text: both('电机无故障', 'No motor fault') }],
              // Fire engines come this way: the linkage opens it whatever else is said.
              release: [true],
              readBack: { points: ['boom'], equals: 2 },
            },
          },
        ],
      },
      {
        id: 'cp-b1',
        kind: 'checkpoint',
        name: both('水泵房走廊巡更点', 'Checkpoint, pump house corridor'),
        space: 'b1',
        channel,
        unit: 5,
        points: [
          word('uid', 1, 'string', '最近标签', 'Last tag', { length: 7 }),
          word('reads', 8, 'uint32', '读卡序号', 'Reads'),
          word('read-time', 10, 'uint32', '读卡时间', 'Read at', epoch),
          word('log', 16, 'string', '最近读卡记录', 'Last readings', { length: 120 }),
          word('battery-voltage', 12, 'uint16', '电池电压', 'Battery voltage', {
            scale: 0.001,
            unit: 'V',
            scanMs: 60_000,
          }),
          bit('tamper', 0, '防拆', 'Tamper'),
        ],
      },
      ...checkpoints.map(([id, space, zh, en]) => {
        // It repeats what it read last: silent for three times that, it is gone.
        const common = { topic: `patrol/${id}/read`, time: '/time', availability: `patrol/${id}/status`, expectS: 200 }
        const status = { topic: `patrol/${id}/status`, expectS: 200, scanMs: 60_000 }
        return {
          id,
          kind: 'checkpoint',
          name: both(zh, en),
          space,
          channel: 'sensors',
          points: [
            { key: 'uid', name: both('最近标签', 'Last tag'), kind: 'text', path: '/uid', ...common, scanMs: 60_000 },
            {
              key: 'log',
              name: both('最近读卡记录', 'Last readings'),
              kind: 'text',
              path: '/log',
              ...common,
              scanMs: 60_000,
            },
            { key: 'reads', name: both('读卡序号', 'Reads'), path: '/seq', ...common, scanMs: 60_000 },
            { key: 'battery', name: both('电量', 'Battery'), path: '/battery', unit: '%', range: [0, 100], ...status },
            { key: 'tamper', name: both('防拆', 'Tamper'), kind: 'boolean', path: '/tamper', ...status },
          ],
        }
      }),
    ],
    rules: [
      {
        id: 'door-duress',
        points: ['door-*/duress'],
        when: { equals: true },
        severity: 'life',
        text: both('胁迫开门：勿在现场声张', 'Door opened under duress: no sign of it on the spot'),
        order: { class: 'life' },
        source: '门禁系统 S41',
      },
      {
        id: 'door-forced',
        points: ['door-*/forced'],
        when: { equals: true },
        severity: 'high',
        text: both('强行开门', 'Door forced'),
        order: { class: 'urgent', failure: 'open' },
        source: '门禁系统 S41, S48',
      },
      {
        id: 'door-held',
        points: ['door-*/held'],
        when: { equals: true },
        severity: 'medium',
        text: both('开门超时（超过 60 s）', 'Door held open for more than 60 s'),
        order: { class: 'general', failure: 'open' },
        source: '机房无人时须上锁 S48',
      },
      {
        id: 'door-tamper',
        points: ['door-*/tamper', 'cp-*/tamper', 'room-contacts/tamper'],
        when: { equals: true },
        severity: 'high',
        text: both('防拆报警', 'Tamper'),
        order: { class: 'urgent' },
        source: '门禁系统 S41',
      },
      {
        id: 'card-refused',
        points: ['door-*/event'],
        when: { in: [11, 12, 13, 14, 15, 16] },
        severity: 'journal',
        text: both('刷卡被拒绝', 'Card refused'),
        source: '门禁系统 S41',
      },
      {
        id: 'door-fire-released',
        points: ['access-*/fire-release'],
        when: { equals: true },
        severity: 'high',
        text: both('消防联动：门禁全部释放', 'Fire: all doors released'),
        source: 'GB 50116-2013 4.10.3',
      },
      {
        id: 'access-mains',
        points: ['access-*/mains-fail'],
        when: { equals: true },
        severity: 'medium',
        delayOnS: 10,
        delayOffS: 10,
        text: both('门禁控制器失去市电，由电池供电', 'Access controller on battery'),
        order: { class: 'urgent' },
        source: '门禁系统 S41',
      },
      {
        id: 'reader-battery',
        points: ['cp-*/battery-voltage'],
        // A lithium cell of 3.6 V.
        when: { below: 3.2, deadband: 0.1 },
        severity: 'low',
        text: both('墙上读卡器电池电压低', 'Battery of a reader on the wall is low'),
        order: { class: 'general' },
      },
      {
        id: 'machine-room-open',
        points: ['room-contacts/*-open'],
        when: { equals: true },
        severity: 'medium',
        delayOnS: 600,
        text: both('机房门长时间未关', 'Machine room door left open'),
        source: '机房管理制度 S48',
      },
      {
        id: 'machine-room-unlocked',
        points: ['room-contacts/*-locked'],
        when: { equals: false },
        severity: 'low',
        delayOnS: 1800,
        text: both('机房门长时间未上锁', 'Machine room left unlocked'),
        source: '机房管理制度 S48',
      },
      {
        id: 'barrier-fault',
        points: ['barrier-*/fault'],
        when: { equals: true },
        severity: 'medium',
        text: both('道闸故障', 'Barrier fault'),
        order: { class: 'general' },
        source: '道闸系统 S44',
      },
    ],
  }
}
