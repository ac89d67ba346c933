import { z } from 'zod'
import type { Point, PointId, Text, Value } from '../../drivers/point.ts'
import type { CommandSpec } from '../../rules/command.ts'
import { egressKinds, type Linkage, type LinkageAction, type LinkageDevice, linkageKinds } from '../../rules/linkage.ts'
import { matches } from '../../rules/rule.ts'
import type { Params } from '../core/errors.ts'
import type { Path } from '../site/jsonproblems.ts'
import { id, text } from '../site/words.ts'

/** What site.json says of fire linkage, and how it is resolved. */

const value = z.union([z.number(), z.boolean(), z.string()])
const point = z.string().min(3).max(129)
const points = z.array(point).max(300).default([])
const source = z.strictObject({
  /** Each a detector in alarm, or how many are. */
  devices: points,
  callPoints: points,
  /** The panel's own word that the fire is confirmed. */
  confirmed: point.optional(),
})
const device = z.strictObject({
  name: text.optional(),
  proof: z.union([
    z.strictObject({ point, equals: value }),
    z.strictObject({ point, in: z.array(value).min(1).max(20) }),
  ]),
  command: z.strictObject({ point, value, restore: value.optional() }).optional(),
})
export const linkageSchema = z.strictObject({
  /** announce: the panel drives everything by itself, the gateway shows the proof. act: it commands as well. */
  mode: z.enum(['announce', 'act']).default('announce'),
  zones: z
    .array(z.strictObject({ id, name: text.optional(), space: id.optional(), sources: z.array(source).min(1).max(8) }))
    .max(1000)
    .default([]),
  actions: z
    .array(
      z.strictObject({
        id,
        kind: z.enum(linkageKinds),
        name: text,
        /** Ids of zones; `*` stands for any run of characters. */
        zones: z.array(z.string().min(1).max(64)).min(1).max(1000),
        at: z.enum(['first', 'confirmed']).default('confirmed'),
        /** In place of `mode`. */
        act: z.boolean().optional(),
        withinS: z.number().min(1).max(3600).default(5),
        retries: z.int().min(0).max(20).default(2),
        devices: z.array(device).min(1).max(500),
        source: z.string().max(200).optional(),
      }),
    )
    .max(200)
    .default([]),
})
type Raw = z.infer<typeof linkageSchema>

export interface LinkageKnown {
  readonly points: ReadonlyMap<PointId, Point>
  readonly equipmentNames: ReadonlyMap<string, Text>
  readonly spaces: ReadonlyMap<string, { readonly name: Text } | undefined>
  readonly commands: ReadonlyMap<PointId, CommandSpec>
  /** Every device's `online` is a point, too. @param id of a point */
  readonly isPoint: (id: PointId) => boolean
  /** false: something of the site could not be taken up, so nobody can say what there is not. */
  readonly whole: boolean
}
type Add = (path: Path, code: string, params?: Params, level?: 'error' | 'warning') => void

/** @returns nothing to do for a site without linkage */
export function linkageOf(raw: Raw | null | undefined, known: LinkageKnown, add: Add): Linkage {
  if (!raw) return { zones: [], actions: [] }
  const at: Path = ['linkage']
  const ids = new Set<string>()
  const once = (one: string, path: Path) => {
    if (ids.has(one)) add([...path, 'id'], 'duplicate-id', { id: one })
    ids.add(one)
  }
  const there = (word: string, path: Path): PointId => {
    if (known.whole && !known.isPoint(word as PointId)) add(path, 'unknown-point', { point: word })
    return word as PointId
  }
  const zones = raw.zones.map((zone, i) => {
    const path: Path = [...at, 'zones', i]
    once(zone.id, path)
    if (zone.space !== undefined && !known.spaces.has(zone.space))
      add([...path, 'space'], 'unknown-space', { space: zone.space })
    const name = zone.name ?? known.spaces.get(zone.space ?? zone.id)?.name ?? { 'zh-CN': zone.id, en: zone.id }
    const sources = zone.sources.map((s, j) => {
      const here: Path = [...path, 'sources', j]
      if (s.devices.length + s.callPoints.length === 0 && s.confirmed === undefined) add(here, 'linkage-source-empty')
      return {
        devices: s.devices.map((p, k) => there(p, [...here, 'devices', k])),
        callPoints: s.callPoints.map((p, k) => there(p, [...here, 'callPoints', k])),
        confirmed: s.confirmed === undefined ? null : there(s.confirmed, [...here, 'confirmed']),
      }
    })
    return { id: zone.id, name, space: zone.space ?? (known.spaces.has(zone.id) ? zone.id : null), sources }
  })
  const actions = raw.actions.map((action, i): LinkageAction => {
    const path: Path = [...at, 'actions', i]
    once(action.id, path)
    const act = action.act ?? raw.mode === 'act'
    const mine = new Set<string>()
    for (const [j, pattern] of action.zones.entries()) {
      const found = zones.filter(z => matches(pattern, z.id as PointId))
      if (found.length === 0) add([...path, 'zones', j], 'linkage-unknown-zone', { zone: pattern })
      for (const zone of found) mine.add(zone.id)
    }
    const devices = action.devices.map((d, j): LinkageDevice => {
      const here: Path = [...path, 'devices', j]
      const proof = there(d.proof.point, [...here, 'proof', 'point'])
      if (d.command) command(d.command, [...here, 'command'], action.kind)
      return {
        name: d.name ?? nameOf(proof, known),
        proof: { point: proof, values: 'in' in d.proof ? d.proof.in : [d.proof.equals] },
        command: d.command
          ? { point: d.command.point as PointId, value: d.command.value, restore: d.command.restore ?? null }
          : null,
      }
    })
    const twice = devices.find((d, j) => devices.findIndex(e => e.proof.point === d.proof.point) !== j)
    if (twice) add([...path, 'devices'], 'linkage-proof-twice', { point: twice.proof.point })
    const { id, kind, name, withinS, retries, source } = action
    return { id, kind, name, zones: [...mine], at: action.at, act, withinS, retries, devices, source }
  })
  return { zones, actions }

  function command(c: { point: string; value: Value }, path: Path, kind: LinkageAction['kind']): void {
    const spec = known.commands.get(there(c.point, [...path, 'point']))
    if (!spec) {
      if (known.whole && known.isPoint(c.point as PointId))
        add([...path, 'point'], 'linkage-no-command', { point: c.point })
      return
    }
    const egress = egressKinds.includes(kind)
    if (egress && !spec.release?.includes(c.value))
      add([...path, 'value'], 'linkage-not-release', { point: c.point, value: String(c.value) })
    if (!egress && spec.secondPerson) add(path, 'linkage-second-person', { point: c.point })
    if (spec.values && !spec.values.includes(c.value))
      add([...path, 'value'], 'linkage-value', { point: c.point, value: String(c.value) })
  }
}

function nameOf(point: PointId, { points, equipmentNames }: LinkageKnown): Text {
  const equipment = equipmentNames.get(point.slice(0, point.indexOf('/')))
  const own = points.get(point)?.name
  const join = (lang: 'zh-CN' | 'en') =>
    [equipment?.[lang], own?.[lang]].filter(Boolean).join(lang === 'en' ? ', ' : ' ') || point
  return { 'zh-CN': join('zh-CN'), en: join('en') }
}
