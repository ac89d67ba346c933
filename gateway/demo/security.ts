import type { Text } from '../../drivers/point.ts'
import { both, type DemoPart, type Lines } from './part.ts'
import { homeSpace } from './place.ts'

const bit = (key: string, address: number, zh: string, en: string, more: object = {}) => ({
  key,
  name: both(zh, en),
  table: 'discrete',
  address,
  type: 'bool',
  ...more,
})
const word = (key: string, address: number, zh: string, en: string, more: object = {}) => ({
  key,
  name: both(zh, en),
  table: 'input',
  address,
  type: 'uint16',
  ...more,
})

const guarded: readonly (readonly [id: string, zh: string, en: string])[] = [
  ['hv-room', '高压配电室', 'High-voltage room'],
  ['distribution-room', '低压配电室', 'Low-voltage room'],
  ['generator-room', '柴油发电机房', 'Generator room'],
  ['lift-room-a', 'A 座电梯机房', 'Lift machine room A'],
  ['lift-room-b', 'B 座电梯机房', 'Lift machine room B'],
  ['elv-room', '弱电机房', 'ELV room'],
  ['fire-pump-room', '消防水泵房', 'Fire pump room'],
  ['co2-room', '气体灭火钢瓶间', 'CO2 cylinder room'],
]
const sides: readonly Text[] = [
  both('东侧围墙', 'east wall'),
  both('东南角', 'south-east corner'),
  both('南侧围墙', 'south wall'),
  both('西侧围墙', 'west wall'),
  both('北侧围墙', 'north wall'),
  both('车库出口', 'garage exit'),
]
const posts: readonly (readonly [id: string, zh: string, en: string])[] = [
  ['lobby-a', 'A 座电梯厅', 'Lift lobby A'],
  ['lobby-b', 'B 座电梯厅', 'Lift lobby B'],
  ...[1, 2, 3, 4].map(n => [`garage-${n}`, `车库 ${n} 号求助点`, `Garage, post ${n}`] as const),
  ...[1, 2, 3].map(n => [`toilet-l${n}`, `裙楼 ${n} 层无障碍卫生间`, `Accessible toilet, mall floor ${n}`] as const),
]
const postSpace = (post: string): string =>
  post.startsWith('garage') ? 'car-park-b2' : post.startsWith('toilet') ? `mall-${post.slice(-2)}` : post
const homes = Array.from({ length: 30 }, (_, h) => String((4 + Math.floor(h / 2)) * 100 + 1 + (h % 2)).padStart(4, '0'))
const programmes = {
  0: both('静默', 'silence'),
  1: both('轻音乐', 'light music'),
  2: both('08:05 广播', '08:05 notice'),
  3: both('点名', 'roll-call'),
  4: both('08:25 广播', '08:25 notice'),
  5: both('迎宾', 'welcome'),
  6: both('背景音乐', 'background music'),
  7: both('送宾', 'closing'),
  8: both('16:58 广播', '16:58 notice'),
  20: both('应急疏散', 'evacuation'),
}

/** Contacts, help calls, broadcast and telephone. */
export function securityDemo(lines: Lines): DemoPart {
  const one = (id: string, kind: string, unit: number, zh: string, en: string, space: string, points: object[]) => ({
    id,
    kind,
    name: both(zh, en),
    space,
    channel: 'security-1',
    unit,
    points,
  })
  return {
    channels: [{ id: 'security-1', ...lines('security-1') }],
    equipment: [
      one('security-contacts', 'alarm-contacts', 1, '安防报警触点', 'Security contacts', 'fire-control-centre', [
        ...sides.map((at, i) =>
          bit(`perimeter-${i + 1}`, i, `周界 ${i + 1} 区（${at['zh-CN']}）`, `Perimeter zone ${i + 1} (${at.en})`),
        ),
        bit('cctv-loss', 6, '视频丢失', 'Cameras lost'),
        bit('recorder-fault', 7, '硬盘录像机故障', 'Recorder has a fault'),
        ...guarded.map(([id, zh, en], i) =>
          bit(`intrusion-${id}`, 8 + i, `${zh}非法进入`, `Intrusion, ${en}`, { space: id }),
        ),
        word('supply-voltage', 121, '供电电压', 'Supply voltage', {
          scale: 0.001,
          unit: 'V',
          range: [0, 60],
          scanMs: 10_000,
        }),
      ]),
      one('help-calls', 'help-calls', 2, '紧急求助', 'Help calls', 'service-desk', [
        ...posts.map(([id, zh, en], i) =>
          bit(`call-${id}`, i, `${zh}求助`, `Help call, ${en}`, { space: postSpace(id) }),
        ),
        ...homes.map((home, h) =>
          bit(`call-a-${home}`, 16 + h, `A 座 ${home} 户紧急求助`, `Help call, home A-${home}`, {
            space: homeSpace(home),
          }),
        ),
        ...homes.map((home, h) =>
          bit(
            `tamper-a-${home}`,
            64 + h,
            `A 座 ${home} 户红外探测器防拆`,
            `Infra-red detector removed, home A-${home}`,
            {
              scanMs: 5000,
              space: homeSpace(home),
            },
          ),
        ),
        word('waiting', 0, '待应答呼叫', 'Calls that wait', { range: [0, 100] }),
        word('last-home', 1, '最近呼叫户号', 'Home of the last call', {
          ...{ unit: '{no}', range: [0, 9999], enum: { 0: both('无', 'none') } },
        }),
      ]),
      one('broadcast', 'broadcast', 3, '广播系统', 'Broadcast', 'elv-room', [
        bit('power', 0, '机柜电源', 'Rack has power'),
        bit('amplifier-1-fault', 1, '1#功放故障（裙楼）', 'Amplifier 1 fault (podium)'),
        bit('amplifier-2-fault', 2, '2#功放故障（塔楼及车库）', 'Amplifier 2 fault (towers, garage)'),
        bit('playing', 3, '正在播放', 'Playing'),
        bit('evacuation', 4, '应急广播', 'Evacuation'),
        word('programme', 0, '节目', 'Programme', { enum: programmes }),
        word('amplifier-1-output', 1, '1#功放输出', 'Amplifier 1, output', { unit: '%', range: [0, 120], deadband: 5 }),
        word('amplifier-2-output', 2, '2#功放输出', 'Amplifier 2, output', { unit: '%', range: [0, 120], deadband: 5 }),
      ]),
      one('telephone', 'telephone', 4, '程控电话交换机', 'Telephone exchange', 'elv-room', [
        bit('mains-fail', 0, '市电失电', 'On its battery'),
        bit('battery-low', 1, '电池电压低', 'Battery low'),
        bit('trunk-1-lost', 2, '中继 1 中断', 'Trunk 1 lost'),
        bit('trunk-2-lost', 3, '中继 2 中断', 'Trunk 2 lost'),
        bit('room-water', 4, '弱电机房进水', 'Water in the ELV room'),
        word('state', 0, '状态', 'State', {
          enum: { 0: both('正常', 'normal'), 1: both('降级', 'degraded'), 2: both('停机', 'down') },
        }),
        word('calls', 1, '通话中分机', 'Extensions in a call', { range: [0, 500], deadband: 1, scanMs: 5000 }),
        word('battery-voltage', 2, '电池电压', 'Battery voltage', {
          scale: 0.1,
          unit: 'V',
          range: [0, 70],
          scanMs: 5000,
        }),
        word('room-temperature', 3, '弱电机房温度', 'Room temperature', {
          type: 'int16',
          scale: 0.1,
          unit: 'Cel',
          range: [-20, 85],
          scanMs: 5000,
        }),
        word('room-humidity', 4, '弱电机房湿度', 'Room humidity', {
          scale: 0.1,
          unit: '%',
          range: [0, 100],
          scanMs: 5000,
        }),
      ]),
    ],
    rules: [
      {
        id: 'help-call',
        points: ['help-calls/call-*'],
        when: { equals: true },
        severity: 'life',
        text: both('紧急求助', 'Emergency call for help'),
        order: { class: 'life' },
        source: '紧急求助 S46, M20',
      },
      {
        id: 'infrared-removed',
        points: ['help-calls/tamper-*'],
        when: { equals: true },
        severity: 'low',
        delayOnS: 10,
        delayOffS: 10,
        text: both('户内红外探测器被移动', 'Infra-red detector of a home moved'),
        order: { class: 'general' },
        source: '装修管理：红外线监视器不得移动 S43',
      },
      {
        id: 'perimeter',
        points: ['security-contacts/perimeter-*'],
        when: { equals: true },
        severity: 'high',
        delayOffS: 5,
        text: both('周界报警', 'Perimeter alarm'),
        order: { class: 'urgent', failure: 'intrusion' },
        source: '周界防范 S39',
      },
      {
        id: 'intrusion',
        points: ['security-contacts/intrusion-*'],
        when: { equals: true },
        severity: 'high',
        delayOffS: 5,
        text: both('机房非法进入', 'Intrusion into a plant room'),
        order: { class: 'urgent', failure: 'intrusion' },
        source: '机房管理制度 S38, M20',
      },
      {
        id: 'cctv-fault',
        points: ['security-contacts/cctv-loss', 'security-contacts/recorder-fault'],
        when: { equals: true },
        severity: 'medium',
        delayOnS: 10,
        delayOffS: 10,
        text: both('监控系统故障', 'CCTV has a fault'),
        order: { class: 'general' },
        source: '监控系统 S38',
      },
      {
        id: 'broadcast-fault',
        points: ['broadcast/amplifier-*-fault'],
        when: { equals: true },
        severity: 'medium',
        delayOnS: 5,
        delayOffS: 5,
        text: both('广播功放故障', 'Broadcast amplifier fault'),
        order: { class: 'general' },
        source: '音响、广播 S50',
      },
      {
        id: 'broadcast-off',
        points: ['broadcast/power'],
        when: { equals: false },
        severity: 'low',
        delayOnS: 60,
        delayOffS: 5,
        text: both('广播机柜断电', 'Broadcast rack has no power'),
        source: '音响、广播 S50',
      },
      {
        id: 'telephone-down',
        points: ['telephone/state'],
        when: { equals: 2 },
        severity: 'high',
        delayOnS: 5,
        text: both('程控电话停机', 'Telephone exchange is down'),
        order: { class: 'urgent' },
        source: '程控电话 S49',
      },
      {
        id: 'telephone-degraded',
        points: ['telephone/trunk-*-lost', 'telephone/battery-low', 'telephone/room-water'],
        when: { equals: true },
        severity: 'medium',
        delayOnS: 10,
        delayOffS: 10,
        text: both('程控电话或弱电机房异常', 'Telephone exchange or its room: trouble'),
        order: { class: 'general' },
        source: '程控电话、弱电机房 S49',
      },
      {
        id: 'elv-room-hot',
        points: ['telephone/room-temperature'],
        when: { above: 30, deadband: 1 },
        severity: 'medium',
        delayOnS: 60,
        delayOffS: 60,
        text: both('弱电机房温度偏高', 'ELV room is hot'),
        order: { class: 'general' },
        source: '弱电机房 S49',
      },
    ],
  }
}
