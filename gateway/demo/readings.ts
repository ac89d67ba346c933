import { registersOf } from '../../rules/consumption.ts'
import type { PointUse, ServicePoint } from '../../rules/readings/book.ts'
import { indexOfValue, type Meter, microOf } from '../../rules/readings/book.ts'
import { GATEWAY } from '../core/events.ts'
import { GOOD } from '../history/codes.ts'
import type { History } from '../history/history.ts'
import { midnights } from '../readings/days.ts'
import type { MeterBook } from '../records/meterbook.ts'
import type { Trail } from '../records/trail.ts'
import type { Equipment, Site } from '../site/site.ts'

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
  { trail, book, history }: { trail: Trail; book: MeterBook; history: Pick<History, 'raw'> },
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
      book.put(note, { id, ...served, medium, parent: null, closed: false })
      book.install(note, meter, { point: id, meter: serial, from, opening: { total: index } }, microOf(String(ratio))!)
      hung++
    })
    return hung
  })
}

/** Whose it is: the home, the shop, or the place where it hangs. */
function servedBy({ id, space }: Equipment, key: string, site: Site): Pick<ServicePoint, 'unit' | 'role' | 'use'> {
  const number = /-(\d{3,4})$/.exec(key)?.[1] ?? /-(\d{3,4})$/.exec(id)?.[1]
  const home =
    number === undefined ? undefined : [`a-${number}`, `shop-${number}`, number].find(s => site.spaces.has(s))
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
  return { unit, role: number === undefined ? 'main' : 'sub', use }
}
