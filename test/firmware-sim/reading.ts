import { drivers, profiles } from '../../drivers/index.ts'
import { decode, type Register, sizeOf } from '../../drivers/modbus/codec.ts'
import { pduOf, readRequest } from '../../drivers/modbus/pdu.ts'
import type { NodeAddress } from '../../drivers/opcua/address.ts'
import { judge, type Point, type Value } from '../../drivers/point.ts'
import { answer } from '../../firmware-sim/modbus-pdu.ts'
import type { LineSpec } from '../../firmware-sim/part.ts'
import type { Plaza } from '../../firmware-sim/plaza.ts'
import { demoSite } from '../../gateway/demo/site.ts'
import { checkSite } from '../../gateway/site/site.ts'
import { demoLines } from '../support/demolines.ts'
import { readMqtt } from '../support/mqttpoint.ts'

/** What the gateway would show of a point now, from the devices in memory. */
export type Reading = Value | 'bad'

/** The demo's site as the gateway resolves it, profiles included, and its points read without any wire. */
export function siteReader() {
  const { site, problems } = checkSite(JSON.stringify(demoSite(demoLines)), drivers, profiles)
  if (!site) throw new Error(`the demo's site.json is wrong: ${JSON.stringify(problems)}`)
  const points = new Map<string, { point: Point; channel: string }>()
  for (const { points: its, channel } of site.equipment)
    for (const point of its) points.set(point.id, { point, channel })
  return {
    points,
    /** @throws when the point or its line is not there */
    read(plaza: Plaza, id: string): Reading {
      const found = points.get(id)
      if (!found) throw new Error(`the demo's site.json has no point ${id}`)
      const line = plaza.lines.get(found.channel)
      if (!line) throw new Error(`the building has no line ${found.channel}`)
      const sample =
        line.protocol === 'mqtt'
          ? readMqtt(line.messages, found.point, plaza.now())
          : judge(found.point, valueOn(line, found.point), plaza.now())
      return sample.quality === 'bad' ? 'bad' : sample.value
    },
  }
}

function valueOn(line: LineSpec, point: Point): Value | undefined | null {
  if ('units' in line) {
    const register = point.address as Register
    const device = line.units.get(register.unit)
    if (!device) throw new Error(`${point.id}: line ${line.id} has no unit ${register.unit}`)
    const request = readRequest(register.unit, register.table, register.address, sizeOf(register))
    const pdu = answer(device, pduOf(request))
    return pdu[0]! & 0x80 ? undefined : decode(pdu.subarray(2), register)
  }
  if (line.protocol === 'opcua') {
    const { node } = point.address as NodeAddress
    const name = /^ns=1;s=(.+)$/.exec(node ?? '')?.[1]
    const found = line.nodes.find(each => each.id === name)
    if (!found) throw new Error(`${point.id}: line ${line.id} has no node ${node}`)
    return found.read()
  }
  throw new Error(`${point.id}: nobody can read ${line.protocol} here`)
}
