import type { Text } from '../../drivers/point.ts'

const t = (zh: string, en: string): Text => ({ 'zh-CN': zh, en })

/** All that can come of a reading at a door, in the words of whoever has to explain it. `{name}` is filled from the facts. */
export const outcomes = {
  granted: t('已放行。', 'Let in.'),
  'granted-duress': t(
    '已放行；持证人受胁迫（密码末位加一）。',
    'Let in; the holder is under duress (his PIN with its last digit one higher).',
  ),
  'granted-apb-soft': t(
    '已放行，但记录显示他已在区域内（或不在区域内而出）：可能借证或尾随。',
    'Let in, although he is inside already by the records (or left without having come in): a lent card or tailgating.',
  ),
  'granted-first-in': t(
    '已放行；首位授权人员到达，门按时间表常开。',
    'Let in; the first with authority has come, so the door stays unlocked by its schedule.',
  ),
  'granted-egress': t('出门从不拒绝。', 'The way out is never refused.'),
  open: t('门此时常开，不需要凭证（{mode}）。', 'The door is open now; nobody is asked ({mode}).'),
  'pending-pin': t('请输入密码。', 'The PIN is asked for.'),
  'pending-second-person': t(
    '须两人：请另一人在 {seconds} 秒内刷卡（{roles}）。',
    'Two persons are needed: the other within {seconds} s ({roles}).',
  ),
  'denied-unknown': t('凭证未登记。', 'The credential is not known.'),
  'denied-format': t(
    '读不懂：位数或内容不是本系统的格式。',
    'It cannot be read: neither length nor content is a format of ours.',
  ),
  'denied-parity': t('校验位错误：读卡不完整或线路受干扰。', 'The parity is wrong: read badly, or a disturbed line.'),
  'denied-signature': t('通行码不是本项目签发，或已被改动。', 'The code was not signed by this site, or was altered.'),
  'denied-replay': t(
    '通行码已用过或已过时：可能是截屏。',
    'The code was used before or is too old: perhaps a screenshot.',
  ),
  'denied-repeated': t(
    '读卡器的同一条报文又来了一次：只算第一次。',
    'The same message of the reader came once more: only the first counts.',
  ),
  'denied-travel': t(
    '同一凭证 {seconds} 秒前在 {door} 用过，走过来至少要 {needs} 秒：可能有复制卡。',
    'The same credential was at {door} {seconds} s ago, which is {needs} s away at least: there may be a copy of it.',
  ),
  'denied-offline': t(
    '控制器与网关失联，这扇门或这张证须由网关决定。',
    'The controller had no gateway, and only the gateway decides about this door or this credential.',
  ),
  'denied-revoked': t('凭证已注销、挂失或退回。', 'The credential was revoked, reported lost or returned.'),
  'denied-suspended': t('凭证或持证人已停用。', 'The credential or its holder is suspended.'),
  'denied-not-approved': t('凭证还未经批准。', 'The credential is not approved yet.'),
  'denied-not-yet-valid': t('未到有效期。', 'It is not valid yet.'),
  'denied-expired': t('已过有效期。', 'It has expired.'),
  'denied-clock-unsafe': t(
    '网关的时钟不可信，临时凭证暂不放行。',
    "The gateway's clock cannot be believed: temporary passes are not let in.",
  ),
  'denied-site-closed': t(
    '所属施工现场已关闭或停工。',
    'The works site that it belongs to is closed, or its work is stopped.',
  ),
  'denied-lockdown': t(
    '门已封锁：须 {needs} 级以上，持证人为 {level} 级。',
    'Lockdown: level {needs} is needed, the holder has {level}.',
  ),
  'denied-lockout': t(
    '门已停用：不接受任何凭证，可以出门。',
    'Locked out: no credential is taken; the way out is free.',
  ),
  'denied-threat-level': t(
    '警戒级别为 {needs}，持证人为 {level} 级。',
    'The threat level is {needs}, the holder has level {level}.',
  ),
  'denied-class': t('此类凭证对这扇门不够可靠。', 'This kind of credential is too weak for this door.'),
  'denied-wrong-door': t('无此门权限。', 'It is not for this door.'),
  'denied-schedule': t('此时段不允许。', 'Not at this time.'),
  'denied-holiday': t('今天是节假日，时间表不含节假日。', 'Today is a holiday, which the schedule does not include.'),
  'denied-cert-expired': t('缺少有效的证书：{certificate}。', 'A valid certificate is missing: {certificate}.'),
  'denied-permit-missing': t('施工许可或保险已到期。', 'The works permit or the insurance has run out.'),
  'denied-pin-wrong': t('密码错误。', 'The PIN is wrong.'),
  'denied-pin-locked': t('密码错误次数过多，暂时锁定。', 'Too many wrong PINs: locked for a while.'),
  'denied-custody-token-missing': t(
    '副本未交门岗：请先在门岗办理进场。',
    'The duplicate of the pass is not at the gate: go in by the gate first.',
  ),
  'denied-supervisor-missing': t('负责人未到场（{roles}）。', 'Nobody in charge is on site ({roles}).'),
  'denied-escort-missing': t(
    '须有人陪同：请陪同人先刷卡，再在 30 秒内刷此卡。',
    'An escort is needed: the escort shows a card first, then this one within 30 s.',
  ),
  'denied-second-person': t(
    '第二人不符合要求（须 {roles}，不能是同一人）。',
    'The second person does not fit (needed: {roles}, not the same person).',
  ),
  'denied-apb-hard': t('记录显示他已在区域内：防反潜回。', 'By the records he is inside already: anti-passback.'),
  'denied-apb-timed': t(
    '{minutes} 分钟内已进过此区域：防反潜回。',
    'Came in here less than {minutes} min ago: anti-passback.',
  ),
  'denied-area-full': t(
    '区域内已有 {inside} 人，上限 {capacity} 人。',
    '{inside} {inside, person is|people are} inside, at most {capacity} may be.',
  ),
  'denied-interlock': t('互锁的另一扇门开着：{doors}。', 'Another door of the interlock is open: {doors}.'),
} as const satisfies Record<string, Text>
export type Outcome = keyof typeof outcomes
export const outcomeCodes = Object.keys(outcomes) as Outcome[]
export const isGrant = (outcome: Outcome): boolean => outcome.startsWith('granted')
export const isRefusal = (outcome: Outcome): boolean => outcome.startsWith('denied')
