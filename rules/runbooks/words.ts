import type { Text } from '../../drivers/point.ts'
import type { Ask, Fact, RunbookStep } from '../runbook.ts'

/** The vocabulary in which runbooks are written. */
export const both = (zh: string, en: string): Text => ({ 'zh-CN': zh, en })

/** Who: the duties of the manuals. */
export const who = {
  electricianOnDuty: both('配电室值班员', 'Distribution room, person on duty'),
  leadingHand: both('领班', 'Leading hand'),
  supervisor: both('工程部主管', 'Engineering supervisor'),
  dutySupervisor: both('当值主管', 'Supervisor on duty'),
  engineeringDuty: both('工程值班员', 'Engineering, person on duty'),
  crew: both('维修人员', 'Repair crew'),
  electricians: both('电工', 'Electricians'),
  desk: both('客户服务中心', 'Customer service'),
  engineering: both('工程部', 'Engineering'),
  property: both('物业管理部', 'Property department'),
  guards: both('管理部人员', 'Staff of the management department'),
  control: both('消防中心值班员', 'Fire centre, person on duty'),
  guard: both('保安员', 'Guard'),
  everybody: both('所有人', 'Everybody'),
  staff: both('全体设备人员', 'All equipment staff'),
  liftCrew: both('持证电梯作业人员', 'Certified lift personnel'),
} as const

export const copies = [
  both('行政部 1 份', '1 to administration'),
  both('工程部存 1 份', '1 kept by engineering'),
] as const

export const ask = (
  key: string,
  kind: Ask['kind'],
  zh: string,
  en: string,
  fact?: Fact,
  optional?: 'optional',
): Ask => ({ key, kind, name: both(zh, en), ...(fact && { fact }), ...(optional && { optional: true as const }) })

export const cause = ask('cause', 'text', '原因', 'Cause', 'cause')
export const expectedEnd = ask('expected-end', 'time', '预计恢复时间', 'Expected restoration', 'expected-end')
export const scope = ask('scope', 'text', '影响范围', 'Scope', 'scope')

/** One step. `more` says what is particular to it. */
export const step = (
  id: string,
  by: Text,
  zh: string,
  en: string,
  proof: RunbookStep['proof'] = 'tick',
  more: Partial<RunbookStep> = {},
): RunbookStep => ({ id, who: by, text: both(zh, en), proof, ...more })
