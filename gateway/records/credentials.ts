import { ulid } from 'ulid'
import {
  type CredentialAction,
  type CredentialClass,
  type CredentialPhase,
  credentialFlow,
  isOut,
} from '../../rules/access/credential.ts'
import { move, type Role } from '../../rules/flow.ts'
import { fail } from '../core/errors.ts'
import type { Actor } from '../core/events.ts'
import { atHand } from './athand.ts'
import type { Db } from './db.ts'
import type { Person, Works } from './people.ts'
import type { Note } from './trail.ts'

/** Where the duplicate of a temporary pass is; at the gate: its holder is inside. none: a pass without duplicate. */
export const duplicateStates = ['none', 'holder', 'gate', 'returned'] as const
export interface Credential {
  readonly id: string
  readonly no: string
  /** In a QR code. */
  readonly passNo: number
  readonly person: string
  readonly class: CredentialClass
  /** What one may see of its number. */
  readonly shown: string
  readonly phase: CredentialPhase
  readonly validFrom: number
  readonly validTo: number
  readonly levels: readonly string[]
  readonly works: string | null
  readonly duplicate: (typeof duplicateStates)[number]
  /** Yuan as decimal text, never a float. */
  readonly deposit: string | null
  readonly receipt: string | null
  readonly refundedAt: number | null
  readonly refundedBy: string | null
  readonly issuedBy: string
  readonly issuedAt: number
  readonly approvedBy: string | null
  readonly approvedAt: number | null
  readonly reason: string
}
export interface NewCredential
  extends Pick<Credential, 'class' | 'shown' | 'validFrom' | 'validTo' | 'levels' | 'deposit' | 'receipt'> {
  /** HMAC of what a reader says; null: found by its pass number. */
  readonly lookup: string | null
  /** The raw bits or the holder's key, sealed for this id. */
  readonly seal: (id: string) => string | null
  readonly link: string | null
}
type By = Actor & { readonly role: Role }
export type Credentials = ReturnType<typeof credentials>

const open: readonly CredentialPhase[] = ['requested', 'active', 'suspended']

/** @param day the site's calendar day of a moment, `20261121` */
export function credentials(db: Db, day: (at: number) => string) {
  const nextNo = db.prepare(
    'INSERT INTO number (kind, day, last) VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET last = last + 1 RETURNING last',
  )
  const insert = db.prepare(
    `INSERT INTO credential (id, no, pass_no, person, class, lookup, shown, sealed, phase, valid_from, valid_to, levels, works,
      duplicate, deposit, receipt, issued_by, issued_at, reason, link)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'requested', ?, ?, ?, ?, ?, ?, ?, ?, ?, '', ?)`,
  )
  const get = db.prepare('SELECT * FROM credential WHERE id = ?')
  // The one that somebody holds: ids of one moment, or of a clock that was set back, say nothing of which came later.
  const byLookup = db.prepare(
    `SELECT * FROM credential WHERE lookup = ?
      ORDER BY phase IN ('requested', 'active', 'suspended') DESC, issued_at DESC, id DESC LIMIT 1`,
  )
  const lookupOf = db.prepare('SELECT lookup FROM credential WHERE id = ?')
  const byPass = db.prepare('SELECT * FROM credential WHERE pass_no = ?')
  const byLink = db.prepare('SELECT * FROM credential WHERE link = ?')
  const ofPerson = db.prepare('SELECT * FROM credential WHERE person = ? ORDER BY id DESC')
  const ofWorks = db.prepare('SELECT * FROM credential WHERE works = ? ORDER BY pass_no')
  const all = db.prepare('SELECT * FROM credential WHERE id < ? ORDER BY id DESC LIMIT ?')
  const approvedIn = db.prepare(
    'SELECT * FROM credential WHERE approved_at >= ? AND approved_at < ? ORDER BY approved_at, id',
  )
  const atGate = db.prepare("SELECT * FROM credential WHERE duplicate = 'gate' ORDER BY id")
  const active = db.prepare("SELECT * FROM credential WHERE phase = 'active' ORDER BY person, id")
  const setPhase = db.prepare('UPDATE credential SET phase = ?, reason = ? WHERE id = ?')
  const approve = db.prepare('UPDATE credential SET approved_by = ?, approved_at = ? WHERE id = ?')
  const setDuplicate = db.prepare('UPDATE credential SET duplicate = ? WHERE id = ?')
  const refund = db.prepare('UPDATE credential SET refunded_at = ?, refunded_by = ? WHERE id = ?')
  const byNo = db.prepare('SELECT * FROM credential WHERE no = ?')
  const known = db.prepare("SELECT * FROM credential WHERE phase NOT IN ('returned', 'refused') ORDER BY id")
  const newest = db.prepare('SELECT max(pass_no) AS newest FROM credential')
  const hold = db.prepare(
    `INSERT INTO gate_held SELECT ?, coalesce((SELECT min(s) FROM (SELECT 1 AS s UNION SELECT slot + 1 FROM gate_held)
      WHERE s NOT IN (SELECT slot FROM gate_held)), 1), ?`,
  )
  const giveBack = db.prepare('DELETE FROM gate_held WHERE credential = ?')
  const held = db.prepare('SELECT credential, slot, since FROM gate_held ORDER BY slot')
  const bump = db.prepare(
    "INSERT INTO access_state VALUES ('version', 1) ON CONFLICT DO UPDATE SET value = value + 1 RETURNING value",
  )
  // Asked for at every card.
  const hand = atHand(db, 'credential', ['id', 'lookup', 'pass_no'], {
    id: id => credentialOf(get.get(id)),
    lookup: lookup => credentialOf(byLookup.get(lookup)),
    pass_no: no => credentialOf(byPass.get(no)),
  })
  const one = (id: string): Credential => hand.id(id) ?? fail('not-found', { what: id })
  const notOwn = (person: Person, by: Actor) => {
    if (person.account !== null && person.account.toLowerCase() === by.name.toLowerCase()) fail('grant-self')
  }

  return {
    get: (id: string): Credential | undefined => hand.id(id),
    one,
    ofLookup: (lookup: string): Credential | undefined => hand.lookup(lookup),
    /** Null: found by its pass number, or not known. */
    lookupOf: (id: string): string | null =>
      (lookupOf.get(id) as { lookup: string | null } | undefined)?.lookup ?? null,
    ofPass: (passNo: number): Credential | undefined => hand.pass_no(passNo),
    ofLink: (link: string): Credential | undefined => credentialOf(byLink.get(link)),
    ofPerson: (person: string): Credential[] => ofPerson.all(person).map(row => credentialOf(row)!),
    ofWorks: (works: string): Credential[] => ofWorks.all(works).map(row => credentialOf(row)!),
    /** Whose duplicate lies at the gate. */
    atGate: (): Credential[] => atGate.all().map(row => credentialOf(row)!),
    ofNo: (no: string): Credential | undefined => credentialOf(byNo.get(no)),
    /** All of which a gate has to know: also those that are stopped, but not those that were given back. */
    known: (): Credential[] => known.all().map(row => credentialOf(row)!),
    newestPass: (): number => (newest.get() as { newest: number | null }).newest ?? 0,
    /** The duplicates that lie at the gate, by the slot of the rack. */
    held: () => held.all() as { readonly credential: string; readonly slot: number; readonly since: number }[],
    active: (): Credential[] => active.all().map(row => credentialOf(row)!),
    /** Newest first, before the id `before`. */
    /** Approved in [from, to), whatever became of them. */
    approvedIn: (from: number, to: number): Credential[] => approvedIn.all(from, to).map(row => credentialOf(row)!),
    list: (limit: number, before = '~'): Credential[] => all.all(before, limit).map(row => credentialOf(row)!),
    sealed: (id: string): string | null => (get.get(id) as { sealed: string | null } | undefined)?.sealed ?? null,
    /**
     * Asked for, not yet given: it opens nothing until somebody else has approved it.
     * @throws grant-self, one-pass, card-taken, works-closed, company-blocked
     */
    request(note: Note, person: Person, works: Works | null, asked: NewCredential, by: By, now: number): Credential {
      notOwn(person, by)
      if (works?.closedAt) fail('works-closed', { no: works.no })
      const had = ofPerson.all(person.id).map(row => credentialOf(row)!)
      // One person one pass: what was not given back is still his [临时出入证: 一人一证].
      const twin = had.find(c => c.class !== 'pin' && (c.phase === 'requested' || isOut(c.phase)))
      if (asked.class !== 'pin' && person.kind === 'contractor' && twin) fail('one-pass', { no: twin.no })
      const owner = asked.lookup === null ? undefined : credentialOf(byLookup.get(asked.lookup))
      if (owner && open.includes(owner.phase)) fail('card-taken', { no: owner.no })
      const id = ulid(now)
      const { last } = nextNo.get('credential', day(now)) as { last: number }
      const no = `C-${day(now)}-${String(last).padStart(3, '0')}`
      // A list of a thousand people must not run into the numbers of the next day.
      const passNo = Number(day(now)) * 100_000 + last
      const duplicate = person.kind === 'contractor' && asked.class !== 'pin' ? 'holder' : 'none'
      insert.run(
        ...[id, no, passNo, person.id, asked.class, asked.lookup, asked.shown, asked.seal(id), asked.validFrom],
        ...[asked.validTo, JSON.stringify(asked.levels), works?.id ?? null, duplicate, asked.deposit, asked.receipt],
        ...[by.name, now, asked.link],
      )
      const { levels, validTo, deposit, receipt } = asked
      note('credential', id, 'requested', {
        no,
        class: asked.class,
        person: person.id,
        levels,
        validTo,
        deposit,
        receipt,
      })
      return one(id)
    },
    /** @throws credential-not-so, not-your-role, grant-self, approve-own, needs-reason */
    move(
      note: Note,
      id: string,
      person: Person,
      action: CredentialAction,
      reason: string,
      by: By,
      now: number,
    ): Credential {
      const had = one(id)
      const moved = move(credentialFlow, had.phase, action, by.role)
      if ('refused' in moved) return fail(moved.refused === 'no-such-move' ? 'credential-not-so' : 'not-your-role')
      if (action === 'approve' || action === 'resume') {
        notOwn(person, by)
        if (had.issuedBy.toLowerCase() === by.name.toLowerCase()) fail('approve-own')
      }
      if (action !== 'approve' && action !== 'return' && reason === '') fail('needs-reason')
      setPhase.run(moved.to, reason, id)
      if (action === 'approve') approve.run(by.name, now, id)
      // Whoever stops it does not know where the duplicate is; whoever takes it back has it in his hand.
      if (action === 'return' && had.duplicate !== 'none') {
        setDuplicate.run('returned', id)
        giveBack.run(id)
      }
      const { value: version } = bump.get() as { value: number }
      note('credential', id, moved.to, { no: had.no, from: had.phase, reason, version })
      return one(id)
    },
    /** Against the pass and the receipt, once. @throws refund-not-returned, refund-receipt, refund-made */
    refund(note: Note, id: string, receipt: string, by: By, now: number): Credential {
      const had = one(id)
      if (had.deposit === null || had.phase !== 'returned') fail('refund-not-returned', { no: had.no })
      if (had.refundedAt !== null) fail('refund-made', { no: had.no })
      if (receipt.trim() !== had.receipt) fail('refund-receipt', { no: had.no })
      refund.run(now, by.name, id)
      note('credential', id, 'refunded', { no: had.no, deposit: had.deposit, receipt: had.receipt })
      return one(id)
    },
    /**
     * Handed in at the gate on the way in, given back on the way out: whoever's lies there is inside.
     * @param happened it was done while the gate was cut off, whatever had become of the pass meanwhile
     * @throws duplicate-not-so
     */
    moveDuplicate(note: Note, id: string, to: 'gate' | 'holder', now: number, happened = false): Credential {
      const had = one(id)
      const from = to === 'gate' ? 'holder' : 'gate'
      if (had.duplicate !== from) fail('duplicate-not-so', { no: had.no })
      // Nobody comes in by a pass that is no longer good; whoever is inside gets out by any.
      if (to === 'gate' && had.phase !== 'active' && !happened) fail('duplicate-not-so', { no: had.no })
      setDuplicate.run(to, id)
      if (to === 'gate') hold.run(id, now)
      else giveBack.run(id)
      note('credential', id, to === 'gate' ? 'duplicate-in' : 'duplicate-out', { no: had.no })
      return one(id)
    },
  }
}

function credentialOf(row: unknown): Credential | undefined {
  if (!row) return undefined
  const r = row as Record<string, string | number | null>
  return {
    id: r.id as string,
    no: r.no as string,
    passNo: r.pass_no as number,
    person: r.person as string,
    class: r.class as CredentialClass,
    shown: r.shown as string,
    phase: r.phase as CredentialPhase,
    validFrom: r.valid_from as number,
    validTo: r.valid_to as number,
    levels: JSON.parse(r.levels as string) as string[],
    works: r.works as string | null,
    duplicate: r.duplicate as Credential['duplicate'],
    deposit: r.deposit as string | null,
    receipt: r.receipt as string | null,
    refundedAt: r.refunded_at as number | null,
    refundedBy: r.refunded_by as string | null,
    issuedBy: r.issued_by as string,
    issuedAt: r.issued_at as number,
    approvedBy: r.approved_by as string | null,
    approvedAt: r.approved_at as number | null,
    reason: r.reason as string,
  }
}
