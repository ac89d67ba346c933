import { both } from './part.ts'

interface Device {
  readonly id: string
  readonly points?: readonly { readonly key: string }[]
  readonly profile?: string
}

/** Zones of the fire panel by the part of the building whose dampers and shutters they move. */
const parts = [
  ['tower-a', ['a-*'], 'A 座', 'tower A'],
  ['tower-b', ['b-0*', 'b-1*', 'b-roof'], 'B 座', 'tower B'],
  ['mall', ['mall-*', 'fire-control-centre'], '裙楼', 'mall'],
  ['basement', ['b1', 'car-park-b2', '*-room'], '地下室', 'basement'],
] as const
const shutters: Readonly<Record<string, readonly number[]>> = {
  'tower-a': [1],
  'tower-b': [2],
  mall: [3, 4],
  basement: [5, 6],
}

/**
 * Fire linkage of the demo. The panel drives everything by its own wires, so the gateway only proves it; the barrier alone is
 * commanded a second time. Undefined where there is no fire panel.
 */
export function demoLinkage(equipment: readonly Device[]) {
  const panel = equipment.find(e => e.id === 'fire-panel')
  if (!panel) return undefined
  const ids = new Set(equipment.map(e => e.id))
  const has = (point: string) => ids.has(point.slice(0, point.indexOf('/')))
  const printed = new Set(
    (equipment.find(e => e.id === 'fire-printer-a')?.points ?? []).map(p => `fire-printer-a/${p.key}`),
  )
  const zones = (panel.points ?? [])
    .flatMap(({ key }) => (key.endsWith('-devices') && key !== 'alarmed-devices' ? [key.slice(0, -8)] : []))
    .filter(id => panel.points?.some(p => p.key === `${id}-confirmed`))
    .map(id => ({
      id,
      space: id,
      sources: [
        { devices: [`fire-panel/${id}-devices`], confirmed: `fire-panel/${id}-confirmed` },
        ...(printed.has(`fire-printer-a/${id}-alarms`) ? [{ devices: [`fire-printer-a/${id}-alarms`] }] : []),
      ],
    }))
  const is = (point: string, equals: boolean | number) => ({ proof: { point, equals } })
  const among = (point: string, values: readonly number[]) => ({ proof: { point, in: [...values] } })
  const doors = equipment.filter(e => e.id.startsWith('door-')).map(e => is(`${e.id}/unlocked`, true))
  const lifts = equipment
    .filter(e => e.id.startsWith('lift-') && e.points?.some(p => p.key === 'mode'))
    .map(e => among(`${e.id}/mode`, [1, 2]))
  const all = ['*']
  const actions = [
    {
      id: 'doors',
      kind: 'doors',
      name: both('疏散门门禁释放', 'Doors on the ways out released'),
      zones: all,
      withinS: 5,
      source: 'GB 50116-2013 4.10.3',
      devices: doors,
    },
    {
      id: 'barrier',
      kind: 'barriers',
      name: both('车库道闸打开', 'Car park barrier open'),
      zones: all,
      act: true,
      withinS: 8,
      source: 'GB 50116-2013 4.10.2',
      devices: [{ ...is('barrier-1/boom', 2), command: { point: 'barrier-1/open', value: true } }],
    },
    ...parts.map(([id, of, zh, en]) => ({
      id: `smoke-${id}`,
      kind: 'dampers',
      name: both(`${zh}防排烟`, `Smoke control, ${en}`),
      zones: of,
      withinS: 30,
      source: 'GB 50116-2013 4.5',
      devices: [
        is(`fire-panel/exhaust-damper-${id}`, true),
        is(`fire-panel/fire-damper-${id}`, false),
        is(`fire-panel/exhaust-fan-${id}`, true),
        ...(id === 'tower-a' ? [is('fire-panel/stair-fan-a', true)] : []),
        ...(id === 'tower-b' ? [is('fire-panel/stair-fan-b', true)] : []),
      ],
    })),
    ...parts.map(([id, of, zh, en]) => ({
      id: `shutters-${id}`,
      kind: 'shutters',
      name: both(`${zh}防火卷帘`, `Fire shutters, ${en}`),
      zones: of,
      withinS: 150,
      source: 'GB 50116-2013 4.6',
      devices: shutters[id]!.map(n => is(`fire-panel/shutter-${n}`, 2)),
    })),
    {
      id: 'fire-pumps',
      kind: 'fire-pumps',
      name: both('消火栓泵启动', 'Hydrant pumps started'),
      zones: all,
      withinS: 30,
      source: 'GB 50116-2013 4.3',
      devices: [is('fire-panel/hydrant-pump-start', true)],
    },
    {
      id: 'lifts',
      kind: 'lifts',
      name: both('电梯迫降', 'Lifts recalled'),
      zones: all,
      withinS: 120,
      source: 'GB 50116-2013 4.7.1',
      devices: lifts,
    },
    {
      id: 'broadcast',
      kind: 'broadcast',
      name: both('应急广播', 'Evacuation broadcast'),
      zones: all,
      withinS: 15,
      source: 'GB 50116-2013 4.8',
      devices: [is('broadcast/evacuation', true)],
    },
  ]
  return {
    mode: 'announce',
    zones,
    actions: actions
      .map(a => ({ ...a, zones: [...a.zones], devices: a.devices.filter(d => has(d.proof.point)) }))
      .filter(a => a.devices.length > 0),
  }
}
