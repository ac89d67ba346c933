import type { Text } from '../../drivers/point.ts'
import { type Calendar, dayTypeOf, type LocalTime, type Schedule, within } from '../schedule.ts'
import type { CredentialClass, PersonKind } from './credential.ts'
import { type Decision, decide } from './decide.ts'
import { type Outcome, outcomes } from './outcome.ts'
import { checkPass, type PassCheck } from './pass.ts'
import { type HeldCredential, type Holder, OUTSIDE, type Reading, type Snapshot } from './policy.ts'
import { type Scan, scanOf } from './scan.ts'

/**
 * The gate where a guard looks at passes. What is asked there is whether a pass is good at all, by the same rules as at a
 * door; which doors it opens is asked at each door. Pure: the gateway and the gate's own page, cut off from it, both judge
 * by this.
 */
export interface GateTimes {
  readonly calendar: Calendar
  readonly local: (at: number) => LocalTime
}
export interface GateStands extends GateTimes {
  readonly policyVersion: string
  readonly threatLevel: number
  readonly clockSafe: boolean
  readonly latest: number
}

export function gateSnapshot(gate: string, groups: readonly string[], stands: GateStands, at: number): Snapshot {
  const time = stands.local(at)
  const name = { 'zh-CN': gate, en: gate }
  return {
    policyVersion: stands.policyVersion,
    door: {
      ...{ id: gate, name, area: gate, from: OUTSIDE, class: 'low', groups, exit: 'free', lock: 'fail-safe' },
      ...{ mechanicalExit: true, fireRelease: true, interlock: null, twoPersons: null, escort: false, firstIn: [] },
      ...{ custody: false, certificate: null, heldAfterS: 60 },
    },
    area: null,
    layers: [],
    asks: 'card',
    within: (schedule: Schedule) => within(schedule, stands.calendar, time),
    holiday: dayTypeOf(time.day, stands.calendar) === 'holiday',
    threatLevel: stands.threatLevel,
    inside: 0,
    supervisorsInside: 0,
    othersOpen: [],
    waiting: null,
    clockSafe: stands.clockSafe,
    latest: stands.latest,
    armed: false,
  }
}
/** Whoever leaves is never kept; what is wrong with his pass is said. */
export const decideAtGate = (
  gate: string,
  direction: 'in' | 'out',
  reading: Reading,
  stands: GateStands,
  at: number,
): Decision => {
  const groups = reading.kind === 'known' ? reading.credential.grants.map(g => g.group) : []
  return decide({ door: gate, direction, reading, at }, gateSnapshot(gate, groups, stands, at))
}

const t = (zh: string, en: string): Text => ({ 'zh-CN': zh, en })
const toDesk = t('不放行，请其到服务台办理。', 'Do not let in; send the holder to the desk.')
const take = t('收回证件，请其到服务台。', 'Keep the pass; send the holder to the desk.')
const leader = t('不放行，报告班长。', 'Do not let in; call the shift leader.')
const wait = t('请其在允许的时间再来。', 'Ask the holder to come back at the permitted time.')
const what: Partial<Record<Outcome, Text>> = {
  'denied-unknown': toDesk,
  'denied-revoked': take,
  'denied-expired': t(
    '收回证件，请其到服务台换证或退押金。',
    'Keep the pass; the desk renews it or pays the deposit back.',
  ),
  'denied-site-closed': t(
    '停工的不得进入，请其问服务台；工地已关闭的收回正本，到服务台退证、退押金。',
    'Work stopped: not in, the desk knows why. Site closed: keep the original; the desk takes it back and pays the deposit.',
  ),
  'denied-permit-missing': t('请施工单位到服务台续办施工许可。', 'The firm has to renew its works permit at the desk.'),
  'denied-signature': t('证件可疑：扣下，报告班长。', 'The pass is suspect: keep it and call the shift leader.'),
  'denied-replay': t('请持证人在自己手机上重新打开通行码。', 'Ask the holder to open the code on his own phone again.'),
  'denied-schedule': wait,
  'denied-holiday': wait,
  'denied-not-yet-valid': wait,
  'denied-threat-level': leader,
  'denied-suspended': leader,
  'denied-clock-unsafe': t('请值班员确认网关时钟。', 'Ask the control room to confirm the clock of the gateway.'),
}
/** What the guard does about it. */
export const whatToDo = (outcome: Outcome): Text => what[outcome] ?? toDesk

/** A pass as a gate that may be cut off has to know it: nothing of its number, nothing of the ID. */
export interface GatePass {
  readonly id: string
  readonly no: string
  readonly passNo: number
  readonly class: CredentialClass
  readonly phase: string
  readonly validFrom: number
  readonly validTo: number
  readonly levels: readonly string[]
  readonly siteClosed: boolean
  readonly permitTo: number | null
  readonly duplicate: 'none' | 'holder' | 'gate' | 'returned'
  readonly person: string
  readonly name: string
  readonly kind: PersonKind
  readonly status: 'active' | 'suspended'
  readonly level: number
  readonly trade: string
  readonly photo: string | null
  readonly company: string | null
  readonly colour: string | null
  readonly works: string | null
}
/** What the gate takes with it, signed by the gateway as a whole. */
export interface GateList {
  readonly gate: string
  readonly at: number
  /** Beyond this age nobody is let in by it. */
  readonly ttlMs: number
  readonly timezone: string
  readonly holidays: readonly string[]
  readonly workdays: readonly string[]
  readonly policyVersion: string
  readonly threatLevel: number
  readonly clockSafe: boolean
  readonly newestPass: number
  readonly levels: Readonly<Record<string, HeldCredential['grants']>>
  readonly passes: readonly GatePass[]
}

/** Why a gate that is cut off can only show a pass, and not answer for it. */
export const shownOnly = {
  'no-list': t('本机没有名单。', 'This post has no list.'),
  'list-old': t('名单已过期。', 'The list is too old.'),
  'list-altered': t('名单签名不符。', 'The signature of the list is wrong.'),
  'newer-than-list': t('签名有效，但此证比名单新。', 'The signature is good, but the pass is newer than the list.'),
  'not-signed': t(
    '卡号、证号和姓名断网时无法核实，只显示登记内容。',
    'Cards, numbers and names cannot be checked without the network; what is on record is shown.',
  ),
  'no-crypto': t(
    '此浏览器或连接不能验证签名（须 HTTPS）。',
    'This browser or connection cannot check signatures (HTTPS is needed).',
  ),
  clock: t('本机时钟早于名单，不可信。', 'The clock of this device is before the list: it cannot be believed.'),
} as const satisfies Record<string, Text>
export type ShownOnly = keyof typeof shownOnly

export interface OfflineAnswer {
  readonly verdict: 'yes' | 'no' | 'shown'
  readonly outcome: Outcome | null
  readonly why: ShownOnly | null
  readonly decision: Decision | null
  readonly pass: GatePass | null
  readonly direction: 'in' | 'out'
  /** More than one fits the name. */
  readonly others: number
}
export interface OfflineAsk {
  readonly text: string
  readonly list: GateList | null
  /** The signature of the list was checked. */
  readonly listSigned: boolean
  /** How signatures are checked; null: it cannot be done here. */
  readonly check: Omit<PassCheck, 'now' | 'reader'> | null
  readonly local: (at: number) => LocalTime
  readonly now: number
}

const heldOf = (list: GateList, pass: GatePass): HeldCredential => ({
  ...{ id: pass.id, class: pass.class, phase: pass.phase, validFrom: pass.validFrom, validTo: pass.validTo },
  ...{ siteClosed: pass.siteClosed, permitTo: pass.permitTo },
  grants: pass.levels.flatMap(id => list.levels[id] ?? []),
})
const holderOf = (pass: GatePass): Holder => ({
  ...{ id: pass.person, kind: pass.kind, status: pass.status, level: pass.level, roles: [], area: null },
  ...{ enteredAt: {}, forgivenUntil: 0, certificates: [], duplicateAtGate: pass.duplicate === 'gate' },
})

/**
 * What a gate says that cannot ask the gateway. Yes only for a signed pass, by a list that is signed and young enough, with
 * the rules of the gateway; else what is on record is shown, and the guard decides.
 */
export function judgeOffline({ text, list, listSigned, check, local, now }: OfflineAsk): OfflineAnswer {
  const scan = scanOf(text)
  const none = { outcome: null, decision: null, pass: null, direction: 'in', others: 0 } as const
  if (list === null) return { ...none, verdict: 'shown', why: 'no-list' }
  const found = scan.kind === 'code' ? [] : search(list, scan)
  const shown = (why: ShownOnly, pass = found[0] ?? null): OfflineAnswer => ({
    ...{ ...none, verdict: 'shown', why, pass, direction: directionOf(pass), others: Math.max(0, found.length - 1) },
  })
  const no = (outcome: Outcome): OfflineAnswer => ({ ...none, verdict: 'no', why: null, outcome })
  if (scan.kind !== 'code') return shown('not-signed')
  if (check === null) return shown('no-crypto')
  if (!listSigned) return shown('list-altered')
  if (now < list.at - 60_000) return shown('clock')
  const read = checkPass(scan.code, { ...check, reader: list.gate, now })
  if (!read.ok) return no(passRefusals[read.why])
  const { passNo } = read.read.pass
  const pass = list.passes.find(p => p.passNo === passNo)
  if (!pass) return passNo > list.newestPass ? shown('newer-than-list') : no('denied-revoked')
  if (now - list.at > list.ttlMs) return shown('list-old', pass)
  const direction = directionOf(pass)
  const stands: GateStands = {
    ...{ policyVersion: list.policyVersion, threatLevel: list.threatLevel, clockSafe: list.clockSafe, latest: list.at },
    ...{ calendar: { holidays: new Set(list.holidays), workdays: new Set(list.workdays) }, local },
  }
  const reading: Reading = { kind: 'known', credential: heldOf(list, pass), holder: holderOf(pass), pin: 'none' }
  const decision = decideAtGate(list.gate, direction, reading, stands, now)
  const verdict = decision.outcome.startsWith('denied') ? 'no' : 'yes'
  return { ...none, verdict, outcome: decision.outcome, why: null, decision, pass, direction }
}
const directionOf = (pass: GatePass | null): 'in' | 'out' => (pass?.duplicate === 'gate' ? 'out' : 'in')
const passRefusals = {
  format: 'denied-format',
  signature: 'denied-signature',
  replay: 'denied-replay',
  skew: 'denied-replay',
  expired: 'denied-expired',
  'not-yet-valid': 'denied-not-yet-valid',
} as const satisfies Record<string, Outcome>

function search(list: GateList, scan: Scan): GatePass[] {
  if (scan.kind === 'no') return list.passes.filter(p => p.no === scan.no)
  if (scan.kind !== 'name' || scan.words === '') return []
  return list.passes.filter(p => p.name.includes(scan.words))
}

/** What a gate has done since the list was made, put over it: offline the second scan of somebody is his way out. */
export function withEntries(
  list: GateList,
  entries: readonly { readonly credential: string | null; readonly direction: 'in' | 'out' }[],
): GateList {
  if (entries.length === 0) return list
  const last = new Map(entries.map(e => [e.credential, e.direction === 'in' ? 'gate' : 'holder'] as const))
  const passes = list.passes.map(p => {
    const duplicate = last.get(p.id)
    return duplicate && p.duplicate !== 'none' ? { ...p, duplicate } : p
  })
  return { ...list, passes }
}
/** The same of visitors: who was let in here meanwhile is inside, who has left is gone from the list. */
export function visitsWithEntries<T extends { readonly id: string; readonly phase: string }>(
  visits: readonly T[],
  entries: readonly { readonly visit: string | null; readonly direction: 'in' | 'out' }[],
): readonly (T | (Omit<T, 'phase'> & { readonly phase: 'inside' }))[] {
  const last = new Map(entries.map(e => [e.visit, e.direction] as const))
  return visits.flatMap(v => {
    const moved = last.get(v.id)
    return moved === undefined ? [v] : moved === 'in' ? [{ ...v, phase: 'inside' as const }] : []
  })
}
export const sayingOf = (outcome: Outcome): Text => outcomes[outcome]
