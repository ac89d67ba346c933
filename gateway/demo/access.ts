import { calendarCn } from '../../rules/access/holidays.ts'
import { linkController, linkDoors } from './doorlink.ts'
import { both } from './part.ts'
import { demoSpaces } from './place.ts'

interface Device {
  readonly id: string
  readonly kind: string
}

/** [door, the area it leads to, the one it leads from, what is special about it] */
const doors: readonly (readonly [id: string, area: string, from: string, more?: object])[] = [
  ['door-lobby-a', 'tower-a', 'outside', { class: 'low' }],
  ['door-lobby-b', 'tower-b', 'outside', { class: 'low' }],
  ['door-gate-post', 'grounds', 'outside', { class: 'low' }],
  ['door-car-park-b2', 'basement', 'outside', { class: 'low' }],
  ['door-fire-control-centre', 'fire-control', 'outside', { mechanicalExit: true }],
  ['door-elv-room', 'elv-room', 'basement', { mechanicalExit: true }],
  [
    'door-hv-room',
    'hv-room',
    'basement',
    // 高低压配电室: 值班电工与监护人, 非工作人员须陪同.
    { class: 'high', mechanicalExit: true, twoPersons: { roles: ['electrician', 'guardian'], withinS: 30 } },
  ],
  ['door-distribution-room', 'distribution-room', 'basement', { class: 'high', mechanicalExit: true }],
  ['door-pump-house', 'pump-house', 'basement', { mechanicalExit: true }],
  ['door-chiller-plant', 'chiller-plant', 'basement', { mechanicalExit: true }],
  ['door-a-roof', 'a-roof', 'tower-a', { mechanicalExit: true }],
  ['door-b-roof', 'b-roof', 'tower-b', { mechanicalExit: true }],
  ['door-lift-room-a', 'lift-room-a', 'a-roof', { mechanicalExit: true }],
  ['door-lift-room-b', 'lift-room-b', 'b-roof', { mechanicalExit: true }],
  ...linkDoors.map(id => [id, id.replace('door-', ''), 'tower-b', { mechanicalExit: true }] as const),
]
const areas: Readonly<Record<string, readonly [zh: string, en: string, more?: object]>> = {
  'tower-a': ['A 座', 'Tower A'],
  'tower-b': ['B 座', 'Tower B'],
  grounds: ['内场', 'Grounds'],
  basement: ['地下室', 'Basement'],
  'fire-control': ['消防控制中心', 'Fire control centre'],
  'elv-room': ['弱电机房', 'ELV room'],
  'hv-room': ['高压配电室', 'HV switch room', { passback: 'soft', capacity: 6 }],
  'distribution-room': ['低压配电室', 'LV distribution room', { passback: 'soft', capacity: 8 }],
  'pump-house': ['生活水泵房', 'Pump house'],
  'chiller-plant': ['制冷机房', 'Chiller plant'],
  'a-roof': ['A 座屋面', 'Roof, tower A'],
  'b-roof': ['B 座屋面', 'Roof, tower B'],
  'lift-room-a': ['A 座电梯机房', 'Lift machine room A'],
  'lift-room-b': ['B 座电梯机房', 'Lift machine room B'],
  ...Object.fromEntries(
    linkDoors.map(id => {
      const n = id.replace('door-b-', '')
      return [`b-${n}`, [`B 座 ${n} 层`, `Tower B, floor ${n}`] as const]
    }),
  ),
}
/** 各机房出入规定: 配电室由经理或工程主管批准; 高压室由工程主管批准, 值班电工陪同; 消控中心由上级批准并登记. */
const rooms = [
  { space: 'distribution-room', approvals: [['manager', 'engineer']] },
  { space: 'hv-room', approvals: [['engineer']] },
  { space: 'fire-control-centre', approvals: [['manager', 'operator']], escort: false },
]
const controllerOf = (door: string): string =>
  /hv-room|distribution|pump|chiller|lift-room/.test(door) ? 'access-2' : 'access-1'

/** Doors with readers, what they lead to, and who may come in when; the days off of the year. */
export function demoAccess(
  equipment: readonly Device[],
  groups: readonly { readonly id: string; readonly doors: readonly string[] }[],
) {
  const ids = new Set(equipment.map(e => e.id))
  const spaces = new Set(demoSpaces().map(s => s.id))
  const there = doors.filter(([id]) => ids.has(id))
  if (there.length === 0) return { access: { doors: [] } }
  const used = new Set(there.flatMap(([, area, from]) => [area, from]))
  const has = (group: string) => groups.some(g => g.id === group && g.doors.length > 0)
  const level = (id: string, zh: string, en: string, of: readonly string[], more: object = {}) =>
    of.some(has) ? [{ id, name: both(zh, en), groups: of.filter(has), ...more }] : []
  return {
    calendar: calendarCn(),
    schedules: [
      {
        id: 'works-hours',
        name: both('施工时间', 'Works hours'),
        spans: [{ days: ['workday'], from: '08:00', to: '18:00' }],
      },
    ],
    access: {
      areas: Object.entries(areas).flatMap(([id, [zh, en, more]]) =>
        used.has(id) ? [{ id, name: both(zh, en), ...more }] : [],
      ),
      doors: there.map(([id, area, from, more]) => ({
        ...{ id, area, ...(from !== 'outside' && { from }) },
        ...(!linkDoors.includes(id) && ids.has(controllerOf(id)) && { fire: `${controllerOf(id)}/fire-release` }),
        ...more,
      })),
      gates: [{ id: 'gate-post', name: both('门岗', 'Gate post'), ...(used.has('grounds') && { area: 'grounds' }) }],
      controllers: linkDoors.some(id => ids.has(id))
        ? [
            {
              id: linkController,
              name: both('B 座 10–12 层门禁控制器', 'Door controller, tower B floors 10 to 12'),
              doors: linkDoors.filter(id => ids.has(id)),
            },
          ]
        : [],
      // Rooms that are not named ask for the manager and the engineer, an escort, and no photos.
      rooms: rooms.filter(({ space }) => spaces.has(space)),
      levels: [
        ...level('engineering', '工程人员', 'Engineering staff', ['plant-rooms', 'office-lobby', 'home-lobby'], {
          always: true,
        }),
        ...level('residents', '住户', 'Residents', ['home-lobby']),
        ...level('offices', '写字楼员工', 'Office staff', ['office-lobby']),
        ...level('works', '施工人员', 'Contractors', ['home-lobby', 'office-lobby', 'plant-rooms'], {
          schedule: 'works-hours',
        }),
      ],
    },
  }
}
