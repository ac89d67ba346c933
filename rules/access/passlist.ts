import type { Text } from '../../drivers/point.ts'

/**
 * The list of a firm's people for temporary passes [临时出入证: 盖章名单, 姓名、证件号、工种], row by row. Pure: what is known of
 * people is handed in.
 */
const columns = {
  name: ['姓名', 'name'],
  trade: ['工种', 'trade'],
  idNumber: ['身份证号', '证件号', '证件号码', '身份证', 'id', 'id number', 'id no'],
  idKind: ['证件类型', 'id kind'],
  phone: ['电话', '手机', '联系电话', 'phone'],
  deposit: ['押金', 'deposit'],
  receipt: ['收据号', '押金收据', 'receipt'],
  certificate: ['证书', '特种作业证', 'certificate'],
  certificateTo: ['证书有效期', '证书到期', 'certificate until'],
} as const
export type ListColumn = keyof typeof columns
const needed: readonly ListColumn[] = ['name', 'idNumber']
const plainHead = (text: string): string =>
  text
    .normalize('NFKC')
    .replaceAll(/[\s*（(].*$/g, '')
    .trim()
    .toLowerCase()

const t = (zh: string, en: string): Text => ({ 'zh-CN': zh, en })
export const listProblems = {
  'no-column': t('缺少列“{column}”', 'The column "{column}" is missing'),
  'no-name': t('没有姓名', 'The name is missing'),
  'no-id': t('没有证件号', 'The ID number is missing'),
  'id-length': t('身份证号须 18 位', 'An ID card number has 18 characters'),
  'id-check': t('身份证号校验位不对，请核对', 'The check character of the ID number is wrong: look at the card again'),
  'id-kind': t(
    '证件类型“{kind}”不认识：身份证、护照、通行证、其他',
    'Kind of ID "{kind}" is not known: id-card, passport, permit, other',
  ),
  'twice-in-list': t('与第 {line} 行是同一证件号', 'Line {line} has the same ID number'),
  'other-name': t('此证件号登记的姓名是“{name}”', 'The person with this ID number is on record as "{name}"'),
  'other-firm': t('此人登记在“{company}”名下', 'This person is on record with "{company}"'),
  'has-pass': t('一人一证：{no} 还没有交回', 'One person one pass: {no} was not given back'),
  suspended: t('此人已停用', 'This person is suspended'),
  'deposit-form': t('押金“{deposit}”不是金额', 'The deposit "{deposit}" is no amount of money'),
  'no-receipt': t('有押金，没有收据号', 'A deposit without the number of its receipt'),
  'receipt-twice': t('收据号与第 {line} 行相同', 'Line {line} has the same receipt'),
  'certificate-date': t('证书有效期“{date}”不是日期', 'The date "{date}" of the certificate is none'),
  'certificate-expired': t('证书已过期（{date}）', 'The certificate has run out ({date})'),
} as const satisfies Record<string, Text>
export type ListProblem = keyof typeof listProblems
export interface Problem {
  readonly code: ListProblem
  readonly params: Readonly<Record<string, string | number>>
}
export interface ListRow {
  readonly line: number
  readonly name: string
  readonly trade: string
  readonly phone: string
  readonly idKind: 'id-card' | 'passport' | 'permit' | 'other'
  readonly idNumber: string
  readonly deposit: string | null
  readonly receipt: string | null
  readonly certificate: { readonly kind: string; readonly validTo: number } | null
  /** On record already. */
  readonly person: string | null
  readonly problems: readonly Problem[]
}
export interface KnownPerson {
  readonly id: string
  readonly name: string
  readonly companyName: string | null
  readonly suspended: boolean
  /** The number of a pass that was not given back. */
  readonly pass: string | null
}
export interface ListAsk {
  readonly rows: readonly { readonly cells: readonly string[]; readonly line: number }[]
  readonly company: string | null
  readonly known: (idKind: string, idNumber: string) => KnownPerson | null
  /** The start of a calendar day `2026-12-31` at the site, ms; null: it is no day. */
  readonly dayAt: (date: string) => number | null
  readonly now: number
}
const idKinds: Readonly<Record<string, ListRow['idKind']>> = {
  ...{ 身份证: 'id-card', 居民身份证: 'id-card', 护照: 'passport', 通行证: 'permit', 其他: 'other', '': 'id-card' },
  ...{ 'id-card': 'id-card', passport: 'passport', permit: 'permit', other: 'other' },
}
/** [GB 11643-1999: ISO 7064 MOD 11-2] */
export function idCardChecks(number: string): boolean {
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
  const sum = weights.reduce((total, weight, i) => total + weight * Number(number[i]), 0)
  return /^\d{17}[\dX]$/.test(number) && '10X98765432'[sum % 11] === number[17]
}

/** What stands in a list, and what is wrong with each row. A list without its columns has no rows. */
export function readPassList(ask: ListAsk): {
  readonly rows: readonly ListRow[]
  readonly problems: readonly Problem[]
} {
  const [head, ...body] = ask.rows
  const at = {} as Record<ListColumn, number>
  for (const column of Object.keys(columns) as ListColumn[])
    at[column] = (head?.cells ?? []).findIndex(cell => (columns[column] as readonly string[]).includes(plainHead(cell)))
  const missing = needed.filter(column => at[column] < 0)
  if (missing.length > 0)
    return { rows: [], problems: missing.map(c => ({ code: 'no-column', params: { column: columns[c][0] } })) }
  const ids = new Map<string, number>()
  const receipts = new Map<string, number>()
  const rows = body.map(({ cells, line }): ListRow => {
    const problems: Problem[] = []
    const wrong = (code: ListProblem, params: Problem['params'] = {}) => problems.push({ code, params })
    const cell = (column: ListColumn) => (at[column] < 0 ? '' : (cells[at[column]] ?? '').normalize('NFKC').trim())
    const name = cell('name')
    // Spreadsheets put an apostrophe before a number that is text.
    const idNumber = cell('idNumber')
      .replaceAll(/^'|[\s-]/g, '')
      .toUpperCase()
    const idKind = idKinds[cell('idKind').toLowerCase()]
    if (name === '') wrong('no-name')
    if (idNumber === '') wrong('no-id')
    else if (idKind === undefined) wrong('id-kind', { kind: cell('idKind') })
    else if (idKind === 'id-card' && idNumber.length !== 18) wrong('id-length')
    else if (idKind === 'id-card' && !idCardChecks(idNumber)) wrong('id-check')
    const before = idNumber === '' ? undefined : ids.get(idNumber)
    if (before !== undefined) wrong('twice-in-list', { line: before })
    else ids.set(idNumber, line)
    const person = idNumber === '' || idKind === undefined ? null : ask.known(idKind, idNumber)
    if (person && person.name !== name) wrong('other-name', { name: person.name })
    if (person && person.companyName !== null && person.companyName !== ask.company)
      wrong('other-firm', { company: person.companyName })
    if (person?.suspended) wrong('suspended')
    if (person?.pass) wrong('has-pass', { no: person.pass })
    const deposit = cell('deposit')
      .replaceAll(/[¥￥元,]/g, '')
      .trim()
    const receipt = cell('receipt')
    if (deposit !== '' && !/^\d{1,6}(\.\d{1,2})?$/.test(deposit)) wrong('deposit-form', { deposit })
    else if (Number(deposit) > 0 && receipt === '') wrong('no-receipt')
    const same = receipt === '' ? undefined : receipts.get(receipt)
    if (same !== undefined) wrong('receipt-twice', { line: same })
    else receipts.set(receipt, line)
    const certificate = certificateOf(cell('certificate'), cell('certificateTo'), ask, wrong)
    return {
      ...{ line, name, trade: cell('trade'), phone: cell('phone'), idKind: idKind ?? 'other', idNumber, certificate },
      ...{
        deposit: deposit === '' || Number(deposit) === 0 ? null : deposit,
        receipt: receipt === '' ? null : receipt,
      },
      ...{ person: person?.id ?? null, problems },
    }
  })
  return { rows, problems: [] }
}

function certificateOf(
  kind: string,
  date: string,
  ask: ListAsk,
  wrong: (code: ListProblem, params: Problem['params']) => void,
): ListRow['certificate'] {
  if (kind === '' || kind === '无') return null
  const plain = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(date)
  const day = plain && `${plain[1]}-${plain[2]!.padStart(2, '0')}-${plain[3]!.padStart(2, '0')}`
  const begins = day ? ask.dayAt(day) : null
  if (begins === null) {
    wrong('certificate-date', { date })
    return null
  }
  // It holds until the end of its last day.
  const validTo = begins + 86_400_000
  if (validTo <= ask.now) wrong('certificate-expired', { date: day! })
  return { kind, validTo }
}
