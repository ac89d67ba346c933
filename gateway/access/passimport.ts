import { isOut } from '../../rules/access/credential.ts'
import { type ListRow, listProblems, type Problem, readPassList } from '../../rules/access/passlist.ts'
import type { Role } from '../../rules/flow.ts'
import type { Clock } from '../core/clock.ts'
import { fail, fill } from '../core/errors.ts'
import type { Actor } from '../core/events.ts'
import { decodeCsv, parseCsv, unguarded } from '../csv.ts'
import type { PassListView } from '../http/contract.ts'
import type { Credentials } from '../records/credentials.ts'
import type { People, Works } from '../records/people.ts'
import type { Note } from '../records/trail.ts'
import type { Site } from '../site/site.ts'
import { readXlsx } from '../xlsxread.ts'
import type { enrol } from './enrol.ts'

export interface PassListAsk {
  readonly file: Buffer
  readonly works: Works
  readonly class: 'qr-static'
  readonly levels: readonly string[]
  readonly validTo: number
}
type PassListRow = PassListView['rows'][number]
interface Deps {
  readonly clock: Clock
  readonly people: People
  readonly credentials: Credentials
  readonly site: () => Site | null
  readonly enrol: (asked: Parameters<typeof enrol>[1]) => ReturnType<typeof enrol>
}
export type PassLists = ReturnType<typeof openPassLists>

const MOST_ROWS = 1000

/** Lists of a firm's people: looked through row by row, then turned into people and passes that wait for approval. */
export function openPassLists({ clock, people, credentials, site, enrol: enrolled }: Deps) {
  const said = (problems: readonly Problem[]) =>
    problems.map(({ code, params }) => ({
      code,
      text: {
        'zh-CN': fill(listProblems[code]['zh-CN'], params, 'zh-CN'),
        en: fill(listProblems[code].en, params),
      },
    }))

  function looked({ file, works }: PassListAsk) {
    const isZip = file[0] === 0x50 && file[1] === 0x4b
    const { encoding, rows } = isZip ? { encoding: 'xlsx', rows: workbook(file) } : csv(file)
    if (rows.length > MOST_ROWS + 1) fail('pass-list-long', { most: MOST_ROWS })
    const timezone = site()?.timezone ?? 'UTC'
    const company = works.company === null ? null : (people.company(works.company)?.name ?? null)
    const read = readPassList({
      ...{ rows, company, now: clock.now(), dayAt: (date: string) => startOf(date, timezone) },
      known: (idKind, idNumber) => {
        const person = people.ofId(idKind, idNumber)
        if (!person) return null
        const pass = credentials
          .ofPerson(person.id)
          .find(c => c.class !== 'pin' && (c.phase === 'requested' || isOut(c.phase)))
        const firm = person.company === null ? undefined : people.company(person.company)
        return {
          ...{ id: person.id, name: person.name, companyName: firm?.name ?? null, pass: pass?.no ?? null },
          suspended: person.status === 'suspended',
        }
      },
    })
    return { encoding, ...read }
  }
  const view = (row: ListRow, no: string | null): PassListRow => ({
    ...{ line: row.line, name: row.name, trade: row.trade, idLast4: row.idNumber.slice(-4), deposit: row.deposit },
    ...{ receipt: row.receipt, known: row.person !== null, problems: said(row.problems), no },
  })

  return {
    /** @throws pass-list-unreadable, pass-list-long */
    dryRun(ask: PassListAsk): PassListView {
      const { encoding, rows, problems } = looked(ask)
      return { encoding, problems: said(problems), rows: rows.map(row => view(row, null)) }
    },
    /** Inside a change: whoever has no problem becomes a person with a pass that waits for approval; the others are left. */
    issue(note: Note, ask: PassListAsk, by: Actor & { readonly role: Role }, now: number): PassListView {
      const { encoding, rows, problems } = looked(ask)
      const { lookup, shown } = enrolled({ class: ask.class })
      const done = rows.map(row => {
        if (row.problems.length > 0) return view(row, null)
        const person =
          row.person === null
            ? people.add(
                note,
                {
                  ...{ name: row.name, kind: 'contractor', company: ask.works.company, trade: row.trade },
                  ...{ phone: row.phone, level: 0, roles: [], account: null, idKind: row.idKind },
                  ...{ idNumber: row.idNumber, certificates: row.certificate ? [{ ...row.certificate, no: '' }] : [] },
                },
                now,
              )
            : people.one(row.person)
        const { no } = credentials.request(
          note,
          person,
          ask.works,
          {
            ...{ class: ask.class, lookup, shown, validFrom: now, validTo: ask.validTo, levels: ask.levels },
            ...{ deposit: row.deposit, receipt: row.receipt, link: null, seal: () => null },
          },
          by,
          now,
        )
        return view(row, no)
      })
      return { encoding, problems: said(problems), rows: done }
    },
  }
}

function csv(file: Buffer) {
  const { text, encoding, damaged } = decodeCsv(file)
  const { rows, unclosed } = parseCsv(text.replace(/^\uFEFF/, ''))
  if (damaged || unclosed !== null) fail('pass-list-unreadable')
  return { encoding, rows: rows.map(({ cells, line }) => ({ line, cells: cells.map(unguarded) })) }
}
function workbook(file: Buffer) {
  try {
    const rows = readXlsx(file)
    if (rows) return rows
  } catch {
    // Cut off, locked, or no workbook at all: said below.
  }
  return fail('pass-list-unreadable')
}

/** The first moment of a calendar day of the site. */
function startOf(date: string, timezone: string): number | null {
  const utc = Date.parse(`${date}T00:00:00Z`)
  if (Number.isNaN(utc) || new Date(utc).toISOString().slice(0, 10) !== date) return null
  const wall = new Date(utc).toLocaleString('sv-SE', { timeZone: timezone })
  return utc - (Date.parse(`${wall.replace(' ', 'T')}Z`) - utc)
}
