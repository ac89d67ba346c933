import { randomBytes } from 'node:crypto'
import type { Complaint } from '../../../rules/complaint.ts'
import type { Signature } from '../../../rules/orderwork.ts'
import type { Db } from '../db.ts'
import type { KeptSpecial } from '../special.ts'
import { GONE, is, type Known, type Source } from './kind.ts'

type Row = Readonly<Record<string, string | number | null>>
const text = (row: Row, key: string): string => String(row[key] ?? '')
const NOBODY = JSON.stringify({ name: '', phone: '' })

/** Visitors: who came, to whom, with the photo. What stays is that somebody was there, when and why. */
export function visitSource(db: Db): Source {
  const known = db.prepare(
    `SELECT *, coalesce(out_at, valid_to) AS ended FROM visit WHERE asked_at < ? AND (name <> '${GONE}' OR host <> '${GONE}' OR photo IS NOT NULL)`,
  )
  const cutVisitor = db.prepare(
    `UPDATE visit SET name = '${GONE}', company = '', phone = '', person = NULL, photo = NULL, photo_hold = NULL WHERE id = ?`,
  )
  const cutHost = db.prepare(`UPDATE visit SET host = '${GONE}', escort = '' WHERE id = ?`)
  return {
    kind: 'visit',
    known: before =>
      (known.all(before) as Row[]).map(r => ({
        ...{ id: text(r, 'id'), no: text(r, 'no'), at: Number(r.asked_at) },
        ended: r.phase === 'inside' ? null : Number(r.ended),
        held: r.photo_hold !== null,
        facts: {
          ...{ name: r.name, company: r.company, phone: r.phone, person: r.person, host: r.host, purpose: r.purpose },
          ...{ space: r.space, escort: r.escort, in: r.in_at, out: r.out_at, from: r.valid_from, to: r.valid_to },
        },
        files: r.photo === null ? [] : [text(r, 'photo')],
      })),
    isOf: ({ facts: f }, whom) =>
      [f.name, f.phone, f.host, f.escort].some(v => is(v, whom)) || whom.people.has(String(f.person)),
    his({ facts: f, files }, whom) {
      const visitor = [f.name, f.phone].some(v => is(v, whom)) || whom.people.has(String(f.person))
      const { name: _name, company: _company, phone: _phone, person: _person, ...asHost } = f
      const { host, ...asVisitor } = f
      return visitor ? { facts: is(host, whom) ? f : asVisitor, files } : { facts: asHost, files: [] }
    },
    cut({ id, facts: f, files }, whom) {
      const visitor = !whom || [f.name, f.phone].some(v => is(v, whom)) || whom.people.has(String(f.person))
      if (!whom || [f.host, f.escort].some(v => is(v, whom))) cutHost.run(id)
      if (visitor) cutVisitor.run(id)
      return visitor ? files : []
    },
  }
}

/** Reports and calls for help: who it was; what was said of the fault stays. */
export function callerSources(db: Db): Source[] {
  const source = (kind: 'report' | 'help', table: string, ended: string, from: string): Source => {
    const known = db.prepare(
      `SELECT t.id, t.no, t.at, t.room, t.caller, t.text, ${ended} AS ended FROM ${from} WHERE t.at < ? AND t.caller <> '${NOBODY}'`,
    )
    const cut = db.prepare(`UPDATE ${table} SET caller = '${NOBODY}' WHERE id = ?`)
    return {
      kind,
      known: before =>
        (known.all(before) as Row[]).map(r => ({
          ...{ id: text(r, 'id'), no: text(r, 'no'), at: Number(r.at), held: false, files: [] },
          ended: r.ended === null ? null : Number(r.ended),
          facts: { ...(JSON.parse(text(r, 'caller')) as object), room: r.room, text: r.text },
        })),
      isOf: ({ facts }, whom) => is(facts.name, whom) || is(facts.phone, whom),
      cut({ id }) {
        cut.run(id)
        return []
      },
    }
  }
  return [
    source('report', 'report', 'w.closed_at', 'report t JOIN workorder w ON w.id = t.workorder'),
    source('help', 'help_call', 't.ended_at', 'help_call t'),
  ]
}

/** Complaints: each who joined in by himself. */
export function complaintSource(db: Db): Source {
  const all = db.prepare(
    `SELECT id, no, at, phase, facts FROM complaint c WHERE at < ? AND EXISTS (SELECT 1 FROM json_each(c.facts, '$.voices') v
      WHERE json_extract(v.value, '$.name') <> '' OR json_extract(v.value, '$.phone') <> '')`,
  )
  const get = db.prepare('SELECT facts FROM complaint WHERE id = ?')
  const put = db.prepare('UPDATE complaint SET facts = ? WHERE id = ?')
  const openPhases = ['new', 'handling', 'replied']
  return {
    kind: 'complaint',
    known: before =>
      (all.all(before) as Row[]).map(r => {
        const { voices, closedAt, text: said } = JSON.parse(text(r, 'facts')) as Complaint
        return {
          ...{ id: text(r, 'id'), no: text(r, 'no'), at: Number(r.at), held: false, files: [] },
          ended: openPhases.includes(text(r, 'phase')) ? null : (closedAt ?? Number(r.at)),
          facts: { voices, text: said },
        }
      }),
    isOf: ({ facts }, whom) => (facts.voices as Complaint['voices']).some(v => is(v.name, whom) || is(v.phone, whom)),
    his: ({ facts, files }, whom) => ({
      facts: {
        ...facts,
        voices: (facts.voices as Complaint['voices']).filter(v => is(v.name, whom) || is(v.phone, whom)),
      },
      files,
    }),
    cut({ id }, whom) {
      const had = JSON.parse((get.get(id) as { facts: string }).facts) as Complaint
      const voices = had.voices.map(v =>
        !whom || is(v.name, whom) || is(v.phone, whom) ? { ...v, name: '', phone: '' } : v,
      )
      put.run(JSON.stringify({ ...had, voices }), id)
      return []
    },
  }
}

/** Who signed an order, with the drawn signature; that it was signed, when and with what hash stays on the trail. */
export function signatureSource(db: Db): Source {
  const known = db.prepare(
    `SELECT s.id, s.name, s.workorder, w.no, w.opened_at, w.closed_at, w.more FROM order_signature s
      JOIN workorder w ON w.id = s.workorder WHERE w.opened_at < ? AND s.name <> ''`,
  )
  const more = db.prepare(
    'SELECT w.id, w.more FROM workorder w JOIN order_signature s ON s.workorder = w.id WHERE s.id = ?',
  )
  const putMore = db.prepare('UPDATE workorder SET more = ? WHERE id = ?')
  const cut = db.prepare("UPDATE order_signature SET name = '' WHERE id = ?")
  const signatures = (json: string) => (JSON.parse(json) as { signatures?: readonly Signature[] }).signatures ?? []
  return {
    kind: 'signature',
    known: before =>
      (known.all(before) as Row[]).map((r): Known => {
        const his = signatures(text(r, 'more')).find(s => s.id === r.id)
        return {
          ...{ id: text(r, 'id'), no: text(r, 'no'), at: his?.at ?? Number(r.opened_at), held: false },
          ended: r.closed_at === null ? null : Number(r.closed_at),
          facts: { name: r.name, who: his?.who ?? null },
          files: his?.hash ? [`${his.hash}.png`] : [],
        }
      }),
    isOf: ({ facts }, whom) => is(facts.name, whom),
    cut({ id, files }) {
      cut.run(id)
      const order = more.get(id) as { id: string; more: string }
      const had = JSON.parse(order.more) as { signatures?: readonly Signature[] }
      const left = (had.signatures ?? []).map(s => (s.id === id ? { ...s, hash: null } : s))
      putMore.run(JSON.stringify({ ...had, signatures: left }), order.id)
      return files
    },
  }
}

/** Forms of special readings: who moved out and in, and the parties' signatures. The readings are not touched. */
export function specialSource(db: Db): Source {
  const all = db.prepare('SELECT facts FROM special_reading WHERE facts NOT LIKE \'%"forgotten":true%\'')
  const get = db.prepare('SELECT facts FROM special_reading WHERE id = ?')
  const put = db.prepare('UPDATE special_reading SET facts = ? WHERE id = ?')
  const parse = (row: unknown) => JSON.parse((row as { facts: string }).facts) as KeptSpecial
  const parties = (k: KeptSpecial) => k.signed?.parties ?? []
  return {
    kind: 'special',
    known: before =>
      all
        .all()
        .map(parse)
        .filter(k => k.preparedAt < before && (k.outgoing !== '' || k.incoming !== '' || parties(k).length > 0))
        .map(k => ({
          ...{ id: k.id, no: k.no, at: k.at, held: false },
          ended: k.signed?.at ?? k.withdrawn?.at ?? null,
          facts: {
            ...{ unit: k.unit, outgoing: k.outgoing, incoming: k.incoming },
            parties: parties(k).map(p => ({ name: p.name, side: p.side })),
          },
          files: parties(k).map(p => `${p.picture}.png`),
        })),
    isOf: ({ facts: f }, whom) =>
      [f.outgoing, f.incoming, ...(f.parties as { name: string }[]).map(p => p.name)].some(v => is(v, whom)),
    his({ id, facts: f }, whom) {
      const his = parties(parse(get.get(id))).filter(p => is(p.name, whom))
      const own = (name: unknown) => (is(name, whom) ? name : null)
      return {
        facts: {
          ...f,
          outgoing: own(f.outgoing),
          incoming: own(f.incoming),
          parties: his.map(({ name, side }) => ({ name, side })),
        },
        files: his.map(p => `${p.picture}.png`),
      }
    },
    cut({ id }, whom) {
      const had = parse(get.get(id))
      const gone = (name: string) => name !== '' && (!whom || is(name, whom))
      // Bills ask only whether it is somebody else: one word for one name, that says nothing and comes from nowhere.
      const words = new Map<string, string>()
      const cut = (name: string): string => {
        if (!gone(name)) return name
        if (!words.has(name.trim())) words.set(name.trim(), `${GONE}${randomBytes(3).toString('hex')}`)
        return words.get(name.trim())!
      }
      const signed = had.signed && {
        ...had.signed,
        parties: parties(had).map(p => (gone(p.name) ? { ...p, name: GONE, picture: '' } : p)),
      }
      const files = parties(had).flatMap(p => (gone(p.name) && p.picture !== '' ? [`${p.picture}.png`] : []))
      const left = { ...had, outgoing: cut(had.outgoing), incoming: cut(had.incoming), signed }
      put.run(JSON.stringify(whom ? left : { ...left, forgotten: true }), id)
      return files
    },
  }
}
