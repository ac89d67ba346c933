import type { z } from 'zod'
import type { Problem } from '../../drivers/driver.ts'
import type { Point, PointId, Value } from '../../drivers/point.ts'
import type { CommandSpec, Interlock } from '../../rules/command.ts'
import { permissions } from '../../rules/permission.ts'
import type { SampleCondition } from '../../rules/rule.ts'
import { commandSchema } from './schema.ts'

/** A `command` as it stands in site.json or in a profile, with the point that it is for. */
export interface RawCommand {
  readonly path: Path
  readonly point: Point
  readonly raw: unknown
}
type Path = readonly (string | number)[]
type Add = (path: Path, code: string, params?: Problem['params']) => void

const kindOf = (value: Value): Point['kind'] =>
  typeof value === 'string' ? 'text' : (typeof value as 'number' | 'boolean')

/**
 * Resolves the commands of a site and finds what is wrong with them.
 * @param whole false while some equipment could not be taken up: then nobody can say which points do not exist
 */
export function commandsOf(
  asked: readonly RawCommand[],
  points: ReadonlyMap<PointId, Point>,
  whole: boolean,
  add: Add,
): ReadonlyMap<PointId, CommandSpec> {
  const specs = new Map<PointId, CommandSpec>()
  for (const { path, point, raw } of asked) {
    const parsed = commandSchema.safeParse(raw)
    // Of a point in site.json the schema has been told before; a profile is checked where it is loaded.
    if (parsed.success) specs.set(point.id, resolve(parsed.data, point, [...path, 'command']))
  }
  return specs

  function resolve(c: z.infer<typeof commandSchema>, point: Point, at: Path): CommandSpec {
    if (!point.writable) add(at, 'command-not-writable')
    const able: readonly string[] = permissions['command.request']
    for (const [i, role] of c.roles.entries())
      if (!able.includes(role)) add([...at, 'roles', i], 'command-role-unable', { role, known: able.join(', ') })
    const codes = point.enum && point.kind === 'number' ? Object.keys(point.enum).map(Number) : undefined
    const values = c.values ?? (c.range ? undefined : codes)
    const range = c.range ?? point.range
    limits()
    return {
      roles: c.roles,
      range: point.kind === 'number' ? range : undefined,
      step: c.step,
      values,
      interlocks: c.interlocks.map(interlock),
      secondPerson: c.secondPerson,
      release: c.release,
      confirmWithinS: c.confirmWithinS,
      coolDownS: c.coolDownS,
      readBack: readBack(),
      tolerance: c.tolerance,
    }

    function limits() {
      for (const [i, value] of (c.values ?? []).entries())
        if (kindOf(value) !== point.kind)
          add([...at, 'values', i], 'command-value-kind', { value: String(value), kind: point.kind })
      for (const [i, value] of (c.release ?? []).entries())
        if (kindOf(value) !== point.kind)
          add([...at, 'release', i], 'command-value-kind', { value: String(value), kind: point.kind })
      if (c.range && c.range[0] > c.range[1]) add([...at, 'range'], 'range-inverted')
      if (c.range && point.range && (c.range[0] < point.range[0] || c.range[1] > point.range[1]))
        add([...at, 'range'], 'command-range-wider')
      if (point.kind === 'number' && !values && !range) add(at, 'command-without-limits')
      if (point.kind === 'text' && !values) add(at, 'command-text-without-values')
    }

    function interlock({ point: word, when, values, text }: (typeof c.interlocks)[number], i: number): Interlock {
      const id = idOf(word)
      const path = [...at, 'interlocks', i]
      const { deadband, ...conditions } = when
      const words = Object.entries(conditions).filter(([, v]) => v !== undefined)
      if (words.length !== 1) add([...path, 'when'], 'one-condition')
      const found = known(id, [...path, 'point'])
      const [name, wanted] = words[0] ?? []
      const kinds = name === 'above' || name === 'below' ? ['number'] : [wanted].flat().map(v => kindOf(v as Value))
      if (found && words.length === 1 && !kinds.includes(found.kind))
        add([...path, 'when'], 'command-condition-kind', { point: word, kind: found.kind })
      return {
        point: id,
        when: {
          ...Object.fromEntries(words),
          ...(deadband !== undefined && { deadband }),
        } as unknown as SampleCondition,
        values,
        text,
      }
    }

    function readBack(): CommandSpec['readBack'] {
      if (c.readBack === undefined) return { points: [point.id], equals: null }
      const words = typeof c.readBack === 'string' ? [c.readBack] : c.readBack.points
      const equals = typeof c.readBack === 'string' ? null : c.readBack.equals
      for (const word of words) {
        const found = known(idOf(word), [...at, 'readBack'])
        if (!found) continue
        if (equipmentOf(found.id) !== equipmentOf(point.id))
          add([...at, 'readBack'], 'command-read-back-other-device', { point: word })
        const kind = equals === null ? point.kind : kindOf(equals)
        if (found.kind !== kind) add([...at, 'readBack'], 'command-condition-kind', { point: word, kind: found.kind })
      }
      return { points: words.map(idOf), equals }
    }

    function idOf(word: string): PointId {
      return word.includes('/') ? (word as PointId) : `${equipmentOf(point.id)}/${word}`
    }
    function known(id: PointId, path: Path): Point | undefined {
      const found = points.get(id)
      if (!found && whole) add(path, 'command-unknown-point', { point: id })
      return found
    }
  }
}

const equipmentOf = (id: PointId): string => id.slice(0, id.indexOf('/'))
