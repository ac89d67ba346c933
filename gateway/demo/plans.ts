import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { demoSpaces, floorsOf } from './place.ts'

/**
 * The floor plans of the demo, drawn by us from the tables of rectangles below: lines in the colour of the page's text,
 * each room a group whose id is its space, labels in both languages (classes `zh` and `en`). Always the same text.
 */

/** A rectangle: x, y, width, height in the viewBox of 1000 x 640. */
type Box = readonly [x: number, y: number, width: number, height: number]
type Rooms = Readonly<Record<string, Box>>
interface Sheet {
  readonly id: string
  readonly space?: string
  /** The outline of the floor, which is the space itself. */
  readonly outline?: Box
  readonly rooms: Rooms
  /** Shorter labels than the name; '' for none. */
  readonly marks?: Readonly<Record<string, string>>
  /** Stairs, shafts, bays: seen, but no places. */
  readonly more?: string
}
const WIDTH = 1000
const HEIGHT = 640

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
const names = new Map(demoSpaces().map(s => [s.id, s.name]))

/** Of the letters that fit into a line: a name as wide as its room could not be drawn larger on a small screen. */
const FILLED = 0.7

/** Words in lines, of which `most` letters would fill one. */
function wrapped(text: string, most: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + word.length < most * FILLED) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
function label(lines: readonly string[], x: number, y: number, size: number, kind: string): string {
  const at = (i: number) => Math.round(y + (i - (lines.length - 1) / 2) * size * 1.25 + size * 0.36)
  const parts = lines.map((line, i) => `<tspan x="${x}" y="${at(i)}">${escaped(line)}</tspan>`)
  return `<text class="${kind}" font-size="${size}">${parts.join('')}</text>`
}
const rect = ([x, y, width, height]: Box, more = '') =>
  `<rect x="${x}" y="${y}" width="${width}" height="${height}"${more}/>`

/** Both languages stand in the room, so that the drawing can be read on its own; a page shows the one it speaks. */
function bothLabels(zh: string, en: string, [x, y, width, height]: Box): string {
  const [cx, cy] = [x + width / 2, y + height / 2]
  const english = wrapped(en, Math.max(6, Math.floor(width / 7.6)))
  return label([zh], cx, cy - 11, 16, 'zh') + label(english, cx, cy + 2 + english.length * 8, 14, 'en')
}
/** @param mark what is written instead of the name: a storey's number */
function roomOf(id: string, box: Box, mark: string | undefined): string {
  const [x, y, width, height] = box
  const name = names.get(id)
  if (!name) throw new Error(`no space ${id}`)
  const said =
    mark === undefined
      ? bothLabels(name['zh-CN'], name.en, box)
      : mark && label([mark], x + width / 2, y + height / 2, 14, 'no')
  return `<g id="${id}" class="room">${rect(box)}${said}</g>`
}

const stairs = ([x, y, width, height]: Box): string => {
  const steps = Array.from({ length: 6 }, (_, i) => Math.round(x + ((i + 1) * width) / 7))
  return `${rect([x, y, width, height])}<path d="${steps.map(s => `M${s} ${y}v${height}`).join('')}"/>`
}
const shaft = ([x, y, width, height]: Box): string =>
  `${rect([x, y, width, height])}<path d="M${x} ${y}l${width} ${height}M${x + width} ${y}l${-width} ${height}"/>`
const shafts = (n: number, [x, y, width, height]: Box): string =>
  Array.from({ length: n }, (_, i) => shaft([x + i * width, y, width, height])).join('')

/** The drawing of a sheet as SVG text. */
function drawn({ outline, rooms, marks = {}, more = '', id, space }: Sheet): string {
  const title = names.get(space ?? '') ?? { 'zh-CN': '示范广场', en: 'Demo Plaza' }
  const base = space && outline ? `<g id="${space}" class="floor">${rect(outline, ' stroke-width="4"')}</g>` : ''
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" fill="none" stroke="currentColor" stroke-width="1.5">`,
    `<title>${escaped(`${title['zh-CN']} ${title.en} (${id})`)}</title>`,
    base,
    ...Object.entries(rooms).map(([room, box]) => roomOf(room, box, marks[room])),
    more ? `<g class="dim" stroke-width="1">${more}</g>` : '',
    '</svg>',
    '',
  ]
    .filter((line, i, all) => line !== '' || i === all.length - 1)
    .join('\n')
    .replaceAll('<text ', '<text stroke="none" fill="currentColor" text-anchor="middle" ')
}

const FLOOR: Box = [20, 20, 960, 600]
const B1: Rooms = {
  'hv-room': [20, 20, 200, 210],
  'distribution-room': [220, 20, 280, 210],
  'generator-room': [500, 20, 210, 210],
  'elv-room': [710, 20, 140, 210],
  'co2-room': [850, 20, 130, 210],
  'corridor-b1': [20, 230, 960, 110],
  'pump-house': [20, 340, 250, 280],
  'fire-pump-room': [270, 340, 230, 280],
  'fresh-air-room-b1': [640, 340, 170, 280],
  'gas-valve-room': [810, 340, 170, 280],
}
const B2: Rooms = {
  'car-park-b2': [20, 20, 680, 600],
  'chiller-plant': [700, 20, 280, 380],
  'sump-b2': [860, 480, 120, 140],
}
const bays = Array.from({ length: 15 }, (_, i) => 60 + i * 40)
  .map(x => `M${x} 60v70M${x} 510v70${x < 260 || x > 460 ? `M${x} 240v160` : ''}`)
  .join('')
const L1: Rooms = {
  'mall-hall-1': [260, 190, 480, 260],
  's-101': [20, 20, 240, 170],
  's-102': [260, 20, 240, 170],
  's-103': [500, 20, 240, 170],
  's-104': [740, 20, 240, 170],
  'lobby-a': [20, 190, 240, 260],
  'lobby-b': [740, 190, 240, 260],
  'fire-control-centre': [20, 450, 240, 170],
  'service-desk': [260, 450, 240, 170],
  's-108': [600, 450, 140, 170],
  'gate-post': [740, 450, 240, 170],
}
const L2: Rooms = {
  'mall-hall-2': [20, 260, 960, 140],
  's-201': [20, 20, 460, 240],
  's-202': [480, 20, 500, 240],
  's-203': [360, 400, 220, 220],
  's-205': [580, 400, 220, 220],
  's-212': [800, 400, 180, 220],
}
const L3: Rooms = {
  'mall-hall-3': [20, 250, 960, 150],
  's-301': [20, 20, 560, 230],
  's-302': [580, 20, 400, 230],
  's-303': [360, 400, 620, 220],
}
const core = stairs([40, 440, 120, 80]) + shafts(3, [180, 440, 50, 80])

const two = (n: number) => String(n).padStart(2, '0')
const storeys = (letter: 'a' | 'b') => {
  const [first, last] = floorsOf[letter]
  return Array.from({ length: last - first + 1 }, (_, i) => `${letter}-${two(first + i)}`)
}

const HOMES: readonly Box[] = [
  [20, 20, 400, 250],
  [580, 20, 400, 250],
  [580, 370, 400, 250],
  [20, 370, 400, 250],
]
const OFFICES: readonly Box[] = [
  [20, 20, 330, 600],
  [650, 20, 330, 600],
]
/** Where no homes or offices are listed, their walls are drawn all the same. */
function storey(floor: string): Sheet {
  const home = floor.startsWith('a')
  const boxes = home ? HOMES : OFFICES
  const ids = boxes.map((_, i) => `${floor}${two(i + 1)}`)
  const listed = ids.every(id => names.has(id))
  const inner = home
    ? stairs([430, 40, 140, 110]) + shafts(3, [425, 480, 50, 110])
    : stairs([380, 40, 240, 90]) + shafts(3, [380, 260, 80, 100]) + stairs([380, 510, 240, 90])
  return {
    id: floor,
    space: floor,
    outline: FLOOR,
    rooms: listed ? Object.fromEntries(ids.map((id, i) => [id, boxes[i]!])) : {},
    more: `${listed ? '' : boxes.map(b => rect(b)).join('')}${inner}`,
  }
}

/** A section through the plaza: every storey of both towers over the mall over the basements; beside them their shafts. */
function section(): Sheet {
  const ground = 404
  const rooms: Record<string, Box> = {}
  const marks: Record<string, string> = { 'tower-a': '', 'tower-b': '', mall: '', basement: '' }
  const towers = (
    [
      ['a', 120, 200, 320],
      ['b', 640, 240, 596],
    ] as const
  ).map(([letter, x, width, shaftX]) => {
    const floors = [...storeys(letter), `${letter}-roof`]
    for (const [i, id] of floors.entries()) {
      rooms[id] = [x, ground - (i + 1) * 24, width, 24]
      marks[id] = id.endsWith('roof') ? 'RF' : String(Number(id.slice(2)))
    }
    const top = ground - (floors.length - 1) * 24
    rooms[`tower-${letter}`] = [shaftX, top, 44, ground - top]
    return top
  })
  const low: Rooms = {
    'mall-l3': [80, 404, 790, 36],
    'mall-l2': [80, 440, 790, 36],
    'mall-l1': [80, 476, 790, 40],
    mall: [870, 404, 50, 112],
    grounds: [10, 516, 980, 18],
    b1: [80, 534, 790, 42],
    b2: [80, 576, 790, 46],
    basement: [870, 534, 50, 88],
  }
  Object.assign(marks, { 'mall-l3': 'L3', 'mall-l2': 'L2', 'mall-l1': 'L1', b1: 'B1', b2: 'B2', grounds: '' })
  const lift = (x: number, y: number) => `<path d="M${x + 10} ${y}l12 -14l12 14zM${x + 10} ${y + 8}l12 14l12 -14z"/>`
  const heads = [
    ['tower-a', [0, towers[0]! - 24, 120, 120]],
    ['tower-b', [880, towers[1]! - 24, 120, 120]],
    ['mall', [920, 404, 80, 112]],
    ['basement', [920, 534, 80, 88]],
  ] as const
  const titles = heads.map(([id, box]) => bothLabels(names.get(id)!['zh-CN'], names.get(id)!.en, box))
  const lifts = lift(320, 224) + lift(596, 224) + lift(873, 458) + lift(873, 576)
  return { id: 'site', rooms: { ...rooms, ...low }, marks, more: `${lifts}${titles.join('')}` }
}

export const demoSheets = (): readonly Sheet[] => [
  section(),
  { id: 'b2', space: 'b2', outline: FLOOR, rooms: B2, more: `<path d="${bays}"/>${stairs([720, 420, 110, 60])}` },
  {
    id: 'b1',
    space: 'b1',
    outline: FLOOR,
    rooms: B1,
    more: stairs([520, 360, 100, 90]) + shafts(2, [520, 480, 50, 90]),
  },
  { id: 'mall-l1', space: 'mall-l1', outline: FLOOR, rooms: L1, more: stairs([515, 480, 70, 110]) },
  { id: 'mall-l2', space: 'mall-l2', outline: FLOOR, rooms: L2, more: core },
  { id: 'mall-l3', space: 'mall-l3', outline: FLOOR, rooms: L3, more: core },
  ...storeys('a').map(storey),
  {
    id: 'a-roof',
    space: 'a-roof',
    outline: FLOOR,
    rooms: { 'lift-room-a': [380, 220, 240, 180] },
    more: stairs([640, 260, 120, 90]),
  },
  ...storeys('b').map(storey),
  {
    id: 'b-roof',
    space: 'b-roof',
    outline: FLOOR,
    rooms: { 'lift-room-b': [120, 220, 240, 180], 'cooling-towers': [560, 120, 340, 380] },
    more: stairs([380, 260, 120, 90]),
  },
]

/** Where a device stands in its room, for those whose place is known. */
const STANDS: Readonly<Record<string, Readonly<Record<string, readonly [number, number]>>>> = {
  b1: { 'em-b1-01': [280, 180], 'room-b1': [440, 180], 'booster-b1': [145, 560] },
}

/** `plans` of the demo's site.json. */
export const demoPlans = (equipment: ReadonlySet<string>) =>
  demoSheets().map(({ id, space }) => {
    const places = Object.entries(STANDS[id] ?? {}).filter(([device]) => equipment.has(device))
    return {
      id,
      ...(space === undefined ? { name: { 'zh-CN': '剖面总图', en: 'Section of the site' } } : { space }),
      ...(places.length > 0 && { places: Object.fromEntries(places) }),
    }
  })

export const demoDrawings = (): readonly (readonly [id: string, svg: string])[] =>
  demoSheets().map(sheet => [sheet.id, drawn(sheet)])

/** Writes the drawings into the data folder, before the site.json that names them. */
export function writeDemoPlans(data: string): void {
  mkdirSync(join(data, 'plans'), { recursive: true, mode: 0o750 })
  for (const [id, svg] of demoDrawings()) writeFileSync(join(data, 'plans', `${id}.svg`), svg)
}
