import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { distinct, drivers, profiles } from '../../drivers/index.ts'
import { modbusRtu, modbusTcp } from '../../drivers/modbus/driver.ts'
import { opcua } from '../../drivers/opcua/driver.ts'
import { pointsOf } from '../../drivers/profile.ts'

const codes = (spec: object, driver = modbusTcp as never, options: object = {}, unit = 1) =>
  modbusTcp
    .check(options as never, pointsOf('x', [{ key: 'k', ...spec } as never], driver, unit))
    .map(p => `${p.path} ${p.code}`)

describe('what a schema cannot tell', () => {
  const holding = { table: 'holding', address: 0 }
  const cases: [object, string[]][] = [
    [{ ...holding, type: 'float32' }, []],
    [{ ...holding, order: 'BADC' }, []],
    [{ table: 'coil', address: 65535 }, []],
    [{ table: 'holding', address: 65535, type: 'uint32' }, ['points[0].address modbus-address-past-end']],
    [{ table: 'coil', address: 0, type: 'uint16', kind: 'number' }, ['points[0].type modbus-type-needs-register']],
    [{ ...holding, type: 'string' }, ['points[0].length modbus-string-needs-length']],
    [{ ...holding, length: 3 }, ['points[0].length modbus-only-for-strings']],
    [{ ...holding, order: 'CDAB' }, ['points[0].order modbus-order-needs-two-registers']],
    [{ table: 'coil', address: 0, order: 'BADC' }, ['points[0].order modbus-field-needs-register']],
    [{ ...holding, bit: 16 }, ['points[0].bit modbus-bit-out-of-range']],
    [{ ...holding, type: 'uint32', bit: 31 }, []],
    [{ ...holding, type: 'float32', mask: 1 }, ['points[0].mask modbus-field-needs-unsigned']],
    [{ ...holding, mask: 0x10000 }, ['points[0].mask modbus-mask-out-of-range']],
    [{ ...holding, bit: 1, mask: 1 }, ['points[0].mask modbus-bit-and-mask']],
    [{ ...holding, scale: 0 }, ['points[0].scale modbus-scale-zero']],
    [{ ...holding, bit: 1, scale: 2 }, ['points[0].scale modbus-field-needs-number']],
    [{ ...holding, kind: 'boolean' }, ['points[0].kind modbus-kind-does-not-fit']],
    [{ table: 'input', address: 0, writable: true }, ['points[0].writable modbus-writable-table']],
    [{ ...holding, bit: 1, writable: true }, ['points[0].writable modbus-writable-part']],
  ]
  it(`${cases.length} points`, () => {
    expect(cases.map(([spec]) => codes(spec))).toEqual(cases.map(([, problems]) => problems))
  })
  it('units, requests, serial bytes', () => {
    expect(codes(holding, undefined, {}, 300)).toEqual(['unit modbus-unit-out-of-range'])
    expect(codes({ ...holding, type: 'uint64' }, undefined, { maxRegisters: 2 })).toEqual([
      'points[0].type modbus-longer-than-request',
    ])
    expect(modbusRtu.check({ path: 'x', dataBits: 7 }, []).map(p => p.code)).toEqual(['modbus-rtu-needs-8-bits'])
  })
  it('OPC UA', () => {
    const of = (spec: object) =>
      opcua.check({ endpoint: 'opc.tcp://x' }, pointsOf('x', [{ key: 'k', ...spec } as never], opcua))
    expect(of({ node: 'ns=2;s=Pump1.Speed' })).toEqual([])
    expect(of({ node: 'Pump1.Speed' }).map(p => p.code)).toEqual(['opcua-node-malformed'])
    expect(of({ node: 'i=5', writable: true }).map(p => p.code)).toEqual(['opcua-write-needs-type'])
    expect(of({ node: 'i=5', type: 'Boolean', kind: 'number' }).map(p => p.code)).toEqual(['opcua-kind-does-not-fit'])
    expect(opcua.check({ endpoint: 'opc.tcp://x', securityMode: 'Sign' }, []).map(p => p.code)).toEqual([
      'opcua-mode-and-policy',
    ])
  })
})

describe('the registry', () => {
  it('refuses a second of the same name', () => {
    expect(drivers.map(d => d.protocol)).toEqual([
      'modbus-tcp',
      'modbus-rtu',
      'modbus-rtu-over-tcp',
      'opcua',
      'mqtt',
      'text-tcp',
      'text-serial',
    ])
    expect(() => distinct('drivers', [modbusTcp, modbusTcp], d => d.protocol)).toThrow(
      'two drivers are called modbus-tcp',
    )
  })
  it('every point of every profile passes the schema and the check of every protocol it names', () => {
    let looked = 0
    for (const profile of profiles) {
      expect(new Set(profile.points.map(p => p.key)).size).toBe(profile.points.length)
      for (const protocol of profile.protocols) {
        const driver = drivers.find(d => d.protocol === protocol)!
        const address = z.strictObject(driver.address)
        const points = pointsOf('x', profile.points, driver, 1)
        expect(driver.check({}, points)).toEqual([])
        for (const [i, spec] of profile.points.entries()) {
          const { key, name, unit, range, scanMs, writable, enum: texts, multiplied, ...rest } = spec
          expect(address.safeParse(rest).error).toBeUndefined()
          expect([key, name?.['zh-CN'], name?.en, points[i]!.kind].every(Boolean)).toBe(true)
          expect([key, scanMs === undefined || scanMs >= 1000]).toEqual([key, true])
          looked++
        }
      }
    }
    expect(looked).toBeGreaterThan(1300)
  })
})
