import type { Text } from '../../drivers/point.ts'
import type { ComplaintClass, ComplaintSubject } from '../../rules/complaint.ts'
import { type ComplaintClock, complaintSeverity } from '../../rules/complaintclock.ts'
import { handoverSeverity } from '../../rules/handover.ts'
import type { Permit } from '../../rules/permit/permit.ts'
import type { Severity } from '../../rules/rule.ts'
import type { Entry } from '../core/events.ts'
import { WORDS } from '../http/servicewords.ts'
import type { Duty, NotifyConfig } from '../out/notify/config.ts'
import type { Told } from '../out/notify/message.ts'
import type { Place } from '../records/alarms.ts'

type Base = Pick<Told, 'at' | 'site' | 'timezone' | 'seq'>
const nothing: Text = { 'zh-CN': '', en: '' }

/** Whoever the roles are by the rosters of orders; null: nobody. */
export function toRoles(orders: NotifyConfig['orders'], roles: readonly string[]): Duty['to'] {
  const rosters = [...new Set(roles.flatMap(role => orders?.rosters[role as keyof typeof orders.rosters] ?? []))]
  return orders && rosters.length > 0 ? { channels: orders.channels, rosters, people: null, quiet: orders.quiet } : null
}

/**
 * Whom a line of the trail about a complaint goes to; null: nobody. Its number, class and subject are told; what was said, and
 * by whom, stays with the case.
 */
export function complaintDuty(entry: Entry, orders: NotifyConfig['orders'], base: Base): Duty | null {
  const { no, clock, step, tell } = entry.data as { no: string; clock: ComplaintClock; step: number; tell: string[] }
  const to = toRoles(orders, tell)
  if (!to) return null
  const { class: sort, subject } = entry.data as { class: ComplaintClass; subject: ComplaintSubject }
  const [is, what] = [WORDS[`class.${sort}`]!, WORDS[`about.${subject}`]!]
  const told: Told = {
    ...{ alarm: entry.id, severity: complaintSeverity(clock, step), event: 'escalated', level: step, ...base },
    text: { 'zh-CN': `${is['zh-CN']}·${what['zh-CN']}`, en: `${is.en}, ${what.en}` },
    ...{ equipmentName: nothing, space: null, about: { kind: 'complaint', no, clock, head: headOf(no, clock, step) } },
  }
  return { told, to }
}
const headOf = (no: string, clock: ComplaintClock, step: number): Text =>
  ({
    serious: { 'zh-CN': `重要投诉 ${no} 须上报`, en: `SERIOUS COMPLAINT ${no}, report it upward` },
    reply: { 'zh-CN': `投诉 ${no} 答复已用时 ${step}%`, en: `COMPLAINT ${no}, ${step} % of the time to answer` },
    visit: { 'zh-CN': `投诉 ${no} 回访超期`, en: `COMPLAINT ${no}, return visit late` },
  })[clock]

/**
 * A permit ran out while people worked, or detectors are to be on again soon: whoever watches them is called by the telephone of the permit; null: nobody has to be.
 * It is said whatever the hour, and his name is all that the trail has of it.
 */
export function permitDuty(
  entry: Entry,
  orders: NotifyConfig['orders'],
  base: Base,
  permits: { get(id: string): Pick<Permit, 'guardian' | 'guardianPhone' | 'spot' | 'work'> | undefined },
): Duty | null {
  const permit = entry.data.page === true ? permits.get(entry.id) : undefined
  if (!permit) return null
  const { guardian: name, guardianPhone: phone, spot, work } = permit
  const no = String(entry.data.no)
  const soon = entry.action === 'reminded'
  const off = entry.data.kind === 'isolation'
  const zh = off ? '请恢复探测器并登记' : '请立即停工并登记完工'
  const en = off ? 'restore the detectors and say so' : 'stop the work and say that it is finished'
  const told: Told = {
    ...{ alarm: entry.id, severity: soon ? 'medium' : 'high', event: 'escalated', ...base },
    text: { 'zh-CN': `${spot} ${work}：${zh}`, en: `${spot} ${work}: ${en}` },
    ...{ equipmentName: nothing, space: null },
    about: {
      ...{ kind: 'permit', no, clock: 'validTo' },
      head: soon
        ? { 'zh-CN': `作业票 ${no} 30 分钟内到期`, en: `PERMIT ${no} runs out within 30 min` }
        : { 'zh-CN': `作业票 ${no} 已到期`, en: `PERMIT ${no} has run out` },
    },
  }
  const people = phone === '' ? null : [{ name, phone }]
  return { told, to: orders && people ? { channels: orders.channels, rosters: [], people, quiet: [] } : null }
}

/** Whom a line of the trail about a late or refused handover goes to; null: nobody. */
export function handoverDuty(
  entry: Entry,
  crew: Text | undefined,
  orders: NotifyConfig['orders'],
  base: Base,
): Duty | null {
  const { no, step, tell, lateMin } = entry.data as { no: string; step: number; tell: string[]; lateMin: number }
  const to = toRoles(orders, tell)
  if (!to) return null
  const head =
    step === 0
      ? { 'zh-CN': `交接班 ${no} 被拒绝`, en: `HANDOVER ${no} was refused` }
      : { 'zh-CN': `交接班 ${no} 逾时 ${lateMin} 分钟`, en: `HANDOVER ${no} is ${lateMin} min late` }
  const is = { 'zh-CN': '上一班仍在岗', en: 'the shift before stays on duty' }
  const told: Told = {
    ...{ alarm: entry.id, severity: handoverSeverity(step), event: 'escalated', level: step, ...base },
    text: crew ? { 'zh-CN': `${crew['zh-CN']}：${is['zh-CN']}`, en: `${crew.en}: ${is.en}` } : is,
    ...{ equipmentName: nothing, space: null, about: { kind: 'handover', no, clock: 'late', head } },
  }
  return { told, to }
}

/** What the trail says of a step that is late. */
export interface LateStep {
  readonly no: string
  readonly step: string
  readonly pct: number
  readonly tell: readonly string[]
  readonly dueAt: number
  readonly lateMs: number
  readonly severity: Severity
  readonly text: Text
  readonly place: Place | null
}

/** Whom a line of the trail about a late step of a runbook goes to; null: nobody. */
export function runDuty(entry: Entry, orders: NotifyConfig['orders'], base: Base): Duty | null {
  const { no, step, pct, tell, severity, text, place } = entry.data as unknown as LateStep
  const to = toRoles(orders, tell)
  if (!to) return null
  const head = { 'zh-CN': `处置 ${no} 步骤逾时`, en: `INCIDENT ${no}, a step is late` }
  const told: Told = {
    ...{ alarm: entry.id, severity, event: 'escalated', text, level: pct, ...base },
    ...{ equipmentName: place?.equipmentName ?? nothing, space: place?.space ?? null },
    about: { kind: 'runbook', no, clock: step, head },
  }
  return { told, to }
}
