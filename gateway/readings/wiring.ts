import { dayBegun } from '../../rules/readings/boundary.ts'
import { monthBounds } from '../billing/months.ts'
import { groups } from '../billing/schema.ts'
import type { Clock } from '../core/clock.ts'
import type { Log } from '../core/log.ts'
import type { History } from '../history/history.ts'
import type { Plant } from '../http/deps.ts'
import type { Kept } from '../kept.ts'
import { openMultiplierAsks } from '../records/multiplierasks.ts'
import { openReadingChecks } from '../records/readingchecks.ts'
import { meterBalance } from './balances.ts'
import { watchChecks } from './checks.ts'
import { dailyRows, dailyUses } from './daily.ts'
import { energyOverviews } from './energy.ts'
import { fieldChecks } from './fieldcheck.ts'
import { openReadingKeeper } from './keeper.ts'
import { type IssuedPeriod, multiplierDesk } from './multipliers.ts'
import { exceptionText, readingQueue } from './queue.ts'
import { readingViews } from './views.ts'

const TELL_EVERY_MS = 10_000
/** Issued batches that are looked at: a multiplier from before them is years old. */
const MOST_BATCHES = 200

interface Wiring {
  readonly clock: Clock
  readonly log: Log
  readonly history: History
  readonly kept: Pick<Kept, 'db' | 'trail' | 'meterBook' | 'readings' | 'billingRecords' | 'workorders' | 'registers'>
  readonly plant: () => Plant | null
  readonly sweep?: (() => void) | undefined
  /** Whether the clock may close a day. */
  readonly safe?: () => boolean
  /** Whether it agrees with what was recorded. */
  readonly believed?: () => boolean
}

/** All of readings that the rest of the gateway sees. */
export function openReadingParts({ clock, log, history, kept, plant, sweep, safe, believed }: Wiring) {
  const { db, trail, meterBook: book, readings, workorders, registers } = kept
  const site = () => plant()?.site ?? null
  const checks = openReadingChecks(db)
  const asks = openMultiplierAsks(db)
  const send = fieldChecks({ book, workorders, site })
  const balance = meterBalance({ book, readings, checks, site })
  const keeper = openReadingKeeper({
    ...{ clock, trail, book, readings, history, site, sweep, ...(safe && { safe }) },
    failed: error => log.error({ error }, 'the meters could not be read; it will be tried again'),
    changed: point => watch.changed(point),
  })
  const queue = readingQueue({ trail, book, readings, checks, keeper, send, site, now: clock.now })
  const watch = watchChecks({
    ...{ clock, trail, book, readings, checks, history, site },
    vacant: unit =>
      site()?.spaces.get(unit)?.state === 'vacant' ||
      registers
        .list('vacant', true)
        .some(({ phase, values }) => phase === 'vacant' && (values.space === unit || values.unit === unit)),
    sendTo: (note, e, now) => {
      const meter = book.here(e.point, e.at)?.meter ?? ''
      return send(note, e.point, meter, exceptionText(e, ''), now).id
    },
    looked: () => {
      balance.look()
      tell()
    },
    failed: error => log.error({ error }, 'the readings could not be checked; it will be tried again'),
  })
  /** A main meter that came into the book after the site began is watched from now on. */
  function tell(): void {
    const alarms = plant()?.alarms
    if (!alarms) return
    alarms.watch(balance.points())
    alarms.samples(balance.samples(clock.now()))
  }
  const stopTelling = clock.every(TELL_EVERY_MS, tell)
  function issued(): IssuedPeriod[] {
    const zone = site()?.timezone ?? 'UTC'
    return kept.billingRecords.list(MOST_BATCHES).flatMap(b => {
      const bounds = b.issued ? monthBounds(b.period, zone, site()?.readings, readings.months()) : null
      const uses = groups.find(g => g.id === b.group)?.uses ?? []
      return bounds ? [{ period: b.period, day: dayBegun(bounds.to, zone), to: bounds.to, uses }] : []
    })
  }
  return {
    keeper,
    views: readingViews({ book, readings, keeper, balance }, site, () =>
      believed?.() === false ? 'not-believed' : safe?.() === false ? 'set' : 'safe',
    ),
    desk: {
      queue,
      multipliers: multiplierDesk({ book, asks, keeper, issued: () => issued().toSorted((a, b) => b.to - a.to) }),
      dailyUse: dailyUses({ book, readings, checks, site }),
      dailyRows,
      checks: watch,
      energy: energyOverviews({ book, readings, site }),
    },
    checks: watch,
    balance,
    async stop(): Promise<void> {
      stopTelling()
      await keeper.stop()
      await watch.stop()
    },
  }
}
export type ReadingParts = ReturnType<typeof openReadingParts>
export type ReadingDesk = ReadingParts['desk']
