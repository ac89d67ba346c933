import type { Text } from '../../drivers/point.ts'
import type { Role } from '../../rules/flow.ts'
import type { CheckCode } from '../../rules/permit/permit.ts'

/** What is looked at before work begins, as refusals name it. */
export const checkWords: Readonly<Record<CheckCode, Text>> = {
  combustibles: { 'zh-CN': '15 m 内可燃物已清除', en: 'no combustibles within 15 m' },
  cylinders: { 'zh-CN': '气瓶距明火 10 m 以上', en: 'gas cylinders more than 10 m from the flame' },
  extinguishers: { 'zh-CN': '灭火器材已到位', en: 'extinguishers in place' },
  wind: { 'zh-CN': '风力五级以下', en: 'wind below force 5' },
  monitoring: { 'zh-CN': '连续气体监测', en: 'gas monitored all the time' },
  escort: { 'zh-CN': '有人陪同', en: 'somebody goes along' },
  notified: { 'zh-CN': '已通知消防控制室和保险等有关方', en: 'control room and insurer told' },
  rounds: { 'zh-CN': '该区域每 30 分钟巡查一次', en: 'the zone is walked every 30 min' },
  isolation: { 'zh-CN': '已停电挂牌或确认无需停电', en: 'isolated and tagged, or known not to need it' },
}

const names: Readonly<Record<Role, Text>> = {
  admin: { 'zh-CN': '管理员', en: 'administrator' },
  engineer: { 'zh-CN': '工程', en: 'engineering' },
  operator: { 'zh-CN': '值班员', en: 'operator' },
  guard: { 'zh-CN': '保安', en: 'security' },
  desk: { 'zh-CN': '客服', en: 'customer service' },
  billing: { 'zh-CN': '收费', en: 'billing' },
  manager: { 'zh-CN': '经理', en: 'manager' },
  viewer: { 'zh-CN': '只读', en: 'viewer' },
  display: { 'zh-CN': '显示屏', en: 'display' },
}
/** @param roles with blanks between them */
export const roleWords = (roles = ''): Text => {
  const known = roles.split(' ').flatMap(role => names[role as Role] ?? [])
  return { 'zh-CN': known.map(w => w['zh-CN']).join('、'), en: known.map(w => w.en).join(' or ') }
}
