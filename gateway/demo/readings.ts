import { registersOf } from '../../rules/consumption.ts'
import type { PointUse, ServicePoint } from '../../rules/readings/book.ts'
import { indexOfValue, type Meter, microOf } from '../../rules/readings/book.ts'
import { GATEWAY } from '../core/events.ts'
import { GOOD } from '../history/codes.ts'
import type { History } from '../history/history.ts'
import { midnights } from '../readings/days.ts'
import type { MeterBook } from '../records/meterbook.ts'
import type { TopUps } from '../records/topups.ts'
import type { Note, Trail } from '../records/trail.ts'
import type { Equipment, Site } from '../site/site.ts'
import { metersBehind } from './supply.ts'

const DAYS = 29
const HOUR_MS = 3_600_000
/** The four digits of the kiosk's meter are the reason that it turns over; 100 A at 230 V are the most it can count. */
const onPlate: Readonly<Record<string, readonly [digits: number, decimals: number, most: number]>> = {
  'em-kiosk-1': [4, 2, 25],
}
/** The most a register of the demo counts in an hour, in its unit on the plate: some meters of feeders know their transformers. */
const MOST = { electricity: 600, water: 60, gas: 25 } as const

/** The meter book of the demo building: its meters, hung up when its history begins. Nothing when there is a book already. */
export async function fillMeterBook(
  { trail, book, topUps, history }: { trail: Trail; book: MeterBook; topUps: TopUps; history: Pick<History, 'raw'> },
  site: Site,
  now: number,
): Promise<number> {
  if (book.book().points.length > 0) return 0
  const [from] = midnights(now - DAYS * 24 * HOUR_MS, now, site.timezone)
  if (from === undefined) return 0
  const registers = site.equipment.flatMap(equipment =>
    registersOf(equipment.kind, equipment.points).map(r => ({ ...r, equipment })),
  )
  const points = registers.map(r => r.point)
  const parents = new Map([...metersBehind(site.equipment)].flatMap(([main, behind]) => behind.map(id => [id, main])))
  const answers = await history.raw(points, from, from + HOUR_MS, 200)
  return trail.change(GATEWAY, note => {
    let hung = 0
    registers.forEach(({ equipment, point, medium }, n) => {
      const answer = answers[n]!
      const first = [...answer.codes.subarray(0, answer.n)].indexOf(GOOD)
      if (first < 0) return
      const [digits, decimals, most] = onPlate[equipment.id] ?? [medium === 'electricity' ? 7 : 6, 2, MOST[medium]]
      const ratio = point.multiplier ?? 1
      const index = indexOfValue(answer.values[first]! / ratio, { digits, decimals })
      if (index === null) return
      const id = registersOf(equipment.kind, equipment.points).length > 1 ? point.id.replace('/', '-') : equipment.id
      const served = servedBy(equipment, point.key, site)
      const serial = `${medium[0]!.toUpperCase()}${String(20_260_001 + n)}`
      const meter: Meter = {
        ...{ serial, medium, maker: '', model: equipment.profile ?? '', accuracy: 1, seal: '' },
        registers: [
          {
            ...{ code: 'total', digits, decimals, unit: point.unit!, source: point.id },
            maxPerHour: most * 10 ** decimals,
          },
        ],
      }
      const parent = medium === 'electricity' ? (parents.get(equipment.id) ?? null) : null
      book.put(note, { id, ...served, medium, parent, closed: false })
      book.install(note, meter, { point: id, meter: serial, from, opening: { total: index } }, microOf(String(ratio))!)
      hung++
    })
    hung += hangReadByHand(note, book, site, from)
    if (book.book().points.some(p => p.id === PREPAID)) fillTopUps(note, topUps, book, now)
    return hung
  })
}

/** Meters without a line: somebody walks by with the telephone. Each with the digits on its plate and what it showed when hung. */
const readByHand = [
  ['wm-s-103', 's-103', 'water', 'shop', 'W2203117', 5, 2, 41_805],
  ['wm-s-201', 's-201', 'water', 'shop', 'W2203118', 5, 2, 96_240],
  ['em-s-103', 's-103', 'electricity', 'shop', 'E1907442', 6, 1, 208_616],
  ['wm-cleaning', 'b1', 'water', 'public', 'W2109051', 5, 2, 130_277],
] as const

function hangReadByHand(note: Note, book: MeterBook, site: Site, from: number): number {
  const there = readByHand.filter(([, unit]) => site.spaces.has(unit))
  for (const [id, unit, medium, use, serial, digits, decimals, opening] of there) {
    const perHour = MOST[medium] * 10 ** decimals
    const named = medium === 'electricity' ? ('kW.h' as const) : ('m3' as const)
    book.put(note, { id, unit, medium, role: 'sub', use, parent: null, closed: false })
    book.install(
      note,
      {
        ...{ serial, medium, maker: '', model: '', accuracy: 2, seal: '' },
        registers: [{ code: 'total', digits, decimals, unit: named, maxPerHour: perHour, source: null }],
      },
      { point: id, meter: serial, from, opening: { total: opening } },
      1_000_000,
    )
  }
  return there.length
}

/** The kiosk pays for its power beforehand: what was put onto its meter, as receipts say. */
const PREPAID = 'em-kiosk-1'
function fillTopUps(note: Note, topUps: TopUps, book: MeterBook, now: number): void {
  const meter = book.book().installations.find(i => i.point === PREPAID && i.to === null)?.meter
  if (meter === undefined) return
  const put = (daysAgo: number, yuan: number, receipt: string) => {
    const at = now - daysAgo * 24 * HOUR_MS
    const said = { unit: 'CNY', receipt, by: 'demo', note: '演示数据 demo data' }
    topUps.add(note, { point: PREPAID, meter, at, micro: yuan * 1_000_000, ...said })
  }
  put(24, 500, 'SF-1031')
  put(6, 300, 'SF-1107')
}

/** Whose it is: the home, the shop, or the place where it hangs. */
export function servedBy(
  { id, space }: Equipment,
  key: string,
  site: Site,
): Pick<ServicePoint, 'unit' | 'role' | 'use'> {
  const number = /-(\d{3,4})$/.exec(key)?.[1] ?? /-(\d{3,4})$/.exec(id)?.[1]
  const home = number === undefined ? undefined : [`a-${number}`, `s-${number}`, number].find(s => site.spaces.has(s))
  const unit = home ?? number ?? space ?? id
  const said = site.spaces.get(unit)?.use
  const use: PointUse =
    said === 'home' || said === 'shop' || said === 'office'
      ? said
      : number !== undefined
        ? number.length === 4
          ? 'home'
          : 'shop'
        : id.startsWith('em-b-')
          ? 'office'
          : 'public'
  // What the feeders' meters have counted already: floors of offices, the common areas of a tower.
  const behind = number !== undefined || /^em-b/.test(id)
  return { unit, role: behind ? 'sub' : 'main', use }
}
