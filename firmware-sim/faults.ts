import { BodyError, faultOf, flagOf, numberOf, wordOf } from './actions.ts'
import type { Line } from './lines.ts'
import type { Action, Body } from './part.ts'
import { deskLines, deskUnit } from './plaza/desk.ts'

/** What can go wrong on the wires, as actions: with one device, or with a whole line. */
export function faultActions(lines: ReadonlyMap<string, Line>): Action[] {
  const ids = [...lines.keys()]
  const lineOf = (body: Body) => lines.get(wordOf(body, 'line', ids))!
  const modbusOf = (body: Body) => {
    const { modbus, id } = lineOf(body)
    if (!modbus) throw new BodyError(`line ${id} is not Modbus; it can only be dead as a whole: line/dead`)
    return modbus
  }
  const kinds = 'kind: mute, slow {ms}, late {ms}, refuse {code}, garbage, drop; null ends it'
  const device: Action = {
    path: 'device/fault',
    example: { line: ids[0] ?? 'meters', unit: 1, kind: 'mute' },
    text: `one Modbus device. ${kinds}`,
    run(body) {
      const { spec } = lineOf(body)
      const modbus = modbusOf(body)
      const unit = numberOf(body, 'unit', undefined, 0, 255)
      if ('units' in spec && !spec.units.has(unit))
        throw new BodyError(`line ${spec.id} has no unit ${unit}; it has ${[...spec.units.keys()].join(', ')}`)
      modbus.setFault(unit, faultOf(body))
    },
  }
  const dead: Action = {
    path: 'line/dead',
    example: { line: ids[0] ?? 'meters', on: true },
    text: 'a whole line: RTU is silent, TCP ends each connection, OPC UA is gone; on false: well again',
    run: body => lineOf(body).setDead(flagOf(body, 'on')),
  }
  const noise: Action = {
    path: 'line/noise',
    example: { line: ids[0] ?? 'meters', share: 0.1 },
    text: 'of all answers on a Modbus line this share is late, as much damaged, as much from another unit; 0 ends it',
    run(body) {
      const share = numberOf(body, 'share', undefined, 0, 0.33)
      const bad = { late: share, corrupt: share, foreign: share, lateMs: [200, 3000] as const, seed: 1 }
      modbusOf(body).setNoise(share === 0 ? null : bad)
    },
  }
  return [device, dead, noise, ...deskFaults(lines)]
}

/** The four devices of the desk have short names. */
function deskFaults(lines: ReadonlyMap<string, Line>): Action[] {
  const modbus = (['meter', 'pump', 'room'] as const).flatMap((name): Action[] => {
    const line = lines.get(deskLines[name])?.modbus
    return line
      ? [
          {
            path: `${name}/fault`,
            example: { kind: 'mute' },
            text: 'kind: mute, slow {ms}, late {ms}, refuse {code}, garbage, drop; null ends it',
            run: body => line.setFault(deskUnit, faultOf(body)),
          },
        ]
      : []
  })
  const lift = lines.get(deskLines.lift)
  if (!lift) return modbus
  return [
    ...modbus,
    {
      path: 'lift/fault',
      example: { kind: 'drop' },
      text: 'drop: the OPC UA server ends all sessions and is gone; null brings it back on the same port',
      async run({ kind }) {
        if (kind !== 'drop' && kind !== null) throw new BodyError('kind must be "drop" or null')
        await lift.setDead(kind === 'drop')
      },
    },
  ]
}
