import { type Pack, packText } from '../pack.ts'
import { channelPoint, type Rule } from '../rule.ts'

/** The equipment that the gateway itself is. */
export const SELF = 'gatehouse'

/** 门房自身: when the gateway is blind, deaf or mute. Always on; no site switches it off, so it is not among the packs of a site. */
export const gatehouse: Pack = {
  id: SELF,
  name: packText('门房网关自身', 'The gateway itself'),
  rules: [
    {
      id: 'clock',
      kinds: [SELF],
      keys: ['clock-unsafe'],
      when: { equals: true },
      severity: 'medium',
      delayOnS: 0,
      delayOffS: 0,
      text: packText(
        '网关时钟不可信（跳变或未校时），记录时间可能不准',
        'Clock of the gateway jumped or is not set: times may be wrong',
      ),
      source: '网关缺省值',
    },
    {
      id: 'disk-low',
      kinds: [SELF],
      keys: ['disk-free'],
      when: { below: 1000, deadband: 200 },
      severity: 'medium',
      delayOnS: 30,
      delayOffS: 30,
      text: packText('网关磁盘将满', 'Disk of the gateway nearly full'),
      source: '网关缺省值',
    },
    {
      id: 'disk-full',
      kinds: [SELF],
      keys: ['disk-free'],
      when: { below: 200, deadband: 50 },
      severity: 'high',
      delayOnS: 10,
      delayOffS: 30,
      text: packText('网关磁盘已满，记录即将无法写入', 'Disk of the gateway full: records can soon not be written'),
      source: '网关缺省值',
    },
    {
      id: 'memory',
      kinds: [SELF],
      keys: ['memory-used'],
      when: { above: 89, deadband: 9 },
      severity: 'high',
      // Two looks: what can be cleared away is by then.
      delayOnS: 10,
      delayOffS: 30,
      text: packText(
        '网关内存将尽：大查询和导出暂停，内存用完会被系统重启',
        'Memory of the gateway nearly used up: large queries wait; without any it is ended and started again',
      ),
      source: '网关缺省值',
    },
    {
      id: 'records',
      kinds: [SELF],
      keys: ['records-failing'],
      when: { equals: true },
      severity: 'high',
      // Every screen says it at once, with what waits to be stored; this is for those who look at alarms only.
      delayOnS: 30,
      delayOffS: 5,
      text: packText(
        '网关记录无法写入：报警和确认没有入库',
        'Records cannot be written: alarms and acknowledgements are not stored',
      ),
      source: '网关缺省值',
    },
    {
      id: 'unstored',
      kinds: [SELF],
      keys: ['alarms-unstored'],
      when: { above: 0 },
      severity: 'high',
      delayOnS: 30,
      delayOffS: 5,
      text: packText('有报警未能入库', 'Alarms could not be stored'),
      source: '网关缺省值',
    },
    {
      id: 'overloaded',
      kinds: [SELF],
      keys: [channelPoint('*', 'overloaded')],
      when: { equals: true },
      severity: 'medium',
      delayOnS: 60,
      delayOffS: 60,
      text: packText('通道过载，测点来不及读', 'Channel overloaded: points are read late'),
      source: '网关缺省值',
    },
    {
      id: 'unknown-lines',
      kinds: [SELF],
      keys: [channelPoint('*', 'unknown-lines')],
      // One may be noise; several are a panel that says what the grammar does not know, perhaps an alarm.
      when: { above: 2 },
      severity: 'high',
      delayOnS: 0,
      delayOffS: 60,
      text: packText(
        '打印口有多行看不懂的内容，可能漏掉火警',
        'Several lines of a printer port are not understood: an alarm may be among them',
      ),
      source: '网关缺省值',
    },
    {
      id: 'broker',
      kinds: [SELF],
      keys: ['broker-listening'],
      when: { equals: false },
      severity: 'high',
      delayOnS: 5,
      delayOffS: 5,
      text: packText('MQTT 服务停止', 'The MQTT broker does not listen'),
      source: '网关缺省值',
    },
    {
      id: 'outputs',
      kinds: [SELF],
      keys: ['outputs-failing'],
      when: { equals: true },
      severity: 'medium',
      delayOnS: 10,
      delayOffS: 10,
      text: packText('对外发送失败（MQTT、通知或对外输出）', 'What is sent out fails (MQTT, notices or outputs)'),
      source: '网关缺省值',
    },
    {
      id: 'backup',
      kinds: [SELF],
      keys: ['backup-failing'],
      when: { equals: true },
      severity: 'medium',
      delayOnS: 0,
      delayOffS: 0,
      text: packText('定时备份失败', 'The scheduled backup fails'),
      source: '网关缺省值',
    },
    {
      id: 'certificate',
      kinds: [SELF],
      keys: ['certificate-failing'],
      when: { equals: true },
      severity: 'medium',
      // Two files that are put there one after the other do not fit for a moment.
      delayOnS: 60,
      delayOffS: 10,
      text: packText(
        'HTTPS 证书 30 天内到期、已过期或无法使用',
        'The HTTPS certificate ends within 30 days, has ended, or cannot be used',
      ),
      source: '网关缺省值',
    },
    {
      id: 'heartbeat',
      kinds: [SELF],
      keys: ['heartbeat-failing'],
      when: { equals: true },
      severity: 'medium',
      delayOnS: 0,
      delayOffS: 0,
      text: packText(
        '心跳送不到外部看门服务，它即将报网关失联',
        'The heartbeat does not reach its watcher, which will soon report this gateway as dead',
      ),
      source: '网关缺省值',
    },
    {
      id: 'control-room-short',
      kinds: [SELF],
      keys: ['control-room-short'],
      when: { equals: true },
      severity: 'high',
      // A change of shifts, or a few steps outside.
      delayOnS: 300,
      delayOffS: 0,
      text: packText('消防控制室值班人数不足', 'Too few people keep the control room'),
      source: 'GB 25506; GB 25201 5.2',
    },
    {
      id: 'control-room-unanswered',
      kinds: [SELF],
      keys: ['control-room-unanswered'],
      when: { equals: true },
      severity: 'high',
      delayOnS: 0,
      delayOffS: 0,
      text: packText('消防控制室查岗无人应答', 'Nobody in the control room showed that he is there'),
      source: 'GB 25506 值班应答',
    },
    {
      id: 'stall',
      kinds: [SELF],
      keys: ['stall'],
      when: { above: 10 },
      severity: 'high',
      delayOnS: 0,
      delayOffS: 0,
      text: packText('网关停顿，其间没有采集和报警', 'The gateway stood still: nothing was read or raised meanwhile'),
      source: '网关缺省值',
    },
  ],
}

/** The units of what the gateway says of itself (UCUM). */
export const selfUnits: Readonly<Record<string, string>> = {
  [`${SELF}/disk-free`]: 'MBy',
  [`${SELF}/memory-used`]: '%',
  [`${SELF}/stall`]: 's',
}

/** As rules that watch the gateway, whatever the site says. */
export const selfRules: readonly Rule[] = gatehouse.rules.map(({ kinds: _, keys, ...rule }) => ({
  ...rule,
  id: `${gatehouse.id}.${rule.id}`,
  points: keys.map(key => (key.includes('/') ? key : `${SELF}/${key}`)),
}))
