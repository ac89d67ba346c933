import { both } from './part.ts'

/** A space of the demo's site.json, as one would write it. */
export interface DemoSpace {
  readonly id: string
  readonly kind: string
  readonly name: ReturnType<typeof both>
  readonly parent?: string
  readonly use?: string
  readonly state?: string
  readonly area?: number
  readonly tenant?: string
}
type Room = readonly [id: string, zh: string, en: string, area?: number]

const two = (n: number) => String(n).padStart(2, '0')
export const floorsOf = { a: [4, 18], b: [4, 16] } as const
/** Floors whose homes and offices are listed one by one; the others of a tower are drawn alike. */
const HOME_FLOORS = [5, 6, 7, 8, 9, 10, 12, 15, 18]
const OFFICE_FLOORS = [5, 6, 7, 8]

const room = (parent: string, [id, zh, en, area]: Room): DemoSpace => ({
  id,
  kind: 'room',
  name: both(zh, en),
  parent,
  ...(area !== undefined && { area }),
})
const floor = (id: string, parent: string, zh: string, en: string): DemoSpace => ({
  id,
  kind: 'floor',
  name: both(zh, en),
  parent,
})

const towerFloors = (letter: 'a' | 'b'): DemoSpace[] => {
  const [first, last] = floorsOf[letter]
  const upper = letter.toUpperCase()
  return Array.from({ length: last - first + 1 }, (_, i) => {
    const n = first + i
    return floor(`${letter}-${two(n)}`, `tower-${letter}`, `${upper} 座 ${n} 层`, `Tower ${upper}, floor ${n}`)
  })
}

const B1: readonly Room[] = [
  ['hv-room', '高压配电室', 'HV switch room', 90],
  ['distribution-room', '低压配电室', 'LV distribution room', 160],
  ['generator-room', '柴油发电机房', 'Generator room', 110],
  ['pump-house', '生活水泵房', 'Pump house', 130],
  ['fire-pump-room', '消防水泵房', 'Fire pump room', 120],
  ['co2-room', '气体灭火钢瓶间', 'Gas suppression room', 30],
  ['elv-room', '弱电机房', 'ELV room', 60],
  ['gas-valve-room', '燃气调压间', 'Gas regulator room', 25],
  ['fresh-air-room-b1', '新风机房', 'Fresh-air plant room', 45],
  ['corridor-b1', '地下一层走廊', 'Basement 1 corridor'],
]
const B2: readonly Room[] = [
  ['chiller-plant', '制冷机房', 'Chiller plant', 420],
  ['sump-b2', '集水坑', 'Sump pit', 12],
  ['car-park-b2', '地下车库', 'Car park', 5200],
]
const L1: readonly Room[] = [
  ['fire-control-centre', '消防控制中心', 'Fire control centre', 70],
  ['service-desk', '客服前台', 'Service desk', 40],
  ['gate-post', '门岗', 'Gate post', 12],
  ['lobby-a', 'A 座大堂', 'Tower A lobby', 180],
  ['lobby-b', 'B 座大堂', 'Tower B lobby', 260],
  ['mall-hall-1', '一层中庭', 'Atrium, level 1'],
]

/** [id, area m², state, what hangs at the door] */
const SHOPS: readonly (readonly [string, number, string, string, string?])[] = [
  ['s-101', 85, 'mall-l1', 'delivered', 'Tea house'],
  ['s-102', 140, 'mall-l1', 'delivered', 'Pharmacy'],
  ['s-103', 60, 'mall-l1', 'vacant'],
  ['s-104', 110, 'mall-l1', 'delivered', 'Bakery'],
  ['s-108', 70, 'mall-l1', 'delivered', 'Florist'],
  ['s-201', 320, 'mall-l2', 'delivered', 'Book shop'],
  ['s-202', 95, 'mall-l2', 'contractor'],
  ['s-203', 120, 'mall-l2', 'delivered', 'Opticians'],
  ['s-205', 150, 'mall-l2', 'delivered', 'Dumpling house'],
  ['s-212', 90, 'mall-l2', 'delivered', 'Tailor'],
  ['s-301', 260, 'mall-l3', 'delivered', 'Hot pot'],
  ['s-302', 180, 'mall-l3', 'delivered', 'Noodle bar'],
  ['s-303', 75, 'mall-l3', 'vacant'],
]
/** What is not simply delivered. */
const STATES: Readonly<Record<string, string>> = {
  'a-0502': 'vacant',
  'a-0604': 'show',
  'a-0703': 'in-lieu',
  'a-0803': 'vacant',
  'a-1001': 'contractor',
  'b-0602': 'vacant',
  'b-0801': 'contractor',
}
const unit = (id: string, parent: string, use: string, area: number, word: readonly [string, string]): DemoSpace => ({
  id,
  kind: 'unit',
  name: both(`${word[0]} ${id.slice(2)}`, `${word[1]} ${id.slice(2)}`),
  parent,
  use,
  state: STATES[id] ?? 'delivered',
  area,
})
const AREAS = [89, 118, 118, 89]
const homes = HOME_FLOORS.flatMap(f =>
  AREAS.map((area, i) => unit(`a-${two(f)}${two(i + 1)}`, `a-${two(f)}`, 'home', area, ['A 座', 'Home A'])),
)
const offices = OFFICE_FLOORS.flatMap(f =>
  [640, 580].map((area, i) => unit(`b-${two(f)}${two(i + 1)}`, `b-${two(f)}`, 'office', area, ['B 座', 'Office B'])),
)
const shops = SHOPS.map(
  ([id, area, parent, state, tenant]): DemoSpace => ({
    ...unit(id, parent, 'shop', area, ['商铺', 'Shop']),
    state,
    ...(tenant !== undefined && { tenant }),
  }),
)

/** The space of a home: its own, or its floor where the homes are not listed. `1202` */
export const homeSpace = (home: string): string =>
  HOME_FLOORS.includes(Number(home.slice(0, 2))) ? `a-${home}` : `a-${home.slice(0, 2)}`

/** All spaces of the plaza: 5 buildings and areas, 38 floors, their rooms, 57 units. */
export function demoSpaces(): DemoSpace[] {
  const building = (id: string, zh: string, en: string): DemoSpace => ({ id, kind: 'building', name: both(zh, en) })
  return [
    building('mall', '裙楼商场', 'Mall'),
    building('tower-a', 'A 座住宅', 'Tower A, homes'),
    building('tower-b', 'B 座写字楼', 'Tower B, offices'),
    building('basement', '地下室', 'Basement'),
    { id: 'grounds', kind: 'area', name: both('室外场地', 'Grounds') },
    floor('b1', 'basement', '地下一层', 'Basement 1'),
    floor('b2', 'basement', '地下二层', 'Basement 2'),
    floor('mall-l1', 'mall', '商场一层', 'Mall, level 1'),
    floor('mall-l2', 'mall', '商场二层', 'Mall, level 2'),
    floor('mall-l3', 'mall', '商场三层', 'Mall, level 3'),
    ...towerFloors('a'),
    floor('a-roof', 'tower-a', 'A 座屋面', 'Tower A, roof'),
    ...towerFloors('b'),
    floor('b-roof', 'tower-b', 'B 座屋面', 'Tower B, roof'),
    ...B1.map(r => room('b1', r)),
    ...B2.map(r => room('b2', r)),
    ...L1.map(r => room('mall-l1', r)),
    room('mall-l2', ['mall-hall-2', '二层公共区', 'Concourse, level 2']),
    room('mall-l3', ['mall-hall-3', '三层公共区', 'Concourse, level 3']),
    room('a-roof', ['lift-room-a', 'A 座电梯机房', 'Lift machine room A', 40]),
    room('b-roof', ['lift-room-b', 'B 座电梯机房', 'Lift machine room B', 55]),
    room('b-roof', ['cooling-towers', '冷却塔', 'Cooling towers', 150]),
    ...homes,
    ...offices,
    ...shops,
  ]
}
