import { ulid } from 'ulid'
import type { Order } from '../../rules/order.ts'
import {
  type Check,
  type CheckResult,
  type Labour,
  type Payer,
  type Signature,
  type Signer,
  type Signing,
  signable,
  standing,
  used,
} from '../../rules/orderwork.ts'
import { fail } from '../core/errors.ts'
import type { Db } from './db.ts'
import type { Parts } from './parts.ts'
import type { Note } from './trail.ts'
import type { Workorder, Workorders } from './workorders.ts'

/** More than a repair needs, and few enough that nobody can fill the disk with one order. */
export const MOST_LINES = 200
const MOST_SIGNATURES = 20

export type OrderWork = ReturnType<typeof orderWork>
export interface NewMaterial {
  /** Of the store; then name, unit and price are its own. */
  readonly part: string | null
  readonly name: string
  readonly quantity: number
  readonly unit: string
  readonly priceCents: number | null
  readonly payer: Payer | null
}
export interface NewSignature {
  readonly who: Signer
  readonly how: Signing
  readonly name: string
  readonly hash: string | null
  readonly bytes: number | null
  readonly by: string
  readonly deviceAt: number | null
}

/** What is written on an order while it is done. Each is one change, with the store where parts come from it. */
export function orderWork(db: Db, workorders: Workorders, parts: Parts) {
  const putName = db.prepare('INSERT INTO order_signature (id, workorder, name) VALUES (?, ?, ?)')
  const namesOf = db.prepare('SELECT id, name FROM order_signature WHERE workorder = ?')
  const full = (lines: readonly unknown[], most = MOST_LINES) => {
    if (lines.length >= most) fail('too-many', { most })
  }
  const lineOf = <T extends { readonly id: string }>(lines: readonly T[], id: string): T =>
    lines.find(l => l.id === id) ?? fail('not-found', { what: id })
  const replaced = <T extends { readonly id: string }>(lines: readonly T[], line: T): T[] =>
    lines.map(l => (l.id === line.id ? line : l))

  return {
    /** Inside a change: what was used; of the store, it is taken out there. Throws `part-short`. */
    addMaterial(note: Note, id: string, asked: NewMaterial, by: string, now: number): Workorder {
      return workorders.write(
        note,
        id,
        'material',
        had => {
          full(had.materials)
          const part = asked.part === null ? null : parts.move(note, asked.part, 'issue', asked.quantity, had)
          const { quantity, payer } = asked
          const name = part?.name ?? asked.name
          const unit = part?.unit ?? asked.unit
          const priceCents = asked.priceCents ?? part?.priceCents ?? null
          const line = {
            id: ulid(now),
            name,
            quantity,
            unit,
            part: asked.part,
            priceCents,
            payer,
            returned: 0,
            by,
            at: now,
          }
          const data = { name, quantity, unit, ...(part && { part: part.id }), priceCents, payer }
          return { order: { ...had, materials: [...had.materials, line] }, data }
        },
        now,
      )
    },
    /** Inside a change: so much of a line went back, or was written down too much. */
    giveBack(note: Note, id: string, line: string, quantity: number, now: number): Workorder {
      return workorders.write(
        note,
        id,
        'returned',
        had => {
          const m = lineOf(had.materials, line)
          const left = used(m)
          if (quantity > left) fail('return-too-much', { left, unit: m.unit })
          if (m.part !== null) parts.move(note, m.part, 'return', quantity, had)
          const returned = (Math.round(m.returned * 1000) + Math.round(quantity * 1000)) / 1000
          return {
            order: { ...had, materials: replaced(had.materials, { ...m, returned }) },
            data: { name: m.name, quantity, unit: m.unit },
          }
        },
        now,
      )
    },
    /** Inside a change: held back in the store for this order; less than nothing of it lets go. Throws `part-short`. */
    reserve(note: Note, id: string, part: string, quantity: number, now: number): Workorder {
      const action = quantity > 0 ? ('reserve' as const) : ('release' as const)
      return workorders.write(
        note,
        id,
        action,
        had => {
          const { name, unit } = parts.move(note, part, action, Math.abs(quantity), had)
          return { order: had, data: { part, name, quantity: Math.abs(quantity), unit } }
        },
        now,
      )
    },
    /** Inside a change: who worked how long. */
    addLabour(note: Note, id: string, asked: Omit<Labour, 'id' | 'withdrawn' | 'at'>, now: number): Workorder {
      return workorders.write(
        note,
        id,
        'labour',
        had => {
          full(had.labour)
          const { person, minutes, rateCents, payer } = asked
          const line: Labour = { ...asked, id: ulid(now), withdrawn: false, at: now }
          return { order: { ...had, labour: [...had.labour, line] }, data: { person, minutes, rateCents, payer } }
        },
        now,
      )
    },
    /** Inside a change: it was written down wrongly. */
    withdrawLabour(note: Note, id: string, line: string, now: number): Workorder {
      return workorders.write(
        note,
        id,
        'labour-withdrawn',
        had => {
          const l = lineOf(had.labour, line)
          return {
            order: { ...had, labour: replaced(had.labour, { ...l, withdrawn: true }) },
            data: { person: l.person, minutes: l.minutes },
          }
        },
        now,
      )
    },
    /**
     * Inside a change: what was found at one item of the check sheet. What is bad opens an order of its own, one for each
     * equipment and item however often it is found [people-and-permits 2.1]. Throws `no-such-move` unless somebody is there.
     */
    check(
      note: Note,
      id: string,
      asked: { readonly plan: string; readonly item: string; readonly result: CheckResult; readonly note: string },
      by: string,
      now: number,
    ): Workorder {
      return workorders.write(
        note,
        id,
        'check',
        had => {
          const item = had.items.find(i => i.plan === asked.plan && i.id === asked.item)
          if (!item) return fail('not-found', { what: asked.item })
          if (had.phase !== 'arrived') fail('no-such-move', { no: had.no })
          if (asked.result !== 'ok' && asked.note === '') fail('needs-reason', { no: had.no })
          const bad = asked.result === 'bad' ? badItem(note, had, item.text, asked, now) : null
          const check: Check = { ...asked, workorder: bad?.id ?? null, by, at: now }
          const others = had.checks.filter(c => c.plan !== asked.plan || c.item !== asked.item)
          const { item: of, result } = asked
          return {
            order: { ...had, checks: [...others, check] },
            data: {
              item: of,
              result,
              ...(asked.note !== '' && { remark: asked.note }),
              ...(bad && { opened: bad.no }),
            },
          }
        },
        now,
      )
    },
    /** Inside a change: somebody signs. A picture is on the disk already. Throws `no-such-move`, `sign-own`. */
    sign(note: Note, id: string, asked: NewSignature, now: number): Workorder {
      return workorders.write(
        note,
        id,
        'sign',
        had => {
          const refused = signable(had, asked)
          if (refused) fail(refused, { no: had.no })
          full(had.signatures, MOST_SIGNATURES)
          const { name, ...facts } = asked
          // The same picture twice is one that was sent again.
          const again = standing(had).find(s => s.hash !== null && s.hash === facts.hash && s.who === facts.who)
          const { who, how, hash, bytes, deviceAt } = facts
          if (again) return { order: had, data: { who, how, hash, again: true } }
          const signature: Signature = { ...facts, id: ulid(now), at: now }
          if (name !== '') putName.run(signature.id, id, name)
          return {
            order: { ...had, signatures: [...had.signatures, signature] },
            data: { who, how, hash, bytes, deviceAt },
          }
        },
        now,
      )
    },
    /** Who signed, by name; for those who may see reports. */
    namesOf: (id: string): ReadonlyMap<string, string> =>
      new Map(namesOf.all(id).map(row => [(row as { id: string }).id, (row as { name: string }).name])),
  }

  function badItem(
    note: Note,
    had: Workorder,
    words: Order['text'],
    { plan, item, note: found }: { readonly plan: string; readonly item: string; readonly note: string },
    now: number,
  ): Workorder {
    const object = had.equipment ?? had.space ?? 'site'
    return workorders.openFor(
      note,
      {
        alarm: null,
        text: { 'zh-CN': `${words['zh-CN']}：${found}`, en: `${words.en}: ${found}` },
        class: 'general',
        severity: null,
        equipment: had.equipment,
        space: had.space,
        origin: 'check',
        crew: had.crew,
        key: `c:${object}:${plan}:${item}`,
      },
      now,
    )
  }
}
