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

/** As rules that watch the gateway, whatever the site says. */
export const selfRules: readonly Rule[] = gatehouse.rules.map(({ kinds: _, keys, ...rule }) => ({
  ...rule,
  id: `${gatehouse.id}.${rule.id}`,
  points: keys.map(key => (key.includes('/') ? key : `${SELF}/${key}`)),
}))
