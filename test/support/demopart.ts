import { drivers, profiles } from '../../drivers/index.ts'
import type { Register } from '../../drivers/modbus/codec.ts'
import type { Point } from '../../drivers/point.ts'
import type { Part } from '../../firmware-sim/part.ts'
import type { Scenario, Seen } from '../../firmware-sim/scenario.ts'
import type { DemoPart, LineAddress } from '../../gateway/demo/part.ts'
import { checkSite, type Site } from '../../gateway/site/site.ts'
import { holds } from '../../rules/rule.ts'
import { byHand } from './byhand.ts'

const address: LineAddress = { protocol: 'modbus-tcp', host: '127.0.0.1', port: 1502 }

/** The site of one part, checked as the gateway checks it. @throws with all problems when there are any */
export function siteOf(...parts: readonly ((lines: () => LineAddress) => DemoPart)[]): Site {
  const demos = parts.map(part => part(() => address))
  const equipment = demos.flatMap(d => d.equipment)
  const named = equipment as { readonly space: string; readonly points?: readonly { readonly space?: string }[] }[]
  const spaces = [...new Set(named.flatMap(e => [e.space, ...(e.points ?? []).flatMap(p => p.space ?? [])]))]
  const { site, problems } = checkSite(
    JSON.stringify({
      site: { id: 'demo-plaza', name: { 'zh-CN': '示范广场', en: 'Demo Plaza' }, timezone: 'Asia/Shanghai' },
      spaces: spaces.map(id => ({ id, kind: 'room', name: { 'zh-CN': id, en: id } })),
      channels: demos.flatMap(d => d.channels),
      equipment,
      rules: demos.flatMap(d => d.rules),
    }),
    drivers,
    profiles,
  )
  if (!site || problems.length > 0) throw new Error(JSON.stringify(problems, null, 1))
  return site
}

/** Reads points of a site from parts in memory. A value that is not good is null. */
export function reader(site: Site, parts: readonly Part[], from: number) {
  const hand = byHand(parts, from)
  const points = new Map(
    site.equipment.flatMap(e => e.points.map(p => [p.id as string, { point: p, line: e.channel }])),
  )
  const valueOn = (line: string, point: Point) => {
    const register = point.address as Register
    const got = hand.read(line, register.unit, register)
    return got === undefined || got === null || !possible(point, got) ? null : got
  }
  const value = (id: string) => {
    const found = points.get(id)
    if (!found) throw new Error(`the site has no ${id}`)
    return valueOn(found.line, found.point)
  }
  return { ...hand, hand, ids: [...points.keys()], value, valueOn }
}

const possible = ({ range }: Point, value: unknown) =>
  typeof value !== 'number' || !range || (value >= range[0] && value <= range[1])

/** Plays a scenario second by second: when each of what it promises came, in its order; `never` for what did not. */
export async function played(scenario: Scenario, world: ReturnType<typeof reader>): Promise<string[]> {
  const lines: string[] = []
  const end = Math.max(...scenario.sees.map(s => s.byS), ...scenario.steps.map(s => s.atS))
  let next = 0
  for (let s = 0; s <= end; s++) {
    if (s > 0) world.hand.pass(1)
    while (next < scenario.sees.length && seen(scenario.sees[next]!, world)) {
      const { point, byS } = scenario.sees[next++]!
      lines.push(`${point} ${s <= byS ? 'in time' : `late: ${s} s`}`)
    }
    for (const step of scenario.steps.filter(x => x.atS === s)) await world.hand.act(step.action, step.body)
  }
  for (const { point } of scenario.sees.slice(next)) lines.push(`${point} never`)
  // What it does to parts that are not here needs no putting right.
  for (const { action, body } of scenario.undo) if (world.hand.knows(action)) await world.hand.act(action, body)
  return lines
}

function seen({ point, is }: Seen, world: ReturnType<typeof reader>): boolean {
  const value = world.value(point)
  if (is === 'bad') return value === null
  if (value === null) return false
  return holds(is, { point, at: 0, seen: 0, quality: 'good', value }, false) === true
}
