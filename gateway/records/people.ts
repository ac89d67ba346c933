import { ulid } from 'ulid'
import type { PersonKind } from '../../rules/access/credential.ts'
import { fail } from '../core/errors.ts'
import { atHand } from './athand.ts'
import type { Db } from './db.ts'
import type { Note } from './trail.ts'

export interface Company {
  readonly id: string
  readonly name: string
  /** Of its passes: `#1f6feb`. One colour for each firm [临时出入证: 不同单位不同颜色]. */
  readonly colour: string
  readonly phone: string
  readonly blocked: boolean
}
/** A decoration site [装修现场]: it owns passes, and closing it stops them all. */
export interface Works {
  readonly id: string
  readonly no: string
  readonly name: string
  readonly space: string | null
  readonly company: string | null
  readonly permit: string
  readonly permitTo: number | null
  readonly openedAt: number
  readonly closedAt: number | null
  readonly closedBy: string | null
}
export const idKinds = ['id-card', 'passport', 'permit', 'other'] as const
export interface Person {
  readonly id: string
  readonly no: string
  readonly name: string
  readonly kind: PersonKind
  readonly company: string | null
  readonly trade: string
  readonly phone: string
  readonly level: number
  readonly roles: readonly string[]
  readonly status: 'active' | 'suspended'
  /** The account with which this person signs in here: nobody grants himself anything. */
  readonly account: string | null
  readonly certificates: readonly { readonly kind: string; readonly no: string; readonly validTo: number }[]
  readonly idKind: string | null
  readonly idLast4: string | null
  readonly hasPin: boolean
  /** SHA-256 of the one-inch photo; null: there is none. */
  readonly photo: string | null
  readonly createdAt: number
}
export interface NewPerson extends Omit<Person, 'id' | 'no' | 'status' | 'idLast4' | 'hasPin' | 'photo' | 'createdAt'> {
  readonly idNumber: string | null
}
/** How numbers are made unreadable; the keys are not here. */
export interface Sealing {
  lookup(kind: string, value: string): string
  seal(plain: string, about: string): string
  unseal(sealed: string, about: string): string | null
}
export type People = ReturnType<typeof people>

export const plainId = (number: string): string => number.normalize('NFKC').replaceAll(/[\s-]/g, '').toUpperCase()

/** @param day the site's calendar day of a moment, `20261121` */
export function people(db: Db, keys: Sealing, day: (at: number) => string) {
  const nextNo = db.prepare(
    'INSERT INTO number (kind, day, last) VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET last = last + 1 RETURNING last',
  )
  const numbered = (kind: string, word: string, now: number) => {
    const { last } = nextNo.get(kind, day(now)) as { last: number }
    return `${word}-${day(now)}-${String(last).padStart(3, '0')}`
  }
  const addCompany = db.prepare('INSERT INTO company VALUES (?, ?, ?, ?, 0)')
  const companyNamed = db.prepare('SELECT id FROM company WHERE name = ?')
  const companies = db.prepare('SELECT * FROM company ORDER BY name')
  const company = db.prepare('SELECT * FROM company WHERE id = ?')
  const block = db.prepare('UPDATE company SET blocked = ? WHERE id = ?')
  const addWorks = db.prepare('INSERT INTO works VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL)')
  const allWorks = db.prepare('SELECT * FROM works ORDER BY id DESC')
  const works = db.prepare('SELECT * FROM works WHERE id = ?')
  const closeWorks = db.prepare('UPDATE works SET closed_at = ?, closed_by = ? WHERE id = ?')
  const add = db.prepare(
    `INSERT INTO person (id, no, name, kind, company, trade, phone, level, roles, status, account, certificates, id_kind,
      id_lookup, id_last4, id_sealed, pin, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'active', ?, ?, ?, ?, ?, ?, NULL, ?)`,
  )
  const get = db.prepare('SELECT * FROM person WHERE id = ?')
  const all = db.prepare(
    "SELECT * FROM person WHERE name LIKE ? ESCAPE '\\' OR no LIKE ? ESCAPE '\\' ORDER BY id DESC LIMIT ?",
  )
  const byId = db.prepare('SELECT id, no FROM person WHERE id_lookup = ?')
  const setStatus = db.prepare('UPDATE person SET status = ? WHERE id = ?')
  const setPin = db.prepare('UPDATE person SET pin = ? WHERE id = ?')
  const setPhoto = db.prepare('UPDATE person SET photo = ? WHERE id = ?')

  const { id: companyOf } = atHand(db, 'company', ['id'], {
    id(id): Company | undefined {
      const row = company.get(id) as (Omit<Company, 'blocked'> & { blocked: number }) | undefined
      return row && { ...row, blocked: row.blocked === 1 }
    },
  })
  const worksOf = (row: unknown): Works | undefined => {
    if (!row) return undefined
    const r = row as Record<string, string | number | null>
    return {
      ...(r as unknown as Works),
      permitTo: r.permit_to as number | null,
      openedAt: r.opened_at as number,
      closedAt: r.closed_at as number | null,
      closedBy: r.closed_by as string | null,
    }
  }
  const { id: worksBy } = atHand(db, 'works', ['id'], { id: id => worksOf(works.get(id)) })
  const { id: personBy } = atHand(db, 'person', ['id'], { id: id => personOf(get.get(id)) })
  const one = (id: string): Person => personBy(id) ?? fail('not-found', { what: id })
  return {
    companies: (): Company[] =>
      (companies.all() as (Omit<Company, 'blocked'> & { blocked: number })[]).map(r => ({
        ...r,
        blocked: r.blocked === 1,
      })),
    company: companyOf,
    /** @throws already-exists */
    addCompany(note: Note, asked: Omit<Company, 'id' | 'blocked'>, now: number): Company {
      if (companyNamed.get(asked.name)) fail('already-exists', { name: asked.name })
      const id = ulid(now)
      addCompany.run(id, asked.name, asked.colour, asked.phone)
      note('company', id, 'created', { name: asked.name, colour: asked.colour })
      return companyOf(id)!
    },
    blockCompany(note: Note, id: string, blocked: boolean, reason: string): Company {
      if (!companyOf(id)) fail('not-found', { what: id })
      block.run(blocked ? 1 : 0, id)
      note('company', id, blocked ? 'blocked' : 'unblocked', { reason })
      return companyOf(id)!
    },
    worksSites: (): Works[] => allWorks.all().map(row => worksOf(row)!),
    works: (id: string): Works | undefined => worksBy(id),
    addWorks(note: Note, asked: Pick<Works, 'name' | 'space' | 'company' | 'permit' | 'permitTo'>, now: number): Works {
      if (asked.company !== null && !companyOf(asked.company)) fail('not-found', { what: asked.company })
      const id = ulid(now)
      const no = numbered('works', 'WS', now)
      addWorks.run(id, no, asked.name, asked.space, asked.company, asked.permit, asked.permitTo, now)
      note('works', id, 'opened', { no, name: asked.name, space: asked.space, permit: asked.permit })
      return worksOf(works.get(id))!
    },
    /** @throws works-closed */
    closeWorks(note: Note, id: string, by: string, unreturned: readonly string[], now: number): Works {
      const had = worksOf(works.get(id)) ?? fail('not-found', { what: id })
      if (had.closedAt !== null) fail('works-closed', { no: had.no })
      closeWorks.run(now, by, id)
      note('works', id, 'closed', { no: had.no, unreturned })
      return worksOf(works.get(id))!
    },
    /** One ID, one person: two records of somebody would be two passes. @throws person-known */
    add(note: Note, asked: NewPerson, now: number): Person {
      if (asked.company !== null && !companyOf(asked.company)) fail('not-found', { what: asked.company })
      const number = asked.idNumber === null ? null : plainId(asked.idNumber)
      const lookup = number === null ? null : keys.lookup(`id ${asked.idKind}`, number)
      const twin = lookup === null ? undefined : (byId.get(lookup) as { no: string } | undefined)
      if (twin) fail('person-known', { no: twin.no })
      const id = ulid(now)
      const no = numbered('person', 'P', now)
      add.run(
        ...[id, no, asked.name, asked.kind, asked.company, asked.trade, asked.phone, asked.level],
        ...[JSON.stringify(asked.roles), asked.account, JSON.stringify(asked.certificates), asked.idKind, lookup],
        ...[number?.slice(-4) ?? null, number === null ? null : keys.seal(number, id), now],
      )
      // The trail forgets nothing: neither the ID number nor the telephone stands on it.
      note('person', id, 'created', {
        no,
        kind: asked.kind,
        company: asked.company,
        level: asked.level,
        roles: asked.roles,
      })
      return one(id)
    },
    get: (id: string): Person | undefined => personBy(id),
    one,
    /** Newest first. @param words of the name or the number */
    list(words: string, limit: number): Person[] {
      const like = `%${words.replaceAll(/[\\%_]/g, c => `\\${c}`)}%`
      return all.all(like, like, limit).map(row => personOf(row)!)
    },
    setStatus(note: Note, id: string, status: Person['status'], reason: string): Person {
      one(id)
      setStatus.run(status, id)
      note('person', id, status === 'active' ? 'resumed' : 'suspended', { reason })
      return one(id)
    },
    /** @param hash of scrypt; null takes it away */
    setPin(note: Note, id: string, hash: string | null): Person {
      one(id)
      setPin.run(hash, id)
      note('person', id, hash === null ? 'pin-removed' : 'pin-set')
      return one(id)
    },
    /** @param hash of the photo, `<sha256>.<type>` */
    setPhoto(note: Note, id: string, hash: string): Person {
      one(id)
      setPhoto.run(hash, id)
      note('person', id, 'photo', { hash })
      return one(id)
    },
    /** Who has this ID number. */
    ofId(kind: string, number: string): Person | undefined {
      const row = byId.get(keys.lookup(`id ${kind}`, plainId(number))) as { id: string } | undefined
      return row && one(row.id)
    },
    pinHash: (id: string): string | null => (get.get(id) as { pin: string | null } | undefined)?.pin ?? null,
    /** The full ID number. Each reading is a line of its own on the trail, with its reason. @throws id-unreadable */
    readId(note: Note, id: string, reason: string): string | null {
      const row = get.get(id) as { id_sealed: string | null } | undefined
      if (!row) return fail('not-found', { what: id })
      note('person', id, 'id-read', { reason })
      return row.id_sealed === null ? null : (keys.unseal(row.id_sealed, id) ?? fail('id-unreadable'))
    },
  }
}

function personOf(row: unknown): Person | undefined {
  if (!row) return undefined
  const r = row as Record<string, string | number | null>
  return {
    id: r.id as string,
    no: r.no as string,
    name: r.name as string,
    kind: r.kind as PersonKind,
    company: r.company as string | null,
    trade: r.trade as string,
    phone: r.phone as string,
    level: r.level as number,
    roles: JSON.parse(r.roles as string) as string[],
    status: r.status as Person['status'],
    account: r.account as string | null,
    certificates: JSON.parse(r.certificates as string) as Person['certificates'],
    idKind: r.id_kind as string | null,
    idLast4: r.id_last4 as string | null,
    hasPin: r.pin !== null,
    photo: r.photo as string | null,
    createdAt: r.created_at as number,
  }
}
