import {
  type Book,
  type Installation,
  installedAt,
  type Meter,
  type Multiplier,
  type RegisterCode,
  type ServicePoint,
} from '../../rules/readings/book.ts'
import { fail } from '../core/errors.ts'
import type { Db } from './db.ts'
import type { Note } from './trail.ts'

export type MeterBook = ReturnType<typeof openMeterBook>
/** An exchange: what the old meter showed last, and the new one first. The same meter again: its register began anew. */
export interface Exchange {
  readonly point: string
  readonly at: number
  readonly closing: Partial<Record<RegisterCode, number>>
  readonly meter: Meter
  readonly opening: Partial<Record<RegisterCode, number>>
  /** Who else stood by, and why. */
  readonly witness: string
  readonly reason: string
}

/** The meter book. What is no longer so stays in it: last year's reading needs last year's meter. */
export function openMeterBook(db: Db) {
  const points = db.prepare('SELECT * FROM service_point ORDER BY id')
  const meters = db.prepare('SELECT facts FROM meter ORDER BY serial')
  const installations = db.prepare('SELECT * FROM meter_installation ORDER BY from_at, n')
  const multipliers = db.prepare('SELECT * FROM meter_multiplier ORDER BY from_at, n')
  const putPoint = db.prepare(
    `INSERT INTO service_point (id, unit, medium, parent, role, use, closed) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET unit = excluded.unit, medium = excluded.medium, parent = excluded.parent,
     role = excluded.role, use = excluded.use, closed = excluded.closed`,
  )
  const putMeter = db.prepare(
    'INSERT INTO meter (serial, facts) VALUES (?, ?) ON CONFLICT (serial) DO UPDATE SET facts = excluded.facts',
  )
  const install = db.prepare(
    'INSERT INTO meter_installation (point, meter, from_at, opening, to_at, closing) VALUES (?, ?, ?, ?, NULL, ?)',
  )
  const remove = db.prepare('UPDATE meter_installation SET to_at = ?, closing = ? WHERE point = ? AND to_at IS NULL')
  const multiply = db.prepare(
    'INSERT INTO meter_multiplier (point, from_at, micro, indexes, evidence) VALUES (?, ?, ?, ?, ?)',
  )
  let kept: Book | null = null
  const parse = (text: unknown) => JSON.parse(text as string) as Partial<Record<RegisterCode, number>>

  function book(): Book {
    // Inside a transaction that is taken back, what was read would stay.
    if (kept && !db.inTx()) return kept
    const read: Book = {
      points: points.all().map(r => ({ ...r, closed: r.closed === 1 }) as unknown as ServicePoint),
      meters: meters.all().map(r => JSON.parse(r.facts as string) as Meter),
      installations: installations.all().map(
        (r): Installation => ({
          ...{ point: r.point as string, meter: r.meter as string, from: r.from_at as number },
          ...{ opening: parse(r.opening), to: r.to_at as number | null, closing: parse(r.closing) },
        }),
      ),
      multipliers: multipliers.all().map(
        (r): Multiplier => ({
          ...{ point: r.point as string, from: r.from_at as number, micro: r.micro as number },
          ...{ index: parse(r.indexes), evidence: r.evidence as string },
        }),
      ),
    }
    kept = db.inTx() ? null : read
    return read
  }
  const storePoint = ({ id, unit, medium, parent, role, use, closed }: ServicePoint) =>
    putPoint.run(id, unit, medium, parent, role, use, closed ? 1 : 0)
  const forget = () => {
    kept = null
  }
  const here = (point: string, at: number): Installation | undefined =>
    installedAt(
      book().installations.filter(i => i.point === point),
      at,
    )

  /** Throws `exchange-time`, `meter-not-there`, `exchange-index`. */
  function checkMultiplier(change: Multiplier, now: number): void {
    const last = book().multipliers.findLast(m => m.point === change.point)
    if (change.from > now || (last && change.from <= last.from)) fail('exchange-time')
    const there = here(change.point, change.from) ?? fail('meter-not-there', { point: change.point })
    for (const { code } of book().meters.find(m => m.serial === there.meter)?.registers ?? [])
      if (change.index[code] === undefined) fail('exchange-index')
  }

  return {
    book,
    here,
    checkMultiplier,
    /** Inside a change: a service point, new or said anew. */
    put(note: Note, point: ServicePoint): void {
      forget()
      storePoint(point)
      note('service-point', point.id, 'set', { ...point })
    },
    /** Inside a change: the first meter of a point, with what it showed and what a step is worth. */
    install(note: Note, meter: Meter, at: Omit<Installation, 'to' | 'closing'>, micro: number): void {
      forget()
      putMeter.run(meter.serial, JSON.stringify(meter))
      install.run(at.point, at.meter, at.from, JSON.stringify(at.opening), '{}')
      multiply.run(at.point, at.from, micro, '{}', '')
      note('service-point', at.point, 'installed', { ...at, micro })
    },
    /** Inside a change: facts of a meter that no bill depends on, or a register more. */
    describe(note: Note, meter: Meter): void {
      forget()
      putMeter.run(meter.serial, JSON.stringify(meter))
      note('meter', meter.serial, 'described', { ...meter })
    },
    /** Inside a change. Throws `meter-not-there`, `meter-elsewhere`, `exchange-index`, `exchange-time`. */
    exchange(note: Note, asked: Exchange, now: number): void {
      const { point, at, closing, meter, opening, witness, reason } = asked
      const old = here(point, now) ?? fail('meter-not-there', { point })
      if (at <= old.from || at > now) fail('exchange-time')
      const other = book().installations.find(i => i.meter === meter.serial && i.to === null && i.point !== point)
      if (other) fail('meter-elsewhere', { meter: meter.serial, point: other.point })
      const was = book().meters.find(m => m.serial === old.meter)
      for (const { code } of was?.registers ?? []) if (closing[code] === undefined) fail('exchange-index')
      for (const { code } of meter.registers) if (opening[code] === undefined) fail('exchange-index')
      forget()
      remove.run(at, JSON.stringify(closing), point)
      putMeter.run(meter.serial, JSON.stringify(meter))
      install.run(point, meter.serial, at, JSON.stringify(opening), '{}')
      note('service-point', point, meter.serial === old.meter ? 'register-began-anew' : 'exchanged', {
        ...{ at, from: old.meter, closing, to: meter.serial, opening, witness, reason },
      })
    },
    /** Inside a change: another CT, VT or pulse weight, with what the registers showed then. Throws `exchange-time`. */
    setMultiplier(note: Note, change: Multiplier, now: number): void {
      checkMultiplier(change, now)
      forget()
      multiply.run(change.point, change.from, change.micro, JSON.stringify(change.index), change.evidence)
      note('service-point', change.point, 'multiplier', { ...change })
    },
    /** What was read inside a change that was taken back is not so. */
    forget,
  }
}
