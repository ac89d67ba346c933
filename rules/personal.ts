/**
 * What is known of people from outside: visitors, holders of passes, those who report, call or complain, those who sign. Each
 * kind says how long it is kept, and what a law keeps although somebody asks to be forgotten. Pure.
 */
interface Text {
  readonly 'zh-CN': string
  readonly en: string
}
export const personalDays = {
  visitDays: { least: 30, most: 3650, without: 365 },
  passDays: { least: 90, most: 3650, without: 730 },
  reporterDays: { least: 30, most: 3650, without: 730 },
  complaintDays: { least: 180, most: 3650, without: 1095 },
  // Lift maintenance records with their signatures: five years [TSG T5002-2017 第九条]; bills may be disputed for three [民法典 188].
  signatureDays: { least: 1825, most: 7300, without: 1825 },
} as const satisfies Record<string, { readonly least: number; readonly most: number; readonly without: number }>
export type PersonalDay = keyof typeof personalDays
export type PersonalDays = Readonly<Record<PersonalDay, number>>

export interface PersonalKind {
  readonly name: Text
  /** Which setting says how long it is kept after its end; null: another setting or the register says it. */
  readonly days: PersonalDay | null
  /** So long a law keeps it, whoever asks; days after its end. */
  readonly law: number
}
export const personalKinds = {
  visit: { name: { 'zh-CN': '访客', en: 'Visits' }, days: 'visitDays', law: 0 },
  pass: { name: { 'zh-CN': '持证人员和通行记录', en: 'People with passes, door log' }, days: 'passDays', law: 0 },
  report: { name: { 'zh-CN': '报修人', en: 'Who reported' }, days: 'reporterDays', law: 0 },
  help: { name: { 'zh-CN': '求助来电', en: 'Calls for help' }, days: 'reporterDays', law: 0 },
  complaint: { name: { 'zh-CN': '投诉人', en: 'Who complained' }, days: 'complaintDays', law: 0 },
  signature: { name: { 'zh-CN': '工单签字', en: 'Signatures on orders' }, days: 'signatureDays', law: 1825 },
  special: { name: { 'zh-CN': '抄表单签字', en: 'Signatures on meter forms' }, days: 'signatureDays', law: 1095 },
  register: { name: { 'zh-CN': '登记簿', en: 'Registers' }, days: null, law: 0 },
} as const satisfies Record<string, PersonalKind>
export type PersonalKindId = keyof typeof personalKinds
export const personalKindIds = Object.keys(personalKinds) as PersonalKindId[]

/** Why something stays although its person asked: it still runs, somebody holds it, or a law keeps it. */
export type KeptWhy = 'runs' | 'held' | 'law'
const DAY_MS = 86_400_000

/** @param ended null: it still runs */
export function keptFor(
  kind: PersonalKindId,
  { ended, held }: { readonly ended: number | null; readonly held: boolean },
  now: number,
): KeptWhy | null {
  if (held) return 'held'
  if (ended === null || ended > now) return 'runs'
  return now - ended < personalKinds[kind].law * DAY_MS ? 'law' : null
}
/** What ended before this moment goes by itself; null: not by these settings. */
export function personalBefore(kind: PersonalKindId, days: PersonalDays, now: number): number | null {
  const { days: setting, law } = personalKinds[kind]
  return setting === null ? null : now - Math.max(days[setting], law) * DAY_MS
}

/** As names and numbers are compared: in one width and case, without what stands between the digits of a number. */
export const plainName = (text: string): string => {
  const plain = text.normalize('NFKC').trim().toLowerCase()
  return /^[+\d][\d\s()-]*$/.test(plain) ? plain.replaceAll(/[\s()-]/g, '') : plain
}
/** Too short to be anybody. */
export const isName = (text: string): boolean => plainName(text).length >= 2
