import { expect, it } from 'vitest'
import type { QualityMark } from '../../drivers/modbus/codec.ts'
import { modbusTcp } from '../../drivers/modbus/driver.ts'
import { pointsOf } from '../../drivers/profile.ts'
import { startModbus } from '../../firmware-sim/modbus.ts'

it('a reading that another register speaks against is no reading', async () => {
  const held = new Map([
    [0, 421],
    [3, 0b0100],
    [4, 0x57ff],
    [50, 7],
  ])
  const read = (table: string, address: number) => (table === 'discrete' ? 1 : held.get(address))
  const sim = await startModbus({ framing: 'tcp', units: new Map([[1, { read }]]) })
  const link = modbusTcp.open({ host: '127.0.0.1', port: sim.port }, { now: Date.now, log: () => {} })
  const holding = { table: 'holding' } as const
  const cases: [QualityMark | undefined, number | string][] = [
    [undefined, 421],
    [{ ...holding, address: 3, bit: 2 }, 'no-value'],
    [{ ...holding, address: 3, bit: 1 }, 421],
    [{ ...holding, address: 3, bit: 1, equals: 0 }, 'no-value'],
    [{ ...holding, address: 4, type: 'uint8', byte: 'high', below: 0x58 }, 'no-value'],
    [{ ...holding, address: 4, type: 'uint8', byte: 'high', below: 0x57 }, 421],
    [{ ...holding, address: 4, type: 'uint8', equals: [1, 255] }, 'no-value'],
    [{ ...holding, address: 50, not: [7, 8] }, 421],
    [{ ...holding, address: 50, not: 8 }, 'no-value'],
    [{ ...holding, address: 50, above: 7 }, 421],
    [{ ...holding, address: 50, above: 6.5 }, 'no-value'],
    [{ table: 'discrete', address: 9 }, 'no-value'],
    // A voucher that cannot be read vouches for nothing.
    [{ ...holding, address: 999, bit: 0 }, 'refused'],
  ]
  const specs = cases.map(([quality], i) => ({ key: `p${i}`, ...holding, address: 0, ...(quality && { quality }) }))
  const points = pointsOf('x', specs, modbusTcp, 1)
  expect(modbusTcp.check({ host: 'h' }, points)).toEqual([])
  const samples = await link.read(points, AbortSignal.timeout(5000))
  expect(samples.map(s => s.point)).toEqual(points.map(p => p.id))
  expect(samples.map(s => s.reason ?? s.value)).toEqual(cases.map(([, wanted]) => wanted))
  await link.close()
  await sim.stop()
})

it('a quality that says nothing is a fault of the site', () => {
  const codes = (quality: object) =>
    modbusTcp
      .check({ host: 'h' }, pointsOf('x', [{ key: 'k', table: 'holding', address: 0, quality }], modbusTcp, 1))
      .map(p => `${p.path} ${p.code}`)
  expect(codes({ table: 'holding', address: 1 })).toEqual(['points[0].quality modbus-quality-condition'])
  expect(codes({ table: 'holding', address: 1, below: 1, above: 2 })).toEqual([
    'points[0].quality modbus-quality-condition',
  ])
  expect(codes({ table: 'holding', address: 1, bit: 16 })).toEqual(['points[0].quality.bit modbus-bit-out-of-range'])
  expect(codes({ table: 'coil', address: 1 })).toEqual([])
})
