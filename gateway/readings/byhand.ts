import type { Clock } from '../core/clock.ts'
import type { MeterBook } from '../records/meterbook.ts'
import type { MeterWalk } from '../records/meterwalk.ts'
import type { Readings } from '../records/readings.ts'
import type { Specials } from '../records/special.ts'
import type { Site } from '../site/site.ts'
import type { ReadingKeeper } from './keeper.ts'
import { openSpecialDesk } from './special.ts'
import { openWalk } from './walk.ts'
import { walkLists } from './walklist.ts'

interface Wiring {
  readonly clock: Clock
  readonly meterBook: MeterBook
  readonly readings: Readings
  readonly specials: Specials
  readonly meterWalk: MeterWalk
  readonly keeper: ReadingKeeper
  readonly site: () => Site | null
}
export type ByHand = ReturnType<typeof openByHand>

/** All that people do about readings with their own hands. */
export function openByHand({ clock, meterBook: book, readings, specials, meterWalk, keeper, site }: Wiring) {
  const walk = openWalk({ clock, book, readings, keeper, records: meterWalk, site })
  return {
    desk: openSpecialDesk({ clock, book, specials, keeper, site }),
    walk,
    lists: walkLists({ clock, book, walk, places: meterWalk.places, site }),
  }
}
