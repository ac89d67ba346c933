/** What the loops of the fire panels have on them. */
export type DetectorKind = 'smoke' | 'heat' | 'call-point'
export interface FireDevice {
  /** The space it watches. */
  readonly zone: string
  /** In its zone, from 1. */
  readonly index: number
  readonly loop: number
  /** On its loop. */
  readonly number: number
  readonly kind: DetectorKind
  /** As the panels print it. */
  readonly place: string
}
/** Parts of the building that have smoke exhaust, dampers and shutters of their own. */
export const compartments = ['tower-a', 'tower-b', 'mall', 'basement'] as const
export type Compartment = (typeof compartments)[number]
export interface Zone {
  readonly id: string
  readonly compartment: Compartment
  readonly place: string
  readonly loop: number
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i)
const two = (n: number) => String(n).padStart(2, '0')
const zone = (id: string, compartment: Compartment, place: string, loop: number): Zone => ({
  id,
  compartment,
  place,
  loop,
})

/** Forty zones, in the order of the panel's addresses. Each is a space. */
export const zones: readonly Zone[] = [
  zone('mall-l1', 'mall', '裙楼1层', 5),
  zone('mall-l2', 'mall', '裙楼2层', 5),
  zone('mall-l3', 'mall', '裙楼3层', 5),
  zone('b1', 'basement', '地下1层', 6),
  zone('car-park-b2', 'basement', '地下2层车库', 6),
  ...range(4, 18).map(floor => zone(`a-${two(floor)}`, 'tower-a', `A座${floor}层`, 1)),
  zone('a-roof', 'tower-a', 'A座屋面', 1),
  ...range(4, 16).map(floor => zone(`b-${two(floor)}`, 'tower-b', `B座${floor}层`, 3)),
  zone('b-roof', 'tower-b', 'B座屋面', 3),
  zone('hv-room', 'basement', '高压配电室', 6),
  zone('distribution-room', 'basement', '低压配电室', 6),
  zone('generator-room', 'basement', '柴油发电机房', 6),
  zone('elv-room', 'basement', '弱电机房', 6),
  zone('fire-control-centre', 'mall', '消防控制中心', 5),
]

/** Six in each zone: four for smoke, one for heat, one call point. */
const places = ['走廊', '前室', '电梯厅', '强电井', '弱电井', '走廊'] as const
const roomPlaces = ['东侧', '西侧', '中部', '电缆沟', '中部', '门口'] as const
const kinds: readonly DetectorKind[] = ['smoke', 'smoke', 'smoke', 'smoke', 'heat', 'call-point']
export const perZone = kinds.length

/** All devices, those of zone n at n * perZone. */
export const fireDevices: readonly FireDevice[] = (() => {
  const used = new Map<number, number>()
  return zones.flatMap(({ id, place, loop }) => {
    const tower = /^[ab]-\d/.test(id)
    return kinds.map((kind, i) => {
      const number = (used.get(loop) ?? 0) + 1
      used.set(loop, number)
      return { zone: id, index: i + 1, loop, number, kind, place: place + (tower ? places : roomPlaces)[i]! }
    })
  })
})()

/** Smoke detectors whose analog value the panel gives away: the first one of these zones. */
export const analogZones = [
  'hv-room',
  'distribution-room',
  'generator-room',
  'elv-room',
  'fire-control-centre',
  'b1',
  'car-park-b2',
  'mall-l1',
  'mall-l2',
  'mall-l3',
  'a-12',
  'b-08',
] as const
