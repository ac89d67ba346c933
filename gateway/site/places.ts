import type { PointId } from '../../drivers/point.ts'
import type { Params } from '../core/errors.ts'
import type { Path } from './jsonproblems.ts'
import type { Contact, DoorGroup, Route, SitePlan, Tariff } from './placeschema.ts'
import type { Outline } from './schema.ts'

/** What a site says of its place, checked. Nothing of it acts yet but the plans, which are drawn. */
export interface Places {
  readonly routes: readonly Route[]
  readonly doorGroups: readonly DoorGroup[]
  readonly tariffs: readonly Tariff[]
  readonly contacts: readonly Contact[]
  readonly plans: readonly SitePlan[]
}

/** What the file names, whether or not the rest of the entry is right: one mistake is not blamed on others. */
export interface Named {
  readonly spaces: ReadonlySet<unknown>
  readonly equipment: ReadonlySet<unknown>
  readonly points: ReadonlySet<PointId>
  /** All equipment with all its points could be taken up. Otherwise nobody can say which points do not exist. */
  readonly whole: boolean
}
type Add = (path: Path, code: string, params?: Params, level?: 'error' | 'warning') => void

/** Holds the sections of the place against the rest of the site; what is wrong goes to `add`. */
export function placesOf(raw: Outline, named: Named, siteName: SitePlan['name'], add: Add): Places {
  const knownSpace = (path: Path, space: string | undefined) => {
    if (space !== undefined && !named.spaces.has(space)) add(path, 'unknown-space', { space })
  }
  const knownEquipment = (path: Path, equipment: string) => {
    if (!named.equipment.has(equipment)) add(path, 'unknown-equipment', { equipment })
  }
  const knownPoint = (path: Path, point: string) => {
    if (named.whole && !named.points.has(point as PointId)) add(path, 'unknown-point', { point })
  }

  if (raw.permits?.wind !== undefined) knownPoint(['permits', 'wind'], raw.permits.wind)
  for (const [i, s] of raw.spaces.entries()) {
    if (!s || s.kind === 'unit') continue
    for (const word of ['state', 'tenant'] as const)
      if (s[word] !== undefined) add(['spaces', i, word], 'only-for-units', { word, kind: s.kind })
  }

  for (const [i, r] of raw.routes.entries()) {
    if (!r) continue
    const at: Path = ['routes', i]
    const ids = new Set<string>()
    const tags = new Set<string>()
    for (const [j, c] of r.checkpoints.entries()) {
      const path: Path = [...at, 'checkpoints', j]
      if (ids.has(c.id)) add([...path, 'id'], 'duplicate-id', { id: c.id })
      ids.add(c.id)
      knownSpace([...path, 'space'], c.space)
      if (c.kind === 'reader') knownEquipment([...path, 'reader'], c.reader)
      if (c.kind === 'value') knownPoint([...path, 'point'], c.point)
      for (const [k, item] of c.items.entries()) {
        if (c.items.findIndex(one => one.id === item.id) !== k)
          add([...path, 'items', k, 'id'], 'duplicate-id', { id: item.id })
        if (item.equipment !== undefined) knownEquipment([...path, 'items', k, 'equipment'], item.equipment)
      }
      if (!('tag' in c)) continue
      if (tags.has(c.tag)) add([...path, 'tag'], 'tag-twice', { tag: c.tag })
      tags.add(c.tag)
    }
    for (const [j, round] of r.rounds.entries()) {
      const path: Path = [...at, 'rounds', j]
      emptySpan(path, round)
      const longMin = lengthMin(round)
      if (round.kind === 'max-gap' && round.minGapMin !== undefined && round.minGapMin > round.maxGapMin)
        add([...path, 'minGapMin'], 'range-inverted')
      if (round.kind === 'count' && round.most !== undefined && round.most < round.least)
        add([...path, 'most'], 'range-inverted')
      if (round.kind === 'count' && round.perMin !== undefined && round.perMin > longMin)
        add([...path, 'perMin'], 'longer-than-span', { min: round.perMin, span: longMin })
      if (round.kind === 'max-gap' && round.maxGapMin > longMin)
        add([...path, 'maxGapMin'], 'longer-than-span', { min: round.maxGapMin, span: longMin })
      const apartMin = round.kind === 'random' ? (round.times - 1) * (round.apartMin ?? 0) : 0
      if (apartMin > longMin) add([...path, 'apartMin'], 'longer-than-span', { min: apartMin, span: longMin })
    }
  }

  for (const [i, group] of raw.doorGroups.entries()) {
    if (!group) continue
    for (const [j, door] of group.doors.entries()) knownEquipment(['doorGroups', i, 'doors', j], door)
    for (const [j, schedule] of group.schedules.entries()) emptySpan(['doorGroups', i, 'schedules', j], schedule)
  }

  for (const [i, tariff] of raw.tariffs.entries()) {
    if (!tariff) continue
    const at: Path = ['tariffs', i]
    const unit = { electricity: ['kW.h'], water: ['m3'], gas: ['m3', 'kW.h'], heat: ['GJ', 'kW.h', 'm3'] }[tariff.kind]
    if (!unit.includes(tariff.unit)) add([...at, 'unit'], 'tariff-unit', { unit: tariff.unit, known: unit.join(', ') })
    let before = ''
    for (const [j, price] of tariff.prices.entries()) {
      const path: Path = [...at, 'prices', j]
      if (price.from <= before) add([...path, 'from'], 'price-order', { from: price.from, before })
      before = price.from
      if ((price.price === undefined) === (price.periods === undefined)) add(path, 'price-or-periods')
      else if (price.periods) wholeDay([...path, 'periods'], price.periods)
    }
  }

  for (const [i, contact] of raw.contacts.entries()) knownSpace(['contacts', i, 'space'], contact?.space)

  const plans = raw.plans.flatMap((plan, i): SitePlan[] => {
    if (!plan) return []
    knownSpace(['plans', i, 'space'], plan.space)
    for (const place of Object.keys(plan.places))
      if (!named.spaces.has(place) && !named.equipment.has(place))
        add(['plans', i, 'places', place], 'plan-unknown-place', { place })
    for (const place of Object.keys(plan.checkpoints ?? {})) {
      const [route, checkpoint] = place.split('/')
      const found = raw.routes.find(r => r?.id === route)
      if (!found?.checkpoints.some(c => c.id === checkpoint))
        add(['plans', i, 'checkpoints', place], 'plan-unknown-checkpoint', { place })
    }
    const space = raw.spaces.find(s => s !== null && s.id === plan.space)
    return [{ ...plan, name: plan.name ?? space?.name ?? siteName }]
  })

  return {
    routes: raw.routes.filter(r => r !== null),
    doorGroups: raw.doorGroups.filter(g => g !== null),
    tariffs: raw.tariffs.filter(t => t !== null),
    contacts: raw.contacts.filter(c => c !== null),
    plans,
  }

  function emptySpan(path: Path, span: Span) {
    if (span.from === '24:00' || span.from === span.to) add([...path, 'from'], 'span-empty', { ...span })
  }

  /** Each minute of the day has one price, and only one. */
  function wholeDay(path: Path, periods: readonly { readonly spans: readonly Span[] }[]) {
    const taken = new Uint8Array(DAY_MIN)
    for (const [j, period] of periods.entries())
      for (const [k, span] of period.spans.entries()) {
        emptySpan([...path, j, 'spans', k], span)
        const from = minuteOf(span.from)
        let twice = -1
        for (let n = 0; n < lengthMin(span); n++) {
          const minute = (from + n) % DAY_MIN
          if (taken[minute]) twice = twice < 0 ? minute : twice
          taken[minute] = 1
        }
        if (twice >= 0) add([...path, j, 'spans', k], 'price-twice', { time: clock(twice) })
      }
    const gap = taken.indexOf(0)
    if (gap >= 0) add(path, 'price-gap', { time: clock(gap) })
  }
}

interface Span {
  readonly from: string
  readonly to: string
}
const DAY_MIN = 1440
const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
const clock = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
/** Over midnight when the end is not after the start. */
const lengthMin = ({ from, to }: Span): number => {
  const long = minuteOf(to) - minuteOf(from)
  return long > 0 ? long : long + DAY_MIN
}
