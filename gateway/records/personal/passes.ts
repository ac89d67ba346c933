import type { Db } from '../db.ts'
import { GONE, is, type Source } from './kind.ts'

type Row = Readonly<Record<string, string | number | null>>

/**
 * People with passes, with all that hangs on them: passes, the plate of their parking card, where they are, the door log and
 * entries at gates. What goes are name, numbers, photo, code and card; the door log keeps the record's number, which then is
 * nobody's, until its own time is over.
 * @param unseal the full number of an ID; null: it can't be read
 */
export function passSource(db: Db, unseal: (sealed: string, id: string) => string | null): Source {
  const open = "('requested', 'active', 'suspended')"
  const known = db.prepare(
    `SELECT p.*, (SELECT name FROM company WHERE id = p.company) AS firm,
      (SELECT max(valid_to) FROM credential WHERE person = p.id AND phase IN ${open}) AS valid_to,
      (SELECT max(coalesce(approved_at, issued_at)) FROM credential WHERE person = p.id) AS passed_at,
      (SELECT max(at) FROM access_event WHERE person = p.id) AS seen_at,
      (SELECT count(*) FROM presence WHERE person = p.id AND (area IS NULL OR area <> 'outside')) AS inside
      FROM person p WHERE created_at < ? AND name <> '${GONE}'`,
  )
  const passes = db.prepare(
    `SELECT c.no, c.class, c.shown, c.phase, c.valid_from, c.valid_to, l.plate, l.agreement FROM credential c
      LEFT JOIN parking_lease l ON l.credential = c.id WHERE c.person = ? ORDER BY c.id`,
  )
  const log = db.prepare('SELECT at, door, direction, outcome FROM access_event WHERE person = ? ORDER BY seq')
  const gates = db.prepare(
    `SELECT g.at, g.gate, g.direction FROM gate_entry g JOIN credential c ON c.id = g.credential WHERE c.person = ? ORDER BY g.seq`,
  )
  const isHere = db.prepare('SELECT 1 FROM person WHERE id = ?')
  const cuts = [
    `UPDATE person SET name = '${GONE}', phone = '', trade = '', certificates = '[]', id_kind = NULL, id_lookup = NULL,
      id_last4 = NULL, id_sealed = NULL, pin = NULL, photo = NULL, account = NULL, status = 'suspended' WHERE id = ?`,
    "UPDATE credential SET lookup = NULL, shown = '', sealed = NULL, link = NULL, reason = '' WHERE person = ?",
    `UPDATE parking_lease SET plate = '${GONE}', agreement = '' WHERE credential IN (SELECT id FROM credential WHERE person = ?)`,
    'DELETE FROM presence WHERE person = ?',
  ].map(sql => db.prepare(sql))
  return {
    kind: 'pass',
    known: before =>
      (known.all(before) as Row[]).map(r => {
        const id = String(r.id)
        const last = Math.max(Number(r.created_at), Number(r.passed_at ?? 0), Number(r.seen_at ?? 0))
        // Whoever signs in here is of the house, whose records say who did what.
        const runs = r.account !== null || Number(r.inside) > 0
        return {
          ...{ id, no: String(r.no), at: Number(r.created_at), held: false },
          ended: runs ? null : Math.max(last, Number(r.valid_to ?? 0)),
          facts: {
            ...{ id, name: r.name, phone: r.phone, kind: r.kind, company: r.firm, trade: r.trade, level: r.level },
            ...{ certificates: JSON.parse(String(r.certificates)) as unknown, idKind: r.id_kind, account: r.account },
            get idNumber() {
              return r.id_sealed === null ? null : unseal(String(r.id_sealed), id)
            },
            get passes() {
              return passes.all(id)
            },
            get doorLog() {
              return log.all(id)
            },
            get gateEntries() {
              return gates.all(id)
            },
          },
          files: r.photo === null ? [] : [String(r.photo)],
        }
      }),
    isOf: ({ id, facts }, whom) => whom.people.has(id) || is(facts.name, whom) || is(facts.phone, whom),
    cut({ id, files }) {
      if (!isHere.get(id)) return []
      for (const cut of cuts) cut.run(id)
      return files
    },
  }
}
