import type { Text } from '../../drivers/point.ts'
import type { DoorAlarmKey } from '../access/suspect.ts'
import { packText } from '../pack.ts'
import type { Rule } from '../rule.ts'

/** Orders of this failure are each their own: nothing is counted into one, and none is merged into another. */
export const SECURITY_FIRST = 'SEC-1'

const rule = (
  key: DoorAlarmKey,
  severity: Rule['severity'],
  text: Text,
  source: string,
  more: Partial<Rule> = {},
): Rule => ({
  id: `doors-${key}`,
  points: [`*/${key}`],
  when: { equals: true },
  severity,
  delayOnS: 0,
  delayOffS: 0,
  text,
  source,
  ...more,
})
const urgent = { order: { class: 'urgent', failure: 'access' } } as const

/** What the gateway says of doors that are decided at. Always on; what a door's device says by itself is left to it. */
export const accessRules: readonly Rule[] = [
  rule(
    'access-duress',
    'life',
    packText('胁迫开门：勿在现场声张', 'Door opened under duress: no sign of it on the spot'),
    '门禁系统 S41',
    { order: { class: 'life', failure: SECURITY_FIRST, each: true } },
  ),
  rule('access-forced', 'high', packText('强行开门', 'Door forced'), 'JGJ 16-2008 14.4.1', urgent),
  rule('access-held', 'medium', packText('开门超时', 'Door held open'), 'JGJ 16-2008 14.4.1', {
    order: { class: 'general', failure: 'open' },
  }),
  rule(
    'access-pre-alarm',
    'low',
    packText('门即将开门超时（已过时限的 80 %）', 'Door about to be held open too long (80 % of the time)'),
    '网关缺省值',
  ),
  rule('access-tamper', 'high', packText('防拆报警', 'Tamper'), '门禁系统 S41', urgent),
  rule(
    'access-disagrees',
    'medium',
    packText('门磁与锁舌矛盾：门开着，锁舌却显示已锁', 'Contact and bolt disagree: open, and locked at once'),
    '网关缺省值',
    { order: { class: 'general', failure: 'access' } },
  ),
  rule('access-reader', 'high', packText('读卡器失联', 'Reader of a door lost'), 'JGJ 16-2008 14.4.1', urgent),
  rule(
    'access-downgrade',
    'high',
    packText(
      '读卡器线路异常：有人冒充、降级或换掉读卡器，已拒绝',
      'The line of a reader: somebody speaks in its place, would have it speak less safely, or has put in another; refused',
    ),
    'SIA OSDP 2.2 附录 D',
    urgent,
  ),
  rule(
    'access-capability',
    'medium',
    packText('读卡器自报的功能与登记时不同', 'A reader says that it can do other things than when it was set up'),
    'SIA OSDP 2.2 附录 B',
    { order: { class: 'general', failure: 'access' } },
  ),
  rule(
    'access-install',
    'high',
    packText(
      '读卡器安装模式超过 30 分钟：用的是人人皆知的出厂密钥',
      'A reader in install mode for more than 30 min: on the key that everybody has',
    ),
    'SIA OSDP 2.2 附录 D',
    urgent,
  ),
  rule(
    'access-pin',
    'high',
    packText('门口有人试密码，密码暂停受理', 'PINs are being tried at a door: none is taken for a while'),
    'GB 50396-2007 5.1',
    urgent,
  ),
  rule(
    'access-replay',
    'medium',
    packText('通行码重放：可能是截屏', 'A pass was shown again: perhaps a screenshot'),
    '网关缺省值',
  ),
  rule(
    'access-clone',
    'high',
    packText('疑似复制卡：同一凭证短时间出现在两扇门', 'A card may have been copied: at two doors in too short a time'),
    '网关缺省值',
    urgent,
  ),
  rule(
    'access-repeated',
    'medium',
    packText('读卡器报文重复：可能有人在线路上重放', 'A message of a reader came twice: perhaps replayed on the line'),
    '网关缺省值',
  ),
  rule(
    'access-fire-refused',
    'high',
    packText('火警释放期间有锁门的命令，已拒绝', 'Somebody wanted to lock what a fire has released: it was refused'),
    'GB 50116-2013 4.10.3',
  ),
]
