import type { Text } from '../../drivers/point.ts'
import type { RuleId } from './decide.ts'

const t = (zh: string, en: string): Text => ({ 'zh-CN': zh, en })

/** The rules of a decision by their names, as they stand beside it. */
export const ruleNames: Readonly<Record<RuleId, Text>> = {
  'way-out': t('出门', 'way out'),
  mode: t('门的状态', 'mode of the door'),
  reading: t('读卡与识别', 'reading'),
  phase: t('证件状态', 'state of the pass'),
  person: t('人员状态', 'state of the holder'),
  travel: t('复制卡', 'copied card'),
  clock: t('时钟', 'clock'),
  validity: t('有效期', 'validity'),
  works: t('施工现场', 'works site'),
  lockdown: t('封锁', 'lockdown'),
  lockout: t('停用', 'lockout'),
  threat: t('警戒级别', 'threat level'),
  strength: t('凭证种类', 'kind of credential'),
  group: t('门组权限', 'right to the door'),
  schedule: t('时间表', 'schedule'),
  certificate: t('证书', 'certificate'),
  permit: t('施工许可与保险', 'permit and insurance'),
  pin: t('密码', 'PIN'),
  custody: t('副本', 'duplicate at the gate'),
  supervisor: t('负责人在场', 'somebody in charge on site'),
  escort: t('陪同', 'escort'),
  passback: t('防反潜回', 'anti-passback'),
  capacity: t('人数上限', 'most people inside'),
  interlock: t('互锁', 'interlock'),
  'two-persons': t('两人同行', 'two persons'),
  all: t('各项都符合', 'all rules hold'),
  controller: t('控制器按本地名单', 'table of the controller'),
}
/** By its name; one that an older version has written down, as it is. */
export const ruleName = (rule: string): Text =>
  Object.hasOwn(ruleNames, rule) ? ruleNames[rule as RuleId] : t(rule, rule)
/** Which state of the site, or which table of a controller, decided. */
export function policyName(version: string): Text {
  const table = /^table\.(.+)$/.exec(version)?.[1]
  return table === undefined ? t(version, version) : t(`名单 ${table} 版`, `table ${table}`)
}
